"""What all commands that make films share: their options, and how a request is carried out."""

from __future__ import annotations

import inspect
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from lichtspiel.models.presets import LOOKS
from lichtspiel.terminal import bad_input, bars, fail, stop_if_told

if TYPE_CHECKING:
    from rich.progress import TaskID

    from lichtspiel.media.mux import Frames
    from lichtspiel.pipeline import Expander, Film
    from lichtspiel.request import GenerateRequest
    from lichtspiel.sampling import Progress, Watcher
    from lichtspiel.studio import Studio

Prompt = Annotated[str, typer.Argument(help="What should be seen, in English or German.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="The file to write; by default named after the prompt."),
]
Seconds = Annotated[float, typer.Option(help="Length of the film.")]
Size = Annotated[
    str | None,
    typer.Option(help="square, landscape or portrait; by default as what is given, else square."),
]
Style = Annotated[str | None, typer.Option(help="photo, anime, fantasy, pencil or noir.")]
Camera = Annotated[
    str | None,
    typer.Option(
        help="static, orbit, flyover, tracking, pan_left, pan_right, dolly_in, dolly_out, closeup."
    ),
]
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
Model = Annotated[
    str,
    typer.Option(
        help="Which model; `lichtspiel models` lists them.", show_default="the first that can"
    ),
]
Upscale = Annotated[int, typer.Option(help="2 or 4: frames so many times as high and as wide.")]
Label = Annotated[
    str | None, typer.Option(help="en or de: a visible 'AI-generated' in the picture.")
]
TellPrompt = Annotated[
    bool, typer.Option("--prompt-in-credentials", help="Let the signed credentials say the prompt.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the unfinished film at --output.")
]
Preview = Annotated[
    Path | None, typer.Option(help="A png that shows the newest part while a film is made.")
]
Lora = Annotated[
    list[str] | None,
    typer.Option(help="LOOK[:WEIGHT], cyanotype, poster or an adapter's file; repeatable."),
]
Cache = Annotated[
    str | None, typer.Option(help="first-block or taylor: open weights skip what hardly changes.")
]
Memory = Annotated[
    float | None, typer.Option(help="Gigabytes of the device that open weights may use.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else.")]


def shared(
    output: Output = None,
    size: Size = None,
    style: Style = None,
    camera: Camera = None,
    seed: Seed = None,
    steps: Steps = None,
    guidance: Guidance = None,
    negative: Negative = "",
    count: Count = 1,
    sampler: Sampler = None,
    no_expand: NoExpand = False,
    expander: ExpanderUrl = None,
    expander_model: ExpanderModel = None,
    upscale: Upscale = 1,
    label: Label = None,
    prompt_in_credentials: TellPrompt = False,
    model: Model = "",
    lora: Lora = None,
    cache: Cache = None,
    memory: Memory = None,
    as_json: Json = False,
) -> None:
    """The options of every command that makes something."""


def long(resume: Resume = False, preview: Preview = None) -> None:
    """The options of those that make films."""


def taking(*groups: Callable[..., None]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of `shared` or `long` after its own; it takes them as **options.

    The command line reads a function's signature, so this writes one.
    """

    def add(command: Callable[..., None]) -> Callable[..., None]:
        parameters = []
        for function in (command, *groups):
            hints = get_type_hints(function, include_extras=True)
            for name, parameter in inspect.signature(function).parameters.items():
                if parameter.kind is not parameter.VAR_KEYWORD:
                    parameters.append(parameter.replace(annotation=hints[name]))
        command.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": None}
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return command

    return add


def make(own: Mapping[str, Any], shared: Mapping[str, Any], name: str | None = None) -> None:
    """Make what is asked and say what came of it.

    own: fields of the request that are a command's own; shared: values of `shared` and `long`.
    name: the stem of the files' names where no output is given; by default after the prompt.
    """
    from lichtspiel.media.mux import check_target
    from lichtspiel.unfinished import Unfinished, seed_of

    asked, own = dict(shared), dict(own)
    best_of = own.pop("best_of", 1)
    output, as_json = asked.pop("output"), asked.pop("as_json")
    memory = asked.pop("memory")
    resume, preview = asked.pop("resume", False), asked.pop("preview", None)
    with bad_input():
        chat = _chat(asked.pop("expander"), asked.pop("expander_model"))
        if best_of > 1 and (resume or asked["count"] > 1):
            raise ValueError("--best-of keeps one film, made anew: leave out --count and --resume.")
        if resume:
            asked["seed"] = _resumed_seed(output, asked["count"], asked["seed"], seed_of)
        asked["expand"] = not asked.pop("no_expand")
        asked["adapters"] = tuple(adapter(entry) for entry in asked.pop("lora") or ())
        request = _request(**asked, **own)
        targets = _targets(request, output, name)
        for target in targets:
            check_target(target, request.suffix)
        if resume:
            Unfinished(request, targets[0], resume)  # refuses what belongs to another film
        if preview is not None:
            check_target(preview, ".png")
    answers: list[dict[str, Any]] = []
    try:
        from lichtspiel.studio import Studio

        studio = Studio.load(request.model, memory=memory)
        if studio.follow(request):
            return
        for one, target in zip(request.each(), targets, strict=True):
            with _screen(preview) as watch:
                if best_of > 1:
                    film, tried = _best(studio, one, best_of, target, watch, chat)
                else:
                    film, tried = studio.make(one, target, watch, chat, resume), {}
            answers.append(film.as_dict() | tried)
            if not as_json:
                _tell(film)
        studio.part()
    except KeyboardInterrupt:
        fail(_stopped(targets), 130)
    if as_json:
        typer.echo(json.dumps(answers[0] if request.count == 1 else {"films": answers}))


def _best(
    studio: Studio,
    request: GenerateRequest,
    count: int,
    target: Path,
    watch: Watcher,
    chat: Expander | None,
) -> tuple[Film, dict[str, Any]]:
    """The best of several films; the marks of all are told, and returned for `--json`."""
    from lichtspiel.evaluate.choice import rating
    from lichtspiel.prompt.expand import expand

    rate, notice = rating()
    film, marks = studio.best(request, count, target, watch, chat or expand, rate)
    if notice:
        typer.echo(notice, err=True)
    for seed, mark in marks.items():
        said = "blocked by the screening" if mark is None else str(mark)
        typer.echo(f"seed {seed}: {said}{', kept' if seed == film.seed else ''}", err=True)
    return film, {"tried": {str(seed): mark and mark.as_dict() for seed, mark in marks.items()}}


def adapter(entry: str) -> tuple[Path, float]:
    """File and weight of `LOOK[:WEIGHT]`, a name of `LOOKS` or a file; alone it weighs 1."""
    look, colon, weight = entry.rpartition(":")
    try:
        named, share = (look, float(weight)) if colon else (entry, 1.0)
    except ValueError:
        named, share = entry, 1.0
    return LOOKS.get(named, Path(named)), share


def _resumed_seed(
    output: Path | None, count: int, seed: int | None, seed_of: Callable[[Path], int]
) -> int:
    if output is None or count != 1:
        raise ValueError("To go on with --resume, name the one film with --output.")
    return seed_of(output) if seed is None else seed


def _stopped(targets: Sequence[Path]) -> str:
    from lichtspiel.unfinished import place

    left = [target for target in targets if place(target).exists()]
    if not left:
        return "Stopped; no unfinished file was left behind."
    return f"Stopped; the same command with -o {left[0]} --resume goes on from '{place(left[0])}'."


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


def _targets(request: GenerateRequest, output: Path | None, name: str | None) -> list[Path]:
    """A path for each film. A name that the user chose may be overwritten, others never."""
    if output is None:
        stem = name or slug(request.prompt)
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
def _screen(preview: Path | None) -> Iterator[Watcher]:
    """What a watcher of the path hears, shown: the completed prompt, then a bar for each stage.

    preview: a png that always shows the newest part of the film.
    """
    from rich.text import Text

    with bars() as shown:
        tasks: dict[str, TaskID] = {}

        def watch(progress: Progress) -> None:
            stop_if_told()
            if progress.stage == "expanded":
                shown.console.print(Text(progress.prompt, style="italic"))
                return
            if progress.stage not in tasks:
                tasks[progress.stage] = shown.add_task(progress.stage, total=progress.total)
            shown.update(tasks[progress.stage], completed=progress.done)
            if preview is not None and progress.preview is not None:
                _draw(progress.preview(), preview)

        yield watch


def _draw(frames: Frames, path: Path) -> None:
    """The frames (t, H, W, 3) side by side."""
    from lichtspiel.media.mux import placing, write_png
    from lichtspiel.provenance import preview

    with placing(path) as temporary:
        write_png(temporary, [preview(frames)[None]])


def _tell(film: Film) -> None:
    length = "" if film.frames == 1 else f", {film.seconds:g} seconds of film"
    typer.echo(f"{film.path} (seed {film.seed}{length}, made in {film.elapsed_s:.1f} seconds)")
    if film.notice:
        typer.echo(film.notice, err=True)
