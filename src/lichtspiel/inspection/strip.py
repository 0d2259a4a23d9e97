"""The worst places of a film on one picture.

Legend: H height, W width in pixels; uint8, RGB.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lichtspiel.inspection.fault import Fault
from lichtspiel.inspection.steps import Picture, size
from lichtspiel.media import conform, mux, read

#: Frames shown of each fault, the middle one where it is the worst; and places shown.
_FRAMES, PLACES = 5, 6
_CAPTION = 18
#: Pictures are so many times as high and wide as those that are measured.
_LARGER = 2


def draw(film: Path, faults: Sequence[Fault], path: Path) -> None:
    """A row of frames around each fault, with its kind and time, as png at `path`.

    A film without faults gives one row, of frames from its whole length.
    """
    fps, count = read.rate(film), read.facts(film).frames
    rows = {_title(fault): _around(fault, fps, count) for fault in faults}
    rows = rows or {"no fault": np.linspace(0, count - 1, _FRAMES).round().astype(int).tolist()}
    wanted = {number for numbers in rows.values() for number in numbers}
    height, width = size(*conform.film_shape(film))
    shape = (_LARGER * height, _LARGER * width)
    kept = {
        number: frame for number, frame in enumerate(conform.film(film, *shape)) if number in wanted
    }
    strips = [
        _row(title, [kept[n] for n in numbers if n in kept]) for title, numbers in rows.items()
    ]
    with mux.placing(path) as temporary:
        mux.write_png(temporary, [np.concatenate(strips)[None]])


def _title(fault: Fault) -> str:
    return f"{fault.kind}, {fault.begin:.2f} s, severity {fault.severity:.2f}"


def _around(fault: Fault, fps: float, count: int) -> list[int]:
    """Successive frames around a moment; of what lasts, frames from its whole length."""
    begin, end = round(fault.begin * fps), round(fault.end * fps)
    if end - begin < _FRAMES:
        begin = (begin + end) // 2 - _FRAMES // 2
        end = begin + _FRAMES - 1
    moments = np.linspace(begin, end, _FRAMES).round().astype(int)
    return [int(moment) for moment in moments.clip(0, count - 1)]


def _row(title: str, frames: list[Picture]) -> Picture:
    """The frames side by side, always `_FRAMES` wide, under a caption."""
    strip = np.concatenate(frames + frames[-1:] * (_FRAMES - len(frames)), axis=1)
    caption = Image.new("RGB", (strip.shape[1], _CAPTION), "white")
    ImageDraw.Draw(caption).text((4, 3), title, fill="black", font=ImageFont.load_default(size=11))
    return np.concatenate([np.asarray(caption), strip])
