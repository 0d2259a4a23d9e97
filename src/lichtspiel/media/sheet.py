"""Moments of a film on one picture."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lichtspiel.media import mux, read

PICTURES = 8
HEIGHT = 160  # pixels: larger pictures are reduced, to less than twice that


def draw_sheet(file: Path, path: Path) -> None:
    """Moments of a film or the picture itself, side by side in rows of four, as png."""
    count = read.facts(file).frames
    step = max(1, count // PICTURES)
    thumbs = []
    for frame in itertools.islice(read.frames(file), 0, step * PICTURES, step):
        reduce = max(1, frame.shape[0] // HEIGHT)
        thumbs.append(frame[::reduce, ::reduce])
    thumbs += [np.zeros_like(thumbs[0])] * (-len(thumbs) % min(4, len(thumbs)))
    columns = min(4, len(thumbs))
    rows = [np.concatenate(thumbs[i : i + columns], axis=1) for i in range(0, len(thumbs), columns)]
    with mux.placing(path) as temporary:
        mux.write_png(temporary, iter([np.concatenate(rows, axis=0)[None]]))


def moments(sheet: Path, facts: read.FilmFacts) -> list[NDArray[np.uint8]]:
    """The pictures (h, w, 3) of a sheet that `draw_sheet` drew of a film with these facts."""
    whole = next(read.frames(sheet))
    reduce = max(1, facts.height // HEIGHT)
    height, width = -(-facts.height // reduce), -(-facts.width // reduce)
    rows, columns = whole.shape[0] // height, whole.shape[1] // width
    cut = whole.reshape(rows, height, columns, width, 3).swapaxes(1, 2)
    return list(cut.reshape(-1, height, width, 3)[: min(facts.frames, PICTURES)])
