from __future__ import annotations

import torch
from torch import Tensor

from lichtspiel.diffusion.guidance import guided

LATENTS = torch.zeros(2, 3, 2, 2, 2)
LEVEL = torch.tensor([[0.0, 0.5]]).expand(2, -1)


class Told:
    """A network whose velocity is the sum of the text that it may see; counts its calls."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, latents: Tensor, level: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        assert len(latents) == len(level) == len(text) == len(mask)
        self.batches.append(len(latents))
        seen = (text * mask[..., None]).sum((1, 2))[:, None, None, None, None]
        ramp = torch.arange(latents[0].numel()).view(latents.shape[1:]).float()
        return latents + seen * (1 + ramp)


def texts(length: int, value: float, batch: int = 2) -> tuple[Tensor, Tensor]:
    return torch.full((batch, length, 1), value), torch.ones(batch, length, dtype=torch.bool)


def test_result_is_pushed_from_negative_to_text() -> None:
    network = Told()
    velocity = guided(network, *texts(3, 1.0), *texts(5, 0.2, batch=1), scale=3.0)
    result = velocity(LATENTS, LEVEL)
    assert network.batches == [4]  # both passes in one call
    assert torch.allclose(result[:, 0, 0, 0, 0], torch.tensor(1.0 + 3.0 * (3.0 - 1.0)))


def test_scale_one_makes_one_pass_with_the_text_only() -> None:
    network = Told()
    result = guided(network, *texts(3, 1.0), *texts(5, 9.0), scale=1.0)(LATENTS, LEVEL)
    assert network.batches == [2]
    assert (result[:, 0, 0, 0, 0] == 3).all()


def test_scale_zero_is_the_negative_alone() -> None:
    result = guided(Told(), *texts(3, 1.0), *texts(2, 0.5), scale=0.0)(LATENTS, LEVEL)
    assert torch.allclose(result[:, 0, 0, 0, 0], torch.tensor(1.0))


def test_outside_the_interval_there_is_no_guidance() -> None:
    network = Told()
    velocity = guided(network, *texts(3, 1.0), *texts(3, 0.0), scale=4.0, interval=(0.2, 0.6))
    assert (velocity(LATENTS, LEVEL)[:, 0, 0, 0, 0] == 12).all()
    assert (velocity(LATENTS, LEVEL + 0.4)[:, 0, 0, 0, 0] == 3).all()
    assert network.batches == [4, 2]


def test_rescale_brings_back_the_spread_of_the_text() -> None:
    plain = guided(Told(), *texts(3, 1.0), *texts(3, 0.0), scale=1.0)(LATENTS, LEVEL)
    full = guided(Told(), *texts(3, 1.0), *texts(3, 0.0), scale=5.0, rescale=1.0)(LATENTS, LEVEL)
    half = guided(Told(), *texts(3, 1.0), *texts(3, 0.0), scale=5.0, rescale=0.5)(LATENTS, LEVEL)
    assert torch.allclose(full, plain, rtol=1e-4)
    assert torch.allclose(half, 3 * plain, rtol=1e-4)
