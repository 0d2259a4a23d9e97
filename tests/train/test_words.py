"""What teaches the guesser: sentences of words, of which some are held out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lichtspiel.cli import app
from lichtspiel.prompt.guess import NONE, VALUES, Guesser, guess
from lichtspiel.text import TextEncoder
from lichtspiel.train import words
from lichtspiel.world.caption import caption
from lichtspiel.world.scene import sample


def test_held_out_words_are_in_no_lesson() -> None:
    kept, held = words.word_lists()
    for entry, apart in held.items():
        assert apart and (len(kept[entry]) == len(apart) or not set(apart) & set(kept[entry]))
    assert {value for _, name, value in kept if name == "subject"} == set(VALUES["subject"])
    lessons = words.lessons(400, random.Random(1), kept)
    assert lessons == words.lessons(400, random.Random(1), kept)
    first = words.SEEDS[0]
    captions = {
        caption(sample(first), lang, first, d) for lang in ["en", "de"] for d in (0, 0.4, 0.8)
    }
    assert lessons[0].sentence in captions
    for lesson in words.lessons(200, random.Random(2), kept, held):
        said = lesson.values[lesson.held_out]
        ours = held["en", lesson.held_out, said] + held["de", lesson.held_out, said]
        assert any(word.lower() in lesson.sentence.lower() for word in ours), lesson


def test_a_few_lessons_are_enough_for_the_plainest_words(tmp_path: Path) -> None:
    target = tmp_path / "guess.safetensors"
    watched: list[tuple[int, int]] = []
    counts = words.teach(target, 180, 60, lambda done, total: watched.append((done, total)))
    assert watched[-1] == (240, 240)
    assert counts.keys() == VALUES.keys()
    assert sum(sum(told.values()) for told in counts.values()) <= 60
    assert target.stat().st_size < 200_000
    Guesser.load(target)
    again = tmp_path / "again.safetensors"
    words.teach(again, 180, 60)
    assert again.read_bytes() == target.read_bytes()


def test_what_cannot_be_learned(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train", "words", "-o", str(tmp_path / "guess.bin")])
    assert done.exit_code == 2 and "must end in .safetensors" in done.stderr


@pytest.mark.parametrize(
    ("prompt", "near"),
    [
        ("an elephant in a kitchen", {}),
        ("Bach on a harpsichord", {}),
        ("a grizzly", {"subject": "bear"}),
        ("Ein Kosmonaut in einem Kiefernwald", {"subject": "astronaut", "place": "forest"}),
        (
            "A spaniel, drizzle, charcoal",
            {"subject": "puppies", "weather": "rain", "style": "pencil"},
        ),
    ],
)
def test_the_embedded_guesser(prompt: str, near: dict[str, str]) -> None:
    assert guess(prompt, TextEncoder.load()) == near
    assert NONE not in near.values()
