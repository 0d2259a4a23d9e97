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
    """Known latents, and the noise level from which each latent frame, or each place in it, starts.

    latents (B, C, N, h, w) float32; levels (B, N) or (B, N, h, w) in [0, 1]: 0 what is there is
    given and stays, 1 nothing is known of it, between them it is a draft to be worked over.
    """

    latents: Tensor
    levels: Tensor

    def __post_init__(self) -> None:
        clips, _, *places = self.latents.shape
        if tuple(self.levels.shape) not in ((clips, places[0]), (clips, *places)):
            raise ValueError(
                f"Levels {tuple(self.levels.shape)} must tell one value for each clip and latent "
                f"frame, or each place in it, of latents {tuple(self.latents.shape)}."
            )

    def start(self, noise: Tensor) -> Tensor:
        """The latents that sampling starts from; noise (B, C, N, h, w)."""
        return noised(self.latents, noise, self.levels)

    def schedule(self, grid: Tensor) -> Tensor:
        """A grid of levels (G + 1,) for each frame of its own, scaled to start where it does.

        Returns (G + 1, B, N) or (G + 1, B, N, h, w).
        """
        return grid.to(self.levels.device).view(-1, *[1] * self.levels.ndim) * self.levels


def nothing(shape: LatentShape, batch: int = 1) -> Given:
    """Nothing is given: text to video, or to a picture where the shape has one frame."""
    return Given(
        torch.zeros(batch, shape.channels, shape.frames, shape.height, shape.width),
        torch.ones(batch, shape.frames),
    )


def placed(given: Given, start: int, latents: Tensor) -> Given:
    """The same with `latents` (B, C, n, h, w) given from latent frame `start` on.

    All that is given goes through here: a first picture, key frames, the end of a film to go on
    from, the beginning of one to lead to. Raises ValueError where they do not fit.
    """
    fits = (*given.latents.shape[:2], latents.shape[2], *given.latents.shape[3:])
    stop = start + latents.shape[2]
    if tuple(latents.shape) != fits or not 0 <= start <= stop <= given.levels.shape[1]:
        raise ValueError(
            f"Latents {tuple(latents.shape)} do not fit at latent frame {start} of "
            f"{tuple(given.latents.shape)}."
        )
    known, levels = given.latents.clone(), given.levels.clone()
    known[:, :, start:stop], levels[:, start:stop] = latents, 0.0
    return Given(known, levels)


def initial_noise(shape: LatentShape, seed: int, batch: int = 1) -> Tensor:
    """Noise (B, C, N, h, w) of a seed, float32, drawn on the CPU: the same on every device.

    Drawn frame by frame: a longer film begins with the noise of a shorter one.
    """
    generator = torch.Generator().manual_seed(seed)
    size = (batch, shape.channels, shape.height, shape.width)
    return torch.stack([torch.randn(size, generator=generator) for _ in range(shape.frames)], 2)
