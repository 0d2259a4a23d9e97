"""The waves of the watermark, as its key says them; what marking and finding share.

Legend: K waves, P pilots among them; H height, W width; frames are uint8 RGB. Positions are in
steps of the grid, from the picture's middle, x before y.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lichtspiel.provenance.watermark_code import CODED_BITS

Frames = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

#: The key with which films are marked, and which everyone knows who wants to check one.
PUBLIC_KEY = b"lichtspiel watermark 1"

GRID = 256
TILE = 128
#: The waves' frequencies, in cycles a tile: below are the picture's shapes, above is what
#: compression takes away first.
BAND = (7.0, 20.0)
PILOT_SHARE = 1 / 4
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # Rec. ITU-R BT.601


@dataclass(frozen=True)
class Waves:
    """frequencies (K, 2) in cycles a tile; phases (K,) in radians; bits (K,): which coded bit.

    The pilots come first; their bit is -1.
    """

    frequencies: NDArray[np.int64]
    phases: NDArray[np.float64]
    bits: NDArray[np.int64]

    @property
    def pilots(self) -> int:
        return int((self.bits < 0).sum())


@lru_cache(maxsize=8)
def waves(key: bytes) -> Waves:
    """What the key says. Drawn from SHAKE-256, so it is the same with every version of numpy."""
    reach = int(BAND[1]) + 1
    ky, kx = np.mgrid[: reach + 1, -reach : reach + 1]
    radius = np.hypot(kx, ky)
    half = (radius >= BAND[0]) & (radius < BAND[1]) & ((ky > 0) | (kx > 0))
    found = np.stack([kx[half], ky[half]], axis=-1)
    drawn = np.frombuffer(hashlib.shake_256(key).digest(8 * len(found)), "<u4").reshape(2, -1)
    found = found[np.argsort(drawn[0], kind="stable")]
    pilots = round(PILOT_SHARE * len(found))
    bits = np.arange(len(found) - pilots) % CODED_BITS
    return Waves(found, drawn[1] * (2 * math.pi / 2**32), np.append(np.full(pilots, -1), bits))


def positions(length: int, short: int) -> Doubles:
    """Where the pixels of a side lie on the grid, from its middle."""
    return np.asarray((np.arange(length) - (length - 1) / 2) * (GRID / short), np.float64)


def products(rows: Floats, sheet: Floats, columns: Floats) -> Floats:
    """What the matrices `rows` and `columns` make of a sheet along its two sides."""
    return np.asarray(rows @ sheet @ columns.T, np.float32)
