"""A shard as the renderer writes it, without the renderer: coloured pictures and short clips."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lichtspiel.media.mux import write_mp4
from lichtspiel.world.caption import captions
from lichtspiel.world.scene import Scene


def write_shard(path: Path, scenes: list[Scene], frames: list[int], size: int = 64) -> Path:
    with tarfile.open(path, "w") as tar:
        for number, (scene, length) in enumerate(zip(scenes, frames, strict=True)):
            rng = np.random.default_rng(number)
            picture = np.repeat(np.repeat(rng.integers(0, 255, (4, 4, 3), np.uint8), 16, 0), 16, 1)
            clip = np.stack([np.roll(picture, t, 1) for t in range(length)])[:, :size, :size]
            film = path.parent / "film.mp4"
            write_mp4(film, [clip], 12)
            about = {"scene": scene.as_dict(), "captions": captions(scene, 8, number)}
            for kind, data in (("mp4", film.read_bytes()), ("json", json.dumps(about).encode())):
                member = tarfile.TarInfo(f"{number:08d}.{kind}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
            film.unlink()
    return path


BALL = Scene("ball", "roll", "beach", "noon", "clear", "static", color="red")
EYE = Scene("eye", "look_right", "face", "noon", "clear", "closeup", color="blue")


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """Two pictures, a clip of 25 frames, and an eye that looks to one side."""
    folder = tmp_path / "shards"
    folder.mkdir()
    return write_shard(folder / "a.tar", [BALL, BALL, BALL, EYE], [1, 1, 25, 9])


@pytest.fixture
def make_shard() -> Callable[..., Path]:
    return write_shard
