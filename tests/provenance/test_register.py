"""The register knows a film again after what people do to films, and no other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lichtspiel.media import read
from lichtspiel.provenance import fingerprint, register
from lichtspiel.provenance.register import Entry

Clip = NDArray[np.uint8]


def enter(clip: Clip, name: str, payload: int = 1) -> None:
    register.add(Entry(name, payload, "himmel-mini", "2026-11-22"), prints(clip))


def prints(clip: Clip) -> fingerprint.Prints:
    return fingerprint.film_prints(iter(clip), 12)


def encoded(clip: Clip, path: Path, crf: int, codec: str = "libx264") -> Clip:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=12, options={"crf": str(crf)})
        stream.height, stream.width, stream.pix_fmt = clip.shape[1], clip.shape[2], "yuv420p"
        for frame in clip:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return np.stack(list(read.frames(path)))


def graded(clip: Clip) -> Clip:
    return ((clip / 255.0) ** 0.8 * 230 + 20).clip(0, 255).astype(np.uint8)


CHANGES: dict[str, Callable[[Clip], Clip]] = {
    "nothing": lambda clip: clip,
    "crop of a tenth": lambda clip: clip[:, 12:186, 6:180],
    "grading": graded,
    "two seconds from the middle": lambda clip: clip[13:37],
    "mirrored": lambda clip: clip[:, :, ::-1],
    "halved": lambda clip: clip[:, ::2, ::2],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_and_encoded_copy_is_found(
    home: Path, tmp_path: Path, clip: Clip, other_clip: Clip, change: str
) -> None:
    enter(clip, "this")
    enter(other_clip, "that")
    copy = encoded(CHANGES[change](clip), tmp_path / "copy.mp4", crf=30)
    match = register.find(*register.asked_prints(iter(copy), 12))
    assert match is not None and match.entry.id == "this"


def test_another_film_is_not_found(home: Path, clip: Clip, other_clip: Clip) -> None:
    enter(clip, "this")
    assert register.find(*register.asked_prints(iter(other_clip), 12)) is None


def test_an_empty_register_finds_nothing_and_makes_no_file(home: Path, clip: Clip) -> None:
    assert register.find(prints(clip)[:, 0]) is None
    assert register.by_payload(7) is None
    assert not home.exists()


def test_the_payload_leads_to_the_film(home: Path, clip: Clip) -> None:
    enter(clip, "this", payload=2**32 - 1)
    entry = register.by_payload(2**32 - 1)
    assert entry is not None and entry.id == "this"
    assert register.by_payload(5) is None


def test_a_film_is_entered_once(home: Path, clip: Clip) -> None:
    enter(clip, "this", payload=1)
    enter(clip, "this", payload=2)
    assert register.by_payload(1) is None
    assert register.by_payload(2) is not None


def test_prints_do_not_mind_the_frame_rate(clip: Clip) -> None:
    twice = np.repeat(clip, 2, axis=0)
    np.testing.assert_array_equal(prints(clip), fingerprint.film_prints(iter(twice), 24))


def test_distance_counts_differing_bits() -> None:
    kept = np.array([[0, 0], [2**64 - 1, 7]], np.uint64)
    assert fingerprint.distances(kept, np.zeros(2, np.uint64)).tolist() == [0, 67]


def test_a_film_of_one_frame_has_one_moment(clip: Clip) -> None:
    assert prints(clip[:1]).shape == (1, len(fingerprint.CUTS), 2)
    assert prints(clip).shape[0] == 8


def test_what_is_no_register_of_this_version_is_refused_and_kept(home: Path, clip: Clip) -> None:
    path = register.register_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not a database, but long enough to look at" * 40)
    with pytest.raises(ValueError, match="is no register of films, or damaged"):
        enter(clip, "film-1")
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE films (id TEXT PRIMARY KEY, prints BLOB)")
        database.commit()
    with pytest.raises(ValueError, match="is of an early version of Lichtspiel"):
        enter(clip, "film-1")
    assert path.is_file()
