"""A small run of scripts/measure_serving.py: what is killed loses no film and makes none twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "measure_serving.py"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_films_survive_kills(database: str, request: pytest.FixtureRequest) -> None:
    options = ["--jobs", "4", "--kills", "2", "--lease", "15", "--seed", "3"]
    if database == "postgresql":
        options += ["--database", request.getfixturevalue("empty_database")]
    command = [sys.executable, str(SCRIPT), "kills", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["completed exactly once"] == found["films"] == 4
    assert found["statuses"] == {"completed": 4} and found["verdicts"] == {"ai": 4}
    assert found["database"].startswith(database) and sum(found["killed"].values()) == 2
