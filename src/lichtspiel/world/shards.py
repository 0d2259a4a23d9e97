"""Render scenes to webdataset shards, in parallel; and draw contact sheets.

A shard is a tar with `<key>.mp4` and `<key>.json` for each clip; the json holds the scene, captions
in both languages, the clip's shape, and where the subject is in each frame (in shares of the
picture). In shards of pairs `<key>.before.mp4` is the same clip with one attribute changed, and the
json holds its scene. Every clip follows from its seed alone, so any shard can be made again; shards
that are there already are kept.
"""

from __future__ import annotations

import functools
import io
import json
import math
import multiprocessing
import os
import random
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lichtspiel.media.mux import placing, write_mp4, write_png
from lichtspiel.shapes import FPS, SIZES
from lichtspiel.world.caption import captions
from lichtspiel.world.pairs import CHANGES, pair
from lichtspiel.world.render import Frame, Renderer, subject_box
from lichtspiel.world.scene import Scene, is_held_out, sample
from lichtspiel.world.stage import PLANNED

CLIPS_IN_SHARD = 64
CAPTIONS = 8

#: Frames of a clip -> how often: pictures are the quickest to draw and to learn from.
MIXED: dict[int, float] = {1: 0.84, 25: 0.12, 49: 0.04}


@dataclass(frozen=True)
class Plan:
    """What to render: seeds first..first+count-1, with lengths drawn from `lengths`.

    `held_out` also renders the combinations that training must not see (for judges only). With
    `pairs` each clip comes with the one that it could have been edited from; scenes in which
    nothing can be changed are left out.
    """

    first: int
    count: int
    lengths: tuple[tuple[int, float], ...] = tuple(MIXED.items())
    held_out: bool = False
    pairs: bool = False


def render_shards(
    plan: Plan,
    out: Path,
    workers: int | None = None,
    on_clips: Callable[[int], None] | None = None,
) -> list[Path]:
    """Render a plan into `out`; returns its shards. `on_clips` hears how many clips are new.

    Raises ValueError for an empty plan. May be stopped and started again: a shard appears only
    when it is whole.
    """
    if plan.count < 1 or plan.first < 0:
        raise ValueError("Render at least one clip, and start at a seed of zero or more.")
    out.mkdir(parents=True, exist_ok=True)
    parts = _parts(plan, out)
    missing = [(part, path) for part, path in parts if not path.exists()]
    if on_clips is not None:
        on_clips(sum(part.count for part, path in parts if path.exists()))
    spawn = multiprocessing.get_context("spawn")  # OpenGL does not survive a fork
    with ProcessPoolExecutor(workers or os.cpu_count(), spawn, initializer=_one_thread) as pool:
        jobs = {pool.submit(_render_shard, part, path): part for part, path in missing}
        for job in as_completed(jobs):
            job.result()
            if on_clips is not None:
                on_clips(jobs[job].count)
    return [path for _, path in parts]


def _one_thread() -> None:
    os.environ.setdefault("LP_NUM_THREADS", "1")


def _parts(plan: Plan, out: Path) -> list[tuple[Plan, Path]]:
    parts = []
    for first in range(plan.first, plan.first + plan.count, CLIPS_IN_SHARD):
        count = min(CLIPS_IN_SHARD, plan.first + plan.count - first)
        part = replace(plan, first=first, count=count)
        kind = "pairs" if plan.pairs else "world"
        parts.append((part, out / f"{kind}-{first:08d}-{count:03d}.tar"))
    return parts


@functools.cache
def _renderer() -> Renderer:
    """One for each process: to compile its shaders takes longer than to draw a picture."""
    return Renderer()


def _render_shard(plan: Plan, path: Path) -> None:
    renderer = _renderer()
    with placing(path) as temporary, tarfile.open(temporary, "w") as tar:
        for scene, before in edits(plan):
            key = f"{scene.seed:08d}"
            frames, (height, width) = _shape(scene.seed, plan.lengths)
            start = PLANNED / 2 if frames == 1 else 0.0  # a picture catches the middle
            staged = before or scene
            clip = renderer.render(scene, frames, height, width, FPS, start, staged)
            about = {
                "scene": scene.as_dict(),
                "captions": captions(scene, CAPTIONS, scene.seed),
                "fps": FPS,
                "frames": frames,
                "height": height,
                "width": width,
                "boxes": [
                    subject_box(scene, start + scene.pace * index / FPS, height, width, staged)
                    for index in range(frames)
                ],
            }
            if before is not None:
                about["before"] = before.as_dict()
                source = renderer.render(before, frames, height, width, FPS, start)
                _add(tar, f"{key}.before.mp4", _encoded(source, path.parent))
            _add(tar, f"{key}.mp4", _encoded(clip, path.parent))
            _add(tar, f"{key}.json", json.dumps(about, ensure_ascii=False).encode())


def scenes(plan: Plan) -> Iterator[Scene]:
    """The scenes of a plan, without those that are held out unless it asks for them."""
    for seed in range(plan.first, plan.first + plan.count):
        scene = sample(seed)
        if plan.held_out or not is_held_out(scene):
            yield scene


def edits(plan: Plan) -> Iterator[tuple[Scene, Scene | None]]:
    """The scenes of a plan, each with the one that it is edited from where the plan asks for it."""
    for scene in scenes(plan):
        if not plan.pairs:
            yield scene, None
        elif made := pair(scene, random.Random(f"edit-{scene.seed}").choice(CHANGES), scene.seed):
            yield made.after, made.before


def _shape(seed: int, lengths: Sequence[tuple[int, float]]) -> tuple[int, tuple[int, int]]:
    rng = random.Random(f"shape-{seed}")
    frames = rng.choices([f for f, _ in lengths], [w for _, w in lengths])[0]
    size = rng.choices(("square", "landscape", "portrait"), (6, 3, 1))[0]
    return frames, SIZES[size]


def _encoded(clip: Frame, folder: Path) -> bytes:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part") as file:
        write_mp4(Path(file.name), [clip], FPS)
        return Path(file.name).read_bytes()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def draw_sheet(
    chosen: Sequence[Scene], path: Path, columns: int = 4, pictures: int = 4, size: int = 128
) -> None:
    """A contact sheet: `pictures` moments of each scene side by side, `columns` scenes a row."""
    with Renderer() as renderer:
        strips = []
        for scene in chosen:
            clip = renderer.render(scene, pictures, size, size, fps=pictures / 4)
            strips.append(np.concatenate(list(clip), axis=1))
    rows = math.ceil(len(strips) / columns)
    strips += [np.zeros_like(strips[0])] * (rows * columns - len(strips))
    sheet = [np.concatenate(strips[i * columns : (i + 1) * columns], axis=1) for i in range(rows)]
    with placing(path) as temporary:
        write_png(temporary, [np.concatenate(sheet, axis=0)[None]])
