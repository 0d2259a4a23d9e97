"""A film or a picture that is there, made larger: no words, no sampling, only its own frames."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import torch

from lichtspiel import pipeline, provenance, safety
from lichtspiel.media import conform, read
from lichtspiel.media.mux import Frames
from lichtspiel.provenance import watermark
from lichtspiel.request import check_upscale
from lichtspiel.upscaling import upscaled

#: What credentials and register say made it.
MODEL = "upscaler"
#: Frames in which a watermark is looked for, and the score from which it is strong enough to stay
#: as it is: fresh ones have 28 to 30, those of films that were coded anew at crf 30 have 21 to 23.
LOOKED_AT = 96
STRONG = 24.0


@dataclass(frozen=True)
class Source:
    """A film or picture at its own size. fps: frames a second, whole; frames: how many."""

    path: Path
    picture: bool
    height: int
    width: int
    fps: int
    frames: int

    @classmethod
    def of(cls, path: Path, factor: int) -> Source:
        """Look at a file; ValueError where it is no film or picture that can be made so large."""
        picture = conform.is_picture(path)
        height, width = conform.shape(path)
        check_upscale(factor, (height, width))
        fps = 1 if picture else max(1, round(read.rate(path)))
        return cls(path, picture, height, width, fps, 1 if picture else conform.count(path, fps))

    def chunks(self) -> Iterator[Frames]:
        """Its frames, (1, H, W, 3) each."""
        if self.picture:
            yield conform.picture(self.path, self.height, self.width)[None]
        else:
            for frame in conform.film(self.path, self.height, self.width, self.fps):
                yield frame[None]


@dataclass(frozen=True)
class Enlarged:
    """A finished file and the facts that `--json` prints, in this order. notice: as of a `Film`."""

    path: Path
    id: str
    model: str
    width: int
    height: int
    fps: int
    frames: int
    seconds: float
    elapsed_s: float
    notice: str

    def as_dict(self) -> dict[str, str | int | float]:
        """The facts as plain values."""
        return asdict(self) | {"path": str(self.path)}


def enlarge(
    source: Source,
    target: Path,
    factor: int = 2,
    on_frames: Callable[[int], None] = lambda done: None,
) -> Enlarged:
    """Write `source` at `target`, `factor` times as high and as wide, whole or not at all.

    The result is screened, marked, signed with its source named, and entered into the register.
    A watermark that the source carries stays, and is drawn again where it is weak: another would
    spoil both. Raises `safety.Blocked`.
    """
    begun = time.perf_counter()
    safety.check_name(source.path.stem)
    spoken = safety.language(source.path.stem)
    found = watermark.detect(islice(source.chunks(), 0, None, max(1, source.frames // LOOKED_AT)))
    film_id = _identify(source.path, factor, found)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    chunks = upscaled(source.chunks(), factor, device)
    chunks = safety.check_frames(chunks, source.frames, source.fps, spoken)
    if found is None or found.score < STRONG:
        chunks = provenance.mark(chunks, film_id)
    notice = pipeline.place(
        chunks,
        target,
        film_id,
        MODEL,
        source.fps,
        on_frames,
        sources=(source.path,),
        sound=source.path,
    )
    return Enlarged(
        path=target,
        id=film_id,
        model=MODEL,
        width=source.width * factor,
        height=source.height * factor,
        fps=source.fps,
        frames=source.frames,
        seconds=round(source.frames / source.fps, 3),
        elapsed_s=round(time.perf_counter() - begun, 3),
        notice=" ".join(filter(None, (notice, safety.notice()))),
    )


def _identify(path: Path, factor: int, found: watermark.Found | None) -> str:
    """The id of the result, 32 hexadecimal digits, of the source's bytes.

    It begins with what the watermark of the source says, where there is one.
    """
    content = hashlib.sha256(f"{MODEL} x{factor} ".encode())
    with path.open("rb") as file:
        content.update(hashlib.file_digest(file, "sha256").digest())
    own = content.hexdigest()[:32]
    return own if found is None else f"{found.payload:08x}{own[8:]}"
