"""The search for the watermark: from a film's frames to its payload, or to none.

**False alarms.** Only pilots say where to look; the other waves, which had no part in the search,
must prove that the mark is there (all waves together only where it was put, unmoved). For someone
who does not know the key their phases are independent and uniform, so whatever a picture shows,
their agreement with one payload at one place is a sum of cosines of uniform angles, with weights
that are the picture's alone. Its moments are bounded by those of a normal distribution (I0(x) <=
exp(x^2 / 4)), so, scaled to variance 1, it exceeds s with a probability of at most exp(-s^2 / 2)
(Chernoff 1952); over all 2^32 payloads and all places that are read, of at most their number times
this. No content can break the bound, and the search may be as wide as it likes.

Legend: t frames of a chunk, H height, W width, h and w the same after reduction; K waves, P pilots
among them; G geometries, S shifts along a side of the tile. Positions are in steps of the grid,
from the picture's middle, x before y.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lichtspiel.provenance.watermark_code import CODED_BITS, PAYLOAD_BITS, decode, encode
from lichtspiel.provenance.watermark_waves import (
    BAND,
    GRID,
    LUMA,
    PUBLIC_KEY,
    TILE,
    Doubles,
    Floats,
    Frames,
    Waves,
    positions,
    products,
    waves,
)

#: The most that may be found by chance where nothing is.
FALSE_ALARM = 1e-6
#: Places at which the payload is read: where it was put, mirrored or not; elsewhere in the
#: picture, for one whose edges were cut or moved; and in all other geometries, first where the
#: pilots' score is hardly chance (among all geometries and shifts: less than once in a thousand).
READ_UNMOVED, READ_MOVED, READ_SURE, READ_CHANGED = 2, 6, 4, 18
SURE = 7.0
#: Levels beyond which a pixel's deviation from its surroundings is the picture's, not the mark's.
LIMIT = 10.0
#: Standard deviation, in steps of the grid, of the blur that tells surroundings from detail.
SURROUNDINGS = 3.5
#: Frames that are weighed against each other, and how near their weights are held together.
GROUP = 24
CAUTION = 0.1
#: What the first frame counts for beside all together: of films that move, coders spare it most.
FIRST = 0.5
#: A phase counts as much as its wave stands out from those around it, and this much at most.
SUREST = 2.0
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
TRIES = 2.0**PAYLOAD_BITS * (READ_UNMOVED + READ_MOVED + READ_SURE + READ_CHANGED)
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

    R = REACH x FINENESS; zero is in the middle, phases count from the picture's middle. Each value
    is as large as its phase counts.
    """
    first, common = _details(frames)
    return _spectrum(common) + FIRST * _spectrum(first)


def _spectrum(detail: Floats) -> NDArray[np.complex64]:
    """The weighed spectrum of a detail (h, w)."""
    energy = _blur(detail * detail)
    # Where much goes on, little is sure.
    detail = detail / np.sqrt(energy + 0.1 * energy.mean() + 1e-9)
    turns = np.arange(-REACH * FINENESS, REACH * FINENESS + 1) / (FINENESS * TILE)
    rows, columns = (
        np.exp(-2j * math.pi * np.outer(turns, positions(n, min(detail.shape))))
        for n in detail.shape
    )
    found = rows.astype(np.complex64) @ detail @ columns.astype(np.complex64).T
    return _weighed(np.asarray(found, np.complex64))


def _weighed(found: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The spectrum, each value divided by the size of those half a cycle away, within SUREST."""
    power, step = np.abs(found) ** 2 + 1e-20, FINENESS // 2
    across = sum(np.roll(power, shift, 1) for shift in (-step, 0, step))
    around = sum(np.roll(across, shift, 0) for shift in (-step, 0, step)) - power
    sizes = np.minimum(np.sqrt(8 / around), SUREST / np.sqrt(power))
    return np.asarray(found * sizes, np.complex64)


def _details(frames: Iterable[Frames]) -> tuple[Floats, Floats]:
    """Brightness beside its surroundings: the first frame's, what all have in common; (h, w)."""
    each = map(_frame_detail, itertools.chain.from_iterable(frames))
    first = total = None
    while group := list(itertools.islice(each, GROUP)):
        sizes = {frame.shape for frame in group} | ({total.shape} if total is not None else set())
        if len(sizes) > 1:
            raise ValueError("The frames of a film must all have the same size.")
        first = group[0] if first is None else first
        common = _common(np.stack(group))
        total = common if total is None else total + common
    if first is None or total is None:
        raise ValueError("There is no frame to look for a watermark in.")
    return first, total


def _frame_detail(frame: Frames) -> Floats:
    """How far a frame's brightness differs from its surroundings, (h, w), within LIMIT."""
    luma = _reduced(frame @ LUMA)
    return (luma - _blur(luma)).clip(-LIMIT, LIMIT)


def _common(group: Floats) -> Floats:
    """The weighted sum of details (n, h, w) with the least energy, weights adding up to n.

    The mark is the same in all frames and stays; what moves is cancelled, and frames that only
    repeat others count less (the beamformer of Capon 1969, Proceedings of the IEEE 57(8)).
    """
    flat = group.reshape(len(group), -1)
    covariance = flat.astype(np.float64) @ flat.T
    loading = CAUTION * np.trace(covariance) / len(group) + 1e-9
    covariance += loading * np.eye(len(group))
    weights = np.linalg.solve(covariance, np.ones(len(group)))
    weights *= len(group) / weights.sum()
    return np.asarray(weights.astype(np.float32) @ flat, np.float32).reshape(group.shape[1:])


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
    return products(rows, pixels, columns)


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
    Where the mark was put there is nothing to search, so there the pilots are proof as well.
    """
    plan, every = waves(key), geometries()
    unmoved = np.pad(every[:READ_UNMOVED].reshape(-1, 4), ((0, 0), (0, 2)))
    found = _proven(values, plan, unmoved, slice(None))
    if found is not None:
        return found
    scores = pilot_scores(values, plan, every[:2])
    likely = np.argsort(scores, axis=None)[: -READ_MOVED - 1 : -1]
    found = _best(values, plan, likely)
    if found is not None or not changed:
        return found
    peaks: list[tuple[float, int]] = []  # the best shift of each geometry: its score, its place
    sure = 0
    for first in range(2, len(every), BATCH):
        scores = pilot_scores(values, plan, every[first : first + BATCH])
        flat = scores.reshape(len(scores), -1)
        shifts = flat.argmax(1)
        numbers = (first + np.arange(len(flat))) * SHIFTS**2 + shifts
        peaks += zip(flat.max(1).tolist(), numbers.tolist(), strict=True)
        score, index = max(peaks[-len(flat) :])
        if score >= SURE and sure < READ_SURE:
            sure += 1
            if found := _best(values, plan, [index]):
                return found
    peaks.sort(reverse=True)
    return _best(values, plan, [index for _, index in peaks[:READ_CHANGED]])


def _best(
    values: NDArray[np.complex64], plan: Waves, numbers: Iterable[int] | NDArray[np.int64]
) -> Found | None:
    """What is found at the places of these numbers (of a geometry and a shift), refined."""
    every = geometries()
    geometry, y, x = np.unravel_index(list(numbers), (len(every), SHIFTS, SHIFTS))
    shifts = np.stack([x, y], axis=-1) * (TILE / SHIFTS)
    places = np.concatenate([every[geometry].reshape(-1, 4), shifts], axis=1)
    return _proven(values, plan, _refined(values, plan, places), slice(plan.pilots, None))


def _proven(
    values: NDArray[np.complex64], plan: Waves, places: Doubles, proof: slice
) -> Found | None:
    """What is read at the best of the places (N, 6), if the waves of `proof` agree beyond chance.

    A place is a geometry (2, 2) and a shift (2,) in one row.
    """
    agreement = _agreement(values, plan, slice(None), places)
    bits = plan.bits[plan.pilots :]
    soft = agreement.real[:, plan.pilots :] @ (bits[:, None] == np.arange(CODED_BITS))
    payloads = decode(soft)
    coded = np.stack([encode(int(payload)) for payload in payloads])[:, bits]
    signs = np.concatenate([np.ones((len(places), plan.pilots)), coded], axis=1)
    scores = _scores((agreement * signs)[:, proof])
    best = int(scores.argmax())
    score = float(scores[best])
    if score < THRESHOLD:
        return None
    alarm = TRIES * math.exp(-(score**2) / 2)
    lie = _lie(places[best, :4].reshape(2, 2))
    return Found(int(payloads[best]), score, THRESHOLD, alarm, *lie)


def _scores(agreement: NDArray[np.complex128]) -> Doubles:
    """The sums of real parts along the last axis, in standard deviations of chance."""
    weights = np.sqrt((np.abs(agreement) ** 2).sum(-1) / 2)
    return np.asarray(agreement.real.sum(-1) / (weights + 1e-20), np.float64)


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
    weights = np.sqrt((np.abs(angles) ** 2).sum(1) / 2) + 1e-20
    return np.asarray(sums / weights[:, None, None], np.float32)


def _at(values: NDArray[np.complex64], frequencies: NDArray[np.floating]) -> NDArray[np.complex64]:
    """The spectrum's values at frequencies (..., 2) in cycles a tile."""
    middle = REACH * FINENESS
    nearest = np.rint(frequencies * FINENESS).astype(np.int64) + middle
    x, y = np.moveaxis(nearest.clip(0, 2 * middle), -1, 0)
    return np.asarray(values[y, x], np.complex64)


def _agreement(
    values: NDArray[np.complex64], plan: Waves, which: slice, places: Doubles
) -> NDArray[np.complex128]:
    """What is found at the waves `which`, turned back by what the key says of them: (..., n).

    At the places (..., 6). Real parts are cosines, as large as they count.
    """
    frequencies = plan.frequencies[which]
    expected = plan.phases[which] - 2 * math.pi / TILE * (places[..., 4:] @ frequencies.T)
    found = _at(values, frequencies @ places[..., :4].reshape(*places.shape[:-1], 2, 2))
    return np.asarray(found * np.exp(-1j * expected), np.complex128)


def _refined(values: NDArray[np.complex64], plan: Waves, places: Doubles) -> Doubles:
    """Places (N, 6) near these from which no small step lets the pilots agree better."""
    pilots = slice(0, plan.pilots)
    best = _scores(_agreement(values, plan, pilots, places))
    steps = np.diag([0.008] * 4 + [1.0] * 2)
    moves = np.concatenate([steps, -steps])
    for halving in range(4):
        while True:
            tries = places[:, None] + moves / 2**halving
            scores = _scores(_agreement(values, plan, pilots, tries))
            better = scores.max(1) > best
            if not better.any():
                break
            places = np.where(
                better[:, None], tries[np.arange(len(tries)), scores.argmax(1)], places
            )
            best = np.maximum(best, scores.max(1))
    return places


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
