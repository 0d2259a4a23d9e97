"""Pairs of scenes that differ in one thing only: what editing learns from, and is measured by."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lichtspiel.world import figures, stage
from lichtspiel.world.scene import (
    ACTIONS,
    COLORS,
    LIGHTS,
    STYLES,
    SUBJECTS,
    WEATHERS,
    Scene,
    cameras_for,
    counts_for,
    is_held_out,
    places_for,
)

#: What can be changed in a scene while all else stays as it is.
CHANGES = ("subject", "color", "light", "weather", "style")
#: One subject stands for another where it is no more than so many times as large, or as small.
LIKE = 1.4


@dataclass(frozen=True)
class Pair:
    """A scene and the same with one attribute changed.

    Render `after` with `staged=before`: then camera, light, place and way are those of `before`.
    """

    before: Scene
    after: Scene
    changed: str


def pair(scene: Scene, changed: str, seed: int) -> Pair | None:
    """The scene beside one where the attribute `changed`, of CHANGES, has another value.

    None where there is no other value that fits, or where training must not see the result.
    """
    if changed not in CHANGES:
        raise ValueError(f"There is no change '{changed}'; choose one of: {', '.join(CHANGES)}.")
    others = list(_others(scene, changed))
    random.Random(f"pair-{changed}-{seed}").shuffle(others)
    return Pair(scene, others[0], changed) if others else None


def _others(scene: Scene, changed: str) -> Iterator[Scene]:
    if changed == "subject":
        yield from _recast(scene)
        return
    values: dict[str, tuple[str, ...]] = {
        "color": COLORS.get(scene.subject, ()),
        "light": LIGHTS,
        "weather": WEATHERS[scene.place],
        "style": STYLES,
    }
    for value in values[changed]:
        if value != getattr(scene, changed):
            change: dict[str, Any] = {changed: value}
            yield replace(scene, **change)


def _recast(scene: Scene) -> Iterator[Scene]:
    """The scene with every other subject that can take the same way before the same camera."""
    if scene.subject in ("eye", "none"):
        return
    for subject in SUBJECTS:
        if subject == scene.subject or scene.place not in places_for(subject):
            continue
        for action in ACTIONS[subject]:
            if scene.camera in cameras_for(subject, action):
                yield from islice(_as_large(scene, subject, action), 1)


def _as_large(scene: Scene, subject: str, action: str) -> Iterator[Scene]:
    """The scene with another subject, in every count that takes as much room."""
    colors = COLORS.get(subject, ("none",))
    color = colors[scene.seed % len(colors)]
    for count in counts_for(subject):
        other = replace(scene, subject=subject, action=action, color=color, count=count)
        if _alike(scene, other) and not is_held_out(other):
            yield other


def _alike(one: Scene, other: Scene) -> bool:
    """Whether both go or both stand, and are of a size."""
    moves = [figures.speed(scene) > 0 for scene in (one, other)]
    sizes = [stage.framing(scene) for scene in (one, other)]
    return moves[0] == moves[1] and max(sizes) <= LIKE * min(sizes)
