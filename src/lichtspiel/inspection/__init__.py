"""Lupe, the magnifying glass: the faults of a film, found in its frames alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lichtspiel.inspection import colour, motion
from lichtspiel.inspection.fault import Fault, Inspection, merged
from lichtspiel.inspection.steps import Picture, Step, Window, size, steps, windows
from lichtspiel.media import conform, read

__all__ = ["Fault", "Inspection", "inspect", "inspect_frames"]

#: Each looks at one step with those around it.
CHECKS: tuple[Callable[[Window], Fault | None], ...] = (
    motion.doubled,
    motion.sudden,
    colour.flicker,
    colour.recoloured,
    colour.drift,
)
#: How much of a film is seen around each step, in seconds to either side.
_AROUND = 0.75


def inspect(path: str | Path) -> Inspection:
    """Find the faults of the film at `path`, of any kind that can be played.

    Memory does not grow with the film's length. Raises ValueError where it is no film, or holds one
    picture only.
    """
    path = Path(path)
    height, width = size(*conform.film_shape(path))
    found = inspect_frames(conform.film(path, height, width), read.rate(path))
    if found.frames < 2:
        raise ValueError(f"'{path}' holds one picture only; there is nothing to compare it with.")
    return found


def inspect_frames(frames: Iterable[Picture], fps: float) -> Inspection:
    """Find the faults in frames (H, W, 3) uint8 of one size, at `fps` a second."""
    count = 0

    def counted() -> Iterator[Picture]:
        nonlocal count
        for frame in frames:
            count += 1
            yield frame

    found = list(_faults(steps(counted(), fps), fps))
    cuts = tuple(fault.begin for fault in found if fault.kind == "cut")
    faults = merged(fault for fault in found if fault.kind != "cut")
    return Inspection(tuple(faults), cuts, count, count / fps)


def _faults(found: Iterable[Step], fps: float) -> Iterator[Fault]:
    for window in windows(found, max(3, round(_AROUND * fps))):
        for check in CHECKS:
            fault = check(window)
            if fault is not None:
                yield fault
