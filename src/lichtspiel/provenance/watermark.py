"""An invisible watermark: 32 bits in a film's brightness that survive what is done to films.

A pattern of 550 waves, the same in every frame, repeats every 128 steps of a grid whose 256 steps
span the picture's short side. A key says each wave's phase. A quarter of the waves are pilots; the
others are turned by half a circle where a coded bit says so. The detector adds up the frames, takes
the phases at the waves' frequencies, and looks for the place, scale, proportion, turn and mirroring
at which the pilots agree with the key.

Legend: t frames of a chunk, H height, W width in pixels, uint8 RGB.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from lichtspiel.provenance.watermark_code import encode
from lichtspiel.provenance.watermark_search import Found, detect
from lichtspiel.provenance.watermark_waves import (
    BAND,
    GRID,
    LUMA,
    PUBLIC_KEY,
    TILE,
    Doubles,
    Floats,
    Frames,
    positions,
    products,
    waves,
)

__all__ = ["PUBLIC_KEY", "Found", "detect", "embed"]

#: The pattern's standard deviation, in levels of 255, on a flat mid-grey.
STRENGTH = 1.0
#: Cells along the short side in which texture is measured.
CELLS = 32
#: Texture (mean deviation in levels) that is flat ground still, since slopes are rounded; what
#: doubles the strength beyond it; and the most that it may become.
FLAT = 0.2
TEXTURE = 1.0
LOUDEST = 2.6
#: And the most that dark and bright ground may add.
TOLERANCE = 1.35
#: How much of a still picture's detail may be lost; what each level adds by which frames differ
#: from those before; such levels at first; and how fast what is taken for them follows the film.
LOSS = 0.042
LOSS_MOVING = 0.042
FIRST_MOTION = 1.0
FOLLOWING = 0.25
#: Contrast, in levels, so faint that much of it may be lost.
FAINT = 3.0
#: Contrasts, in levels, from which the mark is held back: from where there is hardly any detail
#: that could be lost to where it never is.
LIMITS = np.exp2(np.linspace(-0.5, 8, 18, dtype=np.float32))


def embed(chunks: Iterable[Frames], payload: int, key: bytes = PUBLIC_KEY) -> Iterator[Frames]:
    """The chunks (t, H, W, 3) with a payload in [0, 2^32), one by one; ValueError for others.

    Any size of picture, also of one frame; all chunks must have the size of the first.
    """
    code = encode(payload)
    marker = None
    for chunk in chunks:
        if marker is None:
            marker = Marker(chunk.shape[1:3], code, key)
        yield np.stack([marker.mark(frame) for frame in chunk])


class Marker:
    """The pattern for a film's frames of one size (H, W), and how loud it may be where in them."""

    def __init__(self, size: tuple[int, int], code: Doubles, key: bytes) -> None:
        self._pattern = _pattern(size, code, key)
        # Of a large picture every second pixel or fewer says as much of its light and texture.
        self._step = max(1, min(size) // GRID)
        seen = [len(range(0, n, self._step)) for n in size]
        cells = [min(n, round(CELLS * n / min(seen))) for n in seen]
        self._means = [_means(n, count) for n, count in zip(seen, cells, strict=True)]
        self._seen = [_between(n, count) for n, count in zip(seen, cells, strict=True)]
        self._pixels = [_between(n, count) for n, count in zip(size, cells, strict=True)]
        self._motion = FIRST_MOTION
        self._before: Floats | None = None

    def mark(self, frame: Frames) -> Frames:
        """The next frame (H, W, 3), with the pattern added to its brightness."""
        change = np.rint(self._pattern * self._loudness(frame)).astype(np.int16)[..., None]
        return np.asarray((frame + change).clip(0, 255), np.uint8)

    def _loudness(self, frame: Frames) -> Floats:
        """How many times as strong as on flat grey the pattern may be: (H, W)."""
        luma = frame[:: self._step, :: self._step] @ LUMA
        light = _along(self._means, luma)
        detail = luma - _along(self._seen, light)
        # Of roots, so a lone edge counts for little.
        texture = _along(self._means, np.sqrt(np.abs(detail))) ** 2
        loudness = (1 + (texture - FLAT) / TEXTURE).clip(1, LOUDEST) * _tolerance(light)
        contrast = np.sqrt(_along(self._means, detail * detail))
        loss = LOSS + LOSS_MOVING * self._follow(luma[::2, ::2])
        return _along(self._pixels, _held_back(loudness, contrast, loss))

    def _follow(self, luma: Floats) -> float:
        """How much frames differ from those before, in levels, of late."""
        if self._before is not None:
            change = float(np.abs(luma - self._before).mean())
            self._motion += FOLLOWING * (change - self._motion)
        self._before = luma
        return self._motion


def _held_back(loudness: Floats, contrast: Floats, loss: float) -> Floats:
    """The loudness of cells, lower where contrast is highest, so that about `loss` of it is lost.

    Eyes mind detail that is lost more than grain that is added (Li, Zhang, Ma and Ngan 2011, IEEE
    Transactions on Multimedia 13(5)); most of it lies in few strong edges, where the mark is worth
    little. What is lost grows with contrast times loudness, what there is with contrast squared.
    """
    inverse = 1 / (contrast * contrast + 1e-6)
    shares = np.minimum(1, (LIMITS * LIMITS)[:, None] * inverse.ravel())
    losses = STRENGTH / contrast.size * (shares @ (contrast * loudness).ravel())
    whole = math.sqrt(float((contrast * contrast).mean()))
    limit = np.interp(loss * whole * (whole + FAINT), losses, LIMITS)
    return np.asarray(loudness * np.minimum(1, limit * limit * inverse), np.float32)


def _along(matrices: list[Floats], sheet: Floats) -> Floats:
    rows, columns = matrices
    return products(rows, sheet, columns)


def _pattern(size: tuple[int, int], code: Doubles, key: bytes) -> Floats:
    """The pattern (H, W) for frames of `size`, with the strength for flat grey."""
    plan = waves(key)
    signs = np.append(np.ones(plan.pilots), code[plan.bits[plan.pilots :]])
    radius = np.hypot(*plan.frequencies.T)  # the finer a wave, the less it is seen
    amplitudes = STRENGTH * math.sqrt(2) * signs * radius / np.linalg.norm(radius)
    # A sum over waves is a product of three matrices: rows by ky, ky by kx, kx by columns.
    reach = int(BAND[1]) + 1
    sheet = np.zeros((reach + 1, 2 * reach + 1), complex)
    kx, ky = plan.frequencies.T
    sheet[ky, kx + reach] = amplitudes * np.exp(1j * plan.phases)
    y, x = (positions(n, min(size)) for n in size)
    rows = np.exp(2j * math.pi / TILE * np.outer(y, np.arange(reach + 1)))
    columns = np.exp(2j * math.pi / TILE * np.outer(np.arange(-reach, reach + 1), x))
    return np.asarray((rows @ sheet @ columns).real, np.float32)


def _tolerance(light: Floats) -> Floats:
    """How much less a change is seen on dark and bright ground than on mid-grey, from 1 up.

    The curve of Chou and Li 1995 (IEEE Transactions on Circuits and Systems for Video Technology
    5(6)), held low, since today's screens show more in dark and bright, and grain on snow is seen.
    """
    dark = 17 * (1 - np.sqrt(light.clip(0, 127) / 127)) + 3
    seen = (dark + 3 / 128 * (light - 127).clip(0)) / 3
    return np.asarray(np.minimum(seen, TOLERANCE), np.float32)


def _means(length: int, cells: int) -> Floats:
    """A matrix (cells, length) of means over overlapping cells of a side."""
    place = (np.arange(length) + 0.5) * (cells / length) - 0.5
    weights = (1 - np.abs(place - np.arange(cells)[:, None])).clip(0)
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


def _between(length: int, cells: int) -> Floats:
    """A matrix (length, cells) that draws straight lines from cell to cell."""
    place = ((np.arange(length) + 0.5) * (cells / length) - 0.5).clip(0, cells - 1)
    weights = (1 - np.abs(place[:, None] - np.arange(cells))).clip(0)
    return np.asarray(weights, np.float32)
