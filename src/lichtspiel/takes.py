"""From a request to takes: runs of latent frames without a cut, and what is given in each.

Every feature of the director's set is decided here, by what is given; the samplers never know.
Legend: C latent channels, N latent frames, h and w latent rows and columns; H height, W width.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lichtspiel.diffusion import conditioning
from lichtspiel.diffusion.conditioning import Given
from lichtspiel.media import conform
from lichtspiel.media.conform import Picture
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.request import GenerateRequest
from lichtspiel.shapes import TIME_STRIDE, LatentShape

#: Moving latent frames of a given film that a model sees of it, beside a first picture.
CONTEXT = 2


@dataclass(frozen=True)
class Take:
    """A run without a cut.

    given: what is known of its latent frames before sampling. spans: where each of its shots ends,
    in latent frames. Of what is decoded the first `skip` frames are context and belong to no film,
    then come `frames` that do. echo: for a loop, how many of its moving latent frames come again at
    the end; they are known before the last span is made.
    """

    given: Given
    spans: tuple[int, ...]
    skip: int
    frames: int
    echo: int = 0

    def echoed(self, given: Given) -> Given:
        """What is given when all but the last span is made."""
        if not self.echo:
            return given
        beginning = given.latents[:, :, 1 : 1 + self.echo]
        return conditioning.placed(given, self.spans[-1] - self.echo, beginning)


@dataclass(frozen=True)
class Material:
    """What of the user's pictures and films the model sees, as latents, and where they meet.

    pictures: latent frame -> a picture's latents (1, C, 1, h, w). tail: the end of the film before
    (1, C, 1 + n, h, w), beginning with a picture; head: the beginning of the film after
    (1, C, n, h, w), all moving. end, begin: the frames there, as they are in the films (H, W, 3).
    lengths: frames of the film before and of the one after.
    """

    pictures: dict[int, Tensor]
    tail: Tensor | None = None
    head: Tensor | None = None
    end: Picture | None = None
    begin: Picture | None = None
    lengths: tuple[int, int] = (0, 0)


def gather(request: GenerateRequest, autoencoder: Autoencoder) -> Material:
    """Read and encode all that is given."""
    height, width = request.shape
    known = {
        latent_frame(frame): encoded([conform.picture(path, height, width)], autoencoder)
        for frame, path in pictures(request).items()
    }
    material = Material(known)
    if request.before:
        material = _with_tail(material, films(request.before, request), autoencoder)
    if request.after:
        material = _with_head(material, films(request.after, request), autoencoder)
    if request.after == request.before:  # a loop: the film is in the result once
        material = replace(material, lengths=(material.lengths[0], 0))
    return material


def pictures(request: GenerateRequest) -> dict[int, Path]:
    """Frame of the film -> the picture that is shown there."""
    given = [(0.0, request.image), *request.at]
    known = {round(second * request.preset.fps): path for second, path in given if path}
    if request.last:
        known[request.frames - 1] = request.last
    return known


def films(path: Path, request: GenerateRequest) -> Iterator[Picture]:
    """The frames of a given film as they are in the result, (H, W, 3) each."""
    return conform.film(path, *request.shape, request.preset.fps)


def seen(path: Path, request: GenerateRequest) -> Iterator[Picture]:
    """The frames of a given film, or the one of a given picture."""
    if path in (request.before, request.after, request.source) and not conform.is_picture(path):
        return films(path, request)
    return iter([conform.picture(path, *request.shape)])


def latent_frame(frame: int) -> int:
    """The latent frame that holds a frame of a clip."""
    return -(-frame // TIME_STRIDE)


def plan(request: GenerateRequest, material: Material) -> list[Take]:
    """The takes of a request, in order."""
    if request.loop:
        return [_loop(request)]
    if request.storyboard:
        return _storyboard(request)
    before = 0 if material.tail is None else material.tail.shape[2]
    after = 0 if material.head is None else material.head.shape[2]
    made = latent_frame(request.frames) if before else 1 + latent_frame(request.frames - 1)
    count = before + made + after
    given = _nothing(request, count)
    if material.tail is not None:
        given = conditioning.placed(given, 0, material.tail)
    if material.head is not None:
        given = conditioning.placed(given, count - after, material.head)
    for frame, latents in material.pictures.items():
        given = conditioning.placed(given, frame, latents)
    skip = 1 + (before - 1) * TIME_STRIDE if before else 0
    return [Take(given, (count,), skip, request.frames)]


def closed(take: Take, latents: Tensor, autoencoder: Autoencoder) -> Tensor:
    """The latents of a loop with what comes before its first and after its last frame.

    A loop is sampled as a film that ends with its own beginning. It is shown without its first
    picture, which stands still: so it is decoded once round, between its neighbours.
    """
    ring = latents[:, :, 1 : 1 + take.frames // TIME_STRIDE]
    lead = ring[:, :, -CONTEXT:]
    return torch.cat([autoencoder.held(lead[:, :, :1]), lead[:, :, 1:], ring, ring[:, :, :1]], 2)


def _loop(request: GenerateRequest) -> Take:
    """A film that ends with its own beginning: the last span makes the way back to it."""
    length = request.frames // TIME_STRIDE
    way_back = min(CONTEXT, length - CONTEXT)
    count = 1 + length + CONTEXT
    spans = (1 + length - way_back, count)
    skip = 1 + (CONTEXT - 1) * TIME_STRIDE
    return Take(_nothing(request, count), spans, skip, request.frames, echo=CONTEXT)


def _storyboard(request: GenerateRequest) -> list[Take]:
    made = []
    for frames in runs(request):
        spans = tuple(1 + latent_frame(end - 1) for end in frames)
        made.append(Take(_nothing(request, spans[-1]), spans, 0, frames[-1]))
    return made


def runs(request: GenerateRequest) -> list[list[int]]:
    """Of each run without a cut, the frames at which its shots end."""
    if not request.storyboard:
        return [[request.frames]]
    lengths: list[list[float]] = []
    for shot in request.storyboard:
        if shot.joined and lengths:
            lengths[-1].append(shot.seconds)
        else:
            lengths.append([shot.seconds])
    ends = [np.cumsum(run) * request.preset.fps for run in lengths]
    return [[max(1, round(end)) for end in run] for run in ends]


def _nothing(request: GenerateRequest, count: int) -> Given:
    return conditioning.nothing(latent_shape(request, count))


def latent_shape(request: GenerateRequest, count: int) -> LatentShape:
    """The shape of `count` latent frames of the request's size."""
    return LatentShape.of(count, *request.shape)


def _with_tail(material: Material, frames: Iterator[Picture], autoencoder: Autoencoder) -> Material:
    kept: deque[Picture] = deque(maxlen=1 + CONTEXT * TIME_STRIDE)
    count = 0
    for frame in frames:
        kept.append(frame)
        count += 1
    usable = 1 + (len(kept) - 1) // TIME_STRIDE * TIME_STRIDE
    tail = encoded(list(kept)[-usable:], autoencoder)
    lengths = (count, material.lengths[1])
    return replace(material, tail=tail, end=kept[-1], lengths=lengths)


def _with_head(material: Material, frames: Iterator[Picture], autoencoder: Autoencoder) -> Material:
    first = list(islice(frames, CONTEXT * TIME_STRIDE))
    count = len(first) + sum(1 for _ in frames)
    whole = len(first) // TIME_STRIDE * TIME_STRIDE
    # A film of a few frames only is seen as one picture.
    moving = first[:whole] if whole else first[:1] * TIME_STRIDE
    head = encoded([first[0], *moving], autoencoder)[:, :, 1:]
    lengths = (material.lengths[0], count)
    return replace(material, head=head, begin=first[0], lengths=lengths)


def encoded(frames: list[Picture], autoencoder: Autoencoder) -> Tensor:
    """The latents (1, C, N, h, w) of 1 + 8k frames."""
    video = torch.from_numpy(np.stack(frames)).permute(3, 0, 1, 2)[None]
    device = autoencoder.line.mean.device
    return autoencoder.encode(video.to(device).float() / 127.5 - 1).cpu()
