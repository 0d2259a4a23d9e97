"""The command line with the embedded model, in the test's own process where that shows the same,
in a process of its own where it would not (signals, limits, `python -m`)."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lichtspiel
from lichtspiel import cli, making
from lichtspiel.media import read
from lichtspiel.shapes import SIZES
from lichtspiel.studio import Studio

load = cache(Studio.load)

QUICK = ("--steps", "2", "--seconds", "1")
KEYS = [
    *("path", "id", "model", "prompt", "expanded_prompt", "seed", "width", "height"),
    *("fps", "frames", "seconds", "elapsed_s", "notice"),
]
#: Seconds that a process may take before something must be wrong, on a machine that is busy.
PATIENCE = 300
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(lichtspiel.__file__).parent.parent)}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in an empty folder: (exit code, standard output, standard error).

    The model is the real one, but loaded once for all tests.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Studio, "load", load)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lichtspiel", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def pictures(path: Path) -> bytes:
    """All pictures of a film; what is around them (the credentials) tells its own time."""
    return b"".join(frame.tobytes() for frame in read.frames(path))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_generate_writes_the_film_that_it_describes(run: Run, tmp_path: Path) -> None:
    code, out, err = run("generate", "ein Hund im Schnee", "--seed", "7", "--json", *QUICK)
    assert code == 0
    answer = json.loads(out)
    assert list(answer) == KEYS
    assert out.count("\n") == 1
    facts = read.facts(Path(answer["path"]))
    assert facts.frames == answer["frames"] == 12
    assert (facts.width, facts.height) == (answer["width"], answer["height"])
    assert (facts.height, facts.width) == SIZES["square"]
    assert facts.fps == answer["fps"] == 12
    assert facts.seconds == answer["seconds"] == 1
    assert answer["seed"] == 7 and answer["model"] == "himmel-mini"
    assert answer["prompt"] == "ein Hund im Schnee"
    assert answer["expanded_prompt"].startswith("ein Hund im Schnee")
    assert len(answer["expanded_prompt"]) > len(answer["prompt"])
    assert answer["elapsed_s"] > 0
    shown = " ".join(err.split())
    assert answer["expanded_prompt"][:40] in shown and "sampling" in shown
    assert names(tmp_path) == ["ein-hund-im-schnee-7.mp4"]


def test_same_seed_same_pictures_another_seed_another_film(run: Run, tmp_path: Path) -> None:
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        assert run("generate", "a bear", "-o", f"{name}.mp4", "--seed", seed, *QUICK)[0] == 0
    first, again, other = (pictures(tmp_path / f"{name}.mp4") for name in "abc")
    assert first == again
    assert first != other


@pytest.mark.parametrize("size", ["landscape", "portrait"])
def test_sizes(run: Run, tmp_path: Path, size: str) -> None:
    arguments = ("--size", size, "--steps", "2", "--seconds", "0.6", "-o", "a.mp4")
    assert run("generate", "a horse", *arguments)[0] == 0
    (first, *rest) = read.frames(tmp_path / "a.mp4")
    assert first.shape == (*SIZES[size], 3) and len(rest) == 6


def test_count_makes_films_that_each_can_be_had_again(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("generate", "a car", "--count", "2", "--seed", "5", "--json", *QUICK)
    films = json.loads(out)["films"]
    assert code == 0 and [film["seed"] for film in films] == [5, 6]
    assert names(tmp_path) == ["a-car-5.mp4", "a-car-6.mp4"]
    assert run("generate", "a car", "--seed", "6", "-o", "again.mp4", *QUICK)[0] == 0
    assert pictures(tmp_path / "again.mp4") == pictures(tmp_path / "a-car-6.mp4")


def test_options_reach_the_model(run: Run, tmp_path: Path) -> None:
    base = ("generate", "a woman", "--seed", "1", "--steps", "3", "--seconds", "0.5")
    variants: dict[str, tuple[str, ...]] = {
        "plain": (),
        "guidance": ("--guidance", "2"),
        "negative": ("--guidance", "2", "--negative", "rain"),
        "steps": ("--steps", "2"),
        "sampler": ("--sampler", "heun"),
        "no-expand": ("--no-expand",),
        "style": ("--style", "pencil"),
    }
    for name, options in variants.items():
        assert run(*base, *options, "-o", f"{name}.mp4")[0] == 0, name
    films = {pictures(tmp_path / f"{name}.mp4") for name in variants}
    assert len(films) == len(variants)


def test_no_expand_gives_the_prompt_as_it_stands(run: Run) -> None:
    _, out, _ = run("generate", "a bear in the forest", "--no-expand", "--json", *QUICK)
    assert json.loads(out)["expanded_prompt"] == "a bear in the forest"


def test_still_is_a_png_of_one_frame(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("still", "an astronaut on Mars", "--steps", "2", "--seed", "2", "--json")
    answer = json.loads(out)
    assert code == 0 and list(answer) == KEYS
    assert answer["frames"] == 1
    assert names(tmp_path) == ["an-astronaut-on-mars-2.png"]
    (picture,) = read.frames(Path(answer["path"]))
    assert picture.shape == (*SIZES["square"], 3) and np.ptp(picture) > 10


def test_a_film_is_never_written_over_unless_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a-dog-1.mp4").write_text("mine")
    assert run("generate", "a dog", "--seed", "1", *QUICK)[0] == 0
    assert names(tmp_path) == ["a-dog-1-2.mp4", "a-dog-1.mp4"]
    assert (tmp_path / "a-dog-1.mp4").read_text() == "mine"
    assert run("generate", "a dog", "-o", "a-dog-1.mp4", *QUICK)[0] == 0
    assert read.facts(tmp_path / "a-dog-1.mp4").frames == 12


def test_models_are_listed(run: Run) -> None:
    code, out, _ = run("models")
    assert code == 0 and out.startswith("himmel-mini: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("",), "prompt is empty"),
        (("x" * 10_000,), "10,000 characters"),
        (("🐕❄️",), "no words"),
        (("a dog", "--seconds", "0"), "can't last 0 seconds"),
        (("a dog", "--seconds", "-1"), "can't last -1 seconds"),
        (("a dog", "--seconds", "nan"), "can't last nan seconds"),
        (("a dog", "--seconds", "1e9"), "films of up to"),
        (("a dog", "--size", "huge"), "no size 'huge'"),
        (("a dog", "--model", "sora"), "no model 'sora'"),
        (("a dog", "--style", "cubist"), "no style 'cubist'"),
        (("a dog", "--sampler", "magic"), "no sampler 'magic'"),
        (("a dog", "--seed", "-1"), "seed"),
        (("a dog", "--count", "0"), "count"),
        (("a dog", "-o", "nowhere/a.mp4"), "'nowhere' does not exist"),
        (("a dog", "-o", "/proc/a.mp4"), "can't be written to"),
        (("a dog", "-o", "/dev/full"), "must end in .mp4"),
        (("a dog", "-o", "a.gif"), "must end in .mp4"),
        (("a dog", "-o", "folder.mp4"), "is a folder"),
        (("a dog", "--expander", "http://127.0.0.1:1"), "--expander-model"),
        (("a dog", "--expander", "ftp://a", "--expander-model", "m"), "http://"),
    ],
)
def test_bad_input_ends_in_one_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "folder.mp4").mkdir()
    code, out, err = run("generate", *arguments, "--json")
    assert code == 2
    assert out == ""
    assert words in err and err.startswith("lichtspiel: ")
    assert err.count("\n") == 1 and err.endswith(".\n")
    assert names(tmp_path) == ["folder.mp4"]


def test_an_expander_that_does_not_answer_is_a_sentence(run: Run, tmp_path: Path) -> None:
    chat = ("--expander", "http://127.0.0.1:9/v1", "--expander-model", "m")
    code, out, err = run("generate", "a dog", *chat, *QUICK, "--json")
    assert (code, out) == (1, "")
    assert "127.0.0.1:9" in err and "Traceback" not in err
    assert names(tmp_path) == []


def test_unknown_options_are_named(run: Run) -> None:
    code, _, err = run("generate", "a dog", "--colour", "red")
    assert code == 2 and "--colour" in err and "Traceback" not in err


def test_a_full_disk_leaves_no_half_film(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    arguments = ("generate", "a dog", "-o", "a.mp4", *QUICK)
    with started(tmp_path, *arguments, preexec_fn=little_room) as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert out == ""
    assert "could not be written" in err and "Traceback" not in err
    assert names(tmp_path) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_in_the_middle_leaves_no_half_film(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """Stopped as soon as a temporary file is there, with many films still to be made."""
    films = ("generate", "a dog", "-o", "a.mp4", "--count", "60", *QUICK)
    # Whoever runs the tests in the background ignores SIGINT, and children inherit that.
    heeds = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with started(tmp_path, *films, preexec_fn=heeds) as process:
        deadline = time.monotonic() + PATIENCE
        while not names(tmp_path) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, err
    assert "Traceback" not in err
    # What was finished before stays, whole; of the one that was stopped nothing is left.
    assert len(names(tmp_path)) < 60
    assert all(read.facts(tmp_path / name).frames == 12 for name in names(tmp_path))


def test_python_m_and_quick_help(tmp_path: Path) -> None:
    """Help, without torch: it may not take as long as a film."""
    code = "import sys, lichtspiel.cli; sys.exit('torch' in sys.modules or 'av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT).returncode == 0
    with started(tmp_path, "--help") as process:
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert all(name in out for name in ("generate", "still", "models"))


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Drei Welpen spielen im Schnee", "drei-welpen-spielen-im-schnee"),
        ("Größe, Straße & Café!", "groesse-strasse-cafe"),
        ("../../etc/passwd", "etc-passwd"),
        ("犬", "film"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 300, "x" * 60),
    ],
)
def test_slug(prompt: str, name: str) -> None:
    assert making.slug(prompt) == name


@contextmanager
def started(folder: Path, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which does not outlive the test."""
    command = [sys.executable, "-m", "lichtspiel", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, **pipes, **options) as process:
        try:
            yield process
        finally:
            process.kill()
