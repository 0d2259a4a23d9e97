"""From frames to steps: what changes from each frame to the next, measured on small pictures.

Legend: H height, W width of the small picture in pixels; h, w cells of `CELL` x `CELL` pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, repeat

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]  # (H, W, 3)
Small = NDArray[np.float32]  # the same, 0..255

CELL = 8
#: Pictures are brought to about as many pixels as a square of this side has.
SIDE = 96
#: Added to levels (0..255) before their ratio is taken, so that noise in the dark counts little.
_DARK = 12.0


def size(height: int, width: int) -> tuple[int, int]:
    """Height and width in whole cells at which a film of this shape is looked at."""
    scale = SIDE / (height * width) ** 0.5 / CELL
    return max(2, round(height * scale)) * CELL, max(2, round(width * scale)) * CELL


def fit(frame: Picture) -> Picture:
    """The frame at the size at which it is looked at."""
    height, width = size(*frame.shape[:2])
    if frame.shape[:2] == (height, width):
        return frame
    resized = Image.fromarray(frame).resize((width, height), Image.Resampling.BOX)
    small: Picture = np.asarray(resized)
    return small


def reduced(values: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Means over squares of `times` x `times`: (H, W, ...) -> (H / times, W / times, ...)."""
    height, width, *rest = values.shape
    squares = values.reshape(height // times, times, width // times, times, *rest)
    means: NDArray[np.float32] = squares.mean(axis=(1, 3), dtype=np.float32)
    return means


@dataclass(frozen=True, eq=False)
class Step:
    """From one frame to the next, at `number` (of the later frame) and `second`.

    before, after: both pictures, small. tint: by how much the colours change as a whole, as the
    logarithm of the ratio for red, green and blue.
    """

    number: int
    second: float
    before: Small
    after: Small
    tint: NDArray[np.float32]

    @cached_property
    def raw(self) -> float:
        """Mean change of brightness, in levels of 255."""
        return float(np.abs(self.after.mean(-1) - self.before.mean(-1)).mean())

    @cached_property
    def expected(self) -> Small:
        """The picture before, in the colours of the one after."""
        expected: Small = ((self.before + _DARK) * np.exp(self.tint) - _DARK).clip(0, 255)
        return expected

    @cached_property
    def _change(self) -> NDArray[np.float32]:
        """Change of brightness beside that of the whole, (H, W)."""
        change: NDArray[np.float32] = self.after.mean(-1) - self.expected.mean(-1)
        return change

    @cached_property
    def coarse(self) -> float:
        """Mean change of what is left of the picture when fine detail is blurred away.

        Blurring keeps rain and film grain out, and lets the change grow with the way that things
        go, for as long as they go less than a cell.
        """
        return float(np.abs(reduced(self._change, CELL // 2)).mean())

    @cached_property
    def cells(self) -> NDArray[np.float32]:
        """Mean change of the colours in each cell, of slightly blurred pictures: (h, w)."""
        change = np.abs(reduced(self.after - self.expected, 2)).mean(-1)
        return reduced(change, CELL // 2)


def steps(frames: Iterable[Picture], fps: float) -> Iterator[Step]:
    """The steps of a film whose frames are of one size."""
    before: Small | None = None
    for number, frame in enumerate(frames):
        after = fit(frame).astype(np.float32)
        if before is not None:
            yield Step(number, number / fps, before, after, _tint(before, after))
        before = after


def _tint(before: Small, after: Small) -> NDArray[np.float32]:
    """The median over cells: what moves through the picture does not count, the whole does."""
    one, other = (reduced(picture, CELL) + _DARK for picture in (before, after))
    ratios = np.log(other / one).reshape(-1, 3)
    tint: NDArray[np.float32] = np.median(ratios, axis=0)
    return tint


@dataclass(frozen=True, eq=False)
class Window:
    """A step with those around it: `steps[middle]` is the one that is asked about."""

    steps: tuple[Step, ...]
    middle: int

    @property
    def step(self) -> Step:
        return self.steps[self.middle]

    def near(self, distance: int) -> list[Step]:
        """The steps up to `distance` before and after the middle one, without it."""
        first = max(0, self.middle - distance)
        around = self.steps[first : self.middle + distance + 1]
        return [step for step in around if step is not self.step]


def windows(found: Iterable[Step], radius: int) -> Iterator[Window]:
    """Each step with up to `radius` before and after it."""
    kept: deque[Step | None] = deque([None] * (2 * radius + 1), maxlen=2 * radius + 1)
    for step in chain(found, repeat(None, radius)):
        kept.append(step)
        if kept[radius] is not None:
            before = sum(one is not None for one in islice(kept, radius))
            yield Window(tuple(one for one in kept if one is not None), before)
