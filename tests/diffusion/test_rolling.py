"""Windows over a film: every latent frame is made once, from what is known beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from torch import Tensor

from lichtspiel.diffusion.conditioning import Given, initial_noise, nothing, placed
from lichtspiel.diffusion.rolling import STEADYING, Window, roll, steadied, windows
from lichtspiel.shapes import LatentShape

HOLD: Callable[[Tensor], Tensor] = lambda latents: latents + 100  # noqa: E731


def film(frames: int, known: dict[int, float] | None = None) -> Given:
    given = nothing(LatentShape(frames, 2, 2, channels=1))
    for frame, value in (known or {}).items():
        given = placed(given, frame, torch.full((1, 1, 1, 2, 2), value))
    return given


def counted(given: Given, noise: Tensor) -> Tensor:
    """Keeps what is known; each new frame is one more than the one before it."""
    latents = given.latents.clone()
    for frame in range(latents.shape[2]):
        if given.levels[0, frame] > 0:
            before = latents[:, :, frame - 1] if frame else -torch.ones(1, 1, 2, 2)
            latents[:, :, frame] = before + 1
    return latents


def test_a_short_film_is_one_window() -> None:
    assert windows(film(7).levels[0], 7, most=7, overlap=2) == [Window(0, 7)]


def test_later_windows_begin_with_a_picture_of_what_is_there() -> None:
    parts = windows(film(15).levels[0], 15, most=7, overlap=2)
    assert parts == [Window(0, 7), Window(4, 11), Window(8, 15)]
    seen = []

    def sample(given: Given, noise: Tensor) -> Tensor:
        seen.append((given.latents[0, 0, :, 0, 0].tolist(), given.levels[0].tolist()))
        return counted(given, noise)

    made = roll(film(15), parts, torch.zeros(1, 1, 15, 2, 2), sample, HOLD)
    assert made.latents[0, 0, :, 0, 0].tolist() == [float(n) for n in range(15)]
    assert made.levels.max() == 0
    assert seen[1] == ([104.0, 5.0, 6.0, 0.0, 0.0, 0.0, 0.0], [0, 0, 0, 1, 1, 1, 1])


def test_a_film_whose_end_is_given_is_made_backward() -> None:
    given = film(12, {10: 7.0, 11: 8.0})
    parts = windows(given.levels[0], 12, most=7, overlap=2)
    assert [(part.start, part.stop) for part in parts] == [(5, 12), (1, 8), (0, 4)]
    made = roll(given, parts, torch.zeros(1, 1, 12, 2, 2), counted, HOLD)
    assert made.latents[0, 0, 10:, 0, 0].tolist() == [7.0, 8.0]
    # A window that begins inside what is not yet known makes a first picture that is not used.
    assert made.latents[0, 0, 6:10, 0, 0].tolist() == [1.0, 2.0, 3.0, 4.0]


@drawn(
    frames=st.integers(1, 60),
    most=st.integers(3, 9),
    data=st.data(),
)
def test_every_latent_frame_is_made_once_and_given_ones_never(
    frames: int, most: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, most - 2))
    known = data.draw(st.sets(st.integers(0, frames - 1), max_size=frames - 1))
    given = film(frames, dict.fromkeys(known, -5.0))
    made: list[int] = []
    levels = given.levels[0].clone()
    for window in windows(levels, frames, most, overlap):
        assert 0 <= window.start < window.stop <= frames and window.stop - window.start <= most
        new = window.makes(levels)
        made += new
        levels[new] = 0
    assert sorted(made) == sorted(set(range(frames)) - known)


def test_an_interrupted_film_goes_on_to_the_same_end() -> None:
    noise = initial_noise(LatentShape(20, 2, 2, channels=1), 3)

    def sample(given: Given, noise: Tensor) -> Tensor:
        return torch.where(given.levels[:, None, :, None, None] > 0, noise, given.latents).cumsum(2)

    kept: list[Given] = []
    start, anchor = film(20), [1, 2, 3, 4, 5, 6]
    parts = windows(start.levels[0], 20, 7, 2)
    whole = roll(start, parts, noise, sample, HOLD, lambda given, _: kept.append(given), anchor)
    for state in kept:
        again = windows(state.levels[0], 20, 7, 2)
        ended = roll(state, again, noise, sample, HOLD, anchor=anchor)
        assert torch.equal(ended.latents, whole.latents)


def test_windows_that_grow_brighter_are_held_near_the_anchor() -> None:
    noise = initial_noise(LatentShape(60, 4, 4, channels=1), 3)

    def brighter(given: Given, noise: Tensor) -> Tensor:
        known = given.levels[:, None, :, None, None] == 0
        before = given.latents[known.expand_as(given.latents)].mean() if known.any() else 0.0
        return torch.where(known, given.latents, 0.1 * noise + before + 0.5)

    start, hold = nothing(LatentShape(60, 4, 4, channels=1)), lambda latents: latents
    parts = windows(start.levels[0], 60, 7, 2)
    free = roll(start, parts, noise, brighter, hold).latents
    held = roll(start, parts, noise, brighter, hold, anchor=range(1, 7)).latents
    assert torch.equal(held[:, :, :7], free[:, :, :7])
    assert free[:, :, -4:].mean() > 6.5
    assert held[:, :, -4:].mean() < 1.2


def test_what_is_known_is_not_steadied_and_the_farthest_frame_the_most() -> None:
    latents = torch.randn(2, 3, 5, 4, 4) + 4
    anchor = torch.randn(2, 3, 6, 4, 4)
    result = steadied(latents, [2, 3, 4], [1, 2, 3], anchor)
    assert torch.equal(result[:, :, :2], latents[:, :, :2])
    mean = latents[:, :, 2:].mean((2, 3, 4), keepdim=True)
    spread = latents[:, :, 2:].std((2, 3, 4), keepdim=True)
    like = (latents - mean) / spread * anchor.std((2, 3, 4), keepdim=True)
    like += anchor.mean((2, 3, 4), keepdim=True)
    for frame, share in ((2, 1 / 3), (3, 2 / 3), (4, 1)):
        expected = torch.lerp(latents, like, STEADYING * share)[:, :, frame]
        torch.testing.assert_close(result[:, :, frame], expected)


def test_an_overlap_that_leaves_nothing_to_make_is_refused() -> None:
    with pytest.raises(ValueError, match="can't overlap"):
        windows(film(9).levels[0], 9, most=3, overlap=2)


def test_what_is_given_in_a_part_of_each_frame_is_given_in_every_window() -> None:
    levels = torch.zeros(1, 15, 2, 2)
    levels[..., 0] = 1.0
    given = Given(torch.zeros(1, 1, 15, 2, 2), levels)
    parts = windows(levels[0], 15, most=7, overlap=2)
    assert parts == windows(film(15).levels[0], 15, most=7, overlap=2)
    asked = []

    def sample(given: Given, noise: Tensor) -> Tensor:
        asked.append([bool(frame.any()) for frame in given.levels[0]])
        return given.latents + given.levels[:, None]

    made = roll(given, parts, torch.zeros(1, 1, 15, 2, 2), sample, HOLD)
    assert (made.latents[..., 0] == 1).all() and not made.latents[..., 1].any()
    assert asked == [[True] * 7] + 2 * [[False] * 3 + [True] * 4]
