from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.diffusion import flow
from lichtspiel.diffusion.conditioning import initial_noise
from lichtspiel.diffusion.guidance import guided
from lichtspiel.diffusion.samplers import multistep
from lichtspiel.diffusion.schedules import linear
from lichtspiel.models import networks
from lichtspiel.models.himmel import Himmel, HimmelConfig
from lichtspiel.models.presets import PRESETS
from lichtspiel.shapes import SIZES, ClipShape, LatentShape
from lichtspiel.train.optim import build_optimizers

TINY = HimmelConfig(width=64, depth=2, heads=2, mlp_ratio=2, text_width=8, channels=4, detail=8)


@pytest.fixture
def model() -> Himmel:
    """A tiny network in which nothing is left at zero, as after some training."""
    torch.manual_seed(0)
    network = Himmel(TINY)
    with torch.no_grad():
        for param in network.parameters():
            param.add_(torch.randn_like(param) * 0.05)
    return network.eval()


def inputs(batch: int = 2, n: int = 3, h: int = 4, w: int = 6) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(1)
    latents = torch.randn(batch, 4, n, h, w, generator=generator)
    level = torch.rand(batch, n, generator=generator)
    text = torch.randn(batch, 5, 8, generator=generator)
    mask = torch.arange(5) < torch.tensor([[5], [3]])[:batch]
    return latents, level, text, mask


@pytest.mark.parametrize("n", [1, 4, 7])
@pytest.mark.parametrize("size", list(SIZES))
def test_velocity_has_the_shape_of_the_latents(model: Himmel, size: str, n: int) -> None:
    shape = ClipShape(1 + 8 * (n - 1), *SIZES[size]).latent()
    latents, level, text, mask = inputs(1, n, shape.height, shape.width)
    velocity = model(latents, level, text, mask)
    assert velocity.shape == latents.shape and velocity.dtype == torch.float32
    assert velocity.isfinite().all()


def test_a_fresh_network_predicts_zero() -> None:
    assert (Himmel(TINY)(*inputs()) == 0).all()


def test_what_overlapping_tokens_say_is_their_mean(model: Himmel) -> None:
    overlapping = Himmel(replace(TINY, stride=1))
    overlapping.load_state_dict(model.state_dict())
    torch.manual_seed(0)
    x = torch.randn(2, 4, 4, 6)
    for network in (model, overlapping):  # patches as they stand in x, and put together again
        again = network._joined(F.unfold(x, 2, stride=network.config.stride), (4, 6))
        assert torch.allclose(again, x, atol=1e-6)
    latents, level, text, mask = inputs()
    assert overlapping.frames(latents)[1] == (3, 3, 5)
    assert overlapping(latents, level, text, mask).shape == latents.shape
    by_place = level[:, :, None, None].expand(2, 3, 4, 6)
    assert torch.allclose(
        overlapping(latents, by_place, text, mask),
        overlapping(latents, level, text, mask),
        atol=1e-5,
    )


def test_distances_mean_the_same_with_any_stride(model: Himmel) -> None:
    overlapping = Himmel(replace(TINY, stride=1))
    places = overlapping.where((1, 3, 5)).view(3, 5, 3)
    assert torch.equal(places[::2, ::2].flatten(0, 1), model.where((1, 2, 3)))
    with pytest.raises(ValueError, match="stride"):
        replace(TINY, stride=3)


def test_clips_of_a_batch_do_not_mix(model: Himmel) -> None:
    latents, level, text, mask = inputs()
    both = model(latents, level, text, mask)
    alone = model(latents[1:], level[1:], text[1:], mask[1:])
    assert torch.allclose(both[1:], alone, atol=1e-5)


def test_each_frame_has_its_own_noise_level(model: Himmel) -> None:
    latents, level, text, mask = inputs()
    other = level.clone()
    other[0, 1] = 1 - other[0, 1]
    change = (model(latents, other, text, mask) - model(latents, level, text, mask)).abs()
    by_frame = change.mean((1, 3, 4))
    assert by_frame[0, 1] > 2 * by_frame[0, [0, 2]].max() > 0
    assert by_frame[1].max() < 1e-5
    swapped = model(latents, level.flip(1), text, mask)
    assert not torch.allclose(swapped, model(latents, level, text, mask), atol=1e-3)


def test_text_matters_and_hidden_text_does_not(model: Himmel) -> None:
    latents, level, text, mask = inputs()
    base = model(latents, level, text, mask)
    assert not torch.allclose(model(latents, level, text.flip(0), mask), base, atol=1e-3)
    junk = text.masked_fill(~mask[..., None], float("nan"))
    assert torch.equal(model(latents, level, junk, mask), base)
    longer = torch.cat([text, text], 1)
    longer_mask = torch.cat([mask, torch.zeros_like(mask)], 1)
    assert torch.allclose(model(latents, level, longer, longer_mask), base, atol=1e-5)


def test_no_text_is_an_empty_mask_of_any_length(model: Himmel) -> None:
    latents, level, text, mask = inputs()
    empty = model(latents, level, text, torch.zeros_like(mask))
    assert empty.isfinite().all()
    none = model(latents, level, text[:, :0], mask[:, :0])
    assert torch.allclose(none, empty, atol=1e-5)
    assert not torch.allclose(empty, model(latents, level, text, mask), atol=1e-3)


def test_neighbours_and_places_matter(model: Himmel) -> None:
    latents, level, text, mask = inputs(1, 2, 6, 6)
    constant = torch.ones_like(latents)
    velocity = model(constant, level, text, mask)
    assert velocity.std((3, 4)).min() > 1e-3  # the places alone tell tokens apart
    moved = model(latents.roll(2, 4), level, text, mask).roll(-2, 4)
    assert not torch.allclose(moved, model(latents, level, text, mask), atol=1e-3)


@pytest.mark.parametrize("how", ["module", "autocast"])
def test_bf16_agrees_with_float32(model: Himmel, how: str) -> None:
    data = inputs()
    exact = model(*data)
    if how == "module":
        rough = model.bfloat16()(*data)
    else:
        with torch.autocast("cpu", torch.bfloat16):
            rough = model(*data)
    assert rough.dtype == torch.float32
    assert (rough - exact).abs().mean() < 0.02 * exact.abs().mean()


def test_gradients_under_bf16_autocast_are_finite_and_everywhere(model: Himmel) -> None:
    latents, level, text, mask = inputs(n=2)
    with torch.autocast("cpu", torch.bfloat16):
        loss = flow.loss(model, latents, level, text, mask)
    loss.backward()
    for name, param in model.named_parameters():
        assert param.grad is not None and param.grad.isfinite().all(), name
        assert param.grad.any(), name


def test_weights_come_back_and_missing_ones_are_named(model: Himmel, tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    networks.save(model, path)
    again = networks.load(path, TINY, torch.float32)
    data = inputs()
    assert torch.equal(again(*data), model.bfloat16().float()(*data))
    assert not any(param.requires_grad for param in again.parameters())
    with pytest.raises(ValueError, match=r"no\.safetensors are missing"):
        networks.load(tmp_path / "no.safetensors", TINY)
    with pytest.raises(ValueError, match="do not fit"):
        networks.load(path, HimmelConfig(width=32, heads=1))


def test_bad_sizes_are_refused(model: Himmel) -> None:
    with pytest.raises(ValueError, match="heads"):
        HimmelConfig(width=100, heads=3)
    with pytest.raises(ValueError, match="multiples of 2"):
        model(*inputs(h=5))


def test_presets_build_what_they_say() -> None:
    for name, preset in PRESETS.items():
        assert preset.name == name
        network = networks.build(preset.config)
        assert 3e6 < sum(param.numel() for param in network.parameters()) < 20e6


def test_it_learns_which_text_means_which_picture() -> None:
    torch.manual_seed(0)
    network = Himmel(replace(TINY, depth=1))
    shape = LatentShape(2, 4, 4, channels=4)
    targets = torch.randn(2, 4, 2, 1, 1).expand(-1, -1, -1, 4, 4)
    words = torch.randn(2, 3, 8)
    mask = torch.ones(2, 3, dtype=torch.bool)
    optimizers = build_optimizers(network, lr_muon=0.02, lr_adamw=0.005)
    for _ in range(80):
        which = torch.randint(2, (8,))
        level = flow.draw_levels(8, 2)
        loss = flow.loss(network, targets[which], level, words[which], mask[which])
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    velocity = guided(network, words, mask, words[:1], torch.zeros(1, 3, dtype=torch.bool), 1.0)
    with torch.inference_mode():
        films = multistep(velocity, initial_noise(shape, 3, batch=2), linear(12))
    distance = (films[:, None] - targets[None]).square().mean((2, 3, 4, 5))
    assert distance.diagonal().max() < 0.15 * distance.flip(1).diagonal().min()


def test_levels_by_token_are_those_by_frame_where_a_frame_has_one_only(model: Himmel) -> None:
    latents, level, text, mask = inputs()
    spread = level[:, :, None, None].expand(-1, -1, *latents.shape[-2:])
    torch.testing.assert_close(
        model(latents, spread, text, mask), model(latents, level, text, mask)
    )


def test_a_token_knows_its_own_level(model: Himmel) -> None:
    latents, _, text, mask = inputs()
    spread = torch.full((2, 3, 4, 6), 0.8)
    plain = model(latents, spread, text, mask)
    spread[:, 1, :2, 4:] = 0.0  # one token of one frame
    change = (model(latents, spread, text, mask) - plain).abs().mean((0, 1))
    assert change[1, :2, 4:].mean() > 2 * change[0].mean()
    assert change[1, :2, 4:].mean() > 2 * change[1, :, :2].mean()
