"""Measure the director's set: joins, loops, drift over a minute, memory, and restarts after kills.

    python scripts/measure_direction.py joins --count 12
    python scripts/measure_direction.py drift --count 8 --seconds 60
    python scripts/measure_direction.py cost --seconds 8 --seconds 60
    python scripts/measure_direction.py kills --count 10

Prompts are drawn from the rendered world's scenes, by seeds that nothing else uses.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from lichtspiel.media import read
from lichtspiel.pipeline import Film
from lichtspiel.studio import Studio
from lichtspiel.unfinished import place
from lichtspiel.world.caption import caption
from lichtspiel.world.scene import is_held_out, sample

Clip = NDArray[np.float32]
FIRST_SEED = 7_950_000

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Count = Annotated[int, typer.Option(help="How many films.")]


def prompts(count: int, first: int = FIRST_SEED) -> list[tuple[str, int]]:
    """Prompts of scenes that training may meet, half of them German, with their seeds."""
    seeds = (seed for seed in range(first, first + 100 * count) if not is_held_out(sample(seed)))
    return [(caption(sample(seed), "de" if seed % 2 else "en", seed), seed) for seed, _ in
            zip(seeds, range(count), strict=False)]  # fmt: skip


def frames(film: Film) -> Clip:
    """Its frames; the film is held, since its temporary file goes when it does."""
    return np.stack(list(read.frames(film.path))).astype(np.float32)


def steps(clip: Clip) -> NDArray[np.float32]:
    """Mean absolute change from each frame to the next, in levels of 255."""
    return np.abs(np.diff(clip, axis=0)).mean((1, 2, 3))


def decibels(one: Clip, other: Clip) -> float:
    return float(20 * np.log10(255 / np.sqrt(np.square(one - other).mean())))


def tell(**facts: object) -> None:
    typer.echo(json.dumps(facts))


@app.command()
def joins(count: Count = 12) -> None:
    """Loops, extensions both ways, and bridges: how large the steps are where parts meet."""
    studio = Studio.load()
    loops, after, before, bridges = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, (prompt, seed) in enumerate(prompts(count)):
            loop = frames(studio.generate(prompt, seconds=3, seed=seed, loop=True))
            loops.append(steps(loop[[-1, 0]])[0] / np.median(steps(loop)))
            film = studio.generate(prompt, seconds=2, seed=seed)
            path = film.save(Path(folder) / f"{number}.mp4")
            most = steps(frames(film)).max()
            longer = frames(studio.extend(path, prompt, seconds=2, seed=seed))
            after.append(steps(longer)[23] / most)
            longer = frames(studio.extend(path, prompt, seconds=2, seed=seed, backward=True))
            before.append(steps(longer)[24] / most)
            if number:
                last = path.with_name(f"{number - 1}.mp4")
                bridge = frames(studio.bridge(last, path, prompt, seconds=2, seed=seed))
                bridges += [decibels(bridge[23], bridge[24]), decibels(bridge[47], bridge[48])]
    for name, found in (
        ("loop: last-to-first step over the median step", loops),
        ("extension: first new step over the source's largest", after),
        ("backward: last new step over the source's largest", before),
        ("bridge: dB between the frames given and the next ones", bridges),
    ):
        tell(what=name, median=round(float(np.median(found)), 2), all=np.round(found, 2).tolist())


@app.command()
def drift(count: Count = 8, seconds: float = 60.0) -> None:
    """Colours, contrast, sharpness of the last four seconds against the first four; the judge."""
    from lichtspiel.evaluate.judge import Judge

    studio, judge = Studio.load(), Judge.load()
    ratios: dict[str, list[float]] = {"colour": [], "contrast": [], "sharpness": []}
    right = {"first": 0, "last": 0}
    for prompt, seed in prompts(count):
        film = frames(studio.generate(prompt, seconds=seconds, seed=seed))
        ends = {"first": film[:48], "last": film[-48:]}
        for end, clip in ends.items():
            (verdict,) = judge([clip[8:25].astype(np.uint8)])
            truth = sample(seed).as_dict()
            right[end] += all(str(verdict[n][0]) == str(truth[n]) for n in ("subject", "place"))
        first, last = ends.values()
        ratios["colour"].append(float(np.abs(first.mean((0, 1, 2)) - last.mean((0, 1, 2))).max()))
        ratios["contrast"].append(float(last.std() / first.std()))
        ratios["sharpness"].append(_sharpness(last) / _sharpness(first))
        tell(seed=seed, **{name: round(values[-1], 2) for name, values in ratios.items()})
    tell(films=count, subject_and_place_right=right,
         median={name: round(float(np.median(v)), 2) for name, v in ratios.items()})  # fmt: skip


def _sharpness(clip: Clip) -> float:
    return float(np.abs(np.diff(clip.mean(-1), axis=2)).mean())


@app.command()
def cost(seconds: Annotated[list[float], typer.Option(help="Lengths; repeatable.")]) -> None:
    """Time and peak memory of films of several lengths, each in a process of its own."""
    for length in seconds:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "lichtspiel", "generate", "a bear in the forest"]
            command += ["--seconds", str(length), "--seed", "1", "-o", "film.mp4", "--json"]
            begun = time.monotonic()
            process = subprocess.Popen(
                command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            out = process.communicate()[0]
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        tell(
            seconds=length,
            elapsed=round(time.monotonic() - begun, 1),
            making=json.loads(out)["elapsed_s"],
            peak_mb_of_all_so_far=round(usage.ru_maxrss / 1024),
        )


@app.command()
def kills(count: Count = 10, seconds: float = 60.0, sampling_steps: int = 4) -> None:
    """Kill one film at random moments, resume it each time, and compare it with one left alone."""
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = ["generate", "a horse on the beach", "--seconds", str(seconds), "--seed", "2"]
        command = [sys.executable, "-m", "lichtspiel", *asked, "--steps", str(sampling_steps)]
        begun = time.monotonic()
        subprocess.run([*command, "-o", "whole.mp4"], cwd=folder, check=True, capture_output=True)
        whole, killed = time.monotonic() - begun, 0
        target = folder / "killed.mp4"
        while killed < count and not target.exists():
            resume = ["--resume"] if place(target).exists() else []
            process = subprocess.Popen(
                [*command, "-o", target.name, *resume],
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ,
            )
            try:
                process.wait(rng.uniform(0.1, 0.45) * whole)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
        if not target.exists():
            end = ["--resume"] if place(target).exists() else []
            subprocess.run([*command, "-o", target.name, *end], cwd=folder, check=True,
                           capture_output=True)  # fmt: skip
        same = all(
            np.array_equal(one, other)
            for one, other in zip(
                read.frames(folder / "whole.mp4"), read.frames(target), strict=True
            )
        )
    tell(kills=killed, same=same, seconds=round(whole, 1))


if __name__ == "__main__":
    app()
