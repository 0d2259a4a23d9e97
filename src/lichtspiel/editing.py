"""A film or a picture is changed: what it shows, what it should show, and where.

Legend: C latent channels, N latent frames, h and w latent rows and columns; H height, W width in
pixels; Z mask frames (N, or 1 for all).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, repeat

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel import sampling, takes
from lichtspiel.diffusion import conditioning, editing
from lichtspiel.diffusion.conditioning import Given
from lichtspiel.diffusion.flow import noised
from lichtspiel.diffusion.samplers import Velocity
from lichtspiel.media import conform, region
from lichtspiel.media.conform import Picture
from lichtspiel.prompt import instruction
from lichtspiel.prompt.instruction import Attributes
from lichtspiel.prompt.words import language, read
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import (
    Guide,
    Parts,
    Sampled,
    Watcher,
    chunked,
    decode,
    velocity_of,
)
from lichtspiel.shapes import PATCH, TIME_STRIDE
from lichtspiel.takes import Take
from lichtspiel.unfinished import Unfinished
from lichtspiel.world import scene as vocabulary

#: What is looked for in a source where nobody says it, in this order. The network is a poor judge
#: of weather and camera, and neither is needed to keep what is there.
LOOKED_FOR: dict[str, tuple[str, ...]] = {
    "place": vocabulary.SITES,
    "light": vocabulary.LIGHTS,
    "style": vocabulary.STYLES,
    "subject": tuple(name for name in vocabulary.SUBJECTS if name != "eye"),
}
#: Frames of a source that are looked at.
LOOKED_AT = 1 + 2 * TIME_STRIDE
#: Noise levels at which descriptions are tried, and those at which a region is looked for.
TRIED, SOUGHT = (0.4, 0.6, 0.8), (0.5, 0.7)
#: Of `diffusion.editing.region_of`.
THRESHOLD, REACH = 0.3, 1
#: Pixels over which the edge of a mask is blurred.
FEATHER = 9


@dataclass(frozen=True)
class Way:
    """How an edit leaves its source.

    start: the noise level at which it begins, 1 is from nothing. share: of `editing.edited`.
    guidance, held: how closely the words of the target, and of the source, are followed.
    """

    start: float
    share: float
    guidance: float
    held: float = 1.5


#: Tuned on renders of seeds 800,000 on; docs/editing.md tells what was measured.
WAYS = {
    "swap": Way(1.0, 1.0, 5.0),
    "edit": Way(0.9, 1.0, 4.0),
    "restyle": Way(0.9, 1.0, 3.0),
    "inpaint": Way(1.0, 0.0, 5.0),
    "cinemagraph": Way(1.0, 0.0, 3.0),
}


# --- what is asked --------------------------------------------------------------------------------


def tell(parts: Parts, request: GenerateRequest) -> list[str]:
    """What the model is told: what the result should show, and what the source does."""
    spoken, before, after, words = _understood(parts, request)
    source = instruction.describe(before, spoken)
    if not request.expand or (request.change == "cinemagraph" and not request.prompt):
        return [request.prompt, source]  # a picture that is given tells enough of what it shows
    return [instruction.describe(after, spoken, words), source]


def _understood(parts: Parts, request: GenerateRequest) -> tuple[str, Attributes, Attributes, str]:
    """Language, what the source shows, what the result should, and words for what is new in it."""
    style: dict[str, str | int] = {} if request.style is None else {"style": request.style}
    if request.change == "edit":
        asked = instruction.understand(request.prompt)
        before = look(parts, request, asked.said, asked.language)
        after = instruction.after(before, dict(asked.changed) | style)
        named = "subject" in asked.changed or not asked.changed
        return asked.language, before, after, asked.new if named else ""
    spoken = language(request.prompt) if request.prompt else "en"
    before = look(parts, request, {}, spoken)
    after = instruction.after(before, read(request.prompt) | style)
    return spoken, before, after, request.prompt


def swaps(request: GenerateRequest) -> bool:
    """Whether one thing takes another's place, so that what is around must stay."""
    return request.change == "edit" and instruction.understand(request.prompt).recasts


@torch.inference_mode()
def look(parts: Parts, request: GenerateRequest, said: Attributes, spoken: str) -> Attributes:
    """What the source shows, as far as it is not said: the words with which the network is least
    wrong about it (diffusion classifier, arXiv 2303.16203)."""
    latents = encoded(islice(pictures(request), LOOKED_AT), parts)
    shape = takes.latent_shape(request, latents.shape[2])
    noise = conditioning.initial_noise(shape, request.seed)
    known = dict(said)
    for name, values in LOOKED_FOR.items():
        if name not in known:
            texts = [instruction.describe(known | {name: value}, spoken) for value in values]
            known[name] = values[_least_wrong(texts, latents, noise, parts)]
    return known


def _least_wrong(texts: Sequence[str], latents: Tensor, noise: Tensor, parts: Parts) -> int:
    told, count = parts.text.encode(texts), len(texts)
    wrong = torch.zeros(count)
    for level in TRIED:
        levels = torch.full((count, latents.shape[2]), level)
        noisy = noised(latents, noise, levels[:1]).expand(count, -1, -1, -1, -1)
        inputs = (noisy, levels, told.states, told.mask)
        velocity = parts.velocity(*(tensor.to(parts.device) for tensor in inputs)).cpu()
        wrong += (velocity - (noise - latents)).square().mean((1, 2, 3, 4))
    return int(wrong.argmin())


# --- what is made ---------------------------------------------------------------------------------


def sample(
    parts: Parts,
    request: GenerateRequest,
    shots: Sequence[str],
    watch: Watcher,
    kept: Unfinished,
) -> Sampled:
    """The changed film. shots: what `tell` says."""
    target, source = shots
    way = WAYS["swap" if swaps(request) else str(request.change)]
    latents = encoded(pictures(request), parts)
    mask = masked(parts, request, target, source, latents)
    levels = (request.strength or way.start) * regions(mask, latents)
    if request.change == "cinemagraph":
        levels[:, 0] = 0  # the picture itself is its beginning
    both = Given(latents.repeat(2, 1, 1, 1, 1), levels.repeat(2, 1, 1, 1))
    take = Take(both, (latents.shape[2],), 0, request.frames)
    guide = partial(_guide, request, parts, way, source)
    (made,) = sampling.sample([take], request, shots, parts, watch, kept, guide)
    return Sampled([made[:1]], request.frames, chunked(show(parts, request, made[:1], mask)))


def _guide(request: GenerateRequest, parts: Parts, way: Way, source: str, target: str) -> Guide:
    scale = way.guidance if request.guidance is None else request.guidance
    wanted = velocity_of(target, request, parts, scale)
    there = velocity_of(source, request, parts, way.held)

    def guide(given: Given, noise: Tensor) -> Velocity:
        known, fresh = given.latents.to(parts.device), noise.to(parts.device)
        return editing.edited(
            editing.filled(wanted, known[:1], fresh),
            editing.filled(there, known[1:], fresh),
            fresh - known[1:],
            way.share,
        )

    return guide


def show(parts: Parts, request: GenerateRequest, made: Tensor, mask: Tensor) -> Iterator[Picture]:
    """The frames of the result: the source's own, but where the mask lets in what was made."""
    new = chain.from_iterable(decode(made, request.frames, parts.autoencoder))
    for number, (before, after) in enumerate(zip(pictures(request), new, strict=False)):
        share = feathered(mask[min(takes.latent_frame(number), len(mask) - 1)], *request.shape)
        mixed = before + share * (after.astype(np.float32) - before)
        yield np.asarray(mixed.round(), np.uint8)


def pictures(request: GenerateRequest) -> Iterator[Picture]:
    """The frames of the source as they are in the result, (H, W, 3) each."""
    assert request.source is not None
    if conform.is_picture(request.source):
        return repeat(conform.picture(request.source, *request.shape), request.frames)
    return takes.films(request.source, request)


def encoded(frames: Iterator[Picture], parts: Parts) -> Tensor:
    """Latents (1, C, N, h, w) of frames; the last is held to fill its latent frame."""
    first = next(frames)
    made = [takes.encoded([first], parts.autoencoder)]
    while chunk := list(islice(frames, TIME_STRIDE)):
        chunk += chunk[-1:] * (TIME_STRIDE - len(chunk))
        made.append(takes.encoded([first, *chunk], parts.autoencoder)[:, :, 1:])
    return torch.cat(made, 2)


# --- where ----------------------------------------------------------------------------------------


def masked(
    parts: Parts, request: GenerateRequest, target: str, source: str, latents: Tensor
) -> Tensor:
    """Where the film may change, in [0, 1]: (Z, H, W) as it was given, or (Z, h, w) as found."""
    assert request.source is not None
    if request.mask and request.mask != region.AUTO:
        painted = region.read(request.mask, conform.shape(request.source), request.shape)
        return torch.from_numpy(painted)[None]
    if request.mask == region.AUTO or swaps(request):
        return _found(parts, request, target, source, latents)
    return torch.ones(1, *latents.shape[-2:])


@torch.inference_mode()
def _found(
    parts: Parts, request: GenerateRequest, target: str, source: str, latents: Tensor
) -> Tensor:
    """Where target and source are seen to differ, (N, h, w), window by window."""
    wanted, there = (velocity_of(text, request, parts, 1.0) for text in (target, source))
    noise = conditioning.initial_noise(takes.latent_shape(request, latents.shape[2]), request.seed)
    most, found = parts.preset.window, []
    for start in range(0, max(1, latents.shape[2] - 1), most - 1):
        clip = latents[:, :, start : start + most]
        if start:
            clip = torch.cat([parts.autoencoder.held(clip[:, :, :1]), clip[:, :, 1:]], 2)
        fresh = noise[:, :, start : start + most].to(parts.device)
        seen = editing.difference(wanted, there, clip.to(parts.device), fresh, SOUGHT).cpu()
        found.append(seen[:, :, 1 if start else 0 :])
    return editing.region_of(torch.cat(found, 2), THRESHOLD, REACH)[0, 0]


def regions(mask: Tensor, latents: Tensor) -> Tensor:
    """A mask (Z, *, *) as a region of whole tokens, 0 or 1: (1, N, h, w)."""
    rows, columns = (side // PATCH for side in latents.shape[-2:])
    tokens = (F.adaptive_max_pool2d(mask, (rows, columns)) > 0.5).float()
    whole = F.interpolate(tokens[None], latents.shape[-2:])
    return whole.expand(1, latents.shape[2], -1, -1).clone()


def feathered(mask: Tensor, height: int, width: int) -> region.Mask:
    """A mask with a soft edge, (H, W, 1) in [0, 1]."""
    wide = F.interpolate(mask[None, None], (height, width), mode="bilinear")
    soft = F.avg_pool2d(F.pad(wide, (FEATHER // 2,) * 4, mode="replicate"), FEATHER, 1)
    share: region.Mask = soft[0, 0, :, :, None].numpy()
    return share
