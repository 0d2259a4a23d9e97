"""The register of finished films: their fingerprints, so that a film is known without its marks.

One SQLite file in the home folder. A search reads the first halves of all prints once, and compares
them in memory with all that is asked for, block by block.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lichtspiel.home import home
from lichtspiel.provenance.fingerprint import (
    BITS,
    Prints,
    distances,
    frame_prints,
    moments,
)

Words = NDArray[np.uint64]

#: Share of bits that may differ in the better half of the moments, on average, to be the same film.
#: Copies (crf 33, 10 % crop, grading, 2-second cuts) stay below 0.13 in nine of ten cases; the
#: nearest other film of 120 of the same world is at 0.17 and above.
SAME = 0.15
#: Prints are compared in full where at most this share of their first half differs.
NEAR = 0.28
#: So many first halves are compared at a time: they stay in the processor's cache meanwhile.
BLOCK = 1 << 14
#: So many moments of a file, evenly from all of it, are searched for.
ASKED = 8

_TABLE = """
CREATE TABLE IF NOT EXISTS films (
    id TEXT PRIMARY KEY,
    payload INTEGER NOT NULL,
    model TEXT NOT NULL,
    made TEXT NOT NULL,
    coarse BLOB NOT NULL,  -- the first half of each print: all that most searches read
    fine BLOB NOT NULL
)
"""


@dataclass(frozen=True)
class Entry:
    """A film in the register: its id, the watermark's payload, model, and time (ISO 8601)."""

    id: str
    payload: int
    model: str
    made: str


@dataclass(frozen=True)
class Match:
    """A registered film that looks the same; distance is the share of differing bits, 0 to 1."""

    entry: Entry
    distance: float


def register_file() -> Path:
    return home() / "register.sqlite"


def add(entry: Entry, prints: Prints) -> None:
    """Enter a film with its prints (M, V, 2); one with the same id is replaced."""
    add_all([(entry, prints)])


def add_all(films: Iterable[tuple[Entry, Prints]]) -> None:
    """Enter films with their prints, all or none."""
    with _opened() as database, database:
        database.executemany(
            "INSERT OR REPLACE INTO films VALUES (?, ?, ?, ?, ?, ?)",
            (
                (*vars(entry).values(), prints[..., 0].tobytes(), prints[..., 1].tobytes())
                for entry, prints in films
            ),
        )


def by_payload(payload: int) -> Entry | None:
    """The film whose watermark carries `payload`, the newest if there are several."""
    if not register_file().is_file():
        return None
    with _opened() as database:
        row = database.execute(
            "SELECT id, payload, model, made FROM films WHERE payload = ? ORDER BY made DESC",
            (payload,),
        ).fetchone()
    return Entry(*row) if row else None


def find(*views: Prints) -> Match | None:
    """The registered film that is nearest to prints (Q, 2) of moments, if it is the same.

    views: the same moments in one or several ways: to find mirrored copies, also mirrored.
    """
    if not register_file().is_file() or not any(map(len, views)):
        return None
    with _opened() as database:
        rows = database.execute("SELECT rowid, coarse FROM films").fetchall()
        if not rows:
            return None
        coarse = np.frombuffer(b"".join(data for _, data in rows), np.uint64)
        ends = np.cumsum([len(data) // 8 for _, data in rows])
        near = iter(_near(coarse, np.concatenate(views)[:, 0]))
        best, nearest = -1, SAME
        for view in views:
            places = itertools.islice(near, len(view))
            for film in _often([np.searchsorted(ends, place, "right") for place in places]):
                distance = _distance(_prints(database, rows[film][0]), view)
                if distance <= nearest:
                    best, nearest = film, distance
        if best < 0:
            return None
        found = "SELECT id, payload, model, made FROM films WHERE rowid = ?"
        row = database.execute(found, (rows[best][0],)).fetchone()
    return Match(Entry(*row), nearest)


def _near(coarse: Words, asked: Words) -> list[NDArray[np.int64]]:
    """For each first half that is asked for, the places in `coarse` of those near to it."""
    found: list[list[NDArray[np.int64]]] = [[] for _ in asked]
    for start in range(0, len(coarse), BLOCK):
        block = coarse[start : start + BLOCK]
        for places, one in zip(found, asked, strict=True):
            near = np.bitwise_count(block ^ one) <= NEAR * BITS / 2
            places.append(np.flatnonzero(near) + start)
    return [np.concatenate(places) for places in found]


def _often(near: Sequence[NDArray[np.int64]]) -> list[int]:
    """The films that at least half of the moments are near to; `near` may name one repeatedly."""
    once = [np.unique(films) for films in near]
    films, counts = np.unique(np.concatenate(once), return_counts=True)
    return [int(film) for film in films[counts >= (len(near) + 1) // 2]]


def _prints(database: sqlite3.Connection, row: int) -> Prints:
    """All prints (P, 2) of a film."""
    halves = database.execute("SELECT coarse, fine FROM films WHERE rowid = ?", (row,)).fetchone()
    return np.stack([np.frombuffer(half, np.uint64) for half in halves], axis=-1)


def _distance(kept: Prints, asked: Prints) -> float:
    """The share of differing bits, on average over the better half of the moments asked for."""
    best = np.sort([distances(kept, print_).min() for print_ in asked])
    return float(best[: (len(asked) + 1) // 2].mean() / BITS)


def asked_prints(frames: Iterable[NDArray[np.uint8]], fps: float) -> tuple[Prints, Prints]:
    """Prints (Q, 2) to ask for: of at most ASKED moments of a film, and of the same mirrored.

    Taken from twice as many moments a second as the register keeps, so that some fall together.
    """
    # A few thousand small prints at most are made, so that no frame need be kept.
    both = [_both(moment) for moment in moments(frames, fps / 2)]
    chosen = np.unique(np.linspace(0, len(both) - 1, min(len(both), ASKED)).round().astype(int))
    plain, mirrored = np.stack([both[index] for index in chosen], axis=1)
    return plain, mirrored


def _both(frame: NDArray[np.uint8]) -> Prints:
    """Prints of a frame (H, W, 3) and of its mirror image: (2, 2)."""
    return np.concatenate([frame_prints(frame), frame_prints(frame[:, ::-1])])


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    path = register_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=30)) as database:
        _check(database, path)
        yield database


def _check(database: sqlite3.Connection, path: Path) -> None:
    """Make the table where there is none; ValueError where the file holds something else."""
    try:
        database.execute(_TABLE)
        known = {row[1] for row in database.execute("PRAGMA table_info(films)")}
    except sqlite3.OperationalError:  # locked, or a full disk: not the file's fault
        raise
    except sqlite3.DatabaseError as error:
        raise ValueError(
            f"'{path}' is no register of films, or damaged. Move it away to begin a new one."
        ) from error
    if not {"coarse", "fine"} <= known:
        raise ValueError(
            f"The register '{path}' is of an early version of Lichtspiel. Move it away to begin a "
            "new one; films that it knew are then found by watermark and credentials only."
        )
    database.execute("CREATE INDEX IF NOT EXISTS payloads ON films (payload)")
