"""The commands about screening: safety check, safety report."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtspiel.terminal import bad_input

if TYPE_CHECKING:
    from lichtspiel.safety.prompts import Verdict

safety_app = typer.Typer(help="What is screened: try a text, read the record.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON, nothing else.")]


@safety_app.command("check")
def safety_check(
    text: Annotated[str | None, typer.Argument(help="The text to judge.")] = None,
    file: Annotated[Path | None, typer.Option(help="Judge each line of this file.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="A policy file; LICHTSPIEL_POLICY names one as well.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether a text would be blocked, and why. Nothing is made, nothing recorded.

    Exit code 3 where TEXT is blocked; with --file always 0.
    """
    with bad_input():
        texts = _texts(text, file)
        from lichtspiel.safety.policy import load_policy
        from lichtspiel.safety.prompts import check

        rules = load_policy(policy)
    blocked = False
    for one in texts:
        verdict = check(one, rules)
        blocked |= verdict.blocked
        typer.echo(json.dumps(verdict.as_dict(), ensure_ascii=False) if as_json else _told(verdict))
    sys.exit(3 if blocked and file is None else 0)


@safety_app.command("report")
def safety_report(as_json: Json = False) -> None:
    """Count what was blocked on this machine, by category and layer."""
    from lichtspiel.safety.audit import entries, log_path

    lines = list(entries())
    counts = Counter((line["category"], line["layer"]) for line in lines)
    if as_json:
        rows = [{"category": c, "layer": y, "count": n} for (c, y), n in sorted(counts.items())]
        typer.echo(json.dumps({"path": str(log_path()), "blocked": len(lines), "counts": rows}))
        return
    typer.echo(f"{log_path()}: {len(lines)} blocked")
    if lines:
        typer.echo(f"from {lines[0]['time']} to {lines[-1]['time']}")
    for (category, layer), count in sorted(counts.items()):
        typer.echo(f"{count:6} {category} ({layer})")


def _texts(text: str | None, file: Path | None) -> list[str]:
    if (text is None) == (file is None):
        raise ValueError("Give a text, or a file with --file.")
    if file is None:
        return [text or ""]
    try:
        return file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except OSError as error:
        raise ValueError(f"'{file}' can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"'{file}' is no text in UTF-8.") from error


def _told(verdict: Verdict) -> str:
    if verdict.category is None:
        return f"allowed: {verdict.text}"
    why = ", ".join(verdict.matched)
    said = "blocked" if verdict.blocked else "warned"
    return f"{said}, {verdict.category} ({verdict.layer}: {why}): {verdict.text}"
