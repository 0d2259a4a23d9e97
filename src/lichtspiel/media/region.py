"""Which part of a picture is meant: a mask from a picture, or a box.

Legend: H height, W width in pixels. A mask is float32 in [0, 1]: 1 is meant, 0 is not.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lichtspiel.media import conform

Mask = NDArray[np.float32]  # (H, W)

AUTO = "auto"


def check(text: str, source: tuple[int, int]) -> None:
    """Raise ValueError, in a sentence, where `read` would not understand the text.

    source: height and width of what the mask belongs to.
    """
    if text != AUTO:
        read(text, source, source)


def read(text: str, source: tuple[int, int], shape: tuple[int, int]) -> Mask:
    """The mask (H, W) that a text means, for a source that is cut and scaled to `shape`.

    text: "box=x,y,w,h", in shares of the source where none is above 1, else in its pixels; or the
    path of a picture, white where it is meant, as large as the source or of its form. source:
    height and width of the source as it is shown. Raises ValueError for other texts, and for masks
    that mean nothing.
    """
    mask = _box(text, source) if text.startswith("box=") else _painted(Path(text))
    fitted = conform.fitted(mask, *shape)
    if fitted.max() < 128:
        raise ValueError(f"The mask '{text}' leaves nothing to change: it is nowhere white.")
    return np.asarray(fitted / 255, np.float32)


def _box(text: str, source: tuple[int, int]) -> Image.Image:
    try:
        x, y, w, h = (float(number) for number in text.removeprefix("box=").split(","))
    except ValueError:
        raise ValueError(
            f"A box needs four numbers, as in box=0.3,0.2,0.4,0.7, not '{text}'."
        ) from None
    if not all(map(math.isfinite, (x, y, w, h))) or min(x, y) < 0 or min(w, h) <= 0:
        raise ValueError(f"The box '{text}' has no size, or begins outside the picture.")
    height, width = source
    scale = (width, height) if max(x, y, w, h) <= 1 else (1, 1)
    left, top = round(x * scale[0]), round(y * scale[1])
    right, bottom = round((x + w) * scale[0]), round((y + h) * scale[1])
    mask = Image.new("L", (width, height))
    mask.paste(255, (left, top, max(right, left + 1), max(bottom, top + 1)))
    return mask


def _painted(path: Path) -> Image.Image:
    return conform.flat(path, "black").convert("L")
