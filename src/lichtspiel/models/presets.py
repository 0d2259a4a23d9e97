"""The models that can be asked for by name. Plain data: nothing here loads a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lichtspiel.shapes import FPS, LATENT_CHANNELS, PATCH, SIZES, TIME_STRIDE

#: What a film can be made from: words alone; what it begins with; what it ends with; both; a
#: picture on the way; or a film or a picture that is changed. A film longer than a model makes at
#: once goes on from its own end: "first".
ABILITIES = frozenset({"text", "first", "last", "both", "between", "change"})

#: Looks that come with himmel: name -> the adapter's file (see `models.adapters`).
LOOKS = {
    name: Path(__file__).parents[1] / "weights" / f"look-{name}.safetensors"
    for name in ("cyanotype", "poster")
}


@dataclass(frozen=True)
class HimmelConfig:
    """Sizes of a himmel network.

    patch: latents that a token is of, down and across. stride: of so many latents there is a token;
    less than the patch, and tokens overlap. Weights fit any stride.
    """

    width: int = 384
    depth: int = 6
    heads: int = 3
    mlp_ratio: float = 4.0
    text_width: int = 384
    channels: int = LATENT_CHANNELS
    patch: int = PATCH
    stride: int = PATCH
    detail: int = 96  # channels of the convolutions that draw the latents at the end

    def __post_init__(self) -> None:
        if self.width % self.heads or (self.width // self.heads) % 16:
            raise ValueError(
                f"Width {self.width} must divide into {self.heads} heads of a multiple of 16."
            )
        if self.patch % self.stride:
            raise ValueError(f"A patch of {self.patch} is not a multiple of stride {self.stride}.")

    @property
    def inner(self) -> int:
        """Width of a feedforward layer."""
        return round(self.width * self.mlp_ratio / 16) * 16


@dataclass(frozen=True)
class LumiereConfig:
    """Sizes of a lumiere network.

    picture: of the network that it grows around. before, after: how many of its blocks see every
    latent frame, on the way down and on the way up; those between them are at the coarsest level,
    where time is halved, and `deep` more after them.
    """

    picture: HimmelConfig = field(default_factory=HimmelConfig)
    before: int = 1
    after: int = 3
    deep: int = 2

    def __post_init__(self) -> None:
        if min(self.before, self.after, self.deep) < 0 or (
            self.before + self.after > self.picture.depth
        ):
            raise ValueError(
                f"{self.before} and {self.after} blocks before and after the coarsest level can't "
                f"be taken from {self.picture.depth}, with {self.deep} more at that level."
            )


Config = HimmelConfig | LumiereConfig


@dataclass(frozen=True)
class Preset:
    """A model's sizes, its files in the folder of weights, and how it is best used.

    sampler: a name of `diffusion.samplers.SAMPLERS`. shift: of `diffusion.schedules.shifted`.
    window: latent frames that the network was trained to make in one pass. together: those that are
    sampled together, by windows that agree at every step; longer films go on from their own end.
    """

    name: str
    description: str
    config: Config
    weights: str
    autoencoder: str = "autoencoder.safetensors"
    steps: int = 12
    guidance: float = 3.0
    sampler: str = "multistep"
    shift: float = 2.0
    fps: int = FPS
    window: int = 7
    together: int = 7
    max_seconds: float = 600.0
    can: frozenset[str] = ABILITIES
    caches: tuple[str, ...] = ()
    notice: str = ""

    @property
    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Names of sizes -> (height, width) in pixels; the first is the usual one."""
        return SIZES

    @property
    def at_once(self) -> int:
        """Frames that it makes at once."""
        return 1 + (self.together - 1) * TIME_STRIDE

    def shape(self, size: str) -> tuple[int, int]:
        """Height and width of a size by its name; ValueError where there is none."""
        if size not in SIZES:
            raise ValueError(f"There is no size '{size}'; choose one of: {', '.join(SIZES)}.")
        return SIZES[size]

    def whole(self, frames: int, before: bool, after: bool, loop: bool, last: bool) -> int:
        """So many frames, or some more where what is made must meet what is there.

        before, after: whether a film is there that it goes on from, or leads to. loop: whether it
        ends where it begins. last: whether a picture is its last frame.
        """
        if loop:  # shorter ones would have nothing between their end and their beginning
            frames = max(frames, 3 * TIME_STRIDE)
        if loop or (before and after):
            return -(-frames // TIME_STRIDE) * TIME_STRIDE
        if after:  # the first frame fills a latent frame of its own
            return 1 + -(-(frames - 1) // TIME_STRIDE) * TIME_STRIDE
        return frames


_HIMMEL = HimmelConfig(width=256, depth=7, heads=2, mlp_ratio=3.0, stride=1)
LUMIERE_MINI = LumiereConfig(_HIMMEL)

#: The usual one first; a request that names none gets the first that can do it.
PRESETS: dict[str, Preset] = {
    "himmel-mini": Preset(
        name="himmel-mini",
        description="the embedded diffusion transformer, for two CPU cores without a GPU",
        config=_HIMMEL,
        weights="himmel-mini.safetensors",
        steps=4,
        guidance=1.0,
        sampler="euler",
        can=ABILITIES - {"change"},
    ),
    "himmel-base": Preset(
        name="himmel-base",
        description="what himmel-mini was distilled from: guided, six times slower, it also edits",
        config=_HIMMEL,
        weights="himmel-base.safetensors",
    ),
    "lumiere-mini": Preset(
        name="lumiere-mini",
        description="the embedded Space-Time U-Net: nearly seven seconds in one pass",
        config=LUMIERE_MINI,
        weights="lumiere-mini.safetensors",
        window=11,
        together=31,
    ),
}
