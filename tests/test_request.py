from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtspiel.request import GenerateRequest
from lichtspiel.shapes import FPS, TIME_STRIDE


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prompt": ""}, "empty"),
        ({"prompt": " \n\t "}, "empty"),
        ({"prompt": "🐕❄️🎬"}, "no words"),
        ({"prompt": "123 !?"}, "no words"),
        ({"prompt": "x" * 10_000}, "10,000 characters; at most 2,000"),
        ({"prompt": "a dog\x1b[2J"}, "not text"),
        ({"prompt": "a dog \udcff"}, "not text"),
        ({"negative": "y" * 2001}, "negative prompt has 2,001"),
        ({"seconds": 0}, "can't last 0 seconds"),
        ({"seconds": -1}, "can't last -1 seconds"),
        ({"seconds": math.nan}, "can't last nan seconds"),
        ({"seconds": math.inf}, "can't last inf seconds"),
        ({"seconds": 1e6}, "up to"),
        ({"size": "huge"}, "no size 'huge'; choose one of: square"),
        ({"model": "sora"}, "no model 'sora'; choose one of: himmel-mini"),
        ({"style": "cubist"}, "no style 'cubist'; choose one of: photo"),
        ({"style": "anime", "expand": False}, "Without expansion no style"),
        ({"sampler": "magic"}, "no sampler 'magic'; choose one of:"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"steps": 0}, "steps"),
        ({"steps": 1000}, "steps"),
        ({"guidance": -1.0}, "Guidance"),
        ({"guidance": math.nan}, "Guidance"),
        ({"negative": "rain", "guidance": 1.0}, "Without guidance himmel-mini can't keep away"),
        ({"count": 0}, "count"),
        ({"count": 1000}, "count"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        GenerateRequest(**({"prompt": "a dog"} | options))
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize("prompt", ["Hund", "ein Hund 🐕 im Schnee", "犬", "x" * 2000])
def test_any_language_with_a_letter_is_accepted(prompt: str) -> None:
    assert GenerateRequest(prompt).prompt == prompt


def test_white_space_is_folded() -> None:
    assert GenerateRequest("  a dog\n in\tthe snow ").prompt == "a dog in the snow"


@pytest.mark.parametrize(
    ("seconds", "frames"), [(1, 12), (4, 48), (0.5, 6), (0.01, 1), (1 / 12, 1), (2.04, 24)]
)
def test_seconds_become_whole_frames(seconds: float, frames: int) -> None:
    assert FPS == 12
    assert GenerateRequest("a dog", seconds=seconds).frames == frames


@given(st.floats(min_value=0.001, max_value=600))
def test_a_loop_has_whole_latent_frames_and_room_for_a_way_back(seconds: float) -> None:
    plain, loop = (GenerateRequest("a dog", seconds=seconds, loop=loop) for loop in (False, True))
    assert abs(plain.frames - seconds * FPS) <= 0.5 + 1e-9 or plain.frames == 1
    assert loop.frames % TIME_STRIDE == 0 and loop.frames >= 3 * TIME_STRIDE
    assert 0 <= loop.frames - plain.frames < TIME_STRIDE or plain.frames < 3 * TIME_STRIDE


def test_a_still_is_one_frame() -> None:
    assert GenerateRequest("a dog", still=True, seconds=math.nan).frames == 1


def test_seeds_are_drawn_when_not_given() -> None:
    seeds = {GenerateRequest("a dog").seed for _ in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_several_films_have_successive_seeds_and_stand_alone() -> None:
    request = GenerateRequest("a dog", count=3, seed=2**32 - 2, steps=4)
    alone = [GenerateRequest("a dog", seed=seed, steps=4) for seed in (2**32 - 2, 2**32 - 1, 0)]
    assert request.each() == alone


def test_a_request_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        GenerateRequest("a dog").seed = 1  # type: ignore[misc]
