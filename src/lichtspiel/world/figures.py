"""The figures of the world, posed in time: bodies of round limbs, with gaits that hold the ground.

A figure is a list of `Limb`s in its own frame: x forward, y up, z to its left, in metres, with the
ground at y = 0. A limb is a round cone between two points, or a rounded box. Feet obey contact:
in the stance phase a foot moves backward in the figure's frame exactly as fast as the figure moves
forward, so it stands still in the world; left and right alternate by half a cycle.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from lichtspiel.world.scene import Scene

Point = tuple[float, float, float]
Color = tuple[float, float, float]


@dataclass(frozen=True)
class Limb:
    """A round cone from `a` (radius `ra`) to `b` (radius `rb`); or, with `box`, a rounded box
    with centre `a`, half sizes `b` and rounding `ra`. `gloss` is 0 for cloth, 1 for a window; light
    passes through what is glossy below 0. A colour above 1 glows."""

    a: Point
    ra: float
    b: Point
    rb: float
    color: Color
    gloss: float = 0.0
    box: bool = False


@dataclass(frozen=True)
class Figure:
    """Limbs, and where they are in the world: position, heading (radians about y), and the angle
    by which surface patterns have rolled forward."""

    limbs: tuple[Limb, ...]
    position: Point
    heading: float
    roll: float = 0.0
    pattern: float = 0.0

    def bounds(self) -> tuple[Point, float]:
        """A sphere in the world around all limbs: centre and radius."""
        points = [limb.a for limb in self.limbs] + [limb.b for limb in self.limbs if not limb.box]
        low = [min(p[i] for p in points) for i in range(3)]
        high = [max(p[i] for p in points) for i in range(3)]
        middle = [(low[i] + high[i]) / 2 for i in range(3)]
        radius = max(_reach(limb, middle) for limb in self.limbs)
        return _placed(self, (middle[0], middle[1], middle[2])), radius


def spheres(figures: Sequence[Figure]) -> list[tuple[Point, float]]:
    """Spheres in the world around the ends of all limbs: centres and radii."""
    found = []
    for figure in figures:
        for limb in figure.limbs:
            if limb.box:
                (x, y, z), (hx, hy, hz) = limb.a, limb.b
                around = math.hypot(hy, hz) + limb.ra
                found.append((_placed(figure, (x - hx, y, z)), around))
                found.append((_placed(figure, (x + hx, y, z)), around))
            else:
                found.append((_placed(figure, limb.a), limb.ra))
                found.append((_placed(figure, limb.b), limb.rb))
    return found


def _placed(figure: Figure, point: Point) -> Point:
    c, s = math.cos(figure.heading), math.sin(figure.heading)
    x, y, z = point
    px, py, pz = figure.position
    return (px + s * x + c * z, py + y, pz + c * x - s * z)


def merge(figures: Sequence[Figure]) -> Figure:
    """Several figures as one, in a frame that stands in the middle of the world."""
    if len(figures) == 1:
        return figures[0]
    limbs = []
    for figure in figures:
        for limb in figure.limbs:
            assert not limb.box, "boxes can't turn within a frame"
            limbs.append(replace(limb, a=_centered(figure, limb.a), b=_centered(figure, limb.b)))
    return Figure(tuple(limbs), (0.0, 0.0, 0.0), math.pi / 2)


def _centered(figure: Figure, point: Point) -> Point:
    x, y, z = _placed(figure, point)
    return (x, y, -z)


def _reach(limb: Limb, middle: Sequence[float]) -> float:
    if limb.box:
        return math.dist(limb.a, middle) + math.hypot(*limb.b) + limb.ra
    return max(math.dist(limb.a, middle) + limb.ra, math.dist(limb.b, middle) + limb.rb)


PAINT: dict[str, Color] = {
    "red": (0.72, 0.05, 0.05),
    "blue": (0.06, 0.17, 0.70),
    "green": (0.05, 0.45, 0.12),
    "yellow": (0.90, 0.68, 0.05),
    "white": (0.88, 0.88, 0.86),
    "black": (0.035, 0.035, 0.04),
    "brown": (0.30, 0.15, 0.06),
    "gray": (0.20, 0.21, 0.23),
}
SKIN: tuple[Color, ...] = (
    (0.80, 0.56, 0.43),
    (0.66, 0.42, 0.28),
    (0.42, 0.24, 0.15),
    (0.86, 0.65, 0.52),
)
HAIR: tuple[Color, ...] = (
    (0.06, 0.04, 0.03),
    (0.20, 0.10, 0.04),
    (0.55, 0.36, 0.14),
    (0.38, 0.12, 0.05),
)
DARK: Color = (0.025, 0.025, 0.03)

#: Metres a second, and gait cycles a second (a cycle is two steps): at most three steps a second
#: in a run, one and a half in a walk, so that twelve frames a second show every step.
SPEED: dict[str, dict[str, float]] = {
    "human": {"walk": 0.9, "run": 2.1},
    "bear": {"walk": 0.8},
    "horse": {"walk": 1.2, "run": 3.0},
    "puppy": {"run": 1.1, "play": 0.9},
    "ball": {"roll": 1.0, "bounce": 0.55},
    "car": {"drive": 3.0},
    "cat": {"walk": 0.5, "run": 1.4},
    "bird": {"fly": 1.7},
    "boat": {"sail": 0.9},
}
#: How high birds fly, in metres.
FLIGHT = 1.7
#: Metres a second², half of Earth's, so that twelve frames a second show the course of a fall.
GRAVITY = 4.9
HUMANS = ("woman", "man", "astronaut")


def kind(subject: str) -> str:
    """The body plan of a subject."""
    return "human" if subject in HUMANS else {"puppies": "puppy"}.get(subject, subject)


def speed(scene: Scene) -> float:
    """How fast the subject moves along its heading, in metres a second."""
    return SPEED.get(kind(scene.subject), {}).get(scene.action, 0.0)


def height(subject: str) -> float:
    """How tall a subject stands, in metres; cameras keep their distance by it."""
    tall = {
        "human": 1.78,
        "dancer": 1.95,
        "runner": 2.0,
        "bear": 1.25,
        "horse": 1.85,
        "puppy": 0.46,
        "cat": 0.5,
        "bird": 0.7,
        "ball": 0.9,
        "car": 1.5,
        "boat": 2.9,
        "glass": 1.15,
    }
    return tall.get(kind(subject), 6.0)


def pose(scene: Scene, time: float, heading: float, start: Point) -> list[Figure]:
    """All figures of a scene `time` seconds after its start.

    `start` is where the subject is at time 0; it moves along `heading`.
    """
    herds = {"horse": _horse, "cat": _cat, "bird": _bird}
    makers = {
        "human": _human,
        "runner": _runner,
        "bear": _bear,
        "ball": _ball,
        "car": _car,
        "boat": _boat,
        "glass": _glass,
    }
    name = kind(scene.subject)
    way = speed(scene) * time
    if name == "puppy":
        return [_puppy(scene, time, heading, start, i) for i in range(scene.count)]
    if name == "dancer":
        return [_dancer(scene, time, heading, start)]
    if name in herds:
        return [
            Figure(
                tuple(herds[name](scene, time, i)), _place(scene, i, way, heading, start), heading
            )
            for i in range(scene.count)
        ]
    if name not in makers:
        return []
    limbs, lift, roll = makers[name](scene, time)
    position = (
        start[0] + way * math.sin(heading),
        start[1] + lift,
        start[2] + way * math.cos(heading),
    )
    return [Figure(tuple(limbs), position, heading, roll, 1.0 if name == "ball" else 0.0)]


#: How far apart several of a kind stand: metres to the side, and how far ahead of another.
_GAP = {"horse": (1.25, 0.75), "cat": (0.48, 0.20), "bird": (0.85, 0.75), "puppy": (0.52, 0.22)}


def _place(scene: Scene, index: int, way: float, heading: float, start: Point) -> Point:
    """Where one of several is, after a way in metres: beside the others, ahead or behind."""
    aside, ahead = _GAP[kind(scene.subject)]
    aside *= index - (scene.count - 1) / 2
    ahead = way + (ahead * ((index * 2) % 3 - 1) if scene.count > 1 else 0.0)
    c, s = math.cos(heading), math.sin(heading)
    return (start[0] + aside * c + ahead * s, start[1], start[2] - aside * s + ahead * c)


def _own(scene: Scene, index: int) -> random.Random:
    """The chance that makes one of several differ from the others."""
    return random.Random(f"body-{scene.seed}-{index}" if index else f"body-{scene.seed}")


# --- gait -----------------------------------------------------------------------------------------


def foot(phase: float, stride: float, duty: float, lift: float) -> tuple[float, float]:
    """Where a foot is relative to its hip: (forward, height above the ground), in metres.

    For `duty` of the cycle it stands, moving backward at the speed of the body
    (stride / cycle); for the rest it swings forward in an arc of height `lift`.
    """
    phase %= 1.0
    reach = stride * duty / 2
    if phase < duty:
        return reach - 2 * reach * phase / duty, 0.0
    swing = (phase - duty) / (1 - duty)
    ease = swing * swing * (3 - 2 * swing)
    return -reach + 2 * reach * ease, lift * math.sin(math.pi * swing)


def joint(
    hip: tuple[float, float], ankle: tuple[float, float], upper: float, lower: float, bend: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two-bone inverse kinematics in the sagittal plane: the knee, and the ankle within reach.

    `bend` is +1 for a knee that points forward and -1 for one that points backward.
    """
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    span = math.hypot(dx, dy)
    limit = 0.999 * (upper + lower)
    if span > limit:
        dx, dy, span = dx * limit / span, dy * limit / span, limit
    along = (upper**2 - lower**2 + span**2) / (2 * span)
    out = math.sqrt(max(upper**2 - along**2, 0.0)) * bend
    knee = (
        hip[0] + (dx * along - dy * out) / span,
        hip[1] + (dy * along + dx * out) / span,
    )
    return knee, (hip[0] + dx, hip[1] + dy)


def limb_in_space(
    root: Point, end: Point, upper: float, lower: float, toward: Point
) -> tuple[Point, Point]:
    """Two-bone inverse kinematics in space: the knee or elbow, which is bent `toward` a direction,
    and the end within reach."""
    span = math.dist(root, end)
    axis = [(q - p) / span for p, q in zip(root, end, strict=True)]
    along = sum(a * t for a, t in zip(axis, toward, strict=True))
    out = [t - along * a for a, t in zip(axis, toward, strict=True)]
    size = math.hypot(*out)
    knee, reached = joint((0.0, 0.0), (span, 0.0), upper, lower, 1.0)
    mid = [r + knee[0] * a + knee[1] * o / size for r, a, o in zip(root, axis, out, strict=True)]
    tip = [r + reached[0] * a for r, a in zip(root, axis, strict=True)]
    return (mid[0], mid[1], mid[2]), (tip[0], tip[1], tip[2])


# --- people ---------------------------------------------------------------------------------------


def _human(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    rng = random.Random(f"body-{scene.seed}")
    skin, hair = rng.choice(SKIN), rng.choice(HAIR)
    trousers = rng.choice(((0.05, 0.06, 0.10), (0.10, 0.09, 0.08), (0.12, 0.14, 0.22)))
    phase0 = rng.random()
    runner = scene.subject == "runner"
    trousers = DARK if runner else trousers
    running = scene.action == "run"
    cycle = {"walk": 0.72, "run": 1.15, "stand": 0.0}[scene.action]
    stride = SPEED["human"].get(scene.action, 0.0) / cycle if cycle else 0.0
    duty = 0.40 if running else 0.62
    phase = phase0 + cycle * time if cycle else 0.0
    bob = (0.035 if running else 0.018) * math.cos(4 * math.pi * phase) if cycle else 0.0
    breath = 0.006 * math.sin(2 * math.pi * 0.3 * time)
    hip_y = (0.83 if running else 0.85 if cycle else 0.93) + bob
    lean = 0.16 if running else 0.04 if cycle else 0.0
    look = _Look(scene.subject, PAINT.get(scene.color, PAINT["white"]), skin, hair, trousers)

    limbs: list[Limb] = []
    for side, offset in ((-1.0, 0.0), (1.0, 0.5)):
        step = foot(phase + offset, stride, duty, 0.22 if running else 0.11) if cycle else (0, 0)
        limbs += _leg(look, side, hip_y, step)
        swing = -math.sin(2 * math.pi * (phase + offset)) if cycle else 0.05
        limbs += _arm(look, side, hip_y, lean, swing, running, breath)
    limbs += _torso(look, hip_y, lean, breath, phase if cycle else None)
    limbs += _head(look, hip_y, lean)
    return limbs, 0.0, 0.0


@dataclass(frozen=True)
class _Look:
    """What a person wears."""

    who: str
    cloth: Color
    skin: Color
    hair: Color
    trousers: Color

    @property
    def bulk(self) -> float:
        return 1.45 if self.who == "astronaut" else 0.92 if self.who == "woman" else 1.08

    @property
    def suit(self) -> Color:
        return (0.86, 0.86, 0.88)


def _leg(look: _Look, side: float, hip_y: float, step: tuple[float, float]) -> list[Limb]:
    z = 0.09 * side * look.bulk
    hip = (0.0, hip_y)
    knee, ankle = joint(hip, (step[0] - 0.02, 0.08 + step[1]), 0.44, 0.44, 1.0)
    color = {"astronaut": look.suit, "man": look.trousers}.get(look.who, look.skin)
    shoe = {
        "astronaut": (0.35, 0.36, 0.40),
        "woman": DARK,
        "man": (0.08, 0.05, 0.03),
        "runner": (0.95, 0.95, 0.95),
    }[look.who]
    thigh = look.trousers if look.who == "runner" else color
    b = look.bulk
    tilt = 0.45 * step[1]
    return [
        Limb((*hip, z), 0.088 * b, (*knee, z), 0.062 * b, thigh),
        Limb((*knee, z), 0.060 * b, (*ankle, z), 0.044 * b, color),
        Limb(
            (ankle[0] - 0.03, ankle[1] - 0.03 + tilt * 0.3, z),
            0.048 * b,
            (ankle[0] + 0.15, ankle[1] - 0.04 - tilt * 0.3, z),
            0.036 * b,
            shoe,
        ),
    ]


def _arm(
    look: _Look, side: float, hip_y: float, lean: float, swing: float, running: bool, breath: float
) -> list[Limb]:
    b = look.bulk
    shoulder = (lean * 0.55, hip_y + 0.50 + breath, 0.19 * side * (0.9 if b < 1 else 1.0 + 0.1 * b))
    angle = (0.75 if running else 0.42) * swing + (0.1 if running else 0.0)
    elbow = (
        shoulder[0] + 0.28 * math.sin(angle),
        shoulder[1] - 0.28 * math.cos(angle),
        shoulder[2] + 0.04 * side,
    )
    fold = angle + (1.35 if running else 0.28)
    hand = (
        elbow[0] + 0.26 * math.sin(fold),
        elbow[1] - 0.26 * math.cos(fold),
        elbow[2] - 0.02 * side,
    )
    sleeve = look.suit if look.who == "astronaut" else look.cloth
    lower = look.skin if look.who in ("woman", "runner") else sleeve
    return [
        Limb(shoulder, 0.066 * b, elbow, 0.050 * b, sleeve),
        Limb(elbow, 0.048 * b, hand, 0.036 * b, lower),
        Limb(hand, 0.046 * b, hand, 0.046 * b, look.skin if b < 1.2 else (0.5, 0.5, 0.54)),
    ]


def _torso(
    look: _Look, hip_y: float, lean: float, breath: float, phase: float | None
) -> list[Limb]:
    b = look.bulk
    chest = (lean * 0.5, hip_y + 0.42 + breath, 0.0)
    waist = (lean * 0.2, hip_y + 0.16, 0.0)
    hips = (0.0, hip_y, 0.0)
    if look.who == "astronaut":
        return [
            Limb(hips, 0.19, chest, 0.23, look.suit),
            Limb(
                (-0.22, hip_y + 0.36, 0), 0.05, (0.10, 0.26, 0.17), 0, (0.62, 0.64, 0.68), 0.2, True
            ),
            Limb(
                (0.19, hip_y + 0.34, 0), 0.02, (0.05, 0.08, 0.10), 0, (0.25, 0.32, 0.55), 0.2, True
            ),
        ]
    limbs = [
        Limb(waist, 0.118 * b, chest, 0.150 * b, look.cloth),
        Limb((chest[0], chest[1] + 0.06, -0.13), 0.075 * b, (chest[0], chest[1] + 0.06, 0.13),
             0.075 * b, look.cloth),
    ]  # fmt: skip
    if look.who == "woman":
        sway = 0.05 * math.sin(4 * math.pi * phase) if phase is not None else 0.0
        hem = (sway - 0.02, hip_y - 0.36, 0.0)
        limbs.append(Limb((waist[0], waist[1], 0), 0.12, hem, 0.25, look.cloth))
    else:
        limbs.append(Limb(hips, 0.145 * b, waist, 0.125 * b, look.trousers))
    return limbs


def _head(look: _Look, hip_y: float, lean: float) -> list[Limb]:
    x, y = lean * 0.75, hip_y + 0.73
    if look.who == "astronaut":
        return [
            Limb((x, y + 0.02, 0), 0.215, (x, y + 0.02, 0), 0.215, (0.9, 0.9, 0.92), 0.3),
            Limb((x + 0.075, y + 0.02, 0), 0.172, (x + 0.075, y + 0.01, 0), 0.172,
                 (0.55, 0.32, 0.06), 1.0),
        ]  # fmt: skip
    limbs = [
        Limb((x, y - 0.17, 0), 0.055, (x, y - 0.05, 0), 0.055, look.skin),
        Limb((x + 0.015, y - 0.035, 0), 0.088, (x, y + 0.025, 0), 0.112, look.skin),
        Limb((x + 0.12, y - 0.01, 0), 0.016, (x + 0.13, y - 0.03, 0), 0.020, look.skin),
    ]
    if look.who == "woman":
        return [
            *limbs,
            Limb((x - 0.045, y + 0.055, 0), 0.122, (x - 0.09, y - 0.05, 0), 0.105, look.hair),
            Limb((x - 0.09, y - 0.05, 0), 0.10, (x - 0.12, y - 0.30, 0), 0.075, look.hair),
            Limb(
                (x + 0.085, y + 0.015, -0.055),
                0.036,
                (x + 0.085, y + 0.015, 0.055),
                0.036,
                DARK,
                0.8,
            ),
        ]
    return [
        *limbs,
        Limb((x - 0.03, y + 0.065, 0), 0.118, (x - 0.05, y + 0.03, 0), 0.105, look.hair),
        Limb((x + 0.102, y + 0.02, -0.042), 0.015, (x + 0.102, y + 0.02, -0.042), 0.015, DARK),
        Limb((x + 0.102, y + 0.02, 0.042), 0.015, (x + 0.102, y + 0.02, 0.042), 0.015, DARK),
    ]


def _runner(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    """A person on a treadmill, whose belt goes back as fast as the feet that stand on it."""
    deck = 0.20
    limbs, _, _ = _human(scene, time)
    limbs = [
        limb if limb.box else replace(limb, a=_raised(limb.a, deck), b=_raised(limb.b, deck))
        for limb in limbs
    ]
    frame: Color = (0.30, 0.31, 0.34)
    metal: Color = (0.62, 0.64, 0.68)
    limbs += [
        Limb((0.0, 0.08, 0), 0.02, (0.92, 0.06, 0.36), 0, frame, 0.1, True),
        Limb((-0.04, 0.165, 0), 0.01, (0.84, 0.02, 0.25), 0, DARK, 0.0, True),
        Limb((0.98, 1.24, 0), 0.03, (0.04, 0.09, 0.22), 0, frame, 0.2, True),
        Limb((0.935, 1.26, 0), 0.01, (0.02, 0.055, 0.14), 0, (0.25, 1.15, 1.3), 0.0, True),
    ]
    belt, gap = SPEED["human"]["run"] * time, 0.42
    for index in range(4):
        x = 0.80 - gap * index - belt % gap
        limbs.append(Limb((x, 0.192, 0), 0.004, (0.035, 0.002, 0.25), 0, metal, 0.0, True))
    for z in (-0.36, 0.36):
        limbs += [
            Limb((0.84, 0.12, z), 0.040, (0.98, 1.20, 0.85 * z), 0.036, metal, 0.3),
            Limb((0.96, 1.04, z), 0.034, (0.28, 0.98, z), 0.034, metal, 0.3),
        ]
    return limbs, 0.0, 0.0


def _raised(point: Point, up: float) -> Point:
    return (point[0], point[1] + up, point[2])


@dataclass(frozen=True)
class _Stance:
    """A dancer at one moment: hips, ankles (right, left), hands as seen from the hips, how far the
    shoulders lean forward, and the angle that she has turned."""

    hips: Point
    feet: tuple[Point, Point]
    hands: tuple[Point, Point]
    lean: float = 0.0
    turn: float = 0.0


_ANKLE = 0.08
_ABOVE = ((0.06, 1.0, -0.12), (0.06, 1.0, 0.12))
_OPEN = ((0.08, 0.93, -0.48), (0.08, 0.93, 0.48))
_ASIDE = ((0.10, 0.52, -0.72), (0.10, 0.52, 0.72))
_ROUND = ((0.44, 0.30, -0.14), (0.44, 0.30, 0.14))
_REACH = ((0.52, 0.58, -0.15), (-0.20, 0.62, 0.56))
# Where the feet stand: she turns about the left one.
_LEFT, _RIGHT = (0.0, _ANKLE, 0.0), (0.0, _ANKLE, -0.24)
_TIPTOE = (0.0, 0.19, 0.0)
_PASSE = (0.06, 0.60, -0.12)

#: Moments of the dances: seconds, stance. The last is the first again.
_DANCE = (
    (0.0, _Stance((0.0, 0.90, -0.12), (_RIGHT, _LEFT), _ASIDE)),
    (0.6, _Stance((0.0, 0.94, -0.01), ((0.15, 0.98, -0.90), _LEFT), _OPEN)),
    (0.8, _Stance((0.0, 0.94, -0.01), ((0.15, 0.98, -0.90), _LEFT), _OPEN)),
    (1.3, _Stance((0.0, 0.80, -0.12), (_RIGHT, _LEFT), _ASIDE)),
    (1.8, _Stance((0.02, 0.94, -0.23), (_RIGHT, (-0.78, 0.92, 0.02)), _REACH, 0.16)),
    (2.1, _Stance((0.02, 0.94, -0.23), (_RIGHT, (-0.78, 0.92, 0.02)), _REACH, 0.16)),
    (2.6, _Stance((0.0, 0.80, -0.12), (_RIGHT, _LEFT), _ASIDE)),
    (2.9, _Stance((0.0, 1.03, 0.0), (_PASSE, _TIPTOE), _ABOVE)),
    (4.4, _Stance((0.0, 1.03, 0.0), (_PASSE, _TIPTOE), _ABOVE, 0.0, 2 * math.pi)),
    (4.8, _Stance((0.0, 0.90, -0.12), (_RIGHT, _LEFT), _ASIDE, 0.0, 2 * math.pi)),
)  # fmt: skip
_TURN = (
    (0.0, _Stance((0.0, 1.03, 0.0), (_PASSE, _TIPTOE), _ABOVE)),
    (1.8, _Stance((0.0, 1.03, 0.0), (_PASSE, _TIPTOE), _ROUND)),
    (3.6, _Stance((0.0, 1.03, 0.0), (_PASSE, _TIPTOE), _ABOVE)),
)
#: How high she jumps, and for how long that keeps her off the ground, in metres and seconds.
_LEAP = 0.45
_FLIGHT_TIME = 2 * math.sqrt(2 * _LEAP / GRAVITY)
_TAKEOFF = 0.6
_LANDING = _TAKEOFF + _FLIGHT_TIME
_SPLIT = ((0.15, 0.74, -0.88), (0.15, 0.74, 0.88))
_UP = (_RIGHT, (0.0, _ANKLE, 0.24))
_JUMP = (
    (0.0, _Stance((0.0, 0.93, 0.0), _UP, _ASIDE)),
    (0.4, _Stance((0.0, 0.68, 0.0), _UP, _ROUND, 0.08)),
    (_TAKEOFF, _Stance((0.0, 0.93, 0.0), _UP, _ASIDE)),
    (_TAKEOFF + 0.40 * _FLIGHT_TIME, _Stance((0.0, 0.93, 0.0), _SPLIT, _OPEN)),
    (_TAKEOFF + 0.60 * _FLIGHT_TIME, _Stance((0.0, 0.93, 0.0), _SPLIT, _OPEN)),
    (_LANDING, _Stance((0.0, 0.93, 0.0), _UP, _ASIDE)),
    (_LANDING + 0.2, _Stance((0.0, 0.72, 0.0), _UP, _ASIDE, 0.08)),
    (_LANDING + 0.6, _Stance((0.0, 0.93, 0.0), _UP, _ASIDE)),
)


def _dancer(scene: Scene, time: float, heading: float, start: Point) -> Figure:
    rng = random.Random(f"body-{scene.seed}")
    skin, hair = rng.choice(SKIN), rng.choice(HAIR)
    moments = {"dance": _DANCE, "turn": _TURN, "jump": _JUMP}[scene.action]
    time += rng.random() * moments[-1][0]
    lift = 0.0
    if scene.action == "jump":
        flown = min(max(time % moments[-1][0] - _TAKEOFF, 0.0), _FLIGHT_TIME)
        lift = GRAVITY / 2 * flown * (_FLIGHT_TIME - flown)
    stance = _stance(moments, time)
    turn = stance.turn + (2 * math.pi * 0.55 * time if scene.action == "turn" else 0.0)
    look = _Look("dancer", PAINT[scene.color], skin, hair, skin)
    flare = 0.05 * math.sin(2 * math.pi * 0.9 * time)
    limbs = _dressed(look, stance, flare)
    return Figure(tuple(limbs), (start[0], start[1] + lift, start[2]), heading + turn)


def _stance(moments: Sequence[tuple[float, _Stance]], time: float) -> _Stance:
    """The stance between two moments of a dance that repeats."""
    time %= moments[-1][0]
    after = next(i for i, (when, _) in enumerate(moments) if when > time)
    (begin, one), (end, two) = moments[after - 1], moments[after]
    share = (time - begin) / (end - begin)
    share *= share * (3 - 2 * share)
    return _Stance(
        _between(one.hips, two.hips, share),
        (
            _between(one.feet[0], two.feet[0], share),
            _between(one.feet[1], two.feet[1], share),
        ),
        (
            _between(one.hands[0], two.hands[0], share),
            _between(one.hands[1], two.hands[1], share),
        ),
        one.lean + (two.lean - one.lean) * share,
        one.turn + (two.turn - one.turn) * share,
    )


def _between(a: Point, b: Point, share: float) -> Point:
    x, y, z = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return (x, y, z)


#: Ballet shoes.
SLIPPER: Color = (0.86, 0.42, 0.45)


def _dressed(look: _Look, stance: _Stance, flare: float) -> list[Limb]:
    """A dancer in a leotard and a tutu, which is a ring of cloth about the hips."""
    x, y, z = stance.hips
    lean = stance.lean
    chest = (x + 0.6 * lean, y + 0.40, z)
    head = (x + 0.9 * lean, y + 0.73, z)
    limbs = [
        Limb((x, y, z), 0.125, (x + 0.3 * lean, y + 0.2, z), 0.098, look.cloth),
        Limb((x + 0.3 * lean, y + 0.2, z), 0.098, chest, 0.118, look.cloth),
        Limb((chest[0], y + 0.47, z - 0.11), 0.058, (chest[0], y + 0.47, z + 0.11), 0.058,
             look.skin),
        Limb((chest[0], y + 0.50, z), 0.048, (head[0], head[1] - 0.05, z), 0.048, look.skin),
        Limb((head[0] + 0.015, head[1] - 0.04, z), 0.080, (head[0], head[1] + 0.02, z), 0.104,
             look.skin),
        Limb((head[0] - 0.035, head[1] + 0.05, z), 0.108, (head[0] - 0.03, head[1] + 0.02, z),
             0.10, look.hair),
        Limb((head[0] - 0.08, head[1] + 0.15, z), 0.058, (head[0] - 0.08, head[1] + 0.15, z),
             0.058, look.hair),
    ]  # fmt: skip
    for side in (-0.04, 0.04):
        eye = (head[0] + 0.094, head[1] + 0.01, z + side)
        limbs.append(Limb(eye, 0.015, eye, 0.015, DARK))
    corners = [2 * math.pi * i / 7 for i in range(8)]
    rim = [(x + 0.32 * math.cos(a), y + 0.03 + flare * math.cos(2 * a), z + 0.32 * math.sin(a))
           for a in corners]  # fmt: skip
    limbs += [Limb(a, 0.07, b, 0.07, look.cloth) for a, b in pairwise(rim)]
    limbs.append(Limb((x, y, z), 0.235, (x, y + 0.03, z), 0.22, look.cloth))
    for index, side in enumerate((-1.0, 1.0)):
        limbs += _dancing_leg(look, (x, y, z + 0.085 * side), stance.feet[index], side)
        hand = stance.hands[index]
        shoulder = (chest[0], y + 0.47, z + 0.165 * side)
        elbow, wrist = limb_in_space(
            shoulder, (x + lean + hand[0], y + hand[1], z + hand[2]), 0.28, 0.29, (0.1, 0.2, side)
        )
        limbs += [
            Limb(shoulder, 0.052, elbow, 0.042, look.skin),
            Limb(elbow, 0.042, wrist, 0.036, look.skin),
        ]
    return limbs


def _dancing_leg(look: _Look, hip: Point, ankle: Point, side: float) -> list[Limb]:
    """A leg with the knee turned out, and a foot that is pointed when it leaves the ground."""
    knee, ankle = limb_in_space(hip, ankle, 0.445, 0.445, (1.0, 0.15, 0.9 * side))
    pointed = min(max((ankle[1] - _ANKLE) / 0.1, 0.0), 1.0)
    shin = [(a - k) / 0.445 for a, k in zip(ankle, knee, strict=True)]
    sole = (0.92, -0.25, 0.3 * side)
    toe = [a + 0.155 * (pointed * s + (1 - pointed) * f)
           for a, s, f in zip(ankle, shin, sole, strict=True)]  # fmt: skip
    return [
        Limb(hip, 0.082, knee, 0.058, look.skin),
        Limb(knee, 0.057, ankle, 0.042, look.skin),
        Limb(ankle, 0.044, (toe[0], toe[1], toe[2]), 0.030, SLIPPER),
    ]


# --- animals --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Beast:
    """Measures of a four-legged body, in metres."""

    length: float  # from hip to shoulder
    back: float  # height of the spine
    belly: float  # radius of the trunk
    leg: float  # radius of a thigh
    neck: Point  # from shoulder to head, forward, up, 0
    head: float  # radius of the skull
    snout: float  # length of the muzzle
    coat: Color
    under: Color
    dark: Color
    width: float
    eye: Color = DARK
    nose: Color = DARK
    bone: float = 0.54  # length of each leg bone for a hip one metre up: how far a foot reaches


#: Phases of (left hind, left fore, right hind, right fore) in a cycle.
_WALK = (0.0, 0.25, 0.5, 0.75)
_TROT = (0.0, 0.5, 0.5, 0.0)
_BOUND = (0.0, 0.48, 0.10, 0.58)


def _beast(
    beast: _Beast, phase: float, stride: float, duty: float, lift: float, order: Sequence[float]
) -> list[Limb]:
    """Trunk, neck and legs, in a gait (`stride` 0 stands)."""
    half = beast.length / 2
    y = beast.back - beast.belly
    limbs = [
        Limb((-half, y, 0), beast.belly * 0.96, (half, y, 0), beast.belly * 1.04, beast.coat),
        Limb((-half * 0.4, y - beast.belly * 0.22, 0), beast.belly * 0.85,
             (half * 0.8, y - beast.belly * 0.2, 0), beast.belly * 0.9, beast.under),
    ]  # fmt: skip
    for index, (x, side) in enumerate(((-half, -1), (half, -1), (-half, 1), (half, 1))):
        hind = x < 0
        step = foot(phase + order[index], stride, duty, lift) if stride else (0.0, 0.0)
        z = side * beast.width
        hip = (x, y - 0.1 * beast.belly)
        bone = (hip[1] - beast.leg * 0.6) * beast.bone
        toe = (x + step[0], beast.leg * 0.55 + step[1])
        knee, ankle = joint(hip, toe, bone, bone, -1.0 if hind else 1.0)
        limbs += [
            Limb((*hip, z), beast.leg * (1.55 if hind else 1.3), (*knee, z), beast.leg * 0.85,
                 beast.coat),
            Limb((*knee, z), beast.leg * 0.8, (*ankle, z), beast.leg * 0.55, beast.coat),
            Limb((*ankle, z), beast.leg * 0.62, (ankle[0] + beast.leg * 0.7, ankle[1], z),
                 beast.leg * 0.55, beast.dark),
        ]  # fmt: skip
    return limbs


def _skull(beast: _Beast, nod: float) -> tuple[Point, list[Limb]]:
    """Neck, head, muzzle, nose and eyes; and where the head is."""
    base = (beast.length / 2, beast.back - beast.belly * 0.8, 0.0)
    head = (base[0] + beast.neck[0], base[1] + beast.neck[1] + nod, 0.0)
    r = beast.head
    tip = (head[0] + r * 0.5 + beast.snout, head[1] - r * 0.45 - 0.25 * beast.snout, 0.0)
    feline = beast.eye != DARK
    nose, wide = (0.11, 0.21) if feline else (0.16, 0.15)
    limbs = [
        Limb(base, beast.belly * 0.82, head, r * 0.85, beast.coat),
        Limb(head, r, head, r, beast.coat),
        Limb((head[0] + r * 0.4, head[1] - r * 0.25, 0), r * 0.62, tip, r * 0.40, beast.under),
        Limb((tip[0] + r * 0.33, tip[1] + r * 0.1, 0), r * nose, (tip[0] + r * 0.33, tip[1], 0),
             r * nose, beast.nose),
    ]  # fmt: skip
    for side in (-1, 1):
        eye = (head[0] + r * 0.72, head[1] + r * 0.35, side * r * 0.55)
        limbs.append(Limb(eye, r * wide, eye, r * wide, beast.eye, 0.6))
    return head, limbs


def _bear(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    rng = random.Random(f"body-{scene.seed}")
    tone = rng.uniform(0.8, 1.25)
    coat = (0.155 * tone, 0.075 * tone, 0.032 * tone)
    beast = _Beast(0.95, 1.12, 0.40, 0.135, (0.42, 0.02, 0.0), 0.235, 0.20, coat,
                   (0.20 * tone, 0.11 * tone, 0.055 * tone), (0.05, 0.03, 0.02), 0.22)  # fmt: skip
    walking = scene.action == "walk"
    phase = rng.random() + 0.62 * time
    limbs = _beast(beast, phase, 0.8 / 0.62 if walking else 0.0, 0.68, 0.14, _WALK)
    nod = 0.05 * math.sin(2 * math.pi * (phase if walking else 0.25 * time))
    head, skull = _skull(beast, nod)
    limbs += skull
    limbs.append(Limb((0.36, 0.93, 0), 0.33, (0.2, 0.93, 0), 0.3, coat))  # the hump
    for side in (-1, 1):
        ear = (head[0] - 0.06, head[1] + 0.20, side * 0.15)
        limbs.append(Limb(ear, 0.075, ear, 0.075, coat))
    return limbs, 0.0, 0.0


def _horse(scene: Scene, time: float, index: int) -> list[Limb]:
    rng = _own(scene, index)
    coat = {
        "brown": (0.26, 0.115, 0.045),
        "white": (0.84, 0.82, 0.78),
        "black": (0.04, 0.037, 0.036),
    }[scene.color]
    coat = _toned(coat, 0.8 if index else 1.0)
    mane = (0.05, 0.035, 0.03) if scene.color != "white" else (0.68, 0.65, 0.6)
    beast = _Beast(1.05, 1.45, 0.30, 0.085, (0.48, 0.52, 0.0), 0.135, 0.32, coat, coat,
                   (0.06, 0.05, 0.045), 0.15, bone=0.575)  # fmt: skip
    running = scene.action == "run"
    cycle = {"walk": 0.68, "run": 1.2, "stand": 0.25}[scene.action]
    phase = rng.random() + cycle * time
    stride = SPEED["horse"].get(scene.action, 0.0) / cycle
    order = _TROT if running else _WALK
    limbs = _beast(
        beast, phase, stride, 0.42 if running else 0.64, 0.26 if running else 0.12, order
    )
    nod = 0.05 * math.sin(2 * math.pi * phase * (2 if running else 1))
    head, skull = _skull(beast, nod)
    limbs += skull
    base = (beast.length / 2 - 0.1, beast.back - 0.08, 0.0)
    limbs.append(Limb(base, 0.09, (head[0] - 0.10, head[1] + 0.10, 0), 0.075, mane))
    flow = 0.10 * math.sin(2 * math.pi * phase) + (0.28 if running else 0.05)
    dock = (-beast.length / 2 - 0.24, beast.back - 0.16, 0.0)
    end = (dock[0] - 0.12 - flow, dock[1] - 0.62 + 0.6 * flow, 0.0)
    limbs.append(Limb(dock, 0.065, end, 0.075, mane))
    for side in (-1, 1):
        ear = (head[0] - 0.03, head[1] + 0.12, side * 0.07)
        limbs.append(Limb(ear, 0.035, (ear[0], ear[1] + 0.09, ear[2]), 0.012, coat))
    return limbs


def _toned(color: Color, tone: float) -> Color:
    return (color[0] * tone, color[1] * tone, color[2] * tone)


def _cat(scene: Scene, time: float, index: int) -> list[Limb]:
    rng = _own(scene, index)
    tone = rng.uniform(0.9, 1.12)
    coat = _toned({**PAINT, "brown": (0.25, 0.12, 0.05)}[scene.color], tone)
    under = {"brown": (0.44, 0.29, 0.17), "gray": (0.36, 0.37, 0.39)}.get(scene.color, coat)
    going = scene.action != "stand"
    # A cat walks low, its head in line with its back.
    neck = (0.155, 0.045, 0.0) if going else (0.115, 0.125, 0.0)
    beast = _Beast(0.34, 0.325, 0.068, 0.027, neck, 0.086, 0.0, coat, under, coat, 0.045,
                   (0.72, 0.85, 0.08), (0.80, 0.40, 0.40), 0.60)  # fmt: skip
    running = scene.action == "run"
    cycle = {"walk": 1.3, "run": 2.0, "stand": 0.25}[scene.action]
    phase = rng.random() + cycle * time
    stride = SPEED["cat"].get(scene.action, 0.0) / cycle
    order = _BOUND if running else _WALK
    limbs = _beast(
        beast, phase, stride, 0.42 if running else 0.64, 0.08 if running else 0.045, order
    )
    head, skull = _skull(beast, 0.012 * math.sin(2 * math.pi * phase))
    limbs += skull
    for side in (-1, 1):
        ear = (head[0] - 0.005, head[1] + 0.048, side * 0.055)
        limbs.append(Limb(ear, 0.036, (ear[0] + 0.005, ear[1] + 0.095, ear[2] * 1.3), 0.003, coat))
    sway = math.sin(2 * math.pi * 0.45 * time + 2 * index)
    dock, rise = (-0.21, 0.30, 0.0), 0.02 if running else 0.15
    bow = (dock[0] - 0.17, dock[1] + 0.3 * rise, 0.05 * sway)
    tip = (bow[0] - 0.08 - 0.4 * (0.15 - rise), bow[1] + 1.2 * rise, 0.11 * sway)
    hook = (tip[0] - 0.05, tip[1] + 0.08, 0.14 * sway)
    limbs += [Limb(dock, 0.026, bow, 0.024, coat), Limb(bow, 0.024, tip, 0.022, coat),
              Limb(tip, 0.022, hook, 0.018, coat)]  # fmt: skip
    return limbs


def _puppy(scene: Scene, time: float, heading: float, start: Point, index: int) -> Figure:
    """One of the pups: together they run forward, or tumble about each other in play."""
    rng = random.Random(f"pup-{scene.seed}-{index}")
    tone = rng.uniform(0.85, 1.15)
    coat = (0.72 * tone, 0.45 * tone, 0.17 * tone)
    beast = _Beast(0.30, 0.36, 0.105, 0.040, (0.115, 0.10, 0.0), 0.088, 0.065, coat,
                   (0.82, 0.60, 0.32), (0.66, 0.43, 0.18), 0.062)  # fmt: skip
    playing = scene.action == "play"
    cycle = 1.25
    phase = rng.random() + cycle * time
    v = SPEED["puppy"][scene.action]
    limbs = _beast(beast, phase, v / cycle, 0.45, 0.07, _BOUND)
    head, skull = _skull(beast, 0.03 * math.sin(2 * math.pi * phase))
    limbs += skull
    for side in (-1, 1):
        ear = (head[0] - 0.02, head[1] + 0.045, side * 0.082)
        limbs.append(Limb(ear, 0.035, (ear[0] - 0.01, ear[1] - 0.085, ear[2] * 1.12), 0.026,
                          (0.56 * tone, 0.31 * tone, 0.10 * tone)))  # fmt: skip
    wag = 0.09 * math.sin(2 * math.pi * 1.9 * time + index)
    limbs.append(Limb((-0.22, 0.30, 0), 0.034, (-0.36, 0.43, wag), 0.022, coat))
    hop = max(0.0, math.sin(2 * math.pi * phase)) * (0.05 if playing else 0.035)

    if playing:  # each runs its own small circle, left or right about
        radius, turn = 0.34 + 0.06 * index, 1.0 if index % 2 else -1.0
        angle = heading + turn * v / radius * time + 2.1 * index
        spread = (index - (scene.count - 1) / 2) * _GAP["puppy"][0]
        x = start[0] + math.cos(heading) * spread - turn * radius * math.cos(angle)
        z = start[2] - math.sin(heading) * spread + turn * radius * math.sin(angle)
        return Figure(tuple(limbs), (x, start[1] + hop, z), angle)
    x, y, z = _place(scene, index, v * time, heading, start)
    return Figure(tuple(limbs), (x, y + hop, z), heading)


#: Flaps of a bird in a second; of five it flies one with quiet wings.
_FLAPS = 1.5


def wing(phase: float) -> tuple[float, float, float]:
    """Angles of arm and hand of a wing above the level, in radians, and how far the stroke has
    raised the body (-1..1), for a phase in flaps. Down takes two fifths of a flap, up the rest."""
    part = phase % 1.0
    turn = 2 * math.pi * (part / 0.8 if part < 0.4 else 0.5 + (part - 0.4) / 1.2)
    vigor = min(max(abs(phase % 5 - 4) / 0.5 - 0.4, 0.0), 1.0)
    arm = 0.14 + 0.58 * vigor * math.cos(turn)
    hand = arm - 0.10 + 0.50 * vigor * math.cos(turn - 0.9)
    return arm, hand, -vigor * math.cos(turn - 0.4)


def _bird(scene: Scene, time: float, index: int) -> list[Limb]:
    rng = _own(scene, index)
    coat = _toned(PAINT[scene.color], rng.uniform(0.95, 1.05))
    tips = (0.42, 0.44, 0.48) if scene.color == "white" else coat
    arm, hand, rise = wing(5 * rng.random() + _FLAPS * time)
    y = FLIGHT + 0.05 * rise + 0.16 * (index - (scene.count - 1) / 2)
    beak: Color = (0.95, 0.50, 0.05)
    limbs = [
        Limb((-0.16, y, 0), 0.085, (0.12, y + 0.02, 0), 0.115, coat),
        Limb((0.12, y + 0.02, 0), 0.10, (0.27, y + 0.08, 0), 0.082, coat),
        Limb((0.33, y + 0.075, 0), 0.034, (0.45, y + 0.05, 0), 0.010, beak),
    ]
    for z in (-0.09, 0.0, 0.09):
        limbs.append(Limb((-0.18, y, 0.3 * z), 0.04, (-0.44, y - 0.01, z), 0.036, coat))
    for side in (-1, 1):
        eye = (0.315, y + 0.11, 0.052 * side)
        limbs.append(Limb(eye, 0.020, eye, 0.020, DARK, 0.6))
        wrist = (0.34 * math.cos(arm), 0.34 * math.sin(arm))
        tip = (wrist[0] + 0.42 * math.cos(hand), wrist[1] + 0.42 * math.sin(hand))
        for x, swept, r in ((0.09, -0.03, 0.050), (0.01, -0.03, 0.052), (-0.07, -0.04, 0.048)):
            at = (x + 0.04, y + 0.05 + wrist[1], side * (0.07 + wrist[0]))
            end = (x + swept, y + 0.05 + tip[1] * (1 + 0.3 * x),
                   side * (0.07 + tip[0] * (0.92 + x)))  # fmt: skip
            limbs.append(Limb((x, y + 0.05, side * 0.07), 0.045, at, r, coat))
            limbs.append(Limb(at, r, end, 0.034, tips))
    return limbs


# --- things ---------------------------------------------------------------------------------------


def _ball(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    radius = 0.45
    lift = bounce(time + 0.4, 1.5, 0.86) if scene.action == "bounce" else 0.0
    center = (0.0, radius, 0.0)
    limb = Limb(center, radius, center, radius, PAINT[scene.color], 0.35)
    return [limb], lift, speed(scene) * time / radius


def bounce(time: float, drop: float, restitution: float) -> float:
    """Height in metres above the ground of a ball dropped from `drop` metres, after `time` seconds.

    Free fall at GRAVITY; each contact keeps `restitution` of the speed.
    """
    return toss(time, drop, 0.0, restitution)


def toss(time: float, height: float, up: float, restitution: float) -> float:
    """Height of what leaves `height` with an upward speed of `up`; falls and bounces as above."""
    fall = (up + math.sqrt(up**2 + 2 * GRAVITY * height)) / GRAVITY
    if time < fall:
        return height + up * time - GRAVITY * time**2 / 2
    time -= fall
    up = restitution * (GRAVITY * fall - up)
    while up > 0.3:
        flight = 2 * up / GRAVITY
        if time < flight:
            return up * time - GRAVITY * time**2 / 2
        time -= flight
        up *= restitution
    return 0.0


def _car(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    paint = PAINT[scene.color]
    shake = 0.008 * math.sin(17 * time) if scene.action == "drive" else 0.0
    y = 0.62 + shake
    glass: Color = (0.06, 0.08, 0.10)
    limbs = [
        Limb((0.0, y, 0), 0.16, (1.85, 0.17, 0.68), 0, paint, 0.5, True),
        Limb((-0.20, y + 0.42, 0), 0.16, (0.88, 0.20, 0.52), 0, paint, 0.5, True),
        Limb((-0.20, y + 0.44, 0), 0.10, (1.02, 0.16, 0.50), 0, glass, 0.9, True),
        Limb((-0.20, y + 0.43, 0), 0.08, (0.78, 0.14, 0.62), 0, glass, 0.9, True),
    ]
    for x in (-1.18, 1.18):
        for z in (-0.60, 0.60):
            limbs.append(Limb((x, 0.34, z - 0.05), 0.33, (x, 0.34, z + 0.05), 0.33, DARK, 0.1))
            out = z + math.copysign(0.24, z)
            limbs.append(Limb((x, 0.34, out), 0.15, (x, 0.34, out), 0.15, (0.5, 0.5, 0.52), 0.6))
    for z in (-0.6, 0.6):
        limbs.append(Limb((1.98, y + 0.04, z), 0.11, (1.98, y + 0.04, z), 0.11, (2.4, 2.2, 1.7)))
        limbs.append(
            Limb((-1.99, y + 0.06, z), 0.10, (-1.99, y + 0.06, z), 0.10, (2.0, 0.08, 0.05))
        )
    return limbs, 0.0, 0.0


def _boat(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    """A sailing boat that pitches, heels and bobs on the waves; the water is at y = 0."""
    offset = random.Random(f"body-{scene.seed}").uniform(0, 2 * math.pi)
    hull, sail = PAINT[scene.color], (0.95, 0.95, 0.92)
    trim: Color = (0.88, 0.88, 0.85) if scene.color != "white" else (0.10, 0.16, 0.30)
    wood: Color = (0.42, 0.24, 0.10)
    limbs = []
    for side in (-1, 1):
        stern, waist, bow = (-1.25, 0.08, 0.20 * side), (0.25, 0.04, 0.26 * side), (1.50, 0.34, 0.0)
        limbs += [
            Limb(stern, 0.24, waist, 0.26, hull),
            Limb(waist, 0.26, bow, 0.05, hull),
            Limb((-1.45, 0.36, 0.30 * side), 0.045, (0.25, 0.36, 0.44 * side), 0.045, trim),
            Limb((0.25, 0.36, 0.44 * side), 0.045, (1.58, 0.42, 0.0), 0.045, trim),
        ]
    limbs += [
        Limb((-1.2, 0.24, 0), 0.14, (0.9, 0.28, 0), 0.14, wood),
        Limb((0.15, 0.2, 0), 0.05, (0.15, 2.78, 0), 0.032, wood),
        Limb((0.15, 0.62, 0), 0.045, (-1.30, 0.66, 0.22), 0.04, wood),
        Limb((0.15, 2.78, 0), 0.05, (-0.20, 2.74, 0.06), 0.02, hull),
    ]
    limbs += _sail((0.08, 2.66, 0.0), (0.02, 0.82, 0.0), (-1.20, 0.84, 0.20), 6, sail)
    limbs += _sail((0.28, 2.40, 0.0), (0.36, 0.70, 0.04), (1.36, 0.60, 0.0), 4, sail)
    beat = 2 * math.pi * 0.38 * time + offset
    pitch, heel = 0.06 * math.sin(beat), 0.07 + 0.05 * math.sin(0.7 * beat + 1)
    limbs = [replace(limb, a=_tipped(limb.a, pitch, heel), b=_tipped(limb.b, pitch, heel))
             for limb in limbs]  # fmt: skip
    return limbs, 0.05 * math.sin(beat - 1.2), 0.0


def _sail(head: Point, near: Point, far: Point, count: int, color: Color) -> list[Limb]:
    """A triangle of cloth that the wind has filled: strips from its head to its foot."""
    width = math.dist(near, far) / (count - 1)
    feet = [_between(near, far, i / (count - 1)) for i in range(count)]
    belly = [0.16 * math.sin(math.pi * (i + 0.5) / count) for i in range(count)]
    return [Limb(head, 0.03, (x, y, z + b), 0.62 * width, color)
            for (x, y, z), b in zip(feet, belly, strict=True)]  # fmt: skip


def _tipped(point: Point, pitch: float, heel: float) -> Point:
    """Bow up by `pitch`, then over to the left by `heel`, in radians."""
    x, y, z = point
    x, y = x * math.cos(pitch) - y * math.sin(pitch), x * math.sin(pitch) + y * math.cos(pitch)
    return (x, y * math.cos(heel) - z * math.sin(heel), y * math.sin(heel) + z * math.cos(heel))


# --- a glass --------------------------------------------------------------------------------------

#: Height of the table's top, in metres. Its edge is at x = 0 where the glass falls off.
TABLE = 0.78
_STAVES = 12
_GLASS: Color = (0.38, 0.72, 0.88)
#: Metres a second at which the glass leaves the table, and how fast it tips over, in radians.
_SLIP, _TIP = 0.42, 2.3


def _glass(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    """A glass on a table; one that falls breaks where and when it meets the ground."""
    rng = random.Random(f"body-{scene.seed}")
    wood: Color = (0.36, 0.19, 0.08)
    edge = 0.42 if scene.action == "stand" else 0.0
    limbs = [Limb((edge - 0.52, TABLE - 0.03, 0), 0.01, (0.50, 0.02, 0.44), 0, wood, 0.15, True)]
    for x in (edge - 0.95, edge - 0.09):
        for z in (-0.37, 0.37):
            limbs.append(Limb((x, 0.04, z), 0.035, (x, TABLE - 0.06, z), 0.035, wood))
    if scene.action == "stand":
        return limbs + _whole((0.0, TABLE, 0.0), 0.0), 0.0, 0.0
    left = rng.uniform(0.5, 1.0)  # when its middle passes the edge
    broken = left + _fall_time()
    limbs += _falling(min(time, broken) - left)
    if time > broken:
        table, pieces = limbs[:5], limbs[5:]
        limbs = table + [_scattered(rng, piece, time - broken) for piece in pieces]
    return limbs, 0.0, 0.0


def _whole(foot: Point, tip: float) -> list[Limb]:
    """The pieces of a glass, put together: staves around, some in two, and the bottom. It stands
    at `foot` and is tipped forward by an angle about the middle of its height."""
    made = []
    for index in range(_STAVES):
        angle = 2 * math.pi * index / _STAVES
        crack = 0.10 + 0.10 * (index * 3 % 5) / 4
        for low, high in ((0.03, crack), (crack, 0.30)) if index % 2 else ((0.03, 0.30),):
            ends = []
            for y in (low, high):
                r = 0.070 + 0.14 * y
                ends.append((r * math.cos(angle), y, r * math.sin(angle)))
            made.append((ends[0], 0.023 + 0.05 * low, ends[1], 0.023 + 0.05 * high))
    made.append(((0.0, 0.045, -0.03), 0.045, (0.0, 0.045, 0.03), 0.045))
    c, s = math.cos(tip), math.sin(tip)

    def tipped(point: Point) -> Point:
        x, y, z = point[0], point[1] - 0.16, point[2]
        return (foot[0] + c * x + s * y, foot[1] + 0.16 - s * x + c * y, foot[2] + z)

    return [Limb(tipped(a), ra, tipped(b), rb, _GLASS, -0.6) for a, ra, b, rb in made]


def _falling(time: float) -> list[Limb]:
    """The whole glass `time` seconds after its middle passed the table's edge."""
    slid = max(time, -0.4) + 0.4  # it starts slowly
    x = _SLIP * (time if time > 0 else slid * slid / 0.8 - 0.2)
    free = max(time, 0.0)
    return _whole((x, TABLE - GRAVITY * free**2 / 2, 0.0), _TIP * free)


@cache
def _fall_time() -> float:
    """Seconds from when the middle of the glass passes the edge until it meets the ground."""
    early, late = 0.0, 1.0
    for _ in range(30):
        middle = (early + late) / 2
        low = min(min(p.a[1] - p.ra, p.b[1] - p.rb) for p in _falling(middle))
        early, late = (middle, late) if low > 0 else (early, middle)
    return early


def _scattered(rng: random.Random, piece: Limb, time: float) -> Limb:
    """A piece of the glass `time` seconds after it broke: it flies, bounces, slides and lies."""
    angle, quick = rng.uniform(-math.pi, math.pi), rng.uniform(0.3, 1.3)
    up, spin = rng.uniform(0.3, 1.7), rng.uniform(-9, 9)
    middle = _between(piece.a, piece.b, 0.5)
    half = [(q - p) / 2 for p, q in zip(piece.a, piece.b, strict=True)]
    thick = max(piece.ra, piece.rb)
    # It slows down on the ground and has come to lie after a second.
    way = 0.45 * (1 - math.exp(-time / 0.45))
    x = middle[0] + way * (_SLIP + quick * math.cos(angle))
    z = middle[2] + way * quick * math.sin(angle)
    size = math.hypot(*half)
    level = math.hypot(half[0], half[2])
    flat = math.exp(-time / 0.25)
    rise = math.asin(half[1] / size if size else 0.0) * flat
    about = math.atan2(half[2], half[0]) if level else 0.0
    about += spin * 0.4 * (1 - math.exp(-time / 0.4))
    lowest = thick + size * abs(math.sin(rise))
    y = lowest + toss(time, max(middle[1] - lowest, 0.0), up, 0.35)
    dx, dy, dz = (size * math.cos(rise) * math.cos(about), size * math.sin(rise),
                  size * math.cos(rise) * math.sin(about))  # fmt: skip
    # Only now is it seen that pieces have thin ends.
    return replace(piece, a=(x - dx, y - dy, z - dz), b=(x + dx, y + dy, z + dz), rb=0.3 * piece.rb)
