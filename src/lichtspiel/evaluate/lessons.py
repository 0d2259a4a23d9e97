"""Labelled prompts for the safety screening, and what its classifier learns from.

The lessons are many more than the lines of the files: a line may hold alternatives, `[a|b]`, and
most lessons are put into another setting, beside harmless sentences, or into small letters, so
that a frame says nothing about what stands in it.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from lichtspiel.evaluate.evasions import SETS, split
from lichtspiel.prompt.expand import expand
from lichtspiel.safety.classifier import windows
from lichtspiel.safety.names import load_names
from lichtspiel.safety.rules import read

HARMLESS = "harmless"
#: Listed names are no lesson: the classifier learns persons and brands from descriptions alone.
NAMED = ("persons", "brands")
#: One line in so many is held out, to set the bias by.
FOLDS = 10
#: Lessons that are drawn from a line with alternatives; there are fewer lines of harmless ones.
DRAWN = {True: 10, False: 7}
#: How often a prompt without alternatives is taken, each time put in another way.
TIMES = 3
EXPANDED = 150
SHORT = 140  # characters of a harmless text that may stand beside another
SUBJECTS = (
    "a bear",
    "a woman walks",
    "two puppies in snow",
    "an astronaut",
    "ein Pferd am Strand",
    "eine Frau geht durch den Regen",
    "ein Auto",
    "a cat",
    "ein Hund rennt",
    "a dancer",
    "a boat",
    "eine Katze",
)


@dataclass(frozen=True)
class Example:
    """A labelled text; `label` is a category or HARMLESS."""

    language: str
    label: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """held_out: not to learn from, but to see how calm the classifier stays."""

    example: Example
    held_out: bool


def examples(name: str) -> list[Example]:
    """The lines of a set, such as "train"; the parts of a story are joined by " | "."""
    lines = (SETS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [Example(*line.split("\t")) for line in lines]


def lessons(seed: int = 5) -> list[Lesson]:
    """All that the classifier learns from, no text twice, always the same for a seed."""
    rng = random.Random(seed)
    given = [
        *_drawn("train_patterns", rng),
        *_whole(rng),
        *_expanded(rng),
        *_drawn("train_voices", rng),
        *TIMES * _windowed(_drawn("train_thoughts", rng)),
    ]
    calm: dict[str, list[str]] = {"en": [], "de": []}
    for lesson in given:
        row = lesson.example
        if row.label == HARMLESS and len(row.text) < SHORT:
            calm[row.language].append(row.text)
    settings: dict[str, list[str]] = {"en": [], "de": []}
    for line in (SETS / "train_settings.tsv").read_text(encoding="utf-8").splitlines():
        language, text = line.split("\t")
        settings[language].append(text)
    found: dict[str, Lesson] = {}
    for lesson in given:
        row = lesson.example
        if lesson.held_out:
            found.setdefault(row.text, lesson)
            continue
        text = _styled(row, settings[row.language], calm[row.language], rng)
        found.setdefault(text, replace(lesson, example=replace(row, text=text)))
        if rng.random() < 0.2:
            found.setdefault(row.text, lesson)
    return list(found.values())


def _drawn(name: str, rng: random.Random) -> list[Lesson]:
    drawn = []
    for row in examples(name):
        held_out = rng.randrange(FOLDS) == 0
        count = DRAWN[row.label == HARMLESS] if "[" in row.text else 1
        texts = {_one(row.text, rng) for _ in range(count)}
        for text in sorted(texts):
            drawn.append(Lesson(replace(row, text=text.replace(" | ", " ")), held_out))
    return drawn


def _windowed(lessons: list[Lesson]) -> list[Lesson]:
    """Long harmless texts also in the windows in which they are read later."""
    windowed = []
    for lesson in lessons:
        row = lesson.example
        read = {row.text, *windows(row.text)} if row.label == HARMLESS else {row.text}
        windowed += [replace(lesson, example=replace(row, text=text)) for text in sorted(read)]
    return windowed


def _one(text: str, rng: random.Random) -> str:
    return re.sub(r"\[([^\]]*)\]", lambda match: rng.choice(match[1].split("|")), text)


def _whole(rng: random.Random) -> list[Lesson]:
    """Prompts, stories as one text, and pieces of what is harmless, which read worse than a whole.
    Names that the lists know are left out."""
    rows = []
    for row in [*examples("train"), *examples("train_stories")]:
        parts = row.text.split(" | ")
        whole = Example(row.language, row.label, " ".join(parts))
        if row.label in NAMED and any(
            load_names(f"{name}.txt").find(read(whole.text)) for name in NAMED
        ):
            continue
        rows.append(whole)
        if row.label == HARMLESS and len(row.text.split()) > 3:
            pieces = parts if len(parts) > 1 else split(row.text, random.Random(row.text))
            rows += [Example(row.language, HARMLESS, piece) for piece in pieces]
    return [Lesson(row, rng.randrange(FOLDS) == 0) for row in rows]


def _expanded(rng: random.Random) -> list[Lesson]:
    """Completed prompts: long, descriptive, harmless."""
    return [
        Lesson(
            Example("en", HARMLESS, expand(rng.choice(SUBJECTS), number).text),
            rng.randrange(FOLDS) == 0,
        )
        for number in range(EXPANDED)
    ]


def _styled(row: Example, settings: list[str], calm: list[str], rng: random.Random) -> str:
    """The text put in another way."""
    text, chance = row.text, rng.random()
    if chance < 0.30:
        text = rng.choice(settings).replace("{}", text)
    elif chance < 0.42:
        beside, text = _ended(rng.choice(calm)), _ended(text)
        text = f"{beside} {text}" if rng.random() < 0.5 else f"{text} {beside}"
    if rng.random() < 0.15:
        text = text.lower()
    if rng.random() < 0.15:
        text = text.rstrip(".!?")
    if rng.random() < 0.05:
        text = text.replace(",", "")
    if row.language == "de" and rng.random() < 0.05:
        for umlaut, plain in zip("äöüß", ("ae", "oe", "ue", "ss"), strict=True):
            text = text.replace(umlaut, plain)
    return text


def _ended(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."
