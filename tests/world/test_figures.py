"""Gaits that hold the ground, and bodies that obey gravity: known answers."""

import math
from itertools import pairwise

import pytest

from lichtspiel.world.figures import Figure, Limb, bounce, foot, height, joint, merge, pose, speed
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
