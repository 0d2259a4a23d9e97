"""Films from files, frame by frame, so that a long one needs no more memory than a short one.

Legend: H height, W width in pixels; uint8, RGB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray


@dataclass(frozen=True)
class FilmFacts:
    """What a file says of its first video stream. `frames` are counted, not believed."""

    codec: str
    pixel_format: str
    width: int
    height: int
    fps: float
    frames: int
    seconds: float


def facts(path: Path) -> FilmFacts:
    """Read the facts of the film at `path`; ValueError when it is no film."""
    with opened(path) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        frames = sum(1 for packet in container.demux(stream) if packet.size)
        rate = stream.average_rate
        if not frames or not rate:
            raise ValueError(f"'{path}' holds no moving pictures.")
        return FilmFacts(
            codec=codec.name,
            pixel_format=codec.pix_fmt or "unknown",
            width=codec.width,
            height=codec.height,
            fps=float(rate),
            frames=frames,
            seconds=float((stream.duration or 0) * (stream.time_base or 0) or frames / rate),
        )


def rate(path: Path) -> float:
    """Frames a second of the film at `path`; 1 for a picture. ValueError when it is neither."""
    with opened(path) as container:
        stream = container.streams.video[0]
        if container.format.name.endswith("_pipe") or container.format.name == "image2":
            return 1.0
        return float(stream.average_rate or 1)


def frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """The frames (H, W, 3) of the film at `path`, in order; ValueError when it is no film."""
    with opened(path) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file at `path`, open, with at least one video stream; ValueError when it is no film."""
    if not path.is_file():
        raise ValueError(f"There is no file '{path}'.")
    try:
        # What a file says of itself may be no text at all; its pictures are seen all the same.
        container = av.open(str(path), metadata_errors="replace")
    except (av.error.InvalidDataError, av.error.EOFError) as error:
        raise ValueError(f"'{path}' is not a film that can be read.") from error
    with container:
        if not container.streams.video:
            raise ValueError(f"'{path}' holds no pictures.")
        if container.streams.video[0].codec_context is None:  # of no kind that anyone knows
            raise ValueError(f"The pictures in '{path}' are of an unknown kind.")
        yield container
