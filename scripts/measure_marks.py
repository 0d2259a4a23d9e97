"""What the three marks cost of making a film: "less than 5 %" is the aim.

    python scripts/measure_marks.py --seconds 4

Makes a film, then marks, signs and enters its frames once more, by themselves. Prints one JSON
object with processor seconds: of making the whole film, of each mark, and the marks' share. The
least of `--times` is taken, since other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lichtspiel import provenance
from lichtspiel.media import read
from lichtspiel.studio import Studio


def spent(work: Callable[[], object], times: int) -> float:
    """Processor seconds, the least of so many times."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        work()
        took.append(time.process_time() - begun)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="himmel-mini")
    parser.add_argument("--prompt", default="A dog runs on a beach at sunset.")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["LICHTSPIEL_HOME"] = name
        studio, film = Studio.load(given.model), Path(name) / "film.mp4"

        def make() -> None:
            made = studio.generate(given.prompt, seed=1, seconds=given.seconds)
            made.save(film)

        whole = spent(make, given.times)
        frames = np.stack(list(read.frames(film)))
        chunks = np.array_split(frames, range(8, len(frames), 8))
        copy = Path(shutil.copy(film, film.with_name("copy.mp4")))
        marks = {
            "watermark": lambda: list(provenance.mark(iter(chunks), "ab" * 16)),
            "credentials": lambda: provenance.sign(copy, "ab" * 16, given.model),
            "register": lambda: provenance.enter(film, "ab" * 16, given.model),
        }
        took = {mark: spent(work, given.times) for mark, work in marks.items()}
    share = sum(took.values()) / whole
    seconds = {part: round(value, 3) for part, value in {"film": whole, **took}.items()}
    print(json.dumps({"processor_s": seconds, "share": round(share, 4)}))


if __name__ == "__main__":
    main()
