"""A short sentence becomes a full shot description.

What the sentence says is kept word for word; what it leaves open is chosen to fit, and said in
the sentences that the training captions use. Where the sentence comes near to the vocabulary ("a
ballerina under pines"), what is nearest is said as well ("a woman in the forest"). Where it goes
beyond ("an elephant in a kitchen"), only light, weather, camera and style are added, and none of
those that it speaks about itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lichtspiel.prompt.chat import ask
from lichtspiel.prompt.kin import KIN, color_of, kin
from lichtspiel.prompt.words import Reading, read, study
from lichtspiel.world import scene as vocabulary
from lichtspiel.world.caption import caption, detail_sentence
from lichtspiel.world.scene import (
    ACTIONS,
    COLORS,
    INDOORS,
    STYLES,
    WEATHERS,
    Scene,
    cameras_for,
    counts_for,
    places_for,
)

#: The longest text that a chat model may hand back, in characters; the text encoder reads 96
#: tokens and would not see more.
CHAT_LIMIT = 600

Weights = Mapping[str, float]

#: Where a subject is likely to be.
PLACES: dict[str, Weights] = {
    "woman": {"street": 6, "beach": 3, "forest": 2, "meadow": 2, "river": 2, "cliffs": 1},
    "man": {"street": 4, "beach": 3, "forest": 3, "meadow": 2, "river": 2, "cliffs": 1},
    "astronaut": {"mars": 8, "desert": 1, "snow": 1},
    "dancer": {"stage": 8, "street": 1, "meadow": 1, "room": 1},
    "runner": {"room": 3, "beach": 2, "meadow": 2},
    "puppies": {"meadow": 4, "snow": 3, "beach": 3, "forest": 1},
    "bear": {"forest": 6, "mountains": 3, "meadow": 2, "snow": 2},
    "horse": {"meadow": 6, "beach": 4, "forest": 1, "mountains": 1},
    "cat": {"room": 6, "street": 2, "meadow": 2},
    "bird": {"cliffs": 3, "beach": 3, "mountains": 2, "river": 2, "meadow": 1},
    "ball": {"beach": 4, "street": 2, "room": 1},
    "car": {"street": 6, "cliffs": 2, "mountains": 2, "forest": 1},
    "boat": {"beach": 1, "river": 1},
    "glass": {"room": 1},
    "none": {
        "cliffs": 3,
        "mountains": 3,
        "beach": 2,
        "forest": 2,
        "meadow": 2,
        "street": 2,
        "snow": 2,
        "river": 2,
        "desert": 1,
    },
}
MOVES: dict[str, Weights] = {
    "woman": {"walk": 6, "run": 1, "stand": 1},
    "man": {"walk": 5, "run": 2, "stand": 1},
    "astronaut": {"walk": 6, "run": 1, "stand": 1},
    "dancer": {"dance": 3, "turn": 3, "jump": 1},
    "runner": {"run": 1},
    "puppies": {"play": 3, "run": 2},
    "bear": {"walk": 4, "stand": 1},
    "horse": {"run": 4, "walk": 2, "stand": 1},
    "cat": {"walk": 4, "stand": 3, "run": 1},
    "bird": {"fly": 1},
    "ball": {"roll": 1, "bounce": 1},
    "car": {"drive": 5, "stand": 1},
    "boat": {"sail": 1},
    "glass": {"fall": 4, "stand": 1},
    "eye": {"look_right": 1, "look_left": 1},
    "none": {"none": 1},
}
LIGHTS: dict[str, Weights] = {
    "street": {"night": 8, "dusk": 1, "sunset": 1},
    "snow": {"noon": 4, "sunset": 2, "overcast": 3},
    "cliffs": {"sunset": 5, "noon": 2, "overcast": 2},
    "mars": {"noon": 4, "sunset": 3},
    "beach": {"sunset": 5, "noon": 4},
    "forest": {"noon": 3, "sunset": 3, "overcast": 2},
    "meadow": {"noon": 5, "sunset": 3},
    "mountains": {"noon": 4, "sunset": 3, "dusk": 1},
    "desert": {"noon": 4, "sunset": 3},
    "river": {"sunset": 3, "noon": 3, "dusk": 2},
    "room": {"noon": 4, "sunset": 2, "night": 2},
    "stage": {"night": 4, "noon": 2, "sunset": 1},
    "face": {"noon": 3, "overcast": 1, "sunset": 1},
}
#: How likely each weather is in a place; what is missing is only there when it is asked for.
SKIES: dict[str, Weights] = {
    "street": {"clear": 4, "rain": 3},
    "snow": {"clear": 3, "snowfall": 2},
    "forest": {"clear": 4, "fog": 1},
}
#: Rain, snow and fog hide the sun.
DULL: Weights = {"overcast": 4, "night": 1}
CAMERAS: Weights = {
    "static": 3,
    "tracking": 4,
    "orbit": 2,
    "dolly_in": 2,
    "flyover": 3,
    "closeup": 1,
}
DETAIL_ORDER = ("color", "action", "place", "light", "weather", "camera", "style", "tempo")

CHAT_INSTRUCTION = (
    "You turn a short wish for a film clip into one shot description of at most 80 words, in the "
    "language of the wish. Keep everything that the wish says and contradict none of it. Add what "
    "it leaves open: subject, action, place, light, weather, camera, style. Answer with the "
    "description only."
)


@dataclass(frozen=True)
class Expansion:
    """A prompt with what it left open.

    text: the user's words, verbatim, then detail sentences. scene: attribute -> value of
    all that was said or chosen, without those that lie outside the vocabulary (an elephant has no
    "subject"). language: "en" or "de".
    """

    text: str
    scene: dict[str, str | int]
    language: str


def expand(
    prompt: str,
    seed: int,
    style: str | None = None,
    camera: str | None = None,
    guessed: Mapping[str, str] = MappingProxyType({}),
) -> Expansion:
    """Fill in what a sentence leaves open; the same prompt, seed and wishes give the same text.

    style, camera: of `world.scene.STYLES` and `CAMERAS`; they win over what the sentence says.
    guessed: what it comes near to beyond all lists (see `prompt.guess`). Raises ValueError for
    others, and for a camera that cannot take what the sentence shows.
    """
    wishes = {"style": (style, STYLES), "camera": (camera, vocabulary.CAMERAS)}
    reading = study(prompt)
    rng = random.Random(f"expand-{seed}")
    near = _near(prompt, reading, wishes, guessed)
    said = near | reading.said
    asked = set()
    for name, (value, known) in wishes.items():
        if value is None:
            continue
        if value not in known:
            raise ValueError(f"There is no {name} '{value}'. Choose one of: {', '.join(known)}.")
        if said.get(name) != value:
            asked.add(name)
        said[name] = value
    chosen = _choose(said, bool(reading.unknown), rng)
    if "camera" in asked:
        _make_able(chosen, str(camera), said)
    open_ones = _open(reading, chosen, asked | near.keys())
    scene = {name: chosen[name] for name in chosen if name in said or name in open_ones}
    plain = []
    if {"subject", "place"} & near.keys():
        words = caption(showable(chosen), reading.language, seed, detail=0)
        plain = [continued(words[0].upper() + words[1:], [""]).strip()]
        open_ones = [name for name in open_ones if name != "place"]
    sentences = plain + _sentences(chosen, open_ones, prompt, reading.language, rng)
    return Expansion(continued(prompt, sentences), scene, reading.language)


def expand_by_chat(
    prompt: str,
    endpoint: str,
    model: str,
    api_key: str | None = None,
    timeout: float = 60,
) -> Expansion:
    """Let a chat model write the description, through any OpenAI-compatible endpoint.

    endpoint: the base address, as "http://localhost:8080/v1", or that of chat/completions itself.
    timeout: seconds. Raises ConnectionError when the endpoint cannot be reached or refuses, and
    ValueError when its answer is unusable or says something else than the prompt.
    """
    answer = ask(CHAT_INSTRUCTION, prompt, endpoint, model, api_key, timeout)
    before, after = read(prompt), read(answer)
    changed = [name for name in before if name in after and before[name] != after[name]]
    if changed:
        raise ValueError(
            f"The chat model '{model}' changed the {' and the '.join(changed)} of the prompt; "
            "try again, another model, or the built-in expansion."
        )
    text = prompt.strip()
    if not answer.startswith(text):
        answer = continued(prompt, [answer])
    answer = _shortened(answer, max(CHAT_LIMIT, len(text)))
    return Expansion(answer, read(answer), study(prompt).language)


def _near(
    prompt: str,
    reading: Reading,
    wishes: Mapping[str, tuple[str | None, Collection[str]]],
    guessed: Mapping[str, str],
) -> dict[str, str | int]:
    """What the vocabulary has that is nearest to what the prompt says beyond it."""
    wanted = {n for n in KIN[reading.language] if n not in reading.said}
    wanted -= {name for name, (value, _) in wishes.items() if value is not None}
    near: dict[str, str | int] = {n: guessed[n] for n in guessed if n in wanted - reading.touched}
    camera = wishes["camera"][0]
    if camera and "subject" in near and not _takes(str(near["subject"]), camera):
        del near["subject"]  # a mere guess refuses nothing
    near |= kin(prompt, reading.language, wanted)
    subject = str(near.get("subject", reading.said.get("subject", "none")))
    able = places_for(subject)
    if "subject" in near:
        near |= {"place": able[0]} if len(able) == 1 else {}
        near |= {"count": 1} if subject != "puppies" else {}
    elif near.get("place", able[0]) not in able:
        del near["place"]  # a boat on a lake is on water, not on its shore
    color = color_of(prompt, reading.language, str(near.get("subject")))
    return near | ({"color": color} if color else {})


# --- Choosing ---------------------------------------------------------------------------------


def _choose(
    said: Mapping[str, str | int], strange: bool, rng: random.Random
) -> dict[str, str | int]:
    """All attributes: those said as they are, the others by what is likely beside them.

    strange: whether the prompt has words that were not understood, and so perhaps a subject.
    """
    subject = str(said.get("subject", "none"))
    chosen = dict(said)
    chosen["subject"] = subject
    weather, light = said.get("weather"), said.get("light")
    place = _pick(chosen, "place", _places(subject, weather, light), rng)
    moves = MOVES[subject]
    if said.get("camera") == "tracking":
        moves = {m: w for m, w in moves.items() if "tracking" in cameras_for(subject, m)} or moves
    if place == "snow" and "play" in moves:
        moves = {"play": 1}
    if place in INDOORS:
        chosen["weather"] = weather = "clear"
    action = _pick(chosen, "action", moves, rng)
    hidden = weather in ("rain", "snowfall", "fog") and place != "street"
    light = _pick(chosen, "light", DULL if hidden else LIGHTS[place], rng)
    # Rain and snow are believed under clouds and at night, not in the midday sun.
    bright = light in ("noon", "sunset")
    _pick(chosen, "weather", {"clear": 1} if bright else SKIES.get(place, {"clear": 1}), rng)
    legal_action = action if action in ACTIONS[subject] else ACTIONS[subject][0]
    able = cameras_for("man" if strange and subject == "none" else subject, legal_action)
    able = tuple(c for c in able if c in CAMERAS and (c != "flyover" or place not in INDOORS))
    _pick(chosen, "camera", {c: CAMERAS[c] for c in able}, rng)
    _pick(chosen, "color", dict.fromkeys(COLORS.get(subject, ("none",)), 1), rng)
    # A single one is read as one, so what has no number is several.
    counts = [c for c in counts_for(subject) if c > 1] or counts_for(subject)
    chosen.setdefault("count", rng.choice(counts))
    chosen.setdefault("style", "photo")
    chosen.setdefault("tempo", "normal")
    return chosen


def _pick(chosen: dict[str, str | int], name: str, weights: Weights, rng: random.Random) -> str:
    """Choose one attribute unless it is there; the dice are thrown either way, so that saying
    one thing does not change the others."""
    value = rng.choices(list(weights), weights=list(weights.values()))[0]
    return str(chosen.setdefault(name, value))


def _places(subject: str, weather: object, light: object) -> Weights:
    """The likely places that can have the weather; a night draws to the neon street."""
    able = places_for(subject)
    if len(able) == 1:
        return {able[0]: 1}
    weights = dict(PLACES[subject])
    if light == "night" and "street" in weights:
        weights["street"] *= 4
    if weather is not None:
        weights = {place: w for place, w in weights.items() if weather in WEATHERS[place]}
    return weights or {place: 1 for place in able if weather in WEATHERS[place]}


def _make_able(chosen: dict[str, str | int], camera: str, said: Mapping[str, str | int]) -> None:
    """Give the subject an action that the camera can take, unless its action was said."""
    subject = str(chosen["subject"])
    actions = [str(said["action"])] if "action" in said else list(MOVES[subject])
    able = [action for action in actions if camera in _cameras(subject, action)]
    if not able:
        cameras = dict.fromkeys(c for action in actions for c in _cameras(subject, action))
        raise ValueError(
            f"The camera '{camera}' can't take this; choose one of: {', '.join(cameras)}."
        )
    if chosen["action"] not in able:
        chosen["action"] = able[0]


def _takes(subject: str, camera: str) -> bool:
    return any(camera in _cameras(subject, action) for action in MOVES[subject])


def _cameras(subject: str, action: str) -> tuple[str, ...]:
    return cameras_for(subject, action if action in ACTIONS[subject] else ACTIONS[subject][0])


def _open(reading: Reading, chosen: Mapping[str, str | int], asked: Collection[str]) -> list[str]:
    """The attributes to add: neither said, nor spoken about, nor beyond what was understood."""
    closed = set(reading.said) | set(reading.touched)
    if reading.unknown:
        # Strange words may well name an action, a colour, or a place indoors.
        closed |= {"action", "color", "weather"}
        if "subject" not in reading.said:
            closed |= {"subject", "count"}
        if not reading.is_thing:
            closed |= {"place"}
    names = ("subject", "count", *DETAIL_ORDER)
    return [name for name in names if name not in closed or name in asked]


# --- Saying -----------------------------------------------------------------------------------


def _sentences(
    chosen: Mapping[str, str | int],
    open_ones: Sequence[str],
    prompt: str,
    language: str,
    rng: random.Random,
) -> list[str]:
    # Captions do not speak of what is absent, and seldom say that nothing falls.
    silent = ("none", "face", "clear", "normal")
    said = [n for n in DETAIL_ORDER if n in open_ones and chosen[n] not in silent]
    scene = showable(chosen)
    sentences = [detail_sentence(scene, name, language, rng) for name in said]
    if re.search(r"(?i)(astronaut|kosmonaut|raumfahrer)in\b", prompt):
        sentences = [s.replace("Der Astronaut ", "Die Astronautin ") for s in sentences]
    return sentences


def showable(chosen: Mapping[str, str | int]) -> Scene:
    """A scene for the wording: where the prompt asks for what no scene can have (rain on Mars,
    a boat in the desert, which is said already), it holds the next best."""
    subject, place = str(chosen["subject"]), str(chosen["place"])
    place = place if place in places_for(subject) else next(iter(_places(subject, None, None)))
    action, color, weather = str(chosen["action"]), str(chosen["color"]), str(chosen["weather"])
    action = action if action in ACTIONS[subject] else ACTIONS[subject][0]
    cameras = cameras_for(subject, action)
    camera = str(chosen["camera"])
    return Scene(
        subject=subject,
        action=action,
        place=place,
        light=str(chosen["light"]),
        weather=weather if weather in WEATHERS[place] else "clear",
        camera=camera if camera in cameras else cameras[0],
        style=str(chosen["style"]),
        color=color,
        count=int(chosen["count"]),
        tempo=str(chosen["tempo"]),
    )


def continued(prompt: str, sentences: Sequence[str]) -> str:
    text = prompt.strip()
    if not sentences:
        return text
    if not text.endswith((".", "!", "?", "…")):
        text += "."
    return " ".join([text, *sentences])


def _shortened(text: str, limit: int) -> str:
    """Cut at the end of a sentence, or of a word where the sentence is too long."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s)", head)]
    return head[: ends[-1]] if ends else head[: head.rfind(" ")].rstrip(" ,;:") + "."
