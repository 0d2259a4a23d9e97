"""Does what moves obey? Three checks that read nothing but pixels, the same for films and renders.

- snow: in what share of steps falling snow keeps its course: downward, all steps alike.
- slide: how far the feet of one who stands go against the ground beside them, in pixels of a
  picture 192 pixels high in a second. Smaller is better.
- steps: how regularly the legs of a walker come back to the same picture, which they do where left
  and right take turns; 0 for legs that don't move, or without rhythm. Pixels don't say which leg is
  the left one: two left steps show as a broken rhythm only.

Legend: T frames, h, w rows and columns of a reduced picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from lichtspiel.evaluate.features import Clip, as_clip, block_match, resize
from lichtspiel.evaluate.films import Clip as Film
from lichtspiel.evaluate.renders import through
from lichtspiel.media.mux import placing
from lichtspiel.shapes import FPS, SIZES
from lichtspiel.world.caption import caption
from lichtspiel.world.figures import HUMANS
from lichtspiel.world.render import Renderer
from lichtspiel.world.scene import Scene, sample

#: Scenes that are asked for, and nothing else.
SEEDS = range(7_700_000, 7_800_000)
FRAMES = 25
HEIGHT = 192
#: Displacements a step that are searched for falling snow: to either side, and down.
_ASIDE, _DOWN = 8, 10
#: After how many frames the legs may be as they were.
_CYCLE = range(4, 18)

#: (prompts, seeds) -> for each a clip, uint8 (T, H, W, 3)
Generate = Callable[[Sequence[str], Sequence[int]], Sequence[Film]]
#: (done, total) hears the progress.
Watch = Callable[[int, int], None]


def snow(clip: Clip) -> float:
    """In what share of its steps snow keeps its course, 0..1."""
    gray = _gray(clip)
    gray = gray[:, : int(0.6 * gray.shape[1])]  # above the figures, mostly
    windows = gray.unfold(0, 5, 1)  # T - 4, h, w, 5
    flakes = (windows[..., 2] - windows.median(-1).values).clamp(min=0)  # what passes
    courses = torch.tensor([_displacement(a, b) for a, b in pairwise(flakes)])
    usual = courses.median(0).values
    near = (courses - usual).abs().amax(1) <= 2
    return float((near & (courses[:, 1] > 0)).float().mean())


def _displacement(one: Tensor, other: Tensor) -> tuple[float, float]:
    """How far (right, down) brings one picture (h, w) best onto the other, by correlation."""
    a, b = (torch.fft.rfft2(x - x.mean()) for x in (one, other))
    match = torch.fft.irfft2(a.conj() * b, s=one.shape)
    match = match.roll((_DOWN, _ASIDE), (0, 1))[: 2 * _DOWN + 1, : 2 * _ASIDE + 1]
    down, right = divmod(int(match.argmax()), match.shape[1])
    return float(right - _ASIDE), float(down - _DOWN)


def slide(clip: Clip) -> float:
    """How far the feet of one who stands go against the ground, pixels of 192 in a second."""
    gray = _gray(clip)[:, None]
    grid = (12, round(12 * gray.shape[-1] / gray.shape[-2]))
    moved = block_match(gray, torch.arange(len(gray) - 1), 1, 16, grid)[..., :2]  # T - 1, h, w, 2
    ground = moved[:, 7:11]
    width = ground.shape[2]
    feet = ground[:, :, int(0.35 * width) : -int(0.35 * width)].mean((1, 2))
    aside = torch.cat([ground[:, :, : int(0.2 * width)], ground[:, :, -int(0.2 * width) :]], 2)
    return float((feet - aside.mean((1, 2))).norm(dim=-1).mean()) * FPS


def steps(clip: Clip) -> float:
    """How regularly the legs of a walker in the middle of the picture come back; at most 2.

    The best correlation of the legs with themselves some frames later, less the least before.
    """
    legs = _gray(clip)[:, int(0.5 * HEIGHT) : int(0.9 * HEIGHT)]
    width = legs.shape[2]
    small = resize(legs[:, None, :, int(0.4 * width) : int(0.6 * width)], (16, 16)).flatten(1)
    small = small - small.mean(0)
    if float(small.square().mean()) < 1e-6:
        return 0.0
    alike = [_correlation(small[:-lag], small[lag:]) for lag in range(1, _CYCLE.stop)]
    return max(alike[lag - 1] - min(alike[: lag - 1]) for lag in _CYCLE)


def _correlation(one: Tensor, other: Tensor) -> float:
    return float(torch.cosine_similarity(one.flatten(), other.flatten(), dim=0))


def _gray(clip: Clip) -> Tensor:
    """(T, h, w) in [0, 1], 192 pixels high."""
    frames = torch.from_numpy(as_clip(clip).copy()).float().mean(-1)[:, None] / 255
    width = round(HEIGHT * frames.shape[-1] / frames.shape[-2])
    return resize(frames, (HEIGHT, width))[:, 0]


CHECKS: dict[str, Callable[[Clip], float]] = {"snow": snow, "slide": slide, "steps": steps}


def scenes(check: str, count: int) -> list[Scene]:
    """The first scenes of `SEEDS` that a check can be made on, made plain for it."""
    return list(islice(_fitting(check), count))


def _fitting(check: str) -> Iterator[Scene]:
    for seed in SEEDS:
        one = replace(sample(seed), style="photo", tempo="normal")
        if check == "snow" and one.weather == "snowfall":
            yield replace(one, camera="static")
        elif check == "slide" and one.action == "stand" and one.subject not in ("car", "glass"):
            yield replace(one, camera="static", weather="clear")
        elif check == "steps" and one.subject in HUMANS and one.action == "walk":
            yield replace(one, camera="tracking", weather="clear")


def run_physics(
    generate: Generate,
    out: Path,
    count: int = 24,
    batch: int = 4,
    watch: Watch = lambda done, total: None,
) -> Path:
    """Measure renders, the same through the autoencoder, and films of their captions.

    Writes and returns `out`/physics.md. Raises ValueError where count is below one.
    """
    if count < 1:
        raise ValueError("Physics are checked on at least one scene each.")
    total = len(CHECKS) * count
    lines = ["| | renders | reconstructions | films |", "|---|---|---|---|"]
    with Renderer() as renderer:
        for place, (name, check) in enumerate(CHECKS.items()):
            chosen = scenes(name, count)
            found: dict[str, list[float]] = {"renders": [], "reconstructions": [], "films": []}
            reconstruct = through()
            for one in chosen:
                clip = renderer.render(one, FRAMES, *SIZES["square"])
                found["renders"].append(check(clip))
                found["reconstructions"].append(check(reconstruct(clip, 0)))
            for first in range(0, count, batch):
                watch(place * count + first, total)
                some = chosen[first : first + batch]
                prompts = [caption(one, "en", one.seed, 1.0) for one in some]
                films = generate(prompts, [one.seed for one in some])
                found["films"] += map(check, films)
            cells = " | ".join(f"{fmean(values):.2f}" for values in found.values())
            lines.append(f"| {name} | {cells} |")
    watch(total, total)
    out.mkdir(parents=True, exist_ok=True)
    with placing(out / "physics.md") as temporary:
        temporary.write_text("\n".join(lines) + "\n")
    return out / "physics.md"
