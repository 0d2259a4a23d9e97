from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for squares.py

from squares import write_shard

from lichtspiel.evaluate.features import Look
from lichtspiel.evaluate.judge import Judge, train_judge
from lichtspiel.evaluate.renders import JUDGE_SEEDS, JUDGE_TEST_SEEDS

LOOK = Look(frames=3, side=64)


@pytest.fixture(scope="session")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Renders of squares: 480 to train a judge, 40 to test it."""
    folder = tmp_path_factory.mktemp("shards")
    (folder / "train").mkdir()
    (folder / "test").mkdir()
    write_shard(folder / "train" / "a.tar", JUDGE_SEEDS[:480])
    write_shard(folder / "test" / "a.tar", JUDGE_TEST_SEEDS[:40])
    return folder


@pytest.fixture(scope="session")
def judge(shards: Path, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    out = tmp_path_factory.mktemp("judge") / "judge.safetensors"
    return train_judge(shards / "train", out, LOOK, worse=(), epochs=16)
