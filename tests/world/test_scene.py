"""The vocabulary of the world, and what training never sees of it."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from lichtspiel.world.scene import (
    ACTIONS,
    CAMERAS,
    HELD_OUT_PAIRS,
    LIGHTS,
    PLACES,
    SITES,
    STYLES,
    SUBJECTS,
    WEATHERS,
    Scene,
    is_held_out,
    sample,
)

WALK = Scene("man", "walk", "street", "night", "rain", "tracking", color="blue")


def test_every_value_of_every_attribute_is_drawn() -> None:
    scenes = [sample(seed) for seed in range(4000)]
    assert {s.subject for s in scenes} == set(SUBJECTS)
    assert {s.place for s in scenes} == set(PLACES)
    assert {s.light for s in scenes} == set(LIGHTS)
    assert {s.camera for s in scenes} == set(CAMERAS)
    assert {s.style for s in scenes} == set(STYLES)
    assert {(s.place, s.weather) for s in scenes} >= {
        (place, weather) for place in SITES for weather in WEATHERS[place]
    }
    assert {(s.subject, s.action) for s in scenes} == {
        (subject, action) for subject, actions in ACTIONS.items() for action in actions
    }


def test_a_seed_gives_one_scene() -> None:
    assert sample(17) == sample(17)
    assert sample(17) != sample(18)


def test_each_subject_and_place_is_held_out_somewhere_and_known_elsewhere() -> None:
    everywhere = set(SUBJECTS) - {"eye", "boat", "glass"}
    assert {subject for subject, _ in HELD_OUT_PAIRS} == everywhere
    assert {place for _, place in HELD_OUT_PAIRS} == set(SITES)
    by_subject = Counter(subject for subject, _ in HELD_OUT_PAIRS)
    assert max(by_subject.values()) <= 2


def test_the_five_sentences_are_never_held_out() -> None:
    pairs = {
        ("woman", "street"),
        ("puppies", "snow"),
        ("none", "cliffs"),
        ("eye", "face"),
        ("astronaut", "mars"),
    }
    assert not pairs & HELD_OUT_PAIRS


def test_holding_out_goes_by_subject_and_place_alone() -> None:
    rng = random.Random(0)
    for seed in rng.sample(range(100_000), 300):
        scene = sample(seed)
        assert is_held_out(scene) == ((scene.subject, scene.place) in HELD_OUT_PAIRS)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"subject": "dragon"}, "subject 'dragon'"),
        ({"place": "mars"}, "weather 'rain'"),
        ({"action": "bounce"}, "action 'bounce'"),
        ({"camera": "closeup"}, "camera 'closeup'"),
        ({"color": "purple"}, "color 'purple'"),
        ({"count": 3}, "count '3'"),
    ],
)
def test_what_can_not_be_is_refused_with_the_choices(change: dict[str, str], names: str) -> None:
    with pytest.raises(ValueError, match=names) as caught:
        replace(WALK, **change)
    assert "Choose one of" in str(caught.value)
