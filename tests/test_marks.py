"""verify, sign and identity as a person meets them: sentences, exit codes, files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lichtspiel import cli, provenance
from lichtspiel.media import read
from lichtspiel.media.mux import write_mp4

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["lichtspiel", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A small film without marks: soft spots that wander."""
    y, x = np.mgrid[:128, :128]
    frames = [
        128 + 90 * np.sin((x + 3 * t) / 17) * np.cos(y / 23) + 20 * np.sin(x * y / 900)
        for t in range(12)
    ]
    clip = np.repeat(np.stack(frames)[..., None], 3, axis=-1).clip(0, 255).astype(np.uint8)
    path = tmp_path / "film.mp4"
    write_mp4(path, [clip], 12)
    return path


def test_an_unknown_film(run: Run, film: Path) -> None:
    code, out, _ = run("verify", "film.mp4")
    assert code == 17
    assert out.splitlines()[0] == "No proof either way: it may be genuine, it may not."
    assert all(line.startswith("- ") for line in out.splitlines()[1:])


def test_german_by_the_system_s_language(
    run: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert run("verify", "film.mp4")[1].startswith("Kein Beweis")
    assert run("verify", "film.mp4", "--language", "en")[1].startswith("No proof")


def test_a_recording_is_signed_and_then_genuine(run: Run, film: Path, tmp_path: Path) -> None:
    arguments = ("--genuine", "--who", "Eva Muster", "--when", "2026-11-22T12:00:00Z")
    code, out, _ = run("sign", "film.mp4", *arguments)
    assert (code, out) == (0, "film-signed.mp4\n")
    code, out, _ = run("verify", "film-signed.mp4", "--json")
    answer = json.loads(out)
    assert code == 0 and answer["verdict"] == "genuine"
    assert list(answer) == ["verdict", "sentence", "reasons", "evidence"]
    assert list(answer["evidence"]) == ["credentials", "watermark", "register", "unreadable"]
    before, after = (list(read.frames(tmp_path / n)) for n in ("film.mp4", "film-signed.mp4"))
    np.testing.assert_array_equal(before, after)


def test_what_ai_made_is_not_signed_as_genuine(run: Run, film: Path, tmp_path: Path) -> None:
    provenance.sign(film, "ab" * 16, "himmel-mini")
    code, _, err = run("sign", "film.mp4", "--genuine", "--who", "Eva")
    assert code == 2
    assert "can't be signed as genuine. Made by AI" in err
    assert not (tmp_path / "film-signed.mp4").exists()


def test_what_is_signed_already_is_not_signed_again(run: Run, film: Path) -> None:
    assert run("sign", "film.mp4", "--genuine", "--who", "Eva", "-o", "a.mp4")[0] == 0
    assert run("sign", "a.mp4", "--genuine", "--who", "Max")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("sign", "film.mp4", "--who", "Eva", "--genuine", "--when", "noon"), "is no time"),
        (("sign", "nothing.mp4", "--who", "Eva", "--genuine"), "There is no file"),
        (("sign", "film.mp4", "--who", "E", "--genuine", "-o", "a.avi"), "must end in .mp4"),
        (("verify", "nothing.mp4"), "There is no file"),
        (("verify", "film.mp4", "--language", "fr"), "choose en or de"),
        (("verify", "film.mp4", "--trust", "nothing.pem"), "list of trust can't be read"),
    ],
)
def test_wrong_input_gets_a_sentence(
    run: Run, film: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err and err.count("\n") == 1


def test_a_sheet_of_moments(run: Run, film: Path, tmp_path: Path) -> None:
    run("verify", "film.mp4", "--sheet", "sheet.png")
    (sheet,) = read.frames(tmp_path / "sheet.png")
    assert sheet.shape == (2 * 128, 4 * 128, 3)


def test_an_identity_is_made_shown_rotated_and_handed_out(run: Run, tmp_path: Path) -> None:
    made = run("identity", "make", "--name", "Example Studio")[1]
    assert "Example Studio" in made
    shown = json.loads(run("identity", "show", "--json")[1])
    assert shown["sha256"] in made
    rotated = run("identity", "rotate")[1]
    assert shown["sha256"] not in rotated and shown["root_sha256"] in rotated
    assert run("identity", "root", "-o", "root.pem")[0] == 0
    assert (tmp_path / "root.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
