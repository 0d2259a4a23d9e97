"""How a model fits a machine: precision, where its parts stay, and how long a film takes.

All of it is arithmetic on what is free and on how many numbers each part has, done before a weight
is read; so what can't work is told in a sentence and not by a crash.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch

from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.open_presets import OpenPreset

GB = 1e9
#: Tensors of the residual stream's size that a forward holds at its peak.
STREAMS = 20
#: Channels of an autoencoder's last layers at full size, and how many such tensors are alive.
DECODER = 128 * 6
#: Sides of the tiles that the autoencoders of diffusers decode one by one, about.
TILE = 320
#: The share of the speed of a matrix product that a whole transformer reaches, about.
REACHED = 0.5


@dataclass(frozen=True)
class Machine:
    """free: bytes that the device has free. memory: bytes of main memory that are free."""

    device: str
    free: int
    memory: int


@dataclass(frozen=True)
class Fit:
    """How a model is loaded.

    dtype: of the weights. stay: where they are while they are not used: "device", "memory" part by
    part, or "memory" block by block ("blocks"). int8: whether the large ones are rounded to eight
    bits. tiled: whether films are decoded in tiles. peak: bytes that the device needs, about.
    """

    dtype: torch.dtype
    stay: Literal["device", "memory", "blocks"]
    int8: bool
    tiled: bool
    peak: int

    def __str__(self) -> str:
        how = {
            "device": "all of it at once",
            "memory": "part by part",
            "blocks": "block by block, which is slow",
        }
        said = [str(self.dtype).removeprefix("torch."), how[self.stay]]
        said += ["8 bits a weight"] * self.int8 + ["decoded in tiles"] * self.tiled
        return f"{', '.join(said)}; {self.peak / GB:.1f} GB"


def here(device: torch.device, memory: float | None = None) -> Machine:
    """What is free on this machine now. memory: gigabytes of the device, at most."""
    import psutil

    main = psutil.virtual_memory().available
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else main
    if memory is not None:
        free = min(free, int(memory * GB))
    return Machine(device.type, free, main)


def fit(
    preset: OpenPreset,
    counted: Mapping[str, int],
    machine: Machine,
    shape: tuple[int, int],
    frames: int,
) -> Fit:
    """The best way to make films of this shape; ValueError, in a sentence, where there is none.

    counted: how many numbers each part has. shape: height and width in pixels.
    """
    dtype = fast_dtype(machine.device)
    wide = dtype.itemsize
    whole = {part: count * wide for part, count in counted.items()}
    small = {part: count if "vae" not in part else count * wide for part, count in counted.items()}
    transformer = max(count for part, count in counted.items() if "transformer" in part)
    work = preset.halves * working(transformer, tokens(preset, shape, frames), wide)
    plain, tiled = decoding(preset, shape, frames, wide)
    ways: list[tuple[Literal["device", "memory", "blocks"], bool, int]] = [
        ("device", False, sum(whole.values())),
        ("memory", False, max(whole.values())),
        ("device", True, sum(small.values())),
        ("memory", True, max(small.values())),
        ("blocks", False, max(whole.values()) // 20),
    ]
    if machine.device == "cpu":  # there is nowhere else to stay
        ways = [way for way in ways if way[0] == "device"]
    for stay, int8, held in ways:
        if stay != "device" and sum((small if int8 else whole).values()) > machine.memory:
            continue
        for tiles, decoded in ((False, plain), (True, tiled)):
            peak = held + max(work, decoded)
            if peak <= machine.free:
                return Fit(dtype, stay, int8, tiles, peak)
    least = ways[-1][2] + max(work, tiled)
    raise ValueError(
        f"{preset.name} does not fit: {machine.free / GB:.1f} GB are free, and films of {frames} "
        f"frames of {shape[1]} x {shape[0]} need at least {least / GB:.1f} GB; ask for a smaller "
        "size, less seconds, or a smaller model."
    )


def expected(preset: OpenPreset) -> dict[str, int]:
    """How many numbers the parts of a preset have, by its data: for weights that are not here."""
    network, others = preset.billions
    return {"transformer": int(network * GB), "text_encoder": int(others * GB)}


def tokens(preset: OpenPreset, shape: tuple[int, int], frames: int) -> int:
    """How many tokens the transformer sees at once."""
    latent = 1 + -(-(min(frames, preset.window) - 1) // preset.stride)
    return latent * (shape[0] // preset.multiple) * (shape[1] // preset.multiple)


def width(transformer: int) -> float:
    """About how wide a transformer of so many numbers is: a hundredth as deep as it is wide."""
    return float((transformer / 0.12) ** (1 / 3))


def working(transformer: int, seen: int, wide: int) -> int:
    """Bytes that a forward over so many tokens needs beside the weights."""
    return int(STREAMS * seen * width(transformer) * wide)


def decoding(preset: OpenPreset, shape: tuple[int, int], frames: int, wide: int) -> tuple[int, int]:
    """Bytes that the autoencoder needs beside its weights: at once, and in tiles."""
    pictures = min(frames, preset.decoded)
    film = frames * 3 * 4 * shape[0] * shape[1]
    at_once = int(pictures * DECODER * wide * shape[0] * shape[1])
    share = min(1.0, TILE**2 / (shape[0] * shape[1]))
    return at_once + film, int(at_once * share) + film


def operations(transformer: int, seen: int) -> float:
    """Additions and multiplications of one forward: 2 for each weight and token, and attention."""
    return 2.0 * transformer * seen + 4.0 * seen**2 * width(transformer) ** 2 / 100


def seconds(
    preset: OpenPreset,
    transformer: int,
    shape: tuple[int, int],
    frames: int,
    speed: float,
    steps: int | None = None,
) -> float:
    """About how long sampling takes, on a device with `speed` operations a second."""
    windows = -(-frames // preset.window)
    passes = 2 if preset.guidance > 1 else 1
    each = operations(transformer, tokens(preset, shape, frames))
    return windows * (steps or preset.steps) * passes * each / (REACHED * speed)


def measured_speed(device: torch.device, size: int = 1024) -> float:
    """Operations a second of a matrix product on this device, by trying it."""
    left = torch.randn(size, size, device=device, dtype=fast_dtype(device))
    right, best = left.T.contiguous(), float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        float((left @ right)[0, 0])  # waits for the result
        best = min(best, time.perf_counter() - begun)
    return 2 * size**3 / best
