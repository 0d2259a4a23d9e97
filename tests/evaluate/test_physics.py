"""Checks of motion on drawn clips that obey, and on clips that don't."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lichtspiel.evaluate import physics
from lichtspiel.evaluate.physics import run_physics, scenes, slide, snow, steps

Clip = NDArray[np.uint8]
SIDE, FRAMES = 96, 25


def flakes(down: int, seed: int | None = None) -> Clip:
    """White dots on gray: they fall `down` pixels a frame, or jump about where there is a seed."""
    at = np.random.default_rng(0).integers(0, SIDE, (60, 2))
    clip = np.full((FRAMES, SIDE, SIDE, 3), 90, np.uint8)
    for t in range(FRAMES):
        moved = at + np.array([down * t, t // 2])
        if seed is not None:
            moved = np.random.default_rng(seed + t).integers(0, SIDE, at.shape)
        for y, x in moved % (SIDE - 2):
            clip[t, y : y + 2, x : x + 2] = 240
    return clip


def ground() -> NDArray[np.uint8]:
    blobs = np.random.default_rng(1).integers(60, 120, (SIDE // 6, SIDE // 6, 1))
    return np.kron(blobs, np.ones((6, 6, 3), np.uint8)).astype(np.uint8)


def standing(slip: float) -> Clip:
    """A spotted post on patterned ground that slips so many pixels a frame."""
    clip = np.stack([ground()] * FRAMES)
    spots = np.random.default_rng(2).integers(20, 236, (20, 5, 1))
    post = np.kron(spots, np.ones((4, 4, 3), np.uint8)).astype(np.uint8)
    for t in range(FRAMES):
        x = 38 + round(slip * t)
        clip[t, 16:, x : x + 20] = post
    return clip


def walking(cycle: float) -> Clip:
    """Two legs that swing against each other, `cycle` frames a cycle; 0 stands."""
    clip = np.full((FRAMES, SIDE, SIDE, 3), 200, np.uint8)
    for t in range(FRAMES):
        swing = np.sin(2 * np.pi * t / cycle) if cycle else 0.0
        for side in (-1, 1):
            for y in range(48, 88):
                x = round(48 + side * 8 * swing * (y - 48) / 40)
                clip[t, y, x - 2 : x + 2] = 40 if side > 0 else 70
    return clip


def test_snow_that_falls_keeps_its_course_and_noise_has_none() -> None:
    assert snow(flakes(2)) == 1.0
    assert snow(flakes(-2)) == 0.0  # upward is no snowfall
    assert snow(flakes(0, seed=5)) < 0.4


def test_feet_that_slip_are_measured_against_the_ground() -> None:
    assert slide(standing(0)) < 0.5
    # A pixel in two frames on 96 rows is one of 192, twelve times a second.
    assert slide(standing(0.5)) == pytest.approx(12, rel=0.35)
    rolled = np.stack([np.roll(frame, t // 2, 1) for t, frame in enumerate(standing(0))])
    assert slide(rolled) < 0.3 * slide(standing(0.5))  # the camera may move


def test_steps_are_regular_or_none() -> None:
    assert steps(walking(12)) > 0.9
    assert steps(walking(0)) == 0.0
    wild = np.random.default_rng(3).integers(0, 255, (FRAMES, SIDE, SIDE, 3), np.uint8)
    assert steps(wild) < 0.4


def test_scenes_are_those_that_a_check_can_be_made_on() -> None:
    assert {one.weather for one in scenes("snow", 9)} == {"snowfall"}
    assert {one.action for one in scenes("slide", 9)} == {"stand"}
    assert {one.action for one in scenes("steps", 9)} == {"walk"}
    assert scenes("steps", 9) == scenes("steps", 9)


def test_films_are_measured_beside_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def still(prompts: list[str], seeds: list[int]) -> list[Clip]:
        asked.extend(prompts)
        return [standing(0) for _ in prompts]

    monkeypatch.setattr(physics, "FRAMES", 9)
    monkeypatch.setattr(physics, "_CYCLE", range(4, 8))
    table = run_physics(still, tmp_path / "new", count=1).read_text().splitlines()  # type: ignore[arg-type]
    assert [line.split(" | ")[0] for line in table[2:]] == ["| snow", "| slide", "| steps"]
    assert len(asked) == 3 and "snow" in asked[0].lower()
    with pytest.raises(ValueError, match="at least one"):
        run_physics(still, tmp_path, count=0)  # type: ignore[arg-type]
