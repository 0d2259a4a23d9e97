"""Learn a look from pictures: an adapter (see `models.adapters`) for the embedded networks.

Legend: B pictures, C latent channels, h and w latent rows and columns, L text tokens.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from lichtspiel.diffusion import flow
from lichtspiel.media import conform
from lichtspiel.media.mux import placing
from lichtspiel.models.adapters import learnable, learned
from lichtspiel.sampling import Parts
from lichtspiel.shapes import SIZES, nearest_size
from lichtspiel.takes import encoded

#: (steps done, steps in all, mean loss of late)
Watch = Callable[[int, int, float], None]


@dataclass(frozen=True)
class StyleTraining:
    """Settings: rank of the adapter, steps of so many pictures each, the peak rate of AdamW.

    drop_text: share of pictures that are learned without their caption: the look is to come
    whatever the words say. shift: of the noise levels.
    """

    rank: int = 8
    steps: int = 300
    batch: int = 12
    rate: float = 2e-3
    drop_text: float = 0.2
    shift: float = 2.0
    seed: int = 0


@dataclass(frozen=True)
class Example:
    """A picture as latents (C, 1, h, w) and what it shows: token states (L, E), or none."""

    latents: Tensor
    text: Tensor


def run(
    pictures: Path,
    path: Path,
    parts: Parts,
    settings: StyleTraining,
    watch: Watch = lambda done, total, loss: None,
) -> Path:
    """Learn the look of a folder's pictures; returns `path`, where the adapter is then.

    A text file beside a picture, of the same name, says what it shows; without one it is learned
    without words. Raises ValueError where the folder has no pictures.
    """
    torch.manual_seed(settings.seed)
    by_size = examples(pictures, parts)
    network = learnable(parts.network, settings.rank).train()
    learning = [param for param in network.parameters() if param.requires_grad]
    optimizer = torch.optim.AdamW(learning, settings.rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, settings.steps)
    chance, mean = random.Random(settings.seed), 0.0
    for step in range(settings.steps):
        size = chance.choices(list(by_size), [len(some) for some in by_size.values()])[0]
        loss = lesson(network, chance.choices(by_size[size], k=settings.batch), settings)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        schedule.step()
        mean = loss.item() if not step else mean + 0.05 * (loss.item() - mean)
        watch(step + 1, settings.steps, mean)
    with placing(path) as temporary:
        save_file(learned(network), temporary)
    return path


@torch.inference_mode()
def examples(pictures: Path, parts: Parts) -> dict[str, list[Example]]:
    """Name of the size -> the pictures of a folder that it suits."""
    files = sorted(file for file in pictures.iterdir() if conform.is_picture(file))
    if not files:
        raise ValueError(f"There are no pictures in '{pictures}'.")
    found = defaultdict(list)
    for file in files:
        size = nearest_size(*conform.picture_shape(file))
        latents = encoded([conform.picture(file, *SIZES[size])], parts.autoencoder)[0]
        beside = file.with_suffix(".txt")
        states = parts.text.encode([beside.read_text().strip()] if beside.is_file() else [""])
        text = states.states[0, states.mask[0]] if beside.is_file() else states.states[0, :0]
        found[size].append(Example(latents.clone(), text.clone()))
    return dict(found)


def lesson(network: nn.Module, some: list[Example], settings: StyleTraining) -> Tensor:
    """The loss of a batch."""
    latents = torch.stack([one.latents for one in some])
    told = [one.text if torch.rand(()) >= settings.drop_text else one.text[:0] for one in some]
    text = nn.utils.rnn.pad_sequence(told, batch_first=True)
    mask = torch.arange(text.shape[1]) < torch.tensor([[len(one)] for one in told])
    level = flow.draw_levels(len(some), 1, shift=settings.shift)
    return flow.loss(network, latents, level, text, mask)
