from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lichtspiel.media import mux, read

FPS = 12
PLAIN = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (255, 255, 255), (200, 120, 40)]


def noise(frames: int, height: int = 64, width: int = 96, seed: int = 0) -> NDArray[np.uint8]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (frames, height, width, 3), dtype=np.uint8)


def boxes(data: bytes) -> list[str]:
    """The names of the file's outermost boxes (ISO/IEC 14496-12, 4.2), in order."""
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 4 : at + 8].decode())
        at += int.from_bytes(data[at : at + 4], "big")
    return names


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("frames", [1, 2, 7, 48, 61])
def test_length_is_exact_to_the_frame(tmp_path: Path, frames: int) -> None:
    path = tmp_path / "a.mp4"
    assert mux.write_mp4(path, [noise(frames)], FPS) == frames
    facts = read.facts(path)
    assert (facts.codec, facts.pixel_format) == ("h264", "yuv420p")
    assert (facts.width, facts.height, facts.fps) == (96, 64, FPS)
    assert facts.frames == frames == len(list(read.frames(path)))
    assert facts.seconds == pytest.approx(frames / FPS, abs=1e-6)


def test_index_stands_before_the_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    mux.write_mp4(path, [noise(20)], FPS)
    names = boxes(path.read_bytes())
    assert names.index("moov") < names.index("mdat")


def test_the_same_frames_give_the_same_bytes_in_every_run(tmp_path: Path) -> None:
    """Waves and grain: what x264 codes in other ways each time where it may use AVX-512."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:192, 0:192]
    red = [128 + 100 * np.sin((x + 3 * t) / 9) for t in range(9)]
    green = [128 + 100 * np.cos(y / 11 + t / 3) for t in range(9)]
    blue = [(x + y + t) % 256 for t in range(9)]
    frames = np.stack([red, green, blue], -1) + rng.integers(0, 12, (9, 192, 192, 3))
    written = set()
    for _ in range(6):
        mux.write_mp4(tmp_path / "film.mp4", [frames.clip(0, 255).astype(np.uint8)], 12)
        written.add((tmp_path / "film.mp4").read_bytes())
    assert len(written) == 1


def test_same_frames_same_bytes_however_they_are_cut_into_chunks(tmp_path: Path) -> None:
    frames = noise(40)
    one, two, other = (tmp_path / name for name in ("1.mp4", "2.mp4", "3.mp4"))
    mux.write_mp4(one, [frames], FPS)
    mux.write_mp4(two, [frames[:1], frames[1:17], frames[17:]], FPS)
    mux.write_mp4(other, [noise(40, seed=1)], FPS)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


@pytest.mark.parametrize("colour", PLAIN)
def test_colours_come_back(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    path = tmp_path / "a.mp4"
    mux.write_mp4(path, [np.zeros((3, 64, 64, 3), np.uint8) + np.array(colour, np.uint8)], FPS)
    for frame in read.frames(path):
        assert np.abs(frame.astype(int) - colour).max() <= 3
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert codec.colorspace == codec.color_primaries == codec.color_trc == mux.BT709


def test_frames_stream_through(tmp_path: Path) -> None:
    """Never more than one chunk is held: the encoder asks for the next when one is written."""
    heard: list[int] = []

    def chunks() -> Iterator[NDArray[np.uint8]]:
        for number in range(5):
            assert heard == [8 * (n + 1) for n in range(number)]
            yield noise(8, seed=number)

    mux.write_mp4(tmp_path / "a.mp4", chunks(), FPS, heard.append)
    assert heard[-1] == 40


def test_no_frames_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        mux.write_mp4(tmp_path / "a.mp4", [], FPS)


def test_a_disk_that_fills_up_anywhere_is_noticed(tmp_path: Path) -> None:
    """Whatever the byte at which writing fails, OSError and no file, also at the very end."""
    whole = tmp_path / "whole.mp4"
    mux.write_mp4(whole, [noise(6)], FPS)
    size = whole.stat().st_size
    whole.unlink()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (0, 1, 30, 100, size // 2, size - 1200, size - 500, size - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            with pytest.raises(OSError), mux.placing(tmp_path / "a.mp4") as temporary:
                mux.write_mp4(temporary, [noise(6)], FPS)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert left_in(tmp_path) == [], f"room for {room} of {size} bytes"


@pytest.mark.parametrize("trouble", [OSError, KeyboardInterrupt, SystemExit])
def test_placing_leaves_all_or_nothing(tmp_path: Path, trouble: type[BaseException]) -> None:
    target = tmp_path / "a.mp4"
    target.write_text("before")
    with pytest.raises(trouble), mux.placing(target) as temporary:
        temporary.write_text("half")
        raise trouble
    assert left_in(tmp_path) == ["a.mp4"] and target.read_text() == "before"
    with mux.placing(target) as temporary:
        temporary.write_text("whole")
        assert target.read_text() == "before"
    assert left_in(tmp_path) == ["a.mp4"] and target.read_text() == "whole"


def test_what_a_killed_process_left_is_removed_a_day_later(tmp_path: Path) -> None:
    left, others = tmp_path / ".lichtspiel-old.mp4", tmp_path / ".lichtspiel-new.mp4"
    for path in (left, others):
        path.write_bytes(b"half a film")
    day_before = left.stat().st_mtime - mux.ABANDONED - 1
    os.utime(left, (day_before, day_before))
    with mux.placing(tmp_path / "a.mp4") as temporary:
        temporary.write_bytes(b"film")
    assert {path.name for path in tmp_path.iterdir()} == {"a.mp4", ".lichtspiel-new.mp4"}


def test_png_keeps_every_pixel(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture = noise(1)
    assert mux.write_png(path, [picture]) == 1
    assert path.read_bytes().startswith(b"\x89PNG\r\n")
    with av.open(str(path)) as container:
        (frame,) = container.decode(video=0)
        assert np.array_equal(frame.to_ndarray(format="rgb24"), picture[0])


def test_targets_are_checked_before_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "folder.mp4"
    folder.mkdir()
    refused = {
        tmp_path / "a.avi": "must end in .mp4",
        tmp_path / "a": "must end in .mp4",
        folder: "is a folder",
        tmp_path / "nowhere" / "a.mp4": "does not exist",
        Path("/proc/a.mp4"): "can't be written to",
    }
    for target, words in refused.items():
        with pytest.raises(ValueError, match=words):
            mux.check_target(target, ".mp4")
    mux.check_target(tmp_path / "a.mp4", ".mp4")
    mux.check_target(tmp_path / "a.MP4", ".mp4")
    assert left_in(tmp_path) == ["folder.mp4"]


def test_the_step_over_a_loops_end_is_like_the_others(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    tile = rng.integers(110, 150, (64, 24, 3)).astype(np.float32)
    for axis in (0, 0, 0, 1, 1, 1):  # soft, so that only coding can tell frames apart
        tile = (np.roll(tile, 1, axis) + 2 * tile + np.roll(tile, -1, axis)) / 4
    turns = [np.tile(np.roll(tile, shift, axis=1), (1, 4, 1)) for shift in range(24)]
    path = tmp_path / "loop.mp4"

    def over_the_end(loop: bool) -> float:
        mux.write_mp4(path, [np.stack(turns).round().astype(np.uint8)], FPS, loop=loop)
        shown = np.stack(list(read.frames(path))).astype(np.float32)
        steps = np.abs(np.diff(shown, axis=0)).mean((1, 2, 3))
        return float(np.abs(shown[0] - shown[-1]).mean() / np.median(steps))

    assert 0.9 < over_the_end(loop=True) < 1.08 < over_the_end(loop=False)
