"""Rules over plain words, read from `rules.toml`, in which its small language is explained.

A text is folded to words between single spaces; sentence ends become a word of their own, so that
a rule stays inside a sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lichtspiel.safety.normalise import fold

DATA = Path(__file__).parent / "rules.toml"
GAP = 6  # words that ".." may stand for
END = "."
APOSTROPHES = "'\u2019"
#: A full stop, but not that of an initial or a title: George W. Bush, Mr. Bean.
STOP = r"(?<!\b[^\W\d_])(?<!\b[DM]r)(?<!\bMrs)(?<!\bSt)(?<!\bvs)\."
#: What an exception leaves in the place of each of its words.
SPARED = "_"

Words = Mapping[str, list[str]]
#: First word and the one behind the last.
Span = tuple[int, int]
#: Where a part, by its id, was found in a sentence, if anywhere. Patterns are slow to hash.
Hits = dict[int, re.Match[str] | None]


@dataclass(frozen=True)
class Reading:
    """A text in words. shown: as written; folded: the same words as the rules see them."""

    shown: list[str]
    folded: list[str]

    def line(self) -> str:
        """The folded words, each with a space before and behind."""
        return f" {' '.join(self.folded)} "


def read(text: str) -> Reading:
    """Split a plain text into words; the end of a sentence becomes END."""
    pieces = re.findall(rf"[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*|{STOP}|[!?;\n]", text)
    shown = [END if re.fullmatch(r"\W", piece) else piece for piece in pieces]
    return Reading(
        shown, [w if w == END else fold(re.sub(f"[{APOSTROPHES}]", "", w)) for w in shown]
    )


@dataclass(frozen=True)
class Rule:
    """All of `parts` must be found in one sentence, in any order."""

    category: str
    parts: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Rules:
    """Rules in the order in which they are tried, and what they must not touch."""

    rules: tuple[Rule, ...]
    exceptions: tuple[re.Pattern[str], ...]
    words: frozenset[str]  # all literal words, in small letters

    def find(self, reading: Reading, categories: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Category -> the words that led to it, for each of `categories` that a rule finds."""
        line = self._spare(reading.line())
        sentences = [f" {part.strip()} " for part in line.split(f" {END} ")]
        starts, count = [], 0
        for sentence in sentences:
            starts.append(count)
            count += len(sentence.split()) + 1
        found: dict[str, tuple[str, ...]] = {}
        wanted = set(categories)
        seen: list[Hits] = [{} for _ in sentences]
        for rule in self.rules:
            if rule.category not in wanted or rule.category in found:
                continue
            for start, sentence, known in zip(starts, sentences, seen, strict=True):
                if spans := _spans(rule.parts, sentence, known):
                    found[rule.category] = tuple(
                        " ".join(reading.shown[start + a : start + b]) for a, b in spans
                    )
                    break
        return found

    def _spare(self, line: str) -> str:
        for exception in self.exceptions:
            line = exception.sub(lambda hit: re.sub(r"[^ ]+", SPARED, hit[0]), line)
        return line


def _spans(parts: tuple[re.Pattern[str], ...], sentence: str, known: Hits) -> list[Span]:
    """Where each of the parts is found, or nothing where one is not. known: what was looked for in
    this sentence before, since many rules share a part."""
    spans = []
    for part in parts:
        if id(part) not in known:
            known[id(part)] = part.search(sentence)
        if (hit := known[id(part)]) is None:
            return []
        spans.append(_span(hit))
    return spans


def _span(hit: re.Match[str]) -> Span:
    """First word and the one behind the last, counted in the sentence."""
    first = hit.string.count(" ", 0, hit.start() + 1) - 1
    return first, first + len(hit[0].split())


@cache
def load_rules(section: str = "rules") -> Rules:
    """Read and compile the rules for prompts ("rules") or for negative prompts ("negative")."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    lists: Words = {name: text.split() for name, text in data["lists"].items()}
    compiled = cache(lambda part: compile_part(part, lists))  # rules share parts
    rules = tuple(
        Rule(category, tuple(map(compiled, line.split(" & "))))
        for category, text in data[section].items()
        for line in _lines(text)
    )
    exceptions = tuple(compile_part(line, lists) for line in _lines(data["exceptions"]["all"]))
    return Rules(rules, exceptions, frozenset(_literals(data)))


def compile_part(part: str, lists: Words) -> re.Pattern[str]:
    """The regular expression of one part of a rule, over a `Reading.line()`.

    It begins with a space, which is quick to search for."""
    pattern = ""
    for term in part.split():
        if term == "..":
            pattern += rf"(?: [^ {END}]+){{0,{GAP}}}?"
        elif term.startswith("?"):
            pattern += f"(?: {_alternatives(term[1:], lists)})?"
        else:
            pattern += f" {_alternatives(term, lists)}"
    return re.compile(f"{pattern}(?= )")


def _alternatives(term: str, lists: Words) -> str:
    words: list[str] = []
    for word in term.split("|"):
        if word.startswith("@"):
            if word[1:] not in lists:
                raise ValueError(f"The rule with '{term}' names a list there is not.")
            words += lists[word[1:]]
        else:
            words.append(word)
    folded = (fold(word).replace("-", " ").replace("*", "[^ .]*") for word in words)
    return f"(?:{'|'.join(folded)})"


def _lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := raw.partition("#")[0].strip())]


def _literals(data: dict[str, Any]) -> set[str]:
    texts = [*data["lists"].values(), *data["rules"].values()]
    return {
        w.lower() for text in texts for w in re.findall(r"(?<![@*\w])[^\W\d_]{3,}(?![*\w])", text)
    }
