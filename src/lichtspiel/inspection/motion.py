"""What happens at once: missing frames, doubled frames, cuts, things that appear, vanish, change.

Thresholds were chosen on renders of seeds that are not among those of scripts/measure_inspect.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lichtspiel.inspection.fault import Fault, severity
from lichtspiel.inspection.matching import match
from lichtspiel.inspection.steps import Step, Window

#: A step stands out when it is so many times the largest of two on either side, and some levels.
_JUMP, _LEAST, _QUIET = 1.2, 0.8, 0.4
#: A cell stands out when it changes so many times as much as it and its neighbours do around that
#: step, and some levels more.
_CELL_TIMES, _CELL_MORE = 1.2, 3.0
#: More of the picture is lost than new when a thing vanishes: by this share of all cells (more
#: where the step stands out by so much), so many times as much as one step before and after, and by
#: this share of what is lost and new together, which is much where texture boils.
_THING, _THING_IN_ALL, _IN_ALL, _THING_TIMES, _THING_SHARE = 0.05, 0.12, 1.35, 2.5, 0.3
#: Or as much is lost as is new, while the rest goes on: so much more than just before and after.
_OTHER = 0.1
#: A doubled frame changes by less than this share of what its neighbours do, which move.
_DOUBLED, _MOVING = 0.15, 0.25


def doubled(window: Window) -> Fault | None:
    """A frame that is shown again, or nearly so, between frames that move."""
    before, after = _sides(window, 3)
    if not before or not after:
        return None
    moving = min(max(step.raw for step in side) for side in (before, after))
    share = window.step.raw / max(moving, 1e-6)
    if moving < _MOVING or share > _DOUBLED:
        return None
    return _fault("doubled", window, severity(moving, _MOVING, 8.0))


def sudden(window: Window) -> Fault | None:
    """What stands out of the steps around it, by what it is; a cut is a fault of kind "cut"."""
    before, after = _sides(window, 2)
    if min(len(before), len(after)) < 2:
        return None  # too little is seen around it
    step = window.step
    times = step.coarse / (max(other.coarse for other in before + after) + _QUIET)
    cells = _outstanding(step, before + after)
    all_of_it = times > _JUMP and step.coarse > _LEAST
    if not all_of_it and not cells.any():
        return None
    found = match(step)
    if found.cut:
        return _fault("cut", window, 1.0) if all_of_it else None
    beside = max(abs(match(other).balance) for other in (before[-1], after[0]))
    least = _THING_IN_ALL if times > _IN_ALL else _THING
    least = max(least, _THING_TIMES * beside, _THING_SHARE * found.mean)
    if abs(found.balance) > least:
        kind = "vanished" if found.balance > 0 else "appeared"
        return _fault(kind, window, severity(abs(found.balance), _THING, 0.5))
    usual = max(match(other).mean for other in (before[-1], after[0]))
    if not all_of_it and found.mean > max(usual + _OTHER, _THING_TIMES * usual):
        return _fault("changed", window, severity(found.mean, _OTHER, 0.5))
    return _fault("jump", window, severity(times, _JUMP, 5.0)) if all_of_it else None


def _outstanding(step: Step, others: list[Step]) -> NDArray[np.bool_]:
    """Which cells change far more than around that step: (h, w)."""
    usual = np.pad(np.max([other.cells for other in others], axis=0), 1, mode="edge")
    h, w = step.cells.shape
    around = np.max([usual[y : y + h, x : x + w] for y in range(3) for x in range(3)], axis=0)
    outstanding: NDArray[np.bool_] = step.cells > _CELL_TIMES * around + _CELL_MORE
    return outstanding


def _sides(window: Window, distance: int) -> tuple[list[Step], list[Step]]:
    near = window.near(distance)
    number = window.step.number
    return [s for s in near if s.number < number], [s for s in near if s.number > number]


def _fault(kind: str, window: Window, grave: float) -> Fault:
    return Fault(kind, window.step.second, window.step.second, grave)
