"""Verify an upload as `lichtspiel verify --json` does, in a process of its own with limits.

A file that somebody sends may be made to break a decoder or to fill the memory.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from lichtspiel.media import read
from lichtspiel.media.conform import Picture
from lichtspiel.media.sheet import moments
from lichtspiel.provenance.verify import Language
from lichtspiel.serve.errors import busy, invalid

#: Processor seconds, and kilobytes of memory, that a file may cost; after twice the time it ends.
SECONDS = 60
MEMORY = 4 * 2**20
#: The kinds of files that are looked at, and how they begin; the rest of a name that is sent is
#: never used. Nothing else is opened: players also understand lists that name other files.
FILM = rb".{4}(ftyp|moov|mdat|wide|free|skip|uuid)"
BEGINNINGS = {
    ".mp4": FILM,
    ".mov": FILM,
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".jpg": rb"\xff\xd8\xff",
    ".jpeg": rb"\xff\xd8\xff",
    ".webp": rb"RIFF.{4}WEBP",
}
#: So many uploads are verified at once.
_slots = threading.BoundedSemaphore(2)


def verify(upload: IO[bytes], name: str, language: Language = "en") -> dict[str, Any]:
    """The verdict on an upload as plain values; `Refused` where it can't be looked at."""
    suffix = Path(name).suffix.lower()
    if suffix not in BEGINNINGS:
        raise invalid(f"Files can end in {', '.join(BEGINNINGS)}.", "file")
    if not re.match(BEGINNINGS[suffix], upload.read(16), re.DOTALL):
        raise invalid(f"That is no {suffix[1:]} file, whatever its name says.", "file")
    upload.seek(0)
    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
        path = Path(folder) / f"upload{suffix}"
        with path.open("wb") as file:
            shutil.copyfileobj(upload, file)
        return _ask(path, f"--language={language}")


def look(path: Path) -> tuple[dict[str, Any], list[Picture]]:
    """The verdict on a film, and moments of it; `Refused` where it can't be looked at."""
    sheet = path.with_name("sheet.png")
    answer = _ask(path, "--sheet", str(sheet))
    try:
        return answer, moments(sheet, read.facts(path))
    except ValueError as error:
        raise invalid("The film can't be read.", "video") from error


def _ask(path: Path, *options: str) -> dict[str, Any]:
    """What `lichtspiel verify` answers."""
    if not _slots.acquire(timeout=SECONDS):
        raise busy("Too many files are being verified.", SECONDS, "rate_limit_exceeded")
    try:
        return _run(path, options)
    finally:
        _slots.release()


def _run(path: Path, options: Sequence[str]) -> dict[str, Any]:
    # The shell sets the limits before anything of ours runs; not every system has both.
    limits = f'ulimit -t {SECONDS}; ulimit -v {MEMORY} 2>/dev/null; exec "$@"'
    own = [sys.executable, "-m", "lichtspiel"]
    command = [*own, "verify", str(path), "--json", *options]
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
