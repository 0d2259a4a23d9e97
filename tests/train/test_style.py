"""Looks that are learned from pictures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from lichtspiel.making import adapter
from lichtspiel.models.adapters import adapted, learnable, learned
from lichtspiel.models.himmel import Himmel
from lichtspiel.models.presets import LOOKS, HimmelConfig
from lichtspiel.studio import Studio
from lichtspiel.train.style import StyleTraining, examples, run

TINY = HimmelConfig(width=32, depth=2, heads=1)


def inputs() -> tuple[torch.Tensor, ...]:
    torch.manual_seed(1)
    mask = torch.ones(2, 3, dtype=torch.bool)
    return torch.randn(2, 32, 1, 4, 4), torch.rand(2, 1), torch.randn(2, 3, 384), mask


@pytest.fixture
def tuned(tmp_path: Path) -> tuple[Himmel, Himmel, Path]:
    """A network, the same with an adapter that was taught something, and the adapter's file."""
    torch.manual_seed(0)
    network = Himmel(TINY)
    for param in network.parameters():
        param.data += 0.1 * torch.randn_like(param)
    other = learnable(network, rank=2)
    assert torch.equal(other(*inputs()), network(*inputs()))  # at first it changes nothing
    teaching = [param for param in other.parameters() if param.requires_grad]
    optimizer = torch.optim.AdamW(teaching, 0.05)
    for _ in range(3):
        optimizer.zero_grad()
        other(*inputs()).square().mean().backward()
        optimizer.step()
    save_file(learned(other), tmp_path / "look.safetensors")
    return network, other, tmp_path / "look.safetensors"


@torch.no_grad()
def test_the_weight_goes_from_the_network_to_the_tuned_one(
    tuned: tuple[Himmel, Himmel, Path],
) -> None:
    network, other, path = tuned
    plain, there = network(*inputs()), other(*inputs())
    assert (there - plain).abs().mean() > 0.01
    assert torch.equal(adapted(network, [(path, 0.0)])(*inputs()), plain)
    again = adapted(network, [(path, 1.0)])(*inputs())  # from float16
    assert (again - there).abs().mean() < 0.01 * (there - plain).abs().mean()
    back = adapted(adapted(network, [(path, 0.7)]), [(path, -0.7)])
    torch.testing.assert_close(back(*inputs()), plain, atol=1e-3, rtol=0)
    assert adapted(network, []) is network
    assert torch.equal(network(*inputs()), plain)  # it is left as it is


def test_other_files_are_refused(tuned: tuple[Himmel, Himmel, Path], tmp_path: Path) -> None:
    _, _, path = tuned
    with pytest.raises(ValueError, match="another model"):
        adapted(Himmel(replace(TINY, width=64)), [(path, 1.0)])
    save_file({"blocks.0.up": torch.ones(2, 2)}, tmp_path / "half.safetensors")
    (tmp_path / "text.safetensors").write_text("none")
    for name in ("half", "text"):
        with pytest.raises(ValueError, match="no adapter"):
            adapted(Himmel(TINY), [(tmp_path / f"{name}.safetensors", 1.0)])


def test_a_look_is_learned_from_pictures(tmp_path: Path) -> None:
    """All pictures are blue: afterwards, those of the model are bluer."""
    folder = tmp_path / "blue"
    folder.mkdir()
    chance = np.random.default_rng(0)
    for number in range(6):
        coarse = chance.integers(0, 60, (6, 6, 3)) + np.array([0, 20, 180])
        picture = Image.fromarray(coarse.astype(np.uint8)).resize(
            (192, 192), Image.Resampling.BICUBIC
        )
        picture.save(folder / f"{number}.png")
        (folder / f"{number}.txt").write_text("A dog on the beach.")
    Image.new("RGB", (320, 200), "blue").save(folder / "wide.png")
    studio = Studio.load("himmel-base")
    found = examples(folder, studio.parts)
    assert {size: len(some) for size, some in found.items()} == {"square": 6, "landscape": 1}
    assert found["square"][0].latents.shape == (32, 1, 12, 12)
    assert len(found["square"][0].text) > 3 and len(found["landscape"][0].text) == 0
    losses: list[float] = []
    settings = StyleTraining(rank=4, steps=24, batch=4, rate=0.01)
    path = run(
        folder,
        tmp_path / "blue.safetensors",
        studio.parts,
        settings,
        lambda done, total, loss: losses.append(loss),
    )
    assert losses[-1] < losses[0]

    def blue(weight: float) -> float:
        adapters = ((path, weight),)
        film = studio.generate("a dog on the beach", still=True, seed=3, steps=6, adapters=adapters)
        red, _, blue = np.asarray(Image.open(film.path)).reshape(-1, 3).mean(0)
        return float(blue - red)

    assert min(blue(0.5), blue(1.0)) > blue(0.0)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("none")
    with pytest.raises(ValueError, match="no pictures"):
        run(tmp_path, tmp_path / "a.safetensors", Studio.load("himmel-base").parts, StyleTraining())


INKS = {
    "poster": np.array([[38, 30, 48], [196, 62, 48], [240, 176, 64], [250, 236, 204.0]]),
    "cyanotype": np.linspace([12, 42, 92.0], [240, 238, 226.0], 32),
}


@pytest.mark.parametrize("model", ["himmel-mini", "himmel-base"])
@pytest.mark.parametrize("name", sorted(LOOKS))
def test_the_looks_that_come_along_print_in_their_inks(name: str, model: str) -> None:
    """By how much pixels miss the nearest ink: far less with the look than without."""
    studio = Studio.load(model)

    def missed(weight: float) -> float:
        film = studio.generate(
            "a bear in the forest", still=True, seed=5, adapters=((LOOKS[name], weight),)
        )
        pixels = np.asarray(Image.open(film.path), np.float64).reshape(-1, 1, 3)
        return float(np.linalg.norm(pixels - INKS[name], axis=-1).min(1).mean())

    assert missed(1.0) < 0.6 * missed(0.0)


def test_a_look_is_asked_for_by_its_name_or_its_file() -> None:
    assert adapter("poster") == (LOOKS["poster"], 1.0)
    assert adapter("poster:0.5") == (LOOKS["poster"], 0.5)
    assert adapter("my.safetensors:0.5") == (Path("my.safetensors"), 0.5)
    assert adapter("odd:name.safetensors") == (Path("odd:name.safetensors"), 1.0)
