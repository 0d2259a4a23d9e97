"""The renderer and its shards, with the real driver. Needs Debian's libegl1 and libgl1-mesa-dri."""

import io
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import webdataset

from lichtspiel.world.render import Renderer, subject_box
from lichtspiel.world.scene import Scene, is_held_out, sample
from lichtspiel.world.shards import Plan, draw_sheet, render_shards, scenes

BALL = Scene("ball", "bounce", "beach", "noon", "clear", "static", color="red", seed=5)
SIZE = (48, 64)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    try:
        return Renderer()
    except RuntimeError as error:
        pytest.skip(str(error))


def test_the_same_scene_gives_the_same_pixels(renderer: Renderer) -> None:
    first = renderer.render(BALL, 3, *SIZE)
    assert first.shape == (3, *SIZE, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, renderer.render(BALL, 3, *SIZE))
    assert (first != renderer.render(replace(BALL, seed=6), 3, *SIZE)).any()


def test_a_longer_clip_begins_as_the_shorter_one(renderer: Renderer) -> None:
    np.testing.assert_array_equal(
        renderer.render(BALL, 2, *SIZE), renderer.render(BALL, 5, *SIZE)[:2]
    )


def test_frame_rate_is_a_matter_of_time_alone(renderer: Renderer) -> None:
    slow, fast = renderer.render(BALL, 3, *SIZE, fps=6), renderer.render(BALL, 5, *SIZE, fps=12)
    np.testing.assert_array_equal(slow, fast[::2])


def test_a_red_ball_is_red_and_a_green_one_green(renderer: Renderer) -> None:
    colors = {}
    for color in ("red", "green"):
        clip = renderer.render(replace(BALL, color=color), 6, *SIZE).astype(float)
        colors[color] = clip.reshape(-1, 3)
    red, green = colors["red"], colors["green"]
    changed = np.abs(red - green).sum(1) > 60
    assert changed.mean() > 0.01
    assert (red[changed, 0] > red[changed, 1]).mean() > 0.9
    assert (green[changed, 1] > green[changed, 0]).mean() > 0.9


def test_changing_one_thing_leaves_the_rest_of_the_picture(renderer: Renderer) -> None:
    man = Scene("man", "stand", "meadow", "noon", "clear", "static", color="red", seed=3)
    pair = [
        renderer.render(one, 1, 96, 96)[0].astype(int) for one in (man, replace(man, color="blue"))
    ]
    same = (np.abs(pair[0] - pair[1]).max(-1) <= 2).mean()
    assert 0.8 < same < 0.995


def test_night_is_darker_than_noon_and_film_noir_is_gray(renderer: Renderer) -> None:
    noon = renderer.render(BALL, 1, *SIZE)
    night = renderer.render(replace(BALL, light="night"), 1, *SIZE)
    assert night.mean() < 0.6 * noon.mean()
    gray = renderer.render(replace(BALL, style="noir"), 1, *SIZE).astype(int)
    assert np.abs(gray - gray.mean(-1, keepdims=True)).max() < 8


def test_wet_ground_mirrors_what_is_above_it(renderer: Renderer) -> None:
    street = Scene("car", "stand", "street", "night", "rain", "static", color="red", seed=11)
    with_car = renderer.render(street, 1, 128, 128)[0].astype(int)
    other = renderer.render(replace(street, color="white"), 1, 128, 128)[0].astype(int)
    rows = np.nonzero((np.abs(with_car - other).max(-1) > 12).any(1))[0]
    dry = replace(street, place="meadow", light="noon", weather="clear")
    pair = [
        renderer.render(one, 1, 128, 128)[0].astype(int)
        for one in (dry, replace(dry, color="white"))
    ]
    on_grass = np.nonzero((np.abs(pair[0] - pair[1]).max(-1) > 12).any(1))[0]
    # The paint shows below the car too: in its reflection.
    assert len(rows) > 1.3 * len(on_grass)


def test_things_cast_shadows_in_the_sun(renderer: Renderer) -> None:
    field = Scene("ball", "roll", "snow", "noon", "clear", "static", color="red", seed=5)
    red, blue = (
        renderer.render(replace(field, color=color), 1, 96, 96)[0].astype(int)
        for color in ("red", "blue")
    )
    ball = np.abs(red - blue).max(-1) > 40
    ground = red[44:][~ball[44:]].mean(-1)
    # Snow in the shade is darker than snow in the sun, and most of it lies in the sun.
    assert np.quantile(ground, 0.005) < 0.85 * np.median(ground)


def test_a_glass_shows_what_is_behind_it(renderer: Renderer) -> None:
    glass = Scene("glass", "stand", "room", "noon", "clear", "static", seed=3)
    room = Scene("none", "none", "room", "noon", "clear", "static", count=0, seed=3)
    seen = renderer.render(glass, 1, 128, 128)[0].astype(float)
    behind = renderer.render(room, 1, 128, 128, staged=glass)[0].astype(float)
    left, top, right, _ = subject_box(glass, 0.0, 128, 128) or (0.0, 0.0, 0.0, 0.0)
    middle = round(64 * (left + right))
    column = slice(round(128 * top) + 12, round(128 * top) + 28)  # through the glass
    assert np.ptp(behind[column, middle].mean(-1)) > 40  # the picture on the wall ends there
    alike = np.corrcoef(seen[column, middle].mean(-1), behind[column, middle].mean(-1))[0, 1]
    assert alike > 0.9


def test_waves_break_on_rocks_with_spray_that_rises_and_falls(renderer: Renderer) -> None:
    cliffs = Scene("none", "none", "cliffs", "noon", "clear", "static", count=0, seed=5)
    light = renderer.render(cliffs, 60, 96, 96).mean(-1)
    white = [int((frame - light.min(0) > 60).sum()) for frame in light]
    # Foam at the foot of the rocks alone comes to 130 of 9,216 pixels.
    assert max(white) > 400
    lowest = white.index(min(white))
    assert max(white[:lowest]) > 5 * min(white)
    assert max(white[lowest:]) > 5 * min(white)


def test_an_eye_looks_the_way_that_is_said(renderer: Renderer) -> None:
    eye = Scene("eye", "look_right", "face", "noon", "clear", "closeup", color="blue", seed=2)
    for action, sign in (("look_right", 1), ("look_left", -1)):
        clip = renderer.render(replace(eye, action=action), 40, 64, 64).astype(float)
        blue = clip[..., 2] - clip[..., 0]
        at = [np.average(np.arange(64), weights=np.clip(frame, 0, None).sum(0)) for frame in blue]
        assert sign * (at[-1] - at[0]) > 5


def test_every_kind_of_scene_can_be_drawn(renderer: Renderer) -> None:
    seen = {}
    for seed in range(400):
        scene = sample(seed)
        seen.setdefault((scene.subject, scene.style), scene)
        seen.setdefault((scene.place, scene.camera), scene)
    for scene in {scene.seed: scene for scene in seen.values()}.values():
        frame = renderer.render(scene, 1, 32, 32)[0]
        assert frame.std() > 2, scene


@pytest.mark.parametrize(("frames", "height"), [(0, 48), (1, 4)])
def test_impossible_sizes_are_refused(renderer: Renderer, frames: int, height: int) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        renderer.render(BALL, frames, height, 64)


# webdataset leaves its tar files for the garbage collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_shards_hold_films_and_what_is_in_them(renderer: Renderer, tmp_path: Path) -> None:
    plan = Plan(0, 6, ((1, 0.5), (9, 0.5)))
    heard: list[int] = []
    (shard,) = render_shards(plan, tmp_path, 1, heard.append)
    assert sum(heard) == 6
    samples = list(webdataset.WebDataset(str(shard), shardshuffle=False))
    assert [int(one["__key__"]) for one in samples] == [scene.seed for scene in scenes(plan)]
    for one in samples:
        about = json.loads(one["json"])
        assert Scene(**about["scene"]) == sample(int(one["__key__"]))
        assert {"en", "de"} == {caption["language"] for caption in about["captions"]}
        with av.open(io.BytesIO(one["mp4"])) as film:
            frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert len(frames) == about["frames"]
        assert frames[0].shape == (about["height"], about["width"], 3)

    before = shard.stat().st_mtime_ns
    render_shards(plan, tmp_path, 1)  # a second time there is nothing left to do
    assert shard.stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.iterdir()] == [shard.name]


def test_shards_for_training_leave_out_what_is_held_out() -> None:
    assert not any(is_held_out(scene) for scene in scenes(Plan(0, 500)))
    assert any(is_held_out(scene) for scene in scenes(Plan(0, 500, held_out=True)))


def test_an_empty_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one clip"):
        render_shards(Plan(0, 0), tmp_path)


def test_a_sheet_is_a_picture(renderer: Renderer, tmp_path: Path) -> None:
    draw_sheet([sample(1), sample(2)], tmp_path / "sheet.png", columns=1, pictures=2, size=32)
    with av.open(str(tmp_path / "sheet.png")) as picture:
        (frame,) = picture.decode(video=0)
    assert (frame.width, frame.height) == (64, 64)


def test_the_box_holds_the_subject(renderer: Renderer) -> None:
    frames = [
        renderer.render(replace(BALL, color=color), 1, 96, 96, start=2.0)[0].astype(int)
        for color in ("red", "green")
    ]
    left, top, right, bottom = (96 * x for x in subject_box(BALL, 2.0, 96, 96) or ())
    rows, columns = np.nonzero(np.abs(frames[0] - frames[1]).sum(-1) > 120)  # the ball itself
    assert len(rows) > 100
    assert top <= rows.min() and rows.max() < bottom
    assert left <= columns.min() and columns.max() < right
    assert (right - left) * (bottom - top) < 0.8 * 96 * 96


def test_an_eye_fills_the_picture_and_a_landscape_has_no_subject() -> None:
    eye = Scene("eye", "look_right", "face", "noon", "clear", "closeup", color="blue")
    assert subject_box(eye, 0.0, 64, 64) == (0.0, 0.0, 1.0, 1.0)
    view = Scene("none", "none", "beach", "noon", "clear", "static", count=0)
    assert subject_box(view, 0.0, 64, 64) is None


def test_two_renderers_do_not_disturb_each_other(renderer: Renderer) -> None:
    expected = renderer.render(BALL, 2, *SIZE)
    with Renderer() as other:
        first = renderer.stream(BALL, 2, *SIZE)
        frames = [next(first), *other.render(replace(BALL, color="green"), 1, *SIZE), next(first)]
    np.testing.assert_array_equal([frames[0], frames[2]], expected)
    np.testing.assert_array_equal(renderer.render(BALL, 2, *SIZE), expected)
