"""How the best of several films is chosen: by their faults, and by what a judge sees in them.

Legend: t frames of a chunk, H height, W width in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lichtspiel.contest import Mark, Rate, faultless
from lichtspiel.evaluate.judge import ATTRIBUTES, Judge
from lichtspiel.media.mux import Frames
from lichtspiel.prompt.words import read
from lichtspiel.request import GenerateRequest
from lichtspiel.shapes import FPS


def rating() -> tuple[Rate, str]:
    """How films are rated here, and "" or what the user must know: that there is no judge."""
    try:
        judge = Judge.load()
    except ValueError as error:
        return faultless, f"The films are compared by their faults alone. {error}"
    return lambda film, request: rated(film, request, judge), ""


def rated(film: Sequence[Frames], request: GenerateRequest, judge: Judge) -> Mark:
    """The mark of a film, by its faults and by the judge.

    The judge knows the words of the rendered world only, and is asked about those of them that the
    user said; of a storyboard about none, since it looks at the beginning alone.
    """
    mark = faultless(film, request)
    said = {} if request.storyboard else read(request.prompt)
    asked = {name: value for name, value in said.items() if value in ATTRIBUTES.get(name, ())}
    if not asked:
        return mark
    (verdict,) = judge([_beginning(film, request.preset.fps, judge.eye.look.window)])
    seen = [verdict[name][1] if verdict[name][0] == value else 0.0 for name, value in asked.items()]
    return replace(mark, fits=float(np.mean(seen)))


def _beginning(film: Sequence[Frames], fps: float, count: int) -> Frames:
    """The first `count` frames at the judge's rate, (t, H, W, 3)."""
    every = max(1, round(fps / FPS))
    needed = count * every
    chunks, have = [], 0
    for chunk in film:
        chunks.append(chunk)
        have += len(chunk)
        if have >= needed:
            break
    return np.concatenate(chunks)[:needed:every]
