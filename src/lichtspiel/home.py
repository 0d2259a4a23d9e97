"""Where the program keeps what belongs to its user: keys, register, logs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_data_path


def home() -> Path:
    """The folder of the user's own files: LICHTSPIEL_HOME, or the system's place for data."""
    named = os.environ.get("LICHTSPIEL_HOME")
    return Path(named) if named else user_data_path("lichtspiel", appauthor=False)


@contextmanager
def passing_home() -> Iterator[Path]:
    """A home that is removed at the end, for this process and those that it starts."""
    before = os.environ.get("LICHTSPIEL_HOME")
    with tempfile.TemporaryDirectory(prefix="lichtspiel-home-") as name:
        os.environ["LICHTSPIEL_HOME"] = name
        try:
            yield Path(name)
        finally:
            if before is None:
                del os.environ["LICHTSPIEL_HOME"]
            else:
                os.environ["LICHTSPIEL_HOME"] = before
