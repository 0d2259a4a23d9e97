"""Several films of one wish: the best is kept, and nothing is left of the others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lichtspiel import cli, provenance, safety
from lichtspiel.contest import Mark
from lichtspiel.evaluate.choice import rated
from lichtspiel.evaluate.judge import Judge
from lichtspiel.media import read
from lichtspiel.media.mux import Frames
from lichtspiel.prompt.words import read as read_words
from lichtspiel.request import GenerateRequest
from lichtspiel.safety import Blocked
from lichtspiel.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio.load()


def request(**options: Any) -> GenerateRequest:
    given = {"prompt": "a bear", "seconds": 0.75, "seed": 7, "steps": 2} | options
    return GenerateRequest(**given)


def test_the_best_is_kept_and_the_others_leave_nothing(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    entered: list[str] = []
    enter = provenance.enter
    monkeypatch.setattr(
        provenance, "enter", lambda path, *rest: (entered.append(path.name), enter(path, *rest))
    )

    def prefer_8(film: Sequence[Frames], one: GenerateRequest) -> Mark:
        seen.append(sum(map(len, film)))
        return Mark(90.0 if one.seed == 8 else 50.0)

    film, marks = studio.best(request(), 2, tmp_path / "best.mp4", rate=prefer_8)
    assert film.seed == 8 and seen == [9, 9]
    assert marks == {7: Mark(50.0), 8: Mark(90.0)}
    assert [path.name for path in tmp_path.iterdir()] == ["best.mp4"] == entered
    alone = studio.make(request(seed=8), tmp_path / "alone.mp4")
    assert film.id == alone.id
    assert np.array_equal(*(np.stack(list(read.frames(f.path))) for f in (film, alone)))


def test_what_is_blocked_can_not_win(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def check(chunks: Iterator[Frames], *_: object) -> Iterator[Frames]:
        nonlocal calls
        calls += 1
        if calls in blocked:
            raise Blocked("No.", "sexual", "frames")
        yield from chunks

    monkeypatch.setattr(safety, "check_frames", check)
    blocked = {1}
    film, marks = studio.best(request(), 2)
    assert film.seed == 8 and marks[7] is None and marks[8] is not None
    calls, blocked = 0, {1, 2}
    with pytest.raises(Blocked):
        studio.best(request(), 2)


def test_a_mark_is_half_score_half_judge(studio: Studio) -> None:
    assert Mark(80.0).total == 80 and Mark(80.0, 0.5).total == 65
    judge = Judge.load()
    film = [np.full((9, 192, 192, 3), 120, np.uint8)] * 2
    assert rated(film, request(prompt="a nameless thing"), judge) == Mark(100.0)
    mark = rated(film, request(prompt="a bear in the snow"), judge)
    (verdict,) = judge([np.concatenate(film)[:17]])
    right = read_words("a bear in the snow")
    assert {"subject": "bear", "place": "snow"}.items() <= right.items()
    expected = [verdict[a][1] * (verdict[a][0] == value) for a, value in right.items()]
    assert mark.score == 100 and mark.fits == pytest.approx(np.mean(expected))


def test_the_command_says_who_won(tmp_path: Path) -> None:
    words = ["generate", "a bear in the snow", "--seconds", "0.75", "--steps", "2", "--seed", "7"]
    target = tmp_path / "a.mp4"
    ended = CliRunner().invoke(cli.app, [*words, "--best-of", "2", "-o", str(target), "--json"])
    answer = json.loads(ended.stdout)
    assert set(answer["tried"]) == {"7", "8"} and str(answer["seed"]) in answer["tried"]
    totals = {seed: mark["total"] for seed, mark in answer["tried"].items()}
    assert totals[str(answer["seed"])] == max(totals.values())
    assert f"seed {answer['seed']}: " in ended.stderr and ", kept" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("more", [["--count", "2"], ["--resume"], ["--best-of", "99"]])
def test_what_can_not_be_asked(tmp_path: Path, more: list[str]) -> None:
    words = ["generate", "a bear", "-o", str(tmp_path / "a.mp4"), "--best-of", "2", *more]
    assert CliRunner().invoke(cli.app, words).exit_code == 2
    assert list(tmp_path.iterdir()) == []
