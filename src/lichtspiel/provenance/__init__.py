"""The three marks of every finished file: watermark, signed credentials, entry in the register.

The places in the path where a file is marked; `verify.py` reads all three again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lichtspiel.media import read
from lichtspiel.provenance import credentials, fingerprint, register, watermark


def payload_of(film_id: str) -> int:
    """The 32 bits that the watermark carries of a film's id (32 hexadecimal digits)."""
    return int(film_id[:8], 16)


def mark(chunks: Iterator[NDArray[np.uint8]], film_id: str) -> Iterator[NDArray[np.uint8]]:
    """The chunks (t, H, W, 3) with an invisible watermark that leads to the id."""
    return watermark.embed(chunks, payload_of(film_id))


def preview(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Frames (t, H, W, 3) of an unfinished film side by side, (H, t W, 3), with a watermark too.

    It leads to no id: there is none yet.
    """
    strip = np.concatenate(list(frames), axis=1)
    (marked,) = watermark.embed([strip[None]], payload=0)
    return np.asarray(marked[0])


def sign(
    path: Path,
    film_id: str,
    model: str,
    prompt: str | None = None,
    sources: Sequence[Path] = (),
) -> str:
    """Put signed credentials into a finished mp4 or png; returns "" or what must be told.

    prompt: written in where the user asked for it. sources: the files it was made from.
    """
    made = credentials.Made(film_id, model, payload_of(film_id), prompt)
    named = [source for source in sources if credentials.can_name(source)]
    told = credentials.sign_made(path, made, named, path.suffix)
    mute = ", ".join(f"'{source}'" for source in sources if source not in named)
    if mute:
        told += f" The credentials can't name {mute} as source: files of this kind carry none."
    return told.strip()


def enter(path: Path, film_id: str, model: str) -> None:
    """Enter a finished film or picture into the register of this installation."""
    prints = fingerprint.film_prints(read.frames(path), read.rate(path))
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    register.add(register.Entry(film_id, payload_of(film_id), model, now), prints)
