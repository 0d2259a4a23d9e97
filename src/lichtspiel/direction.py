"""The director's commands: extend, loop, bridge and storyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lichtspiel.making import long, make, shared, taking
from lichtspiel.terminal import bad_input

Film = Annotated[Path, typer.Argument(help="A film, of any kind that can be played.")]
Words = Annotated[str, typer.Argument(help="What happens, in English or German.")]
Added = Annotated[float, typer.Option("--seconds", help="Length of what is added.")]


@taking(shared, long)
def extend(
    film: Film,
    prompt: Words = "",
    seconds: Added = 4.0,
    backward: Annotated[
        bool, typer.Option("--backward", help="Make what came before the film.")
    ] = False,
    **options: Any,
) -> None:
    """Carry a film on; the result holds both."""
    given = {"after" if backward else "before": film}
    make({"prompt": prompt, "seconds": seconds} | given, options, f"{film.stem}-extended")


@taking(shared, long)
def loop(film: Film, prompt: Words = "", seconds: Added = 2.0, **options: Any) -> None:
    """Add a way back to the beginning, so that a film can be shown round and round."""
    given = {"prompt": prompt, "seconds": seconds, "before": film, "after": film}
    make(given, options, f"{film.stem}-loop")


@taking(shared, long)
def bridge(
    first: Film, second: Film, prompt: Words = "", seconds: Added = 2.0, **options: Any
) -> None:
    """Join two films by what leads from the one to the other."""
    given = {"prompt": prompt, "seconds": seconds, "before": first, "after": second}
    make(given, options, f"{first.stem}-{second.stem}")


@taking(shared, long)
def storyboard(
    file: Annotated[Path, typer.Argument(help="The shots, as YAML; docs/direction.md tells how.")],
    **options: Any,
) -> None:
    """Make one film of several shots."""
    from lichtspiel.storyboard import read

    with bad_input():
        board = read(file)
    for name, value in board.options.items():
        options[name] = options[name] or value
    make({"prompt": "", "storyboard": board.shots}, options, file.stem)
