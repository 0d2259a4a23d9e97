"""The director's set with the embedded model: real films in, real films out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
import torch
from PIL import Image

import lichtspiel
from lichtspiel import cli
from lichtspiel.media import conform, read
from lichtspiel.provenance.verify import verify
from lichtspiel.request import GenerateRequest, Shot
from lichtspiel.safety import Blocked
from lichtspiel.studio import Studio
from lichtspiel.unfinished import place

load = cache(Studio.load)
QUICK = {"steps": 2, "seed": 3}
CAREFUL = {"seed": 3}  # the model's own number of steps
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
#: As many threads as here: with others the last bits differ.
ENVIRONMENT = os.environ | {
    "PYTHONPATH": str(Path(lichtspiel.__file__).parent.parent),
    "OMP_NUM_THREADS": str(torch.get_num_threads()),
}


def ffmpeg(*arguments: str) -> None:
    subprocess.run([FFMPEG, "-y", "-loglevel", "error", *arguments], check=True)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return load()


@pytest.fixture(scope="module")
def walk(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "walk.mp4"
    return studio.generate("a woman walks on the beach", seconds=2, seed=3).save(path)


def frames(path: Path) -> np.ndarray:
    return np.stack(list(read.frames(path))).astype(np.float32)


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    return float(20 * np.log10(255 / np.sqrt(np.square(one - other).mean())))


def steps(film: np.ndarray) -> np.ndarray:
    return np.abs(np.diff(film, axis=0)).mean((1, 2, 3))


def test_a_film_goes_on_where_it_ended(studio: Studio, walk: Path) -> None:
    film = studio.extend(walk, "a woman walks on the beach", seconds=2, **CAREFUL)
    source, whole = frames(walk), frames(film.path)
    assert film.frames == len(whole) == 24 + 24
    assert decibels(whole[:24], source) > 33  # encoded again, and marked
    assert steps(whole)[23] <= 1.3 * steps(source).max()


def test_what_came_before_is_made_backward(studio: Studio, walk: Path) -> None:
    film = studio.extend(walk, "a woman walks", seconds=2, backward=True, **CAREFUL)
    source, whole = frames(walk), frames(film.path)
    assert film.frames == len(whole) == 25 + 24
    assert decibels(whole[25:], source) > 33
    assert steps(whole)[24] <= 1.3 * steps(source).max()


def test_a_bridge_meets_both_films(studio: Studio, walk: Path) -> None:
    film = studio.bridge(walk, walk.with_name("walk.mp4"), seconds=1, **QUICK)
    assert film.frames == 24 + 16
    other = studio.generate("a ball rolls in the snow", seconds=1, **QUICK)
    film = studio.bridge(walk, other.path, seconds=1, **QUICK)
    whole = frames(film.path)
    assert len(whole) == film.frames == 24 + 16 + 12
    assert decibels(whole[24], frames(walk)[-1]) > 24 and decibels(whole[39], whole[40]) > 21


def test_a_loop_ends_where_it_begins(studio: Studio) -> None:
    film = studio.generate("a ball rolls on the beach", seconds=3, loop=True, seed=3, steps=6)
    whole = frames(film.path)
    assert len(whole) == film.frames == 40
    assert steps(whole[[-1, 0]])[0] <= 1.5 * np.median(steps(whole))


def test_pictures_are_kept_where_they_are_asked(studio: Studio, tmp_path: Path) -> None:
    for name, seed in (("first", 1), ("middle", 2), ("last", 4)):
        studio.still("a horse on a meadow", seed=seed, steps=6).save(tmp_path / f"{name}.png")
    film = studio.generate(
        "a horse walks",
        seconds=4,
        image=tmp_path / "first.png",
        at=((2.0, tmp_path / "middle.png"),),
        last=tmp_path / "last.png",
        **QUICK,
    )
    whole = frames(film.path)
    for name, frame in (("first", 0), ("middle", 24), ("last", 47)):
        wanted = conform.picture(tmp_path / f"{name}.png", 192, 192).astype(np.float32)
        found = [decibels(whole[frame], wanted)]
        found += [decibels(picture, wanted) for picture in (whole[12], whole[36])]
        assert found[0] > 20 and found[0] > max(found[1:]) + 3, (name, found)


def test_a_film_as_long_as_one_likes_from_windows(studio: Studio) -> None:
    heard = []
    request = GenerateRequest("a car in the rain", seconds=9, **QUICK)
    film = studio.make(request, watch=heard.append)
    assert read.facts(film.path).frames == film.frames == 108
    sampled = [progress for progress in heard if progress.stage == "sampling"]
    assert {progress.total for progress in sampled} == {2 * 3}
    previews = [progress.preview() for progress in sampled if progress.preview is not None]
    assert len(previews) == 2 * 3 and previews[0].shape == (4, 192, 192, 3)
    made = frames(film.path)[[0, 16, 32, 48]]  # where the first window's moments are
    assert decibels(previews[1], made) > decibels(previews[0], made) + 3
    # The same noise and the same words: a longer film begins as a shorter one does.
    short = studio.make(GenerateRequest("a car in the rain", seconds=4, **QUICK))
    assert decibels(frames(film.path)[:36], frames(short.path)[:36]) > 30


def test_a_storyboard_has_cuts_and_goes_on_without(studio: Studio) -> None:
    shots = [
        Shot("a woman in a red dress on the beach", 1.0),
        Shot("a forest at night", 1.0),
        Shot("fog rises in the forest", 1.0, joined=True),
    ]
    film = studio.storyboard(shots, **QUICK)
    whole = frames(film.path)
    assert len(whole) == film.frames == 36
    assert int(np.argmax(steps(whole))) == 11  # the only cut
    assert "beach" in film.prompt and "fog" in film.expanded_prompt


def test_harm_in_a_shot_or_in_what_is_given_is_blocked(
    studio: Studio, walk: Path, tmp_path: Path
) -> None:
    with pytest.raises(Blocked):
        studio.storyboard([Shot("a beach", 1.0), Shot("a naked woman dances", 1.0)], **QUICK)
    named = tmp_path / "naked_woman.mp4"
    named.write_bytes(walk.read_bytes())
    with pytest.raises(Blocked):
        studio.extend(named, **QUICK)
    with pytest.raises(Blocked):
        studio.extend(walk, "she undresses and is naked", **QUICK)


def test_the_result_names_what_it_was_made_from(studio: Studio, walk: Path, tmp_path: Path) -> None:
    path = studio.extend(walk, seconds=1, **QUICK).save(tmp_path / "longer.mp4")
    answer = verify(path)
    assert answer.verdict in ("edited", "ai-signer-unknown", "ai"), answer.sentence
    assert answer.evidence.credentials is not None
    assert answer.evidence.credentials.claim is not None
    assert len(answer.evidence.credentials.claim.ingredients) == 1


def run(*arguments: str, folder: Path) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "lichtspiel", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_a_killed_film_goes_on_to_the_same_end(studio: Studio, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"seconds": 14, "steps": 3, "seed": 5}
    whole = studio.generate("a bear in the forest", **asked)
    target = tmp_path / "bear.mp4"
    options = ["--seconds", "14", "--steps", "3", "-o", "bear.mp4", "--json"]
    command = [sys.executable, "-m", "lichtspiel", "generate", "a bear in the forest", *options]
    process = subprocess.Popen(
        [*command, "--seed", "5"], cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    while not place(target).exists():
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not target.exists()
    # Another film's rest is not taken for this one's.
    code, _, told = run(*command[3:5], "-o", "bear.mp4", "--resume", folder=tmp_path)
    assert code == 2 and "another film" in told
    code, out, told = run(*command[3:], "--resume", "--preview", "now.png", folder=tmp_path)
    assert code == 0, told
    assert json.loads(out)["seed"] == 5 and json.loads(out)["id"] == whole.id
    assert np.array_equal(frames(target), frames(whole.path))
    assert conform.picture_shape(tmp_path / "now.png") == (192, 4 * 192)
    assert verify(tmp_path / "now.png").verdict == "ai-unsigned"  # not finished, but marked
    # A kill leaves no time to clear away a hidden temporary file.
    shown = sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("."))
    assert shown == ["bear.mp4", "now.png"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("extend", "none.mp4"), "no file 'none.mp4'"),
        (("extend", "text.mp4"), "not a film"),
        (("bridge", "good.mp4", "text.mp4"), "not a film"),
        (("generate", "a bear", "--image", "text.mp4"), "not a picture"),
        (("generate", "a bear", "--image", "good.mp4"), "not a picture"),
        (("generate", "a bear", "--at", "9=good.png"), "lasts 4"),
        (("generate", "a bear", "--at", "good.png"), "SECOND=PICTURE"),
        (("generate", "a bear", "--loop", "--image", "good.png"), "one sentence"),
        (("generate", "a bear", "--camera", "sideways"), "no camera 'sideways'"),
        (("generate", "a brown eye", "--camera", "flyover"), "can't take this"),
        (("generate", "a bear", "--camera", "orbit", "--no-expand"), "Without expansion"),
        (("generate", "a bear", "--resume"), "--output"),
        (("generate", "a bear", "--resume", "-o", "a.mp4"), "nothing to go on from"),
        (("generate", "a bear", "--seconds", "601"), "up to 600 seconds"),
        (("storyboard", "board.yaml"), "line 3"),
        (("storyboard", "none.yaml"), "no file"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    walk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Studio, "load", load)
    Path("good.mp4").write_bytes(walk.read_bytes())
    Image.new("RGB", (64, 64)).save("good.png")
    Path("text.mp4").write_text("words")
    Path("board.yaml").write_text("shots:\n  - a bear\n  - seconds: 4\n")
    before = sorted(os.listdir())
    monkeypatch.setattr(sys, "argv", ["lichtspiel", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capfd.readouterr()
    assert ended.value.code == 2 and out == ""
    assert told in err and err.count("\n") == 1, err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("extend", "BAD"),
        ("loop", "BAD"),
        ("bridge", "BAD", "good.mp4"),
        ("bridge", "good.mp4", "BAD"),
        ("edit", "BAD", "make it night"),
        ("restyle", "BAD", "--style", "anime"),
        ("inpaint", "BAD", "a bear", "--mask", "box=0.1,0.1,0.5,0.5"),
        ("cinemagraph", "BAD", "--mask", "box=0.1,0.1,0.5,0.5"),
        ("inspect", "BAD"),
        ("generate", "a bear", "--image", "BAD"),
    ],
    ids=" ".join,
)
def test_every_command_tells_what_is_no_film_or_picture(
    walk: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    """Sound alone, a file that ends too early, one without frames, an empty one, words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Studio, "load", load)
    for name in ("good.mp4", "noframes.mkv", "sound.m4a", "half.mp4", "empty.mp4", "words.mp4"):
        Path(name).write_bytes(b"")
    Path("good.mp4").write_bytes(walk.read_bytes())
    Path("half.mp4").write_bytes(walk.read_bytes()[:3000])
    Path("words.mp4").write_text("not a film")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "sound.m4a")
    ffmpeg("-i", "good.mp4", "-frames:v", "0", "noframes.mkv")
    before = sorted(os.listdir())
    for bad in ("noframes.mkv", "sound.m4a", "half.mp4", "empty.mp4", "words.mp4"):
        given = [bad if word == "BAD" else word for word in arguments]
        monkeypatch.setattr(sys, "argv", ["lichtspiel", *given])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        assert ended.value.code == 2 and out == "", (bad, out)
        assert bad in err and err.count("\n") == 1, (bad, err)
        assert sorted(os.listdir()) == before


def test_the_camera_is_said_to_the_model(studio: Studio) -> None:
    film = studio.generate("a bear in the forest", camera="orbit", seconds=0.5, **QUICK)
    assert "circl" in film.expanded_prompt or "orbit" in film.expanded_prompt
