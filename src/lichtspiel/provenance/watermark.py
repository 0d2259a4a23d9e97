"""An invisible watermark: 32 bits in a film's brightness that survive what is done to films.

A pattern of 550 waves, the same in every frame, repeats every 128 steps of a grid whose 256 steps
span the picture's short side. A key says each wave's phase. A quarter of the waves are pilots; the
others are turned by half a circle where a coded bit says so. The detector adds up the frames, takes
the phases at the waves' frequencies, and looks for the place, scale, proportion, turn and mirroring
at which the pilots agree with the key.

**False alarms.** Only pilots say where to look; the other waves, which had no part in the search,
must prove that the mark is there. For someone who does not know the key their phases are
independent and uniform, so whatever a picture shows, their agreement with one payload at one place
is a sum of cosines of uniform angles. Its moments are bounded by those of a normal distribution
(I0(x) <= exp(x^2 / 4)), so, scaled to variance 1, it exceeds s with a probability of at most
exp(-s^2 / 2) (Chernoff 1952); over all 2^32 payloads and all places that are read, of at most their
number times this. No content can break the bound, and the search may be as wide as it likes.

Legend: t frames of a chunk, H height, W width in pixels, uint8 RGB; K waves, P pilots. Positions
are in steps of the grid, from the picture's middle, x before y.
"""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lichtspiel.provenance.watermark_code import CODED_BITS, PAYLOAD_BITS, decode, encode

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


# --- to mark --------------------------------------------------------------------------------------

#: The pattern's standard deviation, in levels of 255, on a flat mid-grey.
STRENGTH = 0.8
#: Cells along the short side in which texture is measured.
CELLS = 32
#: Texture (mean deviation in levels) that doubles the strength; and the most that it may become.
TEXTURE = 6.0
LOUDEST = 2.0


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
    """The pattern for frames of one size (H, W), and how loud it may be where in a frame."""

    def __init__(self, size: tuple[int, int], code: NDArray[np.float64], key: bytes) -> None:
        cells = [min(n, round(CELLS * n / min(size))) for n in size]
        self._pattern = _pattern(size, code, key)
        self._means = [_means(n, count) for n, count in zip(size, cells, strict=True)]
        self._between = [_between(n, count) for n, count in zip(size, cells, strict=True)]

    def mark(self, frame: Frames) -> Frames:
        """The frame (H, W, 3) with the pattern added to its brightness."""
        change = np.rint(self._pattern * self._loudness(frame @ LUMA)).astype(np.int16)
        return np.asarray((frame + change[..., None]).clip(0, 255), np.uint8)

    def _loudness(self, luma: Floats) -> Floats:
        """How many times as strong as on flat grey the pattern may be: (H, W), from 1 up."""
        light = self._cells(luma)
        detail = np.sqrt(np.abs(luma - self._pixels(light)))
        texture = self._cells(detail) ** 2  # of roots, so that a lone edge counts for little
        return self._pixels(np.minimum(1 + texture / TEXTURE, LOUDEST) * _tolerance(light))

    def _cells(self, pixels: Floats) -> Floats:
        rows, columns = self._means
        return _products(rows, pixels, columns)

    def _pixels(self, cells: Floats) -> Floats:
        rows, columns = self._between
        return _products(rows, cells, columns)


def _products(rows: Floats, sheet: Floats, columns: Floats) -> Floats:
    """What the matrices `rows` and `columns` make of a sheet along its two sides."""
    return np.asarray(rows @ sheet @ columns.T, np.float32)


def _pattern(size: tuple[int, int], code: NDArray[np.float64], key: bytes) -> Floats:
    """The pattern (H, W) for frames of `size`, with the strength for flat grey."""
    plan = waves(key)
    signs = np.append(np.ones(plan.pilots), code[plan.bits[plan.pilots :]])
    amplitudes = STRENGTH * math.sqrt(2 / len(signs)) * signs
    # A sum over waves is a product of three matrices: rows by ky, ky by kx, kx by columns.
    reach = int(BAND[1]) + 1
    sheet = np.zeros((reach + 1, 2 * reach + 1), complex)
    kx, ky = plan.frequencies.T
    sheet[ky, kx + reach] = amplitudes * np.exp(1j * plan.phases)
    y, x = (_positions(n, min(size)) for n in size)
    rows = np.exp(2j * math.pi / TILE * np.outer(y, np.arange(reach + 1)))
    columns = np.exp(2j * math.pi / TILE * np.outer(np.arange(-reach, reach + 1), x))
    return np.asarray((rows @ sheet @ columns).real, np.float32)


def _positions(length: int, short: int) -> Doubles:
    """Where the pixels of a side lie on the grid, from its middle."""
    return np.asarray((np.arange(length) - (length - 1) / 2) * (GRID / short), np.float64)


def _tolerance(light: Floats) -> Floats:
    """How much less a change is seen on dark and on bright ground than on mid-grey, from 1 to 2.

    The curve of Chou and Li 1995 (IEEE Transactions on Circuits and Systems for Video Technology
    5(6)), held below 2 in the dark, which screens show better today.
    """
    dark = 17 * (1 - np.sqrt(light.clip(0, 127) / 127)) + 3
    seen = np.minimum(dark + 3 / 128 * (light - 127).clip(0), 6) / 3
    return np.asarray(seen, np.float32)


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


# --- to find --------------------------------------------------------------------------------------

#: The most that may be found by chance where nothing is.
FALSE_ALARM = 1e-6
#: Places at which the payload is read: in the unchanged picture, and in all others.
READ_UNCHANGED, READ_CHANGED = 6, 18
#: Levels beyond which a pixel's deviation from its surroundings is the picture's, not the mark's.
LIMIT = 10.0
#: Standard deviation, in steps of the grid, of the blur that tells surroundings from detail.
SURROUNDINGS = 3.5
#: Values of the spectrum for each cycle a tile, and up to how many cycles.
FINENESS = 12
REACH = 26
#: Shifts are tried on so many positions along a side of the tile.
SHIFTS = 64
#: What is tried, finer than the pilots can tell apart: how much larger the content has become
#: against the short side (a crop enlarges it, black bars reduce it), its width over its height,
#: and its turn in degrees.
SCALES = np.exp(np.arange(-6, 28) * 0.015)
ASPECTS = np.exp(np.arange(-6, 7) * 0.02)
TURNS = np.arange(-4, 5) * 0.7
#: Geometries that are tried at once.
BATCH = 64

#: What is read by chance counts among so many; the score that they reach in FALSE_ALARM cases.
TRIES = 2.0**PAYLOAD_BITS * (READ_UNCHANGED + READ_CHANGED)
THRESHOLD = math.sqrt(2 * math.log(TRIES / FALSE_ALARM))


@dataclass(frozen=True)
class Found:
    """A watermark that was found, and how it lies in the film.

    payload: its number. score: how well the waves agree with it, in standard deviations of chance;
    threshold: what the score had to reach. false_alarm: a bound on the probability that chance
    reaches this score in a film that is not marked. scale: how many times larger the content is
    than when it was marked, against the short side; aspect: the same for its width against its
    height; angle: how far it was turned, in degrees, clockwise; mirrored: left to right.
    """

    payload: int
    score: float
    threshold: float
    false_alarm: float
    scale: float
    aspect: float
    angle: float
    mirrored: bool


def detect(frames: Iterable[Frames], key: bytes = PUBLIC_KEY) -> Found | None:
    """Look for the watermark in chunks (t, H, W, 3) of a film; None where there is none.

    One pass and one small picture in memory, however long the film is and however large. Raises
    ValueError when there is no frame, or frames of several sizes.
    """
    return search(spectrum(frames), key)


def spectrum(frames: Iterable[Frames]) -> NDArray[np.complex64]:
    """The spectrum of the detail that the frames have in common: (2 R + 1, 2 R + 1), y before x.

    R = REACH x FINENESS; zero is in the middle, phases count from the picture's middle.
    """
    detail = _detail(frames)
    energy = _blur(detail * detail)
    detail /= np.sqrt(energy + 0.1 * energy.mean() + 1e-9)  # where much goes on, little is sure
    turns = np.arange(-REACH * FINENESS, REACH * FINENESS + 1) / (FINENESS * TILE)
    rows, columns = (
        np.exp(-2j * math.pi * np.outer(turns, _positions(n, min(detail.shape))))
        for n in detail.shape
    )
    found = rows.astype(np.complex64) @ detail @ columns.astype(np.complex64).T
    return np.asarray(found, np.complex64)


def _detail(frames: Iterable[Frames]) -> Floats:
    """The sum of what each frame's brightness differs from its surroundings by: (h, w)."""
    total = None
    for frame in itertools.chain.from_iterable(frames):
        luma = _reduced(frame @ LUMA)
        detail = (luma - _blur(luma)).clip(-LIMIT, LIMIT)
        if total is None:
            total = np.zeros_like(detail)
        if total.shape != detail.shape:
            raise ValueError("The frames of a film must all have the same size.")
        total += detail
    if total is None:
        raise ValueError("There is no frame to look for a watermark in.")
    return total


def _reduced(luma: Floats) -> Floats:
    """Means over square blocks, so that the short side has less than twice the grid's steps."""
    block = max(1, min(luma.shape) // GRID)
    if block == 1:
        return luma
    height, width = (n // block * block for n in luma.shape)
    cut = luma[:height, :width].reshape(height // block, block, width // block, block)
    return np.asarray(cut.mean((1, 3)), np.float32)


def _blur(pixels: Floats) -> Floats:
    """Gaussian means over the surroundings of each pixel."""
    rows, columns = (_gaussian(n, SURROUNDINGS * min(pixels.shape) / GRID) for n in pixels.shape)
    return _products(rows, pixels, columns)


@lru_cache(maxsize=16)
def _gaussian(length: int, deviation: float) -> Floats:
    place = np.arange(length)
    weights = np.exp(-(((place - place[:, None]) / deviation) ** 2) / 2)
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


# --- the search


@lru_cache(maxsize=1)
def geometries() -> Doubles:
    """All geometries (G, 2, 2) that are tried, likely ones first; the first two are unchanged.

    Each maps frequencies (x, y) of the mark, as row vectors, to those of the content.
    """
    tries = itertools.product(SCALES, ASPECTS, TURNS, (1, -1))

    def unlikely(of: tuple[float, float, float, int]) -> tuple[int, float]:
        deviations = np.abs([math.log(of[0]) / 0.3, math.log(of[1]) / 0.1, of[2] / 2])
        return int((deviations > 1e-9).sum()), float(deviations.sum())

    return np.stack([_geometry(*entry) for entry in sorted(tries, key=unlikely)])


def _geometry(scale: float, aspect: float, angle: float, mirror: int) -> Doubles:
    """Mirror, then change the proportions, then turn: what that does to frequencies, (2, 2)."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    stretch = np.diag([mirror / math.sqrt(aspect), math.sqrt(aspect)]) / scale
    return np.asarray(stretch @ [[cosine, sine], [-sine, cosine]], np.float64)


def search(
    values: NDArray[np.complex64], key: bytes = PUBLIC_KEY, changed: bool = True
) -> Found | None:
    """The watermark in a spectrum, or None.

    The unchanged picture, mirrored or not, comes first; all others only where `changed` says so.
    """
    plan, every = waves(key), geometries()
    scores = pilot_scores(values, plan, every[:2])
    likely = np.argsort(scores, axis=None)[: -READ_UNCHANGED - 1 : -1]
    found = _best(values, plan, (_place(index, every) for index in likely))
    if found is not None or not changed:
        return found
    peaks: list[tuple[float, int]] = []  # the best shift of each geometry: its score, its place
    for first in range(2, len(every), BATCH):
        scores = pilot_scores(values, plan, every[first : first + BATCH])
        flat = scores.reshape(len(scores), -1)
        shifts = flat.argmax(1)
        numbers = (first + np.arange(len(flat))) * SHIFTS**2 + shifts
        peaks += zip(flat.max(1).tolist(), numbers.tolist(), strict=True)
    peaks.sort(reverse=True)
    return _best(values, plan, (_place(index, every) for _, index in peaks[:READ_CHANGED]))


def _place(index: int, every: Doubles) -> Doubles:
    """A geometry (2, 2) and a shift (2,) as one row (6,), from their number."""
    number, y, x = np.unravel_index(index, (len(every), SHIFTS, SHIFTS))
    return np.append(every[number].ravel(), [x * TILE / SHIFTS, y * TILE / SHIFTS])


def _best(values: NDArray[np.complex64], plan: Waves, places: Iterable[Doubles]) -> Found | None:
    """What is read at the first of the places where a payload proves itself."""
    for place in places:
        refined = _refined(values, plan, place)
        payload, score = _read(values, plan, refined)
        if score >= THRESHOLD:
            alarm = TRIES * math.exp(-(score**2) / 2)
            return Found(payload, score, THRESHOLD, alarm, *_lie(refined[:4].reshape(2, 2)))
    return None


def pilot_scores(values: NDArray[np.complex64], plan: Waves, geometries: Doubles) -> Floats:
    """How well the pilots agree, for geometries (G, 2, 2) and all shifts (y, x): (G, S, S)."""
    pilots, phases = plan.frequencies[: plan.pilots], plan.phases[: plan.pilots]
    angles = _at(values, pilots @ geometries) * np.exp(-1j * phases)  # (G, P)
    reach = int(BAND[1])
    kx, ky = pilots.T
    sheet = np.zeros((len(geometries), reach + 1, 2 * reach + 1), np.complex64)
    sheet[:, ky, kx + reach] = angles
    # The sum over pilots of cos(angle + wave x shift), for all shifts, as products of matrices.
    shifts = 2j * math.pi / SHIFTS * np.arange(SHIFTS)
    columns = np.exp(np.outer(np.arange(-reach, reach + 1), shifts)).astype(np.complex64)
    rows = np.exp(np.outer(shifts, np.arange(reach + 1))).astype(np.complex64)
    partial = sheet @ columns  # (G, ky, S)
    sums = rows.real @ partial.real - rows.imag @ partial.imag
    return np.asarray(sums * math.sqrt(2 / plan.pilots), np.float32)


def _at(values: NDArray[np.complex64], frequencies: NDArray[np.floating]) -> NDArray[np.complex64]:
    """The phases, as complex numbers of size 1, at frequencies (..., 2) in cycles a tile."""
    middle = REACH * FINENESS
    nearest = np.rint(frequencies * FINENESS).astype(np.int64) + middle
    x, y = np.moveaxis(nearest.clip(0, 2 * middle), -1, 0)
    found = values[y, x]
    return np.asarray(found / (np.abs(found) + 1e-20), np.complex64)


def _agreement(values: NDArray[np.complex64], plan: Waves, which: slice, place: Doubles) -> Doubles:
    """The cosines (n,) between what is found at the waves `which` and what the key says."""
    frequencies = plan.frequencies[which]
    expected = plan.phases[which] - 2 * math.pi / TILE * (frequencies @ place[4:])
    found = _at(values, frequencies @ place[:4].reshape(2, 2))
    return np.asarray((found * np.exp(-1j * expected)).real, np.float64)


def _refined(values: NDArray[np.complex64], plan: Waves, place: Doubles) -> Doubles:
    """The place (6,) near this one from which no small step lets the pilots agree better."""
    pilots = slice(0, plan.pilots)
    best = _agreement(values, plan, pilots, place).sum()
    step = np.array([0.008] * 4 + [1.0] * 2)
    for _ in range(4):
        better = True
        while better:
            better = False
            for move in (*np.diag(step), *np.diag(-step)):
                new = _agreement(values, plan, pilots, place + move).sum()
                if new > best:
                    place, best, better = place + move, new, True
        step = step / 2
    return place


def _read(values: NDArray[np.complex64], plan: Waves, place: Doubles) -> tuple[int, float]:
    """The likeliest payload at a place, and how well the waves that carry it agree."""
    data = slice(plan.pilots, None)
    cosines, bits = _agreement(values, plan, data, place), plan.bits[data]
    payload = decode(np.bincount(bits, cosines, CODED_BITS).astype(np.float64))
    return payload, float((cosines * encode(payload)[bits]).sum() * math.sqrt(2 / len(bits)))


def _lie(geometry: Doubles) -> tuple[float, float, float, bool]:
    """(scale, aspect, angle, mirrored) of a geometry: `_geometry` turned round."""
    mirrored = bool(np.linalg.det(geometry) < 0)
    (a, b), (c, d) = geometry * [[-1], [1]] if mirrored else geometry
    across, down = math.hypot(a, b), math.hypot(c, d)
    angle = math.degrees(math.atan2(b - c, a + d))
    return (
        round(1 / math.sqrt(across * down), 3),
        round(down / across, 3),
        round(angle, 2),
        mirrored,
    )
