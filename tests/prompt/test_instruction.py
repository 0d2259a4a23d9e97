"""Instructions that change a film, in both languages."""

from __future__ import annotations

import pytest

from lichtspiel.prompt.instruction import after, describe, understand
from lichtspiel.prompt.words import read

SWAPS = {
    "replace the dancer with a brown bear": ("the dancer", "a brown bear", "bear"),
    "Please swap the woman for an astronaut.": ("the woman", "an astronaut", "astronaut"),
    "turn the man into a horse": ("the man", "a horse", "horse"),
    "make the dog a red car": ("the dog", "a red car", "car"),
    "The ball becomes a car!": ("The ball", "a car", "car"),
    "ersetze die Tänzerin durch einen Braunbären": ("die Tänzerin", "ein Braunbären", "bear"),
    "Bitte tausche die Frau gegen zwei Welpen aus": ("die Frau", "zwei Welpen", "puppies"),
    "den Mann durch eine Astronautin ersetzen": ("den Mann", "eine Astronautin", "astronaut"),
    "Mach aus dem Hund ein Pferd": ("dem Hund", "ein Pferd", "horse"),
    "replace the cat with two seagulls": ("the cat", "two seagulls", "bird"),
    "ersetze den Läufer auf dem Laufband durch eine Katze": (
        "den Läufer auf dem Laufband",
        "eine Katze",
        "cat",
    ),
    "Verwandle das Auto in einen roten Ball": ("das Auto", "ein roten Ball", "ball"),
}


@pytest.mark.parametrize("text", SWAPS)
def test_what_goes_and_what_comes(text: str) -> None:
    old, new, subject = SWAPS[text]
    asked = understand(text)
    assert (asked.old, asked.new, asked.changed["subject"]) == (old, new, subject)
    assert asked.recasts


def test_a_dancer_for_a_bear_is_a_true_pair() -> None:
    asked = understand("replace the dancer with a brown bear")
    assert (asked.said["subject"], asked.changed["subject"]) == ("dancer", "bear")
    scene = {"subject": "dancer", "action": "turn", "place": "stage", "count": 1}
    assert after(scene, asked.changed) == scene | {"subject": "bear", "action": "stand"}


def test_colours_and_numbers_come_along() -> None:
    assert understand("make the dog a red car").changed["color"] == "red"
    assert understand("tausche die Frau gegen zwei Welpen aus").changed["count"] == 2


@pytest.mark.parametrize("text", ["remove the car", "entferne das Auto", "Nimm das Auto weg"])
def test_something_can_go_without_anything_coming(text: str) -> None:
    asked = understand(text)
    assert asked.changed["subject"] == "none" and asked.new == "" and asked.recasts
    assert asked.said["subject"] == "car"


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("make it night", {"light": "night"}),
        ("es schneit", {"weather": "snowfall"}),
        ("change the style to anime", {"style": "anime"}),
        ("change the place to a beach", {"place": "beach"}),
        ("replace the man with a bear in the snow", {"subject": "bear", "place": "snow"}),
    ],
)
def test_what_belongs_to_all_of_the_picture_is_no_swap(text: str, changed: dict[str, str]) -> None:
    asked = understand(text)
    assert {k: v for k, v in asked.changed.items() if k != "count"} == changed
    assert not asked.recasts


def test_things_and_styles_beyond_the_vocabulary() -> None:
    assert understand("replace the dancer with an elephant").recasts
    assert not understand("change the style to watercolor").recasts
    assert not understand("turn the light into candle light").recasts


def test_another_subject_does_what_it_can() -> None:
    before = {"subject": "woman", "action": "run", "camera": "tracking", "color": "red"}
    bear = after(before, {"subject": "bear"})
    assert bear["action"] == "walk" and bear["camera"] == "tracking" and "color" not in bear
    ball = after({"subject": "woman", "action": "stand"}, {"subject": "ball", "color": "blue"})
    assert ball["action"] == "bounce" and ball["color"] == "blue"
    cat = after(before | {"count": 1}, {"subject": "cat"})
    assert (cat["action"], cat["count"]) == ("run", 1)
    dancer = after({"subject": "cat", "action": "stand", "count": 2}, {"subject": "dancer"})
    assert (dancer["action"], dancer["count"]) == ("dance", 1)
    assert after(before, {"light": "night"}) == before | {"light": "night"}


@pytest.mark.parametrize("spoken", ["en", "de"])
def test_descriptions_say_what_is_known_and_differ_only_where_scenes_do(spoken: str) -> None:
    scene = {"subject": "woman", "place": "snow", "light": "sunset", "style": "pencil"}
    text = describe(scene, spoken)
    assert read(text) == scene | {"count": 1}
    other = describe(scene | {"light": "night"}, spoken)
    differing = set(text.split(". ")) ^ set(other.split(". "))
    assert len(differing) == 2
    assert describe(scene, spoken, "an old elephant").startswith("an old elephant. ")
    assert describe({}, spoken) == ""
    # The place is said as it is, even where no scene has this subject in it.
    afloat = describe({"subject": "boat", "place": "stage", "camera": "tracking"}, spoken)
    assert read(afloat) == {
        "subject": "boat", "count": 1, "place": "stage", "camera": "tracking"}  # fmt: skip
    dancer = {"subject": "dancer", "action": "turn", "place": "stage", "tempo": "slow"}
    assert read(describe(dancer, spoken)) == dancer | {"count": 1}
