"""The commands that change what is there: edit, restyle, inpaint and cinemagraph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lichtspiel.making import Seconds, long, make, shared, taking
from lichtspiel.request import CHANGES

Source = Annotated[Path, typer.Argument(help="A film or a picture, of any kind that can be seen.")]
Picture = Annotated[Path, typer.Argument(help="A picture.")]
Part = Annotated[
    str, typer.Option("--mask", help="A picture that is white where it is meant, or box=x,y,w,h.")
]
Mask = Annotated[
    str | None,
    typer.Option(
        help="Where it may change: a picture that is white there, box=x,y,w,h, or auto "
        "(found from the words)."
    ),
]
Strength = Annotated[
    float | None, typer.Option(help="How far it may go from what is there: above 0, up to 1.")
]


@taking(shared, long)
def edit(
    file: Source,
    instruction: Annotated[
        str, typer.Argument(help="What to change, as in: replace the dancer with a brown bear.")
    ],
    mask: Mask = None,
    strength: Strength = None,
    **options: Any,
) -> None:
    """Change what a film or a picture shows."""
    _change("edit", file, {"prompt": instruction, "mask": mask, "strength": strength}, options)


@taking(shared, long)
def restyle(
    file: Source,
    prompt: Annotated[str, typer.Argument(help="What it shows, if it should be said.")] = "",
    mask: Mask = None,
    strength: Strength = None,
    **options: Any,
) -> None:
    """Give a film or a picture another style; --style says which."""
    _change("restyle", file, {"prompt": prompt, "mask": mask, "strength": strength}, options)


@taking(shared, long)
def inpaint(
    file: Source,
    prompt: Annotated[str, typer.Argument(help="What should be seen in the masked part.")],
    mask: Part,
    **options: Any,
) -> None:
    """Make a part of a film or a picture anew."""
    _change("inpaint", file, {"prompt": prompt, "mask": mask}, options)


@taking(shared, long)
def cinemagraph(
    picture: Picture,
    mask: Part,
    prompt: Annotated[str, typer.Argument(help="What moves.")] = "",
    seconds: Seconds = 4.0,
    **options: Any,
) -> None:
    """Let a part of a picture move while the rest stands still."""
    own = {"prompt": prompt, "mask": mask, "seconds": seconds}
    _change("cinemagraph", picture, own, options)


def _change(change: str, file: Path, own: dict[str, Any], options: dict[str, Any]) -> None:
    make(own | {"source": file, "change": change}, options, f"{file.stem}-{CHANGES[change]}")
