"""The command that takes times: bench."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtspiel.terminal import bad_input, bars

if TYPE_CHECKING:
    from lichtspiel.evaluate.speed import Filming, Step

LENGTHS = (4.0, 16.0, 60.0)


def bench(
    model: Annotated[str, typer.Option(help="Which model.")] = "himmel-mini",
    seconds: Annotated[
        list[float] | None, typer.Option(help="Lengths of films; repeatable. [4, 16 and 60]")
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="torch or openvino; repeatable. [what films are made with here]"),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Of so many the quickest counts.")] = 3,
    beside: Annotated[
        bool, typer.Option("--beside", help="A step beside networks of diffusers (extra open).")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Also draw it, to an svg (extra bench).")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, nothing else.")
    ] = False,
) -> None:
    """How fast films are made here, stage by stage. Run it on a quiet machine."""
    from lichtspiel.evaluate import speed
    from lichtspiel.home import passing_home
    from lichtspiel.media.mux import check_target, placing
    from lichtspiel.studio import Studio

    # Films that only take time don't belong into the user's register.
    with passing_home(), bad_input():
        if plot is not None:
            check_target(plot, ".svg")
        wishes = [speed.wish(model, length) for length in sorted(seconds or LENGTHS)]
        engines: list[str | None] = [*engine] if engine else [None]
        studios = [Studio.load(model, engine=name) for name in engines]
        with bars() as shown:
            task = shown.add_task("films", total=len(wishes) * len(studios) + 1)
            films = []
            for request, studio in product(wishes, studios):
                films.append(speed.film(studio, request, rounds if request.seconds < 30 else 1))
                shown.advance(task)
            shown.update(task, description="steps")
            steps = speed.steps(studios, beside, rounds)
            shown.advance(task)
        if plot is not None:
            with placing(plot) as temporary:
                speed.draw(films, steps, temporary)
    found = {"films": [made.as_dict() for made in films], "steps": [asdict(s) for s in steps]}
    typer.echo(json.dumps(found) if as_json else table(films, steps))


def table(films: list[Filming], steps: list[Step]) -> str:
    """A line for each film and each network."""
    lines = ["film     engine       total     told  sampled  decoded  finished    peak"]
    lines += [
        f"{f.seconds:5g} s  {f.engine:<9} {f.total:6.2f} s {f.told:6.2f} s {f.sampled:6.2f} s"
        f" {f.decoded:6.2f} s  {f.finished:6.2f} s {f.peak_mb:4d} MB"
        for f in films
    ]
    lines += ["", "a step of 4 s                  seconds   times  GFLOP/s  of the peak"]
    lines += [
        f"{s.name:<28}  {s.seconds:8.3f}  {s.seconds / steps[0].seconds:6.2f}  {s.gflops:7.1f}"
        f"  {s.share:10.0%}"
        for s in steps
    ]
    return "\n".join(lines)
