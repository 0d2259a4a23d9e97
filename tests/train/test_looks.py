"""Hidden tokens that agree with what a picture network sees."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from lichtspiel.models.himmel import Himmel
from lichtspiel.models.presets import HimmelConfig
from lichtspiel.train.data import Batch
from lichtspiel.train.looks import WIDTH, Aligned, Sight
from lichtspiel.train.objectives import Denoising


def picture(seed: int) -> Tensor:
    """Soft spots of chance colours, (3, 96, 128) in [-1, 1]."""
    coarse = torch.rand(1, 3, 6, 8, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(coarse, (96, 128), mode="bicubic")[0] * 2 - 1


@pytest.fixture(scope="module")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Sight:
    path = tmp_path_factory.mktemp("sight") / "sight.safetensors"
    Sight.fit((picture(seed) for seed in range(12)), path)
    return Sight.load(path)


def test_components_do_not_depend_on_each_other(sight: Sight) -> None:
    seen = torch.cat([sight(picture(seed)).flatten(0, 1) for seed in range(12)])
    assert seen.shape == (12 * 3 * 4, WIDTH)
    torch.testing.assert_close(seen.mean(0), torch.zeros(WIDTH), atol=1e-3, rtol=0)
    together = seen.T @ seen / len(seen)
    spread = together.diagonal()
    assert (spread[:-1] >= spread[1:] - 1e-4).all()  # the strongest first
    assert (together - spread.diag()).abs().max() < 1e-2 * spread.max()


@pytest.mark.parametrize("stride", [2, 1])
def test_likeness_is_learned_and_what_nobody_looked_at_does_not_count(stride: int) -> None:
    torch.manual_seed(0)
    config = HimmelConfig(width=32, depth=2, heads=1, stride=stride)
    network = Himmel(config).requires_grad_(False)
    aligned = Aligned(Denoising(emphasis=0.0), network, weight=1.0, hidden=64)
    latents, text = torch.randn(4, 32, 2, 4, 4), torch.zeros(4, 0, 384)
    mask, look = torch.zeros(4, 0, dtype=torch.bool), torch.randn(4, 2, 2, WIDTH)

    def found(look: Tensor) -> Tensor:
        torch.manual_seed(1)  # the same noise each time
        return aligned(network, Batch(latents, text, mask, torch.zeros(4, 2, 4, 4), look))

    alone = found(torch.zeros_like(look))
    optimizer = torch.optim.AdamW(aligned.parameters(), 0.003)
    first = found(look).item()
    assert first - alone.item() == pytest.approx(1.0, abs=0.2)  # chance directions
    for _ in range(60):
        optimizer.zero_grad()
        found(look).backward()
        optimizer.step()
    assert found(look).item() - alone.item() < 0.2
    torch.testing.assert_close(found(torch.zeros_like(look)), alone)


def test_a_checkpoint_of_the_network_knows_nothing_of_it(tmp_path: Path) -> None:
    network = Himmel(HimmelConfig(width=32, depth=2, heads=1))
    names = set(network.state_dict())
    Aligned(Denoising(), network, weight=1.0)
    assert set(network.state_dict()) == names
