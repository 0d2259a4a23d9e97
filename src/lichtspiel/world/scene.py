"""A scene says everything about a clip of the rendered world; nothing else decides its pixels.

The vocabulary below is the whole of what the embedded models are taught. `sample` draws a scene
from a seed, `is_held_out` keeps some combinations away from training for good.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass

#: Subject -> the actions it can do. "none" is a landscape without a figure.
ACTIONS: dict[str, tuple[str, ...]] = {
    "woman": ("walk", "run", "stand"),
    "man": ("walk", "run", "stand"),
    "astronaut": ("walk", "run", "stand"),
    "dancer": ("dance", "turn", "jump"),
    "runner": ("run",),
    "puppies": ("play", "run"),
    "bear": ("walk", "stand"),
    "horse": ("walk", "run", "stand"),
    "cat": ("walk", "run", "stand"),
    "bird": ("fly",),
    "ball": ("roll", "bounce"),
    "car": ("drive", "stand"),
    "boat": ("sail",),
    "glass": ("fall", "stand"),
    "eye": ("look_right", "look_left"),
    "none": ("none",),
}
SUBJECTS = tuple(ACTIONS)

_CLOTH = ("red", "blue", "green", "yellow", "white", "black")
#: Subject -> the colours it comes in; a colour is always the word for its most visible part
#: (dress, jacket, shirt, coat, feathers, lacquer, hull, iris). Subjects that are absent here have
#: the colour "none".
COLORS: dict[str, tuple[str, ...]] = {
    "woman": _CLOTH,
    "man": _CLOTH,
    "dancer": _CLOTH,
    "runner": _CLOTH,
    "ball": ("red", "blue", "green", "yellow", "white"),
    "car": _CLOTH,
    "boat": ("red", "blue", "white"),
    "eye": ("brown", "blue", "green"),
    "horse": ("brown", "white", "black"),
    "cat": ("black", "white", "gray", "brown"),
    "bird": ("white", "black"),
}

#: Place -> the weathers it can have. "face" is the place of the eye in close-up.
WEATHERS: dict[str, tuple[str, ...]] = {
    "street": ("clear", "rain", "snowfall", "fog"),
    "snow": ("clear", "snowfall", "fog"),
    "cliffs": ("clear", "rain", "fog"),
    "mars": ("clear", "fog"),
    "beach": ("clear", "rain", "fog"),
    "forest": ("clear", "rain", "snowfall", "fog"),
    "meadow": ("clear", "rain", "snowfall", "fog"),
    "mountains": ("clear", "rain", "snowfall", "fog"),
    "desert": ("clear",),
    "river": ("clear", "rain", "snowfall", "fog"),
    "room": ("clear",),
    "stage": ("clear",),
    "face": ("clear",),
}
PLACES = tuple(WEATHERS)
#: The places that a figure can be in.
SITES = tuple(place for place in PLACES if place != "face")
INDOORS = ("room", "stage")

LIGHTS = ("noon", "sunset", "dusk", "night", "overcast")
CAMERAS = (
    "static",
    "orbit",
    "flyover",
    "tracking",
    "pan_left",
    "pan_right",
    "dolly_in",
    "dolly_out",
    "closeup",
)
STYLES = ("photo", "anime", "fantasy", "pencil", "noir")
#: How fast time passes: slow motion is a factor of time.
TEMPOS = {"normal": 1.0, "slow": 0.4}


@dataclass(frozen=True)
class Scene:
    """All that decides a clip. Two scenes that are equal draw the same pixels."""

    subject: str
    action: str
    place: str
    light: str
    weather: str
    camera: str
    style: str = "photo"
    color: str = "none"
    count: int = 1
    tempo: str = "normal"
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {
            "subject": SUBJECTS,
            "action": ACTIONS.get(self.subject, ()),
            "place": places_for(self.subject),
            "light": LIGHTS,
            "weather": WEATHERS.get(self.place, ()),
            "camera": cameras_for(self.subject, self.action),
            "style": STYLES,
            "color": COLORS.get(self.subject, ("none",)),
            "count": counts_for(self.subject),
            "tempo": tuple(TEMPOS),
        }
        for name, values in allowed.items():
            value = getattr(self, name)
            if value not in values:
                options = ", ".join(map(str, values))
                raise ValueError(
                    f"A scene with subject '{self.subject}' in '{self.place}' can't have "
                    f"{name} '{value}'. Choose one of: {options}."
                )

    @property
    def pace(self) -> float:
        """Seconds of the world that pass in a second of film."""
        return TEMPOS[self.tempo]

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


def counts_for(subject: str) -> tuple[int, ...]:
    if subject == "none":
        return (0,)
    return {"puppies": (1, 2, 3), "bird": (1, 2, 3), "horse": (1, 2), "cat": (1, 2)}.get(
        subject, (1,)
    )


def places_for(subject: str) -> tuple[str, ...]:
    """The places where a subject makes sense: boats want water, glasses a table."""
    only = {"eye": ("face",), "boat": ("river", "beach"), "glass": ("room",)}
    if subject in only:
        return only[subject]
    shut_out = {"car": INDOORS, "horse": ("room",), "bear": ("room",), "bird": ("room",)}
    return tuple(place for place in SITES if place not in shut_out.get(subject, ()))


def cameras_for(subject: str, action: str) -> tuple[str, ...]:
    """The cameras that make sense: only what moves along can be tracked."""
    if subject == "eye":
        return ("closeup",)
    if subject == "none":
        return ("static", "orbit", "flyover", "pan_left", "pan_right", "dolly_in")
    moving = subject != "runner" and action in ("walk", "run", "drive", "roll", "fly", "sail")
    still = ("static", "orbit", "pan_left", "pan_right", "dolly_in", "dolly_out")
    return (*still, "tracking") if moving else still


def sample(seed: int) -> Scene:
    """Draw a scene; every seed gives one, also scenes that are held out."""
    rng = random.Random(f"scene-{seed}")
    subject = rng.choices(SUBJECTS, weights=_OFTEN)[0]
    action = rng.choice(ACTIONS[subject])
    place = rng.choice(places_for(subject))
    weather = "clear" if rng.random() < 0.55 else rng.choice(WEATHERS[place])
    # A street is best at night.
    light_weights = (2, 4, 4, 9, 3) if place == "street" else (6, 5, 3, 4, 4)
    counts = counts_for(subject)
    cameras = [
        camera
        for camera in cameras_for(subject, action)
        if camera != "flyover" or place not in INDOORS
    ]
    return Scene(
        subject=subject,
        action=action,
        place=place,
        light=rng.choices(LIGHTS, weights=light_weights)[0],
        weather=weather,
        camera=rng.choice(cameras),
        style=rng.choices(STYLES, weights=(13, 3, 2, 2, 2))[0],
        color=rng.choice(COLORS.get(subject, ("none",))),
        count=rng.choices(counts, weights=(2, 1, 1)[: len(counts)])[0],
        tempo="slow" if rng.random() < 0.06 else "normal",
        seed=seed,
    )


#: How often each subject is drawn, in the order of SUBJECTS.
_OFTEN = (9, 9, 9, 8, 4, 10, 9, 9, 9, 6, 7, 8, 7, 4, 4, 13)


def is_held_out(scene: Scene) -> bool:
    """True for the pairs of subject and place that training never sees.

    Each subject keeps most places and each place most subjects, so both are known, but not
    together. The eye, the glass and the boat have one or two places and are never held out.
    """
    return (scene.subject, scene.place) in HELD_OUT_PAIRS


HELD_OUT_PAIRS = frozenset(
    {
        ("woman", "mars"),
        ("man", "snow"),
        ("astronaut", "forest"),
        ("puppies", "cliffs"),
        ("bear", "beach"),
        ("horse", "street"),
        ("ball", "meadow"),
        ("car", "snow"),
        ("none", "mars"),
        ("woman", "desert"),
        ("man", "mountains"),
        ("astronaut", "stage"),
        ("puppies", "room"),
        ("bear", "river"),
        ("horse", "desert"),
        ("ball", "mountains"),
        ("car", "river"),
        ("dancer", "beach"),
        ("cat", "mars"),
        ("bird", "forest"),
        ("runner", "snow"),
    }
)
