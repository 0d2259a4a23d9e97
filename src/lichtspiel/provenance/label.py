"""The visible label: a few words in the corner of every frame, where the user asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from lichtspiel.request import LABELS

#: Height of the letters in shares of the picture's short side.
SIZE = 0.06


def draw(chunks: Iterator[NDArray[np.uint8]], language: str) -> Iterator[NDArray[np.uint8]]:
    """The chunks (t, H, W, 3) with the label of a language of `LABELS` in the lower left corner."""
    for chunk in chunks:
        color, alpha = _sign(chunk.shape[1], chunk.shape[2], LABELS[language])
        yield np.rint(chunk * (1 - alpha) + color * alpha).astype(np.uint8)


@lru_cache(maxsize=8)
def _sign(height: int, width: int, words: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """White words on a dark ground: colour (H, W, 1) and opacity (H, W, 1) in [0, 1]."""
    letter = max(8, round(SIZE * min(height, width)))
    font = ImageFont.load_default(letter)
    color, alpha = Image.new("L", (width, height)), Image.new("L", (width, height))
    margin = letter // 2
    left, top, right, bottom = font.getbbox(words)
    x, y = margin - left, height - margin - bottom
    ImageDraw.Draw(alpha).rectangle(
        (0, y + top - margin, right + 2 * margin, height), fill=round(0.6 * 255)
    )
    for target in (color, alpha):
        ImageDraw.Draw(target).text((x, y), words, fill=255, font=font)
    return tuple(np.asarray(image, np.float32)[..., None] / s for image, s in
                 ((color, 1.0), (alpha, 255.0)))  # type: ignore[return-value]  # fmt: skip
