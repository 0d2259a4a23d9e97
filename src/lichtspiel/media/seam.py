"""Where new frames meet those of a given film.

Legend: H height, W width in pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lichtspiel.media.conform import Picture

#: Frames over which the difference at a seam fades.
FADE = 8

Change = NDArray[np.float32]  # (H, W, 3)


def difference(film: Picture | None, decoded: Picture) -> Change | None:
    """What a frame of the film has that the same frame, decoded from latents, has not."""
    return None if film is None else film.astype(np.float32) - decoded.astype(np.float32)


def joined(
    frames: Iterator[Picture], skip: int, count: int, end: Picture | None, begin: Picture | None
) -> Iterator[Picture]:
    """The `count` frames after the first `skip` of a decoded take, fitted to the films beside it.

    end: the last frame of the film before, which the take decodes to as its frame skip - 1; begin:
    the first of the film after, the take's frame skip + count. Latents keep less than a picture
    has: what is missing where they meet is added to the new frames, less with the distance.
    """
    waiting: deque[Picture] = deque()
    before: Change | None = None
    for index, frame in enumerate(frames):
        if index == skip - 1:
            before = difference(end, frame)
        elif skip <= index < skip + count:
            waiting.append(_faded(frame, before, index - skip))
            if begin is None or len(waiting) > FADE:
                yield waiting.popleft()
        elif index == skip + count:
            after = difference(begin, frame)
            for distance in range(len(waiting) - 1, -1, -1):
                yield _faded(waiting.popleft(), after, distance)
    yield from waiting


def _faded(frame: Picture, change: Change | None, distance: int) -> Picture:
    """A frame with the change at a seam that is `distance` frames from the next one to it."""
    if change is None or distance >= FADE:
        return frame
    share = 1 - (distance + 1) / (FADE + 1)
    return np.asarray((frame + share * change).round().clip(0, 255), np.uint8)
