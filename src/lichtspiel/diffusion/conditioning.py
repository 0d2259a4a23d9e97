"""What is given to the sampler before it begins: every feature is a choice of this.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, G steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lichtspiel.diffusion.flow import noised
from lichtspiel.shapes import LatentShape


@dataclass(frozen=True, eq=False)
class Given:
    """Known latents, and the noise level from which each latent frame starts.

    latents (B, C, N, h, w) float32; levels (B, N) in [0, 1]: 0 the frame is given and stays, 1
    nothing is known of it, between them the frame is a draft to be worked over.
    """

    latents: Tensor
    levels: Tensor

    def __post_init__(self) -> None:
        if self.levels.shape != (self.latents.shape[0], self.latents.shape[2]):
            raise ValueError(
                f"Levels {tuple(self.levels.shape)} must tell one value for each clip and latent "
                f"frame of latents {tuple(self.latents.shape)}."
            )

    def start(self, noise: Tensor) -> Tensor:
        """The latents that sampling starts from; noise (B, C, N, h, w)."""
        return noised(self.latents, noise, self.levels)

    def schedule(self, grid: Tensor) -> Tensor:
        """A grid of levels (G + 1,) for each frame of its own, scaled to start where it does.

        Returns (G + 1, B, N).
        """
        return grid.to(self.levels.device)[:, None, None] * self.levels


def nothing(shape: LatentShape, batch: int = 1) -> Given:
    """Nothing is given: text to video, or to a picture where the shape has one frame."""
    return Given(
        torch.zeros(batch, shape.channels, shape.frames, shape.height, shape.width),
        torch.ones(batch, shape.frames),
    )


def first_frames(latents: Tensor, shape: LatentShape) -> Given:
    """The first latent frames are given, (B, C, n, h, w) with n < N: pictures to video, extension.

    Raises ValueError where they do not fit the shape.
    """
    return _placed(shape, latents, latents[:, :, :0])


def last_frames(latents: Tensor, shape: LatentShape) -> Given:
    """The last latent frames are given, (B, C, n, h, w) with n < N: extension backward."""
    return _placed(shape, latents[:, :, :0], latents)


def ends(first: Tensor, last: Tensor, shape: LatentShape) -> Given:
    """Both ends are given, each (B, C, n, h, w), fewer than N frames in all: bridge, loop."""
    return _placed(shape, first, last)


def initial_noise(shape: LatentShape, seed: int, batch: int = 1) -> Tensor:
    """Noise (B, C, N, h, w) of a seed, float32, drawn on the CPU: the same on every device."""
    generator = torch.Generator().manual_seed(seed)
    size = (batch, shape.channels, shape.frames, shape.height, shape.width)
    return torch.randn(size, generator=generator)


def _placed(shape: LatentShape, first: Tensor, last: Tensor) -> Given:
    given = nothing(shape, len(first))
    before, after = first.shape[2], last.shape[2]
    for part in (first, last):
        if (part.shape[1], *part.shape[3:]) != (shape.channels, shape.height, shape.width):
            raise ValueError(f"Given latents {tuple(part.shape)} do not fit {shape}.")
    if before + after >= shape.frames:
        raise ValueError(
            f"Of {shape.frames} latent frames {before + after} are given: nothing is left to make."
        )
    given.latents[:, :, :before], given.levels[:, :before] = first, 0.0
    given.latents[:, :, shape.frames - after :] = last
    given.levels[:, shape.frames - after :] = 0.0
    return given
