from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from torch import Tensor

from lichtspiel.diffusion.conditioning import initial_noise
from lichtspiel.diffusion.flow import per_frame
from lichtspiel.diffusion.joining import joined, shares, spread
from lichtspiel.diffusion.samplers import Velocity, euler
from lichtspiel.diffusion.schedules import linear
from lichtspiel.shapes import LatentShape


def still(latents: Tensor) -> Tensor:
    return latents


def towards(target: Tensor) -> Velocity:
    """The velocity of a single point, wherever a window of it is: it never looks at time."""
    return lambda latents, level: (latents - target) / per_frame(level).clamp(min=1e-6)


def test_what_fits_into_a_window_is_left_as_it_is() -> None:
    seen = []

    def velocity(latents: Tensor, level: Tensor) -> Tensor:
        seen.append((latents, level))
        return latents * 2

    latents, level = torch.randn(1, 2, 5, 2, 2), torch.rand(1, 5)
    assert torch.equal(joined(velocity, 5, still)(latents, level), latents * 2)
    assert seen[0][0] is latents and seen[0][1] is level


@pytest.mark.parametrize("by_place", [False, True])
def test_windows_that_agree_give_what_one_would(by_place: bool) -> None:
    latents = torch.randn(2, 3, 23, 2, 4)
    level = torch.rand(2, 23)
    if by_place:
        level = level[:, :, None, None] * torch.rand(2, 23, 2, 4)
    velocity = lambda latents, level: 3 * latents + per_frame(level)  # noqa: E731
    whole = joined(velocity, 7, still)(latents, level)
    torch.testing.assert_close(whole, velocity(latents, level))


def test_a_whole_film_is_sampled_to_its_known_end() -> None:
    target = torch.randn(1, 4, 1, 2, 2)
    noise = initial_noise(LatentShape(25, 2, 2, channels=4), 3)
    made = euler(joined(towards(target), 7, still), noise, linear(4))
    torch.testing.assert_close(made, target.expand_as(made), atol=1e-5, rtol=0)


def test_later_windows_begin_with_the_picture_at_the_end_of_a_frame() -> None:
    """Its clean part is held, its noise stays: that of the network, not of the latents."""
    clean, noise = torch.randn(1, 1, 9, 2, 2), torch.randn(1, 1, 9, 2, 2)
    level = torch.full((1, 9), 0.25)
    latents = torch.lerp(clean, noise, 0.25)
    begun = []

    def velocity(seen: Tensor, level: Tensor) -> Tensor:
        begun.append(seen[:, :, :1])
        start = next(
            n for n in range(5) if torch.equal(seen[:, :, 1:], latents[:, :, n + 1 : n + 5])
        )
        return (noise - clean)[:, :, start : start + 5]

    joined(velocity, 5, lambda latents: latents + 100, 1)(latents, level)
    assert torch.equal(begun[0], latents[:, :, :1])
    for number, start in ((1, 2), (2, 4)):
        expected = torch.lerp(
            clean[:, :, start : start + 1] + 100, noise[:, :, start : start + 1], 0.25
        )
        torch.testing.assert_close(begun[number], expected, atol=1e-4, rtol=0)


def test_the_weight_goes_over_from_window_to_window_without_a_step() -> None:
    windows = spread(19, 7, 2)
    assert [(window.start, window.stop) for window in windows] == [
        (0, 7),
        (4, 11),
        (8, 15),
        (12, 19),
    ]
    assert shares(windows[1], 19, 2).tolist() == pytest.approx(
        [0, 1 / 3, 2 / 3, 1, 1, 2 / 3, 1 / 3]
    )
    assert shares(windows[0], 19, 2)[:5].tolist() == [1] * 5
    assert shares(windows[-1], 19, 2)[3:].tolist() == [1] * 4
    with pytest.raises(ValueError, match="can't overlap"):
        spread(19, 3, 2)


@drawn(frames=st.integers(4, 80), most=st.integers(3, 12), data=st.data())
def test_every_frame_is_covered_and_windows_overlap(
    frames: int, most: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(0, most - 2))
    frames = max(frames, most + 1)
    windows = spread(frames, most, overlap)
    weight = torch.zeros(frames)
    for window in windows:
        if window.start:  # what its first picture is made of must be known by then
            assert weight[window.start] > 0
        weight[window.start : window.stop] += shares(window, frames, overlap)
    assert weight.min() > 0 and windows[-1].stop == frames
    for one, other in pairwise(windows):
        assert one.stop - other.start - 1 >= overlap
