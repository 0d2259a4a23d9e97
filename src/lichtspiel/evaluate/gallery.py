"""The gallery: twelve prompts fixed beforehand, with seeds 1 to 12, and what became of them.

Legend: T frames, H height, W width in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray

from lichtspiel.evaluate.features import Clip, resize
from lichtspiel.media.mux import placing

#: The five sentences that the project began with, each in English and German, and two more. The
#: seed of a prompt is its place in this list, from 1.
PROMPTS = (
    "A woman walks through a neon street at night, the wet ground reflects the lights.",
    "Eine Frau geht nachts durch eine Straße voller Neonlichter, der nasse Boden spiegelt.",
    "Three golden retriever puppies play in the snow.",
    "Drei Golden-Retriever-Welpen spielen im Schnee.",
    "A drone circles the sea cliffs at sunset.",
    "Eine Drohne umkreist die Meeresklippen bei Sonnenuntergang.",
    "A brown eye in close-up looks from left to right.",
    "Ein braunes Auge in Nahaufnahme schaut von links nach rechts.",
    "An astronaut on Mars.",
    "Ein Astronaut auf dem Mars.",
    "A brown bear walks through a foggy forest, pencil drawing.",
    "Ein rotes Auto fährt bei Sonnenuntergang am Strand entlang.",
)

#: (prompt, seed) -> a clip, uint8 (T, H, W, 3)
GenerateOne = Callable[[str, int], NDArray[np.uint8]]
Watch = Callable[[int, int], None]

_INTRODUCTION = """\
# Gallery

Twelve prompts that were written down before, with the seeds 1 to 12 in their order, made by the
committed weights: the first try of each, good or bad. A strip shows {frames} moments of a clip,
from its first frame to its last. `lichtspiel generate PROMPT --seed N` makes the same film.
"""


def run_gallery(
    out_dir: Path,
    generate: GenerateOne,
    prompts: Sequence[str] = PROMPTS,
    frames: int = 6,
    height: int = 160,
    watch: Watch = lambda done, total: None,
) -> Path:
    """Write `out_dir`/gallery.md and `out_dir`/gallery/01.jpg and so on; returns the page.

    A strip of six square frames 160 pixels high has about 30 kB.
    """
    (out_dir / "gallery").mkdir(parents=True, exist_ok=True)
    parts = [_INTRODUCTION.format(frames=frames)]
    for seed, prompt in enumerate(prompts, start=1):
        watch(seed - 1, len(prompts))
        name = f"gallery/{seed:02d}.jpg"
        write_jpeg(out_dir / name, strip(generate(prompt, seed), frames, height))
        parts.append(f"**{prompt}** (seed {seed})\n\n![{prompt}]({name})\n")
    watch(len(prompts), len(prompts))
    page = out_dir / "gallery.md"
    with placing(page) as temporary:
        temporary.write_text("\n".join(parts))
    return page


def strip(clip: Clip, frames: int, height: int) -> NDArray[np.uint8]:
    """`frames` moments of a clip (T, H, W, 3) side by side, `height` pixels high."""
    moments = np.linspace(0, len(clip) - 1, frames).round().astype(int)
    chosen = torch.from_numpy(clip[moments]).permute(0, 3, 1, 2).float()
    width = 2 * round(height * clip.shape[2] / clip.shape[1] / 2)  # even, as JPEG files like it
    small = resize(chosen, (height, width)).clamp(0, 255).round().byte()
    beside: NDArray[np.uint8] = small.permute(2, 0, 3, 1).reshape(height, -1, 3).numpy()
    return beside


def write_jpeg(path: Path, picture: NDArray[np.uint8], quality: int = 4) -> None:
    """Write a picture (H, W, 3), H and W even. quality: 2 is best, 31 worst."""
    codec = av.CodecContext.create("mjpeg", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.height, codec.width, codec.pix_fmt = picture.shape[0], picture.shape[1], "yuvj420p"
    codec.time_base = Fraction(1, 1)
    codec.qmin = codec.qmax = quality
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format="yuvj420p", dst_colorspace="ITU601", dst_color_range="JPEG"
    )
    frame.pts = 0
    packets = [*codec.encode(frame), *codec.encode(None)]
    with placing(path) as temporary:
        temporary.write_bytes(b"".join(map(bytes, packets)))
