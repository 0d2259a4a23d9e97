"""Films for the judge and the gallery: made on the path that users' films take.

Legend: T frames, H height, W width in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from lichtspiel.diffusion import conditioning, guidance, samplers, schedules
from lichtspiel.media import read
from lichtspiel.prompt.expand import expand
from lichtspiel.prompt.guess import guess
from lichtspiel.sampling import Parts, decode
from lichtspiel.shapes import SIZES, ClipShape
from lichtspiel.studio import Studio

Clip = NDArray[np.uint8]  # (T, H, W, 3)


def one_by_one(model: str, seconds: float = 4.0) -> Callable[[str, int], Clip]:
    """A function (prompt, seed) -> clip: the very file that `generate` writes, read again."""
    studio = Studio.load(model)

    def generate(prompt: str, seed: int) -> Clip:
        film = studio.generate(prompt, seed=seed, seconds=seconds)
        return np.stack(list(read.frames(film.path)))

    return generate


def batches(
    model: str, frames: int = 25, steps: int | None = None
) -> Callable[[Sequence[str], Sequence[int]], Sequence[Clip]]:
    """A function (prompts, seeds) -> clips of `frames` frames, sampled together.

    Expanded, guided and sampled as `generate` does it by default (or in other `steps`); not
    compressed.
    """
    parts = Studio.load(model).parts
    if not isinstance(parts, Parts):
        raise ValueError(f"{model} makes one film at a time and is not measured in batches.")
    preset, shape = parts.preset, ClipShape.covering(frames, *SIZES["square"]).latent()

    @torch.inference_mode()
    def generate(prompts: Sequence[str], seeds: Sequence[int]) -> Sequence[Clip]:
        shots = [
            expand(prompt, seed, guessed=guess(prompt, parts.text)).text
            for prompt, seed in zip(prompts, seeds, strict=True)
        ]
        told, untold = parts.text.encode(shots), parts.text.encode([""])
        velocity = guidance.guided(
            parts.velocity,
            told.states.to(parts.device),
            told.mask.to(parts.device),
            untold.states.to(parts.device),
            torch.zeros_like(untold.mask).to(parts.device),
            preset.guidance,
        )
        noise = torch.cat([conditioning.initial_noise(shape, seed) for seed in seeds])
        levels = schedules.shifted(steps or preset.steps, preset.shift)
        latents = samplers.SAMPLERS[preset.sampler](velocity, noise.to(parts.device), levels)
        return [
            np.concatenate(list(decode(one[None], frames, parts.autoencoder))) for one in latents
        ]

    return generate
