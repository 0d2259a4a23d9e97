"""The tricks by which people get round a filter, as functions over a prompt.

Each entry of `EVASIONS` takes the text, its language ("en" or "de") and a random generator, and
gives the text as somebody would spell it who hopes to pass. A text that a trick does not touch
comes back as it is. Splitting over the parts of a storyboard is `split`, since it gives several.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

SETS = Path(__file__).parent / "safety_sets"
INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}

Evasion = Callable[[str, str, random.Random], str]


@cache
def tables() -> dict[str, Any]:
    """The tables of characters and words, from safety_sets/evasions.toml."""
    return tomllib.loads((SETS / "evasions.toml").read_text(encoding="utf-8"))


def leet(text: str, language: str, rng: random.Random) -> str:
    """Digits and signs for about two letters in three that have one."""
    return _swap_letters(text, tables()["leet"], 0.65, rng)


def homoglyphs(text: str, language: str, rng: random.Random) -> str:
    """Letters of other scripts for about half of those that have a double."""
    return _swap_letters(text, tables()["homoglyphs"], 0.5, rng)


def fullwidth(text: str, language: str, rng: random.Random) -> str:
    """Wide forms of the ASCII letters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def zero_width(text: str, language: str, rng: random.Random) -> str:
    """Invisible characters between some letters."""
    return re.sub(
        r"\w(?=\w)", lambda m: m[0] + (rng.choice(INVISIBLE) if rng.random() < 0.4 else ""), text
    )


def spacing(text: str, language: str, rng: random.Random) -> str:
    """A sign between the letters of all longer words, the same in a whole text."""
    sign = rng.choice(" .-_*")
    return re.sub(r"[^\W\d_]{4,}", lambda m: sign.join(m[0]), text)


def repetition(text: str, language: str, rng: random.Random) -> str:
    """One letter of each longer word drawn out."""

    def drawn_out(match: re.Match[str]) -> str:
        word = match[0]
        at = rng.randrange(1, len(word))
        return word[:at] + word[at] * rng.randrange(2, 5) + word[at:]

    return re.sub(r"[^\W\d_]{4,}", drawn_out, text)


def capitals(text: str, language: str, rng: random.Random) -> str:
    """Large and small letters at random."""
    return "".join(c.upper() if rng.random() < 0.5 and c != "ß" else c.lower() for c in text)


def plain_umlauts(text: str, language: str, rng: random.Random) -> str:
    """ae for ä and so on, as on a foreign keyboard; or the bare vowel."""
    dots = rng.random() < 0.5
    return "".join(UMLAUTS.get(c, c) if dots else UMLAUTS.get(c, c)[0] for c in text)


def translation(text: str, language: str, rng: random.Random) -> str:
    """Words of the other language strewn in."""
    words: dict[str, str] = tables()["translation"]
    if language == "de":
        words = {german: english for english, german in words.items()}
    return _swap_words(text, words)


def euphemism(text: str, language: str, rng: random.Random) -> str:
    """Veiled words for plain ones."""
    return _swap_words(text, tables()["euphemisms"][language])


EVASIONS: dict[str, Evasion] = {
    "leet": leet,
    "homoglyphs": homoglyphs,
    "fullwidth": fullwidth,
    "zero_width": zero_width,
    "spacing": spacing,
    "repetition": repetition,
    "capitals": capitals,
    "plain_umlauts": plain_umlauts,
    "translation": translation,
    "euphemism": euphemism,
}


def split(text: str, rng: random.Random) -> list[str]:
    """The text cut between words into two or three parts of a storyboard."""
    words = text.split()
    count = min(len(words), rng.choice((2, 3)))
    cuts = sorted(rng.sample(range(1, len(words)), count - 1))
    return [" ".join(words[a:b]) for a, b in zip([0, *cuts], [*cuts, len(words)], strict=True)]


def _swap_letters(text: str, table: Mapping[str, str], share: float, rng: random.Random) -> str:
    return "".join(
        rng.choice(table[c.lower()]) if c.lower() in table and rng.random() < share else c
        for c in text
    )


def _swap_words(text: str, table: Mapping[str, str]) -> str:
    folded = {word.lower(): other for word, other in table.items()}
    return re.sub(r"\w+", lambda m: folded.get(m[0].lower(), m[0]), text)
