"""From takes to latents: each shot's text, window by window.

Legend: C latent channels, N latent frames, h and w latent rows and columns; t frames of a preview,
H height, W width in pixels; L text tokens, E width of the text states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from lichtspiel import takes
from lichtspiel.diffusion import (
    conditioning,
    flow,
    guidance,
    joining,
    rolling,
    samplers,
    schedules,
)
from lichtspiel.diffusion.conditioning import Given
from lichtspiel.diffusion.flow import per_frame
from lichtspiel.diffusion.rolling import Window
from lichtspiel.diffusion.samplers import Velocity
from lichtspiel.media import seam
from lichtspiel.media.conform import Picture
from lichtspiel.media.mux import Frames
from lichtspiel.models.adapters import adapted
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.models.networks import Network
from lichtspiel.models.presets import Preset
from lichtspiel.request import SEEDS, GenerateRequest
from lichtspiel.shapes import TIME_STRIDE
from lichtspiel.takes import Material, Take
from lichtspiel.text import TextEncoder
from lichtspiel.unfinished import Unfinished

#: So many pictures at most show what a window seems to become.
MOMENTS = 4


@dataclass(frozen=True)
class Sampled:
    """A film before it is a file.

    latents: what was sampled, part by part; the film is known by them. count: its frames. chunks:
    the frames in order, (t, H, W, 3), decoded when they are asked for.
    """

    latents: Sequence[Tensor]
    count: int
    chunks: Iterator[Frames]


@dataclass(frozen=True)
class Progress:
    """How far a film is: `done` of `total` steps sampled or frames written.

    prompt: the text that the model sees. preview: after each step, draws what the newest part of
    the film seems to become: up to MOMENTS frames (t, H, W, 3) uint8, decoded roughly.
    """

    stage: Literal["expanded", "sampling", "writing"]
    done: int
    total: int
    prompt: str
    preview: Callable[[], Frames] | None = None


Watcher = Callable[[Progress], None]
#: What is given in a window, and its noise -> the velocity that its latents follow.
Guide = Callable[[Given, Tensor], Velocity]


@dataclass(frozen=True)
class Parts:
    """What films are made with: a preset's networks, loaded, on one device.

    velocity: the network as it is called, by an engine of `models.compiled`.
    """

    preset: Preset
    text: TextEncoder
    network: Network
    autoencoder: Autoencoder
    device: torch.device
    velocity: flow.Network

    @property
    def engine(self) -> str:
        """What runs the network, of `models.compiled.ENGINES`."""
        return "torch" if self.velocity is self.network else "openvino"

    def wearing(self, adapters: Sequence[tuple[Path, float]]) -> Parts:
        """The same with adapters added to the network, which torch runs; see `models.adapters`."""
        if not adapters:
            return self
        network = adapted(self.network, adapters)
        return replace(self, network=network, velocity=network)

    def sample(
        self, request: GenerateRequest, shots: Sequence[str], watch: Watcher, kept: Unfinished
    ) -> Sampled:
        """The film of a request. shots: what the model is told, in order."""
        material = takes.gather(request, self.autoencoder)
        planned = takes.plan(request, material)
        made = sample(planned, request, shots, self, watch, kept)
        chunks = show(request, material, planned, made, self.autoencoder)
        return Sampled(made, request.frames + sum(material.lengths), chunks)


@torch.inference_mode()
def sample(
    planned: Sequence[Take],
    request: GenerateRequest,
    shots: Sequence[str],
    parts: Parts,
    watch: Watcher,
    kept: Unfinished,
    guide: Callable[[str], Guide] | None = None,
) -> list[Tensor]:
    """Latents (1, C, N, h, w) of each take, from the noise of the request's seed.

    shots: what the model is told, in order. kept: where a film of several windows leaves what is
    done, and finds what was done before. guide: how the latents follow a text; by default as
    `velocity_of` says.
    """
    edited, guide = guide is not None, guide or partial(_followed, request, parts)
    preset, told = parts.preset, " ".join(shots)
    steps = request.steps or preset.steps
    sampler = samplers.SAMPLERS[request.sampler or preset.sampler]
    levels = schedules.shifted(steps, preset.shift)
    states = [kept.given(number) or take.given for number, take in enumerate(planned)]
    windows = sum(
        len(list(_windows(take, state.levels[0], preset.together)))
        for take, state in zip(planned, states, strict=True)
    )
    done, texts, made = 0, iter(shots), []

    def run(guided: Guide, given: Given, noise: Tensor) -> Tensor:
        nonlocal done
        draft, velocity = given.latents, guided(given, noise)

        def drafting(latents: Tensor, level: Tensor) -> Tensor:
            nonlocal draft
            slope = velocity(latents, level)
            draft = latents - per_frame(level) * slope  # where the straight line would end
            return slope

        def on_step(step: int) -> None:
            show = partial(_preview, draft, parts.autoencoder)
            watch(Progress("sampling", done + step, windows * steps, told, show))

        start = given.start(noise).to(parts.device)
        latents = sampler(drafting, start, given.schedule(levels), on_step)
        done += steps
        return latents.cpu()

    def keep(number: int, given: Given, window: Window) -> None:
        if windows > 1:
            kept.save(number, given, shots)

    for number, (take, given) in enumerate(zip(planned, states, strict=True)):
        shape = takes.latent_shape(request, take.spans[-1])
        noise = conditioning.initial_noise(shape, (request.seed + number) % SEEDS)
        text = next(texts)
        for index, span in enumerate(take.spans):
            if take.echo and index:
                given = take.echoed(given)
            elif index:
                text = next(texts)
            given = rolling.roll(
                given,
                rolling.windows(given.levels[0], span, preset.together, takes.CONTEXT),
                noise,
                partial(run, guide(text)),
                parts.autoencoder.held,
                partial(keep, number),
                () if edited else _anchor(take, index, preset.together),
            )
        made.append(given.latents)
    return made


def _followed(request: GenerateRequest, parts: Parts, text: str) -> Guide:
    velocity = velocity_of(text, request, parts)
    return lambda given, noise: velocity


def velocity_of(
    shot: str, request: GenerateRequest, parts: Parts, scale: float | None = None
) -> Velocity:
    """The network with what it is told, and how closely it keeps to that: `scale`, or else as the
    request says."""
    if scale is None:
        scale = request.preset.guidance if request.guidance is None else request.guidance
    texts = parts.text.encode([shot, request.negative])
    states, mask = texts.states.to(parts.device), texts.mask.to(parts.device)  # (2, L, E), (2, L)
    for row, text in enumerate((shot, request.negative)):
        if not text:
            mask[row] = False  # no text at all, which is not the same as an empty one
    told = guidance.guided(parts.velocity, states[:1], mask[:1], states[1:], mask[1:], scale)
    return joining.joined(told, parts.preset.window, parts.autoencoder.held)


def show(
    request: GenerateRequest,
    material: Material,
    planned: Sequence[Take],
    made: Sequence[Tensor],
    autoencoder: Autoencoder,
) -> Iterator[Frames]:
    """All frames of the film in order, in chunks (t, H, W, 3): what is given and what was made."""
    if request.before:
        yield from chunked(takes.films(request.before, request))
    for take, latents in zip(planned, made, strict=True):
        whole = takes.closed(take, latents, autoencoder) if take.echo else latents
        length = take.skip + take.frames + TIME_STRIDE
        frames = chain.from_iterable(decode(whole, length, autoencoder))
        if take.echo:
            shown = seam.round_once(frames, take.skip, take.frames, TIME_STRIDE)
        else:
            shown = seam.joined(frames, take.skip, take.frames, material.end, material.begin)
        yield from chunked(shown)
    if request.after and request.after != request.before:
        yield from chunked(takes.films(request.after, request))


def chunked(frames: Iterator[Picture], size: int = 8) -> Iterator[Frames]:
    """Single frames (H, W, 3) in chunks (t, H, W, 3)."""
    while chunk := list(islice(frames, size)):
        yield np.stack(chunk)


def decode(
    latents: Tensor, frames: int, autoencoder: Autoencoder, refine: bool = True
) -> Iterator[Frames]:
    """Latents (1, C, N, h, w) to chunks (t, H, W, 3) uint8, one by one, `frames` frames in all."""
    left = frames
    for video in autoencoder.decode_chunks(latents.to(autoencoder.line.mean), refine=refine):
        chunk = pixels(video)[:left]
        left -= len(chunk)
        if not len(chunk):
            return
        yield chunk


def pixels(video: Tensor) -> Frames:
    """(1, 3, t, H, W), about [-1, 1] -> (t, H, W, 3) uint8."""
    values = (video[0].float() + 1).mul(127.5).round().clamp(0, 255)
    frames: Frames = values.to(torch.uint8).permute(1, 2, 3, 0).cpu().numpy()
    return frames


def _preview(latents: Tensor, autoencoder: Autoencoder) -> Frames:
    """The last frames of a few latent frames, (t, H, W, 3), by the line alone: that is quick."""
    chosen = np.unique(np.linspace(0, latents.shape[2] - 1, MOMENTS).round().astype(int))
    video = autoencoder.line.decode(latents[:, :, chosen.tolist()])
    return pixels(video[:, :, TIME_STRIDE - 1 :: TIME_STRIDE])


def _anchor(take: Take, index: int, most: int) -> list[int]:
    """The moving latent frames that a take's shot makes first: its later ones look alike.

    They are known by the take alone, so an interrupted film finds the same.
    """
    levels = take.given.levels[0].clone()
    levels[: take.spans[index - 1] if index else 0] = 0
    if take.echo and index:
        levels[-take.echo :] = 0
    first, *_ = [*rolling.windows(levels, take.spans[index], most, takes.CONTEXT), Window(0, 0)]
    return [frame for frame in first.makes(levels) if frame > 0]


def _windows(take: Take, levels: Tensor, most: int) -> Iterator[Window]:
    """The windows of a take that are still to be sampled."""
    levels = levels.clone()
    for index, span in enumerate(take.spans):
        if take.echo and index:
            levels[-take.echo :] = 0
        for window in rolling.windows(levels, span, most, takes.CONTEXT):
            if window.makes(levels):
                yield window
        levels[:span] = 0
