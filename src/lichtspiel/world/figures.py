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

from lichtspiel.world.scene import Scene

Point = tuple[float, float, float]
Color = tuple[float, float, float]


@dataclass(frozen=True)
class Limb:
    """A round cone from `a` (radius `ra`) to `b` (radius `rb`); or, with `box`, a rounded box
    with centre `a`, half sizes `b` and rounding `ra`. `gloss` is 0 for cloth, 1 for glass;
    a colour above 1 glows."""

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
}
HUMANS = ("woman", "man", "astronaut")


def kind(subject: str) -> str:
    """The body plan of a subject."""
    return "human" if subject in HUMANS else {"puppies": "puppy"}.get(subject, subject)


def speed(scene: Scene) -> float:
    """How fast the subject moves along its heading, in metres a second."""
    return SPEED.get(kind(scene.subject), {}).get(scene.action, 0.0)


def height(subject: str) -> float:
    """How tall a subject stands, in metres; cameras keep their distance by it."""
    tall = {"human": 1.78, "bear": 1.25, "horse": 1.85, "puppy": 0.46, "ball": 0.9, "car": 1.5}
    return tall.get(kind(subject), 6.0)


def pose(scene: Scene, time: float, heading: float, start: Point) -> list[Figure]:
    """All figures of a scene `time` seconds after its start.

    `start` is where the subject is at time 0; it moves along `heading`.
    """
    makers = {"human": _human, "bear": _bear, "horse": _horse, "ball": _ball, "car": _car}
    name = kind(scene.subject)
    if name == "puppy":
        return [_puppy(scene, time, heading, start, i) for i in range(scene.count)]
    if name not in makers:
        return []
    limbs, lift, roll = makers[name](scene, time)
    way = speed(scene) * time
    position = (
        start[0] + way * math.sin(heading),
        start[1] + lift,
        start[2] + way * math.cos(heading),
    )
    return [Figure(tuple(limbs), position, heading, roll, 1.0 if name == "ball" else 0.0)]


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


# --- people ---------------------------------------------------------------------------------------


def _human(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    rng = random.Random(f"body-{scene.seed}")
    skin, hair = rng.choice(SKIN), rng.choice(HAIR)
    trousers = rng.choice(((0.05, 0.06, 0.10), (0.10, 0.09, 0.08), (0.12, 0.14, 0.22)))
    phase0 = rng.random()
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
    color = {"astronaut": look.suit, "woman": look.skin, "man": look.trousers}[look.who]
    shoe = {"astronaut": (0.35, 0.36, 0.40), "woman": DARK, "man": (0.08, 0.05, 0.03)}[look.who]
    b = look.bulk
    tilt = 0.45 * step[1]
    return [
        Limb((*hip, z), 0.088 * b, (*knee, z), 0.062 * b, color),
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
    sleeve = {"astronaut": look.suit, "woman": look.cloth, "man": look.cloth}[look.who]
    lower = look.skin if look.who == "woman" else sleeve
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
        bone = (hip[1] - beast.leg * 0.6) * 0.54
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
    limbs = [
        Limb(base, beast.belly * 0.82, head, r * 0.85, beast.coat),
        Limb(head, r, head, r, beast.coat),
        Limb((head[0] + r * 0.4, head[1] - r * 0.25, 0), r * 0.62, tip, r * 0.40, beast.under),
        Limb((tip[0] + r * 0.33, tip[1] + r * 0.1, 0), r * 0.16, (tip[0] + r * 0.33, tip[1], 0),
             r * 0.16, DARK),
    ]  # fmt: skip
    for side in (-1, 1):
        eye = (head[0] + r * 0.72, head[1] + r * 0.35, side * r * 0.55)
        limbs.append(Limb(eye, r * 0.15, eye, r * 0.15, DARK, 0.6))
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


def _horse(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    rng = random.Random(f"body-{scene.seed}")
    coat = {
        "brown": (0.26, 0.115, 0.045),
        "white": (0.84, 0.82, 0.78),
        "black": (0.04, 0.037, 0.036),
    }[scene.color]
    mane = (0.05, 0.035, 0.03) if scene.color != "white" else (0.68, 0.65, 0.6)
    beast = _Beast(1.05, 1.45, 0.30, 0.085, (0.48, 0.52, 0.0), 0.135, 0.32, coat, coat,
                   (0.06, 0.05, 0.045), 0.15)  # fmt: skip
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
    return limbs, 0.0, 0.0


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

    spread = (index - (scene.count - 1) / 2) * (0.52 if scene.count > 1 else 0.0)
    side_x, side_z = math.cos(heading), -math.sin(heading)
    if playing:  # each runs its own small circle, left or right about
        radius, turn = 0.34 + 0.06 * index, 1.0 if index % 2 else -1.0
        angle = heading + turn * v / radius * time + 2.1 * index
        x = start[0] + side_x * spread - turn * radius * math.cos(angle)
        z = start[2] + side_z * spread + turn * radius * math.sin(angle)
        return Figure(tuple(limbs), (x, start[1] + hop, z), angle)
    ahead = v * time + 0.22 * ((index * 2) % 3 - 1)
    x = start[0] + side_x * spread + ahead * math.sin(heading)
    z = start[2] + side_z * spread + ahead * math.cos(heading)
    return Figure(tuple(limbs), (x, start[1] + hop, z), heading)


# --- things ---------------------------------------------------------------------------------------


def _ball(scene: Scene, time: float) -> tuple[list[Limb], float, float]:
    radius = 0.45
    lift = bounce(time + 0.4, 1.5, 0.86) if scene.action == "bounce" else 0.0
    center = (0.0, radius, 0.0)
    limb = Limb(center, radius, center, radius, PAINT[scene.color], 0.35)
    return [limb], lift, speed(scene) * time / radius


def bounce(time: float, drop: float, restitution: float) -> float:
    """Height in metres above the ground of a ball dropped from `drop` metres, after `time` seconds.

    Free fall at 4.9 m/s² (half of Earth's, so that twelve frames a second show the course);
    each contact keeps `restitution` of the speed.
    """
    gravity = 4.9
    fall = math.sqrt(2 * drop / gravity)
    if time < fall:
        return drop - gravity * time**2 / 2
    time -= fall
    up = restitution * gravity * fall
    while up > 0.3:
        flight = 2 * up / gravity
        if time < flight:
            return up * time - gravity * time**2 / 2
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
