"""Measure how well one subject is replaced by another, on renders of which the true edit is known.

    python scripts/measure_editing.py --count 200 -o editing.jsonl

Pairs of unseen scenes (seeds 900,000 on) are rendered with either subject; the model replaces the
one by the other, told in English or German, and finds by itself where. Ways of editing are compared
on the same pairs: FlowEdit, and SDEdit within the same region. What came of each pair is a line of
the file; where a run was stopped, the same command goes on.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from lichtspiel import editing
from lichtspiel.editing import WAYS, Way
from lichtspiel.evaluate.judge import Judge
from lichtspiel.media import mux
from lichtspiel.prompt.instruction import describe
from lichtspiel.request import GenerateRequest
from lichtspiel.studio import Studio
from lichtspiel.unfinished import Unfinished
from lichtspiel.world.pairs import Pair, pair
from lichtspiel.world.render import Renderer, subject_box
from lichtspiel.world.scene import Scene, is_held_out, sample

Clip = NDArray[np.uint8]
FRAMES, SIDE, FPS = 17, 192, 12
#: Moments at which a path is measured.
POINTS = 5
COMPARED = {"flowedit": WAYS["swap"], "sdedit": Way(1.0, 0.0, 3.0)}
STAYS = ("place", "light", "weather", "camera", "style")


def pairs(first: int) -> Iterator[Pair]:
    """Pairs of scenes with another subject, none of a combination that training never saw."""
    for seed in range(first, first + 100_000):
        scene = sample(seed)
        if not is_held_out(scene) and (made := pair(scene, "subject", seed)):
            yield made


def drawn(made: Pair, renderer: Renderer) -> tuple[Clip, Clip, Clip]:
    """The source, the true edit, and some frames of the place without either."""
    before = made.before
    alone = replace(before, subject="none", action="none", color="none", count=0, camera="static")
    every = FPS * (POINTS - 1) / (FRAMES - 1)
    return (
        renderer.render(before, FRAMES, SIDE, SIDE),
        renderer.render(made.after, FRAMES, SIDE, SIDE, staged=before),
        renderer.render(alone, POINTS, SIDE, SIDE, fps=every, staged=before),
    )


def around(made: Pair) -> NDArray[np.bool_]:
    """Where neither subject is, (FRAMES, SIDE, SIDE)."""
    free = np.ones((FRAMES, SIDE, SIDE), bool)
    for scene in (made.before, made.after):
        for index in range(FRAMES):
            box = subject_box(scene, index / FPS, SIDE, SIDE, staged=made.before)
            left, top, right, bottom = (round(side * SIDE) for side in box or (0, 0, 0, 0))
            free[index, top:bottom, left:right] = False
    return free


def path(clip: Clip, empty: Clip) -> NDArray[np.float64]:
    """Where the middle of what is no place is, in shares of the width, at each of POINTS."""
    moments = clip[:: (FRAMES - 1) // (POINTS - 1)].astype(int)
    weight = np.abs(moments - empty).max(-1).clip(24) - 24
    across = weight.sum(1) / np.maximum(weight.sum((1, 2)), 1)[:, None]
    return np.asarray(across @ np.linspace(0, 1, SIDE))


def told(made: Pair) -> str:
    """The instruction, in English for even seeds and in German for odd ones."""
    spoken = "de" if made.before.seed % 2 else "en"
    old, new = (_name(scene, spoken) for scene in (made.before, made.after))
    if spoken == "en":
        return f"replace the {old.partition(' ')[2]} with {new}"
    return f"{old} durch {new} ersetzen"


def _name(scene: Scene, spoken: str) -> str:
    name = describe({"subject": scene.subject, "count": scene.count}, spoken).rstrip(".")
    return name[0].lower() + name[1:]


def judged(judge: Judge, clip: Clip, made: Pair) -> dict[str, bool]:
    (verdict,) = judge([clip])
    wanted = made.after.as_dict()
    return {name: verdict[name][0] == wanted[name] for name in ("subject", *STAYS)}


def facts(
    result: Clip, made: Pair, clips: tuple[Clip, Clip, Clip], judge: Judge
) -> dict[str, object]:
    before, after, empty = clips
    free = around(made)
    error = np.square(result.astype(float) - after)[free].mean() if free.any() else float("nan")
    was, now = path(before, empty), path(result, empty)
    moved = float(np.ptp(was))
    return judged(judge, result, made) | {
        "background": round(float(10 * np.log10(255**2 / error)), 2),
        "moved": round(moved, 3),
        "path": round(float(np.corrcoef(was, now)[0, 1]), 3) if moved > 0.05 else None,
    }


def main(
    output: Annotated[Path, typer.Option("-o", "--output", help="The .jsonl file.")],
    count: Annotated[int, typer.Option(help="How many pairs.")] = 200,
    first: Annotated[int, typer.Option(help="The first seed.")] = 900_000,
    steps: Annotated[int, typer.Option(help="Sampling steps.")] = 8,
    sheets: Annotated[Path | None, typer.Option(help="A folder for pictures of each.")] = None,
) -> None:
    studio, judge = Studio.load("himmel-base"), Judge.load()
    done = [json.loads(line) for line in output.read_text().splitlines()] if output.exists() else []
    known = {line["seed"] for line in done}
    with Renderer() as renderer, tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source.mp4"
        for number, made in enumerate(pairs(first)):
            if number == count:
                break
            if made.before.seed in known:
                continue
            clips = drawn(made, renderer)
            mux.write_mp4(source, [clips[0]], FPS)
            request = GenerateRequest(
                told(made), source=source, change="edit", seed=made.before.seed, steps=steps
            )
            shots = editing.tell(studio.parts, request)
            line: dict[str, object] = {"seed": made.before.seed, "told": request.prompt}
            line["truth"] = judged(judge, clips[1], made)
            strip = [clips[0][0], clips[0][-1], clips[1][0], clips[1][-1]]
            for way, chosen in COMPARED.items():
                WAYS["swap"] = chosen
                kept = Unfinished(request, source)
                sampled = editing.sample(studio.parts, request, shots, lambda heard: None, kept)
                result = np.concatenate(list(sampled.chunks))
                line[way] = facts(result, made, clips, judge)
                strip += [result[0], result[-1]]
            done.append(line)
            with output.open("a") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            if sheets is not None:
                sheet = np.concatenate(strip, axis=1)
                mux.write_png(sheets / f"{made.before.seed}.png", [sheet[None]])
    typer.echo(table(done))


def table(done: list[dict[str, dict[str, float]]]) -> str:
    """What was measured, as markdown."""
    rows = ["| | true edit | " + " | ".join(COMPARED) + " |", "|---|---|" + "---|" * len(COMPARED)]
    for name in ("subject", *STAYS):
        shares = [np.mean([line[way][name] for line in done]) for way in ("truth", *COMPARED)]
        rows.append(f"| {name} right | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
    for name, what in (("background", "background, dB, median"), ("path", "path, median")):
        found = [[line[way][name] for line in done if line[way][name] is not None]
                 for way in COMPARED]  # fmt: skip
        rows.append(f"| {what} | | " + " | ".join(f"{np.median(f):.2f}" for f in found) + " |")
    return f"{len(done)} pairs\n\n" + "\n".join(rows)


if __name__ == "__main__":
    torch.set_num_threads(1)
    typer.run(main)
