"""Plans by what is free: known sizes, and small models against what was planned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lichtspiel.models import fitting, folders
from lichtspiel.models.fitting import GB, Machine, fit
from lichtspiel.models.open_presets import OPEN, OpenPreset
from lichtspiel.models.presets import ABILITIES

SMALL_WAN, WAN = OPEN["wan2.1-1.3b"], OPEN["wan2.1-14b"]


def gpu(free: float, memory: float = 128) -> Machine:
    return Machine("cuda", int(free * GB), int(memory * GB))


def planned(preset: OpenPreset, machine: Machine) -> fitting.Fit:
    shape = next(iter(preset.sizes.values()))
    return fit(preset, fitting.expected(preset), machine, shape, preset.window)


@pytest.mark.parametrize("preset", OPEN.values(), ids=list(OPEN))
def test_presets_are_sound(preset: OpenPreset) -> None:
    assert preset.window % preset.stride == preset.overlap % preset.stride == 1
    assert preset.can and preset.can <= ABILITIES
    assert all(side % preset.multiple == 0 for size in preset.sizes.values() for side in size)
    assert preset.licence.address or not preset.licence.terms
    network, others = preset.billions
    assert preset.download > 1.9 * (network + others)  # two bytes a number, at least
    for machine in (gpu(80), gpu(24)):  # all run on these, as they can
        assert planned(preset, machine).peak <= machine.free


def test_tokens_and_operations_of_the_papers() -> None:
    # arXiv 2503.20314: 81 frames of 480 x 832 are 21 x 30 x 52 tokens of the small Wan.
    assert fitting.tokens(SMALL_WAN, (480, 832), 81) == 21 * 30 * 52
    # 30 layers of 1536: the products with weights, and attention.
    weights, attention = 2 * 1.4e9 * 32760, 4 * 32760**2 * 1536 * 30
    assert fitting.operations(1_400_000_000, 32760) == pytest.approx(weights + attention, rel=0.15)


def test_the_more_is_free_the_less_is_moved() -> None:
    ways = [
        (planned(preset, gpu(free)).stay, planned(preset, gpu(free)).int8)
        for preset, free in ((SMALL_WAN, 48), (SMALL_WAN, 16), (WAN, 80), (WAN, 40), (WAN, 24))
    ]
    assert ways == [
        ("device", False),
        ("memory", False),
        ("device", False),
        ("memory", False),
        ("memory", True),
    ]
    assert planned(WAN, gpu(12)).stay == "blocks"
    assert planned(OPEN["hunyuan-1.5"], gpu(24)).tiled
    assert not planned(SMALL_WAN, gpu(48)).tiled


def test_what_can_not_work_is_told_before() -> None:
    with pytest.raises(ValueError, match=r"wan2\.1-14b does not fit: 2\.0 GB are free, and films"):
        planned(WAN, gpu(2))
    with pytest.raises(ValueError, match="ask for a smaller size"):
        planned(WAN, gpu(24, memory=8))  # it can't wait in the main memory either
    with pytest.raises(ValueError, match="does not fit"):
        planned(WAN, Machine("cpu", int(16 * GB), int(16 * GB)))


def test_longer_and_larger_films_take_longer() -> None:
    def hours(frames: int, shape: tuple[int, int], steps: int | None = None) -> float:
        return fitting.seconds(SMALL_WAN, 1_400_000_000, shape, frames, 1e14, steps) / 3600

    assert hours(81, (480, 832)) > 3 * hours(81, (240, 416))
    assert hours(162, (480, 832)) == 2 * hours(81, (480, 832))
    assert hours(81, (480, 832), steps=25) == hours(81, (480, 832)) / 2


@pytest.mark.parametrize("kind", ["wan2.1-1.3b", "ltx-video"])
def test_numbers_are_counted_in_the_files(small: Callable[[str], Path], kind: str) -> None:
    from diffusers import DiffusionPipeline

    folder = small(kind)
    pipeline = DiffusionPipeline.from_pretrained(folder)
    loaded = {
        name: sum(tensor.numel() for tensor in part.state_dict().values())
        for name, part in pipeline.components.items()
        if isinstance(part, torch.nn.Module)
    }
    counted = folders.parameters(folder)
    assert set(counted) == set(loaded)
    for name, count in counted.items():
        assert count == pytest.approx(loaded[name], rel=0.2)  # what is tied is stored once


#: The settings of the published networks where they are not the defaults of diffusers.
WAN_SMALL = {"num_attention_heads": 12, "ffn_dim": 8960, "num_layers": 30}
WAN_22 = {"num_attention_heads": 24, "ffn_dim": 14336, "num_layers": 30}
FULL_SIZE: dict[str, tuple[str, dict[str, Any]]] = {
    "wan2.1-1.3b": ("WanTransformer3DModel", WAN_SMALL),
    "wan2.1-14b": ("WanTransformer3DModel", {}),
    "wan2.2-5b": ("WanTransformer3DModel", WAN_22 | {"in_channels": 48, "out_channels": 48}),
    "ltx-video": ("LTXVideoTransformer3DModel", {}),
    "ltx-2": ("LTX2VideoTransformer3DModel", {}),
    "hunyuan-1.5": ("HunyuanVideo15Transformer3DModel", {}),
    "cogvideox-2b": ("CogVideoXTransformer3DModel", {}),
    "cogvideox-5b": ("CogVideoXTransformer3DModel", {"num_attention_heads": 48, "num_layers": 42}),
}


def full_size(name: str) -> torch.nn.Module:
    """A published network without its weights."""
    import diffusers

    kind, options = FULL_SIZE[name]
    with torch.device("meta"):
        network: torch.nn.Module = getattr(diffusers, kind)(**options)
    return network


@pytest.mark.parametrize("name", FULL_SIZE)
def test_networks_are_as_large_as_said(name: str) -> None:
    count = sum(parameter.numel() for parameter in full_size(name).parameters())
    assert OPEN[name].billions[0] == pytest.approx(count / 1e9, rel=0.07)


def test_operations_are_those_of_the_network() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    network = full_size("wan2.1-1.3b").to(torch.bfloat16)
    seen = {"device": "meta", "dtype": torch.bfloat16}
    with FlopCounterMode(display=False) as counted:
        network(
            torch.empty(1, 16, 21, 60, 104, **seen),
            torch.empty(1, **seen),
            torch.empty(1, 512, 4096, **seen),
        )
    size = sum(parameter.numel() for parameter in network.parameters())
    estimate = fitting.operations(size, fitting.tokens(SMALL_WAN, (480, 832), 81))
    assert estimate == pytest.approx(counted.get_total_flops(), rel=0.2)


def test_the_speed_of_this_machine() -> None:
    assert 1e6 < fitting.measured_speed(torch.device("cpu"), size=64) < 1e16
