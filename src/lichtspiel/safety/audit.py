"""The record of what was blocked: one JSON object a line, only ever appended, on this machine.

It holds time, category, layer and the SHA-256 of the text; the text itself only where the policy
says so for the category.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lichtspiel.home import home

#: Names another file than safety.jsonl in the user's home folder for the program.
VARIABLE = "LICHTSPIEL_AUDIT_LOG"


def log_path() -> Path:
    """Where the record is: LICHTSPIEL_AUDIT_LOG, or safety.jsonl among the user's own files."""
    own = os.environ.get(VARIABLE)
    return Path(own) if own else home() / "safety.jsonl"


def append(category: str, layer: str, content: bytes, text: str | None = None) -> None:
    """Add a line. content: what its hash is taken of. text: only where it may be kept.

    Raises OSError where the file can't be written: what is blocked must be on record.
    """
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "category": category,
        "layer": layer,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if text is not None:
        entry["text"] = text
    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    # One write in append mode: lines of several processes don't mix. Nobody else may read it.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def entries() -> Iterator[dict[str, Any]]:
    """All lines, the oldest first; none where there is no record yet."""
    path = log_path()
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
