"""Rectified flow with one noise level for each latent frame (arXiv 2209.03003, 2407.01392).

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns.
On the straight line z_t = (1 - t) * z + t * noise the velocity dz_t / dt is noise - z.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

import torch
from torch import Tensor

from lichtspiel.shapes import PATCH

#: (latents (B, C, N, h, w), noise_level (B, N) or (B, N, h, w), text (B, L, E),
#: text_mask (B, L)) -> velocity
Network = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]

#: Given frames may carry noise up to this level in training, so that at generation the small
#: faults of frames that were themselves generated do not matter. They carry no loss.
GIVEN_NOISE = 0.02


@dataclass(frozen=True)
class Patterns:
    """How often training meets each pattern of noise levels; the shares sum to 1."""

    equal: float = 0.7  # all frames alike: text to video
    prefix: float = 0.12  # the first frames are given: picture to video, extension
    suffix: float = 0.03  # the last frames are given: extension backward
    ends: float = 0.03  # both ends are given: bridge, loop
    independent: float = 0.12  # every frame its own level

    def __post_init__(self) -> None:
        if min(astuple(self)) < 0 or abs(sum(astuple(self)) - 1) > 1e-6:
            raise ValueError(f"The shares of the noise patterns must sum to 1: {self}.")


def per_frame(level: Tensor) -> Tensor:
    """Levels (B, N), or (B, N, h, w), shaped to broadcast over latents: (B, 1, N, 1, 1)."""
    return level[:, None, :, None, None] if level.ndim == 2 else level[:, None]


def noised(latents: Tensor, noise: Tensor, level: Tensor) -> Tensor:
    """Latents (B, C, N, h, w) mixed with noise at a level: 0 gives latents, 1 noise."""
    return torch.lerp(latents, noise, per_frame(level).to(latents.dtype))


def loss(
    network: Network,
    latents: Tensor,
    level: Tensor,
    text: Tensor,
    text_mask: Tensor,
    weight: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Mean squared error of the velocity over what is not given, a scalar.

    latents (B, C, N, h, w) clean; level (B, N) from `draw_levels`, or (B, N, h, w) from `within`;
    text and mask as the network takes them; weight (B, N, h, w), positive: what matters more within
    a frame, frames of a clip still count alike. The generator draws the noise.
    """
    noise = torch.randn(
        latents.shape, generator=generator, device=latents.device, dtype=torch.float32
    )
    latents = latents.float()
    velocity = network(noised(latents, noise, level), level, text, text_mask)
    errors = (velocity.float() - (noise - latents)).square().mean(1)  # B N h w
    if weight is not None:
        errors = errors * (weight / weight.mean((-2, -1), keepdim=True))
    asked = (per_frame(level)[:, 0] > GIVEN_NOISE).float().expand_as(errors)
    frames = asked.amax((-2, -1))
    errors = (errors * asked).sum((-2, -1)) / asked.sum((-2, -1)).clamp(min=1)
    return (errors * frames).sum() / frames.sum().clamp(min=1)


def draw_levels(
    batch: int,
    frames: int,
    generator: torch.Generator | None = None,
    shift: float = 2.0,
    patterns: Patterns | None = None,
) -> Tensor:
    """Noise levels for training, float32 (batch, frames) on the CPU, in [0, 1].

    Nine in ten are logit-normal, the rest uniform so that both ends are met (arXiv 2403.03206);
    then all are shifted towards noise. At least one frame of each clip is not given.
    """
    patterns = patterns or Patterns()
    independent = _levels((batch, frames), generator, shift)
    equal = independent[:, :1].expand(-1, frames)
    shares = torch.tensor(astuple(patterns))
    kind = torch.multinomial(shares, batch, replacement=True, generator=generator)[:, None]

    index = torch.arange(frames)
    before, after = _given_counts(kind, frames, generator)
    given = (index < before) | (index >= frames - after)
    # Half of the clips keep their given frames clean, the others get up to GIVEN_NOISE.
    tiny = (torch.rand(batch, 1, generator=generator) * 2 - 1).clamp(min=0) * GIVEN_NOISE
    return torch.where(given, tiny, torch.where(kind == 4, independent, equal))


def draw_regions(shape: Sequence[int], generator: torch.Generator | None = None) -> Tensor:
    """A region for each clip, float32 of the shape (B, N, h, w): 1 in a box, or all around it.

    The box stays where it is over the frames and covers whole tokens, never all of a side.
    """
    covered = []
    for side in shape[2:]:
        tokens = side // PATCH
        size, first = torch.rand(2, shape[0], 1, generator=generator)
        size = 1 + (size * (tokens - 1)).long()
        first = (first * (tokens - size + 1)).long()
        index = torch.arange(side) // PATCH
        covered.append((index >= first) & (index < first + size))
    box = covered[0][:, :, None] & covered[1][:, None, :]
    around = torch.rand(shape[0], 1, 1, generator=generator) < 0.5
    region: Tensor = (box ^ around).float()
    return region[:, None].expand(shape)


def within(level: Tensor, region: Tensor) -> Tensor:
    """Levels (B, N) where a region (B, N, h, w) is 1, and 0, given, where it is 0: (B, N, h, w)."""
    return level[:, :, None, None] * region


def shifted_level(level: Tensor, shift: float) -> Tensor:
    """Levels in [0, 1] moved towards noise by `shift` > 1 (arXiv 2403.03206, eq. 23)."""
    return shift * level / (1 + (shift - 1) * level)


def _levels(shape: tuple[int, ...], generator: torch.Generator | None, shift: float) -> Tensor:
    normal = torch.randn(shape, generator=generator).sigmoid()
    uniform = torch.rand(shape, generator=generator)
    chosen = torch.rand(shape, generator=generator) < 0.9
    level = shifted_level(torch.where(chosen, normal, uniform), shift)
    return level.clamp(min=2 * GIVEN_NOISE)  # never so low as to be taken for given


def _given_counts(
    kind: Tensor, frames: int, generator: torch.Generator | None
) -> tuple[Tensor, Tensor]:
    """How many frames are given before and after (each (batch, 1)); always fewer than `frames`."""
    draw = torch.rand(2, len(kind), 1, generator=generator)
    most = torch.where(kind == 3, frames - 2, frames - 1).clamp(min=0)
    before = torch.where((kind == 1) | (kind == 3), (1 + draw[0] * most).long(), 0)
    before = torch.minimum(before, most)
    rest = frames - 1 - before
    after = torch.where((kind == 2) | (kind == 3), (1 + draw[1] * rest).long(), 0)
    return before, torch.minimum(after, rest)
