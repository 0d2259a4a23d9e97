"""Train himmel or lumiere: a plain loop that can be killed at any moment and goes on.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns.
"""

from __future__ import annotations

import copy
import json
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from lichtspiel.diffusion import conditioning, samplers, schedules
from lichtspiel.diffusion.guidance import guided
from lichtspiel.media.mux import placing, write_png
from lichtspiel.models import networks
from lichtspiel.models.autoencoder import Autoencoder
from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.networks import Network
from lichtspiel.shapes import SIZES, ClipShape
from lichtspiel.text import TextEncoder
from lichtspiel.train import ranks
from lichtspiel.train.autoencoder import as_video, read_video, shards_in
from lichtspiel.train.data import Batch, Clips, prepare, read_shard
from lichtspiel.train.looks import Aligned, Sight, unseen
from lichtspiel.train.objectives import Distilling, Objective
from lichtspiel.train.optim import build_optimizers
from lichtspiel.train.recipes import NetworkTraining

SAVE_MINUTES = 3.0
SHEET_MINUTES = 12.0
SHARDS_TO_FIT = 16
SHEET_PROMPTS = (
    "A woman in a red dress walks through a neon street at night, on wet, reflecting ground.",
    "Drei Golden-Retriever-Welpen spielen im Schnee.",
    "A ballerina dances on a stage before red curtains.",
    "A brown eye in close-up looks from left to right.",
    "An astronaut walks on Mars.",
    "Eine graue Katze sitzt im Wohnzimmer.",
    "A white horse runs across a green meadow, anime.",
    "Ein Segelboot auf dem Fluss vor der alten Stadt mit der Kathedrale.",
    "A yellow car drives through the desert at dusk.",
    "Drei Vögel fliegen über die Berge.",
    "A man in a black jacket stands on a cliff, black and white film.",
    "Ein Braunbär geht durch den Wald.",
)


class Training:
    """All that a run must keep: weights, their moving average, optimisers, steps, time spent."""

    def __init__(self, recipe: NetworkTraining, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.device = recipe, device
        self.objective: Objective = recipe.objective
        self.model = networks.build(recipe.config).to(device)
        self.name = type(self.model).__name__.lower()
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.optimizers = build_optimizers(self.model, recipe.rate_muon, recipe.rate_adamw)
        self.learning = nn.ModuleList([self.model])
        if recipe.align:
            aligned = Aligned(self.objective, self.model, recipe.align).to(device)
            self.optimizers.append(torch.optim.AdamW(aligned.parameters(), recipe.rate_adamw))
            self.learning.append(aligned)
            self.objective = aligned
        self.rates = [group["lr"] for o in self.optimizers for group in o.param_groups]
        self._reseed(0)
        self.step, self.clips, self.seconds = 0, 0, 0.0

    def save(self, folder: Path) -> None:
        """Write checkpoint and averaged weights, each by rename."""
        state = {
            "learning": self.learning.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": (self.step, self.clips, self.seconds),
        }
        with placing(folder / f"{self.name}.pt") as temporary:
            torch.save(state, temporary)
        networks.save(self.average, folder / f"{self.name}.safetensors")

    def load(self, file: Path) -> None:
        state = torch.load(file, map_location=self.device, weights_only=True)
        self.learning.load_state_dict(state["learning"])
        self.average.load_state_dict(state["average"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.step, self.clips, self.seconds = state["progress"]
        self._reseed(self.step)

    def _reseed(self, step: int) -> None:
        """Every rank, and every start of a run, draws other clips, noise and noise levels."""
        seed = self.recipe.seed + 1_000_003 * ranks.rank() + step
        torch.manual_seed(seed)
        self.chance = random.Random(seed)

    def begin_from(self, weights: dict[str, Tensor]) -> None:
        """Go on from weights alone, with fresh optimisers: the committed ones, say. lumiere may
        also begin with those of himmel."""
        networks.begin(self.model, weights)
        self.average.load_state_dict(self.model.state_dict())

    def learn_from(self, weights: dict[str, Tensor]) -> None:
        """Set the teacher, where the objective is to learn from one."""
        if isinstance(self.recipe.objective, Distilling):
            teacher = copy.deepcopy(self.model).requires_grad_(False).eval()
            teacher.load_state_dict(weights)
            self.objective = replace(self.recipe.objective, teacher=teacher)

    def learn(self, batch: Batch, done: float) -> float:
        """One step on a batch; `done` in 0..1 is the share of the run that is spent."""
        self._set_rates(done)
        dtype = fast_dtype(self.device)
        with torch.autocast(self.device.type, dtype=dtype, enabled=dtype != torch.float32):
            loss = self.objective(self.model, batch.to(self.device))
        if not loss.isfinite():
            raise RuntimeError(f"The loss is {loss.item()} at step {self.step}.")
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        ranks.average_gradients(self.learning)
        nn.utils.clip_grad_norm_(self.learning.parameters(), self.recipe.clip)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self.clips += len(batch.latents) * ranks.count()
        self._follow()
        return loss.item()

    def _set_rates(self, done: float) -> None:
        rise = min(1.0, (self.step + 1) / self.recipe.warm_up)
        fall = min(1.0, max(1.0 - done, 0.01) / self.recipe.cool_down)
        groups = [group for o in self.optimizers for group in o.param_groups]
        for group, rate in zip(groups, self.rates, strict=True):
            group["lr"] = rate * rise * fall

    @torch.no_grad()
    def _follow(self) -> None:
        keep = min(self.recipe.ema, self.step / (self.step + 20))
        torch._foreach_lerp_(
            list(self.average.parameters()), list(self.model.parameters()), 1 - keep
        )


def run(
    data: Path,
    out: Path,
    recipe: NetworkTraining,
    minutes: float,
    autoencoder_file: Path | None = None,
    begin: Path | None = None,
    device: str | None = None,
    threads: int | None = None,
) -> Path:
    """Train on the shards of `data` until `minutes` of training are spent; returns the weights.

    `out` gets, here for himmel, himmel.pt (the checkpoint, from which a run goes on),
    himmel.safetensors (averaged weights), himmel.jsonl (the log) and himmel.png (a picture sheet);
    lumiere's are named for it. Shards are encoded once
    into `out`/latents; new ones join while it runs. `begin` are weights to
    start from where there is no checkpoint, `autoencoder_file` those of the autoencoder (default:
    the embedded ones). The clock counts training time before a stop too. Under torchrun all ranks
    train together (see `ranks`); the first one writes.
    """
    if threads:
        torch.set_num_threads(threads)
    place = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    ranks.join(place)
    out.mkdir(parents=True, exist_ok=True)
    autoencoder, text = Autoencoder.load(autoencoder_file), TextEncoder.load()
    if isinstance(recipe.objective, Distilling) and begin is None:
        raise ValueError("To distil takes a teacher: say with --begin which weights to learn from.")
    training = Training(recipe, place)
    if begin is not None:
        training.learn_from(load_file(begin))
    if (out / f"{training.name}.pt").is_file():
        training.load(out / f"{training.name}.pt")
    elif begin is not None:
        training.begin_from(load_file(begin))
    clips = Clips(out / "latents", autoencoder)
    draw = Sheet(autoencoder, text)
    saved = drawn = training.seconds
    sight = _sight(data, out) if recipe.align else unseen
    _take_in(data, out, clips, autoencoder, text, sight)
    losses: deque[tuple[int, float]] = deque(maxlen=200)
    while training.seconds < 60 * minutes:
        start = time.monotonic()
        done = training.seconds / (60 * minutes)
        lengths = next(phase.lengths for phase in recipe.phases if done <= phase.until)
        batch = clips.draw(lengths, recipe.tokens, training.chance)
        losses.append((batch.latents.shape[2], training.learn(batch, done)))
        training.seconds = ranks.agreed(training.seconds + time.monotonic() - start)
        if training.seconds - saved > 60 * SAVE_MINUTES:
            saved = training.seconds
            _keep(training, losses, clips, out)
            _take_in(data, out, clips, autoencoder, text, sight)
        if training.seconds - drawn > 60 * SHEET_MINUTES:
            drawn = training.seconds
            _draw(draw, training, out)
    _keep(training, losses, clips, out)
    _draw(draw, training, out)
    ranks.leave()
    return out / f"{training.name}.safetensors"


def _sight(data: Path, out: Path) -> Sight:
    """What looks at the pictures; fitted once, to the first shards."""
    path = out / "sight.safetensors"
    if ranks.rank() == 0 and not path.is_file():
        first = chain.from_iterable(map(read_shard, shards_in(data)[:SHARDS_TO_FIT]))
        Sight.fit((as_video(read_video(film)[:, :1])[:, 0] for _, film, _ in first), path)
    ranks.wait()
    return Sight.load(path)


def _take_in(
    data: Path,
    out: Path,
    clips: Clips,
    autoencoder: Autoencoder,
    text: TextEncoder,
    sight: Callable[[Tensor], Tensor],
) -> None:
    """Encode the shards that are new: rendering may go on beside the training."""
    for shard in ranks.own_share(shards_in(data)):
        prepare(shard, out / "latents", autoencoder, text, sight)
    ranks.wait()
    clips.refresh()


def _draw(sheet: Sheet, training: Training, out: Path) -> None:
    if ranks.rank() > 0:
        return
    objective, path = training.recipe.objective, out / f"{training.name}.png"
    if isinstance(objective, Distilling):
        sheet(training.average, path, objective.steps, 1.0, "euler")
    else:
        sheet(training.average, path)


def _keep(training: Training, losses: Iterable[tuple[int, float]], clips: Clips, out: Path) -> None:
    """Save, and write a line to the log."""
    if ranks.rank() > 0:
        return
    training.save(out)
    by_length: dict[int, list[float]] = {}
    for length, value in losses:
        by_length.setdefault(length, []).append(value)
    line = {
        "minutes": round(training.seconds / 60, 2),
        "step": training.step,
        "clips": training.clips,
        "known": clips.count,
        "loss": {n: round(sum(v) / len(v), 4) for n, v in sorted(by_length.items())},
    }
    with (out / f"{training.name}.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)


class Sheet:
    """Draws what the averaged weights make of fixed sentences, always from the same noise."""

    def __init__(self, autoencoder: Autoencoder, text: TextEncoder) -> None:
        self._autoencoder = autoencoder
        self._told, self._untold = text.encode(SHEET_PROMPTS), text.encode([""])
        height, width = SIZES["square"]
        self._shape = ClipShape(25, height, width).latent()

    @torch.no_grad()
    def __call__(
        self,
        model: Network,
        path: Path,
        steps: int = 10,
        guidance: float = 3.0,
        sampler: str = "multistep",
    ) -> None:
        """Write a png with four moments of each film, two films a row."""
        device = next(model.parameters()).device
        told, untold = self._told, self._untold
        velocity = guided(
            model.eval(),
            told.states.to(device),
            told.mask.to(device),
            untold.states.to(device),
            torch.zeros_like(untold.mask).to(device),
            guidance,
        )
        noise = conditioning.initial_noise(self._shape, 1, len(SHEET_PROMPTS)).to(device)
        levels = schedules.shifted(steps, 2.0)
        dtype = fast_dtype(device)
        with torch.autocast(device.type, dtype=dtype, enabled=dtype != torch.float32):
            latents = samplers.SAMPLERS[sampler](velocity, noise, levels).float().cpu()
        strips = []
        for film in latents:
            frames = self._autoencoder.decode(film[None])[0, :, [0, 8, 16, 24]].float()
            pixels = ((frames.clamp(-1, 1) + 1) * 127.5).round().byte()
            strips.append(torch.cat(list(pixels.movedim(0, -1)), dim=1))
        rows = [torch.cat(strips[i : i + 2], dim=1) for i in range(0, len(strips), 2)]
        with placing(path) as temporary:
            write_png(temporary, [torch.cat(rows, dim=0)[None].numpy()])
