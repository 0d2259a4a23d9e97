"""Where the program keeps what belongs to its user: keys, register, logs."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def home() -> Path:
    """The folder of the user's own files: LICHTSPIEL_HOME, or the system's place for data."""
    named = os.environ.get("LICHTSPIEL_HOME")
    return Path(named) if named else user_data_path("lichtspiel", appauthor=False)
