"""The places in the path where a film is marked as made by AI.

Nothing is marked yet. These functions hold the places in `pipeline.py` until watermark,
credentials and register are written, so that no way out of the program is laid without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def watermark(chunks: Iterator[NDArray[np.uint8]], film_id: str) -> Iterator[NDArray[np.uint8]]:
    """Passes the chunks (t, H, W, 3) on as they are. To come: an invisible mark with the id."""
    return chunks


def sign(path: Path, film_id: str, model: str) -> None:
    """Does nothing yet. To come: C2PA credentials in the file, before it takes its name."""


def register(path: Path, film_id: str, model: str) -> None:
    """Does nothing yet. To come: the film's fingerprints, kept to know it again."""
