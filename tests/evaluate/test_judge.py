from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from squares import draw, write_shard

from lichtspiel.evaluate.features import Eye, Look, as_clip, motion_features
from lichtspiel.evaluate.judge import ATTRIBUTES, Judge, measure, train_judge
from lichtspiel.evaluate.renders import (
    JUDGE_SEEDS,
    JUDGE_TEST_SEEDS,
    mirrored,
    read_shard,
    see,
    soften,
    through,
)
from lichtspiel.models.autoencoder import WEIGHTS
from lichtspiel.world import scene

SCENE = scene.sample(JUDGE_TEST_SEEDS[3])


def moving(right: int, down: int, frames: int = 9) -> torch.Tensor:
    """(frames, 3, 128, 128) of a random texture that moves so many pixels each frame."""
    coarse = np.random.default_rng(0).random((64, 64))
    texture = torch.from_numpy(np.kron(coarse, np.ones((4, 4)))).float()
    pictures = [texture.roll((down * t, right * t), (0, 1))[:128, :128] for t in range(frames)]
    return torch.stack(pictures)[:, None].expand(-1, 3, -1, -1)


@pytest.mark.parametrize(("right", "down"), [(1, 0), (-1, 0), (0, 1), (0, -1), (0, 0)])
def test_block_matching_finds_the_known_motion(right: int, down: int) -> None:
    found = motion_features(moving(right, down), torch.tensor([0, 4]), (4, 4))
    # 128 pixels are reduced to 64; the short gap is two frames: one pixel of the reduced picture.
    assert found[..., 0].mean().item() == pytest.approx(right, abs=0.2)
    assert found[..., 1].mean().item() == pytest.approx(down, abs=0.2)


def test_spectrum_peaks_at_the_frequency_of_the_flicker() -> None:
    seconds = torch.arange(49) / 12
    brightness = torch.cumsum(1 + torch.sin(2 * torch.pi * 2 * seconds), 0) / 50  # change at 2 Hz
    video = brightness[:, None, None, None].expand(-1, 3, 64, 64)
    spectrum = motion_features(video, torch.tensor([0]), (2, 2))[0, 0, 0, -7:]
    assert spectrum.argmax().item() == 3  # of 0.5, 1, 1.5, 2, 3, 4, 5


def test_a_still_has_no_motion_and_still_a_verdict(judge: Judge) -> None:
    still = draw(SCENE.as_dict())[:1]
    assert not motion_features(torch.zeros(1, 3, 64, 64), torch.tensor([0, 0]), (2, 2)).any()
    (verdict,) = judge([still])
    assert verdict["place"][0] == SCENE.place


def test_frames_keep_their_aspect() -> None:
    assert Look().grid(192, 192) == Look().grid(256, 256) == (6, 6)
    assert Look().grid(160, 256) == (5, 8)
    assert Look().grid(256, 160) == (8, 5)


def test_a_tensor_and_its_pixels_get_the_same_verdict(judge: Judge) -> None:
    clip = draw(SCENE.as_dict())
    tensor = torch.from_numpy(clip).permute(3, 0, 1, 2) / 127.5 - 1
    assert (as_clip(tensor) == clip).all()
    assert judge([clip]) == judge([tensor])


@pytest.mark.parametrize("shape", [(9, 32, 32), (0, 32, 32, 3), (9, 32, 32, 4)])
def test_what_is_no_clip_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="A clip is uint8"):
        as_clip(np.zeros(shape, np.uint8))


def test_every_scene_lies_in_the_vocabulary() -> None:
    for seed in range(300):
        labels = scene.sample(seed).as_dict()
        assert all(labels[name] in values for name, values in ATTRIBUTES.items())


def test_seeds_to_train_and_to_test_do_not_meet() -> None:
    assert not set(JUDGE_SEEDS) & set(JUDGE_TEST_SEEDS)


def test_heads_learn_what_can_be_seen(judge: Judge, shards: Path) -> None:
    counts = measure(judge, see(shards / "test", judge.eye))
    assert sum(group["place"][1] for group in counts.values()) == 40
    for name in ("subject", "place", "color"):
        right = sum(group[name][0] for group in counts.values())
        assert right / 40 > 0.8, name  # of sixteen subjects, thirteen places
    pans = [(labels, clip) for labels, clip in read_shard(shards / "test" / "a.tar", 25)]
    pans = [(labels, clip) for labels, clip in pans if str(labels["camera"])[:3] == "pan"]
    verdicts = judge([clip for _, clip in pans])
    right = [v["camera"][0] == one["camera"] for v, (one, _) in zip(verdicts, pans, strict=True)]
    assert np.mean(right) > 0.8  # of ten; half would be chance


def test_held_out_pairs_are_measured_apart(judge: Judge, shards: Path) -> None:
    counts = measure(judge, see(shards / "test", judge.eye))
    held_out = sum(scene.is_held_out(scene.sample(seed)) for seed in JUDGE_TEST_SEEDS[:40])
    assert counts["renders, held out"]["subject"][1] == held_out
    both = counts["renders"]["subject and place"]
    assert both[0] <= min(counts["renders"]["subject"][0], counts["renders"]["place"][0])


def test_probabilities_lie_between_chance_and_one(judge: Judge) -> None:
    (verdict,) = judge([draw(SCENE.as_dict())])
    for name, (value, probability) in verdict.items():
        assert value in ATTRIBUTES[name]
        assert 1 / len(ATTRIBUTES[name]) <= probability <= 1


def test_saved_and_loaded_it_says_the_same(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "judge.safetensors"
    judge.save(path)
    clips = [draw(scene.sample(seed).as_dict()) for seed in range(5)]
    assert Judge.load(path)(clips) == judge(clips)
    assert path.stat().st_size < 2_000_000
    assert [file.name for file in path.parent.iterdir()] == ["judge.safetensors"]


def test_features_are_made_once_and_anew_for_a_new_shard(tmp_path: Path) -> None:
    eye = Eye(Look(frames=2, side=64))
    write_shard(tmp_path / "a.tar", JUDGE_SEEDS[:2])
    first = see(tmp_path, eye, soften)
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.safetensors")}
    again = see(tmp_path, eye, soften)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.safetensors")} == kept
    assert len(first) == len(again) == 2
    assert all(torch.equal(a.features, b.features) for a, b in zip(first, again, strict=True))
    write_shard(tmp_path / "a.tar", JUDGE_SEEDS[:3])
    assert len(see(tmp_path, eye, soften)) == 3


def test_softening_is_worse_and_repeatable() -> None:
    clip = np.random.default_rng(1).integers(0, 256, (5, 64, 64, 3)).astype(np.uint8)
    soft = soften(clip, 7)
    assert soft.shape == clip.shape
    assert (soft == soften(clip, 7)).all()
    assert (soft != soften(clip, 8)).any()
    assert np.diff(soft.astype(float), axis=1).std() < np.diff(clip.astype(float), axis=1).std()


def test_through_the_autoencoder_a_clip_keeps_its_shape_and_its_look() -> None:
    clip = soften(draw(SCENE.as_dict()), 3)
    back = through(WEIGHTS)(clip, 0)
    assert back.shape == clip.shape
    assert back.dtype == np.uint8
    assert 0 < np.abs(back.astype(float) - clip).mean() < 30
    assert through(WEIGHTS).__name__ == through(WEIGHTS).__name__


def test_mirrored_twice_is_the_same() -> None:
    for seed in range(200):
        labels = scene.sample(seed).as_dict()
        assert mirrored(mirrored(labels)) == labels
    assert mirrored({"camera": "pan_left", "count": 1}) == {"camera": "pan_right", "count": 1}


def test_missing_renders_and_judges_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no shards"):
        train_judge(tmp_path, tmp_path / "judge.safetensors")
    with pytest.raises(ValueError, match="no judge at"):
        Judge.load(tmp_path / "judge.safetensors")
    write_shard(tmp_path / "a.tar", [0])
    with pytest.raises(ValueError, match="no renders for the judge"):
        train_judge(tmp_path, tmp_path / "judge.safetensors", Look(frames=1, side=32))
