"""Moments of a film on one picture."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from lichtspiel.media import mux, read


def draw_sheet(file: Path, path: Path, pictures: int = 8, height: int = 160) -> None:
    """Moments of a film or the picture itself, side by side in rows of four, as png."""
    count = read.facts(file).frames
    step = max(1, count // pictures)
    thumbs = []
    for frame in itertools.islice(read.frames(file), 0, step * pictures, step):
        reduce = max(1, frame.shape[0] // height)
        thumbs.append(frame[::reduce, ::reduce])
    thumbs += [np.zeros_like(thumbs[0])] * (-len(thumbs) % min(4, len(thumbs)))
    columns = min(4, len(thumbs))
    rows = [np.concatenate(thumbs[i : i + columns], axis=1) for i in range(0, len(thumbs), columns)]
    with mux.placing(path) as temporary:
        mux.write_png(temporary, iter([np.concatenate(rows, axis=0)[None]]))
