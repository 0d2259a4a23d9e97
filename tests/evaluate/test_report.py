from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from squares import draw

from lichtspiel.evaluate import blind
from lichtspiel.evaluate.gallery import run_gallery, strip, write_jpeg
from lichtspiel.evaluate.judge import ATTRIBUTES, Judge
from lichtspiel.evaluate.renders import JUDGE_SEEDS, JUDGE_TEST_SEEDS
from lichtspiel.evaluate.report import (
    BOTH,
    PROMPT_SEEDS,
    Task,
    count_right,
    evaluate,
    markdown,
    run_report,
    tasks,
    traits_of,
    wilson,
)
from lichtspiel.prompt.words import read
from lichtspiel.world import scene


class Painter:
    """Paints squares for prompts: what the sentence states, and for the rest what fits it."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.made = 0
        self.fail_at = fail_at

    def __call__(self, prompts: Sequence[str], seeds: Sequence[int]) -> Sequence[NDArray[np.uint8]]:
        clips = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            if self.made == self.fail_at:
                raise KeyboardInterrupt
            said = {"subject": "none", "place": "meadow", "camera": "static"} | read(prompt)
            color = scene.COLORS.get(str(said["subject"]), ("none",))[0]
            clips.append(draw({"color": color, "seed": seed} | said))
            self.made += 1
        return clips


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # known from tables of the interval
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # the example in Newcombe 1998, method 3
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_interval(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == pytest.approx((low, high), abs=1e-4)


def test_wilson_refuses_what_is_no_rate() -> None:
    with pytest.raises(ValueError, match="no rate"):
        wilson(3, 2)


def test_the_groups_are_what_they_say() -> None:
    todo = tasks(12)
    groups = {
        name: [t for t in todo if t.group == name] for name in ("known", "held out", "German")
    }
    assert [len(group) for group in groups.values()] == [12, 12, 12]
    assert not any(scene.is_held_out(scene.sample(task.seed)) for task in groups["known"])
    assert all(scene.is_held_out(scene.sample(task.seed)) for task in groups["held out"])
    assert [t.seed for t in groups["German"]] == [t.seed for t in groups["held out"]]
    assert all(
        german.prompt != english.prompt
        for german, english in zip(groups["German"], groups["held out"], strict=True)
    )
    assert tasks(12) == todo


def test_wordings_of_strangers_state_what_the_judge_knows() -> None:
    todo = [task for task in tasks(500) if task.group == "reworded"]
    assert len({task.prompt for task in todo}) == len({task.seed for task in todo}) == 120
    for task in todo:
        assert {"subject", "place"} <= task.stated.keys()
        assert all(value in ATTRIBUTES[name] for name, value in task.stated.items())


def test_only_what_the_prompt_states_counts() -> None:
    for task in tasks(20):
        if task.group == "reworded":
            continue
        facts = scene.sample(task.seed).as_dict()
        assert task.stated.items() <= facts.items()
        assert task.stated.items() <= read(task.prompt).items()


def test_nearly_every_prompt_states_subject_and_place() -> None:
    todo = tasks(60)
    stated = [{"subject", "place"} <= task.stated.keys() for task in todo]
    assert np.mean(stated) > 0.9


def test_prompts_come_from_seeds_of_their_own() -> None:
    for other in (JUDGE_SEEDS, JUDGE_TEST_SEEDS, range(1_000_000)):
        assert not range(max(other.start, PROMPT_SEEDS.start), min(other.stop, PROMPT_SEEDS.stop))
    with pytest.raises(ValueError, match="first seed"):
        tasks(1, first=0)


def test_counts_of_known_verdicts() -> None:
    todo = [
        Task("held out", "a", 1, {"subject": "bear", "place": "beach"}),
        Task("held out", "b", 2, {"subject": "man", "place": "snow", "color": "red"}),
        Task("German", "c", 1, {"subject": "bear"}),
    ]
    verdicts = [
        {"subject": "bear", "place": "beach", "color": "none"},
        {"subject": "man", "place": "mars", "color": "red"},
        {"subject": "man", "place": "beach", "color": "none"},
    ]
    counts = count_right(todo, verdicts)
    assert counts["held out"]["subject"] == (2, 2)
    assert counts["held out"]["place"] == (1, 2)
    assert counts["held out"][BOTH] == (1, 2)
    assert counts["held out"]["color"] == (1, 1)
    assert counts["German"]["subject"] == (0, 1)
    assert counts["German"][BOTH] == (0, 0)
    assert counts["shuffled"]["subject"] == (0, 2)
    assert "| subject and place | - | 50% (9% to 91%, of 2) | - |" in markdown(counts)


def test_a_painter_who_obeys_is_found_right_and_shuffled_is_chance(
    judge: Judge, shards: Path, tmp_path: Path
) -> None:
    counts = run_report(Painter(), tmp_path, judge, shards / "test", count=20)
    for group in ("known", "held out", "German"):
        for row in ("subject", "place", BOTH):
            right, total = counts[group][row]
            assert total >= 15
            assert right / total > 0.9, (group, row)
    right, total = counts["shuffled"][BOTH]
    assert total >= 30
    assert wilson(right, total)[0] < 1 / 9  # the pairs are many; nine when they are held out
    assert right / total < 0.25
    assert counts["renders, held out"][BOTH][1] > 0
    assert "| identity |" in (tmp_path / "report.md").read_text()
    assert len(traits_of(tmp_path / "verdicts.json")) == 40  # German and reworded ones apart
    facts = json.loads((tmp_path / "report.json").read_text())
    assert facts["known"]["place"]["rate"] == pytest.approx(
        counts["known"]["place"][0] / counts["known"]["place"][1], abs=1e-4
    )
    assert (tmp_path / "report.md").read_text().startswith(markdown(counts))


def test_a_stopped_report_goes_on_where_it_was(judge: Judge, tmp_path: Path) -> None:
    todo, work = tasks(4), tmp_path / "verdicts.json"
    with pytest.raises(KeyboardInterrupt):
        evaluate(Painter(fail_at=7), judge, work, todo, batch=3)
    rest = Painter()
    counts = evaluate(rest, judge, work, todo, batch=3)
    assert rest.made == len(todo) - 6
    assert counts == evaluate(Painter(fail_at=0), judge, work, todo)  # nothing is made again
    assert counts == evaluate(Painter(), judge, tmp_path / "fresh.json", todo, batch=5)


def test_gallery(tmp_path: Path) -> None:
    asked: list[tuple[str, int]] = []

    def generate(prompt: str, seed: int) -> NDArray[np.uint8]:
        asked.append((prompt, seed))
        return draw(scene.sample(seed).as_dict())

    page = run_gallery(tmp_path, generate)
    text = page.read_text()
    assert [seed for _, seed in asked] == list(range(1, 13))
    for prompt, seed in asked:
        assert f"![{prompt}](gallery/{seed:02d}.jpg)" in text
        assert (tmp_path / "gallery" / f"{seed:02d}.jpg").is_file()
    assert sum(file.stat().st_size for file in tmp_path.rglob("*.jpg")) < 2_000_000


def test_a_strip_holds_the_moments_in_order_and_survives_as_jpeg(tmp_path: Path) -> None:
    clip = np.zeros((11, 64, 96, 3), np.uint8)
    clip[:] = np.arange(0, 220, 20, dtype=np.uint8)[:, None, None, None]
    picture = strip(clip, 3, 32)
    assert picture.shape == (32, 3 * 48, 3)
    write_jpeg(tmp_path / "a.jpg", picture)
    with av.open(str(tmp_path / "a.jpg")) as container:
        read_back = next(container.decode(video=0)).to_ndarray(format="rgb24")
    for index, value in enumerate((0, 100, 200)):
        assert abs(int(read_back[16, 48 * index + 24, 0]) - value) <= 3


def test_a_blind_test_can_be_solved_by_who_sees_the_films(tmp_path: Path) -> None:
    told = blind.sentences()
    assert len({sentence for _, sentence in told}) == 24
    shades = {sentence: 10 * number for number, (_, sentence) in enumerate(told, 1)}

    def generate(prompt: str, seed: int) -> NDArray[np.uint8]:
        return np.full((3, 96, 96, 3), shades[prompt], np.uint8)

    blind.run_blind(tmp_path, generate)
    lines = (tmp_path / "sentences.txt").read_text().splitlines()
    letters = {shades[line[3:]]: line[0] for line in lines}
    answers = {}
    for sheet in (1, 2, 3):
        with av.open(str(tmp_path / f"sheet-{sheet}.jpg")) as picture:
            (frame,) = picture.decode(video=0)
        rows = frame.to_ndarray(format="gray").reshape(blind.ROWS, -1).mean(1)
        for row, shade in enumerate(rows):
            nearest = min(letters, key=lambda known: abs(known - shade))
            answers[str(8 * (sheet - 1) + row + 1)] = letters[nearest]
    assert answers == json.loads((tmp_path / "key" / "key.json").read_text())
    with pytest.raises(ValueError, match="too few scenes"):
        blind.sentences(blind.SEEDS.stop - 5)
