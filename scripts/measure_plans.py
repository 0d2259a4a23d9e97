"""What `lichtspiel models` foresees for Wan 2.1 1.3B, against what its full-size transformer does.

    python scripts/measure_plans.py [--dtype bfloat16] [--frames 9] [--size 192x192]

The weights are random, the sizes real; needs 3 GB of memory in bfloat16, 6 in float32. One forward
on the CPU is enough: a film is so many of them. Prints JSON. Run it on a quiet machine.
"""

from __future__ import annotations

import json
import resource
import threading
import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from lichtspiel.models import fitting, open_weights
from lichtspiel.models.open_presets import OPEN

#: Of Wan-AI/Wan2.1-T2V-1.3B-Diffusers, transformer/config.json; the rest are the class's defaults.
SIZES = {"num_attention_heads": 12, "num_layers": 30, "ffn_dim": 8960}


def main(
    dtype: Annotated[str, typer.Option(help="bfloat16 or float32.")] = "float32",
    frames: Annotated[int, typer.Option(help="1 + a multiple of 4.")] = 9,
    size: Annotated[str, typer.Option(help="Width x height.")] = "192x192",
) -> None:
    """Foresee, do, compare."""
    preset, kind = OPEN["wan2.1-1.3b"], getattr(torch, dtype)
    width, height = (int(side) for side in size.split("x"))
    network = transformer(kind)
    count = sum(param.numel() for param in network.parameters())
    seen = fitting.tokens(preset, (height, width), frames)
    latent = 1 + (frames - 1) // preset.stride
    given = (
        torch.randn(1, 16, latent, height // 8, width // 8, dtype=kind),
        torch.tensor([500]),
        torch.randn(1, 512, 4096, dtype=kind),
    )
    speed = product(kind)
    with Peak() as peak, torch.inference_mode():
        begun = time.perf_counter()
        network(*given)
        took = time.perf_counter() - begun
    foreseen = fitting.operations(count, seen) / (fitting.REACHED * speed)
    found = {
        "dtype": dtype,
        "tokens": seen,
        "parameters": [int(preset.billions[0] * 1e9), count],
        "GB beside the weights: foreseen, was": [
            round(fitting.working(count, seen, kind.itemsize) / 1e9, 3),
            round(peak.more / 1e9, 3),
        ],
        "seconds of a forward: foreseen, was": [round(foreseen, 2), round(took, 2)],
        "GB held at most": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }
    typer.echo(json.dumps(found))


def transformer(kind: torch.dtype) -> torch.nn.Module:
    """Wan 2.1 1.3B's network with weights that are small and random."""
    open_weights.hush()
    from diffusers import WanTransformer3DModel

    with torch.device("meta"):
        network = WanTransformer3DModel(**SIZES)
    network = network.to(kind).to_empty(device="cpu").eval().requires_grad_(False)
    whole = WanTransformer3DModel(**SIZES | {"num_layers": 1})  # its tables are no parameters
    network.rope = whole.rope
    for param in network.parameters():
        param.normal_(std=0.02)
    return network


def product(kind: torch.dtype, side: int = 1024) -> float:
    """Operations a second of a product of matrices, as `fitting.measured_speed` has it."""
    a, b = torch.randn(2, side, side).to(kind)
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        float((a @ b)[0, 0])
        best = min(best, time.perf_counter() - begun)
    return 2 * side**3 / best


class Peak:
    """How much more memory than at its beginning the process holds at most; looked at often."""

    def __enter__(self) -> Peak:
        self.begin = self.more = 0
        self.done = threading.Event()
        self.begin = self._held()
        self.watcher = threading.Thread(target=self._watch)
        self.watcher.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        self.watcher.join()

    def _watch(self) -> None:
        while not self.done.wait(0.005):
            self.more = max(self.more, self._held() - self.begin)

    def _held(self) -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize()


if __name__ == "__main__":
    typer.run(main)
