from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lichtspiel.evaluate.watermark import (
    ATTACKS,
    LONGEST,
    Attack,
    attacked_by,
    own_films,
    recordings,
    run_watermark,
    table,
)


def test_what_is_counted_adds_up_and_a_stopped_run_goes_on(tmp_path: Path) -> None:
    clip = next(recordings())[1]()[:17]
    made: list[str] = []

    def making(name: str) -> NDArray[np.uint8]:
        made.append(name)
        return clip

    def both() -> Iterator[tuple[str, partial[NDArray[np.uint8]]]]:
        yield from ((name, partial(making, name)) for name in ("first", "second"))

    log = tmp_path / "log.jsonl"
    (alone,) = run_watermark(itertools.islice(both(), 1), log, trials=2)
    assert set(alone.found) == set(ATTACKS)
    assert alone.found["H.264 crf 23"] == "exact"
    assert (alone.trials, alone.alarms) == (2, 0)
    done = run_watermark(both(), log, trials=0)
    assert made == ["first", "second"]
    assert done[0] == alone
    assert "| H.264 crf 23 | 2 | 0 | 0 |" in table(done)
    assert "0 in 2 trials" in table(done)


def test_own_films_are_made_when_they_are_wanted() -> None:
    names = [name for name, _ in own_films(4)]
    assert len(set(names)) == 4
    assert not list(own_films(0))


@pytest.mark.parametrize(
    ("attack", "shape"),
    [
        ("H.264 crf 23", (12, 32, 64, 3)),
        ("10 % wider", (12, 32, 72, 3)),
        ("12 to 24 frames/s", (22, 32, 64, 3)),  # the last is not repeated
        ("16 to 24 frames/s", (17, 32, 64, 3)),
        ("720p and VP9", (12, 720, 1440, 3)),
    ],
)
def test_attacks_do_what_they_say(attack: str, shape: tuple[int, ...]) -> None:
    assert attacked_by(ATTACKS[attack], np.zeros((12, 32, 64, 3), np.uint8)).shape == shape


def test_filters_are_applied() -> None:
    left = np.zeros((4, 32, 32, 3), np.uint8)
    left[:, :, :16] = 200
    mirrored = attacked_by(Attack("hflip"), left)
    assert mirrored[:, :, 20:].mean() > 150 > 50 > mirrored[:, :, :12].mean()


def test_recordings_are_as_long_as_films() -> None:
    clips = dict(itertools.islice(recordings(), 3))
    assert len(clips) == 3
    assert {len(clip()) for clip in clips.values()} == {LONGEST}
