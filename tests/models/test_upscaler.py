from __future__ import annotations

from functools import cache

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.evaluate.metrics import psnr
from lichtspiel.models.upscaler import REACH, WEIGHTS, Upscaler, cuts

load = cache(Upscaler.load)
STEP = 2 / 255


def discs(side: int) -> Tensor:
    """Coloured discs on a slope of grey, drawn with soft edges of a pixel: (1, 3, side, side)."""
    y, x = torch.meshgrid(*[(torch.arange(side) + 0.5) / side] * 2, indexing="ij")
    picture = torch.stack([0.8 * y - 0.4] * 3)
    for number, (cy, cx, radius) in enumerate(((0.3, 0.3, 0.2), (0.6, 0.7, 0.25), (0.8, 0.2, 0.1))):
        inside = ((radius - (y - cy).hypot(x - cx)) * side + 0.5).clamp(0, 1)
        color = torch.tensor([0.9, 0.1, -0.7]).roll(number)[:, None, None]
        picture = picture + inside * (color - picture)
    return picture[None]


def test_edges_are_steeper_than_those_of_bicubic_and_stand_where_they_stood() -> None:
    assert WEIGHTS.stat().st_size < 2e6
    small, large = discs(48), discs(96)
    made = load().enlarge(small)
    bicubic = F.interpolate(small, scale_factor=2, mode="bicubic")
    steps = [float(one.diff(dim=-1).abs().max()) for one in (made, bicubic)]
    assert steps[0] > 1.2 * steps[1]
    assert psnr(made, large) > 30
    assert torch.equal(made, load().enlarge(small))


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("colour", [(-1.0, -1.0, -1.0), (0.1, 0.1, 0.1), (0.2, -0.4, 0.6)])
def test_a_plain_colour_stays(factor: int, colour: tuple[float, float, float]) -> None:
    plain = torch.tensor(colour).view(1, 3, 1, 1)
    made = load().enlarge(plain.expand(1, 3, 48, 60), factor)
    assert made.shape == (1, 3, 48 * factor, 60 * factor)
    inside = made[..., REACH * factor : -REACH * factor, REACH * factor : -REACH * factor]
    assert (inside - plain).abs().max() < STEP


@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_are_what_the_whole_would_be(factor: int) -> None:
    torch.manual_seed(0)
    picture = discs(90)[..., :70, :] + 0.05 * torch.randn(1, 3, 70, 90)
    whole = load().enlarge(picture, factor)
    tiled = load().enlarge(picture, factor, tile=32)
    assert (tiled - whole).abs().max() < 0.01 * STEP


@pytest.mark.parametrize("size", [(1, 1), (3, 41)])
def test_frames_of_any_size(size: tuple[int, int]) -> None:
    made = load().enlarge(torch.zeros(2, 3, *size), tile=16)
    assert made.shape == (2, 3, 2 * size[0], 2 * size[1])
    assert made.abs().max() < 0.1


def test_tiles_cover_a_side() -> None:
    assert cuts(192, 384) == [(0, 192)]
    assert cuts(1280, 384) == [(0, 320), (320, 640), (640, 960), (960, 1280)]
    assert cuts(385, 384) == [(0, 192), (192, 385)]
