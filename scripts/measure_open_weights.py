"""Our path against calling the pipeline of diffusers plainly: same model, same seed, same steps.

    python scripts/measure_open_weights.py FOLDER [--size 832x480] [--seconds 5] [--steps 50]

Prints the seconds of each way, the best of `--rounds` in turns, and how far the frames of the
caches are from the plain ones. Run it on a quiet machine; on a GPU it is the same script.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from lichtspiel.media import read
from lichtspiel.models.open_weights import OpenWeights
from lichtspiel.open_film import OpenParts
from lichtspiel.request import GenerateRequest
from lichtspiel.studio import Studio

PROMPT = "a brown bear walks through the snow, a drone follows it"


def plain(model: OpenWeights, request: GenerateRequest) -> np.ndarray:
    """The frames (T, H, W, 3) in [0, 255] as the pipeline itself makes them, in memory."""
    video = model.words(
        prompt=PROMPT,
        height=request.shape[0],
        width=request.shape[1],
        num_frames=_rounded(request),
        num_inference_steps=request.steps or request.preset.steps,
        guidance_scale=request.preset.guidance,
        generator=torch.Generator().manual_seed(request.seed),
        output_type="np",
    ).frames[0]
    return np.asarray(video) * 255


def _rounded(request: GenerateRequest) -> int:
    preset = request.preset
    stride = getattr(preset, "stride", 1)
    return 1 - -(request.frames - 1) // stride * stride


def timed(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - begun


def film(studio: Studio, request: GenerateRequest, place: Path) -> np.ndarray:
    """The frames of the finished file: screened, marked, encoded and signed."""
    return np.stack(list(read.frames(studio.make(request, place).path))).astype(np.float32)


def run(arguments: argparse.Namespace) -> None:
    studio = Studio.load(arguments.folder)
    assert isinstance(studio.parts, OpenParts)
    given = {
        "model": arguments.folder,
        "size": arguments.size,
        "seconds": arguments.seconds,
        "steps": arguments.steps,
        "seed": 1,
        "expand": False,
    }
    request = GenerateRequest(PROMPT, **given)
    model, place = studio.parts.model(request), Path("measured.mp4")
    ways: dict[str, Callable[[], np.ndarray]] = {
        "diffusers": lambda: plain(model, request),
        "lichtspiel": lambda: film(studio, request, place),
    }
    for cache in request.preset.caches:
        cached = GenerateRequest(PROMPT, **given, cache=cache)
        ways[f"lichtspiel --cache {cache}"] = lambda cached=cached: film(studio, cached, place)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # the first time, all of it loads what it needs
    for _ in range(arguments.rounds):
        for name, way in ways.items():
            taken[name].append(timed(way))
    whole = plain(model, request)[: request.frames]
    height, width = request.shape
    print(f"{request.frames} frames of {width} x {height}")
    for name, way in ways.items():
        frames = way()[: request.frames]
        error = np.square(frames - whole).mean()
        decibels = 10 * np.log10(255**2 / error) if error else float("inf")
        best = min(taken[name])
        print(f"{name}: {best:.2f} s ({best / min(taken['diffusers']):.2f}), {decibels:.1f} dB")
    place.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--size")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    run(parser.parse_args())
