"""Names of public figures, characters and brands: lists, and a recogniser for those in no list.

The recogniser needs a cue beside a name-shaped sequence ("Chancellor Brunner", "a speech by Ruth
Adler"), so that the invented people of a story may bear names. Names in "in the style of", and
those of places and things ("Kennedy Center", "Willy-Brandt-Straße"), are spared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lichtspiel.safety.normalise import fold
from lichtspiel.safety.rules import END, Reading, read

FOLDER = Path(__file__).parent


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


#: Before a name: the picture is in somebody's manner, or something bears the name.
MANNER = re.compile(
    r" (?:style|manner|spirit|tradition|look) of (?:the )?$"
    r"| (?:stii|manier|geist|tradition) von $| nach art von $| (?:painted|gemait) (?:by|von) $"
    r"| (?:statu|museum|airport|flughafen|denkmai|street|schui|school|named|namens) "
    r"(?:of |for |after )?$"
)
#: Behind a name: a place or thing called after the person.
PLACES = _folded(
    "airport memorial monument museum square street avenue boulevard road bridge stadium arena "
    "center centre library foundation school university hospital prize award park hall house style "
    "platz straße allee haus flughafen denkmal brücke stadion bibliothek stiftung schule "
    "universität preis halle ring ufer stil"
)
#: Offices and professions of people whom the public knows.
TITLES = _folded(
    "president vice-president chancellor senator congressman congresswoman governor mp minister "
    "secretary pope präsident präsidentin bundespräsident bundeskanzler bundeskanzlerin kanzler "
    "kanzlerin ministerpräsident ministerpräsidentin minister ministerin bundesminister "
    "außenminister außenministerin finanzminister papst senatorin abgeordnete abgeordneter"
)
FAMOUS = _folded(
    "actor actress singer rapper footballer quarterback popstar celebrity influencer youtuber "
    "politician billionaire ceo comedian director schauspieler schauspielerin sänger sängerin "
    "fußballer politiker politikerin milliardär moderator moderatorin komiker influencerin "
    "tennisstar popsänger popsängerin topmodel supermodel"
)
SPOKEN = _folded("speech interview statement concert rede auftritt konzert ansprache")
BY = _folded("by with of from von mit")
#: Capitalised words behind a title that are no surname.
NO_NAME = _folded("of the in on at is and der die das des von im am und a")
INVENTED = re.compile(
    r" (?:fictionai|invented|imaginary|erfunden[a-z]*|fiktiv[a-z]*|ausgedacht[a-z]*|cartoon) "
)


@dataclass(frozen=True)
class Names:
    """Names by their first word, folded, and all words of them in small letters."""

    by_first: dict[str, list[tuple[str, ...]]]
    words: frozenset[str]

    def find(self, reading: Reading) -> tuple[str, ...]:
        """The listed names in a text, in its words, without those that only lend a name."""
        found = []
        for at, word in enumerate(reading.folded):
            for name in self.by_first.get(word, ()):
                end = at + len(name)
                if tuple(reading.folded[at:end]) == name and not spared(reading, at, end):
                    found.append(" ".join(reading.shown[at:end]))
                    break
        return tuple(dict.fromkeys(found))


@cache
def load_names(file: str) -> Names:
    """The list `file` ("persons.txt" or "brands.txt"), the longest names first."""
    by_first = defaultdict(list)
    words: set[str] = set()
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        for name in [] if line.startswith("#") else line.split(","):
            reading = read(name)
            folded = tuple(word for word in reading.folded if word != END)
            if folded:
                by_first[folded[0]].append(folded)
                words |= {word.lower() for word in reading.shown if len(word) > 2}
    for names in by_first.values():
        names.sort(key=len, reverse=True)
    return Names(dict(by_first), frozenset(words))


@cache
def given_names() -> frozenset[str]:
    """Given names, folded."""
    lines = (FOLDER / "given_names.txt").read_text(encoding="utf-8").splitlines()
    return _folded(" ".join(line for line in lines if not line.startswith("#")))


def recognise(reading: Reading) -> tuple[str, ...]:
    """Names of people in no list, as written, that stand beside a cue."""
    found = []
    for at, word in enumerate(reading.folded):
        name = _behind_cue(reading, at, word)
        if name and not INVENTED.search(reading.line()):
            end = at + 1 + len(name)
            if not spared(reading, at + 1, end):
                found.append(" ".join([reading.shown[at], *name]))
    return tuple(found)


def spared(reading: Reading, start: int, end: int) -> bool:
    """Whether the name at words [start, end) is a manner of painting or the name of a place."""
    before = f" {' '.join(reading.folded[max(0, start - 4) : start])} "
    behind = reading.folded[end] if end < len(reading.folded) else ""
    return behind in PLACES or MANNER.search(before) is not None


def _behind_cue(reading: Reading, at: int, word: str) -> list[str]:
    following = reading.shown[at + 1 : at + 4]
    if word in TITLES:
        return _name(following, surname_alone=reading.shown[at][:1].isupper())
    if word in FAMOUS:
        return _name(following)
    if word in BY and at and reading.folded[at - 1] in SPOKEN:
        return _name(following)
    return []


def _name(words: list[str], surname_alone: bool = False) -> list[str]:
    """The name at the beginning of `words`: given name and surname, or a surname alone."""
    capitalised = [word[:1].isupper() and fold(word) not in NO_NAME for word in words]
    if len(words) > 1 and all(capitalised[:2]) and fold(words[0]) in given_names():
        return words[:2]
    if surname_alone and capitalised[:1] == [True] and len(words[0]) > 2:
        return words[:1]
    return []
