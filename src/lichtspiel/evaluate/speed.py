"""How fast films are made here: stage by stage, and a step beside other networks.

Times are of the machine as it is; run it on a quiet one. Of several rounds the quickest counts.
Other networks take their turns in between, so that what slows the one slows the others.
"""

from __future__ import annotations

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from lichtspiel import pipeline
from lichtspiel.diffusion import flow
from lichtspiel.models import open_weights
from lichtspiel.models.himmel import Himmel
from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.presets import Preset
from lichtspiel.prompt.expand import expand
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import Parts
from lichtspiel.shapes import FPS, SIZES, ClipShape
from lichtspiel.studio import Studio
from lichtspiel.unfinished import Unfinished

PROMPT = "A white horse runs across a green meadow."
#: Text tokens of a completed prompt.
WORDS = 96
#: Rows and columns of the matrices whose product shows what the processor can do.
SIDE = 2048

Work = Callable[[], object]


@dataclass(frozen=True)
class Filming:
    """Seconds that a film took, stage by stage, loading apart.

    engine: what ran the network. told: the prompt is completed, screened and encoded. finished:
    frames are screened, marked, encoded and signed, and the file is entered into the register.
    peak_mb: the most memory that the process has held so far.
    """

    engine: str
    seconds: float
    told: float
    sampled: float
    decoded: float
    finished: float
    peak_mb: int

    @property
    def total(self) -> float:
        """All stages together."""
        return self.told + self.sampled + self.decoded + self.finished

    def as_dict(self) -> dict[str, str | float]:
        """The figures as plain values."""
        made = {"total": self.total, "film seconds in a second": self.seconds / self.total}
        figures = {name: value for name, value in (asdict(self) | made).items() if name != "engine"}
        return {"engine": self.engine} | {name: round(figures[name], 3) for name in figures}


def wish(model: str, seconds: float) -> GenerateRequest:
    """The film to take the time of; ValueError where it can't be, as that of open weights."""
    request = GenerateRequest(PROMPT, seconds=seconds, seed=1, model=model)
    if not isinstance(request.preset, Preset):
        raise ValueError("Only the embedded models can be measured so; leave --model out.")
    return request


def film(studio: Studio, request: GenerateRequest, rounds: int = 3) -> Filming:
    """The quickest of `rounds` films, after a picture that warms up."""
    studio.still(PROMPT, seed=1)
    return min((_film(studio, request) for _ in range(rounds)), key=lambda made: made.total)


def _film(studio: Studio, request: GenerateRequest) -> Filming:
    told: list[float] = []

    def watch(progress: object) -> None:
        if not told:  # the first that is heard of is that the prompt is complete
            told.append(time.perf_counter())

    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
        target = Path(folder) / "film.mp4"
        marks = [time.perf_counter()]
        kept = Unfinished(request, target, resume=False)
        draft = pipeline.rehearse(request, studio.parts, watch, expand, kept)
        marks += [told[0], time.perf_counter()]
        made = replace(draft.made, chunks=iter(list(draft.made.chunks)))
        marks.append(time.perf_counter())
        studio.make(request, target, draft=draft._replace(made=made))
        marks.append(time.perf_counter())
    gc.collect()
    told_s, sampled, decoded, finished = (after - before for before, after in pairwise(marks))
    engine = _parts(studio).engine
    return Filming(engine, request.seconds, told_s, sampled, decoded, finished, _peak_mb())


def _peak_mb() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (2**20 if sys.platform == "darwin" else 2**10))


@dataclass(frozen=True)
class Step:
    """One step of sampling four seconds of square film, with all passes that its model needs.

    gflops: arithmetic done in a second, in thousand millions. share: of what the processor does
    in products of matrices in the same run.
    """

    name: str
    seconds: float
    gflops: float
    share: float


@torch.inference_mode()
def steps(studios: Sequence[Studio], beside: bool, rounds: int = 3) -> list[Step]:
    """A step of the model of studios, by the engine of each, and, where asked, of diffusers'
    networks of its sizes.

    The networks beside it are LTX-Video's and Wan's transformers (random weights; extra `open`),
    of the same width, depth, heads, tokens and text, in bfloat16 and float32. They guide by a
    second pass in their pipelines, so they are given two clips.
    """
    ours = {f"{studio.model}, {_parts(studio).engine}": _parts(studio) for studio in studios}
    works = {name: own(parts, parts.velocity) for name, parts in ours.items()}
    if beside:
        works |= peers(_picture(_parts(studios[0])))
    product = _product()
    best = dict.fromkeys(works, float("inf"))
    peak = float("inf")
    for _ in range(rounds):
        peak = min(peak, took(product))
        best = {name: min(best[name], took(work)) for name, work in works.items()}
    most = 2 * SIDE**3 / peak / 1e9
    # Only what torch does itself is counted.
    plain = {name: own(parts, parts.network) for name, parts in ours.items()}
    return [_step(name, best[name], work, most) for name, work in (works | plain).items()]


def _step(name: str, seconds: float, work: Work, most: float) -> Step:
    with FlopCounterMode(display=False) as counted:
        work()
    gflops = counted.get_total_flops() / seconds / 1e9
    return Step(name, round(seconds, 4), round(gflops, 1), round(gflops / most, 3))


def _product() -> Work:
    a, b = torch.randn(2, SIDE, SIDE, dtype=fast_dtype("cpu"))
    return lambda: a @ b


def _parts(studio: Studio) -> Parts:
    assert isinstance(studio.parts, Parts)
    return studio.parts


def _picture(parts: Parts) -> Himmel:
    if not isinstance(parts.network, Himmel):
        raise ValueError("Other networks are measured beside himmel; name one of its models.")
    return parts.network


def took(work: Work) -> float:
    """Seconds of wall time."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def own(parts: Parts, velocity: flow.Network) -> Work:
    """A step of an embedded model, whose network is called so."""
    passes = 1 if parts.preset.guidance == 1 else 2
    shape = ClipShape.covering(4 * FPS, *SIZES["square"]).latent()
    dtype = next(parts.network.parameters()).dtype
    latents = torch.randn(passes, 32, shape.frames, shape.height, shape.width, dtype=dtype)
    levels = torch.full((passes, shape.frames), 0.5)
    text = torch.randn(passes, WORDS, 384, dtype=dtype)
    mask = torch.ones(passes, WORDS, dtype=torch.bool)
    return lambda: velocity(latents, levels, text, mask)


def peers(network: Himmel) -> dict[str, Work]:
    """diffusers' networks with himmel's sizes and as many tokens."""
    try:
        open_weights.hush()
        from diffusers import LTXVideoTransformer3DModel, WanTransformer3DModel
    except ImportError:
        raise ValueError("Other networks need an extra: pip install 'lichtspiel[open]'.") from None

    c = network.config
    shape = ClipShape.covering(4 * FPS, *SIZES["square"]).latent()
    rows, columns = (side - c.patch + 1 for side in (shape.height, shape.width))
    found: dict[str, Work] = {}
    for dtype in (torch.bfloat16, torch.float32):
        ltx = LTXVideoTransformer3DModel(
            in_channels=32,
            out_channels=32,
            num_attention_heads=c.heads,
            attention_head_dim=c.width // c.heads,
            cross_attention_dim=c.width,
            num_layers=c.depth,
            caption_channels=384,
        ).to(dtype)
        wan = WanTransformer3DModel(
            patch_size=(1, 1, 1),
            num_attention_heads=c.heads,
            attention_head_dim=c.width // c.heads,
            in_channels=32,
            out_channels=32,
            text_dim=384,
            ffn_dim=c.inner,
            num_layers=c.depth,
        ).to(dtype)
        tokens = torch.randn(2, shape.frames * rows * columns, 32, dtype=dtype)
        grid = torch.randn(2, 32, shape.frames, rows, columns, dtype=dtype)
        text, mask = torch.randn(2, WORDS, 384, dtype=dtype), torch.ones(2, WORDS)
        when = torch.full((2,), 500)
        kind = str(dtype).removeprefix("torch.")
        size = shape.frames, rows, columns
        found[f"LTX-Video, {kind}"] = _calling(ltx, tokens, text, when, mask, *size)
        found[f"Wan, {kind}"] = _calling(wan, grid, when, text)
    return found


def _calling(network: torch.nn.Module, *given: object) -> Work:
    return lambda: network(*given)


def draw(films: list[Filming], compared: list[Step], target: Path) -> None:
    """Draw the stages of films, and the steps where there are several, to an svg.

    Needs matplotlib (extra `bench`); ValueError without it.
    """
    try:
        import matplotlib
    except ImportError:
        raise ValueError("A plot needs an extra: pip install 'lichtspiel[bench]'.") from None
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "lichtspiel"  # else ids are new each time
    from matplotlib import pyplot

    both = len(compared) > 1
    figure, panels = pyplot.subplots(1, 1 + both, figsize=(6 + 5 * both, 3.4), squeeze=False)
    stages, steps_of = panels[0][0], panels[0][-1]
    labels = [f"{made.seconds:g} s, {made.engine}" for made in films]
    begin = [0.0] * len(films)
    for stage in ("told", "sampled", "decoded", "finished"):
        parts = [getattr(made, stage) / made.seconds for made in films]
        stages.barh(labels, parts, left=begin, label=stage)
        begin = [one + more for one, more in zip(begin, parts, strict=True)]
    stages.axvline(1, color="grey", linestyle=":")
    stages.set_xlabel("seconds of work for a second of film")
    stages.legend(frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
    stages.invert_yaxis()
    if both:
        steps_of.barh([step.name for step in compared], [step.seconds for step in compared])
        steps_of.set_xlabel("seconds a step (four seconds of film)")
        steps_of.invert_yaxis()
    for panel in panels[0]:
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target, format="svg", metadata={"Date": None})
    pyplot.close(figure)
