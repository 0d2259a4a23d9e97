"""Frames made larger on their way out, one by one, however long the film is.

Legend: t frames of a chunk, H height, W width in pixels; uint8, RGB.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import torch

from lichtspiel.media.mux import Frames
from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.upscaler import Upscaler
from lichtspiel.sampling import pixels


def upscaled(
    chunks: Iterator[Frames], factor: int, device: torch.device | str = "cpu"
) -> Iterator[Frames]:
    """A chunk of one frame (1, factor H, factor W, 3) for every frame of chunks (t, H, W, 3).

    factor: 1 gives the chunks as they are, 2 and 4 frames so many times as high and as wide.
    """
    return chunks if factor == 1 else _drawn(chunks, factor, device)


def _drawn(chunks: Iterator[Frames], factor: int, device: torch.device | str) -> Iterator[Frames]:
    upscaler = Upscaler.load().to(device, fast_dtype(device))
    for picture in chain.from_iterable(chunks):
        frame = torch.tensor(picture, device=device).permute(2, 0, 1).float() / 127.5 - 1
        yield pixels(upscaler.enlarge(frame[None], factor)[:, :, None])
