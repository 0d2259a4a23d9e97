"""The command that looks at a film through a magnifying glass: inspect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtspiel.terminal import bad_input

if TYPE_CHECKING:
    from lichtspiel.inspection import Inspection


def inspect(
    file: Annotated[Path, typer.Argument(help="A film, of any kind that can be played.")],
    strip: Annotated[
        Path | None, typer.Option(help="Also draw the worst places to this png.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, nothing else.")
    ] = False,
) -> None:
    """Find the faults of a film: jumps, flicker, colours that drift, things that vanish."""
    from lichtspiel.inspection import inspect as look
    from lichtspiel.inspection.strip import PLACES, draw
    from lichtspiel.media.mux import check_target

    with bad_input():
        if strip is not None:
            check_target(strip, ".png")
        found = look(file)
        if strip is not None:
            draw(file, found.worst(PLACES), strip)
    typer.echo(json.dumps(found.as_dict()) if as_json else table(found))


def table(found: Inspection) -> str:
    """What was found, a line for each fault."""
    from lichtspiel.inspection.fault import KINDS

    lines = [f"score {found.score:g} of 100 ({found.seconds:.2f} seconds, {found.frames} frames)"]
    for fault in found.faults:
        when = f"{fault.begin:.2f}" + (f"-{fault.end:.2f}" if fault.end > fault.begin else "")
        lines.append(
            f"{when:>12} s  {fault.kind:<10}  severity {fault.severity:.2f}  {KINDS[fault.kind]}"
        )
    if found.cuts:
        lines.append(f"cuts, which are no faults: {', '.join(f'{s:.2f} s' for s in found.cuts)}")
    return "\n".join(lines)
