"""Passes by OpenVINO are those of torch, on the trained weights; exports are kept, and checked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import Tensor

from lichtspiel import Studio
from lichtspiel.diffusion import flow
from lichtspiel.models import networks
from lichtspiel.models.compiled import KEPT, VARIABLE, compiled
from lichtspiel.models.himmel import Himmel, HimmelConfig
from lichtspiel.models.presets import PRESETS
from lichtspiel.sampling import Parts
from lichtspiel.studio import WEIGHTS

#: The largest difference from torch in float32, in velocities of about 6 at most; where the
#: processor computes in bfloat16, the mean one.
EXACT, ROUGH = 1e-4, 2e-2
TINY = HimmelConfig(width=32, depth=1, heads=1, text_width=8, channels=4, detail=8)

Kept = Callable[[], list[Path]]

pytestmark = pytest.mark.skipif(find_spec("openvino") is None, reason="the extra `fast` is for x86")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """A home of its own; returns what is kept there."""
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path))
    return lambda: sorted((tmp_path / "compiled").iterdir())


@pytest.fixture
def tiny() -> Himmel:
    torch.manual_seed(0)
    network = Himmel(TINY)
    for param in network.parameters():
        param.data.add_(torch.randn_like(param) * 0.1)
    return network.eval().requires_grad_(False)


def inputs(latents: tuple[int, ...], length: int, by_token: bool, width: int) -> list[Tensor]:
    """Latents of a shape, a given first frame, and texts of which the first half is hidden."""
    generator = torch.Generator().manual_seed(sum(latents))
    level = torch.rand(latents[0], *latents[2 : 5 if by_token else 3], generator=generator)
    level[:, 0] = 0
    mask = torch.arange(length).expand(latents[0], -1) >= length // 2
    text = torch.randn(*mask.shape, width, generator=generator)
    return [torch.randn(latents, generator=generator), level, text, mask]


def of_tiny() -> list[Tensor]:
    return inputs((1, 4, 2, 4, 4), 3, False, 8)


@pytest.mark.parametrize(
    ("model", "by_token"),
    [("himmel-mini", False), ("himmel-mini", True), ("lumiere-mini", False)],
)
@torch.inference_mode()
def test_trained_networks_say_what_they_say_in_torch(model: str, by_token: bool) -> None:
    preset = PRESETS[model]
    network = networks.load(WEIGHTS / preset.weights, preset.config, torch.float32)
    forward = compiled(network, "openvino")
    from openvino import Core

    rough = "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    shapes = [((1, 32, 7, 12, 12), 90), ((2, 32, 4, 10, 16), 0), ((1, 32, 1, 16, 10), 33)]
    for shape, length in shapes:
        given = inputs(shape, length, by_token, 384)
        off = (forward(*given) - network(*given)).abs()
        assert off.mean() < ROUGH if rough else off.max() < EXACT
    given[3][:] = False  # a text of which nothing is left is no text
    silent = inputs(shape, 0, by_token, 384)
    assert (forward(*given) - forward(*given[:2], *silent[2:])).abs().mean() < (
        ROUGH if rough else EXACT
    )


def test_an_export_is_kept_and_made_again_when_it_is_damaged(kept: Kept, tiny: Himmel) -> None:
    made = compiled(tiny, "openvino")(*of_tiny())
    (file,) = kept()
    whole, written = file.read_bytes(), file.stat().st_mtime_ns
    assert compiled(tiny, "openvino")(*of_tiny()).equal(made)
    assert file.stat().st_mtime_ns == written, "what is there was not read"
    for broken in (whole[:-1], whole[:99] + bytes([whole[99] ^ 1]) + whole[100:]):
        file.write_bytes(broken)
        assert compiled(tiny, "openvino")(*of_tiny()).equal(made)
        assert kept() == [file] and len(file.read_bytes()) == pytest.approx(len(whole), rel=0.01)


def test_other_weights_are_another_export_and_old_ones_go(kept: Kept, tiny: Himmel) -> None:
    made = compiled(tiny, "openvino")(*of_tiny())
    (first,) = kept()
    for number in range(KEPT):
        (first.parent / f"{number}.blob").touch()
    os.utime(first, (0, 0))
    tiny.out.bias.data += 1
    changed = compiled(tiny, "openvino")(*of_tiny())
    assert (changed - made).abs().max() > 0.1
    assert first not in kept() and len(kept()) == KEPT


def test_a_home_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Himmel
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "file"))
    made = compiled(tiny, "openvino")(*of_tiny())
    assert (made - tiny(*of_tiny())).abs().max() < 0.1


def test_which_engine_is_chosen(monkeypatch: pytest.MonkeyPatch, tiny: Himmel) -> None:
    def chosen(network: Himmel, wished: str | None = None) -> str:
        function: flow.Network = compiled(network, wished)
        return "torch" if function is network else "openvino"

    monkeypatch.delenv(VARIABLE, raising=False)
    assert chosen(tiny) == "openvino" and chosen(tiny, "torch") == "torch"
    monkeypatch.setenv(VARIABLE, "torch")
    assert chosen(tiny) == "torch" and chosen(tiny, "openvino") == "openvino"
    monkeypatch.setenv(VARIABLE, "steam")
    with pytest.raises(ValueError, match="no engine 'steam'; choose one of: torch, openvino"):
        compiled(tiny)
    elsewhere = Himmel(TINY).to("meta")
    assert chosen(elsewhere, "torch") == "torch"
    with pytest.raises(ValueError, match="needs a CPU"):
        compiled(elsewhere, "openvino")


FILM = """
import hashlib, sys
from lichtspiel import Studio
from lichtspiel.media import read
studio = Studio.load("himmel-mini")
film = studio.generate("a dog in the snow", seconds=0.75, seed=3, steps=2)
shown = hashlib.sha256(b"".join(frame.tobytes() for frame in read.frames(film.path)))
print(studio.parts.engine, film.id, shown.hexdigest(), "openvino" in sys.modules)
assert sys.modules.get("openvino_telemetry") is None, "OpenVINO would tell others that it is used"
"""


def test_the_next_process_makes_the_same_film_and_torch_needs_no_openvino(tmp_path: Path) -> None:
    def made(**settings: str) -> list[str]:
        own = {"LICHTSPIEL_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-W", "error", "-c", FILM]
        done = subprocess.run(command, env={**os.environ, **own, **settings}, stdout=-1, text=True)
        assert done.returncode == 0
        return done.stdout.split()

    first, again, other = made(), made(), made(**{VARIABLE: "torch"})
    assert first == again and first[0] == "openvino"
    assert other[0] == "torch" and other[3] == "False" and other[1] != first[1]


def test_a_look_is_worn_in_torch(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    parts = Studio.load("himmel-mini", engine="openvino").parts
    assert isinstance(parts, Parts) and parts.engine == "openvino"
    name = "blocks.0.feedforward.up"
    linear = dict(parts.network.named_modules())[name]
    assert isinstance(linear, torch.nn.Linear)
    thin = {f"{name}.up": torch.ones(linear.out_features, 1)}
    thin |= {f"{name}.down": torch.ones(1, linear.in_features)}
    save_file(thin, tmp_path / "look.safetensors")
    worn = parts.wearing([(tmp_path / "look.safetensors", 0.5)])
    assert worn.engine == "torch" and worn.velocity is worn.network is not parts.network
    assert parts.wearing([]) is parts
