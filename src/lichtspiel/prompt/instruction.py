"""Instructions that change a film, in English and German: what goes, and what comes.

"Replace the dancer with a brown bear": old is "the dancer", new is "a brown bear". An instruction
without such a form ("make it night", "es schneit") has only what comes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lichtspiel.prompt.expand import DETAIL_ORDER, continued, showable
from lichtspiel.prompt.words import language, read, study
from lichtspiel.world import phrases
from lichtspiel.world.caption import ARTICLES_DE, detail_sentence
from lichtspiel.world.scene import (
    ACTIONS,
    COLORS,
    WEATHERS,
    Scene,
    cameras_for,
    counts_for,
    places_for,
)

Attributes = Mapping[str, str | int]

#: What belongs to the subject; the rest of a scene belongs to all of the picture.
OF_SUBJECT = ("subject", "action", "color", "count")

PLEASE = {"en": r"(?:please |can you |could you )?", "de": r"(?:bitte )?"}
#: The forms of an instruction, tried in order.
FORMS = {
    "en": (
        r"(?:replace|swap|substitute|exchange|switch)(?: out)? (?P<old>.+?)"
        r" (?:with|by|for|against) (?P<new>.+)",
        r"(?:turn|change|transform|convert|morph) (?P<old>.+?) (?:in)?to (?P<new>.+)",
        r"make (?P<old>.+?) (?:into |become |look like )?(?P<new>(?:an?|one|two|three) .+)",
        r"(?:remove|delete|erase|take (?:away|out)) (?P<old>.+)(?P<new>)",
        r"(?P<old>.+?) (?:becomes?|turns? into|should (?:be|become)|is replaced (?:with|by))"
        r" (?P<new>.+)",
    ),
    "de": (
        r"(?:ersetze?n?(?: sie)?) (?P<old>.+?) (?:durch|mit) (?P<new>.+)",
        r"(?:tausche?n?|wechsle|wechsele)(?: sie)? (?P<old>.+?) (?:gegen|durch|mit)"
        r" (?P<new>.+?)(?: aus)?",
        r"(?P<old>.+?) (?:durch|gegen) (?P<new>.+?) (?:ersetzen|austauschen|tauschen)",
        r"(?:mache?n?(?: sie)? )?aus (?P<old>.+?) (?:wird |soll |werde )?"
        r"(?P<new>(?:ein\w*|zwei|drei) .+?)(?: werden| machen)?",
        r"(?:verwandle|verwandele|verwandeln sie|ändere|mache?) (?P<old>.+?) (?:in|zu) (?P<new>.+)",
        r"(?:entferne?n?|lösche?n?|nimm)(?: sie)? (?P<old>.+?)(?: weg| heraus)?(?P<new>)",
        r"(?P<old>.+?) (?:wird|werden|soll) (?:zu|durch) (?P<new>.+?)(?: ersetzt| werden)?",
    ),
}
#: A thing that comes is said in the case that its verb asks for; a description names it.
NAMED_DE = {"einen": "ein", "einem": "ein", "einer": "eine", "den": "der", "dem": "der"}


@dataclass(frozen=True)
class Instruction:
    """What an instruction asks.

    old: the words for what is to go, or "". new: the words for what comes in its place, or for how
    everything should be; "" where something is only taken away. said: attributes that old speaks
    of; changed: those that change, each with its new value. recasts: whether one thing takes
    another's place, or goes, so that the rest of the picture must stay.
    """

    language: str
    old: str
    new: str
    said: Attributes
    changed: Attributes
    recasts: bool


def understand(text: str) -> Instruction:
    """Read an instruction; what fits no form is taken for how all should be."""
    spoken = language(text)
    plain = re.sub(r"(?i),? (?:please|bitte)$", "", text.strip().rstrip(".!?… "))
    for tongue in sorted(FORMS, key=lambda one: one != spoken):
        for form in FORMS[tongue]:
            if match := re.fullmatch(PLEASE[tongue] + form, plain, re.IGNORECASE):
                return _exchange(tongue, match["old"].strip(), match["new"].strip())
    changed = {name: value for name, value in read(plain).items() if name != "count"}
    if changed.get("subject") == "none":  # "a beach": a place, and nobody is sent away
        del changed["subject"]
    return Instruction(spoken, "", plain, {}, changed, False)


def _exchange(tongue: str, old: str, new: str) -> Instruction:
    before, after = study(old), study(new)
    changed = dict(after.said)
    if not new:
        changed = {"subject": "none", "action": "none", "color": "none", "count": 0}
    elif changed.get("subject") == "none" and "subject" not in before.said:
        del changed["subject"]  # "change the place to a beach"
    spoken_of = {*changed, *before.said, *before.touched, *after.touched}
    recasts = spoken_of.issubset(OF_SUBJECT)
    return Instruction(tongue, old, _named(new, tongue), before.said, changed, recasts)


def _named(words: str, tongue: str) -> str:
    if tongue == "en":
        return words
    first, _, rest = words.partition(" ")
    return f"{NAMED_DE.get(first.lower(), first)} {rest}".strip()


def after(before: Attributes, changed: Attributes) -> dict[str, str | int]:
    """The attributes of a scene when some have changed: another subject does what it can.

    before: what is known of the scene. What the new subject can't do or have, it gets anew.
    """
    scene = dict(before) | dict(changed)
    subject = scene.get("subject")
    if subject is None or subject == before.get("subject"):
        return scene
    subject = str(subject)
    if scene.get("action") not in ACTIONS[subject]:
        scene["action"] = _like(str(before.get("action", "stand")), before, subject)
    if "color" not in changed:
        scene.pop("color", None)
    if scene.get("count") not in counts_for(subject):
        scene["count"] = _usual_count(subject)
    if scene.get("camera") not in cameras_for(subject, str(scene["action"])):
        scene.pop("camera", None)
    return scene


def _like(action: str, before: Attributes, subject: str) -> str:
    """What a subject does that stands for another: it goes where that went, and else it stands."""
    goes = action in phrases.MOVING
    able = [name for name in ACTIONS[subject] if (name in phrases.MOVING) == goes]
    return (able or list(ACTIONS[subject]))[0]


def _usual_count(subject: str) -> int:
    """Puppies are several, all others one."""
    return counts_for(subject)[-1 if subject == "puppies" else 0]


def describe(scene: Attributes, spoken: str, words: str = "") -> str:
    """A shot description of what is known of a scene, in the sentences of the training captions.

    words: what the subject is called, else its ordinary name. The same value of an attribute is
    always said in the same words, so that two descriptions differ where their scenes do.
    """
    subject = str(scene.get("subject", "none"))
    head = words or _noun(subject, scene, spoken)
    silent = (None, "none", "face", "clear", "photo", "normal")
    said = [name for name in DETAIL_ORDER if scene.get(name) not in silent]
    if words:  # they tell the colour, or leave it open
        said = [name for name in said if name != "color"]
    whole = around = _filled(scene)
    if scene.get("place", whole.place) != whole.place:  # a boat on a stage
        around = _filled(dict(scene) | {"subject": "man", "action": "walk", "color": "red"})
    sentences = [
        detail_sentence(
            whole if name in OF_SUBJECT else around, name, spoken, random.Random(f"describe-{name}")
        )
        for name in said
    ]
    return continued(head, sentences) if head else " ".join(sentences)


def _noun(subject: str, scene: Attributes, spoken: str) -> str:
    if subject == "none":
        return ""
    count = int(scene.get("count", 1))
    if spoken == "en":
        one, many = phrases.NOUNS_EN[subject][0]
        article = "an" if one[0] in "aeiou" else "a"
    else:
        _, one, _, many, _, gender = phrases.NOUNS_DE[subject][0]
        article = ARTICLES_DE["nom"][gender]
    named = f"{phrases.NUMBERS[spoken][count]} {many}" if count > 1 else f"{article} {one}"
    return named[0].upper() + named[1:]


def _filled(scene: Attributes) -> Scene:
    """A whole scene for the wording; what is not known is not said."""
    subject = str(scene.get("subject", "none"))
    able = places_for(subject)
    place = str(scene.get("place", "meadow"))
    if place not in able:
        place = "meadow" if "meadow" in able else able[0]
    filled: dict[str, str | int] = {
        "subject": subject,
        "action": ACTIONS[subject][0],
        "place": place,
        "light": "noon",
        "weather": WEATHERS[place][0],
        "camera": "static",
        "style": "photo",
        "color": COLORS.get(subject, ("none",))[0],
        "count": _usual_count(subject),
        "tempo": "normal",
    }
    return showable(filled | {k: v for k, v in scene.items() if k in filled and k != "place"})
