"""The models that can be asked for by name. Plain data: nothing here loads a network."""

from __future__ import annotations

from dataclasses import dataclass

from lichtspiel.shapes import FPS, LATENT_CHANNELS, PATCH


@dataclass(frozen=True)
class HimmelConfig:
    """Sizes of a himmel network."""

    width: int = 384
    depth: int = 6
    heads: int = 3
    mlp_ratio: float = 4.0
    text_width: int = 384
    channels: int = LATENT_CHANNELS
    patch: int = PATCH
    detail: int = 96  # channels of the convolutions that draw the latents at the end

    def __post_init__(self) -> None:
        if self.width % self.heads or (self.width // self.heads) % 16:
            raise ValueError(
                f"Width {self.width} must divide into {self.heads} heads of a multiple of 16."
            )


@dataclass(frozen=True)
class Preset:
    """A model's sizes, its files in the folder of weights, and how it is best used.

    sampler: a name of `diffusion.samplers.SAMPLERS`. shift: of `diffusion.schedules.shifted`.
    window: latent frames that it was trained to make at once; longer films are made in windows.
    """

    name: str
    description: str
    config: HimmelConfig
    weights: str
    autoencoder: str = "autoencoder.safetensors"
    steps: int = 12
    guidance: float = 3.0
    sampler: str = "multistep"
    shift: float = 2.0
    fps: int = FPS
    window: int = 7
    max_seconds: float = 600.0


PRESETS: dict[str, Preset] = {
    "himmel-mini": Preset(
        name="himmel-mini",
        description="the embedded diffusion transformer, for two CPU cores without a GPU",
        config=HimmelConfig(width=256, depth=5, heads=2, mlp_ratio=3.0),
        weights="himmel-mini.safetensors",
    )
}
