"""The path as a whole, with the embedded model: what happens in which order, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lichtspiel import provenance, safety
from lichtspiel.media import read
from lichtspiel.prompt.expand import Expansion
from lichtspiel.provenance.verify import verify
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import Progress, decode
from lichtspiel.shapes import SIZES
from lichtspiel.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio.load("himmel-mini")


def request(**options: Any) -> GenerateRequest:
    given = {"prompt": "a bear", "seconds": 0.75, "seed": 3, "steps": 2} | options
    return GenerateRequest(**given)


def test_the_stations_come_in_their_order(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    target = tmp_path / "a.mp4"

    def check_frames(chunks: Any, *_: Any) -> Any:
        for chunk in chunks:
            heard.append(("frames", len(chunk)))
            yield chunk

    def mark(chunks: Any, film_id: str) -> Any:
        return (255 - chunk for chunk in chunks)

    def sign(path: Path, film_id: str, model: str, prompt: str | None, sources: Any) -> str:
        heard.append(("sign", read.facts(path).frames, target.exists(), len(film_id), model))
        return ""

    def enter(path: Path, film_id: str, model: str) -> None:
        heard.append(("enter", path == target, target.exists()))

    monkeypatch.setattr(safety, "check_prompt", lambda text, _: heard.append(("prompt", text)))
    monkeypatch.setattr(safety, "check_unwanted", lambda text: heard.append(("unwanted", text)))
    monkeypatch.setattr(safety, "check_frames", check_frames)
    plain = studio.make(request(negative="rain", guidance=3.0), tmp_path / "plain.mp4")
    heard.clear()
    monkeypatch.setattr(provenance, "mark", mark)
    monkeypatch.setattr(provenance, "sign", sign)
    monkeypatch.setattr(provenance, "enter", enter)
    film = studio.make(request(negative="rain", guidance=3.0), target)

    assert heard == [
        ("prompt", "a bear"),
        ("unwanted", "rain"),
        ("prompt", film.expanded_prompt),
        ("frames", 8),
        ("frames", 1),
        ("sign", 9, False, 32, "himmel-mini"),
        ("enter", True, True),
    ]
    marked, before = next(read.frames(target)), next(read.frames(plain.path))
    assert np.abs(255 - marked.astype(int) - before).mean() < 8  # the mark is in the file


@pytest.mark.parametrize("station", ["safety.check_frames", "provenance.sign"])
def test_a_station_that_refuses_leaves_nothing(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, station: str
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("withheld")

    monkeypatch.setattr(f"lichtspiel.{station}", refuse)
    with pytest.raises(PermissionError, match="withheld"):
        studio.make(request(), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told(studio: Studio, tmp_path: Path) -> None:
    heard: list[Progress] = []
    film = studio.make(request(seconds=2), tmp_path / "a.mp4", watch=heard.append)
    assert {progress.prompt for progress in heard} == {film.expanded_prompt}
    told = [(progress.stage, progress.done, progress.total) for progress in heard]
    assert told == [
        ("expanded", 0, 1),
        ("sampling", 1, 2),
        ("sampling", 2, 2),
        ("writing", 8, 24),
        ("writing", 16, 24),
        ("writing", 24, 24),
    ]


def test_an_expander_of_ones_own(studio: Studio) -> None:
    def shout(
        prompt: str,
        seed: int,
        style: str | None,
        camera: str | None,
        guessed: Mapping[str, str],
    ) -> Expansion:
        assert guessed["subject"] == "bear"
        return Expansion(f"{prompt.upper()} {seed} {style} {camera}", {}, "en")

    film = studio.make(request(style="anime", camera="orbit"), expander=shout)
    assert film.expanded_prompt == "A BEAR 3 anime orbit"


def test_a_film_lives_as_long_as_it_is_held(studio: Studio, tmp_path: Path) -> None:
    film = studio.generate("a bear", seconds=0.75, seed=3, steps=2)
    temporary, content = film.path, film.path.read_bytes()
    assert film.save(tmp_path / "a.mp4").read_bytes() == content
    assert film.save(tmp_path / "a.mp4").read_bytes() == content
    with pytest.raises(ValueError, match=r"must end in \.mp4"):
        film.save(tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    del film
    assert not temporary.exists() and not temporary.parent.exists()


def test_a_still_is_the_first_frame_of_nothing_else(studio: Studio, tmp_path: Path) -> None:
    still = studio.still("a bear", seed=3, steps=2)
    assert still.frames == 1 and still.path.suffix == ".png"
    (picture,) = read.frames(still.save(tmp_path / "a.png"))
    assert picture.shape == (*SIZES["square"], 3)


def test_same_film_same_id_and_another_length_another_id(studio: Studio) -> None:
    ids = [studio.make(request(seconds=s)).id for s in (0.75, 0.75, 0.5)]
    assert ids[0] == ids[1] != ids[2]


def test_frames_are_cut_to_the_asked_length(studio: Studio) -> None:
    latents = torch.randn(1, 32, 4, 12, 12)
    whole = np.concatenate(list(decode(latents, 25, studio.parts.autoencoder)))
    cut = np.concatenate(list(decode(latents, 18, studio.parts.autoencoder)))
    assert len(whole) == 25 and np.array_equal(whole[:18], cut)


def test_one_call_makes_one_film(studio: Studio) -> None:
    with pytest.raises(ValueError, match="one film"):
        studio.generate("a bear", count=2)
    with pytest.raises(ValueError, match="There is no model 'sora'"):
        Studio.load("sora")
    with pytest.raises(ValueError, match=r"missing|not there"):
        Studio.load("himmel-mini", weights=Path("nowhere"))


@pytest.mark.parametrize("still", [False, True])
def test_every_way_out_carries_all_three_marks(studio: Studio, tmp_path: Path, still: bool) -> None:
    made = (
        studio.still("a bear in the snow", seed=5, steps=3)
        if still
        else studio.generate("a bear in the snow", seconds=1.5, seed=5, steps=3)
    )
    copy = made.save(tmp_path / f"copy{made.path.suffix}")
    for path in (made.path, copy):
        answer = verify(path)
        assert answer.verdict == "ai"
        found, entry = answer.evidence.watermark, answer.evidence.entry
        assert found is not None and found.payload == provenance.payload_of(made.id)
        assert entry is not None and (entry.id, entry.model) == (made.id, "himmel-mini")
        assert answer.evidence.likeness is not None


def test_the_prompt_is_in_the_credentials_on_request_only(studio: Studio, tmp_path: Path) -> None:
    film = studio.make(request(), tmp_path / "a.mp4")
    assert film.expanded_prompt.encode() not in film.path.read_bytes()
    film = studio.make(request(prompt_in_credentials=True), tmp_path / "b.mp4")
    assert film.expanded_prompt.encode() in film.path.read_bytes()


def test_a_label_is_seen_in_every_frame(studio: Studio, tmp_path: Path) -> None:
    plain = studio.make(request(), tmp_path / "plain.mp4")
    labelled = studio.make(request(label="de"), tmp_path / "labelled.mp4")
    for before, after in zip(read.frames(plain.path), read.frames(labelled.path), strict=True):
        change = np.abs(after.astype(int) - before).mean(-1)
        assert change[-20:, :60].mean() > 25
        assert change[:150].mean() < 3
