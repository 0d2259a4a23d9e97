from __future__ import annotations

import itertools

import numpy as np
import pytest

from lichtspiel.evaluate.watermark import (
    ATTACKS,
    LONGEST,
    Attack,
    Results,
    attack_all,
    attacked_by,
    recordings,
    try_keys,
)


def test_what_is_counted_adds_up() -> None:
    clip = next(recordings())[:17]
    results = Results()
    attack_all(clip, 7, results)
    try_keys(clip, 2, results, np.random.default_rng(0))
    assert [sum(row) for row in results.counts.values()] == [1] * len(ATTACKS)
    assert results.counts["H.264 crf 23"] == [1, 0, 0]
    assert (results.trials, results.alarms) == (2, 0)
    assert "| H.264 crf 23 | 1 | 0 | 0 |" in results.table()
    assert "0 in 2 trials" in results.table()


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
    clips = list(itertools.islice(recordings(), 3))
    assert {len(clip) for clip in clips} == {LONGEST}
