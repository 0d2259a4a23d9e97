"""The commands that tell which models there are, and fetch them: models, pull."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lichtspiel.terminal import bad_input

if TYPE_CHECKING:
    from lichtspiel.models.fitting import Machine
    from lichtspiel.models.open_presets import OpenPreset


def models(
    memory: Annotated[
        float | None, typer.Option(help="Gigabytes of the device that may be used.")
    ] = None,
) -> None:
    """List the models: what they can do, and how they run on this machine."""
    from lichtspiel.models.catalogue import pulled
    from lichtspiel.models.open_presets import OPEN
    from lichtspiel.models.presets import PRESETS

    for preset in PRESETS.values():
        typer.echo(f"{preset.name}: {preset.description}")
        typer.echo(
            f"  up to {preset.max_seconds:g} seconds at {preset.fps} frames a second, "
            f"{preset.steps} steps, guidance {preset.guidance:g}"
        )
    presets = [*OPEN.values(), *(own for own in pulled() if own.name not in OPEN)]
    machine, speed = _machine(memory)
    for open_preset in presets:
        height, width = next(iter(open_preset.sizes.values()))
        typer.echo(f"{open_preset.name}: {open_preset.description}")
        typer.echo(
            f"  {open_preset.window / open_preset.fps:.1f} seconds at once at {open_preset.fps} "
            f"frames a second, {width} x {height}, {open_preset.steps} steps, guidance "
            f"{open_preset.guidance:g}; from {_given(open_preset)}"
        )
        typer.echo(f"  {_licence(open_preset)}; {_presence(open_preset)}")
        if machine is not None:
            typer.echo(f"  {_fitting(open_preset, machine, speed)}")
    if machine is None:
        typer.echo("Open weights need lichtspiel[open].")


def pull(
    name: Annotated[str, typer.Argument(help="A model of `lichtspiel models`, or a folder.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Agree to a licence that has terms.")
    ] = False,
) -> None:
    """Fetch open weights, checked; after an interruption the same command goes on."""
    from lichtspiel import fetching

    with bad_input():
        folder = fetching.pull(name, accept)
    typer.echo(f"{folder} (use it with --model {folder.name})")


def _given(preset: OpenPreset) -> str:
    said = {
        "text": "words",
        "first": "a first picture or film",
        "last": "a last one",
        "both": "both",
        "between": "pictures on the way",
    }
    return ", ".join(what for ability, what in said.items() if ability in preset.can)


def _licence(preset: OpenPreset) -> str:
    return preset.notice.rstrip(".") or preset.licence.name


def _presence(preset: OpenPreset) -> str:
    from lichtspiel.models import catalogue, folders

    folder = catalogue.place(preset)
    if not folder.is_dir():
        return f"not fetched, {preset.download:g} GB"
    try:
        folders.check(folder)
    except ValueError:
        return "fetched in part"
    return "fetched"


def _machine(memory: float | None) -> tuple[Machine | None, float]:
    """What is free here, and how fast it is; None without the extra."""
    from importlib.util import find_spec

    if find_spec("psutil") is None or find_spec("diffusers") is None:
        return None, 0.0
    import torch

    from lichtspiel.models import fitting

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return fitting.here(device, memory), fitting.measured_speed(device)


def _fitting(preset: OpenPreset, machine: Machine, speed: float) -> str:
    """How it would run, and how long about a film of its usual length and size takes."""
    from lichtspiel.models import catalogue, fitting, folders

    folder = catalogue.place(preset)
    counted = fitting.expected(preset)
    if (folder / folders.INDEX).is_file():
        counted = folders.parameters(folder) or counted
    shape = next(iter(preset.sizes.values()))
    try:
        fit = fitting.fit(preset, counted, machine, shape, preset.window)
    except ValueError as error:
        return str(error)
    taken = fitting.seconds(preset, counted["transformer"], shape, preset.window, speed)
    return f"runs here in {fit}; about {_time(taken)} for that"


def _time(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
