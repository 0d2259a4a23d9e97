from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from lichtspiel.diffusion.flow import per_frame
from lichtspiel.diffusion.samplers import SAMPLERS
from lichtspiel.diffusion.schedules import linear, shifted

ORDERS = {"euler": 1, "heun": 2, "multistep": 2}


def start(value: float = 1.0, frames: int = 1) -> Tensor:
    return torch.full((1, 1, frames, 1, 1), value, dtype=torch.float64)


def growth(latents: Tensor, level: Tensor) -> Tensor:
    """dx / dt = 2 t x: from x(1) = 1 the flow ends at x(0) = 1 / e."""
    return 2 * per_frame(level).double() * latents


def uneven(steps: int) -> Tensor:
    return shifted(steps, 2.0)


@pytest.mark.parametrize("grid", [linear, uneven])
@pytest.mark.parametrize("name", list(SAMPLERS))
def test_error_falls_with_the_order_of_the_method(name: str, grid: object) -> None:
    assert callable(grid)
    errors = [
        abs(SAMPLERS[name](growth, start(), grid(steps)).item() - math.exp(-1))
        for steps in (40, 80)
    ]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(ORDERS[name], abs=0.2)
    assert errors[1] < (1e-2 if ORDERS[name] == 1 else 3e-4)


@pytest.mark.parametrize("name", list(SAMPLERS))
def test_a_straight_line_takes_one_step(name: str) -> None:
    end = SAMPLERS[name](lambda x, t: torch.full_like(x, 3.0), start(5.0), linear(1))
    assert end.item() == 2.0


@pytest.mark.parametrize("name", list(SAMPLERS))
def test_noise_flows_into_the_target_gaussian(name: str) -> None:
    """For data of N(m, s^2) the exact flow carries noise e to m + s e."""
    m, s = 1.5, 0.5

    def velocity(x: Tensor, level: Tensor) -> Tensor:
        t = per_frame(level).double()
        variance = (1 - t) ** 2 * s * s + t * t
        clean = m + (1 - t) * s * s / variance * (x - (1 - t) * m)
        return torch.where(t > 0, (x - clean) / t.clamp(min=1e-9), x - m)

    noise = torch.randn(1, 4, 2, 8, 8, generator=torch.Generator().manual_seed(0)).double()
    end = SAMPLERS[name](velocity, noise, linear(100))
    assert torch.allclose(end, m + s * noise, atol=0.05 if name == "euler" else 5e-3)


@pytest.mark.parametrize("name", list(SAMPLERS))
def test_given_frames_stay_and_others_follow_their_own_levels(name: str) -> None:
    begin = torch.tensor([1.0, 2.0, 3.0]).double().view(1, 1, 3, 1, 1)
    scale = torch.tensor([0.0, 0.5, 1.0])  # given, half noise, all noise
    levels = linear(200)[:, None, None] * scale
    end = SAMPLERS[name](growth, begin, levels.expand(-1, 1, -1)).flatten()
    assert end[0] == 1.0
    assert end[1].item() == pytest.approx(2 * math.exp(-0.25), abs=5e-3)
    assert end[2].item() == pytest.approx(3 * math.exp(-1), abs=2e-2)
    alone = SAMPLERS[name](growth, start(3.0), linear(200))
    assert end[2].item() == pytest.approx(alone.item(), abs=1e-9)


@pytest.mark.parametrize("name", list(SAMPLERS))
def test_every_step_is_reported_and_the_end_is_not_asked(name: str) -> None:
    done: list[int] = []
    asked: list[float] = []

    def velocity(x: Tensor, level: Tensor) -> Tensor:
        asked.append(level.min().item())
        return x

    SAMPLERS[name](velocity, start(), linear(4), on_step=done.append)
    assert done == [1, 2, 3, 4]
    assert min(asked) > 0  # networks are not trained at level 0
    assert len(asked) == (7 if name == "heun" else 4)
