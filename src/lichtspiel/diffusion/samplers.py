"""Samplers: plain functions that follow a velocity from noise to latents.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, G steps.
Each takes `velocity(latents, noise_level)`, the starting latents (B, C, N, h, w) and the levels to
walk down: (G + 1,) for all frames alike, (G + 1, B, N) where frames differ, or (G + 1, B, N, h, w)
where places in a frame do. What stays at the same level, such as what is given at 0, is left
exactly as it is. `on_step` hears
how many steps are done; it may raise to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import torch
from torch import Tensor

from lichtspiel.diffusion.flow import per_frame

#: (latents (B, C, N, h, w), noise_level (B, N) or (B, N, h, w)) -> velocity (B, C, N, h, w)
Velocity = Callable[[Tensor, Tensor], Tensor]
OnStep = Callable[[int], object]


class Sampler(Protocol):
    """What each sampler is: a function from a start to latents (B, C, N, h, w)."""

    def __call__(
        self, velocity: Velocity, latents: Tensor, levels: Tensor, on_step: OnStep | None = None
    ) -> Tensor: ...


def euler(
    velocity: Velocity, latents: Tensor, levels: Tensor, on_step: OnStep | None = None
) -> Tensor:
    """Euler's method: first order, one evaluation a step."""
    for now, then in _steps(levels, latents, on_step):
        latents = latents + per_frame(then - now) * velocity(latents, now)
    return latents


def heun(
    velocity: Velocity, latents: Tensor, levels: Tensor, on_step: OnStep | None = None
) -> Tensor:
    """Heun's method: second order, two evaluations a step (arXiv 2206.00364, algorithm 1).

    A step that ends at level 0 is Euler's: there the network was not trained.
    """
    for now, then in _steps(levels, latents, on_step):
        slope, step = velocity(latents, now), per_frame(then - now)
        ahead = latents + step * slope
        if then.any():
            corrected = latents + step * (slope + velocity(ahead, then)) / 2
            ahead = torch.where(per_frame(then) > 0, corrected, ahead)
        latents = ahead
    return latents


def multistep(
    velocity: Velocity, latents: Tensor, levels: Tensor, on_step: OnStep | None = None
) -> Tensor:
    """Adams-Bashforth over uneven steps: second order, one evaluation a step.

    The velocity is continued by the line through this one and the one before; the first step of
    each frame is Euler's.
    """
    slope_before = step_before = torch.zeros(())
    for now, then in _steps(levels, latents, on_step):
        slope, step = velocity(latents, now), per_frame(then - now)
        moved = step_before != 0
        ratio = torch.where(moved, step / torch.where(moved, step_before, 1), 0)
        latents = latents + step * (slope + ratio / 2 * (slope - slope_before))
        slope_before, step_before = slope, step
    return latents


SAMPLERS: dict[str, Sampler] = {"euler": euler, "heun": heun, "multistep": multistep}


def _steps(
    levels: Tensor, latents: Tensor, on_step: OnStep | None
) -> Iterator[tuple[Tensor, Tensor]]:
    """Each step's level before and after, (B, N) or (B, N, h, w); reports the step once taken."""
    if levels.ndim == 1:
        levels = levels[:, None, None]
    shape = (len(levels), latents.shape[0], latents.shape[2], *levels.shape[3:])
    levels = levels.to(latents.device, torch.float32).expand(shape)
    for done in range(1, len(levels)):
        yield levels[done - 1], levels[done]
        if on_step is not None:
            on_step(done)
