"""Films made larger on their way out, and files made larger: real files, the embedded networks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lichtspiel import cli, provenance, safety
from lichtspiel.media import mux, read
from lichtspiel.provenance.verify import verify
from lichtspiel.request import GenerateRequest
from lichtspiel.studio import Studio
from lichtspiel.upscaling import upscaled


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio.load()


@pytest.fixture(scope="module")
def small(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "bear.mp4"
    return studio.generate("a bear in the snow", seconds=0.25, seed=5, steps=2).save(path)


def frames(path: Path) -> np.ndarray:
    return np.stack(list(read.frames(path)))


def reduced(film: np.ndarray) -> np.ndarray:
    """Frames (T, 2H, 2W, 3) at half their size."""
    t, h, w, _ = film.shape
    return film.reshape(t, h // 2, 2, w // 2, 2, 3).mean((2, 4))


def test_a_film_is_made_larger_on_its_way_out(
    studio: Studio, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screened: list[tuple[int, ...]] = []

    def check_frames(chunks: Any, *_: Any) -> Any:
        for chunk in chunks:
            screened.append(chunk.shape)
            yield chunk

    monkeypatch.setattr(safety, "check_frames", check_frames)
    film = studio.generate("a bear in the snow", seconds=0.25, seed=5, steps=2, upscale=2)
    assert (film.width, film.height, film.frames) == (384, 384, 3)
    facts = read.facts(film.path)
    assert (facts.width, facts.height, facts.frames) == (384, 384, 3)
    assert screened[:3] == [(1, 384, 384, 3)] * 3  # what leaves is what is screened
    assert np.abs(reduced(frames(film.path)) - frames(small)).mean() < 4  # the same film
    answer = verify(film.path)
    assert answer.verdict == "ai"
    found, entry = answer.evidence.watermark, answer.evidence.entry
    assert found is not None and found.payload == provenance.payload_of(film.id)
    assert entry is not None and (entry.id, entry.model) == (film.id, "himmel-mini")


def test_frames_pass_one_by_one() -> None:
    taken = 0

    def chunks() -> Any:
        nonlocal taken
        for number in range(3):
            taken += 2
            yield np.full((2, 16, 20, 3), 40 * number, np.uint8)

    large = upscaled(chunks(), 2)
    assert next(large).shape == (1, 32, 40, 3)
    assert taken == 2  # no more than it needs
    assert sum(map(len, large)) == 5
    same = chunks()
    assert upscaled(same, 1) is same


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"upscale": 3}, "2 or 4 times as large, not 3"),
        ({"upscale": 0}, "2 or 4 times"),
        (
            {"upscale": 4, "model": "wan2.1-14b", "size": "1920x1088"},
            "at most 16.8 million",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        GenerateRequest("a bear", **asked)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    cli.app([*arguments, "--json"], standalone_mode=False)
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_film_of_ours_stays_known_when_it_is_made_larger(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(small.parent)
    made = run(capsys, "upscale", "bear.mp4")
    assert made["path"] == "bear-large.mp4" and made["model"] == "upscaler"
    assert (made["width"], made["height"], made["fps"], made["frames"]) == (384, 384, 12, 3)
    before, after = verify(small).evidence, verify(Path(made["path"])).evidence
    assert before.watermark is not None and after.watermark is not None
    assert after.watermark.payload == before.watermark.payload  # one mark, not two
    assert after.entry is not None and after.entry.id == made["id"]
    claim = after.credentials.claim  # type: ignore[union-attr]
    assert claim is not None and "c2pa.edited" in claim.actions
    assert [one.origin for one in claim.ingredients] == ["bear.mp4"]
    with pytest.raises(SystemExit) as stop:
        cli.app(["upscale", "bear.mp4", "-o", "bear.mp4"], standalone_mode=False)
    assert stop.value.code == 2 and "another file" in capsys.readouterr().err


def test_recordings_and_pictures_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    slope = np.linspace(0, 255, 66 * 90 * 3).reshape(66, 90, 3).astype(np.uint8)
    mux.write_mp4(tmp_path / "street.mp4", [np.stack([slope] * 4)], 25)
    made = run(capsys, "upscale", "street.mp4", "-o", "large.mp4")
    assert (made["width"], made["height"], made["fps"], made["frames"]) == (180, 132, 25, 4)
    answer = verify(tmp_path / "large.mp4")
    claim = answer.evidence.credentials.claim  # type: ignore[union-attr]
    assert claim is not None and "compositeWithTrainedAlgorithmicMedia" in claim.source_types
    Image.fromarray(slope[:65, :87]).save(tmp_path / "odd.jpg")
    made = run(capsys, "upscale", "odd.jpg", "--factor", "4")
    assert made["path"] == "odd-large.png" and (made["width"], made["height"]) == (348, 260)
    assert np.asarray(Image.open(tmp_path / "odd-large.png")).shape == (260, 348, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.mp4"], "no file 'nothing.mp4'"),
        (["words.mp4"], "not a film that can be read"),
        (["bear.png", "--factor", "3"], "2 or 4 times"),
        (["bear.png", "--factor", "1"], "factor of 2 or 4"),
        (["bear.png", "-o", "bear.mp4"], "must end in .png"),
        (["wide.png", "--factor", "4"], "at most 16.8 million"),
    ],
)
def test_what_cannot_be_made_larger_ends_in_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.mp4").write_text("words")
    Image.new("RGB", (40, 30)).save(tmp_path / "bear.png")
    Image.new("L", (4000, 300)).save(tmp_path / "wide.png")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SystemExit) as stop:
        cli.app(["upscale", *arguments], standalone_mode=False)
    assert stop.value.code == 2
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before
