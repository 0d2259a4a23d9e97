"""The command line: parse, call, print.

Progress goes to standard error, answers go to standard output.
Exit codes: 0 done, 1 failed, 2 asked for something that can't be, 3 blocked by
the screening, 130 stopped by Ctrl-C.
Heavy modules (torch above all) are imported by the command that needs them, so help is quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lichtspiel import (
    alteration,
    bench,
    direction,
    hosting,
    larger,
    lupe,
    marks,
    screening,
    shelf,
    workshop,
)
from lichtspiel.making import Prompt, Seconds, long, make, shared, taking
from lichtspiel.terminal import bad_input, fail, heed_signals, sentence_of

app = typer.Typer(
    help="A sentence in, a film out, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(workshop.world_app, name="world")
app.add_typer(workshop.train_app, name="train")
app.add_typer(workshop.evaluate_app, name="evaluate")
app.add_typer(marks.identity_app, name="identity")
app.add_typer(screening.safety_app, name="safety")
app.add_typer(hosting.serve_app, name="serve")
app.command()(direction.extend)
app.command()(direction.loop)
app.command()(direction.bridge)
app.command()(direction.storyboard)
app.command()(alteration.edit)
app.command()(alteration.restyle)
app.command()(alteration.inpaint)
app.command()(alteration.cinemagraph)
app.command()(larger.upscale)
app.command()(shelf.models)
app.command()(shelf.pull)
app.command()(lupe.inspect)
app.command()(bench.bench)
app.command()(marks.verify)
app.command()(marks.sign)


@app.command()
@taking(shared, long)
def generate(
    prompt: Prompt,
    seconds: Seconds = 4.0,
    image: Annotated[Path | None, typer.Option(help="A picture that it begins with.")] = None,
    last: Annotated[Path | None, typer.Option(help="A picture that it ends with.")] = None,
    at: Annotated[
        list[str] | None, typer.Option(help="SECOND=PICTURE, shown at that second; repeatable.")
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="End where it begins.")] = False,
    best_of: Annotated[
        int, typer.Option(min=1, max=32, help="Make so many, keep the best of them.")
    ] = 1,
    **options: Any,
) -> None:
    """Make a film (mp4) of a sentence."""
    with bad_input():
        own = {"at": tuple(key_frame(entry) for entry in at or ()), "loop": loop}
    own |= {"best_of": best_of}
    make({"prompt": prompt, "seconds": seconds, "image": image, "last": last} | own, options)


@app.command()
@taking(shared)
def still(prompt: Prompt, **options: Any) -> None:
    """Make a picture (png) of a sentence: a film of one frame."""
    make({"prompt": prompt, "still": True}, options)


def key_frame(entry: str) -> tuple[float, Path]:
    """The second and the picture of `SECOND=PICTURE`; ValueError where it is something else."""
    second, sign, picture = entry.partition("=")
    try:
        return float(second), Path(picture if sign else "")
    except ValueError:
        raise ValueError(
            f"--at needs SECOND=PICTURE, as in 2.0=middle.png, not '{entry}'."
        ) from None


def main() -> None:
    """The command's entry: every foreseeable failure ends in one sentence and an exit code."""
    heed_signals()
    try:
        app(prog_name="lichtspiel")
    except OSError as error:
        fail(sentence_of(error), 1)
    except (ValueError, RuntimeError) as error:
        fail(str(error), getattr(error, "exit_code", 1))  # of its own where screening blocks
    except MemoryError:
        fail("There is not enough memory.", 1)
