"""The training loop: it learns, and what is killed goes on where it was."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import lichtspiel
from lichtspiel.models import networks
from lichtspiel.models.presets import HimmelConfig
from lichtspiel.train.himmel import Training, run
from lichtspiel.train.objectives import Distilling
from lichtspiel.train.recipes import HIMMEL, Phase, himmel_tiny

TINY = replace(
    himmel_tiny(),
    config=HimmelConfig(width=32, depth=1, heads=1),
    phases=(Phase(1.0, {1: 0.5, 4: 0.5}),),
    tokens=32,
    warm_up=2,
)


def test_a_run_leaves_weights_a_log_and_a_picture(shard: Path, tmp_path: Path) -> None:
    weights = run(shard.parent, tmp_path / "out", TINY, minutes=0.05)
    networks.load(weights, TINY.config)
    (line,) = (tmp_path / "out" / "himmel.jsonl").read_text().splitlines()
    said = json.loads(line)
    assert said["step"] > 1 and said["clips"] > said["step"] and said["known"] == 6
    assert (tmp_path / "out" / "himmel.png").stat().st_size > 1000


def test_a_second_run_goes_on_and_a_finished_one_stays(shard: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(shard.parent, out, TINY, minutes=0.05)
    run(shard.parent, out, TINY, minutes=0.1)
    run(shard.parent, out, TINY, minutes=0.1)
    steps = [json.loads(line)["step"] for line in (out / "himmel.jsonl").read_text().splitlines()]
    assert steps[0] < steps[1] == steps[2]


def test_a_checkpoint_holds_everything(shard: Path, tmp_path: Path) -> None:
    device = torch.device("cpu")
    first = Training(TINY, device)
    run(shard.parent, tmp_path, TINY, minutes=0.05)
    first.load(tmp_path / "himmel.pt")
    second = Training(TINY, device)
    first.save(tmp_path)
    second.load(tmp_path / "himmel.pt")
    assert (second.step, second.clips, second.seconds) == (first.step, first.clips, first.seconds)
    for one, other in zip(first.optimizers, second.optimizers, strict=True):
        states = [[s for p in o.state.values() for s in p.values()] for o in (one, other)]
        assert len(states[0]) > 0
        for a, b in zip(*states, strict=True):
            torch.testing.assert_close(a, b)
    for a, b in zip(first.average.parameters(), second.average.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_run_can_begin_from_weights(shard: Path, tmp_path: Path) -> None:
    weights = run(shard.parent, tmp_path / "a", TINY, minutes=0.05)
    run(shard.parent, tmp_path / "b", TINY, minutes=0, begin=weights)
    first, second = (
        networks.load(tmp_path / name / "himmel.safetensors", TINY.config) for name in "ab"
    )
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_a_student_takes_its_teacher_from_the_weights_it_begins_with(
    shard: Path, tmp_path: Path
) -> None:
    quick = replace(TINY, objective=Distilling(substeps=2))
    with pytest.raises(ValueError, match="--begin"):
        run(shard.parent, tmp_path / "b", quick, minutes=0.03)
    weights = run(shard.parent, tmp_path / "a", TINY, minutes=0.03)
    run(shard.parent, tmp_path / "b", quick, minutes=0.03, begin=weights)
    again = run(shard.parent, tmp_path / "b", quick, minutes=0.05, begin=weights)
    student, teacher = (networks.load(path, TINY.config) for path in (again, weights))
    assert any(
        (a != b).any() for a, b in zip(student.parameters(), teacher.parameters(), strict=True)
    )


def test_rates_rise_hold_and_fall_to_nothing() -> None:
    training = Training(replace(TINY, warm_up=10, cool_down=0.5), torch.device("cpu"))
    top = training.rates[0]

    def rate(step: int, done: float) -> float:
        training.step = step
        training._set_rates(done)
        return float(training.optimizers[0].param_groups[0]["lr"]) / top

    assert rate(0, 0.0) == pytest.approx(0.1)
    assert rate(50, 0.1) == rate(50, 0.5) == 1.0
    assert rate(50, 0.75) == pytest.approx(0.5)
    assert rate(50, 1.0) < 0.05


def test_kill_minus_nine_loses_minutes_at_most(shard: Path, tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from lichtspiel.train import himmel
from tests_tiny import TINY
himmel.SAVE_MINUTES = 0.02
himmel.run(Path({str(shard.parent)!r}), Path({str(tmp_path / "out")!r}), TINY, 5.0)
"""
    module = (
        "from dataclasses import replace\n"
        "from lichtspiel.models.presets import HimmelConfig\n"
        "from lichtspiel.train.recipes import Phase, himmel_tiny\n"
        "TINY = replace(himmel_tiny(), config=HimmelConfig(width=32, depth=1, heads=1),"
        " phases=(Phase(1.0, {1: 0.5, 4: 0.5}),), tokens=32, warm_up=2)\n"
    )
    (tmp_path / "tests_tiny.py").write_text(module)
    source = str(Path(lichtspiel.__file__).parent.parent)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([source, str(tmp_path)])}
    log = tmp_path / "out" / "himmel.jsonl"
    with subprocess.Popen([sys.executable, "-c", code], env=environment) as process:
        end = time.monotonic() + 200
        while not log.exists() and time.monotonic() < end:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    kept = json.loads(log.read_text().splitlines()[-1])
    training = Training(TINY, torch.device("cpu"))
    training.load(tmp_path / "out" / "himmel.pt")
    assert training.step >= kept["step"] > 0


def test_every_recipe_is_sound() -> None:
    for make in HIMMEL.values():
        recipe = make()
        assert recipe.phases[-1].until == 1.0
        untils = [phase.until for phase in recipe.phases]
        assert untils == sorted(untils)
