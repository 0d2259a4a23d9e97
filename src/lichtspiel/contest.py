"""Several films of one wish, of which the best is kept; the others never touch the disk.

Legend: t frames of a chunk, H height, W width in pixels.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from lichtspiel import pipeline, safety
from lichtspiel.inspection import inspect_frames
from lichtspiel.media.mux import Frames
from lichtspiel.open_film import AnyParts
from lichtspiel.pipeline import Draft, Expander
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import Watcher
from lichtspiel.unfinished import Unfinished

#: The most films that can be made for one; all that are made must be waited for.
MOST = 32


@dataclass(frozen=True)
class Mark:
    """What a film is worth. score: of its inspection, 0 to 100; fits: the share of what the prompt
    says that a judge sees in it, 0 to 1, or None where nobody can tell."""

    score: float
    fits: float | None = None

    @property
    def total(self) -> float:
        """0 to 100; half for showing what is asked, half for showing it without faults."""
        return self.score if self.fits is None else (self.score + 100 * self.fits) / 2

    def as_dict(self) -> dict[str, float | None]:
        """The numbers as plain values."""
        return {"score": self.score, "fits": self.fits, "total": round(self.total, 1)}

    def __str__(self) -> str:
        shown = "" if self.fits is None else f", shows {100 * self.fits:.0f} % of what is asked"
        return f"score {self.score:g} of 100{shown}"


#: The chunks (t, H, W, 3) of a whole film, and its request -> its mark.
Rate = Callable[[Sequence[Frames], GenerateRequest], Mark]


def faultless(film: Sequence[Frames], request: GenerateRequest) -> Mark:
    """The mark by the inspection alone."""
    return Mark(inspect_frames(chain.from_iterable(film), request.preset.fps).score)


@dataclass(frozen=True)
class Outcome:
    """The request of the film that won, its draft, and the marks of all by their seeds; None
    where the frames were blocked."""

    winner: GenerateRequest
    draft: Draft
    marks: dict[int, Mark | None]


def hold(
    request: GenerateRequest,
    count: int,
    parts: AnyParts,
    watch: Watcher,
    expander: Expander,
    rate: Rate = faultless,
) -> Outcome:
    """Make `count` films, seed, seed + 1 and so on, up to their frames, and choose the best.

    The frames of two films are held in memory. Raises ValueError for a count that can't be, and
    `safety.Blocked` where all are blocked.
    """
    if not 2 <= count <= MOST:
        raise ValueError(f"The best can be chosen of 2 to {MOST} films, not of {count}.")
    if request.still:
        raise ValueError("Only films can be inspected; a picture has no motion.")
    begun = time.perf_counter()
    pipeline.screen(request, parts)
    outcome: Outcome | None = None
    marks: dict[int, Mark | None] = {}
    best, blocked = -1.0, None
    for one in replace(request, count=count).each():
        try:
            draft, film = _rehearse(one, parts, watch, expander)
        except safety.Blocked as error:
            marks[one.seed], blocked = None, error
            continue
        mark = rate(film, one)
        marks[one.seed] = mark
        if mark.total > best:
            best, outcome = mark.total, Outcome(one, draft._replace(begun=begun), marks)
    if outcome is None:
        assert blocked is not None
        raise blocked
    return outcome


def _rehearse(
    request: GenerateRequest, parts: AnyParts, watch: Watcher, expander: Expander
) -> tuple[Draft, list[Frames]]:
    """A film up to its screened frames, which the draft gives again."""
    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:  # what a long film leaves
        kept = Unfinished(request, Path(folder) / f"film{request.suffix}")
        draft = pipeline.rehearse(request, parts, watch, expander, kept)
        made, spoken = draft.made, safety.language(draft.shots[0])
        film = list(safety.check_frames(made.chunks, made.count, request.preset.fps, spoken))
    return draft._replace(made=replace(made, chunks=iter(film))), film
