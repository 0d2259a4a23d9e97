"""Undo the spellings by which words are hidden, so that everything behind reads plain words.

`plain` gives a text as a person would read it; `fold` brings words of text and lexicon to one
class, so that spellings which look or sound the same are the same.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from lichtspiel.text import TOKENIZER_FILE, WEIGHTS

#: doubles.toml: a Latin letter -> the letters of other scripts that look like it.
DOUBLES = tomllib.loads((Path(__file__).parent / "doubles.toml").read_text(encoding="utf-8"))
LATIN = str.maketrans({double: letter for letter, row in DOUBLES.items() for double in row})

#: What digits and signs stand for inside a word.
LEET = {
    "4": "a",
    "@": "a",
    "8": "b",
    "3": "e",
    "€": "e",
    "9": "g",
    "6": "g",
    "1": "il",
    "!": "i",
    "|": "l",
    "0": "o",
    "5": "s",
    "$": "s",
    "7": "t",
    "+": "t",
    "2": "z",
}
SIGNS = re.escape("".join(LEET))
#: 4k, 35mm, 3D, 1990s, 2nd, 20er, 16x9: numbers with a unit, which are no hidden words.
UNITS = "k|d|m|s|p|h|g|th|nd|rd|st|mm|cm|km|kg|er|fps|am|pm|min|sec|jährige[rns]?"
NUMBER = re.compile(rf"[$€+]?\d+([.,:x/]\d+)*({UNITS}|%)?", re.IGNORECASE)
HIDDEN = re.compile(rf"[\w{SIGNS}]*([^\W\d_]|[@!|+]\w)[\w{SIGNS}]*")
#: b.e.h.e.a.d: single letters with one and the same sign between them.
DOTTED = re.compile(r"(?<!\w)\w(?:([^\w\s]|_)\w)(?:\1\w)+(?!\w)")
#: b e h e a d: at least four single letters with spaces.
SPACED = re.compile(r"(?<!\S)[^\W_](?: [^\W_]){3,}(?![^\W_])")
DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
#: Letters that hold one class: fold() makes them i.
UPRIGHT = str.maketrans("l1|", "iii")
#: How improbable a letter outside all known words is, beside words of 3 (frequent) to 13 (rare).
UNKNOWN = 14.0
#: And how improbable an expected word is.
KNOWN = 7.0
MAX_SPELLINGS = 64


def plain(text: str, known: frozenset[str] = frozenset()) -> str:
    """The text as it is meant to be read: without invisible characters, doubles of other scripts,
    leet, spaced and drawn-out letters. A text that hides nothing comes back with NFKC alone.

    known: words in small letters that are expected, beside the vocabulary of the text encoder.
    """
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn", "Me", "Co"))
    text = text.translate(LATIN)
    text = DOTTED.sub(lambda match: re.sub(r"[\W_]", "", match[0]), text)
    text = re.sub(r"[^\s/-]+", lambda match: _word(match[0], known), text)
    return SPACED.sub(lambda match: " ".join(_parted(match[0].replace(" ", ""), known)), text)


def fold(text: str) -> str:
    """Lower case; ä, ae and a are one class, so are ö, ü and ß with theirs, and l, i, 1 and |."""
    text = text.casefold()  # ß becomes ss
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"([aou])e(?!e)", r"\1", text).translate(UPRIGHT)  # queen is no quen


def _word(word: str, known: frozenset[str]) -> str:
    """One word without leet and drawn-out letters."""
    core = word.rstrip(".,;:?!\"'”“)»…").lstrip("\"'„“”(«¿¡")
    before, _, after = word.partition(core) if core else (word, "", "")
    if HIDDEN.fullmatch(core) and not core.isalpha() and not NUMBER.fullmatch(core):
        letters = "".join(c.lower() if c.isalpha() else c for c in core)
        core = _likeliest(_spelled([LEET.get(c, c) for c in letters]), core, known)
    if DRAWN_OUT.search(core):
        core = _likeliest(_shortened(core), core, known)
    return before + core + after


def _spelled(choices: list[str]) -> Iterable[str]:
    return ("".join(one) for one in itertools.islice(itertools.product(*choices), MAX_SPELLINGS))


def _shortened(word: str) -> Iterable[str]:
    """All ways to take each run of three or more letters as one or as two."""
    pieces = DRAWN_OUT.split(word)  # text, letter, text, letter, ...
    choices = [[piece, piece * 2] if number % 2 else [piece] for number, piece in enumerate(pieces)]
    return itertools.islice(map("".join, itertools.product(*choices)), MAX_SPELLINGS)


def _likeliest(spellings: Iterable[str], like: str, known: frozenset[str]) -> str:
    best = min(spellings, key=lambda spelling: _cut(spelling, known)[0])
    return best.capitalize() if like[:1].isupper() else best


def _parted(letters: str, known: frozenset[str]) -> list[str]:
    """Letters without spaces to words; a capital behind a small letter begins one."""
    chunks = re.findall(r"[^\W\d_]?[^A-ZÄÖÜ]*", letters) if not letters.isupper() else [letters]
    return [word for chunk in chunks if chunk for word in _cut(chunk, known)[1]]


def _cut(letters: str, known: frozenset[str]) -> tuple[float, list[str]]:
    """The likeliest words that make up the letters, and how improbable they are (negative log)."""
    words = _words()
    folded = letters.lower()
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(letters) + 1):
        ways = []
        for start in range(max(0, end - 24), end):
            cost, cut = best[start]
            word = folded[start:end]
            price = KNOWN if word in known else words.get(word)
            if price is None and end - start == 1:
                price = UNKNOWN
            if price is not None:
                ways.append((cost + price, [*cut, letters[start:end]]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1]


@cache
def _words() -> dict[str, float]:
    """Words of the text encoder's vocabulary -> how improbable (negative log)."""
    model = json.loads((WEIGHTS / TOKENIZER_FILE).read_text(encoding="utf-8"))["model"]
    words: dict[str, float] = {}
    for piece, log in model["vocab"]:
        word = piece[1:].lower()
        if piece.startswith("▁") and (len(word) > 1 or word in ("a", "i", "o")):
            words[word] = min(words.get(word, math.inf), -log)
    return words
