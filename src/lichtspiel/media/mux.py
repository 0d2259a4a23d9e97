"""Frames to files. Frames stream through, so memory does not grow with a film's length.

Legend: t frames of a chunk, H height, W width in pixels; uint8, RGB.
The same frames give the same bytes: fixed encoder threads, no dates, no version of the muxer.
"""

from __future__ import annotations

import errno
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from lichtspiel.media.sound import carried

Frames = NDArray[np.uint8]  # (t, H, W, 3)

#: H.264's own numbers for the colours of ordinary video (Rec. ITU-R BT.709, studio range).
BT709 = 1
STUDIO_RANGE = 1

#: crf 18 is visually lossless. The threads are fixed, since x264's bytes depend on their number;
#: a key frame at least every two seconds keeps seeking quick.
X264 = {"crf": "18", "preset": "medium", "threads": "2", "flags": "+bitexact+cgop"}
#: A loop's last frame meets its first, a key frame: all frames are coded equally well, and better.
X264_LOOP = X264 | {"crf": "14", "x264-params": "ipratio=1:pbratio=1:mbtree=0"}

#: Seconds after which a temporary file that nobody writes to was left by a killed process.
ABANDONED = 24 * 3600


def write_mp4(
    path: Path,
    chunks: Iterable[Frames],
    fps: int,
    on_frames: Callable[[int], None] | None = None,
    loop: bool = False,
    sound: Path | None = None,
) -> int:
    """Write chunks (t, H, W, 3) as H.264, yuv420p, faststart; returns the number of frames.

    H and W must be even and equal in all chunks. `on_frames` hears the frames written so far. Of a
    `loop` the step from the last frame to the first is not seen in how they are coded. sound: a
    film whose sound goes with it, from its beginning, as far as there are frames.
    Raises OSError when the file can't be written to its end.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    written = 0
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=fps, options=_x264(loop))
        with carried(container, sound) as carry:
            for chunk in chunks:
                for picture in chunk:
                    if written == 0:
                        _describe(stream, picture.shape[0], picture.shape[1], fps)
                    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                        format="yuv420p",
                        src_color_range=ColorRange.JPEG,
                        dst_color_range=ColorRange.MPEG,
                        dst_colorspace=Colorspace.ITU709,
                    )
                    frame.pts, frame.time_base = written, Fraction(1, fps)
                    container.mux(stream.encode(frame))
                    written += 1
                carry(written / fps)
                if on_frames is not None:
                    on_frames(written)
            if written == 0:
                raise ValueError("A film needs at least one frame.")
            container.mux(stream.encode(None))
    _make_sure(path, written)
    return written


def _x264(loop: bool) -> dict[str, str]:
    """Options of the encoder.

    With AVX-512, x264's rate control (mbtree) comes to other bytes in every run; with AVX2 they are
    always those of processors that have no more.
    """
    import torch

    options = dict(X264_LOOP if loop else X264)
    if torch.backends.cpu.get_cpu_capability() == "AVX512":
        own = options.get("x264-params", "")
        options["x264-params"] = f"{own}:asm=avx2".lstrip(":")
    return options


def _describe(stream: av.VideoStream, height: int, width: int, fps: int) -> None:
    stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
    stream.time_base = Fraction(1, fps)
    codec = stream.codec_context
    codec.gop_size = 2 * fps
    codec.color_primaries = codec.color_trc = codec.colorspace = BT709
    codec.color_range = STUDIO_RANGE


def _make_sure(path: Path, frames: int) -> None:
    """Raise OSError unless the file holds all the frames: muxers may lose a failed write."""
    with av.open(str(path)) as container:
        found = sum(1 for packet in container.demux(video=0) if packet.size)
    if found != frames:
        raise OSError(errno.EIO, f"Only {found} of {frames} frames could be written", str(path))


def write_png(path: Path, chunks: Iterable[Frames]) -> int:
    """Write the first frame of the chunks as PNG, without loss; returns 1."""
    picture = next(iter(chunks))[0]
    codec = av.CodecContext.create("png", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.height, codec.width, codec.pix_fmt = picture.shape[0], picture.shape[1], "rgb24"
    codec.time_base = Fraction(1, 1)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts = 0
    packets = [*codec.encode(frame), *codec.encode(None)]
    path.write_bytes(b"".join(map(bytes, packets)))
    return 1


@contextmanager
def placing(target: Path) -> Iterator[Path]:
    """A temporary file beside `target` that takes its name at the end, whole, or vanishes.

    Whatever goes wrong inside (an error, Ctrl-C, a full disk), nothing is left behind and what
    was at `target` before is untouched. Only a killed process leaves its file; whoever writes to
    the same folder a day later removes it.
    """
    _remove_abandoned(target.parent)
    temporary = _temporary(target)
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())  # a disk that is full says so now, not after the rename
        os.replace(temporary, target)
    finally:  # after the rename there is nothing left to remove
        with suppress(FileNotFoundError):
            temporary.unlink()


def _temporary(target: Path) -> Path:
    return target.with_name(f".lichtspiel-{uuid.uuid4().hex}{target.suffix}")


def _remove_abandoned(folder: Path) -> None:
    """Remove temporary files to which nothing was written for so long that nobody will."""
    for left in folder.glob(".lichtspiel-*"):
        with suppress(OSError):  # another process may have removed it
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink()


def check_target(target: Path, suffix: str) -> None:
    """Raise ValueError, in a sentence, when no file can be written at `target`.

    Found out before the work, not after it: a file is really made in the folder for a moment.
    """
    if target.suffix.lower() != suffix:
        raise ValueError(f"The output must end in {suffix}, not '{target.name}'.")
    if target.is_dir():
        raise ValueError(f"The output '{target}' is a folder; give the name of a file.")
    if target.exists() and not target.is_file():
        raise ValueError(f"The output '{target}' is not an ordinary file.")
    if not target.parent.is_dir():
        raise ValueError(f"The output folder '{target.parent}' does not exist.")
    try:  # a file without a name, so that nothing is left whatever stops us here
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise ValueError(
            f"The output folder '{target.parent}' can't be written to ({error.strerror})."
        ) from error
