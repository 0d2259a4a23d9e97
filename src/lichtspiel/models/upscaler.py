"""The upscaler: a frame two or four times as high and as wide, in one pass, by itself.

The network is realesr-animevideov3 of Real-ESRGAN (arXiv 2107.10833; Copyright (c) 2021, Xintao
Wang, BSD 3-Clause License, see NOTICE): plain convolutions at the frame's own size, unfolded to
four times that at the end.
Legend: B frames, H height, W width in pixels of the small frames; the large ones are factor times
that.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

#: What the network makes of a pixel's side; the other factor is this, halved.
FOUR = 4
CHANNELS = 64
CONVOLUTIONS = 18
#: Colours are held to those of the source over squares of 2 * AROUND + 1 of its pixels.
AROUND = 2
#: How far a pixel of the result sees: one for each convolution, what halving looks at, the squares.
REACH = CONVOLUTIONS + 2 + AROUND + 1
#: The longest side of a tile. What is larger is drawn in several, each seen with its surroundings.
TILE = 384
WEIGHTS = Path(__file__).parent.parent / "weights" / "upscaler.safetensors"


class Upscaler(nn.Module):
    """What a frame of pixels as squares lacks, so that edges become clean and noise goes."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for number in range(CONVOLUTIONS - 1):
            seen = CHANNELS if number else 3
            layers += [nn.Conv2d(seen, CHANNELS, 3, padding=1), nn.PReLU(CHANNELS)]
        layers.append(nn.Conv2d(CHANNELS, 3 * FOUR**2, 3, padding=1))
        self.layers = nn.Sequential(*layers)

    @classmethod
    def load(cls) -> Upscaler:
        """The embedded one, in float32, ready for inference."""
        upscaler = cls()
        upscaler.load_state_dict(load_file(WEIGHTS))
        upscaler.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return upscaler.eval().requires_grad_(False)

    def forward(self, frames: Tensor) -> Tensor:
        """(B, 3, H, W) in [-1, 1] -> float32 (B, 3, 4H, 4W), about [-1, 1]."""
        dtype = next(self.parameters()).dtype
        seen = ((frames + 1) / 2).to(dtype, memory_format=torch.channels_last)
        added = F.pixel_shuffle(self.layers(seen), FOUR).float()
        return F.interpolate(frames, scale_factor=FOUR, mode="nearest") + 2 * added

    @torch.inference_mode()
    def enlarge(self, frames: Tensor, factor: int = 2, tile: int = TILE) -> Tensor:
        """(B, 3, H, W) in [-1, 1], float32 -> (B, 3, factor H, factor W), about [-1, 1].

        factor: 2 or 4. Tiles of a frame are drawn with all that they can see around them, so they
        are what the whole would be, and memory beside the frames stays that of one of `tile`.
        """
        height, width = frames.shape[-2:]
        made = frames.new_empty(*frames.shape[:2], factor * height, factor * width)
        for (top, bottom), (left, right) in itertools.product(
            cuts(height, tile), cuts(width, tile)
        ):
            above, before = min(REACH, top), min(REACH, left)
            seen = frames[..., top - above : bottom + REACH, left - before : right + REACH]
            drawn = self._drawn(seen, factor)[..., factor * above :, factor * before :]
            target = made[..., factor * top : factor * bottom, factor * left : factor * right]
            target.copy_(drawn[..., : target.shape[-2], : target.shape[-1]])
        return made

    def _drawn(self, frames: Tensor, factor: int) -> Tensor:
        made: Tensor = self(frames)
        if factor != FOUR:
            made = F.interpolate(made, scale_factor=factor / FOUR, mode="bicubic")
        # Left to itself the network makes most colours brighter, by up to six levels of 255.
        lost = F.pad(frames - F.avg_pool2d(made, factor), (AROUND,) * 4, mode="replicate")
        lost = F.avg_pool2d(lost, 2 * AROUND + 1, stride=1)
        return made + F.interpolate(lost, scale_factor=factor, mode="bilinear")


def cuts(length: int, tile: int) -> list[tuple[int, int]]:
    """Where the tiles along a side of `length` begin and end: as few as can be, about equal."""
    count = math.ceil(length / tile)
    edges = [length * number // count for number in range(count + 1)]
    return list(itertools.pairwise(edges))
