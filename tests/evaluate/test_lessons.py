"""What the safety classifier learns from, and how it is taught."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
import torch

from lichtspiel.evaluate import teaching
from lichtspiel.evaluate.lessons import HARMLESS, Lesson, examples, lessons
from lichtspiel.safety.classifier import Halved, frozen_states, load_classifier
from lichtspiel.text import TextEncoder

SETS = (
    "test",
    "test_stories",
    "test_euphemisms",
    "test_sequences",
    "test_third",
    "test_fourth",
    "test_fifth",
    "test_fifth_sequences",
    "tune",
    "tune_stories",
    "tune_voices",
    "tune_thoughts",
)


@pytest.fixture(scope="module")
def given() -> list[Lesson]:
    return lessons()


def test_lessons_are_many_and_the_same_each_time(given: list[Lesson]) -> None:
    assert lessons() == given
    texts = [lesson.example.text for lesson in given]
    assert len(set(texts)) == len(texts) > 8000
    assert not any("[" in text or " | " in text or "{}" in text for text in texts)
    languages = Counter(lesson.example.language for lesson in given)
    assert languages["de"] > 0.8 * languages["en"]
    assert {lesson.example.label for lesson in given} == {HARMLESS, *teaching.CATEGORIES}
    assert 0.05 < sum(lesson.held_out for lesson in given) / len(given) < 0.15


def test_nothing_that_is_measured_on_is_a_lesson(given: list[Lesson]) -> None:
    learned = {lesson.example.text.lower() for lesson in given}
    measured = {row.text.replace(" | ", " ").lower() for name in SETS for row in examples(name)}
    assert not learned & measured


def test_what_was_taught_is_what_is_loaded(
    tmp_path: Path, given: list[Lesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = random.Random(1).sample([one for one in given if len(one.example.text) < 40], 60)
    monkeypatch.setattr(teaching, "lessons", lambda: few)
    monkeypatch.setattr(teaching, "WARM_UP", 1)
    readers = []

    def keep(*args: object) -> None:
        readers.append(args[2])
        written(*args)

    written = teaching.save_classifier
    monkeypatch.setattr(teaching, "save_classifier", keep)
    encoder = TextEncoder.load()
    before = encoder.encode(["a lake"]).states
    teaching.teach(encoder, tmp_path / "head.safetensors")
    classifier = load_classifier(encoder, tmp_path / "head.safetensors")
    states, mask = frozen_states(["a boat on a lake", "ein Hund"], encoder)
    with torch.no_grad():
        taught = readers[0].logits(states, mask)
        loaded = classifier.reader.logits(states, mask)
    assert taught.abs().max() > 0.1  # it has learned something
    assert torch.allclose(taught, loaded, atol=0.02)
    assert torch.equal(encoder.encode(["a lake"]).states, before)  # the encoder is as it was
    harmless = [row for row in examples("tune") if row.label == HARMLESS][:30]
    alarms = sum(max(s for s, _ in classifier.scores(row.text).values()) > 0.61 for row in harmless)
    assert alarms <= 1  # the bias keeps them calm


def test_layers_in_16_bits_say_what_the_encoder_says(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = TextEncoder.load()
    texts = ["a boat on a lake", "Zwei Hunde rennen durch den Schnee, im Abendlicht."]
    own, mask = frozen_states(texts, encoder)
    light = load_classifier(encoder)
    states, _ = frozen_states(texts, encoder, light.lower)
    assert own[mask].abs().max() > 1
    assert torch.allclose(own[mask], states[mask], atol=0.005)
    monkeypatch.setattr(torch.backends.quantized, "engine", "onednn")  # has no 16 bits
    plain = load_classifier.__wrapped__(encoder)
    assert not any(isinstance(module, Halved) for module in plain.reader.layers.modules())
    assert torch.allclose(light.reader.logits(own, mask), plain.reader.logits(own, mask), atol=0.01)
