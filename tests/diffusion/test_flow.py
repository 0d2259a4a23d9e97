from __future__ import annotations

import pytest
import torch

from lichtspiel.diffusion.flow import (
    GIVEN_NOISE,
    Patterns,
    draw_levels,
    draw_regions,
    loss,
    noised,
    within,
)

ONLY = {
    name: Patterns(**{n: float(n == name) for n in Patterns.__dataclass_fields__})
    for name in Patterns.__dataclass_fields__
}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_noised_ends_at_latents_and_noise_for_each_frame_by_itself() -> None:
    latents, noise = torch.randn(2, 1, 4, 3, 2, 2, generator=seeded()).unbind()
    level = torch.tensor([[0.0, 1.0, 0.25]])
    mixed = noised(latents, noise, level)
    assert torch.equal(mixed[:, :, 0], latents[:, :, 0])
    assert torch.equal(mixed[:, :, 1], noise[:, :, 1])
    assert torch.allclose(mixed[:, :, 2], 0.75 * latents[:, :, 2] + 0.25 * noise[:, :, 2])


def test_loss_of_the_true_velocity_is_zero_and_given_frames_do_not_count() -> None:
    latents = torch.randn(2, 4, 3, 2, 2, generator=seeded(1))
    level = torch.tensor([[0.0, 0.5, 1.0], [0.3, 0.3, GIVEN_NOISE]])

    def oracle(noisy: torch.Tensor, level: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        t = level[:, None, :, None, None]
        return torch.where(t > GIVEN_NOISE, (noisy - latents) / t.clamp(min=1e-3), 1e6)

    text, mask = torch.zeros(2, 0, 8), torch.zeros(2, 0, dtype=torch.bool)
    assert loss(oracle, latents, level, text, mask, generator=seeded()) < 1e-10
    nothing = loss(
        lambda x, *_: torch.zeros_like(x), latents, level, text, mask, generator=seeded()
    )
    assert 1 < nothing < 3  # noise and latents have variance 1 each


def test_equal_levels_are_equal_and_shift_moves_them_to_noise() -> None:
    low = draw_levels(4000, 3, seeded(), 1.0, ONLY["equal"])
    high = draw_levels(4000, 3, seeded(), 3.0, ONLY["equal"])
    assert torch.equal(low, low[:, :1].expand(-1, 3))
    assert low.mean() == pytest.approx(0.5, abs=0.02)
    assert torch.allclose(high, (3 * low / (1 + 2 * low)), atol=0.1)
    assert high.max() <= 1 and low.min() > GIVEN_NOISE
    assert (low > 0.97).any() and (low < 0.05).any()


@pytest.mark.parametrize("frames", [2, 4, 7])
@pytest.mark.parametrize("name", ["prefix", "suffix", "ends"])
def test_given_frames_stand_where_the_pattern_says(name: str, frames: int) -> None:
    levels = draw_levels(500, frames, seeded(), 2.0, ONLY[name])
    given = levels <= GIVEN_NOISE
    assert given.any(1).all() and not given.all(1).any()
    if name == "ends" and frames > 2:
        assert given[:, 0].all() and given[:, -1].all()
    elif name == "prefix":
        assert given[:, 0].all() and not given[:, -1].any()
        assert set(given.sum(1).tolist()) == set(range(1, frames))
    else:
        assert given[:, -1].all() and not given[:, 0].any()
    changes = (given[:, 1:] != given[:, :-1]).sum(1)
    assert changes.max() <= (2 if name == "ends" else 1)  # one run of frames to be made
    clean = (levels == 0).any(1).float().mean()
    assert clean == pytest.approx(0.5, abs=0.1)  # the other half carries a little noise


def test_independent_levels_differ() -> None:
    levels = draw_levels(100, 4, seeded(), 2.0, ONLY["independent"])
    assert (levels[:, 0] != levels[:, 1]).all()


@pytest.mark.parametrize("name", list(ONLY))
def test_a_picture_is_never_given_whole(name: str) -> None:
    assert (draw_levels(100, 1, seeded(), 2.0, ONLY[name]) > GIVEN_NOISE).all()


def test_the_mix_has_the_shares_that_it_says() -> None:
    levels = draw_levels(5000, 4, seeded())
    equal = (levels == levels[:, :1]).all(1).float().mean()
    given = (levels <= GIVEN_NOISE).any(1).float().mean()
    assert equal == pytest.approx(0.7, abs=0.03)
    assert given == pytest.approx(0.18, abs=0.03)


def test_shares_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        Patterns(equal=0.9)


def test_what_weighs_more_counts_more_and_frames_alike() -> None:
    latents, level = torch.zeros(1, 2, 2, 4, 4), torch.full((1, 2), 0.5)
    text, mask = torch.zeros(1, 1, 8), torch.ones(1, 1, dtype=torch.bool)

    def network(noisy: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        wrong = torch.zeros_like(noisy)
        wrong[:, :, 0, 0, 0] = 4.0  # one place of one frame
        return noisy / 0.5 + wrong  # the latents are zero, so this is the noise

    weight = torch.ones(1, 2, 4, 4)
    plain = loss(network, latents, level, text, mask)
    assert plain.item() == pytest.approx(16 / 16 / 2)
    torch.testing.assert_close(loss(network, latents, level, text, mask, 5 * weight), plain)
    weight[:, :, 0, 0] = 3.0
    heavier = loss(network, latents, level, text, mask, weight)
    assert heavier.item() == pytest.approx(plain.item() * 3 / (18 / 16))


def test_regions_are_boxes_of_whole_tokens_or_all_around_them() -> None:
    regions = draw_regions((400, 3, 8, 12), seeded())
    assert regions.shape == (400, 3, 8, 12) and set(regions.unique().tolist()) == {0.0, 1.0}
    assert torch.equal(regions[:, :1].expand(-1, 3, -1, -1), regions)
    tokens = regions[:, 0].unfold(1, 2, 2).unfold(2, 2, 2).flatten(3)
    assert (tokens == tokens[..., :1]).all()
    share = regions.mean((1, 2, 3))
    assert 0 < share.min() < 0.1 and 0.9 < share.max() < 1
    boxed = (regions[:, 0, :, 0].all(1) | regions[:, 0, :, -1].all(1)).float().mean()
    assert 0.3 < boxed < 0.7  # the rest lies in the middle


def test_only_what_is_asked_of_a_frame_counts() -> None:
    latents = torch.randn(1, 2, 2, 4, 4, generator=seeded(1))
    region = torch.zeros(1, 2, 4, 4)
    region[..., :2] = 1.0
    level = within(torch.full((1, 2), 0.5), region)
    text, mask = torch.zeros(1, 0, 8), torch.zeros(1, 0, dtype=torch.bool)

    def network(noisy: torch.Tensor, level: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        assert torch.equal(noisy[..., 2:], latents[..., 2:])
        right = (noisy - latents) / level[:, None].clamp(min=1e-3)
        return torch.where(level[:, None] > 0, right + 1, 1e6)

    assert loss(network, latents, level, text, mask, generator=seeded()).item() == pytest.approx(1)
