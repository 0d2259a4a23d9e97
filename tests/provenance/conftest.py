from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lichtspiel import provenance
from lichtspiel.media.mux import write_mp4, write_png
from lichtspiel.world.render import render
from lichtspiel.world.scene import sample

sys.path.insert(0, str(Path(__file__).parent))  # for tsa.py

FILM_ID = "c0ffee01" + "ab" * 12


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder for one test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("LICHTSPIEL_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def clip() -> NDArray[np.uint8]:
    """Four seconds of the world, (48, 192, 192, 3)."""
    return render(sample(6_500_001), 48, 192, 192)


@pytest.fixture(scope="session")
def other_clip() -> NDArray[np.uint8]:
    return render(sample(6_500_002), 48, 192, 192)


@pytest.fixture
def recording(tmp_path: Path, other_clip: NDArray[np.uint8]) -> Path:
    """A film without any mark, as a camera might leave it."""
    path = tmp_path / "recording.mp4"
    write_mp4(path, [other_clip], 12)
    return path


@pytest.fixture
def film(tmp_path: Path, home: Path, clip: NDArray[np.uint8]) -> Path:
    """A film with all three marks."""
    path = tmp_path / "film.mp4"
    write_mp4(path, provenance.mark(iter([clip]), FILM_ID), 12)
    provenance.sign(path, FILM_ID, "himmel-mini")
    provenance.enter(path, FILM_ID, "himmel-mini")
    return path


@pytest.fixture
def picture(tmp_path: Path, home: Path, clip: NDArray[np.uint8]) -> Path:
    """A picture with all three marks."""
    path = tmp_path / "picture.png"
    write_png(path, provenance.mark(iter([clip[24:25]]), FILM_ID))
    provenance.sign(path, FILM_ID, "himmel-mini")
    provenance.enter(path, FILM_ID, "himmel-mini")
    return path
