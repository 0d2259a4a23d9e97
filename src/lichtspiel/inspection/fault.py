"""A fault of a film, and all of them with a score."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

#: Kind -> what it means, as the table says it.
KINDS = {
    "jump": "frames are missing",
    "doubled": "the picture stands still for a moment",
    "flicker": "brightness goes up and down",
    "recoloured": "colours change at once",
    "drift": "colours wander",
    "appeared": "something is there at once",
    "vanished": "something is gone at once",
    "changed": "something turns into another at once",
}
#: Faults of one kind that are no further apart become one, in seconds.
_NEAR = 0.35
#: A film of four seconds with one fault of full severity scores 100 / e; longer ones have more.
_USUAL_SECONDS = 4.0


@dataclass(frozen=True)
class Fault:
    """One fault. begin, end: seconds; severity: above 0 (hardly seen) up to 1."""

    kind: str
    begin: float
    end: float
    severity: float


@dataclass(frozen=True)
class Inspection:
    """What was found in a film: `faults` in the order of time, and `cuts`, which are none."""

    faults: tuple[Fault, ...]
    cuts: tuple[float, ...]
    frames: int
    seconds: float

    @property
    def score(self) -> float:
        """0 to 100: 100 without a fault, less with each, by severity, in films of equal length."""
        total = sum(fault.severity for fault in self.faults)
        return round(100 * math.exp(-total / max(1.0, self.seconds / _USUAL_SECONDS)), 1)

    def worst(self, count: int) -> list[Fault]:
        """The gravest faults, in the order of time."""
        gravest = sorted(self.faults, key=lambda fault: -fault.severity)[:count]
        return sorted(gravest, key=lambda fault: fault.begin)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values, as `--json` prints it."""
        return {
            "score": self.score,
            "frames": self.frames,
            "seconds": round(self.seconds, 3),
            "faults": [asdict(fault) for fault in self.faults],
            "cuts": list(self.cuts),
        }


def severity(measure: float, least: float, most: float) -> float:
    """From 0.2 where a measure just counts to 1 where it can't be worse, on a logarithmic line."""
    share = math.log(max(measure, least) / least) / math.log(most / least)
    return round(min(1.0, 0.2 + 0.8 * share), 2)


def merged(faults: Iterable[Fault]) -> list[Fault]:
    """Faults in the order of time; those of one kind that follow each other closely are one."""
    whole: list[Fault] = []
    last: dict[str, int] = {}
    for fault in sorted(faults, key=lambda fault: fault.begin):
        number = last.get(fault.kind)
        if number is not None and fault.begin - whole[number].end <= _NEAR:
            before = whole[number]
            whole[number] = replace(
                before,
                end=max(before.end, fault.end),
                severity=max(before.severity, fault.severity),
            )
        else:
            last[fault.kind] = len(whole)
            whole.append(fault)
    return whole
