"""Editing by velocities: what a film shows is carried over to what it should show.

The source rides along: clips come in pairs, the edit and the source (rows 0 and 1 of a batch), with
the same noise. The source's way from noise is known, noise - source, and it is walked exactly. The
edit starts at the same place and goes as its words say.
Legend: C latent channels, N latent frames, h and w latent rows and columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.diffusion.flow import noised, per_frame
from lichtspiel.diffusion.samplers import Velocity


def edited(target: Velocity, source: Velocity, truth: Tensor, share: float = 1.0) -> Velocity:
    """The velocity of an edit and its source, (2, C, N, h, w), from those under either words.

    truth (1, C, N, h, w): noise - source. With share 1 the edit goes as the source does, plus the
    difference between what the network sees under the words of the target and under those of the
    source (FlowEdit, arXiv 2412.08629, with one noise for all steps): what it gets wrong about the
    source it gets wrong alike in both, and it cancels. With share 0 it follows the target's words
    alone (SDEdit, arXiv 2108.01073).
    """

    def velocity(latents: Tensor, noise_level: Tensor) -> Tensor:
        slope = target(latents[:1], noise_level[:1])
        if share:
            slope = slope + share * (truth - source(latents[1:], noise_level[1:]))
        return torch.cat([slope, truth])

    return velocity


def filled(velocity: Velocity, given: Tensor, noise: Tensor) -> Velocity:
    """The velocity for levels (B, N, h, w), by a network that knows one level a frame.

    What is given in a part of a frame, at level 0, is shown to it with as much noise as the rest of
    the frame has (RePaint, arXiv 2201.09865). given, noise (B, C, N, h, w), or noise (1, ...).
    """

    def shown(latents: Tensor, noise_level: Tensor) -> Tensor:
        frames = noise_level.amax((-2, -1))
        beside = noised(given, noise.expand_as(given), frames)
        return velocity(torch.where(per_frame(noise_level) > 0, latents, beside), frames)

    return shown


def difference(
    target: Velocity, source: Velocity, latents: Tensor, noise: Tensor, levels: Sequence[float]
) -> Tensor:
    """How differently each place of a clip is seen under either words: (1, 1, N, h, w), 0 or more.

    latents and noise (1, C, N, h, w); levels in (0, 1): how much noise is on the latents when they
    are looked at (DiffEdit, arXiv 2210.11427).
    """
    found = torch.zeros_like(latents[:, :1])
    for level in levels:
        frames = torch.full(latents.shape[:1] + latents.shape[2:3], level, device=latents.device)
        noisy = noised(latents, noise, frames)
        found += (target(noisy, frames) - source(noisy, frames)).square().mean(1, keepdim=True)
    return (found / len(levels)).sqrt()


def region_of(difference: Tensor, threshold: float, reach: int) -> Tensor:
    """The places where a difference (1, 1, N, h, w) is large, 0 or 1, in the same shape.

    It is smoothed over neighbours in space and time, scaled between its median and its largest
    values, cut at `threshold` in [0, 1], and grown by `reach` latents on every side.
    """
    smooth = F.avg_pool3d(F.pad(difference, (1,) * 6, mode="replicate"), 3, 1)
    low, high = smooth.median(), smooth.flatten().quantile(0.98)
    found = (smooth > low + threshold * (high - low)).float()
    return F.max_pool3d(found, (1, 2 * reach + 1, 2 * reach + 1), 1, (0, reach, reach))
