"""A tiny world for the judge's tests: every attribute that is used shows in a plain way.

The place is the ground's tone, the subject is where a white square lies, the colour is that of
the band at the bottom, the camera is how stripes move.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from lichtspiel.world import scene

COLORS = {
    "red": (220, 30, 30),
    "blue": (40, 60, 230),
    "green": (30, 200, 60),
    "yellow": (230, 220, 40),
    "white": (250, 250, 250),
    "black": (5, 5, 5),
    "brown": (120, 70, 20),
    "gray": (170, 170, 170),
}
STEPS = {"pan_left": 2, "pan_right": -2}
SIDE = 96


def draw(labels: dict[str, str | int], frames: int = 9) -> NDArray[np.uint8]:
    """uint8 (frames, SIDE, SIDE, 3)."""
    place = scene.PLACES.index(str(labels["place"]))
    ground = 80 + 65 * np.array([place % 3, place // 3 % 3, place // 9])
    row, column = divmod(scene.SUBJECTS.index(str(labels["subject"])), 4)
    color = COLORS.get(str(labels["color"]), (128, 128, 128))
    clip = np.empty((frames, SIDE, SIDE, 3), np.uint8)
    noise = np.random.default_rng(int(labels["seed"]))
    offset = int(noise.integers(32))
    for number in range(frames):
        x = np.arange(SIDE) + offset - STEPS.get(str(labels["camera"]), 0) * number
        stripes = 60 * (x % 32 < 16)
        clip[number] = (ground - stripes[:, None])[None]
        clip[number, 18 * row + 1 : 18 * row + 17, 24 * column + 4 : 24 * column + 20] = 255
        clip[number, 72:] = color
    return clip


def write_shard(path: Path, seeds: Iterable[int]) -> None:
    """A shard of scenes drawn by `draw`, in the form of the rendered world's shards."""
    with tarfile.open(path, "w") as tar:
        for seed in seeds:
            labels = scene.sample(seed).as_dict()
            facts = json.dumps({"scene": labels, "captions": [], "fps": 12}).encode()
            for suffix, content in (("mp4", _film(draw(labels))), ("json", facts)):
                member = tarfile.TarInfo(f"{seed}.{suffix}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


def _film(clip: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", 12, options={"preset": "ultrafast", "crf": "12"})
        stream.height, stream.width, stream.pix_fmt = *clip.shape[1:3], "yuv420p"
        stream.time_base = Fraction(1, 12)
        for picture in clip:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()
