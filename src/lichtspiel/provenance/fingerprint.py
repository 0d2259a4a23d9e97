"""Perceptual fingerprints: what a frame looks like in 128 bits that re-encoding leaves alone.

A print holds the signs of the 128 lowest frequencies of a frame's brightness (the DCT hash: Zauner
2010, "Implementation and Benchmarking of Perceptual Image Hash Functions"). A film keeps prints of
two moments a second, each also of cut-outs, so that a cropped copy meets one of them.

Legend: H height, W width in pixels; M moments, V cut-outs of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Prints = NDArray[np.uint64]  # (..., 2): 128 bits

BITS = 128
PER_SECOND = 2
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
SIDE = 32
#: Cut-outs (top, left, share of the sides) whose prints a film keeps: all, and smaller ones.
CUTS = (
    (0.0, 0.0, 1.0),
    (0.025, 0.025, 0.95),
    *((top, left, 0.90) for top in (0.0, 0.05, 0.10) for left in (0.0, 0.05, 0.10)),
)


def moments(frames: Iterable[NDArray[np.uint8]], fps: float) -> Iterator[NDArray[np.uint8]]:
    """Two frames a second of a film (H, W, 3), from the first one on."""
    for index, frame in enumerate(frames):
        # The frame that shows the moment k / PER_SECOND is the last one that begins before it ends.
        if int(index * PER_SECOND / fps) > int((index - 1) * PER_SECOND / fps) or index == 0:
            yield frame


def film_prints(frames: Iterable[NDArray[np.uint8]], fps: float) -> Prints:
    """What the register keeps of a film: prints (M, V, 2) of its moments and their cut-outs."""
    return np.stack([frame_prints(frame, CUTS) for frame in moments(frames, fps)])


def frame_prints(
    frame: NDArray[np.uint8], cuts: Iterable[tuple[float, float, float]] = CUTS[:1]
) -> Prints:
    """Prints (V, 2) of a frame (H, W, 3) and of cut-outs of it."""
    luma = frame.astype(np.float32) @ LUMA
    height, width = luma.shape
    found = []
    for top, left, share in cuts:
        y, x = round(top * height), round(left * width)
        piece = luma[y : y + max(round(share * height), 1), x : x + max(round(share * width), 1)]
        found.append(_bits(_reduced(piece)))
    return np.stack(found)


def _reduced(luma: NDArray[Any]) -> NDArray[Any]:
    """Brightness (H, W) at 32 x 32: each cell the mean of its area."""
    rows, columns = (_areas(size) for size in luma.shape)
    reduced: NDArray[Any] = rows @ luma @ columns.T
    return reduced


@lru_cache(maxsize=64)
def _areas(size: int) -> NDArray[np.float32]:
    """The matrix (32, size) that takes means of areas along an axis of `size` samples."""
    edges = np.linspace(0, size, SIDE + 1)
    start, end = edges[:-1, None], edges[1:, None]
    at = np.arange(size)[None]
    share = np.clip(np.minimum(end, at + 1) - np.maximum(start, at), 0, None)
    means: NDArray[np.float32] = (share / (end - start)).astype(np.float32)
    return means


def _dct() -> NDArray[np.float32]:
    """The DCT-II (16, 32) without its constant's factor: only signs are wanted."""
    k, n = np.arange(16)[:, None], np.arange(SIDE)[None]
    waves: NDArray[np.float32] = np.cos(np.pi / SIDE * (n + 0.5) * k).astype(np.float32)
    return waves


_DCT = _dct()
#: The lowest frequencies without the mean, lowest first; then as rows and columns.
_ORDER = sorted(((y, x) for y in range(16) for x in range(16) if y + x), key=lambda f: (
    f[0] ** 2 + f[1] ** 2, f))[:BITS]  # fmt: skip
_ROWS, _COLUMNS = np.array(_ORDER).T


def _bits(reduced: NDArray[Any]) -> Prints:
    frequencies = (_DCT @ reduced @ _DCT.T)[_ROWS, _COLUMNS]
    return np.packbits(frequencies > 0).view(np.uint64)


def distances(kept: Prints, asked: Prints) -> NDArray[np.uint8]:
    """Differing bits between prints (..., 2) and one print (2,): (...) in 0..128."""
    first = np.bitwise_count(kept[..., 0] ^ asked[0])
    total: NDArray[np.uint8] = first + np.bitwise_count(kept[..., 1] ^ asked[1])
    return total
