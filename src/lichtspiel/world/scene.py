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
    "puppies": ("play", "run"),
    "bear": ("walk", "stand"),
    "horse": ("walk", "run", "stand"),
    "ball": ("roll", "bounce"),
    "car": ("drive", "stand"),
    "eye": ("look_right", "look_left"),
    "none": ("none",),
}
SUBJECTS = tuple(ACTIONS)

#: Subject -> the colours it comes in; a colour is always the word for its most visible part
#: (dress, jacket, lacquer, iris). Subjects that are absent here have the colour "none".
COLORS: dict[str, tuple[str, ...]] = {
    "woman": ("red", "blue", "green", "yellow", "white", "black"),
    "man": ("red", "blue", "green", "yellow", "white", "black"),
    "ball": ("red", "blue", "green", "yellow", "white"),
    "car": ("red", "blue", "green", "yellow", "white", "black"),
    "eye": ("brown", "blue", "green"),
    "horse": ("brown", "white", "black"),
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
    "face": ("clear",),
}
PLACES = tuple(WEATHERS)
OUTDOORS = tuple(place for place in PLACES if place != "face")

LIGHTS = ("noon", "sunset", "night", "overcast")
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
STYLES = ("photo", "anime", "pencil", "noir")


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
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {
            "subject": SUBJECTS,
            "action": ACTIONS.get(self.subject, ()),
            "place": ("face",) if self.subject == "eye" else OUTDOORS,
            "light": LIGHTS,
            "weather": WEATHERS.get(self.place, ()),
            "camera": cameras_for(self.subject, self.action),
            "style": STYLES,
            "color": COLORS.get(self.subject, ("none",)),
            "count": counts_for(self.subject),
        }
        for name, values in allowed.items():
            value = getattr(self, name)
            if value not in values:
                options = ", ".join(map(str, values))
                raise ValueError(
                    f"A scene with subject '{self.subject}' in '{self.place}' can't have "
                    f"{name} '{value}'. Choose one of: {options}."
                )

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


def counts_for(subject: str) -> tuple[int, ...]:
    if subject == "none":
        return (0,)
    return (1, 2, 3) if subject == "puppies" else (1,)


def cameras_for(subject: str, action: str) -> tuple[str, ...]:
    """The cameras that make sense: only what moves along can be tracked."""
    if subject == "eye":
        return ("closeup",)
    if subject == "none":
        return ("static", "orbit", "flyover", "pan_left", "pan_right", "dolly_in")
    moving = action in ("walk", "run", "drive", "roll")
    still = ("static", "orbit", "pan_left", "pan_right", "dolly_in", "dolly_out")
    return (*still, "tracking") if moving else still


def sample(seed: int) -> Scene:
    """Draw a scene; every seed gives one, also scenes that are held out."""
    rng = random.Random(f"scene-{seed}")
    subject = rng.choices(SUBJECTS, weights=(12, 12, 12, 14, 11, 11, 9, 9, 4, 7))[0]
    action = rng.choice(ACTIONS[subject])
    place = "face" if subject == "eye" else rng.choice(OUTDOORS)
    weather = "clear" if rng.random() < 0.55 else rng.choice(WEATHERS[place])
    # The nearest star still sets on Mars, and a street is best at night.
    light_weights = (2, 4, 10, 3) if place == "street" else (6, 5, 4, 4)
    return Scene(
        subject=subject,
        action=action,
        place=place,
        light=rng.choices(LIGHTS, weights=light_weights)[0],
        weather=weather,
        camera=rng.choice(cameras_for(subject, action)),
        style=rng.choices(STYLES, weights=(13, 3, 2, 2))[0],
        color=rng.choice(COLORS.get(subject, ("none",))),
        count=rng.choice(counts_for(subject)),
        seed=seed,
    )


def is_held_out(scene: Scene) -> bool:
    """True for the pairs of subject and place that training never sees.

    Each subject keeps most places and each place most subjects, so both are known, but not
    together. The eye has one place only and is never held out.
    """
    if scene.subject == "eye":
        return False
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
    }
)
