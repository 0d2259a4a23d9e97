"""Films and pictures that are changed, with the embedded model: real files in, real files out."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lichtspiel import cli
from lichtspiel.media import conform, mux, read
from lichtspiel.provenance.verify import verify
from lichtspiel.request import GenerateRequest
from lichtspiel.safety import Blocked
from lichtspiel.studio import Studio

load = cache(Studio.load)
QUICK = {"steps": 2, "seed": 3}
LEFT = "box=0,0,0.3,1"


@pytest.fixture(scope="module")
def studio() -> Studio:
    return load("himmel-base")


@pytest.fixture(scope="module")
def walk(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "walk.mp4"
    return studio.generate("a woman walks on the beach", seconds=1, seed=3, steps=4).save(path)


@pytest.fixture(scope="module")
def beach(walk: Path) -> Path:
    path = walk.with_name("beach.png")
    Image.fromarray(next(iter(read.frames(walk)))).save(path)
    return path


def frames(path: Path) -> np.ndarray:
    return np.stack(list(read.frames(path))).astype(np.float32)


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    return float(20 * np.log10(255 / np.sqrt(np.square(one - other).mean())))


def test_beside_the_mask_a_film_stays_and_within_it_changes(studio: Studio, walk: Path) -> None:
    film = studio.edit(walk, "ersetze die Frau durch einen Braunbären", mask=LEFT, **QUICK)
    before, after = frames(walk), frames(film.path)
    assert film.frames == len(before) == len(after) == 12
    assert decibels(before[:, :, 80:], after[:, :, 80:]) > 33  # encoded again, and marked
    assert decibels(before[:, :, :48], after[:, :, :48]) < 28
    assert film.expanded_prompt.startswith("ein Braunbären. ")


def test_the_result_says_that_it_was_edited_and_from_what(studio: Studio, walk: Path) -> None:
    film = studio.edit(walk, "replace the woman with a horse", **QUICK)  # where, is found
    answer = verify(film.path)
    assert answer.verdict == "ai"
    assert answer.evidence.credentials is not None
    claim = answer.evidence.credentials.claim
    assert claim is not None and "c2pa.edited" in claim.actions
    assert [one.origin for one in claim.ingredients] == [walk.name]


def test_a_recording_that_was_edited_is_said_to_be_edited(studio: Studio, tmp_path: Path) -> None:
    recording = tmp_path / "street.mp4"
    mux.write_mp4(recording, [np.full((9, 90, 160, 3), 120, np.uint8)], 25)
    film = studio.edit(recording, "make it night", strength=0.4, **QUICK)
    assert (film.width, film.height) == (256, 160)
    assert film.frames == conform.count(recording, 12) == read.facts(film.path).frames
    claim = verify(film.path).evidence.credentials.claim  # type: ignore[union-attr]
    assert claim is not None
    assert "compositeWithTrainedAlgorithmicMedia" in claim.source_types


def test_a_picture_can_be_given_another_style(studio: Studio, beach: Path) -> None:
    picture = studio.restyle(beach, "noir", **QUICK)
    assert picture.path.suffix == ".png" and picture.frames == 1
    before, after = (conform.picture(path, 192, 192) for path in (beach, picture.path))
    assert decibels(before.astype(np.float32), after) < 30
    assert "lack and white" in picture.expanded_prompt or "oir" in picture.expanded_prompt


def test_a_part_is_made_anew_window_by_window(studio: Studio, tmp_path: Path) -> None:
    ramp = np.linspace(40, 200, 192).astype(np.uint8)
    still = np.broadcast_to(ramp[None, :, None, None], (72, 192, 192, 3))
    long = tmp_path / "long.mp4"
    mux.write_mp4(long, [still], 12)
    film = studio.inpaint(long, "a red ball", mask=LEFT, **QUICK)
    before, after = frames(long), frames(film.path)
    assert len(after) == 72 and decibels(before[:, :, 80:], after[:, :, 80:]) > 33
    for part in (after[:40], after[56:]):
        assert decibels(before[0, :, :48], part.mean(0)[:, :48]) < 30


def test_a_cinemagraph_moves_in_one_place_only(studio: Studio, beach: Path) -> None:
    film = studio.cinemagraph(beach, "waves", mask=LEFT, seconds=1, **QUICK)
    shown = frames(film.path)
    assert film.frames == len(shown) == 12
    moved = np.abs(shown[1:] - shown[0]).mean((0, 1, 3))
    assert moved[:48].mean() > 4 * moved[80:].mean()
    assert decibels(shown[0], conform.picture(beach, 192, 192)) > 24  # it begins with the picture


def test_harm_is_blocked_in_words_and_in_names(studio: Studio, walk: Path) -> None:
    with pytest.raises(Blocked):
        studio.edit(walk, "replace the dress of the woman with nothing, she is naked", **QUICK)
    named = walk.with_name("naked_woman.mp4")
    named.write_bytes(walk.read_bytes())
    with pytest.raises(Blocked):
        studio.edit(named, "make it night", **QUICK)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"change": "restyle"}, "Say which style"),
        ({"change": "inpaint", "prompt": "a ball"}, "with a mask"),
        ({"change": "cinemagraph", "mask": LEFT}, "made of a picture"),
        ({"change": "edit"}, "prompt is empty"),
        ({"change": "paint", "prompt": "a ball"}, "no change 'paint'"),
        ({"change": "edit", "prompt": "a ball", "mask": "box=1"}, "four numbers"),
        ({"change": "edit", "prompt": "a ball", "strength": 0.0}, "strength"),
        ({"change": "edit", "prompt": "a ball", "camera": "orbit"}, "camera stays"),
        ({"change": "edit", "prompt": "a ball", "loop": True}, "changed alone"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    walk: Path, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        GenerateRequest(**({"prompt": "", "source": walk} | asked))
    with pytest.raises(ValueError, match="that is given"):
        GenerateRequest("a ball", mask=LEFT)


def test_the_commands(
    beach: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(beach.parent)
    quick = ["--steps", "2", "--seed", "5", "--json"]
    commands = {
        "beach-edited-5.png": ["edit", "beach.png", "es schneit"],
        "beach-restyled-5.png": ["restyle", "beach.png", "--style", "anime"],
        "beach-inpainted-5.png": ["inpaint", "beach.png", "a ball", "--mask", LEFT],
    }
    for name, command in commands.items():
        cli.app([*command, *quick], standalone_mode=False)
        assert json.loads(capsys.readouterr().out)["path"] == name
        assert (beach.parent / name).is_file()
    with pytest.raises(SystemExit) as stop:
        cli.app(["cinemagraph", "beach.png", "--mask", "box=2,2"], standalone_mode=False)
    assert stop.value.code == 2
    assert "four numbers" in capsys.readouterr().err


def test_a_change_takes_the_model_that_can(walk: Path) -> None:
    change = GenerateRequest("make it night", source=walk, change="edit")
    assert (change.model, GenerateRequest("a dog").model) == ("himmel-base", "himmel-mini")
    with pytest.raises(
        ValueError, match=r"himmel-mini can't change films .*; himmel-base, lumiere-mini can\."
    ):
        replace(change, model="himmel-mini")
