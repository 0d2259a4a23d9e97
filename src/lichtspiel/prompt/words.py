"""Which attributes of the world's vocabulary a free sentence states, in English and German.

Regular expressions (`lexicon.py`) are tried in an order in which the more telling phrase comes
first: what it takes is blanked out, so that "black and white" is a style and no colour, "the
camera stands still" no action and "falling snow" no snowy field. Only what is said is claimed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from lichtspiel.prompt.lexicon import (
    BESIDES,
    BETWEEN,
    COLOR_PATTERNS,
    COLOR_WORDS,
    DESERTED,
    FALSE_FRIENDS,
    FILLERS,
    FILLERS_BETWEEN,
    LEXICON,
    MORE_ACTIONS,
    NEGATIONS,
    NUMBER_WORDS,
    PLURALS,
    PREPOSITIONS,
    SCENERY,
    SINGULARS,
    TELLING,
    WHOSE_EYE,
)
from lichtspiel.world.phrases import COLORED_NOUNS
from lichtspiel.world.scene import (
    ACTIONS,
    COLORS,
    INDOORS,
    WEATHERS,
    cameras_for,
    counts_for,
    places_for,
)

#: Stands for a word that is understood, one sign for each letter.
BLANK = "·"
#: Stand for the subject in singular and plural, so that colours and numbers find it.
ONE, MANY = "§", "¤"

#: Only the beginning of a prompt is read, in characters; the text encoder sees no more of it.
LIMIT = 1500


@dataclass(frozen=True)
class Reading:
    """A prompt as it was understood.

    said: attribute -> value, as in `Scene`. touched: attributes that the prompt speaks about
    outside the vocabulary ("in a kitchen", "watercolor"), which nobody should fill in.
    unknown: the words that were not understood. is_thing: whether these can be taken for
    one thing without a place of its own, as in "an old elephant".
    """

    language: str
    said: dict[str, str | int]
    touched: frozenset[str]
    unknown: tuple[str, ...]
    is_thing: bool


def read(prompt: str) -> dict[str, str | int]:
    """The attributes that a sentence states, with the values of the scene vocabulary."""
    return study(prompt).said


def language(prompt: str) -> str:
    """ "en" or "de"; English when nothing tells."""
    text = _normal(prompt)
    words = re.findall(r"[^\W\d_]+", text)
    german = sum(word in TELLING["de"] for word in words) + len(re.findall("[äöüß]", text))
    english = sum(word in TELLING["en"] for word in words)
    if german == english:
        german, english = _hits(text, "de"), _hits(text, "en")
    return "de" if german > english else "en"


def study(prompt: str) -> Reading:
    """Read a prompt; see `Reading`."""
    tongue = language(prompt)
    text = _normal(prompt)
    lexicon = LEXICON[tongue]
    said: dict[str, str | int] = {}
    touched: set[str] = set()
    for phrase in FALSE_FRIENDS[tongue]:
        text = re.sub(phrase, lambda m: re.sub(r"\w", "x", m[0]), text)
    for attribute in ("tempo", "camera", "style", "weather", "light", "place"):
        before = text
        text, value = _take(text, lexicon[attribute], tongue)
        if value:
            said[attribute] = value
        elif text != before:
            touched.add(attribute)  # "no rain": named, but not stated
        elif re.search(rf"\b(?:{BESIDES[tongue][attribute]})\b", text):
            touched.add(attribute)
            if attribute in ("camera", "style"):
                text = _take(text, {"": BESIDES[tongue][attribute]}, tongue)[0]
    text = _take(text, {"": SCENERY[tongue]}, tongue)[0]
    deserted = re.search(DESERTED[tongue], text)
    named = text
    text, subject = _take_subject(text, lexicon["subject"], tongue)
    if subject:
        said["subject"] = subject
        text = _bind(text, subject, tongue, said)
        for noun, color in COLORED_NOUNS.items():
            if color in COLORS.get(subject, ()) and re.search(rf"\b{noun.lower()}", named):
                said.setdefault("color", color)
        if MANY in text and "count" not in said and len(counts_for(subject)) == 1:
            # The world shows one of these; what many do is not for us to say.
            touched |= {"action", "color", "count"}
        if len(places_for(subject)) == 1:
            said.setdefault("place", places_for(subject)[0])
        if subject == "eye":
            said["place"] = "face"
    unknown = _unknown(text, tongue)
    if not subject and "place" in said and (deserted or not unknown):
        said["subject"] = "none"
    _drop_impossible(said, touched)
    if _unknown_place(text, tongue):
        touched.add("place")
    articled = bool(re.match(rf"(?:{'|'.join(NUMBER_WORDS[tongue])})\b", _normal(prompt)))
    is_thing = articled and not subject and len(unknown) <= 2
    return Reading(tongue, said, frozenset(touched - set(said)), unknown, is_thing)


# --- Steps ------------------------------------------------------------------------------------


def _normal(prompt: str) -> str:
    text = unicodedata.normalize("NFKC", prompt[:LIMIT]).lower()
    text = re.sub(r"[\u2010-\u2015]", "-", text).replace("\u2019", "'")
    return re.sub(r"\s+", " ", text).strip()


@cache
def _pattern(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _hits(text: str, tongue: str) -> int:
    return sum(
        len(_pattern(alternatives).findall(text))
        for values in LEXICON[tongue].values()
        for alternatives in values.values()
    )


def negated(text: str, start: int, end: int, tongue: str) -> bool:
    """True for "no rain", "without any rain", "nicht im Wald", "es regnet nicht"."""
    if re.search(rf"(?:{NEGATIONS[tongue]}) (?:(?:{BETWEEN[tongue]}) ){{0,3}}$", text[:start]):
        return True
    return tongue == "de" and bool(re.match(r" (?:\w+ )?nicht\b", text[end:]))


def _take(text: str, values: dict[str, str], tongue: str) -> tuple[str, str]:
    """Blank out all that names one of the values; the earlier value in the table wins."""
    found = ""
    for value, alternatives in values.items():
        for match in list(_pattern(alternatives).finditer(text)):
            if not negated(text, match.start(), match.end(), tongue):
                found = found or value
            text = _blank(text, match.start(), match.end())
    return text, found


def _blank(text: str, start: int, end: int, sign: str = BLANK) -> str:
    return text[:start] + re.sub(r"\S", sign, text[start:end]) + text[end:]


def _take_subject(text: str, values: dict[str, str], tongue: str) -> tuple[str, str]:
    """The subject that is named first; its words become `ONE` or `MANY`."""
    hits = [
        (match.start(), -match.end(), value)
        for value, alternatives in values.items()
        for match in _pattern(alternatives).finditer(text)
        if not negated(text, match.start(), match.end(), tongue)
    ]
    if not hits:
        return text, ""
    subject = min(hits)[2]
    if any(hit[2] == "eye" for hit in hits) and re.search(WHOSE_EYE[tongue], text):
        subject = "eye"
    elif any(hit[2] == "runner" for hit in hits):  # "a man on a treadmill"
        subject = "runner"
    pattern = _pattern(values[subject])
    plural = re.compile(PLURALS[tongue])

    def mark(match: re.Match[str]) -> str:
        several = plural.fullmatch(match[0].split()[-1])
        if several and not re.search(SINGULARS[tongue], text[: match.end()]):
            return MANY.ljust(len(match[0]), BLANK)
        return ONE.ljust(len(match[0]), BLANK)

    return pattern.sub(mark, text), subject


def _bind(text: str, subject: str, tongue: str, said: dict[str, str | int]) -> str:
    """Read what belongs to the subject: colour, number, action."""
    text, count = _count(text, subject, tongue)
    if count:
        said["count"] = count
    text, color = _color(text, subject, tongue)
    if color:
        said["color"] = color
    table = {
        action: LEXICON[tongue]["action"][action]
        for action in ACTIONS[subject]
        if action in LEXICON[tongue]["action"]
    }
    for action, more in MORE_ACTIONS[tongue].get(subject, {}).items():
        table[action] += "|" + more
    text, action = _action(text, table, tongue)
    if action:
        said["action"] = action
    return text


def _action(text: str, table: dict[str, str], tongue: str) -> tuple[str, str]:
    """The verb nearest to the subject, unless strange words make it another's verb."""
    signs = [match.start() for match in re.finditer(f"[{ONE}{MANY}]", text)]
    hits = []
    for action, alternatives in table.items():
        for match in _pattern(alternatives).finditer(text):
            start, end = match.span()
            if negated(text, start, end, tongue):
                continue
            between = min((text[min(sign, end) : max(sign, start)] for sign in signs), key=len)
            hits.append((len(_unknown(between, tongue)), len(between), start, end, action))
    if not hits or min(hits)[0] > 2:
        return text, ""
    action = min(hits)[-1]
    for *_, start, end, name in hits:
        text = _blank(text, start, end) if name == action else text
    return text, action


def _unknown(text: str, tongue: str) -> tuple[str, ...]:
    return tuple(word for word in re.findall(r"[^\W_]+", text) if word not in FILLERS[tongue])


def _color(text: str, subject: str, tongue: str) -> tuple[str, str]:
    """The colour that stands beside the subject, or on its clothes."""
    values = {c: COLOR_WORDS[tongue][c] for c in COLORS.get(subject, ())}
    for template in COLOR_PATTERNS[tongue].get(subject, COLOR_PATTERNS[tongue]["thing"]):
        found: tuple[int, str, re.Match[str]] | None = None
        for color, words in values.items():
            match = _pattern(template.replace("COLOR", f"(?:{words})")).search(text)
            if match and (found is None or match.start() < found[0]):
                found = (match.start(), color, match)
        if found:
            match = found[2]
            kept = re.sub(r"\w", BLANK, match[0])
            return text[: match.start()] + kept + text[match.end() :], found[1]
    return text, ""


def _count(text: str, subject: str, tongue: str) -> tuple[str, int]:
    """The number word nearest before the subject; without one, a singular noun counts one."""
    text = re.sub(r"\ba (?:pair|couple) of\b", "two", text)
    sign = re.search(f"[{ONE}{MANY}]", text)
    assert sign is not None, "the subject was taken before"
    for word in list(re.finditer(r"\S+", text[: sign.start()]))[:-6:-1]:
        count = NUMBER_WORDS[tongue].get(word[0]) or (int(word[0]) if word[0].isdecimal() else 0)
        if count in counts_for(subject):
            return _blank(text, word.start(), word.end()), count
        # Another noun's number, or one that the world cannot show, ends the search.
        if count or word[0] in FILLERS_BETWEEN[tongue] or word[0][-1] in ".,;:" + BLANK:
            break
    return text, 1 if sign[0] == ONE and MANY not in text else 0


def _drop_impossible(said: dict[str, str | int], touched: set[str]) -> None:
    """A camera that the subject cannot have is not claimed, but still spoken about; the rain
    that is heard in a room falls outside."""
    place = str(said.get("place", ""))
    if place in INDOORS and said.get("weather", "clear") not in WEATHERS[place]:
        del said["weather"]
    subject, camera = str(said.get("subject", "")), said.get("camera")
    if subject and camera:
        able = {c for action in ACTIONS[subject] for c in cameras_for(subject, action)}
        if camera not in able:
            del said["camera"]
            touched.add("camera")


def _unknown_place(text: str, tongue: str) -> bool:
    """True when an unknown word follows a preposition of place: "in the kitchen"."""
    for match in re.finditer(rf"(?<!\w)(?:{PREPOSITIONS[tongue]}) ", text):
        for word in re.findall(r"[^\s]+", text[match.end() :])[:3]:
            bare = word.strip(".,;:!?")
            if re.fullmatch(r"[^\W\d_]+", bare) and bare not in FILLERS[tongue]:
                return True
            if bare != word or not word.isalpha():
                break
    return False
