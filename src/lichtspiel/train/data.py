"""What the diffusion models learn from: clips as latents and captions as token states, in memory.

Legend: C latent channels, N latent frames, h and w latent rows and columns; B clips of a batch,
L text tokens, E width of a token state.
"""

from __future__ import annotations

import json
import random
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from lichtspiel.media.mux import placing
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.shapes import TIME_STRIDE, LatentShape
from lichtspiel.text import TextEncoder
from lichtspiel.train.autoencoder import as_video, read_video

#: Captions of each clip that are kept; they alternate between the languages.
CAPTIONS = 4
#: Pictures are also taken from the middle of clips, every so many frames.
PICTURE_STRIDE = 12
#: Values of scene attributes that say left or right: such clips are never mirrored.
SIDED = frozenset({"pan_left", "pan_right", "look_left", "look_right"})


@dataclass(frozen=True)
class Item:
    """A clip's latents (C, N, h, w) float16, and the token states of its captions, each (L, E).

    boxes (N, 4) float32: where the subject is in each latent frame, as left, top, right, bottom in
    shares of the picture; all zero where there is none, or none is known. look (rows, columns, F)
    float16: what is seen in the first picture, token by token; all zero where nobody looked.
    """

    latents: Tensor
    captions: tuple[Tensor, ...]
    mirrors: bool
    boxes: Tensor
    look: Tensor


@dataclass(frozen=True)
class Batch:
    """latents (B, C, N, h, w) float32, text (B, L, E) float32, mask (B, L) bool.

    subject (B, N, h, w) float32 in [0, 1]: how far the subject's box covers each latent. look
    (B, rows, columns, F) float32: what is seen in the first picture.
    """

    latents: Tensor
    text: Tensor
    mask: Tensor
    subject: Tensor
    look: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same on another device."""
        moved = (getattr(self, part.name).to(device) for part in fields(self))
        return Batch(*moved)


def prepare(
    shard: Path,
    folder: Path,
    autoencoder: Autoencoder,
    text: TextEncoder,
    sight: Callable[[Tensor], Tensor],
) -> Path:
    """Encode a shard once: `folder`/<name>.safetensors with its latents and token states.

    sight: what is seen in a picture (3, H, W) in [-1, 1], (rows, columns, F).
    """
    path = folder / f"{shard.stem}.safetensors"
    if path.exists():
        return path
    tensors: dict[str, Tensor] = {}
    sentences: list[tuple[str, str]] = []
    for key, film, about in read_shard(shard):
        pixels = read_video(film)
        sided = not SIDED.isdisjoint(map(str, about["scene"].values()))
        tensors[f"{key}.sided"] = torch.tensor(sided)
        boxes = about.get("boxes", [None] * pixels.shape[1])
        moments = range(PICTURE_STRIDE, pixels.shape[1], PICTURE_STRIDE)
        pieces = [slice(None), *(slice(t, t + 1) for t in moments)]
        for index, piece in enumerate(pieces):
            latents = autoencoder.encode(as_video(pixels[:, piece])[None])[0]
            tensors[f"{key}.latents.{index}"] = latents.half()
            tensors[f"{key}.look.{index}"] = sight(as_video(pixels[:, piece])[:, 0]).half()
            tensors[f"{key}.boxes.{index}"] = joined(boxes[piece])
        for index, caption in enumerate(about["captions"][:CAPTIONS]):
            sentences.append((f"{key}.text.{index}", caption["text"]))
    # Sentences of like length together: no time is lost on padding.
    sentences.sort(key=lambda entry: len(entry[1]))
    for part in _batched(sentences, 32):
        states = text.encode([sentence for _, sentence in part])
        for (name, _), state, mask in zip(part, states.states, states.mask, strict=True):
            tensors[name] = state[mask].half().clone()
    folder.mkdir(parents=True, exist_ok=True)
    with placing(path) as temporary:
        save_file(tensors, temporary)
    return path


def joined(boxes: Sequence[Sequence[float] | None]) -> Tensor:
    """Boxes (left, top, right, bottom) of a clip's frames as those of its latent frames: (N, 4).

    A latent frame's box holds all boxes of its frames; without any, all four are zero.
    """
    known = torch.tensor([(2.0, 2.0, -1.0, -1.0) if b is None else tuple(b) for b in boxes])
    held = known[:1].expand(TIME_STRIDE - 1, -1)  # the first frame fills a latent frame
    groups = torch.split(torch.cat([held, known]), TIME_STRIDE)
    hulls = [torch.cat([group[:, :2].amin(0), group[:, 2:].amax(0)]) for group in groups]
    found = torch.stack(hulls)
    return torch.where(found[:, :1] > 1, torch.zeros(()), found)


def covered(boxes: Tensor, height: int, width: int) -> Tensor:
    """How far boxes (..., 4) cover each cell of a grid over the picture: (..., height, width)."""
    left, top, right, bottom = boxes[..., None].unbind(-2)
    x, y = torch.arange(width) / width, torch.arange(height) / height
    across = torch.minimum(right, x + 1 / width) - torch.maximum(left, x)
    down = torch.minimum(bottom, y + 1 / height) - torch.maximum(top, y)
    area = down.clamp(min=0)[..., :, None] * across.clamp(min=0)[..., None, :]
    return area * (height * width)


def _batched(entries: list[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    for first in range(0, len(entries), size):
        yield entries[first : first + size]


def read_shard(shard: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Each clip of a tar shard: its key, its film, and what its json says."""
    with tarfile.open(shard) as tar:
        found: dict[str, dict[str, bytes]] = defaultdict(dict)
        for member in tar:
            key, _, kind = member.name.partition(".")
            file = tar.extractfile(member)
            assert file is not None
            found[key][kind] = file.read()
            if {"mp4", "json"} <= found[key].keys():
                parts = found.pop(key)
                yield key, parts["mp4"], json.loads(parts["json"])


def load(path: Path) -> list[Item]:
    """The clips of a prepared shard."""
    with safe_open(path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    items = []
    for name in tensors:
        key, _, rest = name.partition(".")
        if rest.startswith("latents."):
            captions = [tensors[f"{key}.text.{i}"] for i in range(CAPTIONS)]
            mirrors = not bool(tensors[f"{key}.sided"])
            boxes, look = (tensors[name.replace("latents", part)] for part in ("boxes", "look"))
            items.append(Item(tensors[name], tuple(captions), mirrors, boxes, look))
    return items


class Clips:
    """All prepared clips of a folder, drawn by shape; new shards may join while training runs."""

    def __init__(self, folder: Path, autoencoder: Autoencoder) -> None:
        self._folder, self._mirror = folder, autoencoder.mirror
        self._seen: set[Path] = set()
        self._by_frames: dict[int, dict[tuple[int, int], list[Item]]] = {}
        self.count = 0

    def refresh(self) -> int:
        """Take in shards that are new; returns how many clips there are."""
        for path in sorted(self._folder.glob("*.safetensors")):
            if path not in self._seen and not path.name.startswith("."):
                self._seen.add(path)
                for item in load(path):
                    self._add(item)
        return self.count

    def _add(self, item: Item) -> None:
        """A clip also serves as its own beginnings: a picture, two seconds, four seconds."""
        self.count += 1
        _, frames, h, w = item.latents.shape
        for length in {1, min(4, frames), min(7, frames), frames}:
            self._by_frames.setdefault(length, {}).setdefault((h, w), []).append(item)

    def draw(self, lengths: Mapping[int, float], tokens: int, chance: random.Random) -> Batch:
        """A batch of about `tokens` latent tokens, of one shape.

        `lengths` says how often each number of latent frames is wanted.
        """
        usable = {length: share for length, share in lengths.items() if length in self._by_frames}
        if not usable:
            raise ValueError(f"There are no clips of {list(lengths)} latent frames to train on.")
        length = chance.choices(list(usable), list(usable.values()))[0]
        shapes = self._by_frames[length]
        h, w = chance.choices(list(shapes), [len(items) for items in shapes.values()])[0]
        size = max(1, tokens // LatentShape(length, h, w).tokens)
        return self._batch(chance.choices(shapes[h, w], k=size), length, chance)

    def _batch(self, items: list[Item], length: int, chance: random.Random) -> Batch:
        latents = torch.stack([item.latents[:, :length] for item in items]).float()
        boxes = torch.stack([item.boxes[:length] for item in items])
        subject = covered(boxes, *latents.shape[-2:])
        look = torch.stack([item.look for item in items]).float()
        turned = [i for i, item in enumerate(items) if item.mirrors and chance.random() < 0.5]
        if turned:
            latents[turned] = self._mirror(latents[turned])
            subject[turned] = subject[turned].flip(-1)
            look[turned] = look[turned].flip(2)
        states = [chance.choice(item.captions) for item in items]
        longest = max(map(len, states))
        text = torch.zeros(len(items), longest, states[0].shape[1])
        mask = torch.zeros(len(items), longest, dtype=torch.bool)
        for row, state in enumerate(states):
            text[row, : len(state)], mask[row, : len(state)] = state.float(), True
        return Batch(latents, text, mask, subject, look)
