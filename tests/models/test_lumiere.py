from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lichtspiel.diffusion import flow
from lichtspiel.models import networks
from lichtspiel.models.himmel import Himmel, HimmelConfig
from lichtspiel.models.lumiere import Lumiere, LumiereConfig, neighbours, paired
from lichtspiel.models.presets import LUMIERE_MINI, PRESETS
from lichtspiel.shapes import SIZES, ClipShape
from lichtspiel.studio import WEIGHTS
from lichtspiel.train.optim import build_optimizers

PICTURE = HimmelConfig(width=64, depth=3, heads=2, mlp_ratio=2, text_width=8, channels=4, detail=8)
TINY = LumiereConfig(PICTURE, before=1, after=1, deep=1)


def shaken(network: Himmel | Lumiere) -> None:
    """Leave nothing at zero, as after some training."""
    with torch.no_grad():
        for param in network.parameters():
            param.add_(torch.randn_like(param) * 0.05)


@pytest.fixture
def himmel() -> Himmel:
    torch.manual_seed(0)
    network = Himmel(PICTURE)
    shaken(network)
    return network.eval()


@pytest.fixture
def fresh(himmel: Himmel) -> Lumiere:
    """As training begins: a trained picture network, and new layers around it."""
    network = Lumiere(TINY)
    networks.begin(network, himmel.state_dict())
    return network.eval()


@pytest.fixture
def model() -> Lumiere:
    torch.manual_seed(0)
    network = Lumiere(TINY)
    shaken(network)
    return network.eval()


def inputs(batch: int = 2, n: int = 5, h: int = 4, w: int = 6) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(1)
    latents = torch.randn(batch, 4, n, h, w, generator=generator)
    level = torch.rand(batch, n, generator=generator) * 0.9 + 0.1
    text = torch.randn(batch, 5, 8, generator=generator)
    mask = torch.arange(5) < torch.tensor([[5], [3]])[:batch]
    return latents, level, text, mask


def test_pictures_begin_exactly_as_himmel_makes_them(himmel: Himmel, fresh: Lumiere) -> None:
    latents, level, text, mask = inputs(n=1)
    expected = himmel(latents, level, text, mask)
    torch.testing.assert_close(fresh(latents, level, text, mask), expected)
    by_place = level[:, :, None, None] * (torch.rand(2, 1, 4, 6) > 0.3)
    expected = himmel(latents, by_place, text, mask)
    torch.testing.assert_close(fresh(latents, by_place, text, mask), expected)


@torch.inference_mode()
def test_with_the_embedded_weights_clips_begin_near_those_of_himmel() -> None:
    preset = PRESETS["himmel-mini"]
    config = replace(LUMIERE_MINI, picture=preset.config)
    himmel = networks.load(WEIGHTS / preset.weights, preset.config, torch.float32)
    lumiere = networks.build(config).eval()
    networks.begin(lumiere, himmel.state_dict())
    text, mask = torch.zeros(1, 1, 384), torch.zeros(1, 1, dtype=torch.bool)
    for n, near in ((1, 1e-8), (4, 0.25)):
        picture = torch.randn(1, 32, 1, 12, 12, generator=torch.Generator().manual_seed(2))
        latents = picture.expand(-1, -1, n, -1, -1) * 0.3 + torch.randn(1, 32, n, 12, 12) * 0.9
        level = torch.full((1, n), 0.75)
        expected = himmel(latents, level, text, mask)
        apart = (lumiere(latents, level, text, mask) - expected).square().mean()
        assert apart < near * expected.square().mean()


def test_where_nothing_is_at_the_coarsest_level_clips_begin_as_himmel_makes_them(
    himmel: Himmel,
) -> None:
    network = Lumiere(replace(TINY, before=2, after=1)).eval()
    networks.begin(network, himmel.state_dict())
    torch.testing.assert_close(network(*inputs()), himmel(*inputs()))


@pytest.mark.parametrize("n", [1, 2, 4, 11])
@pytest.mark.parametrize("size", list(SIZES))
def test_velocity_has_the_shape_of_the_latents(model: Lumiere, size: str, n: int) -> None:
    shape = ClipShape(1 + 8 * (n - 1), *SIZES[size]).latent()
    latents, level, text, mask = inputs(1, n, shape.height, shape.width)
    velocity = model(latents, level, text, mask)
    assert velocity.shape == latents.shape and velocity.dtype == torch.float32
    assert velocity.isfinite().all()


def test_frames_are_paired_but_for_the_first_picture() -> None:
    frames = torch.arange(6)[None]
    assert paired(frames[:, :1]).tolist() == [[[0, 0]]]
    assert paired(frames[:, :5]).tolist() == [[[0, 0], [1, 2], [3, 4]]]
    assert paired(frames).tolist() == [[[0, 0], [1, 2], [3, 4], [5, 5]]]


def test_neighbours_are_those_of_the_same_clip() -> None:
    x = torch.arange(1.0, 7.0).view(6, 1, 1, 1)  # two clips of three frames
    seen = neighbours(x, 3).flatten(1).tolist()
    assert seen == [[0, 1, 2], [1, 2, 3], [2, 3, 0], [0, 4, 5], [4, 5, 6], [5, 6, 0]]


def test_every_frame_sees_every_other_and_no_clip_another(model: Lumiere) -> None:
    latents, level, text, mask = inputs(n=7)
    base = model(latents, level, text, mask)
    latents[0, :, 6] += 1
    change = (model(latents, level, text, mask) - base).abs().mean((1, 3, 4))
    assert change[0].min() > 1e-5 and change[1].max() < 1e-6
    assert change[0].argmax() == 6


def test_a_given_source_and_its_mask_have_channels_of_their_own(model: Lumiere) -> None:
    latents, level, text, mask = inputs(n=3)
    spread = level[:, :, None, None].expand(-1, -1, 4, 6).clone()
    torch.testing.assert_close(
        model(latents, spread, text, mask), model(latents, level, text, mask)
    )
    spread[:, 1, :2, :2] = 0
    with_source = model(latents, spread, text, mask)
    with torch.no_grad():
        model.enter.weight[:, 4:] = 0
    without = model(latents, spread, text, mask)
    assert (with_source - without).abs().mean((0, 1))[1, :2, :2].mean() > 1e-3


def test_gradients_under_bf16_autocast_are_finite_and_everywhere(model: Lumiere) -> None:
    latents, level, text, mask = inputs()
    with torch.autocast("cpu", torch.bfloat16):
        loss = flow.loss(model, latents, level, text, mask)
    loss.backward()
    for name, param in model.named_parameters():
        assert param.grad is not None and param.grad.isfinite().all(), name
        assert param.grad.any(), name


def test_it_learns_from_where_himmel_is(fresh: Lumiere) -> None:
    latents, _, text, mask = inputs(8, 3)[0], 0, *inputs(8, 3)[2:]
    optimizers = build_optimizers(fresh, lr_muon=0.005, lr_adamw=0.003)
    losses = []
    for step in range(30):
        generator = torch.Generator().manual_seed(step % 3)
        level = flow.draw_levels(8, 3, generator)
        loss = flow.loss(fresh, latents, level, text[:1].expand(8, -1, -1), mask[:1].expand(8, -1))
        losses.append(loss.item())
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
    assert sum(losses[-3:]) < 0.8 * sum(losses[:3])
    assert fresh.skip.weight.any() and fresh.down.weight.any()


def test_weights_come_back_and_those_of_himmel_do_not_pass_for_them(
    himmel: Himmel, model: Lumiere, tmp_path: Path
) -> None:
    path = tmp_path / "tiny.safetensors"
    networks.save(model, path)
    again = networks.load(path, TINY, torch.float32)
    assert torch.equal(again(*inputs()), model.bfloat16().float()(*inputs()))
    networks.save(himmel, path)
    with pytest.raises(ValueError, match="do not fit"):
        networks.load(path, TINY)


def test_sizes_that_leave_no_coarsest_level_are_refused() -> None:
    with pytest.raises(ValueError, match="can't be taken from 3"):
        LumiereConfig(PICTURE, before=2, after=2)


def test_lumiere_mini_fits_into_twenty_five_megabytes() -> None:
    count = sum(param.numel() for param in Lumiere(LUMIERE_MINI).parameters())
    assert 2 * count < 25e6
