"""How fast films are made here, and a step of sampling beside networks of diffusers, in one run.

    python scripts/measure_speed.py [--model himmel-mini] [--seconds 4] [--seconds 60]

Films are made as `lichtspiel generate` makes them, loading apart. A step is one pass of the
network over four seconds of square film, with guidance where the model needs it. The networks
beside it (random weights; LTX-Video's and Wan's transformers, extra `open`) have the same width,
depth, heads, tokens and text; their pipelines guide with a second pass, so they are given two. All
take turns, and of each the best of `--rounds` counts. Run it on a quiet machine; prints JSON, a
line a film and one of the steps.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import torch
import typer

from lichtspiel.models.himmel import Himmel
from lichtspiel.shapes import FPS, SIZES, ClipShape
from lichtspiel.studio import Studio

PROMPT = "A white horse runs across a green meadow."
WORDS = 96


def main(
    model: Annotated[list[str], typer.Option(help="Models; repeatable.")] = ["himmel-mini"],  # noqa: B006
    seconds: Annotated[list[float], typer.Option(help="Lengths; repeatable.")] = [4.0],  # noqa: B006
    rounds: Annotated[int, typer.Option(help="Of so many the best counts.")] = 3,
) -> None:
    """Print seconds of films, and of a step."""
    steps: dict[str, Callable[[], object]] = {}
    for name in model:
        studio = Studio.load(name)
        for length in seconds:
            films(studio, name, length, rounds if length < 10 else 1)
        steps |= {f"{name} float32": own(studio)}
        network = studio.parts.network
    assert isinstance(network, Himmel)
    steps |= peers(network)
    with torch.inference_mode():
        best = {name: min(took(step) for _ in range(rounds)) for name, step in steps.items()}
    first = next(iter(best))
    found = {name: [round(s, 3), round(s / best[first], 2)] for name, s in best.items()}
    typer.echo(json.dumps({"a step: seconds, times the first": found}))


def films(studio: Studio, name: str, length: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def make() -> None:
            film = studio.generate(PROMPT, seconds=length, seed=1)
            film.save(Path(folder) / "film.mp4")

        best = min(took(make) for _ in range(rounds))
    typer.echo(json.dumps({"model": name, "seconds": length, "made in": round(best, 2)}))


def took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def passes(guidance: float) -> int:
    """Of the network in a step."""
    return 1 if guidance == 1 else 2


def own(studio: Studio) -> Callable[[], object]:
    preset, network = studio.parts.preset, studio.parts.network
    count = passes(preset.guidance)
    shape = ClipShape.covering(4 * FPS, *SIZES["square"]).latent()
    latents = torch.randn(count, 32, shape.frames, shape.height, shape.width)
    levels = torch.full((count, shape.frames), 0.5)
    text, mask = torch.randn(count, WORDS, 384), torch.ones(count, WORDS, dtype=torch.bool)
    return lambda: network(latents, levels, text, mask)


def peers(network: Himmel) -> dict[str, Callable[[], object]]:
    """diffusers' networks with himmel's sizes and as many tokens."""
    from diffusers import LTXVideoTransformer3DModel, WanTransformer3DModel

    c = network.config
    shape = ClipShape.covering(4 * FPS, *SIZES["square"]).latent()
    rows, columns = (side - c.patch + 1 for side in (shape.height, shape.width))
    found: dict[str, Callable[[], object]] = {}
    for dtype in (torch.bfloat16, torch.float32):
        ltx = LTXVideoTransformer3DModel(
            in_channels=32,
            out_channels=32,
            num_attention_heads=c.heads,
            attention_head_dim=c.width // c.heads,
            cross_attention_dim=c.width,
            num_layers=c.depth,
            caption_channels=384,
        ).to(dtype)
        wan = WanTransformer3DModel(
            patch_size=(1, 1, 1),
            num_attention_heads=c.heads,
            attention_head_dim=c.width // c.heads,
            in_channels=32,
            out_channels=32,
            text_dim=384,
            ffn_dim=c.inner,
            num_layers=c.depth,
        ).to(dtype)
        tokens = torch.randn(2, shape.frames * rows * columns, 32, dtype=dtype)
        grid = torch.randn(2, 32, shape.frames, rows, columns, dtype=dtype)
        text, mask = torch.randn(2, WORDS, 384, dtype=dtype), torch.ones(2, WORDS)
        when = torch.full((2,), 500)
        kind = str(dtype).removeprefix("torch.")
        found[f"LTX-Video's {kind}"] = _ltx(ltx, tokens, text, when, mask, shape.frames, rows)
        found[f"Wan's {kind}"] = _wan(wan, grid, when, text)
    return found


def _ltx(
    network: torch.nn.Module,
    tokens: torch.Tensor,
    text: torch.Tensor,
    when: torch.Tensor,
    mask: torch.Tensor,
    frames: int,
    rows: int,
) -> Callable[[], object]:
    columns = tokens.shape[1] // frames // rows
    return lambda: network(tokens, text, when, mask, frames, rows, columns)


def _wan(
    network: torch.nn.Module, grid: torch.Tensor, when: torch.Tensor, text: torch.Tensor
) -> Callable[[], object]:
    return lambda: network(grid, when, text)


if __name__ == "__main__":
    typer.run(main)
