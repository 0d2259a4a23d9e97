"""Recipes: everything that decides a training run, as plain data. A new one is a new function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lichtspiel.models.presets import LUMIERE_MINI, Config, HimmelConfig
from lichtspiel.train.autoencoder import DecoderTraining
from lichtspiel.train.objectives import Denoising, Distilling


@dataclass(frozen=True)
class Phase:
    """Up to which share of the run a mix of lengths holds (latent frames -> how often)."""

    until: float
    lengths: dict[int, float]


@dataclass(frozen=True)
class NetworkTraining:
    """Settings of a run of himmel or lumiere; the config says of which.

    tokens: of a batch, whatever its shape, counted as if they did not overlap. rates: peak learning
    rates of Muon and AdamW, reached after warm_up steps and held until the share cool_down of the
    run is left, then falling to zero in a line. align: how much it counts beside the loss that
    hidden tokens agree with what a picture network sees (see `train.looks`).
    """

    config: Config
    phases: tuple[Phase, ...]
    objective: Denoising | Distilling = field(default_factory=Denoising)
    align: float = 0.0
    tokens: int = 2304
    rate_muon: float = 0.004
    rate_adamw: float = 0.001
    warm_up: int = 100
    cool_down: float = 0.4
    ema: float = 0.998
    clip: float = 1.0
    seed: int = 0


def himmel_mini() -> NetworkTraining:
    """himmel from nothing, tokens apart: pictures first, then short clips, then four seconds."""
    return NetworkTraining(
        config=himmel_config(stride=2),
        phases=(
            Phase(0.5, {1: 0.88, 4: 0.12}),
            Phase(1.0, {1: 0.75, 4: 0.20, 7: 0.05}),
        ),
        tokens=1152,
        rate_muon=0.0032,
        rate_adamw=0.0008,
        warm_up=60,
        cool_down=0.3,
    )


def himmel_fine() -> NetworkTraining:
    """The embedded himmel-base, begun from himmel_mini's weights: tokens overlap."""
    return NetworkTraining(
        config=himmel_config(stride=1),
        phases=(
            Phase(0.5, {1: 0.75, 4: 0.20, 7: 0.05}),
            Phase(1.0, {1: 0.50, 4: 0.32, 7: 0.18}),
        ),
        tokens=1008,
        rate_muon=0.0018,
        rate_adamw=0.0005,
        warm_up=30,
        cool_down=0.95,
    )


def himmel_config(stride: int) -> HimmelConfig:
    """The embedded himmel's sizes, with tokens at every `stride` latents."""
    return HimmelConfig(width=256, depth=7, heads=2, mlp_ratio=3.0, stride=stride)


def himmel_quick() -> NetworkTraining:
    """The embedded himmel-mini, begun from himmel-base: the same films in four single passes."""
    return NetworkTraining(
        config=himmel_config(stride=1),
        phases=(
            Phase(0.5, {1: 0.70, 4: 0.22, 7: 0.08}),
            Phase(1.0, {1: 0.45, 4: 0.35, 7: 0.20}),
        ),
        objective=Distilling(),
        tokens=504,
        rate_muon=0.0006,
        rate_adamw=0.0002,
        warm_up=10,
        cool_down=0.8,
        ema=0.985,
    )


def himmel_tiny() -> NetworkTraining:
    """A few minutes' run that shows whether a change still learns."""
    return NetworkTraining(
        config=HimmelConfig(width=128, depth=3, heads=1),
        phases=(Phase(1.0, {1: 0.7, 4: 0.3}),),
        tokens=1024,
        warm_up=20,
    )


def lumiere_mini() -> NetworkTraining:
    """Begun from himmel_mini's weights: clips of up to seven seconds at once, masked sources."""
    return NetworkTraining(
        config=LUMIERE_MINI,
        phases=(
            Phase(0.6, {1: 0.40, 4: 0.30, 7: 0.20, 11: 0.10}),
            Phase(1.0, {1: 0.25, 4: 0.25, 7: 0.25, 11: 0.25}),
        ),
        objective=Denoising(regions=0.15),
        tokens=756,
        rate_muon=0.0006,  # 0.0018 undid what himmel's blocks knew
        rate_adamw=0.0003,
        warm_up=20,
        cool_down=0.9,
    )


HIMMEL: dict[str, Callable[[], NetworkTraining]] = {
    "mini": himmel_mini,
    "fine": himmel_fine,
    "quick": himmel_quick,
    "tiny": himmel_tiny,
}
LUMIERE: dict[str, Callable[[], NetworkTraining]] = {"mini": lumiere_mini}
NETWORKS = {"himmel": HIMMEL, "lumiere": LUMIERE}
AUTOENCODER: dict[str, Callable[[], DecoderTraining]] = {"mini": DecoderTraining}
