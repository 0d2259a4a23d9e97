"""Recipes: everything that decides a training run, as plain data. A new one is a new function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lichtspiel.models.presets import PRESETS, HimmelConfig
from lichtspiel.train.autoencoder import DecoderTraining
from lichtspiel.train.objectives import Denoising, Distilling


@dataclass(frozen=True)
class Phase:
    """Up to which share of the run a mix of lengths holds (latent frames -> how often)."""

    until: float
    lengths: dict[int, float]


@dataclass(frozen=True)
class HimmelTraining:
    """Settings of a run of the diffusion transformer.

    tokens: latent tokens of a batch, whatever its shape. rates: peak learning rates of Muon and
    AdamW, reached after warm_up steps and held until the share cool_down of the run is left, then
    falling to zero in a line. align: how much it counts beside the loss that hidden tokens agree
    with what a picture network sees (see `train.looks`).
    """

    config: HimmelConfig
    phases: tuple[Phase, ...]
    objective: Denoising | Distilling = field(default_factory=Denoising)
    align: float = 0.5
    tokens: int = 2304
    rate_muon: float = 0.004
    rate_adamw: float = 0.001
    warm_up: int = 100
    cool_down: float = 0.4
    ema: float = 0.998
    clip: float = 1.0
    seed: int = 0


def himmel_mini() -> HimmelTraining:
    """The embedded himmel: pictures first, then short clips, then clips of four seconds."""
    return HimmelTraining(
        config=PRESETS["himmel-mini"].config,
        phases=(
            Phase(0.40, {1: 0.85, 4: 0.15}),
            Phase(0.75, {1: 0.55, 4: 0.35, 7: 0.10}),
            Phase(1.0, {1: 0.40, 4: 0.35, 7: 0.25}),
        ),
    )


def himmel_quick() -> HimmelTraining:
    """Begun from himmel_mini's weights: the same films in four steps of one pass each."""
    return HimmelTraining(
        config=PRESETS["himmel-mini"].config,
        phases=(Phase(1.0, {1: 0.5, 4: 0.3, 7: 0.2}),),
        objective=Distilling(),
        align=0.0,
        rate_muon=0.0005,
        rate_adamw=0.0002,
        warm_up=20,
        cool_down=0.5,
        ema=0.99,
    )


def himmel_tiny() -> HimmelTraining:
    """A few minutes' run that shows whether a change still learns."""
    return HimmelTraining(
        config=HimmelConfig(width=128, depth=3, heads=1),
        phases=(Phase(1.0, {1: 0.7, 4: 0.3}),),
        tokens=1024,
        warm_up=20,
    )


HIMMEL: dict[str, Callable[[], HimmelTraining]] = {
    "mini": himmel_mini,
    "quick": himmel_quick,
    "tiny": himmel_tiny,
}
AUTOENCODER: dict[str, Callable[[], DecoderTraining]] = {"mini": DecoderTraining}
