"""Grids of noise levels that samplers walk down, from 1 (noise) to 0 (clean)."""

from __future__ import annotations

import torch
from torch import Tensor

from lichtspiel.diffusion.flow import shifted_level


def linear(steps: int) -> Tensor:
    """`steps + 1` evenly spaced levels from 1 to 0, float32."""
    return shifted(steps, 1.0)


def shifted(steps: int, shift: float) -> Tensor:
    """`steps + 1` levels from 1 to 0, float32, with more of them near noise for `shift` > 1.

    The shift of arXiv 2403.03206: layout is decided early, so early steps deserve to be small.
    Raises ValueError for fewer than one step or a shift that is not above 0.
    """
    if steps < 1:
        raise ValueError(f"Sampling takes at least one step, not {steps}.")
    if not shift > 0:
        raise ValueError(f"The shift of the noise levels must be above 0, not {shift}.")
    return shifted_level(torch.linspace(1, 0, steps + 1), shift)
