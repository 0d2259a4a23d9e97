from __future__ import annotations

import pytest
import torch

from lichtspiel.diffusion.conditioning import (
    Given,
    initial_noise,
    nothing,
    placed,
)
from lichtspiel.diffusion.samplers import multistep
from lichtspiel.diffusion.schedules import linear
from lichtspiel.shapes import LatentShape

SHAPE = LatentShape(4, 2, 4)
ONE = torch.full((1, 32, 1, 2, 4), 5.0)


def test_nothing_given_starts_from_the_noise() -> None:
    noise = initial_noise(SHAPE, 7, batch=2)
    assert noise.shape == (2, 32, 4, 2, 4) and noise.dtype == torch.float32
    assert torch.equal(nothing(SHAPE, 2).start(noise), noise)


def test_a_seed_is_a_noise() -> None:
    assert torch.equal(initial_noise(SHAPE, 7), initial_noise(SHAPE, 7))
    assert not torch.equal(initial_noise(SHAPE, 7), initial_noise(SHAPE, 8))


def test_a_longer_film_begins_with_the_noise_of_a_shorter_one() -> None:
    longer = initial_noise(LatentShape(9, 2, 4), 7)
    assert torch.equal(longer[:, :, :4], initial_noise(SHAPE, 7))


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        (placed(nothing(SHAPE), 0, ONE), [0, 1, 1, 1]),
        (placed(nothing(SHAPE), 3, ONE), [1, 1, 1, 0]),
        (placed(placed(nothing(SHAPE), 0, ONE), 3, ONE), [0, 1, 1, 0]),
        (placed(nothing(SHAPE), 1, ONE.repeat(1, 1, 2, 1, 1)), [1, 0, 0, 1]),
    ],
)
def test_given_frames_come_through_sampling_untouched(given: Given, levels: list[int]) -> None:
    assert given.levels.tolist() == [levels]
    begin = given.start(initial_noise(SHAPE, 1))
    end = multistep(lambda x, t: x + 1, begin, given.schedule(linear(5)))
    for frame, level in enumerate(levels):
        assert (end[:, :, frame] == 5).all() == (level == 0)


def test_a_draft_starts_half_noisy_and_ends_clean() -> None:
    draft = Given(torch.zeros(1, 32, 4, 2, 4), torch.full((1, 4), 0.5))
    noise = initial_noise(SHAPE, 1)
    assert torch.allclose(draft.start(noise), 0.5 * noise)
    assert draft.schedule(linear(2))[:, 0, 0].tolist() == [0.5, 0.25, 0.0]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        placed(nothing(SHAPE), 1, ONE.repeat(1, 1, 4, 1, 1))
    with pytest.raises(ValueError, match="do not fit"):
        placed(nothing(SHAPE), 0, ONE[..., :2])
    with pytest.raises(ValueError, match="one value for each"):
        Given(ONE, torch.zeros(1, 2))
