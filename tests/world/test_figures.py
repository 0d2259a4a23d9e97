"""Gaits that hold the ground, and bodies that obey gravity: known answers."""

import math
from itertools import pairwise

import pytest

from lichtspiel.world.figures import (
    FLIGHT,
    GRAVITY,
    SLIPPER,
    SPEED,
    TABLE,
    Figure,
    Limb,
    bounce,
    foot,
    height,
    joint,
    limb_in_space,
    merge,
    pose,
    speed,
    toss,
    wing,
)
from lichtspiel.world.figures import spheres as spheres_of
from lichtspiel.world.scene import Scene, sample


def man(action: str) -> Scene:
    return Scene("man", action, "meadow", "noon", "clear", "static", color="blue")


def test_a_standing_foot_moves_back_as_fast_as_the_body_goes_forward() -> None:
    stride, duty = 1.4, 0.62
    phases = [duty * i / 20 for i in range(20)]
    steps = [foot(phase, stride, duty, 0.1) for phase in phases]
    assert all(lift == 0 for _, lift in steps)
    # In the world: where the foot is on the body plus how far the body has gone.
    world = [x + stride * phase for (x, _), phase in zip(steps, phases, strict=True)]
    assert world == pytest.approx([world[0]] * len(world))


def test_a_swinging_foot_leaves_and_meets_the_ground_without_a_jump() -> None:
    for phase in (0.0, 0.62, 1.0):
        before, after = foot(phase - 1e-6, 1.4, 0.62, 0.1), foot(phase + 1e-6, 1.4, 0.62, 0.1)
        assert before == pytest.approx(after, abs=1e-4)
    assert foot(0.81, 1.4, 0.62, 0.1)[1] == pytest.approx(0.1)


def test_inverse_kinematics_keeps_the_lengths_of_the_bones() -> None:
    for ankle in ((0.3, 0.1), (-0.2, 0.2), (0.0, 0.35)):
        knee, reached = joint((0.0, 0.85), ankle, 0.42, 0.40, 1.0)
        assert math.dist((0.0, 0.85), knee) == pytest.approx(0.42)
        assert math.dist(knee, reached) == pytest.approx(0.40)
        assert reached == pytest.approx(ankle)
    assert joint((0.0, 0.85), (0.0, 0.3), 0.42, 0.40, 1.0)[0][0] > 0
    assert joint((0.0, 0.85), (0.0, 0.3), 0.42, 0.40, -1.0)[0][0] < 0


def test_an_ankle_out_of_reach_stays_in_its_direction() -> None:
    _, reached = joint((0.0, 1.0), (0.0, -1.0), 0.4, 0.4, 1.0)
    assert reached == pytest.approx((0.0, 0.2), abs=2e-3)


@pytest.mark.parametrize("action", ["walk", "run"])
def test_left_and_right_steps_alternate_and_shoes_keep_their_place(action: str) -> None:
    scene = man(action)
    fps, forward, heights = 48, {-1: [], 1: []}, {-1: [], 1: []}
    for frame in range(4 * fps):
        (figure,) = pose(scene, frame / fps, 0.0, (0.0, 0.0, 0.0))
        for limb in figure.limbs:
            if limb.color == (0.08, 0.05, 0.03):  # a shoe
                side = 1 if limb.a[2] > 0 else -1
                forward[side].append(limb.a[0] + figure.position[2])
                heights[side].append(limb.a[1])
    for side in (-1, 1):
        low = min(heights[side])
        standing = [i for i, h in enumerate(heights[side]) if h < low + 1e-3]
        slips = [
            abs(forward[side][j] - forward[side][i]) for i, j in pairwise(standing) if j == i + 1
        ]
        assert len(slips) > 20
        assert max(slips) < 0.004  # of a body that moves at least two centimetres a frame
    both_up = sum(
        left > min(heights[-1]) + 0.02 and right > min(heights[1]) + 0.02
        for left, right in zip(heights[-1], heights[1], strict=True)
    )
    assert both_up == 0 if action == "walk" else both_up > 0


def test_a_subject_moves_at_its_speed_along_its_heading() -> None:
    scene = man("walk")
    (start,), (end,) = (pose(scene, t, math.pi / 2, (1.0, 0.0, 2.0)) for t in (0.0, 2.0))
    assert start.position == (1.0, 0.0, 2.0)
    assert end.position == pytest.approx((1.0 + 2 * speed(scene), 0.0, 2.0))


def test_a_ball_falls_freely_and_loses_height_at_each_bounce() -> None:
    assert bounce(0.0, 1.5, 0.8) == 1.5
    assert bounce(0.5, 1.5, 0.8) == pytest.approx(1.5 - 4.9 * 0.25 / 2)
    fall = math.sqrt(2 * 1.5 / 4.9)
    assert bounce(fall, 1.5, 0.8) == pytest.approx(0.0, abs=1e-9)
    peak = fall + 0.8 * fall
    assert bounce(peak, 1.5, 0.8) == pytest.approx(0.8**2 * 1.5)
    assert bounce(60.0, 1.5, 0.8) == 0.0


def test_bounds_and_spheres_hold_every_limb() -> None:
    for seed in range(120):
        scene = sample(seed)
        for figure in pose(scene, 1.3, 0.7, (0.4, 0.0, -0.2)):
            center, radius = figure.bounds()
            for point, reach in spheres_of([figure]):
                if not any(limb.box for limb in figure.limbs):
                    assert math.dist(center, point) + reach <= radius + 1e-6
            assert radius < 1.6 * height(scene.subject) + 2


def test_merging_keeps_every_limb_where_it_is_in_the_world() -> None:
    a = Figure((Limb((0.1, 0.2, 0.3), 0.1, (0.4, 0.1, 0.0), 0.2, (1, 1, 1)),), (1, 0, 2), 0.5)
    b = Figure((Limb((0.0, 0.5, 0.1), 0.1, (0.2, 0.1, 0.1), 0.2, (1, 1, 1)),), (-1, 0, 3), 2.5)
    apart, together = spheres_of([a, b]), spheres_of([merge([a, b])])
    for (one, r), (other, s) in zip(apart, together, strict=True):
        assert one == pytest.approx(other)
        assert r == s


FPS = 48


def play(scene: Scene, seconds: float, rate: int = FPS) -> list[list[Figure]]:
    frames = range(round(seconds * rate))
    return [pose(scene, frame / rate, 0.4, (0.0, 0.0, 0.0)) for frame in frames]


def planted(spots: list[tuple[float, float, float]], up: float = 1e-4) -> list[float]:
    """How far a foot slips from frame to frame while it stands, metres."""
    low = min(y for _, y, _ in spots) + up
    return [
        math.hypot(b[0] - a[0], b[2] - a[2]) for a, b in pairwise(spots) if max(a[1], b[1]) < low
    ]


def test_inverse_kinematics_in_space_keeps_bones_and_bends_where_it_should() -> None:
    root, end, toward = (0.1, 0.9, 0.1), (0.2, 0.3, 0.4), (0.0, 0.2, 1.0)
    knee, reached = limb_in_space(root, end, 0.44, 0.42, toward)
    assert math.dist(root, knee) == pytest.approx(0.44)
    assert math.dist(knee, reached) == pytest.approx(0.42)
    assert reached == pytest.approx(end)
    assert knee[2] > (root[2] + end[2]) / 2


@pytest.mark.parametrize("action", ["dance", "turn", "jump"])
def test_a_dancer_stands_where_she_stands(action: str) -> None:
    scene = Scene("dancer", action, "stage", "noon", "clear", "static", color="red")
    shown = play(scene, 5.0)
    ankles: dict[int, list[tuple[float, float, float]]] = {0: [], 1: []}
    for (figure,) in shown:
        ends = spheres_of([figure])
        shoes = [i for i, limb in enumerate(figure.limbs) if limb.color == SLIPPER]
        for side, index in enumerate(shoes):
            ankles[side].append(ends[2 * index][0])
    for spots in ankles.values():
        # In a turn one foot stands on tiptoe and the other one never stands.
        slips = planted(spots) if action != "turn" or spots[0][1] < 0.3 else [0.0] * 30
        assert len(slips) > 20
        assert max(slips) < 1e-3
    assert len({figure.heading for (figure,) in shown}) > 30 or action == "jump"


def test_a_dancer_in_the_air_falls_freely() -> None:
    scene = Scene("dancer", "jump", "stage", "noon", "clear", "static", color="red")
    hips = [f.position[1] + f.limbs[0].a[1] for (f,) in play(scene, 4.0, 100)]
    lifted = [f.position[1] for (f,) in play(scene, 4.0, 100)]
    flying = [i for i in range(1, len(hips) - 1) if min(lifted[i - 1 : i + 2]) > 0]
    assert 60 < len(flying) < 340
    for i in flying:
        assert hips[i + 1] - 2 * hips[i] + hips[i - 1] == pytest.approx(-GRAVITY / 1e4, abs=1e-7)
    assert max(lifted) > 0.4


def test_a_runner_goes_with_the_belt_and_alternates_feet() -> None:
    scene = Scene("runner", "run", "room", "noon", "clear", "static", color="red")
    assert speed(scene) == 0
    shown = play(scene, 4.0)
    assert len({figure.position for (figure,) in shown}) == 1
    shoes = [[limb.a for limb in f.limbs if limb.color == (0.95, 0.95, 0.95)] for (f,) in shown]
    low = min(y for pair in shoes for _, y, _ in pair) + 1e-3
    belt = SPEED["human"]["run"] / FPS
    for side in (0, 1):
        steps = [
            a[side][0] - b[side][0] for a, b in pairwise(shoes) if max(a[side][1], b[side][1]) < low
        ]
        assert len(steps) > 40
        assert steps == pytest.approx([belt] * len(steps), abs=0.004)
    assert not any(max(right[1], left[1]) < low for right, left in shoes)


@pytest.mark.parametrize(
    ("subject", "action"),
    [("cat", "walk"), ("cat", "run"), ("horse", "walk"), ("horse", "run")],
)
def test_paws_and_hooves_keep_their_place(subject: str, action: str) -> None:
    scene = Scene(subject, action, "meadow", "noon", "clear", "static", color="black")
    shown = play(scene, 3.0)
    for leg in range(4):
        slips = planted([spheres_of(figures)[2 * (4 + 3 * leg)][0] for figures in shown])
        assert len(slips) > 20
        assert max(slips) < 0.002


@pytest.mark.parametrize(("subject", "count"), [("horse", 2), ("cat", 2), ("bird", 3)])
def test_several_of_a_kind_are_apart_and_each_has_its_own_step(subject: str, count: int) -> None:
    action = "fly" if subject == "bird" else "walk"
    scene = Scene(subject, action, "meadow", "noon", "clear", "static", color="white", count=count)
    for figures in play(scene, 2.0, 6):
        assert len(figures) == count
        merge(figures)
        for one, other in pairwise(figures):
            assert one.limbs != other.limbs
            gap = min(
                math.dist(p, q) - r - s
                for p, r in spheres_of([one])
                for q, s in spheres_of([other])
            )
            assert gap > 0


def test_a_bird_flaps_down_quicker_than_up_and_rises_meanwhile() -> None:
    arms = [wing(i / 1000)[0] for i in range(1001)]
    falling = sum(b < a for a, b in pairwise(arms))
    assert falling == pytest.approx(400, abs=2)
    assert wing(0.4)[2] > wing(0.0)[2]
    assert wing(0.999999) == pytest.approx(wing(0.0), abs=1e-4)
    for (bird,) in play(Scene("bird", "fly", "beach", "noon", "clear", "static", color="white"), 4):
        assert bird.bounds()[0][1] == pytest.approx(FLIGHT, abs=0.5)
        left = sorted(limb.b[1] for limb in bird.limbs if limb.b[2] > 0.3)
        right = sorted(limb.b[1] for limb in bird.limbs if limb.b[2] < -0.3)
        assert left == pytest.approx(right)


def test_a_boat_lies_in_the_water_and_carries_its_sail_high() -> None:
    scene = Scene("boat", "sail", "river", "noon", "clear", "static", color="red")
    bobs = set()
    for (boat,) in play(scene, 4.0, 6):
        heights = [(y - r, y + r) for (_, y, _), r in spheres_of([boat])]
        assert -0.5 < min(low for low, _ in heights) < 0
        assert max(high for _, high in heights) > 2.5
        bobs.add(round(boat.position[1], 3))
    assert len(bobs) > 5


def test_a_thing_that_is_tossed_rises_falls_and_comes_to_rest() -> None:
    assert toss(0.0, 0.5, 1.0, 0.4) == 0.5
    assert toss(0.2, 0.5, 1.0, 0.4) == pytest.approx(0.5 + 0.2 - GRAVITY * 0.04 / 2)
    assert toss(9.0, 0.5, 1.0, 0.4) == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_a_glass_falls_whole_and_breaks_on_the_ground(seed: int) -> None:
    scene = Scene("glass", "fall", "room", "noon", "clear", "static", seed=seed)
    table = 5
    shown = [figure.limbs[table:] for (figure,) in play(scene, 5.0)]
    sizes = [max(math.dist(p.a, shot[0].a) for p in shot) for shot in shown]
    broken = next(i for i, size in enumerate(sizes) if abs(size - sizes[0]) > 1e-6)
    assert sizes[:broken] == pytest.approx([sizes[0]] * broken)
    assert min(p.a[1] - p.ra for p in shown[0]) == pytest.approx(TABLE, abs=0.02)
    touch = min(min(p.a[1] - p.ra, p.b[1] - p.rb) for p in shown[broken - 1])
    assert 0 <= touch < 0.06
    for shot in shown[broken:]:
        assert min(min(p.a[1] - p.ra, p.b[1] - p.rb) for p in shot) > -1e-6
    rest = shown[-1]
    assert max(max(p.a[1], p.b[1]) for p in rest) < 0.06
    assert max(math.dist(p.a, q.a) for p, q in zip(rest, shown[-2], strict=True)) < 1e-4
    assert max(math.dist(p.a, q.a) for p in rest for q in rest) > 0.5


def test_a_glass_that_stands_stays() -> None:
    scene = Scene("glass", "stand", "room", "noon", "clear", "static")
    assert len({figure.limbs for (figure,) in play(scene, 2.0, 4)}) == 1
