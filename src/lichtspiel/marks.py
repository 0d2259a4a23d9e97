"""The commands about where a file comes from: verify, sign, identity."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lichtspiel.terminal import bad_input

if TYPE_CHECKING:
    from lichtspiel.provenance.verify import Answer, Language

identity_app = typer.Typer(help="The keys that sign your files: make, show, rotate them.")

File = Annotated[Path, typer.Argument(help="A film or a picture.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]


def verify(
    file: File,
    as_json: Json = False,
    trust: Annotated[
        list[Path] | None, typer.Option(help="A PEM file of roots to trust besides; repeatable.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="en or de; by default that of the system.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Also draw moments of the file to this png.")
    ] = None,
) -> None:
    """Is that real? Say what is known of a file, whoever made it.

    The exit code tells the verdict: 0 genuine, 10 ai, 11 ai-signer-unknown, 12 ai-unsigned,
    14 genuine-signer-unknown, 15 edited, 16 tampered, 17 unknown; 2 for what is no such file.
    """
    from lichtspiel.media.mux import check_target
    from lichtspiel.media.sheet import draw_sheet
    from lichtspiel.provenance.verify import EXIT_CODES
    from lichtspiel.provenance.verify import verify as ask

    with bad_input():
        chosen = _language(language)
        if sheet is not None:
            check_target(sheet, ".png")
        answer = ask(file, trust or (), chosen)
        if sheet is not None:
            draw_sheet(file, sheet)
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
    else:
        _tell(answer)
    sys.exit(EXIT_CODES[answer.verdict])


def sign(
    file: File,
    genuine: Annotated[
        bool, typer.Option("--genuine", help="Say that this is a recording of what happened.")
    ],
    who: Annotated[str, typer.Option(help="Who recorded it.")],
    when: Annotated[str | None, typer.Option(help="When, as in 2026-11-22T18:30:00Z.")] = None,
    device: Annotated[str | None, typer.Option(help="With what.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The file to write; by default NAME-signed."),
    ] = None,
) -> None:
    """Sign a recording as genuine; refused where anything says that AI made it."""
    from lichtspiel.media.mux import check_target, placing
    from lichtspiel.provenance import credentials

    with bad_input():
        if not genuine:
            raise ValueError("Say --genuine: that is all that can be signed here.")
        captured = credentials.Captured(who, _moment(when), device)
        target = output or file.with_name(f"{file.stem}-signed{file.suffix}")
        _check_genuine(file)
        check_target(target, file.suffix.lower())
        with placing(target) as temporary:
            shutil.copyfile(file, temporary)
            told = credentials.sign_capture(temporary, captured, file.suffix)
    typer.echo(str(target))
    if told:
        typer.echo(told, err=True)


def _check_genuine(file: Path) -> None:
    """Raise ValueError where a file can't be signed as a genuine recording."""
    from lichtspiel.provenance import credentials
    from lichtspiel.provenance.verify import verify as ask

    credentials.media_type(file.suffix)
    answer = ask(file)
    if answer.verdict == "unknown" and answer.evidence.credentials is None:
        if answer.evidence.unreadable:
            raise ValueError(f"'{file}' can't be read, so nothing can be said of it.")
        return
    raise ValueError(f"'{file}' can't be signed as genuine. {answer.sentence}")


def _moment(when: str | None) -> str | None:
    import datetime

    if when is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(when)
    except ValueError as error:
        raise ValueError(f"'{when}' is no time; write it as 2026-11-22T18:30:00Z.") from error
    if moment.tzinfo is None:
        moment = moment.astimezone()
    return moment.isoformat().replace("+00:00", "Z")


@identity_app.command("show")
def identity_show(as_json: Json = False) -> None:
    """Show who signs; a local identity is made where there is none yet."""
    from lichtspiel.provenance import identity

    with bad_input():
        _describe(identity.current(identity.Settings.load()).describe(), as_json)


@identity_app.command("make")
def identity_make(
    name: Annotated[str | None, typer.Option(help="The name that the certificates say.")] = None,
) -> None:
    """Make a new root and key. The old root stays trusted here, its keys are destroyed."""
    from lichtspiel.provenance import identity

    with bad_input():
        _describe(identity.create(name).describe(), False)


@identity_app.command("rotate")
def identity_rotate() -> None:
    """Make a new key under the same root."""
    from lichtspiel.provenance import identity

    with bad_input():
        _describe(identity.rotate().describe(), False)


@identity_app.command("root")
def identity_root(
    output: Annotated[Path, typer.Option("-o", "--output", help="The pem file to write.")],
) -> None:
    """Write the root's certificate: whoever trusts it, trusts what you sign."""
    from lichtspiel.media.mux import check_target, placing
    from lichtspiel.provenance import identity

    with bad_input():
        check_target(output, ".pem")
        identity.current(identity.Settings.load())
        with placing(output) as temporary:
            temporary.write_bytes(identity.own_roots())
    typer.echo(str(output))


def _describe(facts: dict[str, str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(facts))
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _language(named: str | None) -> Language:
    if named not in (None, "en", "de"):
        raise ValueError(f"There is no language '{named}' here; choose en or de.")
    spoken = named or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get(
        "LANG", "")  # fmt: skip
    return "de" if spoken.startswith("de") else "en"


def _tell(answer: Answer) -> None:
    from lichtspiel.provenance.verify import tree

    typer.echo(answer.sentence)
    for reason in answer.reasons:
        typer.echo(f"- {reason}")
    signed = answer.evidence.credentials
    if signed is not None and signed.claim is not None and signed.claim.ingredients:
        typer.echo("\n".join(tree(signed.claim)))
