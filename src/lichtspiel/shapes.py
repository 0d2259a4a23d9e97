"""Pixel and latent shapes, and the arithmetic between them, which lives here only.

Legend: T frames, H height, W width in pixels; N latent frames, h and w latent rows and columns.
A clip has 1 + 8k frames: the first frame fills a latent frame of its own (so a picture is a clip
of one frame), every further latent frame holds eight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

FPS = 12
TIME_STRIDE = 8
SPACE_STRIDE = 16
PATCH = 2  # the transformer joins 2 x 2 latents into a token
LATENT_CHANNELS = 32

#: Names a user can ask for -> (height, width) in pixels.
SIZES: dict[str, tuple[int, int]] = {
    "square": (192, 192),
    "landscape": (160, 256),
    "portrait": (256, 160),
}


def nearest_size(height: int, width: int, sizes: Mapping[str, tuple[int, int]] = SIZES) -> str:
    """The name of the size whose sides are the most like those of a picture."""
    return min(
        sizes, key=lambda name: abs(math.log(height * sizes[name][1] / width / sizes[name][0]))
    )


@dataclass(frozen=True)
class LatentShape:
    """Shape of a clip in latent space, without the batch."""

    frames: int
    height: int
    width: int
    channels: int = LATENT_CHANNELS

    @classmethod
    def of(cls, frames: int, height: int, width: int) -> LatentShape:
        """The shape of so many latent frames of pictures with these sides in pixels."""
        return cls(frames, height // SPACE_STRIDE, width // SPACE_STRIDE)

    @property
    def tokens(self) -> int:
        return self.frames * (self.height // PATCH) * (self.width // PATCH)

    def clip(self) -> ClipShape:
        """The clip that these latents decode to."""
        return ClipShape(
            1 + (self.frames - 1) * TIME_STRIDE,
            self.height * SPACE_STRIDE,
            self.width * SPACE_STRIDE,
        )


@dataclass(frozen=True)
class ClipShape:
    """Shape of a clip in pixels."""

    frames: int
    height: int
    width: int

    def __post_init__(self) -> None:
        if (self.frames - 1) % TIME_STRIDE or self.frames < 1:
            raise ValueError(
                f"A clip has 1 + {TIME_STRIDE}k frames, not {self.frames}. "
                f"Use ClipShape.covering to round up."
            )
        grid = SPACE_STRIDE * PATCH
        if self.height < grid or self.width < grid or self.height % grid or self.width % grid:
            raise ValueError(
                f"Height and width must be multiples of {grid}, not {self.height} x {self.width}."
            )

    @classmethod
    def covering(cls, frames: int, height: int, width: int) -> ClipShape:
        """The shortest clip that holds `frames` frames (at least one)."""
        latent_frames = 1 + -(-(max(frames, 1) - 1) // TIME_STRIDE)
        return cls(1 + (latent_frames - 1) * TIME_STRIDE, height, width)

    def latent(self) -> LatentShape:
        return LatentShape.of(1 + (self.frames - 1) // TIME_STRIDE, self.height, self.width)
