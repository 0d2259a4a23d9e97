"""The open weights that can be asked for by name. Plain data: nothing here loads a network.

Facts are from the model cards and the documentation of diffusers; downloads and parameters are
rounded, and what really lies in a folder is read from there (`models.folders`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PIXELS = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Licence:
    """Under which terms weights may be used.

    terms: what it does not simply allow, as the end of a sentence, or "": all uses are free.
    address: where it can be read.
    """

    name: str
    terms: str = ""
    address: str = ""


@dataclass(frozen=True)
class OpenPreset:
    """Open weights in the file layout of diffusers, and how they are best used.

    repository: where the hub has them. family: a key of `models.open_weights.FAMILIES`.
    billions: parameters of the transformer and of all else. download: gigabytes.
    can: of `presets.ABILITIES`. shapes: names of sizes -> (height, width) in pixels, the usual one
    first. multiple: of which the sides of other sizes must be. window: frames that it makes at
    once, 1 + a multiple of `stride`, the frames of a latent frame. overlap: frames of what is there
    that it goes on from. caches: of `models.open_weights.CACHES`. settings: further arguments of
    its pipeline. decoded: frames of full size that its decoder holds at once: those of a latent
    frame or all, twice in float32, less by what it folds into channels. halves: whether the two
    halves of guidance run one by one (1) or together (2). folder: where it is, if not pulled.
    """

    name: str
    description: str
    repository: str
    family: str
    licence: Licence
    billions: tuple[float, float]
    download: float
    can: frozenset[str]
    shapes: Mapping[str, tuple[int, int]]
    multiple: int
    window: int
    stride: int
    fps: int
    steps: int
    guidance: float
    overlap: int = 1
    negative: str = ""
    caches: tuple[str, ...] = ("first-block", "taylor")
    settings: Mapping[str, float] = field(default_factory=dict)
    decoded: float = 8
    halves: int = 1
    folder: Path | None = None
    max_seconds: float = 120.0

    @property
    def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Names of sizes -> (height, width) in pixels; the first is the usual one."""
        return self.shapes

    @property
    def at_once(self) -> int:
        """Frames that it makes at once."""
        return self.window

    @property
    def notice(self) -> str:
        """What a user must know of a film that it made, or ""."""
        if not self.licence.terms:
            return ""
        return f"The licence of {self.name} ({self.licence.name}) {self.licence.terms}."

    def shape(self, size: str) -> tuple[int, int]:
        """Height and width of a size, by its name or as WIDTHxHEIGHT; ValueError for others."""
        if size in self.shapes:
            return self.shapes[size]
        if not PIXELS.fullmatch(size):
            names = ", ".join(self.shapes)
            raise ValueError(
                f"There is no size '{size}'; choose one of: {names}; or say it as 832x480."
            )
        width, height = map(int, size.split("x"))
        if height % self.multiple or width % self.multiple:
            raise ValueError(
                f"{self.name} makes pictures whose sides are multiples of {self.multiple}, "
                f"not {size}."
            )
        return height, width

    def whole(self, frames: int, before: bool, after: bool, loop: bool, last: bool) -> int:
        """So many frames, or some more where what is made must meet what is there.

        As `presets.Preset.whole`. All frames that a pipeline makes at once, those given at their
        beginning and end with them, are 1 + a multiple of the stride.
        """
        if loop:  # a part that begins, and the way back
            frames = max(frames, 3 * self.stride)
        if not (after or loop or last):
            return frames
        given = before + (after or loop)
        return 1 - given - -(frames + given - 1) // self.stride * self.stride


APACHE = Licence("Apache-2.0")
COGVIDEOX = Licence(
    "CogVideoX License",
    "asks for a registration before commercial use, and allows a million visits a month",
    "https://huggingface.co/zai-org/CogVideoX-5b/blob/main/LICENSE",
)
HUNYUAN = Licence(
    "Tencent Hunyuan Community License",
    "does not hold in the European Union, the United Kingdom and South Korea, and limits "
    "commercial use",
    "https://github.com/Tencent-Hunyuan/HunyuanVideo-1.5/blob/main/LICENSE",
)
LTX_2 = Licence(
    "LTX-2 Community License",
    "allows commercial use without payment below a limit of revenue only",
    "https://huggingface.co/Lightricks/LTX-2/blob/main/LICENSE",
)
LTX_VIDEO = Licence(
    "LTX Video Open Weights License",
    "restricts some uses, commercial ones among them",
    "https://huggingface.co/Lightricks/LTX-Video-0.9.5/blob/main/LICENSE.md",
)

WAN_480 = {"landscape": (480, 832), "portrait": (832, 480), "square": (624, 624)}
COGVIDEOX_480 = {"landscape": (480, 720)}
LTX = {"landscape": (512, 768), "portrait": (768, 512), "square": (640, 640)}
POOR = "worst quality, blurry, jittery, distorted, inconsistent motion, watermark, subtitles"

TEXT = frozenset({"text"})
FIRST = frozenset({"first"})
ALL = frozenset({"text", "first", "last", "both", "between"})

_LISTED = [
    OpenPreset(
        name="wan2.1-1.3b",
        description="Wan 2.1, the small one: films of five seconds on most GPUs",
        repository="Wan-AI/Wan2.1-T2V-1.3B-Diffusers",
        family="wan",
        licence=APACHE,
        billions=(1.4, 5.8),
        download=29,
        can=TEXT,
        shapes=WAN_480,
        multiple=16,
        window=81,
        stride=4,
        fps=16,
        steps=50,
        guidance=5.0,
        negative=POOR,
    ),
    OpenPreset(
        name="wan2.1-14b",
        description="Wan 2.1, the large one",
        repository="Wan-AI/Wan2.1-T2V-14B-Diffusers",
        family="wan",
        licence=APACHE,
        billions=(14.3, 5.8),
        download=80,
        can=TEXT,
        shapes={**WAN_480, "hd": (720, 1280)},
        multiple=16,
        window=81,
        stride=4,
        fps=16,
        steps=50,
        guidance=5.0,
        negative=POOR,
    ),
    OpenPreset(
        name="wan2.1-14b-picture",
        description="Wan 2.1 that begins with a picture",
        repository="Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
        family="wan",
        licence=APACHE,
        billions=(16.4, 6.5),
        download=90,
        can=FIRST,
        shapes=WAN_480,
        multiple=16,
        window=81,
        stride=4,
        fps=16,
        steps=40,
        guidance=5.0,
        negative=POOR,
    ),
    OpenPreset(
        name="wan2.1-14b-ends",
        description="Wan 2.1 between a first and a last picture",
        repository="Wan-AI/Wan2.1-FLF2V-14B-720P-diffusers",
        family="wan",
        licence=APACHE,
        billions=(16.4, 6.5),
        download=90,
        can=frozenset({"both"}),
        shapes={"landscape": (720, 1280), "portrait": (1280, 720), "square": (960, 960)},
        multiple=16,
        window=81,
        stride=4,
        fps=16,
        steps=50,
        guidance=5.5,
        negative=POOR,
    ),
    OpenPreset(
        name="wan2.2-5b",
        description="Wan 2.2: 24 frames a second, from words or a picture",
        repository="Wan-AI/Wan2.2-TI2V-5B-Diffusers",
        family="wan",
        licence=APACHE,
        billions=(5.0, 6.4),
        download=34,
        can=TEXT | FIRST,
        shapes={"landscape": (704, 1280), "portrait": (1280, 704), "square": (960, 960)},
        multiple=32,
        window=121,
        stride=4,
        fps=24,
        steps=50,
        guidance=5.0,
        negative=POOR,
    ),
    OpenPreset(
        name="ltx-video",
        description="LTX-Video 0.9.5: quick, and it takes pictures and films at any place",
        repository="Lightricks/LTX-Video-0.9.5",
        family="ltx",
        licence=LTX_VIDEO,
        billions=(1.9, 5.0),
        download=27,
        can=ALL,
        shapes=LTX,
        multiple=32,
        window=161,
        stride=8,
        overlap=9,
        fps=24,
        steps=40,
        guidance=3.0,
        decoded=11,
        halves=2,
        negative=POOR,
        settings={"image_cond_noise_scale": 0.025},
    ),
    OpenPreset(
        name="ltx-2",
        description="LTX-2: large and detailed (its sound is not used yet)",
        repository="Lightricks/LTX-2",
        family="ltx2",
        licence=LTX_2,
        billions=(18.9, 14.0),
        download=66,
        can=ALL,
        shapes=LTX,
        multiple=32,
        window=121,
        stride=8,
        overlap=9,
        fps=24,
        steps=40,
        guidance=4.0,
        decoded=8,
        halves=2,
        negative=POOR,
        caches=(),
        settings={"stg_scale": 0.0, "modality_scale": 1.0, "use_cross_timestep": False},
    ),
    OpenPreset(
        name="hunyuan-1.5",
        description="HunyuanVideo 1.5 at 480p",
        repository="hunyuanvideo-community/HunyuanVideo-1.5-Diffusers-480p_t2v",
        family="hunyuan",
        licence=HUNYUAN,
        billions=(8.3, 8.6),
        download=52,
        can=TEXT,
        shapes={"landscape": (480, 848), "portrait": (848, 480), "square": (640, 640)},
        multiple=16,
        window=121,
        stride=4,
        fps=24,
        steps=50,
        guidance=6.0,
        decoded=121,
        caches=("taylor",),
    ),
    OpenPreset(
        name="hunyuan-1.5-picture",
        description="HunyuanVideo 1.5 at 480p that begins with a picture",
        repository="hunyuanvideo-community/HunyuanVideo-1.5-Diffusers-480p_i2v",
        family="hunyuan",
        licence=HUNYUAN,
        billions=(8.3, 9.0),
        download=53,
        can=FIRST,
        shapes={"landscape": (480, 848), "portrait": (848, 480), "square": (640, 640)},
        multiple=16,
        window=121,
        stride=4,
        fps=24,
        steps=50,
        guidance=6.0,
        decoded=121,
        caches=("taylor",),
    ),
    OpenPreset(
        name="cogvideox-2b",
        description="CogVideoX, the small one: six seconds at 8 frames a second",
        repository="zai-org/CogVideoX-2b",
        family="cogvideox",
        licence=APACHE,
        billions=(1.7, 5.0),
        download=14,
        can=TEXT,
        shapes=COGVIDEOX_480,
        multiple=16,
        window=49,
        stride=4,
        fps=8,
        steps=50,
        guidance=6.0,
        decoded=8,
        halves=2,
    ),
    OpenPreset(
        name="cogvideox-5b",
        description="CogVideoX, the large one",
        repository="zai-org/CogVideoX-5b",
        family="cogvideox",
        licence=COGVIDEOX,
        billions=(5.6, 5.0),
        download=21,
        can=TEXT,
        shapes=COGVIDEOX_480,
        multiple=16,
        window=49,
        stride=4,
        fps=8,
        steps=50,
        guidance=6.0,
        decoded=8,
        halves=2,
    ),
    OpenPreset(
        name="cogvideox-5b-picture",
        description="CogVideoX, the large one, that begins with a picture",
        repository="zai-org/CogVideoX-5b-I2V",
        family="cogvideox",
        licence=COGVIDEOX,
        billions=(5.6, 5.0),
        download=21,
        can=FIRST,
        shapes=COGVIDEOX_480,
        multiple=16,
        window=49,
        stride=4,
        fps=8,
        steps=50,
        guidance=6.0,
        decoded=8,
        halves=2,
    ),
]

#: Name -> preset.
OPEN: dict[str, OpenPreset] = {preset.name: preset for preset in _LISTED}
