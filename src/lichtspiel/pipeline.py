"""The path of a prompt, from a sentence to a file, on one page. `make` is all of it.

Legend: N latent frames, C latent channels, h and w latent rows and columns; t frames of a chunk,
T frames of the film, H height, W width in pixels; L text tokens, E width of the text states.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from lichtspiel import provenance, safety
from lichtspiel.diffusion import conditioning, guidance, samplers, schedules
from lichtspiel.media import mux
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.models.himmel import Himmel
from lichtspiel.models.presets import Preset
from lichtspiel.prompt.expand import Expansion, expand, expand_by_chat
from lichtspiel.provenance import label
from lichtspiel.request import GenerateRequest
from lichtspiel.text import TextEncoder

#: (prompt, seed, style) -> the full shot description
Expander = Callable[[str, int, str | None], Expansion]


def chat_expander(
    prompt: str, seed: int, style: str | None, *, endpoint: str, model: str, api_key: str | None
) -> Expansion:
    """An `Expander` that asks an OpenAI-compatible endpoint; a style is added by our own rules."""
    expansion = expand_by_chat(prompt, endpoint, model, api_key)
    return expansion if style is None else expand(expansion.text, seed, style)


@dataclass(frozen=True)
class Parts:
    """What films are made with: a preset's networks, loaded, on one device."""

    preset: Preset
    text: TextEncoder
    network: Himmel
    autoencoder: Autoencoder
    device: torch.device


@dataclass(frozen=True)
class Progress:
    """How far a film is: `done` of `total` steps sampled or frames written."""

    stage: Literal["expanded", "sampling", "writing"]
    done: int
    total: int
    prompt: str  # the text that the model sees


Watcher = Callable[[Progress], None]


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
    parts: Parts,
    target: Path,
    watch: Watcher = lambda progress: None,
    expander: Expander = expand,
) -> Film:
    """Make the film (or still) of `request` at `target`, whole or not at all.

    `request.count` is for the caller: one call makes one film, the one with `request.seed`.
    """
    begun = time.perf_counter()
    safety.check_prompt(request.prompt, parts.text)
    safety.check_unwanted(request.negative)
    shot = request.prompt
    if request.expand:
        shot = expander(request.prompt, request.seed, request.style).text
        safety.check_prompt(shot, parts.text)
    watch(Progress("expanded", 0, 1, shot))

    latents = sample(request, shot, parts, watch)
    film_id = identify(latents, request)
    chunks = decode(latents, request.frames, parts.autoencoder)
    spoken = safety.language(request.prompt)
    chunks = safety.check_frames(chunks, request.frames, request.preset.fps, spoken)
    if request.label:
        chunks = label.draw(chunks, request.label)
    chunks = provenance.mark(chunks, film_id)

    with mux.placing(target) as temporary:
        if request.still:
            mux.write_png(temporary, chunks)
        else:
            mux.write_mp4(
                temporary,
                chunks,
                request.preset.fps,
                lambda done: watch(Progress("writing", done, request.frames, shot)),
            )
        told = shot if request.prompt_in_credentials else None
        notice = provenance.sign(temporary, film_id, request.model, told)
    provenance.enter(target, film_id, request.model)

    return Film(
        path=target,
        id=film_id,
        model=request.model,
        prompt=request.prompt,
        expanded_prompt=shot,
        seed=request.seed,
        width=request.clip.width,
        height=request.clip.height,
        fps=request.preset.fps,
        frames=request.frames,
        seconds=round(request.frames / request.preset.fps, 3),
        elapsed_s=round(time.perf_counter() - begun, 3),
        notice=" ".join(filter(None, (notice, safety.notice()))),
    )


@torch.inference_mode()
def sample(request: GenerateRequest, shot: str, parts: Parts, watch: Watcher) -> Tensor:
    """Latents (1, C, N, h, w) of the shot: from the noise of the request's seed, step by step."""
    preset, shape = request.preset, request.clip.latent()
    steps = request.steps or preset.steps
    scale = preset.guidance if request.guidance is None else request.guidance
    texts = parts.text.encode([shot, request.negative])
    states, mask = texts.states.to(parts.device), texts.mask.to(parts.device)  # (2, L, E), (2, L)
    if not request.negative:
        mask[1] = False  # no text at all, which is not the same as an empty one
    velocity = guidance.guided(parts.network, states[:1], mask[:1], states[1:], mask[1:], scale)
    given = conditioning.nothing(shape)
    start = given.start(conditioning.initial_noise(shape, request.seed))
    return samplers.SAMPLERS[request.sampler or preset.sampler](
        velocity,
        start.to(parts.device),
        given.schedule(schedules.shifted(steps, preset.shift)),
        on_step=lambda done: watch(Progress("sampling", done, steps, shot)),
    )


def decode(latents: Tensor, frames: int, autoencoder: Autoencoder) -> Iterator[mux.Frames]:
    """Latents (1, C, N, h, w) to chunks (t, H, W, 3) uint8, one by one, `frames` frames in all."""
    left = frames
    for video in autoencoder.decode_chunks(latents):  # (1, 3, t, H, W) in [-1, 1]
        pixels = (video[0].float() + 1).mul(127.5).round().clamp(0, 255)
        chunk = pixels.to(torch.uint8).permute(1, 2, 3, 0)[:left].cpu().numpy()
        left -= len(chunk)
        if len(chunk):
            yield chunk


def identify(latents: Tensor, request: GenerateRequest) -> str:
    """The film's id, 32 hexadecimal digits: of what was sampled, so the same film has the same."""
    content = hashlib.sha256(latents.float().cpu().numpy().tobytes())
    content.update(f"{request.model} {request.frames}".encode())
    return content.hexdigest()[:32]
