"""One thread for all tests: on a busy machine several wait for each other longer than they work.

And a home folder of their own, so that no test signs with, or writes to, what belongs to the user.
"""

import importlib.util
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)
settings.register_profile("busy", deadline=None)  # other work may take the processor meanwhile
settings.load_profile("busy")
os.environ["LICHTSPIEL_HOME"] = tempfile.mkdtemp(prefix="lichtspiel-tests-")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Builds a small model of open weights, each kind once: (kind) -> its folder."""
    path = Path(__file__).parent.parent / "scripts" / "build_small_models.py"
    spec = importlib.util.spec_from_file_location("build_small_models", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("models")
    return cache(lambda kind: module.build(kind, folder))
