"""Times are taken of real films and real networks; here only that they are what they say."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lichtspiel.cli import app
from lichtspiel.home import home
from lichtspiel.models.compiled import ENGINES

BENCH = ("bench", "--seconds", "0.25", "--rounds", "1")


def test_stages_steps_and_a_plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path / "home"))
    plot = tmp_path / "bench.svg"
    engines = ENGINES if find_spec("openvino") else ENGINES[:1]
    chosen = [f"--engine={engine}" for engine in engines]
    done = CliRunner().invoke(app, [*BENCH, *chosen, "--beside", "--plot", str(plot), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [film["engine"] for film in found["films"]] == list(engines)
    for film in found["films"]:
        stages = [film[stage] for stage in ("told", "sampled", "decoded", "finished")]
        assert min(stages) > 0 and film["total"] == pytest.approx(sum(stages), abs=0.003)
        assert film["film seconds in a second"] == pytest.approx(0.25 / film["total"], rel=0.02)
        assert film["peak_mb"] > 100
    names = [step["name"] for step in found["steps"]]
    assert names[: len(engines)] == [f"himmel-mini, {engine}" for engine in engines]
    assert len(names) == len(engines) + 4
    assert all(0 < step["share"] < 1.2 for step in found["steps"])
    assert plot.read_text().lstrip().startswith("<?xml")
    assert not (tmp_path / "home").exists(), "films that only take time entered the register"
    assert home() == tmp_path / "home"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--plot", "bench.jpg"), "must end in .svg"),
        (("--model", "nothing"), "nothing"),
        (("--model", "wan2.1-1.3b"), "Only the embedded models"),
        (("--engine", "steam"), "no engine 'steam'"),
        (("--seconds", "-1"), "-1"),
    ],
)
def test_what_cannot_be_measured(options: tuple[str, ...], complaint: str) -> None:
    done = CliRunner().invoke(app, [*BENCH, *options])
    assert done.exit_code == 2
    assert complaint in done.stderr and done.stderr.strip().count("\n") == 0
