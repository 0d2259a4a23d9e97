"""Around the figures: where the camera is, how the light falls, what stands about.

World axes: y up; a street runs along z; the sea of cliffs and beach, the river and the back of a
stage lie toward +z. Metres, seconds
and linear light throughout.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from lichtspiel.world.figures import FLIGHT, TABLE, Color, Point, height, kind, speed
from lichtspiel.world.scene import INDOORS, Scene

#: The length that cameras and paths are planned for; longer clips go on in the same way.
PLANNED = 4.0
FIELD_OF_VIEW = math.radians(40)
#: How far from the middle of beach and river boats sail, in metres.
OFF_SHORE = 8.0


@dataclass(frozen=True)
class Blocking:
    """Where the subject starts and heads, and from which side the camera looks."""

    start: Point
    heading: float
    side: float  # azimuth of the camera's view direction, radians; 0 looks along +z
    distance: float
    elevation: float  # height of the camera above the target, as an angle
    sweep: float  # radians that an orbit covers in PLANNED seconds


def block(scene: Scene, aspect: float) -> Blocking:
    """Plan the scene so that the subject is large and stays in the picture."""
    rng = random.Random(f"block-{scene.seed}")
    side = rng.uniform(-0.5, 0.5)
    if scene.place not in ("street", "cliffs", "beach", "river", "stage"):
        side = rng.uniform(-math.pi, math.pi)
    elif scene.place == "street":
        side = rng.choice((0.0, math.pi)) + rng.uniform(-0.16, 0.16)
    way = speed(scene)
    fixed = scene.camera in ("static", "pan_left", "pan_right")
    across_it = rng.random() < 0.6 or scene.place in INDOORS
    slow = way <= 1.2 or (scene.subject == "bird" and not fixed)
    lateral = slow and scene.place != "street" and across_it
    if lateral:
        heading = side + rng.choice((-1, 1)) * rng.uniform(1.1, 1.9)
    else:
        heading = side + math.pi + rng.uniform(-0.6, 0.6) * (0.5 if scene.place == "street" else 1)
        if rng.random() < 0.2:
            heading += math.pi
    if way == 0.0:
        heading = side + math.pi + rng.uniform(-1.3, 1.3)
    if scene.subject == "runner":  # the treadmill is seen from the side
        heading = side + rng.choice((-1, 1)) * rng.uniform(1.1, 2.3)
    elif scene.subject == "dancer":  # to those who watch
        heading = side + math.pi + rng.uniform(-0.6, 0.6)
    elif scene.subject == "boat":  # along the shore
        heading = rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-0.3, 0.3)
    distance = framing(scene) * rng.uniform(0.9, 1.2) * max(1.0, 0.75 / aspect)
    travel = way * PLANNED if scene.action != "play" else 0.0
    if fixed:
        along, across = _components(travel, heading - side)
        room = {"boat": 2.4, "bird": 0.7, "cat": 0.4}.get(scene.subject, 0.0)
        distance = max(distance, (across + room) / (0.72 * aspect)) + 0.42 * along
    middle = travel / 2 if fixed or scene.place in INDOORS else 0.0
    off_shore = OFF_SHORE if scene.subject == "boat" else 0.0
    start = (-middle * math.sin(heading), 0.0, off_shore - middle * math.cos(heading))
    # Birds are seen from below, before the sky.
    lowest = -12 if scene.subject == "bird" else 4
    return Blocking(
        start=start,
        heading=heading,
        side=side,
        distance=distance,
        elevation=math.radians(lowest + rng.uniform(0, 12)),
        sweep=rng.choice((-1, 1)) * math.radians(rng.uniform(50, 95)),
    )


def _components(travel: float, angle: float) -> tuple[float, float]:
    return abs(travel * math.cos(angle)), abs(travel * math.sin(angle))


def framing(scene: Scene) -> float:
    """How far the camera keeps, so that the subject fills two thirds of the picture."""
    name, others = kind(scene.subject), scene.count - 1
    if name == "glass" and scene.action == "stand":
        return 1.35
    width = {
        "bear": 1.9,
        "horse": 2.3 + 1.2 * others,
        "car": 3.2,
        "ball": 1.15,
        "puppy": 0.98 + 0.36 * others,
        "cat": 0.9 + 0.55 * others,
        "bird": 1.5 + 0.6 * others,
    }.get(name, 0.0)
    tall = height(scene.subject) + (0.25 if scene.action == "jump" else 0.0)
    return 1.95 * max(tall, 0.82 * width)


def _aim(scene: Scene) -> float:
    """The height that a camera looks at."""
    if scene.subject == "bird":
        return FLIGHT
    if scene.subject == "glass":
        return TABLE + 0.12 if scene.action == "stand" else 0.55
    above = {"bounce": 0.4, "jump": 0.25}.get(scene.action, 0.0)
    return 0.52 * height(scene.subject) + above


@dataclass(frozen=True)
class Camera:
    """A camera that looks from `eye` to `target` (y up)."""

    eye: Point
    target: Point


def camera(scene: Scene, plan: Blocking, time: float) -> Camera:
    """Where the camera is `time` seconds after the start."""
    if scene.subject == "none":
        return _view(scene, plan, time)
    way = speed(scene) if scene.action != "play" else 0.0
    fixed = scene.camera in ("static", "pan_left", "pan_right")
    gone = way * (PLANNED / 2 if fixed else time)
    anchor = (
        plan.start[0] + gone * math.sin(plan.heading),
        _aim(scene),
        plan.start[2] + gone * math.cos(plan.heading),
    )
    progress = time / PLANNED
    side, distance = plan.side, plan.distance
    if scene.camera == "orbit":
        side += plan.sweep * (progress - 0.5)
    elif scene.camera == "dolly_in":
        distance *= 1.65 - 0.85 * progress
    elif scene.camera == "dolly_out":
        distance *= 0.80 + 0.85 * progress
    level = distance * math.cos(plan.elevation)
    eye = (
        anchor[0] - level * math.sin(side),
        max(anchor[1] + distance * math.sin(plan.elevation), 0.25),
        anchor[2] - level * math.cos(side),
    )
    return Camera(_within(scene, eye), _turned(scene, eye, anchor, progress))


def _within(scene: Scene, eye: Point) -> Point:
    """Cameras stay between the houses, and inside of rooms."""
    if scene.place not in _FREE:
        return eye
    low, high = _FREE[scene.place]
    x, y, z = (min(max(at, a), b) for at, a, b in zip(eye, low, high, strict=True))
    return (x, y, z)


#: Where a camera can be, as two corners.
_FREE: dict[str, tuple[Point, Point]] = {
    "street": ((-5.6, 0.0, -1000.0), (5.6, 1000.0, 1000.0)),
    "room": ((-5.5, 0.2, -5.5), (5.5, 3.2, 5.5)),
    "stage": ((-7.2, 0.2, -12.5), (7.2, 5.5, 4.0)),
}


def _turned(scene: Scene, eye: Point, target: Point, progress: float) -> Point:
    """The target of a camera that pans: right means that the camera turns to the right."""
    turn = {"pan_left": 1.0, "pan_right": -1.0}.get(scene.camera, 0.0)
    angle = turn * math.radians(24) * (progress - 0.5)
    c, s = math.cos(angle), math.sin(angle)
    x, z = target[0] - eye[0], target[2] - eye[2]
    return (eye[0] + c * x + s * z, target[1], eye[2] - s * x + c * z)


def _view(scene: Scene, plan: Blocking, time: float) -> Camera:
    """Cameras of landscapes, which look at the place itself."""
    progress = time / PLANNED
    center = (0.0, -4.5, 9.0) if scene.place == "cliffs" else (0.0, 1.2, 0.0)
    high = {"cliffs": 4.5, "street": 2.6, "river": 3.4, "room": 1.9, "stage": 2.6,
            "mountains": 2.2}.get(scene.place, 4.0)  # fmt: skip
    distance = {"cliffs": 23.0, "street": 9.0, "river": 9.0, "room": 5.0}.get(scene.place, 12.0)
    # Cliffs are seen along the coast, from above the sea.
    side = plan.side + (math.copysign(2.0, plan.side) if scene.place == "cliffs" else 0.0)
    if scene.camera == "orbit":
        side += plan.sweep * 0.7 * (progress - 0.5)
    forward = {"flyover": 5.0, "dolly_in": 1.8}.get(scene.camera, 0.0) * (time - PLANNED / 2)
    if scene.camera == "flyover":
        high += 2.5
    distance -= forward
    eye = (
        center[0] - distance * math.sin(side),
        max(high, 0.6),
        center[2] - distance * math.cos(side),
    )
    if scene.camera == "flyover":  # a drone looks ahead, not at one point
        ahead = high - (1.4 if scene.place == "mountains" else 3.6)
        target = (eye[0] + 12 * math.sin(side), ahead, eye[2] + 12 * math.cos(side))
    else:
        target = center if scene.place == "cliffs" else (center[0], high * 0.62, center[2])
    return Camera(_within(scene, eye), _turned(scene, eye, target, progress))


# --- light ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Light:
    """Linear radiance of sun or moon, sky and fog; `density` of fog is per metre."""

    sun: Point
    sun_color: Color
    ambient: Color
    zenith: Color
    horizon: Color
    fog: Color
    density: float
    cloud: float
    night: float
    wet: float
    exposure: float


@dataclass(frozen=True)
class _Sky:
    sun: Color
    ambient: Color
    zenith: Color
    horizon: Color
    exposure: float


_SKIES = {
    "noon": _Sky(
        (2.3, 2.15, 1.9), (0.50, 0.60, 0.75), (0.10, 0.28, 0.70), (0.55, 0.72, 0.95), 0.62
    ),
    "sunset": _Sky(
        (2.3, 1.05, 0.38), (0.42, 0.32, 0.40), (0.20, 0.22, 0.46), (1.10, 0.52, 0.24), 0.72
    ),
    "dusk": _Sky(
        (0.30, 0.26, 0.46), (0.20, 0.24, 0.44), (0.045, 0.085, 0.30), (0.46, 0.30, 0.42), 0.85
    ),
    "night": _Sky(
        (0.42, 0.52, 0.80), (0.11, 0.14, 0.24), (0.010, 0.018, 0.055), (0.05, 0.075, 0.16), 0.95
    ),
    "overcast": _Sky(
        (0.30, 0.30, 0.30), (0.72, 0.75, 0.80), (0.50, 0.54, 0.60), (0.72, 0.75, 0.79), 0.62
    ),
}


#: Indoors the light of day comes from lamps: their colour, and what the walls give back.
_LAMPS: dict[str, dict[str, tuple[Color, Color]]] = {
    "room": {
        "noon": ((1.00, 0.95, 0.85), (0.66, 0.66, 0.66)),
        "sunset": ((1.60, 0.78, 0.28), (0.42, 0.30, 0.24)),
        "dusk": ((0.30, 0.32, 0.62), (0.24, 0.26, 0.44)),
        "night": ((0.80, 0.50, 0.24), (0.19, 0.13, 0.09)),
        "overcast": ((0.25, 0.25, 0.26), (0.58, 0.60, 0.63)),
    },
    "stage": {
        "noon": ((2.40, 2.30, 2.10), (0.50, 0.49, 0.47)),
        "sunset": ((2.50, 1.30, 0.48), (0.30, 0.20, 0.14)),
        "dusk": ((0.62, 0.75, 2.20), (0.12, 0.14, 0.30)),
        "night": ((1.90, 1.85, 1.70), (0.060, 0.055, 0.06)),
        "overcast": ((0.70, 0.70, 0.70), (0.62, 0.62, 0.62)),
    },
}


def light(scene: Scene, plan: Blocking) -> Light:
    """The light of a scene; a low sun stands where the camera sees it."""
    rng = random.Random(f"light-{scene.seed}")
    sky = _SKIES[scene.light]
    sun_color, ambient, zenith, horizon = sky.sun, sky.ambient, sky.zenith, sky.horizon
    if scene.light == "sunset":
        ahead = 2.0 if scene.subject == "none" and scene.place == "cliffs" else 0.0
        azimuth = plan.side + math.copysign(ahead, plan.side) + rng.uniform(-0.5, 0.5)
        elevation = rng.uniform(5, 11)
    elif scene.light == "dusk":  # the sun is gone; what is left of it comes from behind
        azimuth, elevation = plan.side + math.pi + rng.uniform(-0.6, 0.6), 20.0
    elif scene.light == "night":
        azimuth, elevation = plan.side + rng.choice((-1, 1)) * rng.uniform(0.3, 2.4), 24.0
    else:
        azimuth, elevation = plan.side + rng.choice((-1, 1)) * rng.uniform(0.9, 2.5), 52.0
    if scene.place == "mars":
        zenith, horizon = _martian(zenith, 0.5), _martian(horizon, 0.9)
        ambient = _martian(ambient, 0.8)
    falling = scene.weather in ("rain", "snowfall")
    cloud = 1.0 if falling or scene.light == "overcast" else 0.75 if scene.weather == "fog" else 0.0
    if cloud and scene.light != "overcast":
        gray = sum(horizon) / 3
        zenith = _mix(zenith, (gray, gray, gray * 1.08), 0.55)
        horizon = _mix(horizon, (gray, gray, gray), 0.35)
        sun_color = _mix(sun_color, (0.0, 0.0, 0.0), 0.55)
    if scene.place in INDOORS:
        sun_color, ambient = _LAMPS[scene.place][scene.light]
        azimuth, elevation = plan.side + rng.choice((-1, 1)) * rng.uniform(1.8, 2.6), 62.0
    fog = _mix(horizon, ambient, 0.45)
    density = {"fog": 0.085, "rain": 0.016, "snowfall": 0.022}.get(scene.weather, 0.0045)
    if scene.place in INDOORS:
        density = 0.0
    wet = 0.95 if scene.weather == "rain" or scene.light == "night" else 0.55
    a, e = azimuth, math.radians(elevation)
    return Light(
        sun=(math.sin(a) * math.cos(e), math.sin(e), math.cos(a) * math.cos(e)),
        sun_color=sun_color,
        ambient=ambient,
        zenith=zenith,
        horizon=horizon,
        fog=fog,
        density=density * (0.4 if scene.subject == "none" and scene.place == "cliffs" else 1.0),
        cloud=cloud,
        night={"night": 1.0, "dusk": 0.45}.get(scene.light, 0.0),
        wet=wet,
        exposure=0.75 if scene.place in INDOORS else sky.exposure,
    )


def _martian(color: Color, strength: float) -> Color:
    gray = sum(color) / 3
    return _mix(color, (gray * 1.45, gray * 0.95, gray * 0.62), strength)


def _mix(a: Color, b: Color, share: float) -> Color:
    x, y, z = ((1 - share) * p + share * q for p, q in zip(a, b, strict=True))
    return (x, y, z)


# --- what stands about ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Prop:
    """An ellipsoid: a stone, a trunk, a crown of leaves, a stack of rock in the sea."""

    center: Point
    radii: Point
    color: Color
    rough: float


def props(scene: Scene, plan: Blocking) -> list[Prop]:
    """Stones and trees of a scene, away from where camera and subject go."""
    rng = random.Random(f"props-{scene.seed}")
    clear = plan.distance + 2.2 if scene.subject != "none" else 5.0
    if scene.place == "cliffs":
        return _stacks(rng)
    count, color = _STONES.get(scene.place, (0, (0.0, 0.0, 0.0)))
    made = [_stone(rng, color, plan, scene) for _ in range(count)]
    if scene.subject == "boat":
        made = [stone for stone in made if stone.center[2] > OFF_SHORE + 4]
    trees = {"forest": 9, "meadow": 3, "snow": 3, "mountains": 3, "desert": 4}.get(scene.place, 0)
    for index in range(trees):
        angle = plan.side + (index + rng.uniform(0.2, 0.8) - trees / 2) * 5.4 / max(trees, 4)
        reach = max(clear * 0.9, 4.0) + rng.uniform(0.0, 7.0)
        if scene.camera != "orbit" and abs(math.sin(angle - plan.side)) > 0.55:
            reach *= 0.75
        spot = (reach * math.sin(angle), 0.0, reach * math.cos(angle))
        made += _tree(rng, spot, scene.place)
    return made


#: How many stones lie about, and their colour.
_STONES: dict[str, tuple[int, Color]] = {
    "mars": (13, (0.34, 0.15, 0.08)),
    "beach": (5, (0.30, 0.28, 0.26)),
    "mountains": (9, (0.30, 0.29, 0.28)),
    "desert": (3, (0.48, 0.33, 0.18)),
}


def _stone(rng: random.Random, color: Color, plan: Blocking, scene: Scene) -> Prop:
    angle = plan.side + rng.uniform(-1.3, 1.3)
    reach = rng.uniform(1.6, 14.0) + (0.0 if scene.subject == "none" else 0.6 * plan.distance)
    size = rng.uniform(0.15, 0.75) * (1.0 + 0.06 * reach)
    tone = rng.uniform(0.7, 1.2)
    return Prop(
        (reach * math.sin(angle), 0.15 * size, reach * math.cos(angle)),
        (size * rng.uniform(0.8, 1.4), size * rng.uniform(0.45, 0.8), size),
        (color[0] * tone, color[1] * tone, color[2] * tone),
        0.6,
    )


def _stacks(rng: random.Random) -> list[Prop]:
    made = []
    for index in range(6):
        wide = rng.uniform(1.6, 3.8)
        tall = rng.uniform(3.5, 10.5) if index else 10.0
        x = rng.uniform(-22, 22) if index else rng.uniform(-5, 5)
        z = rng.uniform(13, 34) if index else rng.uniform(13, 17)
        tone = rng.uniform(0.8, 1.15)
        made.append(Prop((x, -8.5, z), (wide, tall, wide * rng.uniform(0.7, 1.2)),
                         (0.36 * tone, 0.29 * tone, 0.23 * tone), 0.45))  # fmt: skip
    return made


def _tree(rng: random.Random, spot: Point, place: str) -> list[Prop]:
    x, _, z = spot
    if place == "desert":
        return _cactus(rng, x, z)
    if place in ("snow", "mountains"):
        green = (0.10, 0.19, 0.15) if place == "snow" else (0.05, 0.12, 0.06)
        tall = rng.uniform(3.2, 5.0)
        return [
            Prop((x, tall * level, z), (tall * wide, tall * 0.19, tall * wide), green, 0.8)
            for level, wide in ((0.20, 0.32), (0.40, 0.25), (0.60, 0.18), (0.80, 0.10))
        ]
    tall = rng.uniform(4.0, 6.5)
    green = (rng.uniform(0.05, 0.13), rng.uniform(0.17, 0.27), 0.045)
    bark = (0.16, 0.10, 0.06)
    trunk = Prop((x, tall * 0.25, z), (0.20, tall * 0.45, 0.20), bark, 0.2)
    crown = Prop((x, tall * 0.72, z), (tall * 0.28, tall * 0.32, tall * 0.28), green, 0.9)
    bough = Prop(
        (x + rng.uniform(-0.9, 0.9), tall * 0.56, z + rng.uniform(-0.9, 0.9)),
        (tall * 0.22, tall * 0.19, tall * 0.22),
        (green[0] * 0.8, green[1] * 0.8, green[2]),
        0.9,
    )
    return [trunk, crown, bough]


def _cactus(rng: random.Random, x: float, z: float) -> list[Prop]:
    tall, green = rng.uniform(1.6, 2.8), (0.12, 0.27, 0.10)
    made = [Prop((x, tall * 0.45, z), (0.26, tall * 0.55, 0.26), green, 0.35)]
    for side in (-1, 1):
        reach, from_ground = rng.uniform(0.5, 0.7) * side, tall * rng.uniform(0.4, 0.6)
        made.append(
            Prop((x + reach * 0.6, from_ground, z), (abs(reach) * 0.6, 0.15, 0.16), green, 0.35)
        )
        made.append(Prop((x + reach, from_ground + 0.35, z), (0.16, 0.45, 0.16), green, 0.35))
    return made
