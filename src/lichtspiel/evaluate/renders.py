"""The judge's own renders: read from shards, made worse, seen once and kept as features.

Legend: T frames, H height, W width in pixels; S frames looked at, h, w cells, D features.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from lichtspiel.evaluate.features import WIDTH, Clip, Eye, as_clip, resize
from lichtspiel.media.mux import placing
from lichtspiel.models.autoencoder import WEIGHTS, Autoencoder
from lichtspiel.world.scene import HELD_OUT_PAIRS

Value = str | int
Labels = dict[str, Value]

#: Scenes with these seeds are rendered to train the judge, and for nothing else.
JUDGE_SEEDS = range(5_000_000, 5_900_000)
#: Scenes with these seeds are rendered to measure the judge, and for nothing else.
JUDGE_TEST_SEEDS = range(5_900_000, 6_000_000)

#: What a picture that stands still can't show.
MOVING = ("action", "camera")

#: (clip, seed) -> a worse clip of the same shape
Degrade = Callable[[Clip, int], Clip]

_MIRRORED = {
    "pan_left": "pan_right",
    "pan_right": "pan_left",
    "look_left": "look_right",
    "look_right": "look_left",
}


@dataclass(frozen=True)
class Seen:
    """One render as the judge sees it: what it shows, and features float16 (S, h, w, D).

    The labels are those of its scene, without `MOVING` when the render is a still.
    """

    labels: Labels
    features: Tensor

    @property
    def held_out(self) -> bool:
        return (self.labels["subject"], self.labels["place"]) in HELD_OUT_PAIRS


def see(
    data: Path,
    eye: Eye,
    degrade: Degrade | None = None,
    copy: int = 0,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> list[Seen]:
    """Features of every render in the shards of the folder `data`, as it is or made worse.

    They are kept beside the shards, so that each render is seen once. copy: tells copies by the
    same `degrade` apart; every other worse clip is mirrored, and its labels with it. watch hears
    (shards done, shards). Raises ValueError when there are no shards.
    """
    shards = sorted(data.glob("[!.]*.tar"))  # hidden ones are still being written
    if not shards:
        raise ValueError(f"There are no shards (*.tar) in '{data}'; render some first.")
    found: list[Seen] = []
    for done, shard in enumerate(shards):
        watch(done, len(shards))
        kept = shard.with_name(f"{shard.stem}.{_name(shard, eye, degrade, copy)}")
        if not kept.is_file():
            _keep(kept, list(_see_shard(shard, eye, degrade, copy)))
        found += _kept(kept)
    watch(len(shards), len(shards))
    return found


def read_shard(shard: Path, window: int) -> Iterator[tuple[Labels, Clip]]:
    """(scene, first `window` frames) of every clip in a tar of <key>.json and <key>.mp4."""
    with tarfile.open(shard) as tar:
        waiting: dict[str, dict[str, bytes]] = {}
        for member in tar:
            key, _, suffix = member.name.rpartition(".")
            content = tar.extractfile(member)
            if content is None or suffix not in ("json", "mp4"):
                continue
            parts = waiting.setdefault(key, {})
            parts[suffix] = content.read()
            if len(parts) == 2:
                del waiting[key]
                yield json.loads(parts["json"])["scene"], _first_frames(parts["mp4"], window)


def soften(clip: Clip, seed: int) -> Clip:
    """The clip as a generator might paint it: blurred, smeared in time, off in tone, grainy.

    clip: uint8 (T, H, W, 3). Each fault has a strength drawn from `seed`.
    """
    rng = np.random.default_rng(seed)
    video = torch.from_numpy(clip).permute(0, 3, 1, 2).float() / 255
    size = (clip.shape[1], clip.shape[2])
    share = float(rng.uniform(0.25, 1.0))
    reduced = (max(8, round(size[0] * share)), max(8, round(size[1] * share)))
    video = resize(resize(video, reduced), size)
    smear = float(rng.uniform(0, 0.3))
    before, after = video[[0, *range(len(video) - 1)]], video[[*range(1, len(video)), -1]]
    video = (1 - 2 * smear) * video + smear * (before + after)
    shift = torch.from_numpy(rng.normal(0, 0.02, (3, 1, 1))).float()
    video = (video - 0.5) * float(rng.uniform(0.85, 1.1)) + 0.5 + shift
    # The grain is as coarse as the picture is soft, and follows every frame anew.
    grain = torch.randn(len(clip), 1, *reduced, generator=torch.Generator().manual_seed(seed))
    video += resize(grain, size) * float(rng.uniform(0, 0.04))
    pixels: Clip = (video.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    return pixels


def through(weights: Path = WEIGHTS) -> Degrade:
    """What remains of a clip in the latents of the autoencoder at `weights`, the embedded one.

    The best that a generator over these latents can paint.
    """
    autoencoder = Autoencoder.load(weights).eval()

    @torch.inference_mode()
    def reconstruct(clip: Clip, seed: int) -> Clip:
        video = torch.from_numpy(clip).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
        return as_clip(autoencoder.decode(autoencoder.encode(video))[0])

    reconstruct.__name__ = f"through {hashlib.sha256(weights.read_bytes()).hexdigest()}"
    return reconstruct


def mirrored(labels: Labels) -> Labels:
    """The labels of the clip with left and right exchanged."""
    return {name: _MIRRORED.get(str(value), value) for name, value in labels.items()}


def _see_shard(shard: Path, eye: Eye, degrade: Degrade | None, copy: int) -> Iterator[Seen]:
    for labels, clip in read_shard(shard, eye.look.window):
        seed = int(labels["seed"])
        if len(clip) == 1:
            labels = {name: value for name, value in labels.items() if name not in MOVING}
        if degrade is not None:
            clip = degrade(clip, seed * 16 + copy)
            if (seed + copy) % 2:
                labels, clip = mirrored(labels), clip[:, :, ::-1]
        yield Seen(labels, eye(clip))


def _first_frames(film: bytes, window: int) -> Clip:
    frames = []
    with av.open(io.BytesIO(film), "r") as container:
        for frame in container.decode(video=0):
            frames.append(frame.to_ndarray(format="rgb24"))
            if len(frames) == window:
                break
    return np.stack(frames)


def _name(shard: Path, eye: Eye, degrade: Degrade | None, copy: int) -> str:
    """Changes when the shard, the look or the manner does, so that stale features aren't found."""
    state = shard.stat()
    manner = [degrade.__name__, copy] if degrade else []
    facts = [WIDTH, asdict(eye.look), *manner, state.st_size, state.st_mtime_ns]
    return f"seen-{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]}.safetensors"


def _keep(path: Path, seen: list[Seen]) -> None:
    tensors = {f"{index:06d}": one.features.contiguous() for index, one in enumerate(seen)}
    metadata = {"labels": json.dumps([one.labels for one in seen])}
    with placing(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)


def _kept(path: Path) -> list[Seen]:
    with safe_open(path, framework="pt") as file:
        labels = json.loads(file.metadata()["labels"])
        return [Seen(one, file.get_tensor(f"{i:06d}")) for i, one in enumerate(labels)]
