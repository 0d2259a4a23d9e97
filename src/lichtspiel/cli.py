"""The command line: parse, call, print.

Progress goes to standard error, answers go to standard output.
Exit codes: 0 done, 1 failed, 2 asked for something that can't be, 3 blocked by
the screening, 130 stopped by Ctrl-C.
Heavy modules (torch above all) are imported by the command that needs them, so help is quick.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from lichtspiel import hosting, marks, screening, workshop
from lichtspiel.terminal import bad_input, bars, fail, sentence_of

if TYPE_CHECKING:
    from rich.progress import TaskID

    from lichtspiel.pipeline import Expander, Film, Progress, Watcher
    from lichtspiel.request import GenerateRequest

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
app.command()(marks.verify)
app.command()(marks.sign)

Prompt = Annotated[str, typer.Argument(help="What should be seen, in English or German.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="The file to write; by default named after the prompt."),
]
Seconds = Annotated[float, typer.Option(help="Length of the film.")]
Size = Annotated[str, typer.Option(help="square, landscape or portrait.")]
Style = Annotated[str | None, typer.Option(help="photo, anime, pencil or noir.")]
Seed = Annotated[int | None, typer.Option(help="Same seed, same film. Drawn when not given.")]
Steps = Annotated[int | None, typer.Option(help="Sampling steps: more is slower and finer.")]
Guidance = Annotated[float | None, typer.Option(help="How closely the prompt is followed.")]
Negative = Annotated[str, typer.Option(help="What should not be seen.")]
Count = Annotated[int, typer.Option(help="How many, with successive seeds.")]
Sampler = Annotated[str | None, typer.Option(help="euler, heun or multistep.")]
NoExpand = Annotated[
    bool, typer.Option("--no-expand", help="Give the prompt to the model as it stands.")
]
ExpanderUrl = Annotated[
    str | None,
    typer.Option("--expander", help="A chat endpoint (OpenAI-compatible) completes the prompt."),
]
ExpanderModel = Annotated[str | None, typer.Option(help="The chat endpoint's model.")]
Model = Annotated[str, typer.Option(help="Which model; `lichtspiel models` lists them.")]
Label = Annotated[
    str | None, typer.Option(help="en or de: a visible 'AI-generated' in the picture.")
]
TellPrompt = Annotated[
    bool, typer.Option("--prompt-in-credentials", help="Let the signed credentials say the prompt.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]


@app.command()
def generate(
    prompt: Prompt,
    output: Output = None,
    seconds: Seconds = 4.0,
    size: Size = "square",
    style: Style = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance: Guidance = None,
    negative: Negative = "",
    count: Count = 1,
    sampler: Sampler = None,
    no_expand: NoExpand = False,
    expander: ExpanderUrl = None,
    expander_model: ExpanderModel = None,
    label: Label = None,
    prompt_in_credentials: TellPrompt = False,
    model: Model = "himmel-mini",
    as_json: Json = False,
) -> None:
    """Make a film (mp4) of a sentence."""
    with bad_input():
        request = _request(
            prompt=prompt,
            seconds=seconds,
            size=size,
            style=style,
            seed=seed,
            steps=steps,
            guidance=guidance,
            negative=negative,
            count=count,
            sampler=sampler,
            expand=not no_expand,
            label=label,
            prompt_in_credentials=prompt_in_credentials,
            model=model,
        )
        chat = _chat(expander, expander_model)
    _make(request, output, chat, as_json)


@app.command()
def still(
    prompt: Prompt,
    output: Output = None,
    size: Size = "square",
    style: Style = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance: Guidance = None,
    negative: Negative = "",
    count: Count = 1,
    sampler: Sampler = None,
    no_expand: NoExpand = False,
    expander: ExpanderUrl = None,
    expander_model: ExpanderModel = None,
    label: Label = None,
    prompt_in_credentials: TellPrompt = False,
    model: Model = "himmel-mini",
    as_json: Json = False,
) -> None:
    """Make a picture (png) of a sentence: a film of one frame."""
    with bad_input():
        request = _request(
            prompt=prompt,
            size=size,
            style=style,
            seed=seed,
            steps=steps,
            guidance=guidance,
            negative=negative,
            count=count,
            sampler=sampler,
            expand=not no_expand,
            label=label,
            prompt_in_credentials=prompt_in_credentials,
            model=model,
            still=True,
        )
        chat = _chat(expander, expander_model)
    _make(request, output, chat, as_json)


@app.command()
def models() -> None:
    """List the models."""
    from lichtspiel.models.presets import PRESETS

    for preset in PRESETS.values():
        typer.echo(f"{preset.name}: {preset.description}")
        typer.echo(
            f"  up to {preset.max_seconds:g} seconds at {preset.fps} frames a second, "
            f"{preset.steps} steps, guidance {preset.guidance:g}"
        )


def main() -> None:
    """The command's entry: every foreseeable failure ends in one sentence and an exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="lichtspiel")
    except OSError as error:
        fail(sentence_of(error), 1)
    except (ValueError, RuntimeError) as error:
        fail(str(error), getattr(error, "exit_code", 1))  # of its own where screening blocks
    except MemoryError:
        fail("There is not enough memory.", 1)


def _make(
    request: GenerateRequest, output: Path | None, chat: Expander | None, as_json: bool
) -> None:
    from lichtspiel.media.mux import check_target

    targets = _targets(request, output)
    with bad_input():
        for target in targets:
            check_target(target, request.suffix)
    films = []
    try:
        from lichtspiel.studio import Studio

        studio = Studio.load(request.model)
        for one, target in zip(request.each(), targets, strict=True):
            with _screen() as watch:
                film = studio.make(one, target, watch, chat)
            films.append(film)
            if not as_json:
                _tell(film)
    except KeyboardInterrupt:
        fail("Stopped; no unfinished file was left behind.", 130)
    if as_json:
        answers = [film.as_dict() for film in films]
        typer.echo(json.dumps(answers[0] if request.count == 1 else {"films": answers}))


def _request(**options: Any) -> GenerateRequest:
    """The request; options that were not given take the request's own defaults."""
    from lichtspiel.request import GenerateRequest

    return GenerateRequest(**{name: value for name, value in options.items() if value is not None})


def _chat(url: str | None, model: str | None) -> Expander | None:
    """The expander that asks a chat endpoint, when one is named. Its key comes from the
    environment (LICHTSPIEL_EXPANDER_KEY), so that it stands in no list of processes."""
    if url is None and model is None:
        return None
    if url is None or model is None:
        raise ValueError("Give --expander and --expander-model together, or neither.")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"The expander '{url}' must be an address with http:// or https://.")
    from lichtspiel.pipeline import chat_expander

    key = os.environ.get("LICHTSPIEL_EXPANDER_KEY")
    return partial(chat_expander, endpoint=url, model=model, api_key=key)


def _targets(request: GenerateRequest, output: Path | None) -> list[Path]:
    """A path for each film. A name that the user chose may be overwritten, others never."""
    if output is None:
        stem = slug(request.prompt)
        return [_free(Path(f"{stem}-{one.seed}{request.suffix}")) for one in request.each()]
    if request.count == 1:
        return [output]
    return [
        output.with_name(f"{output.stem}-{number}{output.suffix}")
        for number in range(1, request.count + 1)
    ]


def slug(prompt: str) -> str:
    """A file name's stem of at most 60 plain characters from the prompt."""
    folded = prompt.casefold()
    for letter, letters in {"ä": "ae", "ö": "oe", "ü": "ue"}.items():
        folded = folded.replace(letter, letters)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > 60:
        words = words[:61].rpartition("-")[0] or words[:60]
    return words or "film"


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


@contextmanager
def _screen() -> Iterator[Watcher]:
    """What a watcher of the path hears, shown: the completed prompt, then a bar for each stage."""
    from rich.text import Text

    with bars() as shown:
        tasks: dict[str, TaskID] = {}

        def watch(progress: Progress) -> None:
            if progress.stage == "expanded":
                shown.console.print(Text(progress.prompt, style="italic"))
                return
            if progress.stage not in tasks:
                tasks[progress.stage] = shown.add_task(progress.stage, total=progress.total)
            shown.update(tasks[progress.stage], completed=progress.done)

        yield watch


def _tell(film: Film) -> None:
    length = "" if film.frames == 1 else f", {film.seconds:g} seconds of film"
    typer.echo(f"{film.path} (seed {film.seed}{length}, made in {film.elapsed_s:.1f} seconds)")
    if film.notice:
        typer.echo(film.notice, err=True)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    """End in the ordinary way on SIGTERM, so that temporary files are removed."""
    sys.exit(128 + number)
