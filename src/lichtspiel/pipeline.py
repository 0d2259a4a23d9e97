"""The path of a prompt, from a sentence to a file, on one page. `make` is all of it.

What a film is made with, `Parts` or `OpenParts`, knows how it samples and decodes.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from lichtspiel import editing, provenance, safety, takes
from lichtspiel.media import mux
from lichtspiel.media.mux import Frames
from lichtspiel.open_film import AnyParts
from lichtspiel.prompt.expand import Expansion, expand, expand_by_chat
from lichtspiel.prompt.guess import guess
from lichtspiel.provenance import label
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import Parts, Progress, Sampled, Watcher
from lichtspiel.unfinished import Unfinished
from lichtspiel.upscaling import upscaled

#: (prompt, seed, style, camera, what is guessed of it) -> the full shot description
Expander = Callable[[str, int, str | None, str | None, Mapping[str, str]], Expansion]


def chat_expander(
    prompt: str,
    seed: int,
    style: str | None,
    camera: str | None,
    guessed: Mapping[str, str],
    *,
    endpoint: str,
    model: str,
    api_key: str | None,
) -> Expansion:
    """An `Expander` that asks an OpenAI-compatible endpoint, which needs no guesses; style and
    camera are added by our own rules."""
    expansion = expand_by_chat(prompt, endpoint, model, api_key)
    if style is None and camera is None:
        return expansion
    return expand(expansion.text, seed, style, camera)


@dataclass(frozen=True)
class Film:
    """A finished film (or picture) in a file, and how it came about.

    notice: what the user must know of the file, or "": say, that it has no time stamp.
    """

    path: Path
    id: str
    model: str
    prompt: str
    expanded_prompt: str
    seed: int
    width: int
    height: int
    fps: int
    frames: int
    seconds: float
    elapsed_s: float
    notice: str = ""

    def as_dict(self) -> dict[str, str | int | float]:
        """The facts as plain values, in the order in which `--json` prints them."""
        return asdict(self) | {"path": str(self.path)}

    def save(self, path: str | Path) -> Path:
        """Put a copy at `path`, whole or not at all; returns it. A film keeps its suffix."""
        target = Path(path)
        mux.check_target(target, self.path.suffix)
        with mux.placing(target) as temporary:
            shutil.copyfile(self.path, temporary)
        return target


def make(
    request: GenerateRequest,
    parts: AnyParts,
    target: Path,
    watch: Watcher = lambda progress: None,
    expander: Expander = expand,
    resume: bool = False,
    draft: Draft | None = None,
) -> Film:
    """Make the film (or still) of `request` at `target`, whole or not at all.

    `request.count` is for the caller: one call makes one film, the one with `request.seed`. A long
    film that was interrupted goes on with `resume` (see `unfinished`). draft: what was rehearsed of
    it already (see `contest`).
    """
    begun = draft.begun if draft else time.perf_counter()
    screen(request, parts)
    kept = Unfinished(request, target, resume)
    shots, made, _ = draft or rehearse(request, parts, watch, expander, kept)
    told = " ".join(shots[: len(request.shots)])
    film_id = identify(made.latents, request)
    spoken = safety.language(shots[0])
    chunks = upscaled(made.chunks, request.upscale, parts.device)
    chunks = safety.check_frames(chunks, made.count, request.preset.fps, spoken)
    if request.label:
        chunks = label.draw(chunks, request.label)
    chunks = provenance.mark(chunks, film_id)
    notice = place(
        chunks,
        target,
        film_id,
        request.preset.name,
        request.preset.fps,
        lambda done: watch(Progress("writing", done, made.count, told)),
        prompt=told if request.prompt_in_credentials else None,
        sources=request.sources,
        loop=request.loop or request.before == request.after is not None,
        sound=request.source,
    )
    kept.remove()

    return Film(
        path=target,
        id=film_id,
        model=request.preset.name,
        prompt=" ".join(shot.prompt for shot in request.shots),
        expanded_prompt=told,
        seed=request.seed,
        width=request.shape[1] * request.upscale,
        height=request.shape[0] * request.upscale,
        fps=request.preset.fps,
        frames=made.count,
        seconds=round(made.count / request.preset.fps, 3),
        elapsed_s=round(time.perf_counter() - begun, 3),
        notice=" ".join(filter(None, (notice, safety.notice(), request.preset.notice))),
    )


def place(
    chunks: Iterator[Frames],
    target: Path,
    film_id: str,
    model: str,
    fps: int,
    on_frames: Callable[[int], None],
    prompt: str | None = None,
    sources: Sequence[Path] = (),
    loop: bool = False,
    sound: Path | None = None,
) -> str:
    """Write marked frames, sign the file, give it its name, enter it into the register.

    Returns "" or what the user must know. prompt, sources: as the credentials say them. sound: a
    film whose sound goes with it.
    """
    with mux.placing(target) as temporary:
        if target.suffix.lower() == ".png":
            mux.write_png(temporary, chunks)
        else:
            mux.write_mp4(temporary, chunks, fps, on_frames, loop, sound)
        notice = provenance.sign(temporary, film_id, model, prompt, sources)
    provenance.enter(target, film_id, model)
    return notice


class Draft(NamedTuple):
    """What the model was told of each shot, what it made of that, and when the work was begun
    (by `time.perf_counter`)."""

    shots: list[str]
    made: Sampled
    begun: float


def rehearse(
    request: GenerateRequest, parts: AnyParts, watch: Watcher, expander: Expander, kept: Unfinished
) -> Draft:
    """Complete the prompt and sample: all that is slow and makes no file."""
    begun = time.perf_counter()
    if isinstance(parts, Parts):
        parts = parts.wearing(request.adapters)
    shots = kept.shots or tell(request, parts, expander)
    watch(Progress("expanded", 0, 1, " ".join(shots[: len(request.shots)])))
    if request.source:
        assert isinstance(parts, Parts)  # a request tells that others can't change films
        return Draft(shots, editing.sample(parts, request, shots, watch, kept), begun)
    return Draft(shots, parts.sample(request, shots, watch, kept), begun)


def screen(request: GenerateRequest, parts: AnyParts) -> None:
    """Raise `safety.Blocked` where what is asked, or what is given, is blocked."""
    sentences = [shot.prompt for shot in request.shots if shot.prompt]
    for sentence in sentences:
        safety.check_prompt(sentence, parts.text)
    if len(sentences) > 1:
        safety.check_parts(sentences, parts.text)
    safety.check_unwanted(request.negative)
    for path in request.sources:
        safety.check_name(path.stem, parts.text)
        spoken = safety.language(request.prompt or path.stem)
        safety.check_given(takes.seen(path, request), request.preset.fps, spoken)


def tell(request: GenerateRequest, parts: AnyParts, expander: Expander) -> list[str]:
    """What the model is told of each shot: its sentence, completed and screened again. Where a
    film is changed, what it should show, and then what it does."""
    if request.source:
        assert isinstance(parts, Parts)
        told = editing.tell(parts, request)
        safety.check_prompt(told[0], parts.text)
        return told
    told = []
    for shot in request.shots:
        sentence = shot.prompt
        if request.expand and sentence:
            near = guess(sentence, parts.text)
            sentence = expander(sentence, request.seed, request.style, shot.camera, near).text
            safety.check_prompt(sentence, parts.text)
        told.append(sentence)
    return told


def identify(made: Sequence[Tensor], request: GenerateRequest) -> str:
    """The film's id, 32 hexadecimal digits: of what was sampled, so the same film has the same."""
    content = hashlib.sha256()
    for latents in made:
        content.update(latents.float().numpy().tobytes())
    content.update(f"{request.preset.name} {request.frames}".encode())
    if request.upscale > 1:
        content.update(f" x{request.upscale}".encode())
    return content.hexdigest()[:32]
