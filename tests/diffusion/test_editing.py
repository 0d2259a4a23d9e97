"""Editing by velocities, with networks whose answers are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lichtspiel.diffusion.conditioning import Given, initial_noise
from lichtspiel.diffusion.editing import difference, edited, filled, region_of
from lichtspiel.diffusion.flow import per_frame
from lichtspiel.diffusion.samplers import SAMPLERS, Sampler, Velocity
from lichtspiel.diffusion.schedules import linear
from lichtspiel.shapes import LatentShape

SHAPE = LatentShape(3, 4, 4, channels=2)
NOISE = initial_noise(SHAPE, 0)
SOURCE, TARGET = initial_noise(SHAPE, 1), initial_noise(SHAPE, 2)


def knowing(clean: Tensor, wrong: float | Tensor = 0.0) -> Velocity:
    """A network that knows what comes out, but for a constant mistake."""
    return lambda latents, level: (latents - clean) / per_frame(level).clamp(min=1e-3) + wrong


def carried(
    sampler: Sampler, target: Velocity, source: Velocity, levels: Tensor, share: float = 1.0
) -> Tensor:
    given = Given(SOURCE.repeat(2, 1, 1, 1, 1), levels)
    velocity = edited(target, source, NOISE - SOURCE, share)
    return sampler(velocity, given.start(NOISE), given.schedule(linear(6)))


@pytest.mark.parametrize("sampler", SAMPLERS.values())
def test_the_source_comes_back_and_the_edit_arrives(sampler: Sampler) -> None:
    made = carried(sampler, knowing(TARGET), knowing(SOURCE), torch.ones(2, 3))
    torch.testing.assert_close(made[1:], SOURCE, atol=1e-4, rtol=0)
    torch.testing.assert_close(made[:1], TARGET, atol=1e-4, rtol=0)


def test_the_same_words_change_nothing_and_mistakes_cancel() -> None:
    mistaken = knowing(SOURCE, wrong=0.5)
    for level in (0.6, 1.0):
        made = carried(SAMPLERS["euler"], mistaken, mistaken, torch.full((2, 3), level))
        torch.testing.assert_close(made[:1], SOURCE, atol=1e-4, rtol=0)
    alone = carried(SAMPLERS["euler"], mistaken, mistaken, torch.ones(2, 3), share=0.0)
    assert (alone[:1] - SOURCE).abs().mean() > 0.05
    both = carried(SAMPLERS["euler"], knowing(TARGET, 0.5), knowing(SOURCE, 0.5), torch.ones(2, 3))
    torch.testing.assert_close(both[:1], TARGET, atol=1e-4, rtol=0)


def test_what_is_given_in_a_part_of_a_frame_stays_and_is_shown_as_noisy_as_the_rest() -> None:
    levels = torch.zeros(1, 3, 4, 4)
    levels[..., 2:] = 1.0
    given, seen = Given(SOURCE, levels), []

    def network(latents: Tensor, level: Tensor) -> Tensor:
        seen.append((latents, level))
        return knowing(TARGET)(latents, level)

    velocity = filled(network, SOURCE, NOISE)
    made = SAMPLERS["multistep"](velocity, given.start(NOISE), given.schedule(linear(4)))
    assert torch.equal(made[..., :2], SOURCE[..., :2])
    torch.testing.assert_close(made[..., 2:], TARGET[..., 2:], atol=1e-4, rtol=0)
    for latents, level in seen:
        assert level.shape == (1, 3) and (level == level[0, 0]).all()
        beside = torch.lerp(SOURCE, NOISE, float(level[0, 0]))
        torch.testing.assert_close(latents[..., :2], beside[..., :2])


def test_a_region_is_where_the_words_make_a_difference() -> None:
    other = torch.zeros(1, 1, 5, 12, 12)
    other[..., 4:8, 3:7] = 1.0
    latents = initial_noise(LatentShape(5, 12, 12, channels=2), 3)
    noise = torch.zeros_like(latents)
    seen = difference(
        lambda x, level: x + other, lambda x, level: x, latents, noise, levels=(0.4, 0.6)
    )
    torch.testing.assert_close(seen, other)
    found = region_of(seen, threshold=0.3, reach=0)
    assert set(found.unique().tolist()) == {0.0, 1.0}
    assert (found * other).sum() == other.sum() and found.sum() <= 2 * other.sum()
    assert (region_of(seen, 0.3, 2) >= found).all() and region_of(seen, 0.3, 2).sum() > found.sum()
    assert not region_of(torch.zeros_like(seen), 0.3, 1).any()  # no difference, no region
