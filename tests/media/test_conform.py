"""Films and pictures of many kinds, real files all, brought to one size and frame rate."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from lichtspiel.media import conform, read

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
Make = Callable[..., Path]


def ffmpeg(*arguments: str) -> None:
    subprocess.run([FFMPEG, "-y", "-loglevel", "error", *arguments], check=True)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a test picture with a clock, 320 x 180, 30 frames a second."""
    path = tmp_path_factory.mktemp("films") / "source.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=320x180:r=30:d=2", "-pix_fmt", "yuv420p", str(path))
    return path


def frames(path: Path, height: int = 96, width: int = 160, fps: int = 12) -> np.ndarray:
    return np.stack(list(conform.film(path, height, width, fps)))


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mp4", ["-c:v", "libx264", "-pix_fmt", "yuv444p10le"]),
        ("mp4", ["-c:v", "libx265", "-x265-params", "log-level=error"]),
        ("webm", ["-c:v", "libvpx-vp9", "-b:v", "500k"]),
        ("mkv", ["-c:v", "ffv1"]),
        ("mov", ["-c:v", "mjpeg"]),
        ("gif", []),
        ("avi", ["-c:v", "mpeg4", "-q:v", "3"]),
    ],
)
def test_codecs_and_containers(source: Path, tmp_path: Path, suffix: str, codec: list[str]) -> None:
    path = tmp_path / f"film.{suffix}"
    ffmpeg("-i", str(source), *codec, str(path))
    found, wanted = frames(path), frames(source)
    assert found.shape == (24, 96, 160, 3) and found.dtype == np.uint8
    assert abs(found.astype(int) - wanted).mean() < 12


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_rotation_flag_is_followed_as_players_do(source: Path, tmp_path: Path, turn: int) -> None:
    path, seen = tmp_path / "turned.mp4", tmp_path / "turned.png"
    ffmpeg("-display_rotation", str(turn), "-i", str(source), "-c", "copy", str(path))
    ffmpeg("-i", str(path), "-frames:v", "1", str(seen))
    wanted = np.asarray(Image.open(seen).convert("RGB")).astype(int)
    assert conform.film_shape(path) == wanted.shape[:2]
    first = next(conform.film(path, *wanted.shape[:2], 12))
    assert abs(first.astype(int) - wanted).mean() < 2


def test_pixels_that_are_not_square_are_made_square(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "wide.mp4"
    ffmpeg("-i", str(source), "-vf", "setsar=2", str(path))
    assert conform.film_shape(path) == (180, 640)


@pytest.mark.parametrize("rate", ["5", "60", "24000/1001"])
def test_frame_rates(source: Path, tmp_path: Path, rate: str) -> None:
    path = tmp_path / "film.mp4"
    ffmpeg("-i", str(source), "-r", rate, str(path))
    assert abs(len(frames(path)) - 12 * read.facts(path).seconds) <= 1


def test_a_changing_frame_rate_keeps_its_time(tmp_path: Path) -> None:
    """Ten frames in the first second and two in the next: the grey tells when each was shown."""
    path = tmp_path / "changing.mkv"
    moments = [n / 10 for n in range(10)] + [1.0, 1.5]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for moment in moments:
            grey = np.full((64, 64, 3), round(100 * moment), np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = round(1000 * moment), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    shown = frames(path, 64, 64).mean((1, 2, 3))
    assert 17 <= len(shown) <= 24
    for index, grey in enumerate(shown):
        now = index / 12
        wanted = 100 * max(moment for moment in moments if moment <= now + 0.05)
        assert abs(grey - wanted) <= 12, (index, grey, wanted)


def test_a_film_in_8k(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    size = ["-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    ffmpeg("-f", "lavfi", "-i", "smptebars=s=7680x4320:r=12:d=0.25", *size, str(path))
    assert conform.film_shape(path) == (4320, 7680)
    found = frames(path, 160, 256)
    assert found.shape == (3, 160, 256, 3)
    assert len(np.unique(found[0, 40] // 16, axis=0)) >= 7  # the seven bars


def test_the_middle_is_kept(tmp_path: Path) -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = 255
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert (conform.picture(tmp_path / "a.png", 64, 64)[:, 4:-4] > 240).all()


def test_pictures_stand_upright_and_lose_their_transparency(tmp_path: Path) -> None:
    image = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    image.save(tmp_path / "a.jpg", exif=exif)
    assert conform.picture_shape(tmp_path / "a.jpg") == (40, 20)
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "b.png")
    assert (conform.picture(tmp_path / "b.png", 32, 32) == 255).all()


def test_what_is_no_picture_or_film_is_refused(tmp_path: Path, source: Path) -> None:
    (tmp_path / "a.txt").write_text("not a film")
    (tmp_path / "empty.mp4").write_bytes(b"")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", str(tmp_path / "sound.m4a"))
    (tmp_path / "half.mp4").write_bytes(source.read_bytes()[:4000])
    ffmpeg("-i", str(source), "-frames:v", "0", str(tmp_path / "noframes.mkv"))
    for name in ("a.txt", "empty.mp4", "sound.m4a", "half.mp4", "noframes.mkv", "none.mp4"):
        with pytest.raises(ValueError, match=name):
            conform.film_shape(tmp_path / name)
        with pytest.raises(ValueError, match=name):
            conform.picture_shape(tmp_path / name)
    with pytest.raises(ValueError, match=r"source\.mp4"):
        conform.picture(source, 64, 64)


def test_a_file_that_ends_too_early_is_read_as_far_as_it_goes(source: Path, tmp_path: Path) -> None:
    whole, half = tmp_path / "whole.mkv", tmp_path / "half.mkv"
    ffmpeg("-i", str(source), "-g", "10", str(whole))
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert 3 < len(frames(half)) < len(frames(whole))
