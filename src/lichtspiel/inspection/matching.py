"""Whether the parts of a picture are in the next one: asked for the few steps that stand out.

Legend: H height, W width of the small picture; h, w cells; n patches, m places.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.inspection.steps import CELL, Small, Step, reduced

#: Pictures are compared at half the size of the steps' own; a patch is a cell and what is around.
_SQUARE, _PATCH = CELL // 2, 8
#: A patch is found where it differs by no more than so many levels, and a share of its contrast.
_NOISE, _LIKE = 7.0, 0.35
#: Across a cut so many of all cells are lost and so many new, the one and both on average.
_CUT, _CUT_MEAN = 0.45, 0.65


@dataclass(frozen=True, eq=False)
class Match:
    """lost, new: the shares of the one picture's cells that are nowhere in the other, 0 to 1."""

    lost: float
    new: float

    @property
    def balance(self) -> float:
        """Above 0 where more is lost than new."""
        return self.lost - self.new

    @property
    def mean(self) -> float:
        return (self.lost + self.new) / 2

    @property
    def cut(self) -> bool:
        """Whether the step is from one shot to another."""
        return min(self.lost, self.new) > _CUT and self.mean > _CUT_MEAN


@lru_cache(maxsize=64)
def match(step: Step) -> Match:
    """Compare the two pictures of a step, beside the change of all colours together."""
    return Match(_missing(step.expected, step.after), _missing(step.after, step.expected))


def _missing(one: Small, other: Small) -> float:
    """The share of cells of `one` around which a patch is not found anywhere in `other`."""
    margin = (_PATCH - _SQUARE) // 2
    here, there = (
        F.pad(_tensor(reduced(picture, 2)), [margin] * 4, mode="replicate")
        for picture in (one, other)
    )
    patches = F.unfold(here, _PATCH, stride=_SQUARE)[0].T  # (n, 3 x _PATCH x _PATCH)
    places = F.unfold(there, _PATCH)[0].T  # (m, the same)
    # No patch is too far away to be found: what goes fast is still there.
    error = torch.cdist(patches, places).amin(dim=1) / patches.shape[1] ** 0.5
    contrast = patches.reshape(len(patches), 3, -1).var(dim=2).mean(dim=1).sqrt()
    return float((error > _NOISE + _LIKE * contrast).float().mean())


def _tensor(picture: Small) -> Tensor:
    """(H, W, 3) -> (1, 3, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
