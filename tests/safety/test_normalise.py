"""What is hidden is read, what hides nothing is left alone."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lichtspiel.evaluate.evasions import EVASIONS
from lichtspiel.safety.normalise import fold, plain

SENTENCE = "The quick brown fox jumps over the lazy dog in the morning"
GERMAN = "Die Katze springt schnell über den kleinen Zaun vor dem Haus"


@pytest.mark.parametrize(
    ("hidden", "meant"),
    [
        ("m4ch3t3", "machete"),
        ("S3x", "Sex"),
        ("k1ll", "kill"),
        ("b.l.o.o.d", "blood"),
        ("b-l-o-o-d", "blood"),
        ("a man with a b l o o d y knife", "a man with a bloody knife"),
        ("mur\u200bder", "murder"),
        ("mur\u00adder", "murder"),
        ("ｍｕｒｄｅｒ", "murder"),  # noqa: RUF001
        ("muuuuurder", "murder"),
        ("5pider-M4n", "spider-Man"),
        ("bloooood", "blood"),
        ("\u0441\u0430t", "cat"),  # Cyrillic es and a
        ("m\u0336u\u0336r\u0336d\u0336e\u0336r\u0336", "murder"),
    ],
)
def test_known_spellings(hidden: str, meant: str) -> None:
    assert plain(hidden, frozenset({"blood", "bloody"})) == meant


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        GERMAN,
        "A 4k shot at 24fps, 35mm film, in the 1990s!",
        "2 dogs, 3 cats and 10th birthday for $5",
        "Ein Schiff der 20er Jahre, Maße 16x9",
        "C'est l'été, ¿qué?",
        "I am a man",
        "",
    ],
)
def test_what_hides_nothing_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("name", ["homoglyphs", "zero_width", "fullwidth", "capitals"])
@pytest.mark.parametrize("text", [SENTENCE, GERMAN])
def test_exact_inverses(name: str, text: str) -> None:
    for seed in range(20):
        hidden = EVASIONS[name](text, "en", random.Random(seed))
        assert fold(plain(hidden)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mädchen", "Maedchen"),
        ("Mädchen", "Madchen"),
        ("töten", "toeten"),
        ("Straße", "STRASSE"),
        ("Taylor", "Tay1or"),
        ("kill", "kiIl"),
    ],
)
def test_one_class(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_drawn_out_e_is_no_umlaut() -> None:
    assert fold("queer") != fold("quer")
    assert fold(fold("AEE")) == fold("AEE")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(fold(plain(text)), str)


@given(st.text(alphabet=string.ascii_letters + " ,.", max_size=100))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
