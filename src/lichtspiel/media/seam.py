"""Where new frames meet those of a given film.

Legend: H height, W width in pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from lichtspiel.media.conform import Picture

#: Frames over which the difference at a seam fades.
FADE = 8
#: How much of the first step away from a given frame is taken back, and given to the next ones.
HELD = 0.5

Change = NDArray[np.float32]  # (H, W, 3)


def joined(
    frames: Iterator[Picture], skip: int, count: int, end: Picture | None, begin: Picture | None
) -> Iterator[Picture]:
    """The `count` frames after the first `skip` of a decoded take, fitted to the films beside it.

    end: the last frame of the film before, which the take decodes to as its frame skip - 1; begin:
    the first of the film after, the take's frame skip + count. Latents keep less than a picture
    has: what is missing where they meet is added to the new frames, less with the distance, and
    so is half of the step that is left.
    """
    waiting: deque[Picture] = deque()
    decoded: Picture | None = None
    before: Change | None = None
    for index, frame in enumerate(frames):
        if index == skip - 1:
            decoded = frame
        elif skip <= index < skip + count:
            if index == skip and end is not None and decoded is not None:
                before = _change(end, decoded, frame)
            waiting.append(_faded(frame, before, index - skip))
            if begin is None or len(waiting) > FADE:
                yield waiting.popleft()
        elif index == skip + count and begin is not None:
            after = _change(begin, frame, waiting[-1])
            for distance in range(len(waiting) - 1, -1, -1):
                yield _faded(waiting.popleft(), after, distance)
    yield from waiting


def _change(given: Picture, decoded: Picture, new: Picture) -> Change:
    """What is added to new frames beside a given one, which is also there as it was decoded."""
    film = given.astype(np.float32)
    missing = film - decoded
    return np.asarray(missing - HELD * (new + _share(0) * missing - film), np.float32)


def round_once(frames: Iterator[Picture], skip: int, count: int, among: int) -> Iterator[Picture]:
    """The `count` frames of a loop, from where it is begun with the least to be seen.

    frames: the loop between its neighbours, `skip` frames that lead to it and at least `among` that
    follow. It begins where the step from the frame before is the smallest of the first `among`.
    """
    ahead = list(islice(frames, skip - 1, skip + among))
    steps = [np.abs(a.astype(np.int16) - b).mean() for a, b in pairwise(ahead)]
    least = int(np.argmin(steps))
    yield from islice(chain(ahead[1 + least :], frames), count)


def _faded(frame: Picture, change: Change | None, distance: int) -> Picture:
    """A frame with the change at a seam that is `distance` frames from the next one to it."""
    if change is None or distance >= FADE:
        return frame
    return np.asarray((frame + _share(distance) * change).round().clip(0, 255), np.uint8)


def _share(distance: int) -> float:
    return 1 - (distance + 1) / (FADE + 1)
