from __future__ import annotations

import numpy as np

from lichtspiel.media.seam import FADE, joined, round_once


def grey(*values: int) -> list[np.ndarray]:
    return [np.full((2, 2, 3), value, np.uint8) for value in values]


def levels(frames: list[np.ndarray]) -> list[int]:
    return [int(frame[0, 0, 0]) for frame in frames]


def test_without_films_beside_it_a_take_is_only_cut() -> None:
    assert levels(list(joined(iter(grey(*range(20))), 3, 5, None, None))) == [3, 4, 5, 6, 7]


def test_what_is_missing_at_the_end_of_a_film_fades_from_the_new_frames() -> None:
    (end,) = grey(145)
    made = levels(list(joined(iter(grey(*[100] * 30)), 9, 20, end, None)))
    assert made[:FADE] == sorted(made[:FADE], reverse=True)
    assert abs(made[0] - 145) <= 5 and made[FADE:] == [100] * (20 - FADE)


def test_both_ends_are_met_even_by_a_few_frames() -> None:
    (end,), (begin,) = grey(145), grey(55)
    for count in (1, 4, 8, 24):
        made = levels(list(joined(iter(grey(*[100] * 40)), 9, count, end, begin)))
        assert len(made) == count
        if count > 2 * FADE:
            assert abs(made[0] - 145) <= 5 and abs(made[-1] - 55) <= 5


def test_a_loop_begins_where_the_least_is_seen() -> None:
    ring = [10, 50, 90, 92, 130, 170, 130, 90, 50]  # the step from 90 to 92 is the smallest
    frames = grey(*ring[-2:], *ring, *ring[:5])
    made = levels(list(round_once(iter(frames), 2, len(ring), 5)))
    assert made == ring[3:] + ring[:3]
