"""What networks learn: known answers for distillation, and what regions are asked."""

import torch
from torch import Tensor

from lichtspiel.diffusion import schedules
from lichtspiel.train.data import Batch
from lichtspiel.train.objectives import Distilling, regions


def batch(frames: int = 3) -> Batch:
    torch.manual_seed(0)
    latents = torch.randn(4, 2, frames, 4, 4)
    text, mask = torch.randn(4, 5, 8), torch.ones(4, 5, dtype=torch.bool)
    return Batch(latents, text, mask, torch.zeros(4, frames, 4, 4), torch.zeros(4, 2, 2, 1))


def told(latents: Tensor, level: Tensor, text: Tensor, mask: Tensor) -> Tensor:
    """A velocity that is 2 with text and 1 without."""
    return torch.ones_like(latents) * (1 + mask.any(1).float())[:, None, None, None, None]


def test_a_student_that_does_what_the_guided_teacher_does_has_nothing_to_learn() -> None:
    def student(latents: Tensor, level: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        return torch.full_like(latents, 1 + 3.0 * (2 - 1))  # without + scale * (told - without)

    for own in (0.0, 1.0):
        objective = Distilling(teacher=told, guidance=3.0, own=own)
        assert objective(student, batch()).item() < 1e-9
        assert objective(told, batch()).item() > 3.9


def test_the_teachers_levels_begin_and_end_at_the_students() -> None:
    objective = Distilling(steps=4, substeps=3, shift=2.0)
    coarse = schedules.shifted(4, 2.0)
    walk = objective.walk(torch.arange(4))
    torch.testing.assert_close(walk[0], coarse[:-1])
    torch.testing.assert_close(walk[-1], coarse[1:])
    assert walk.shape == (4, 4) and (walk[:-1] > walk[1:]).all()


def test_the_students_own_start_is_what_its_steps_reach() -> None:
    def student(latents: Tensor, level: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        return level[:, None, :, None, None].expand_as(latents)

    objective, given = Distilling(steps=4, shift=1.0), batch()
    level = torch.tensor([[1.0], [0.75], [0.5], [0.25]]).expand(4, 3).clone()
    level[:, 0] = 0  # the first frame is given, and stays
    noise = torch.zeros_like(given.latents)
    reached = objective.reached(student, given, noise, level)
    torch.testing.assert_close(reached[:, :, 0], given.latents[:, :, 0])
    walked = (0.0, -0.25, -0.25 * 1.75, -0.25 * 2.25)
    for clip, far in zip(reached[:, :, 1:], walked, strict=True):
        torch.testing.assert_close(clip, torch.full_like(clip, far))


def test_half_of_the_known_subjects_are_asked_for_as_they_are_covered() -> None:
    torch.manual_seed(0)
    subject = torch.zeros(40, 3, 4, 6)
    subject[:20, :, 1, 2] = 0.3  # a corner of a token is enough for all of it
    asked = regions(subject)
    there = torch.zeros(3, 4, 6)
    there[:, :2, 2:4] = 1
    as_covered = [bool((region == there).all()) for region in asked]
    assert 4 < sum(as_covered[:20]) < 16 and sum(as_covered[20:]) < 4
    assert ((asked == 0) | (asked == 1)).all() and asked.flatten(1).any(1).all()
