"""How long a search of the register takes among many films.

    python scripts/measure_register.py --films 100000 --moments 8

Fills a register of its own with synthetic entries: the prints of a few rendered films, each time
with a quarter of their bits changed, so that films look alike as real ones do. Then looks for a
copy of one of them and for a film that is not among them, plain and mirrored at once, as `verify`
does. Prints one JSON object with seconds of wall-clock and of processor time, each the best of
three searches.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator

import numpy as np

from lichtspiel.provenance import fingerprint, register
from lichtspiel.provenance.fingerprint import Prints
from lichtspiel.provenance.register import Entry
from lichtspiel.shapes import FPS
from lichtspiel.world.render import render
from lichtspiel.world.scene import sample

#: Films that are rendered; all others are like one of them.
RENDERED = 24


def synthetic(films: int, moments: int) -> Iterator[tuple[Entry, Prints]]:
    """So many films of so many moments, each a quarter of the bits away from a rendered one."""
    chance = np.random.default_rng(0)
    like = [prints(seed, moments) for seed in range(RENDERED)]
    for number in range(films):
        model = like[number % RENDERED]
        # Where two random words both have a bit: in a quarter of the cases.
        one, other = chance.integers(0, 2**64, (2, *model.shape), np.uint64)
        yield Entry(f"{number:032x}", number, "synthetic", "2026-01-01"), model ^ (one & other)


def prints(seed: int, moments: int) -> Prints:
    frames = render(sample(seed), 48, 192, 192)
    every = fingerprint.film_prints(iter(frames), FPS)
    return np.resize(every, (moments, *every.shape[1:]))


def timed(views: tuple[Prints, Prints]) -> dict[str, object]:
    """What was found, and the least of three times."""
    times = []
    for _ in range(3):
        start = time.monotonic(), time.process_time()
        match = register.find(*views)
        times.append((time.monotonic() - start[0], time.process_time() - start[1]))
    wall, worked = np.min(times, axis=0).round(3).tolist()
    return {"found": match.entry.id if match else None, "wall_s": wall, "processor_s": worked}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=100_000)
    parser.add_argument("--moments", type=int, default=8, help="moments a film; two a second")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LICHTSPIEL_HOME"] = folder
        register.add_all(synthetic(given.films, given.moments))
        stranger = render(sample(RENDERED), 48, 192, 192)
        known = Entry("known", 0, "synthetic", "2026-01-01")
        asked = register.asked_prints(iter(stranger), FPS)
        report: dict[str, object] = vars(given) | {"stranger": timed(asked)}
        register.add(known, fingerprint.film_prints(iter(stranger), FPS))
        report |= {"copy": timed(asked)}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
