"""A scene in words: English and German, short and long, with details left out at random.

A caption is "<sentence>. <detail sentence>. <detail sentence>." What it says is always true of
the scene; what it leaves out the model learns to fill in. The words are in `phrases.py`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lichtspiel.world import phrases
from lichtspiel.world.phrases import Noun, Table
from lichtspiel.world.scene import INDOORS, Scene, cameras_for, counts_for

LANGUAGES = ("en", "de")

AnyNoun = TypeVar("AnyNoun", bound=tuple[str, ...])

#: Everything a caption can say besides the subject.
ATTRIBUTES = (
    "count",
    "place",
    "action",
    "color",
    "light",
    "weather",
    "camera",
    "style",
    "tempo",
)

#: How often a caption says an attribute: short ones drop more, so that all together come to
#: light and weather 75 %, camera 50 %, colour 70 %. Plain photographs go without saying.
CHANCES = {
    "short": {"color": 0.5, "action": 0.5, "light": 0.45, "weather": 0.55, "camera": 0.15},
    "medium": {"color": 0.73, "action": 0.95, "light": 0.77, "weather": 0.78, "camera": 0.45},
    "long": {"color": 0.76, "action": 0.95, "light": 0.85, "weather": 0.84, "camera": 0.66},
}
ALWAYS = {"count": 0.9, "place": 0.96, "style": 0.96, "tempo": 0.96}
PHOTO_CHANCE = 0.15
CLEAR_CHANCE = 0.12

#: How often a detail of a long caption is folded into its first sentence.
FOLD_CHANCES = {
    "count": 1.0,
    "place": 0.92,
    "action": 0.92,
    "color": 0.8,
    "light": 0.45,
    "weather": 0.45,
    "camera": 0.3,
    "style": 0.4,
    "tempo": 0.6,
}

ARTICLES_DE = {
    "nom": {"m": "ein", "f": "eine", "n": "ein"},
    "acc": {"m": "einen", "f": "eine", "n": "ein"},
    "dat": {"m": "einem", "f": "einer", "n": "einem"},
}
DEFINITE_DE = {"m": "der", "f": "die", "n": "das"}
#: Endings of an adjective after "ein", and without any article.
MIXED_DE = {
    "nom": {"m": "er", "f": "e", "n": "es"},
    "acc": {"m": "en", "f": "e", "n": "es"},
    "dat": {"m": "en", "f": "en", "n": "en"},
}
STRONG_DE = {
    "nom": MIXED_DE["nom"],
    "acc": MIXED_DE["acc"],
    "dat": {"m": "em", "f": "er", "n": "em"},
}
PLURAL_DE = {"nom": "e", "acc": "e", "dat": "en"}


def caption(scene: Scene, language: str = "en", seed: int = 0, detail: float | None = None) -> str:
    """Say a scene in one of many wordings; the same arguments give the same text.

    detail: None draws the length at random; otherwise the chance in [0, 1] that an attribute
    beyond subject and place is said, so 1 says everything and 0 gives "a dog in the snow".
    Raises ValueError for other languages or details.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Captions are written in 'en' or 'de', not in '{language}'.")
    if detail is not None and not 0 <= detail <= 1:
        raise ValueError(f"detail must lie between 0 and 1, not {detail}.")
    rng = random.Random(f"caption-{language}-{seed}-{scene!r}")
    length = _length(rng, detail)
    said = _choose_said(scene, rng, length, detail)
    if detail is None and _has_both(scene, said) and rng.random() < 0.02:
        scene, said = _without_subject(scene, said)
    folded = _choose_folded(scene, said, rng) if length == "long" else said
    if length == "short":
        text = _short(scene, language, folded, rng)
    else:
        text = _sentence(scene, language, folded, rng)
    rest = [attribute for attribute in said if attribute not in folded]
    rng.shuffle(rest)
    sentences = [_with_stop(text)]
    sentences += [detail_sentence(scene, attribute, language, rng) for attribute in rest]
    return _finish(sentences, language, rng)


def captions(scene: Scene, count: int, seed: int = 0) -> list[dict[str, str]]:
    """`count` captions of one scene as {"language", "text"}, the two languages in turn."""
    first = random.Random(f"captions-{seed}").randrange(2)
    languages = [LANGUAGES[(first + index) % 2] for index in range(count)]
    return [
        {"language": language, "text": caption(scene, language, seed=seed * 1_000_003 + index)}
        for index, language in enumerate(languages)
    ]


def detail_sentence(scene: Scene, attribute: str, language: str, rng: random.Random) -> str:
    """One sentence, with its full stop, that says one attribute of the scene."""
    if attribute == "color":
        return _color_sentence(scene, language, rng)
    if attribute == "action":
        return _action_sentence(scene, language, rng)
    return rng.choice(_options(phrases.DETAILS, scene, language, attribute))


# --- What is said -----------------------------------------------------------------------------


def _length(rng: random.Random, detail: float | None) -> str:
    if detail is None:
        return rng.choices(("short", "medium", "long"), weights=(15, 35, 50))[0]
    if detail < 0.2:
        return "short"
    return rng.choices(("medium", "long"), weights=(1, 4))[0]


def _sayable(scene: Scene) -> list[str]:
    """The attributes that can be put into words; the eye fills the picture and has no place,
    a room no weather, and that time passes goes without saying."""
    absent = {
        "count": len(counts_for(scene.subject)) < 2,
        "place": scene.place == "face",
        "action": scene.action == "none",
        "color": scene.color == "none",
        "weather": scene.place in ("face", *INDOORS),
        "tempo": scene.tempo == "normal",
    }
    return [attribute for attribute in ATTRIBUTES if not absent.get(attribute, False)]


def _choose_said(scene: Scene, rng: random.Random, length: str, detail: float | None) -> list[str]:
    chances = {**ALWAYS, **CHANCES[length]}
    if detail is not None:
        chances = dict.fromkeys(ATTRIBUTES, detail) | {"place": 1.0, "count": 1.0}
    if scene.style == "photo" and detail is None:
        chances["style"] = PHOTO_CHANCE
    elif scene.style != "photo":
        chances["style"] = max(chances["style"], ALWAYS["style"])
    chances["tempo"] = max(chances["tempo"], ALWAYS["tempo"])
    if scene.subject == "runner":
        chances["action"] = 1.0  # without its treadmill a runner is a man who runs
    if scene.weather == "clear" and detail is None:
        chances["weather"] = CLEAR_CHANCE
    if scene.subject == "none":
        chances["place"] = 1.0
    if scene.subject == "eye" and detail is None:
        chances["camera"] = 0.85
    return [attribute for attribute in _sayable(scene) if rng.random() < chances[attribute]]


def _choose_folded(scene: Scene, said: Sequence[str], rng: random.Random) -> list[str]:
    chances = FOLD_CHANCES | ({"place": 1.0} if scene.subject == "none" else {})
    return [attribute for attribute in said if rng.random() < chances[attribute]]


def _has_both(scene: Scene, said: Sequence[str]) -> bool:
    return scene.subject not in ("none", "eye") and "place" in said


def _without_subject(scene: Scene, said: list[str]) -> tuple[Scene, list[str]]:
    """The place alone: rarely, so that a place can also be asked for without its figure."""
    known = scene.camera in cameras_for("none", "none")
    empty = replace(
        scene,
        subject="none",
        action="none",
        color="none",
        count=0,
        camera=scene.camera if known else "static",
    )
    gone = {"action", "color", "count"} | (set() if known else {"camera"})
    return empty, [attribute for attribute in said if attribute not in gone]


# --- Shared by the languages ------------------------------------------------------------------


def _short(scene: Scene, language: str, said: Sequence[str], rng: random.Random) -> str:
    """ "a dog in the snow", "puppies, snow, night"."""
    rest = [a for a in ("light", "weather", "camera", "style", "tempo") if a in said]
    if scene.subject == "none":
        if rng.random() < 0.5:
            head = rng.choice(phrases.TAGS[language]["place"][scene.place])
        else:
            head = _landscape(scene, language, "nom", rng)
        return _tagged(head, scene, language, rest, rng)
    head = _subject(scene, language, said, rng, article=rng.random() < 0.6)
    doing = language == "en" and "action" in said and scene.subject != "eye"
    as_tag = "place" in said and rng.random() < 0.35
    if doing and (not as_tag or scene.subject == "runner"):
        head = _joined(head, rng.choice(phrases.VERBS_EN[_kind(scene)])[2])
    if as_tag:
        return _tagged(head, scene, language, ["place", *rest], rng)
    if scene.subject == "eye" and "action" in said:
        head = _looking(head, scene, language, rng)
    elif "place" in said:
        head += " " + rng.choice(_where(scene, language))
    if rest and rest[0] == "light" and rng.random() < 0.5:
        head += " " + _folded(scene, language, rest.pop(0), rng)
    return _tagged(head, scene, language, rest, rng)


def _sentence(scene: Scene, language: str, said: Sequence[str], rng: random.Random) -> str:
    """The first sentence, with everything that is folded into it."""
    opener = _opener(scene, said, rng)
    tags = [a for a in ("camera", "style") if a in said and a != opener]
    rng.shuffle(tags)
    told = [a for a in ("light", "weather", "tempo") if a in said and a != opener]
    circumstances = _circumstances(scene, language, told, rng)
    if scene.subject == "none":
        text = _landscape_sentence(scene, language, opener, circumstances, rng)
    elif language == "en":
        text = _sentence_en(scene, said, opener, circumstances, rng)
    else:
        text = _sentence_de(scene, said, opener, circumstances, rng)
    if tags == ["style"] and rng.random() < 0.4:
        return f"{text}, {_folded(scene, language, 'style', rng)}"
    return _tagged(text, scene, language, tags, rng)


def _opener(scene: Scene, said: Sequence[str], rng: random.Random) -> str | None:
    """The attribute that the sentence opens with: "Black and white film of ..."."""
    able = [attribute for attribute in ("camera", "style", "tempo") if attribute in said]
    if not able or rng.random() > (0.8 if scene.subject == "none" else 0.6):
        return None
    return rng.choice(able)


def _circumstances(
    scene: Scene, language: str, told: Sequence[str], rng: random.Random
) -> list[str]:
    """Light, weather and tempo in any order, without the same preposition twice in a row where
    avoidable."""
    found: list[str] = []
    for attribute in told:
        used = found[-1].split()[0] if found else ""
        found.append(_folded(scene, language, attribute, rng, used))
    rng.shuffle(found)
    return found


def _folded(
    scene: Scene, language: str, attribute: str, rng: random.Random, avoid: str = ""
) -> str:
    options = _options(phrases.FOLDED, scene, language, attribute)
    if attribute == "light" and scene.weather != "clear":
        # The sun is not seen through rain, snow or fog at noon.
        options = tuple(o for o in options if " sun" not in o and "Mittagssonne" not in o)
    others = [option for option in options if option.split()[0] != avoid]
    return rng.choice(others or options)


def _tagged(
    head: str, scene: Scene, language: str, attributes: Sequence[str], rng: random.Random
) -> str:
    tags = [rng.choice(_options(phrases.TAGS, scene, language, a)) for a in attributes]
    return ", ".join([head, *tags])


def _options(
    tables: Mapping[str, Table], scene: Scene, language: str, attribute: str
) -> tuple[str, ...]:
    """The wordings of an attribute, in the words that its place has for it: noon on a stage."""
    table = tables[language]
    values = table.get(f"{attribute} {scene.place}", table[attribute])
    return _fit(values[getattr(scene, attribute)], scene)


def _fit(options: tuple[str, ...], scene: Scene) -> tuple[str, ...]:
    """Without drones, where the place has a ceiling."""
    if scene.place not in INDOORS:
        return options
    return tuple(option for option in options if "rohne" not in option and "rone" not in option)


def _finish(sentences: Sequence[str], language: str, rng: random.Random) -> str:
    """People type in many ways: sometimes without capitals, sometimes without a full stop."""
    text = " ".join(_capital(sentence) for sentence in sentences)
    if rng.random() < 0.2:
        text = text.removesuffix(".")
    habit = rng.random()
    if habit < (0.1 if language == "en" else 0.03):
        return text.lower()
    return text[0].lower() + text[1:] if habit < 0.15 and language == "en" else text


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _with_stop(text: str) -> str:
    return text if text.endswith(".") else text + "."


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _kind(scene: Scene) -> tuple[str, str]:
    return phrases.KIND.get(scene.subject, scene.subject), scene.action


def _nouns(table: Mapping[str, tuple[AnyNoun, ...]], scene: Scene) -> list[AnyNoun]:
    """The nouns of a subject that its colour allows: black seagulls aren't said."""
    fits = (None, scene.color)
    return [
        noun
        for noun in table[scene.subject]
        if not any(phrases.COLORED_NOUNS.get(form) not in fits for form in noun)
    ]


def _where(scene: Scene, language: str) -> tuple[str, ...]:
    tables = {"bird": phrases.ABOVE, "boat": phrases.AFLOAT}
    return tables.get(scene.subject, phrases.WHERE)[language][scene.place]


def _way(scene: Scene, language: str, said: Sequence[str], rng: random.Random) -> str:
    """Where the action goes: "through the snow", "in the snow", for the eye its look."""
    if scene.subject == "eye":
        return phrases.LOOKS[language][scene.action] if "action" in said else ""
    if "place" not in said:
        return ""
    moving = scene.action in phrases.MOVING and scene.subject != "runner"
    along = "action" in said and moving and rng.random() < 0.65
    options = phrases.ALONG[language][scene.place] if along else _where(scene, language)
    return rng.choice(options)


def _adverb(scene: Scene, language: str, rng: random.Random) -> str:
    options = phrases.ADVERBS[language].get(scene.action, ("",))
    return rng.choice(options) if scene.subject not in ("car", "glass") else ""


def _number(scene: Scene, language: str, rng: random.Random) -> str:
    return str(scene.count) if rng.random() < 0.2 else phrases.NUMBERS[language][scene.count]


def _subject(
    scene: Scene, language: str, said: Sequence[str], rng: random.Random, article: bool
) -> str:
    if language == "en":
        return _subject_en(scene, said, rng, article)
    word = rng.choice(_nouns(phrases.NOUNS_DE, scene))
    if "action" in said and scene.subject != "eye" and not word[0]:
        # "spielende Welpen": the participle stands where an adjective would.
        verb = _parted(rng.choice(phrases.VERBS_DE[_kind(scene)])[1])
        word = (_joined(verb.itself, verb.object, verb.finite) + "d", *word[1:])
    return _subject_de(scene, word, "nom", said, rng, article)


def _looking(head: str, scene: Scene, language: str, rng: random.Random) -> str:
    """The eye with its look, as a fragment."""
    look = phrases.LOOKS[language][scene.action]
    if language == "en":
        return _joined(head, rng.choice(phrases.VERBS_EN[_kind(scene)])[2], look)
    return f"{head}, das {look} {rng.choice(phrases.VERBS_DE[_kind(scene)])[0]}"


def _landscape(scene: Scene, language: str, case: str, rng: random.Random) -> str:
    if language == "en":
        return rng.choice(phrases.LANDSCAPES_EN[scene.place])
    forms = rng.choice(phrases.LANDSCAPES_DE[scene.place])
    return forms[("nom", "acc", "dat").index(case)]


def _frame(scene: Scene, language: str, opener: str, rng: random.Random) -> tuple[str, str]:
    """The opening and the case that it asks for; English has one case."""
    value = getattr(scene, opener)
    if language == "en":
        return rng.choice(_fit(phrases.FRAMES_EN[opener][value], scene)), "acc"
    frames = phrases.FRAMES_DE[opener][value]
    cases = dict(frames)
    frame = rng.choice(_fit(tuple(frame for frame, _ in frames), scene))
    return frame, cases[frame]


def _landscape_sentence(
    scene: Scene,
    language: str,
    opener: str | None,
    circumstances: Sequence[str],
    rng: random.Random,
) -> str:
    if opener is None:
        land = _landscape(scene, language, "nom", rng)
        if circumstances and rng.random() < 0.15 and language == "en":
            return f"{circumstances[0]}, {_joined(land, *circumstances[1:])}"
        return _joined(land, *circumstances)
    frame, case = _frame(scene, language, opener, rng)
    return _joined(frame, _landscape(scene, language, case, rng), *circumstances)


def _color_sentence(scene: Scene, language: str, rng: random.Random) -> str:
    tables = {"en": phrases.COLOR_SENTENCES_EN, "de": phrases.COLOR_SENTENCES_DE}
    table = phrases.COLOR_SENTENCES_OF_MANY if scene.count > 1 else tables
    sentence = rng.choice(table[language][scene.subject])
    color = phrases.COLOR_STEMS_DE[scene.color] if language == "de" else _color_en(scene, rng)
    return sentence.format(color)


def _action_sentence(scene: Scene, language: str, rng: random.Random) -> str:
    """ "The puppies play happily."""
    look = phrases.LOOKS[language].get(scene.action, "")
    plural = scene.count > 1
    if language == "en":
        noun = phrases.NOUNS_EN[scene.subject][0][plural]
        verb = rng.choice(phrases.VERBS_EN[_kind(scene)])[plural]
        adverb = "" if " " in verb else _adverb(scene, "en", rng)
        return _joined("The", noun, verb, adverb, look) + "."
    word = phrases.NOUNS_DE[scene.subject][0]
    noun = f"Die {word[3]}" if plural else f"{DEFINITE_DE[word[5]].capitalize()} {word[1]}"
    parts = _parted(rng.choice(phrases.VERBS_DE[_kind(scene)])[plural])
    adverb = _adverb(scene, "de", rng)
    return _joined(noun, parts.finite, parts.itself, adverb, parts.object, look, parts.tail) + "."


# --- English ----------------------------------------------------------------------------------


def _subject_en(scene: Scene, said: Sequence[str], rng: random.Random, article: bool) -> str:
    plural = scene.count > 1
    noun = rng.choice(_nouns(phrases.NOUNS_EN, scene))[plural]
    adjective = rng.choice(phrases.ADJECTIVES_EN[scene.subject])
    color = clothes = ""
    if "color" in said:
        if scene.subject in phrases.CLOTHES_EN:
            clothes = rng.choice(phrases.CLOTHES_EN[scene.subject]).format(scene.color)
        else:
            color = _color_en(scene, rng)
    phrase = _joined(adjective, color, noun, clothes)
    if plural:
        return _joined(_number(scene, "en", rng) if "count" in said else "", phrase)
    if not article and "count" not in said:
        return phrase
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def _color_en(scene: Scene, rng: random.Random) -> str:
    return rng.choice(("gray", "grey")) if scene.color == "gray" else scene.color


def _sentence_en(
    scene: Scene,
    said: Sequence[str],
    opener: str | None,
    circumstances: Sequence[str],
    rng: random.Random,
) -> str:
    subject = _subject_en(scene, said, rng, article=True)
    way = _way(scene, "en", said, rng)
    verbs = rng.choice(phrases.VERBS_EN[_kind(scene)])
    adverb = "" if " " in verbs[2] else _adverb(scene, "en", rng)
    if opener is not None:
        doing = _joined(verbs[2], adverb) if "action" in said else ""
        frame = _frame(scene, "en", opener, rng)[0]
        return _joined(frame, subject, doing, way, *circumstances)
    if "action" not in said:
        return _joined(subject, way, *circumstances)
    plural = scene.count > 1
    progressive = f"{'are' if plural else 'is'} {verbs[2]}"
    verb = progressive if rng.random() < 0.3 else verbs[plural]
    form = rng.random()
    if form < 0.3:
        return _joined(subject, verbs[2], adverb, way, *circumstances)
    if form < 0.45 and circumstances:
        first, *others = circumstances
        return f"{first}, {_joined(subject, verb, adverb, way, *others)}"
    if form < 0.55 and way.startswith(("in ", "on ")):
        return f"{way}, {_joined(subject, verb, adverb, *circumstances)}"
    return _joined(subject, verb, adverb, way, *circumstances)


# --- German -----------------------------------------------------------------------------------


def _subject_de(
    scene: Scene,
    word: Noun,
    case: str,
    said: Sequence[str],
    rng: random.Random,
    article: bool,
) -> str:
    stems = [word[0]] if word[0] else []
    clothes = ""
    if "color" in said:
        stem = phrases.COLOR_STEMS_DE[scene.color]
        if scene.subject in phrases.CLOTHES_DE:
            clothes = rng.choice(phrases.CLOTHES_DE[scene.subject]).format(stem)
        else:
            # "ein großer roter Ball", but "ein braunes menschliches Auge".
            stems = [stem, *stems] if scene.subject == "eye" else [*stems, stem]
    if scene.count > 1:
        return _plural_de(scene, word, stems, case, said, rng)
    with_article = article or "count" in said
    return _joined(_singular_de(word, stems, case, with_article), clothes)


def _singular_de(word: Noun, stems: Sequence[str], case: str, article: bool) -> str:
    """A German noun with its adjectives in the singular: "einem jungen Mann"."""
    gender = word[5]
    ending = (MIXED_DE if article else STRONG_DE)[case][gender]
    adjectives = [stem + ending for stem in stems]
    noun = word[1] if case == "nom" else word[2]
    return _joined(ARTICLES_DE[case][gender] if article else "", *adjectives, noun)


def _plural_de(
    scene: Scene,
    word: Noun,
    stems: Sequence[str],
    case: str,
    said: Sequence[str],
    rng: random.Random,
) -> str:
    adjectives = [stem + PLURAL_DE[case] for stem in stems]
    number = _number(scene, "de", rng) if "count" in said else ""
    return _joined(number, *adjectives, word[4] if case == "dat" else word[3])


def _sentence_de(
    scene: Scene,
    said: Sequence[str],
    opener: str | None,
    circumstances: Sequence[str],
    rng: random.Random,
) -> str:
    case, lead = "nom", ""
    if opener == "style" and "action" in said and rng.random() < 0.4:
        lead = rng.choice(phrases.LEADS_DE[scene.style])
    elif opener is not None:
        lead, case = _frame(scene, "de", opener, rng)
    word = rng.choice(_nouns(phrases.NOUNS_DE, scene))
    subject = _subject_de(scene, word, case, said, rng, article=True)
    way = _way(scene, "de", said, rng)
    if "action" not in said:
        return _joined(lead, subject, way, *circumstances)
    plural = scene.count > 1
    verb = _parted(rng.choice(phrases.VERBS_DE[_kind(scene)])[plural])
    adverb = _joined(_adverb(scene, "de", rng), verb.object)
    if case != "nom" or (not lead and rng.random() < 0.25):
        pronoun = _joined("die" if plural else DEFINITE_DE[word[5]], verb.itself)
        doing = _joined(pronoun, *circumstances, adverb, way, verb.finite, verb.tail)
        return f"{_joined(lead, subject)}, {doing}"
    finite = _joined(verb.finite, verb.itself)
    clause = _main_clause_de(subject, finite, adverb, way, circumstances, rng)
    clause = _joined(clause, verb.tail)
    # A whole sentence after a colon begins with a capital.
    return f"{lead} {_capital(clause)}" if lead else clause


@dataclass(frozen=True)
class Parted:
    """A German verb in parts: "dreht" "sich", "fällt" "vom Tisch" "und zerbricht"."""

    finite: str
    itself: str
    object: str
    tail: str


def _parted(verb: str) -> Parted:
    body, joint, tail = verb.partition(" und ")
    finite, _, rest = body.partition(" ")
    itself, _, beyond = rest.partition(" ") if rest.startswith("sich") else ("", "", rest)
    return Parted(finite, itself, beyond, (joint + tail).strip())


def _main_clause_de(
    subject: str,
    verb: str,
    adverb: str,
    way: str,
    circumstances: Sequence[str],
    rng: random.Random,
) -> str:
    """The verb stands second; before it the subject, a circumstance or the place."""
    form = rng.random()
    if form < 0.2 and circumstances:
        first, *others = circumstances
        return _joined(first, verb, subject, adverb, *others, way)
    if form < 0.32 and way.startswith(("im ", "in ", "am ", "an ", "auf ")):
        return _joined(way, verb, *circumstances, subject, adverb)
    if form < 0.5:
        return _joined(subject, verb, adverb, way, *circumstances)
    return _joined(subject, verb, *circumstances, adverb, way)
