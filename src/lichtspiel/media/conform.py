"""Films and pictures of any kind, brought to the size and frame rate that a model works with.

Legend: H height, W width in pixels; uint8, RGB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import av.filter
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lichtspiel.media.read import opened

Picture = NDArray[np.uint8]  # (H, W, 3)

#: Pillow refuses what would fill the memory; this is its limit, 16K x 8K.
LARGEST_PICTURE = 16384 * 8192
#: What libavfilter does for a rotation flag, in degrees.
TURNS = {0: [], 90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}


def picture(path: Path, height: int, width: int) -> Picture:
    """The picture at `path`, upright, cut to the shape in its middle and scaled: (H, W, 3).

    What is transparent becomes white. Raises ValueError when it is no picture.
    """
    return fitted(flat(path), height, width)


def flat(path: Path, ground: str = "white") -> Image.Image:
    """The picture at `path`, upright; what is transparent becomes `ground`. ValueError else."""
    with _pillow(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        behind = Image.new("RGBA", upright.size, ground)
        return Image.alpha_composite(behind, upright).convert("RGB")


def fitted(image: Image.Image, height: int, width: int) -> Picture:
    """A picture cut to the shape in its middle and scaled."""
    return np.asarray(ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS))


def picture_shape(path: Path) -> tuple[int, int]:
    """Height and width of the picture at `path`, upright. Raises ValueError when it is none."""
    with _pillow(path) as image:
        width, height = ImageOps.exif_transpose(image).size
    return height, width


def is_picture(path: Path) -> bool:
    """Whether the file at `path` is a single picture, and no film."""
    try:
        with Image.open(path) as image:
            return getattr(image, "n_frames", 1) == 1
    except (OSError, SyntaxError, Image.DecompressionBombError):
        return False


def shape(path: Path) -> tuple[int, int]:
    """Height and width of the film or picture at `path` as it is shown; ValueError for others."""
    return picture_shape(path) if is_picture(path) else film_shape(path)


def count(path: Path, fps: int) -> int:
    """How many frames `film` gives at `fps`. Raises ValueError when it is no film."""
    return sum(1 for _ in film(path, 32, 32, fps))


@contextmanager
def _pillow(path: Path) -> Iterator[Image.Image]:
    if not path.is_file():
        raise ValueError(f"There is no file '{path}'.")
    try:
        with Image.open(path) as image:
            if image.width * image.height > LARGEST_PICTURE:
                raise ValueError(
                    f"The picture '{path}' is too large ({image.width} x {image.height})."
                )
            image.load()
            yield image
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"'{path}' is not a picture that can be read.") from error


def film_shape(path: Path) -> tuple[int, int]:
    """Height and width of the film at `path` as it is shown. Raises ValueError when it is none."""
    for frame, aspect in _decoded(path):
        sides = (frame.height, round(frame.width * aspect))
        return sides if frame.rotation % 180 == 0 else sides[::-1]
    raise ValueError(f"'{path}' holds no moving pictures.")


def film(path: Path, height: int, width: int, fps: int | None = None) -> Iterator[Picture]:
    """The frames (H, W, 3) of the film at `path`, upright, cut to the shape, at `fps`.

    Frames are doubled or left out where the film has another frame rate, or a changing one; without
    `fps` they come as they are.
    Raises ValueError when it is no film.
    """
    graph = None
    for frame, aspect in _decoded(path):
        graph = graph or _graph(frame, aspect, height, width, fps)
        graph.vpush(frame)
        yield from _pulled(graph)
    if graph is None:
        raise ValueError(f"'{path}' holds no moving pictures.")
    graph.vpush(None)
    yield from _pulled(graph)


def _decoded(path: Path) -> Iterator[tuple[av.VideoFrame, float]]:
    """All frames that can be decoded, and how wide their pixels are (1 is square).

    A file that ends too early is read as far as it goes.
    """
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        aspect = float(stream.sample_aspect_ratio or 1)
        shape = None
        try:
            for frame in container.decode(stream):
                shape = shape or (frame.height, frame.width)
                if (frame.height, frame.width) != shape:
                    raise ValueError(f"The film '{path}' changes its size on the way.")
                yield frame, aspect
        except av.error.FFmpegError as error:
            if shape is None:
                raise ValueError(f"'{path}' is not a film that can be read.") from error


def _graph(
    frame: av.VideoFrame, aspect: float, height: int, width: int, fps: int | None
) -> av.filter.Graph:
    square = [] if aspect == 1 else [f"scale=round(iw*{aspect:.6f}):ih"]
    steps = [
        *square,
        *TURNS.get(round(frame.rotation) % 360, []),
        f"scale={width}:{height}:force_original_aspect_ratio=increase:flags=lanczos",
        f"crop={width}:{height}",
        "setsar=1",
        *([f"fps={fps}"] if fps else []),
        "format=rgb24",
    ]
    graph = av.filter.Graph()
    nodes = [
        graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base,
        )
    ]
    for step in steps:
        name, _, arguments = step.partition("=")
        nodes.append(graph.add(name, arguments) if arguments else graph.add(name))
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    return graph


def _pulled(graph: av.filter.Graph) -> Iterator[Picture]:
    while True:
        try:
            ready = graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield ready.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
