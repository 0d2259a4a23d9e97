"""What films are like, beside renders: not whether each shows what it should, but how it moves.

The same code measures films and renders, and only the first 17 frames of either.

Legend: n clips, d features; T frames, h, w cells of the judge's grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from lichtspiel.evaluate.features import DEEP, MOTION, Clip, Eye, as_clip, block_match
from lichtspiel.evaluate.renders import JUDGE_TEST_SEEDS, Degrade, read_shard

#: Principal directions in which pictures are compared: with few clips no more are known.
DIRECTIONS = 32


@dataclass(frozen=True)
class Traits:
    """What one clip is like.

    change: how much pixels differ from frame to frame, root mean square in levels of 255. warping:
    the same where each cell of the picture may move first; what is left appears, vanishes, boils.
    flicker: the second difference in time over the first; 0 for even change, 2 for back and forth.
    jerk: how far cells change their pace from step to step, over their pace. identity: cosine
    between the first and the last frame as EfficientNet sees them. picture (DEEP), motion (MOTION):
    features, means over frames and cells.
    """

    change: float
    warping: float
    flicker: float
    jerk: float
    identity: float
    picture: list[float]
    motion: list[float]

    def as_dict(self) -> dict[str, float | list[float]]:
        """Plain values, for a file."""
        return {
            name: [round(v, 4) for v in value] if isinstance(value, list) else round(value, 4)
            for name, value in asdict(self).items()
        }


#: Those that are numbers, in the order of the table.
NUMBERS = ("change", "warping", "flicker", "jerk", "identity")


@torch.inference_mode()
def traits(clip: Clip | Tensor, eye: Eye) -> Traits:
    """Measure a clip of at least three frames; ValueError for a shorter one."""
    frames = as_clip(clip)[: eye.look.window]
    if len(frames) < 3:
        raise ValueError(f"How a clip moves is seen in three frames or more, not in {len(frames)}.")
    video = torch.from_numpy(frames.copy()).permute(0, 3, 1, 2).float() / 255
    gray, grid = video.mean(1, keepdim=True), eye.look.grid(*video.shape[-2:])
    steps = torch.arange(len(gray) - 1)
    right, down, least, still = block_match(gray, steps, 1, 16, grid).unbind(-1)  # (T - 1, h, w)
    pace = torch.stack([right, down])
    seen = eye(clip).float()
    first, last = seen[0, ..., :DEEP].mean((0, 1)), seen[-1, ..., :DEEP].mean((0, 1))
    return Traits(
        change=float(still.square().mean().sqrt()) * 255,
        warping=float(least.square().mean().sqrt()) * 255,
        flicker=_share(gray.diff(n=2, dim=0), gray.diff(dim=0)),
        jerk=_share(pace.diff(dim=1), pace),
        identity=float(torch.cosine_similarity(first, last, dim=0)),
        picture=seen[..., :DEEP].mean((0, 1, 2)).tolist(),
        motion=seen[..., -MOTION:].mean((0, 1, 2)).tolist(),
    )


def _share(part: Tensor, whole: Tensor) -> float:
    """Mean size of one over that of the other; 0 where nothing changes at all."""
    size = float(whole.abs().mean())
    return float(part.abs().mean()) / size if size > 0 else 0.0


def of_renders(data: Path, eye: Eye, degrade: Degrade | None = None) -> Iterator[Traits]:
    """Traits of the moving renders of `JUDGE_TEST_SEEDS` in shards, maybe made worse."""
    for shard in sorted(data.glob("[!.]*.tar")):
        for labels, clip in read_shard(shard, eye.look.window):
            if len(clip) > 2 and int(labels["seed"]) in JUDGE_TEST_SEEDS:
                yield traits(degrade(clip, 0) if degrade else clip, eye)


def frechet(one: Tensor, other: Tensor) -> float:
    """Fréchet distance of Gaussians fitted to features (n, d) and (m, d) (arXiv 1706.08500)."""
    (mean_a, spread_a), (mean_b, spread_b) = (
        (x.double().mean(0), torch.cov(x.double().T)) for x in (one, other)
    )
    root = _root(spread_a)
    cross = torch.linalg.eigvalsh(root @ spread_b @ root).clamp(min=0).sqrt().sum()
    return float((mean_a - mean_b).square().sum() + spread_a.trace() + spread_b.trace() - 2 * cross)


def _root(spread: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(spread)
    root: Tensor = vectors * values.clamp(min=0).sqrt() @ vectors.T
    return root


def distances(films: Sequence[Traits], renders: Sequence[Traits]) -> dict[str, float]:
    """Fréchet distance of films from renders, in pictures and in motion.

    Features are taken in units of the renders' own spread; of pictures only along the renders'
    first principal directions. Raises ValueError where there are fewer than two of either.
    """
    if min(len(films), len(renders)) < 2:
        raise ValueError("A distance needs at least two films and two renders.")
    found = {}
    for name in ("picture", "motion"):
        ours, true = (torch.tensor([getattr(one, name) for one in of]) for of in (films, renders))
        middle, scale = true.mean(0), true.std(0).clamp(min=1e-4)
        ours, true = (ours - middle) / scale, (true - middle) / scale
        axes = torch.linalg.svd(true, full_matrices=False).Vh[:DIRECTIONS]
        found[name] = frechet(ours @ axes.T, true @ axes.T)
    return found


def markdown(groups: Mapping[str, Sequence[Traits]], true: str = "renders") -> str:
    """A table: a row for each trait, a column for each group; distances from the group `true`."""
    names = [name for name, clips in groups.items() if len(clips) > 1]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for trait in NUMBERS:
        means = [fmean(getattr(one, trait) for one in groups[name]) for name in names]
        lines.append(f"| {trait} | {' | '.join(f'{mean:.2f}' for mean in means)} |")
    if true in names:
        far = [distances(groups[name], groups[true]) for name in names]
        for kind in ("picture", "motion"):
            cells = [f"{apart[kind]:.1f}" for apart in far]
            lines.append(f"| distance of {kind}s from renders | {' | '.join(cells)} |")
    lines.append(f"| clips | {' | '.join(str(len(groups[name])) for name in names)} |")
    return "\n".join(lines) + "\n"
