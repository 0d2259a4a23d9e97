"""Films of open weights: the director's set, stretch by stretch, by what each stretch is given.

The pipelines of these models take pictures, not latents. So a film goes on from its own last frames
as they are shown, and the next stretch is fitted to them like to a film that was given.
Legend: C latent channels, N latent frames, h and w latent rows and columns; T frames, H height,
W width in pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from lichtspiel import takes
from lichtspiel.diffusion.conditioning import Given
from lichtspiel.media import conform, seam
from lichtspiel.media.conform import Picture
from lichtspiel.models import catalogue, fitting, folders, open_weights
from lichtspiel.models.fitting import Fit, Machine
from lichtspiel.models.open_presets import OpenPreset
from lichtspiel.models.open_weights import OpenWeights, Scene
from lichtspiel.request import SEEDS, GenerateRequest
from lichtspiel.sampling import MOMENTS, Parts, Progress, Sampled, Watcher, chunked, pixels
from lichtspiel.text import TextEncoder
from lichtspiel.unfinished import Unfinished

Goal = Literal["", "after", "begin"]


@dataclass(frozen=True)
class Stretch:
    """What is made at once. The first `known` of its `frames` are there already, then come `new`.

    shot: number of the sentence. goes_on: whether it goes on from what is there. to: what the frame
    after its new ones is: of the film that it leads to, or its own beginning. pictures: place in
    the stretch -> number of a picture of `Material`.
    """

    shot: int
    frames: int
    known: int
    new: int
    to: Goal = ""
    pictures: Mapping[int, int] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        return self.known > 0


@dataclass(frozen=True)
class Material:
    """What the user gave. pictures: (frame of the film, picture). tail: the last frames of the film
    before. begin: the first frame of the film after. lengths: their frames that are in the result.
    """

    pictures: tuple[tuple[int, Picture], ...] = ()
    tail: tuple[Picture, ...] = ()
    begin: Picture | None = None
    lengths: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class OpenParts:
    """What films are made with: open weights, and the text encoder that the screening needs.

    counted: how many numbers each part of the model has. loaded: the model, as a film needed it;
    only then is known how it fits.
    """

    preset: OpenPreset
    text: TextEncoder
    folder: Path
    counted: Mapping[str, int]
    machine: Machine
    device: torch.device
    loaded: dict[Fit, OpenWeights] = field(default_factory=dict)

    @classmethod
    def load(
        cls, name: str, text: TextEncoder, device: str | None = None, memory: float | None = None
    ) -> OpenParts:
        """Find the weights of a preset, or in a folder, and see whether they are whole.

        memory: gigabytes that may be used on the device. Raises ValueError where something is
        missing.
        """
        preset = catalogue.find(name)
        assert isinstance(preset, OpenPreset)
        folder = catalogue.place(preset)
        if not folder.is_dir():
            raise ValueError(
                f"The weights of {name} are not here: `lichtspiel pull {name}` fetches them "
                f"(about {preset.download:g} GB)."
            )
        folders.check(folder)
        if any(find_spec(library) is None for library in ("diffusers", "transformers", "torchao")):
            raise ValueError("For open weights install lichtspiel[open].")
        usual = "cuda" if torch.cuda.is_available() else "cpu"
        where = open_weights.join() or torch.device(device or usual)
        machine = fitting.here(where, memory)
        return cls(preset, text, folder, folders.parameters(folder), machine, where)

    def model(self, request: GenerateRequest) -> OpenWeights:
        """The model as it fits for the films of a request; ValueError where it does not fit."""
        frames = min(request.frames, self.preset.window)
        fit = fitting.fit(self.preset, self.counted, self.machine, request.shape, frames)
        fit = replace(fit, peak=0)
        if fit not in self.loaded:
            self.loaded.clear()
            self.loaded[fit] = open_weights.load(self.preset, self.folder, fit, self.device)
        return self.loaded[fit]

    def follow(self, request: GenerateRequest) -> None:
        """As one process of several that torchrun started: help the first one with its film."""
        self.model(request).follow()

    def sample(
        self, request: GenerateRequest, shots: Sequence[str], watch: Watcher, kept: Unfinished
    ) -> Sampled:
        """The film of a request. shots: what the model is told, in order."""
        material = gather(request, self.preset)
        planned = plan(request, self.preset, material)
        model = self.model(request)
        made = _sample(planned, material, request, shots, model, watch, kept)
        frames = _shown(planned, material, request, made, model)
        return Sampled(made, request.frames + sum(material.lengths), chunked(frames))


#: What `pipeline.make` makes films with.
AnyParts = Parts | OpenParts


def gather(request: GenerateRequest, preset: OpenPreset) -> Material:
    """Read all that is given."""
    pictures = tuple(
        (frame, conform.picture(path, *request.shape))
        for frame, path in sorted(takes.pictures(request).items())
    )
    tail: deque[Picture] = deque(maxlen=preset.overlap)
    before = after = 0
    begin = None
    if request.before:
        for frame in takes.films(request.before, request):
            tail.append(frame)
            before += 1
    if request.after:
        for frame in takes.films(request.after, request):
            begin = frame if begin is None else begin
            after += request.after != request.before  # a loop: the film is in the result once
    known = _usable(len(tail), preset)
    return Material(pictures, tuple(tail)[len(tail) - known :], begin, (before, after))


def plan(request: GenerateRequest, preset: OpenPreset, material: Material) -> list[Stretch]:
    """The stretches of a request, in order."""
    to: Goal
    if request.loop:
        back = _way_back(request.frames, preset)
        runs, to = [[request.frames - back, request.frames]], "begin"
    else:
        runs = takes.runs(request)
        to = "after" if material.begin is not None else ""
    planned: list[Stretch] = []
    shot = 0
    for run in runs:
        there, made = len(material.tail), 0
        for part, end in enumerate(run):
            if part and not request.loop:
                shot += 1
            leads: Goal = to if part == len(run) - 1 else ""
            known = min(preset.overlap, _usable(there, preset))
            for stretch in _stretches(end - made, known, bool(leads), preset):
                planned.append(replace(stretch, shot=shot))
                made, there = made + stretch.new, there + stretch.new
            planned[-1] = replace(planned[-1], to=leads)
        shot += 1
    return _with_pictures(planned, material)


def _usable(there: int, preset: OpenPreset) -> int:
    """Of so many frames those that can be gone on from: 1 + a multiple of the stride, or none."""
    return 1 + (there - 1) // preset.stride * preset.stride if there else 0


def _way_back(frames: int, preset: OpenPreset) -> int:
    """New frames of a loop's last stretch, of which the frame after is the first of the film."""
    third = max(1, round(frames / 3 / preset.stride)) * preset.stride
    most = preset.window - preset.overlap - preset.stride
    return min(third, most) - 1


def _stretches(new: int, known: int, meets: bool, preset: OpenPreset) -> Iterator[Stretch]:
    """Stretches of so many new frames. meets: whether the frame after them is given as well."""
    while new > 0:
        room = preset.window - known
        if new + meets <= room:
            frames = known + new + meets
            rounded = 1 - -(frames - 1) // preset.stride * preset.stride
            yield Stretch(0, rounded, known, new)
            return
        yield Stretch(0, preset.window, known, room)
        new -= room
        known = preset.overlap


def _with_pictures(planned: Sequence[Stretch], material: Material) -> list[Stretch]:
    placed, start = [], 0
    for stretch in planned:
        inside = {
            stretch.known + frame - start: number
            for number, (frame, _) in enumerate(material.pictures)
            if start <= frame < start + stretch.new
        }
        placed.append(replace(stretch, pictures=inside))
        start += stretch.new
    return placed


def _scene(
    stretch: Stretch,
    number: int,
    request: GenerateRequest,
    shots: Sequence[str],
    there: Sequence[Picture],
    material: Material,
    begin: Picture | None,
) -> Scene:
    """What the model is asked. there: the last frames so far; begin: the film's first frame."""
    preset = request.preset
    assert isinstance(preset, OpenPreset)
    given = {place: material.pictures[index][1] for place, index in stretch.pictures.items()}
    first = np.stack(there[-stretch.known :]) if stretch.goes_on else None
    if 0 in given:
        first = given.pop(0)[None]
    if stretch.to:
        target = material.begin if stretch.to == "after" else begin
        assert target is not None
        given[stretch.known + stretch.new] = target
    return Scene(
        prompt=shots[stretch.shot],
        negative=request.negative or preset.negative,
        seed=(request.seed + number) % SEEDS,
        steps=request.steps or preset.steps,
        guidance=preset.guidance if request.guidance is None else request.guidance,
        shape=request.shape,
        frames=stretch.frames,
        first=first,
        given=given,
        adapters=request.adapters,
        cache=request.cache,
    )


def _sample(
    planned: Sequence[Stretch],
    material: Material,
    request: GenerateRequest,
    shots: Sequence[str],
    model: OpenWeights,
    watch: Watcher,
    kept: Unfinished,
) -> list[Tensor]:
    """Latents (1, C, N, h, w) of each stretch. They are kept before anything is decoded."""
    steps, told = request.steps or request.preset.steps, " ".join(shots)
    total, made = steps * len(planned), list[Tensor]()
    there, begin = list(material.tail), None

    def on_step(done: int, show: Callable[[], Picture] | None, step: int) -> None:
        watch(Progress("sampling", done + step, total, told, show))

    for number, stretch in enumerate(planned):
        state = kept.given(number)
        if state is None:
            scene = _scene(stretch, number, request, shots, there, material, begin)
            show = partial(_moments, there) if there else None
            latents = model.sample(scene, partial(on_step, number * steps, show))
            state = Given(latents, torch.zeros(1, latents.shape[2]))
            kept.save(number, state, shots)
        made.append(state.latents)
        later = planned[number + 1 :]
        if (later and later[0].goes_on) or (
            begin is None and any(one.to == "begin" for one in later)
        ):
            frames = list(_developed(stretch, made[-1], there, None, request.seed, model))
            begin = frames[0] if begin is None else begin
            there = [*there, *frames][-model.preset.overlap :]
    return made


def _shown(
    planned: Sequence[Stretch],
    material: Material,
    request: GenerateRequest,
    made: Sequence[Tensor],
    model: OpenWeights,
) -> Iterator[Picture]:
    """All frames of the film in order: what is given and what was made."""
    if request.before:
        yield from takes.films(request.before, request)
    there, begin = list(material.tail), material.begin
    for stretch, latents in zip(planned, made, strict=True):
        for frame in _developed(stretch, latents, there, begin, request.seed, model):
            if request.loop and begin is None:
                begin = frame
            there = [*there, frame][-model.preset.overlap :]
            yield frame
    if request.after and request.after != request.before:
        yield from takes.films(request.after, request)


def _developed(
    stretch: Stretch,
    latents: Tensor,
    there: Sequence[Picture],
    begin: Picture | None,
    seed: int,
    model: OpenWeights,
) -> Iterator[Picture]:
    """The new frames of a stretch, fitted to what is before them, and after them where it is known.

    there: the last frames before it. begin: what it leads to, if it leads somewhere.
    """
    frames = iter(pixels(model.decode(latents, seed)))
    end = there[-1] if stretch.goes_on else None
    after = begin if stretch.to else None
    return seam.joined(frames, stretch.known, stretch.new, end, after)


def _moments(there: Sequence[Picture]) -> Picture:
    chosen = np.unique(np.linspace(0, len(there) - 1, MOMENTS).round().astype(int))
    return np.stack([there[index] for index in chosen])
