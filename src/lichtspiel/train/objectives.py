"""What a network learns from a batch: to denoise, or to do in a few steps what it did in many.

An objective takes the network and a batch and returns the loss; the training loop knows no more.
Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, S substeps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.diffusion import flow, samplers, schedules
from lichtspiel.diffusion.flow import Network, Patterns, noised
from lichtspiel.diffusion.guidance import guided
from lichtspiel.shapes import PATCH
from lichtspiel.train.data import Batch

Objective = Callable[[Network, Batch], Tensor]


@dataclass(frozen=True)
class Denoising:
    """The velocity of noised clips (see `diffusion.flow`).

    drop_text: share of clips that learn without text. emphasis: how much more the loss counts where
    the subject is than beside it. regions: share of batches of which only a part of each frame is
    asked, and the rest is given: a box, or the subject's.
    """

    drop_text: float = 0.1
    shift: float = 2.0
    emphasis: float = 2.0
    patterns: Patterns = field(default_factory=Patterns)
    regions: float = 0.05

    def __call__(self, network: Network, batch: Batch) -> Tensor:
        level = levels(batch, self.shift, self.patterns)
        if torch.rand(()) < self.regions:
            level = flow.within(level, regions(batch.subject))
        dropped = torch.rand(len(batch.mask), 1) < self.drop_text
        mask = batch.mask & ~dropped.to(batch.mask.device)
        weight = 1 + self.emphasis * batch.subject
        return flow.loss(network, batch.latents, level, batch.text, mask, weight)


@dataclass(frozen=True)
class Distilling:
    """A step of the student goes where the guided teacher gets in `substeps` of its own.

    The student learns the mean velocity of each of its `steps`, and needs no second pass without
    text: guidance (arXiv 2210.03142) and steps (progressive distillation, arXiv 2202.00512) are
    distilled at once, on the fixed levels at which it will be used. A share `own` of the batches
    starts where the student itself would be, from noise, so that it learns to mend its own faults.
    A recipe leaves the teacher open: it is the network that the run begins from.
    """

    steps: int = 4
    substeps: int = 2
    guidance: float = 3.0
    own: float = 0.5
    shift: float = 2.0
    emphasis: float = 2.0
    patterns: Patterns = field(default_factory=lambda: Patterns(0.76, 0.16, 0.04, 0.04, 0.0))
    teacher: Network | None = None

    def __call__(self, network: Network, batch: Batch) -> Tensor:
        given = levels(batch, self.shift, self.patterns) <= flow.GIVEN_NOISE  # B N
        chosen = torch.randint(self.steps, (len(given),))
        walk = self.walk(chosen).to(given.device)[:, :, None] * ~given  # S + 1, B, N
        noise = torch.randn(batch.latents.shape, device=given.device)
        with torch.no_grad():
            start = noised(batch.latents, noise, walk[0])
            if torch.rand(()) < self.own:
                start = self.reached(network, batch, noise, walk[0])
            end = samplers.multistep(self.taught(batch), start, walk)
            step = flow.per_frame(torch.where(given, 1.0, walk[-1] - walk[0]))
            target = (end - start) / step
        velocity = network(start, walk[0], batch.text, batch.mask)
        errors = (velocity.float() - target).square().mean(1)  # B N h w
        weight = 1 + self.emphasis * batch.subject
        errors = errors * (weight / weight.mean((-2, -1), keepdim=True))
        return (errors.mean((-2, -1)) * ~given).sum() / (~given).sum()

    def walk(self, chosen: Tensor) -> Tensor:
        """The teacher's levels within the student's chosen steps (B,): (S + 1, B)."""
        fine = schedules.shifted(self.steps * self.substeps, self.shift)
        return fine[self.substeps * chosen + torch.arange(self.substeps + 1)[:, None]]

    def reached(self, student: Network, batch: Batch, noise: Tensor, level: Tensor) -> Tensor:
        """Where the student's own steps lead from noise, down to `level` (B, N)."""
        coarse = schedules.shifted(self.steps, self.shift)[:-1].to(level.device)
        grid = torch.maximum(coarse[:, None, None], level) * (level > 0)
        start = noised(batch.latents, noise, grid[0])

        def velocity(latents: Tensor, now: Tensor) -> Tensor:
            return student(latents, now, batch.text, batch.mask)

        return samplers.euler(velocity, start, grid)

    def taught(self, batch: Batch) -> samplers.Velocity:
        """The teacher with its guidance."""
        assert self.teacher is not None
        untold = batch.text.new_zeros(1, 1, batch.text.shape[2])
        hidden = torch.zeros(1, 1, dtype=torch.bool, device=batch.mask.device)
        return guided(self.teacher, batch.text, batch.mask, untold, hidden, self.guidance)


def regions(subject: Tensor) -> Tensor:
    """A region for each clip, 1 or 0 in whole tokens, (B, N, h, w): where its subject is, or a box.

    subject (B, N, h, w): see `Batch`. Half of the clips whose subject is known are asked for it.
    """
    drawn = flow.draw_regions(subject.shape).to(subject.device)
    tokens = F.max_pool2d((subject > 0).float(), PATCH)
    there = F.interpolate(tokens, subject.shape[-2:])
    swapped = there.flatten(1).any(1) & (torch.rand(len(there)) < 0.5).to(there.device)
    return torch.where(swapped[:, None, None, None], there, drawn)


def levels(batch: Batch, shift: float, patterns: Patterns) -> Tensor:
    """Noise levels (B, N) for a batch, on its device."""
    count, _, frames = batch.latents.shape[:3]
    drawn = flow.draw_levels(count, frames, shift=shift, patterns=patterns)
    return drawn.to(batch.latents.device)
