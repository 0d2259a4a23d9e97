"""Pairs that differ in one thing only, drawn by the real renderer."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from lichtspiel.train.data import read_shard
from lichtspiel.world.pairs import CHANGES, pair
from lichtspiel.world.render import Renderer, subject_box
from lichtspiel.world.scene import Scene, is_held_out, sample
from lichtspiel.world.shards import Plan, edits, render_shards

WALK = Scene("woman", "walk", "meadow", "noon", "clear", "tracking", color="red", seed=4)
SIZE = (64, 96)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    try:
        return Renderer()
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("changed", CHANGES)
def test_one_thing_differs(changed: str) -> None:
    made = [pair(sample(seed), changed, seed) for seed in range(300)]
    found = [one for one in made if one is not None]
    assert len(found) > 100
    for one in found:
        same = [changed, "action", "color", "count"] if changed == "subject" else [changed]
        before, after = one.before.as_dict(), one.after.as_dict()
        assert before[changed] != after[changed]
        assert {k: v for k, v in before.items() if k not in same} == {
            k: v for k, v in after.items() if k not in same
        }
        assert not is_held_out(one.after) or is_held_out(one.before)
    assert pair(sample(7), changed, 7) == pair(sample(7), changed, 7)


def test_an_unknown_change_is_refused() -> None:
    with pytest.raises(ValueError, match="no change 'weight'"):
        pair(WALK, "weight", 0)


def test_another_subject_takes_the_same_way_through_the_same_picture(renderer: Renderer) -> None:
    other = replace(WALK, subject="bear", color="none")
    before = renderer.render(WALK, 2, *SIZE, fps=1)
    after = renderer.render(other, 2, *SIZE, fps=1, staged=WALK)
    boxes = [subject_box(scene, 1.0, *SIZE, staged=WALK) for scene in (WALK, other)]
    middles = [(left + right) / 2 for left, _, right, _ in filter(None, boxes)]
    assert middles[0] == pytest.approx(middles[1], abs=0.12)
    assert (before != after).any()
    differing = np.abs(before[1].astype(int) - after[1]).max(-1) > 8
    top = min(box[1] for box in boxes if box)
    assert not differing[: int(top * SIZE[0]) - 1].any()  # the sky stays
    alone = renderer.render(other, 2, *SIZE, fps=1)
    assert np.abs(alone[1].astype(int) - after[1]).mean() > 2  # a camera of its own


def test_staging_for_oneself_changes_nothing(renderer: Renderer) -> None:
    np.testing.assert_array_equal(
        renderer.render(WALK, 1, *SIZE), renderer.render(WALK, 1, *SIZE, staged=WALK)
    )


def test_shards_of_pairs_hold_both_clips(renderer: Renderer, tmp_path: Path) -> None:
    plan = Plan(40, 4, ((1, 1.0),), pairs=True)
    (shard,) = render_shards(plan, tmp_path, 1)
    assert shard.name.startswith("pairs-")
    made = list(edits(plan))
    assert made and [key for key, _, _ in read_shard(shard)] == [
        f"{scene.seed:08d}" for scene, _ in made
    ]
    with tarfile.open(shard) as tar:
        files = {name: tar.extractfile(name).read() for name in tar.getnames()}  # type: ignore[union-attr]
    for scene, before in made:
        about = json.loads(files[f"{scene.seed:08d}.json"])
        assert before is not None and about["before"] == before.as_dict() != about["scene"]
        assert about["scene"] == scene.as_dict()
        films = [picture(files[f"{scene.seed:08d}{kind}.mp4"]) for kind in ("", ".before")]
        assert films[0].shape == films[1].shape and (films[0] != films[1]).any()


def picture(film: bytes) -> np.ndarray:
    with av.open(io.BytesIO(film)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")
