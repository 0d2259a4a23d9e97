"""The check of a text in layers, from the cheapest to the dearest; each verdict says why.

1. rules over plain words; 2. persons and brands by name; 3. the classifier; 4. where the policy
names an endpoint, a language model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

from lichtspiel.safety.classifier import load_classifier
from lichtspiel.safety.judge import judge
from lichtspiel.safety.names import load_names, recognise
from lichtspiel.safety.normalise import plain
from lichtspiel.safety.policy import Action, Policy
from lichtspiel.safety.rules import Reading, load_rules, read
from lichtspiel.text import TextEncoder

#: What a layer says: the category, the layer's name, the words that led to it.
Finding = tuple[str, str, tuple[str, ...]]

#: Parts of a storyboard that are read as one sentence.
RUN = 4

GERMAN_WORDS = (
    "der die das ein eine einen einem einer und ist sind mit auf im am von zu wie wird nicht sich "
    "ich du er wir mir mich für über unter bei aus dem den des als vor nach durch man kann soll "
    "zeig zeige mach mache bitte anleitung mädchen"
)
GERMAN = frozenset(GERMAN_WORDS.split())
AMBIGUOUS = {"man", "die", "als", "am"}


@dataclass(frozen=True)
class Verdict:
    """What was found in `text`. action: the policy's for the category; "allow" where nothing was
    found. layer: rules, persons, brands, classifier or judge. matched: the words that led there."""

    text: str
    blocked: bool
    action: Action
    category: str | None = None
    layer: str | None = None
    matched: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The plain values, with those first that `--json` promises."""
        given = asdict(self)
        first = ("text", "blocked", "category", "layer", "matched")
        return {key: given[key] for key in (*first, "action")}


def check(text: str, policy: Policy, encoder: TextEncoder | None = None) -> Verdict:
    """Judge a text by a policy. The first finding that blocks is told, else the first that warns.

    encoder: a loaded text encoder to share; one is loaded and kept when none is given.
    Raises ConnectionError where the policy wants a language model that cannot be reached.
    """
    warned = None
    for category, layer, matched in _findings(text, policy, encoder or own_encoder):
        action = policy.categories[category].action
        if action == "allow":
            continue
        verdict = Verdict(text, action == "block", action, category, layer, matched)
        if verdict.blocked:
            return verdict
        warned = warned or verdict
    return warned or Verdict(text, False, "allow")


def check_story(
    parts: Sequence[str], policy: Policy, encoder: TextEncoder | None = None
) -> Verdict:
    """Judge the parts of a storyboard one by one, and each few in a row together, since harm may
    lie in the sequence alone. The verdict's text is that of all parts."""
    for text in (*_runs(parts), *parts):
        verdict = check(text, policy, encoder)
        if verdict.blocked:
            break
    return Verdict(" ".join(parts), *list(vars(verdict).values())[1:])


def _runs(parts: Sequence[str]) -> Iterator[str]:
    """RUN parts in a row as one sentence, for the rules; in all of a long story any two words would
    meet. And as they are, for the classifier."""
    for start in range(max(1, len(parts) - RUN + 1)):
        run = parts[start : start + RUN]
        yield " ".join(re.sub(r"[.!?;]+(\s|$)", r", \1", part) for part in run)
        yield " ".join(run)


def check_negative(text: str, policy: Policy) -> Verdict:
    """Judge a negative prompt: not what it names is harm, but what it wants away (clothes)."""
    found = load_rules("negative").find(read(plain(text, known_words())), policy.categories)
    for category, matched in found.items():
        action = policy.categories[category].action
        if action != "allow":
            return Verdict(text, action == "block", action, category, "rules", matched)
    return Verdict(text, False, "allow")


def language(text: str) -> str:
    """ "de" where a text has German words or letters, else "en"."""
    words = re.findall(r"\w+", plain(text).lower())
    return "de" if GERMAN & set(words) - AMBIGUOUS or re.search("[äöüß]", text) else "en"


@cache
def own_encoder() -> TextEncoder:
    """The encoder for callers that have none."""
    return TextEncoder.load()


def _findings(
    text: str, policy: Policy, encoder: TextEncoder | Callable[[], TextEncoder]
) -> Iterator[Finding]:
    """What the layers find, one after the other; the classifier runs only when asked for."""
    readable = plain(text, known_words())
    reading = read(readable)
    by_rule = load_rules().find(reading, policy.categories)
    for category in policy.categories:
        if category in by_rule:
            yield category, "rules", by_rule[category]
    yield from _named(reading)
    if re.search(r"\w", readable):
        yield from _learned(readable, policy, encoder() if callable(encoder) else encoder)
        yield from judge(text, policy)


def _named(reading: Reading) -> Iterator[Finding]:
    if persons := load_names("persons.txt").find(reading) or recognise(reading):
        yield "persons", "persons", persons
    if brands := load_names("brands.txt").find(reading):
        yield "brands", "brands", brands


def _learned(text: str, policy: Policy, encoder: TextEncoder) -> Iterator[Finding]:
    scores = load_classifier(encoder).scores(text)
    for category, (likelihood, window) in sorted(scores.items(), key=lambda item: -item[1][0]):
        if likelihood >= policy.categories[category].threshold:
            yield category, "classifier", (window,)


@cache
def known_words() -> frozenset[str]:
    """Words of the rules and lists, which a hidden spelling is likely to mean."""
    names = (load_names(file).words for file in ("persons.txt", "brands.txt"))
    return load_rules().words.union(*names)
