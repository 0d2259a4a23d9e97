"""Verify an upload as `lichtspiel verify --json` does, in a process of its own with limits.

A file that somebody sends may be made to break a decoder or to fill the memory.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from lichtspiel.serve.errors import busy, invalid

#: Processor seconds, and kilobytes of memory, that a file may cost; after twice the time it ends.
SECONDS = 60
MEMORY = 4 * 2**20
#: The kinds of files that are looked at; the rest of a name that is sent is never used.
SUFFIXES = (".mp4", ".mov", ".png", ".jpg", ".jpeg", ".webp")
#: So many uploads are verified at once.
_slots = threading.BoundedSemaphore(2)


def verify(upload: IO[bytes], name: str) -> dict[str, Any]:
    """The verdict on an upload as plain values; `Refused` where it can't be looked at."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise invalid(f"Files can end in {', '.join(SUFFIXES)}.", "file")
    if not _slots.acquire(timeout=SECONDS):
        raise busy("Too many files are being verified.", SECONDS, "rate_limit_exceeded")
    try:
        with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
            path = Path(folder) / f"upload{suffix}"
            with path.open("wb") as file:
                shutil.copyfileobj(upload, file)
            return _ask(path)
    finally:
        _slots.release()


def _ask(path: Path) -> dict[str, Any]:
    # The shell sets the limits before anything of ours runs; not every system has both.
    limits = f'ulimit -t {SECONDS}; ulimit -v {MEMORY} 2>/dev/null; exec "$@"'
    command = [sys.executable, "-m", "lichtspiel", "verify", str(path), "--json", "--language=en"]
    try:
        done = subprocess.run(
            ["sh", "-c", limits, "sh", *command],
            capture_output=True,
            timeout=2 * SECONDS,
            cwd=path.parent,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise invalid("The file can't be read with reasonable effort.", "file") from error
    return answer
