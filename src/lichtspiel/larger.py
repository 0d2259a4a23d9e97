"""The command that makes a film or a picture larger: upscale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lichtspiel.terminal import bad_input, bars, fail


def upscale(
    file: Annotated[Path, typer.Argument(help="A film or a picture, of any kind.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file to write; by default NAME-large."),
    ] = None,
    factor: Annotated[int, typer.Option(help="2 or 4: so many times as high and as wide.")] = 2,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, nothing else.")
    ] = False,
) -> None:
    """Make a film or a picture larger, with finer detail than stretching it gives."""
    from lichtspiel.enlargement import Source, enlarge
    from lichtspiel.media.mux import check_target

    with bad_input():
        if factor == 1:
            raise ValueError("To make it larger, give a factor of 2 or 4.")
        source = Source.of(file, factor)
        suffix = ".png" if source.picture else ".mp4"
        target = output or file.with_name(f"{file.stem}-large{suffix}")
        check_target(target, suffix)
        if target.exists() and target.samefile(file):
            raise ValueError("The output must be another file than the one that is made larger.")
    try:
        with bars() as shown:
            task = shown.add_task("upscaling", total=source.frames)
            made = enlarge(source, target, factor, lambda n: shown.update(task, completed=n))
    except KeyboardInterrupt:
        fail("Stopped; no unfinished file was left behind.", 130)
    if as_json:
        typer.echo(json.dumps(made.as_dict()))
        return
    typer.echo(f"{made.path} ({made.width} x {made.height}, in {made.elapsed_s:.1f} seconds)")
    if made.notice:
        typer.echo(made.notice, err=True)
