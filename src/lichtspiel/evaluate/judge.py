"""A judge says what a clip shows, in the words of the world's vocabulary.

It is trained on renders of its own (`JUDGE_SEEDS`), never used to train a generator, of which the
truth is known, and on softened copies of them, because generated pictures are softer than
rendered ones and a judge that knows only crisp ones would call everything else fog. It learns all
combinations, the held-out ones too: it must recognise what the generator never saw.

Legend: B clips, S frames that are looked at, h, w cells of the grid, D features of a cell
(features.py), N = S x h x w tokens, W width of the trunk, Q queries of one attribute, V values.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from lichtspiel.evaluate import features
from lichtspiel.evaluate.features import Clip, Eye, Look
from lichtspiel.evaluate.renders import (
    JUDGE_SEEDS,
    JUDGE_TEST_SEEDS,
    Degrade,
    Seen,
    Value,
    see,
    soften,
    through,
)
from lichtspiel.media.mux import placing
from lichtspiel.world import scene

Verdict = dict[str, tuple[Value, float]]

WEIGHTS = Path(__file__).parents[1] / "weights" / "judge.safetensors"


def _union(choices: Mapping[str, Sequence[Value]]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(value for values in choices.values() for value in values))


#: Every attribute of a scene that a picture shows, with all its values.
ATTRIBUTES: dict[str, tuple[Value, ...]] = {
    "subject": scene.SUBJECTS,
    "count": (0, 1, 2, 3),
    "action": _union(scene.ACTIONS),
    "place": scene.PLACES,
    "light": scene.LIGHTS,
    "weather": _union(scene.WEATHERS),
    "camera": scene.CAMERAS,
    "style": scene.STYLES,
    "color": (*_union(scene.COLORS), "none"),
}

#: (stage, done, total) hears the progress.
Watch = Callable[[str, int, int], None]

BATCH = 32


class Trunk(nn.Module):
    """Tokens that know their neighbours: (B, S, h, w, X) -> (B, N, W)."""

    def __init__(self, entering: int, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(entering, width)
        self.mix = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))

    def forward(self, cells: Tensor) -> Tensor:
        x = F.gelu(self.enter(cells))
        for mix, norm in zip(self.mix, self.norms, strict=True):
            grid = norm(x).flatten(0, 1).permute(0, 3, 1, 2)
            x = x + F.gelu(mix(grid)).permute(0, 2, 3, 1).reshape(x.shape)
        return x.flatten(1, 3)


class Heads(nn.Module):
    """The trained part: two small trunks over the grid, and a look of its own for each attribute.

    Motion has a trunk of its own: in a common one its few features drown in those of the network,
    which know a few hundred renders by heart before they learn where a camera goes.

    forward((B, S, h, w, D), (S,) moments in [0, 1]) -> attribute -> (B, V) logits.
    """

    def __init__(
        self, width: int = 96, motion_width: int = 48, queries: int = 3, hidden: int = 48
    ) -> None:
        super().__init__()
        self.queries = queries
        self.register_buffer("mean", torch.zeros(features.WIDTH))
        self.register_buffer("scale", torch.ones(features.WIDTH))
        self.mean: Tensor
        self.scale: Tensor
        self.pictures = Trunk(features.WIDTH - features.MOTION + 6, width)
        self.motion = Trunk(features.MOTION + 6, motion_width)
        self.drop = nn.Dropout(0.2)
        both = width + motion_width
        self.attend = nn.Linear(both, len(ATTRIBUTES) * queries)
        self.gate = nn.Linear(both, len(ATTRIBUTES))
        self.answers = nn.ModuleDict(
            {
                name: nn.Sequential(
                    nn.Linear(both * (queries + 1), hidden),
                    nn.GELU(),
                    nn.Dropout(0.2),
                    nn.Linear(hidden, len(values)),
                )
                for name, values in ATTRIBUTES.items()
            }
        )

    def forward(self, seen: Tensor, moments: Tensor) -> dict[str, Tensor]:
        b, _, h, w, d = seen.shape
        # Some channels have rare giants; cut them, they would drown the rest.
        x = ((seen.float() - self.mean) * self.scale).clamp(-5, 5)
        x = x * self.drop(x.new_ones(d))  # whole features go, for the whole batch
        pictures, motion = x.split([d - features.MOTION, features.MOTION], dim=-1)
        where = _coordinates(moments, h, w).expand(b, -1, -1, -1, -1)
        known = self.pictures(torch.cat([pictures, where], dim=-1))
        moved = self.motion(torch.cat([motion, where], dim=-1))
        tokens_bnw = torch.cat([known * self.drop(known.new_ones(b, 1, 1)), moved], dim=-1)
        look = torch.softmax(self.attend(tokens_bnw), dim=1)
        found = torch.einsum("bnq,bnw->bqw", look, tokens_bnw)
        # A softmax can't count; the mean over a gate of 0 to 1 grows with what there is.
        gate = torch.sigmoid(self.gate(tokens_bnw))
        amount = 4 * torch.einsum("bna,bnw->baw", gate, tokens_bnw) / gate.shape[1]
        evidence = torch.cat([found.reshape(b, len(ATTRIBUTES), -1), amount], dim=-1)
        return {name: self.answers[name](evidence[:, i]) for i, name in enumerate(ATTRIBUTES)}


def _coordinates(moments: Tensor, h: int, w: int) -> Tensor:
    """(S, h, w, 6): x, y in [-1, 1], their squares and product, and the moment in [-1, 1]."""
    t, y, x = torch.meshgrid(
        moments * 2 - 1, torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij"
    )
    return torch.stack([x, y, x * x, y * y, x * y, t], dim=-1)


def _moments(count: int) -> Tensor:
    return torch.linspace(0, 1, count)


class Judge:
    """Says each attribute of a clip; load it once.

    judge(clips) -> for each clip: attribute -> (value, its probability in [0, 1]). Clips are
    uint8 (T, H, W, 3) or tensors (3, T, H, W) in [-1, 1], at 12 frames a second.
    """

    def __init__(self, heads: Heads, eye: Eye) -> None:
        self.heads = heads.eval()
        self.eye = eye

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Judge:
        """Read the heads at `path`; ValueError when they are missing or of another vocabulary."""
        if not path.is_file():
            raise ValueError(f"There is no judge at '{path}'; train one first (docs/evaluate.md).")
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["judge"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if facts["attributes"] != _plain(ATTRIBUTES):
            raise ValueError(f"The judge at '{path}' knows another vocabulary; train it anew.")
        heads = Heads()
        heads.load_state_dict(tensors)
        return cls(heads, Eye(Look(**facts["look"])))

    def save(self, path: Path) -> None:
        """Write the heads to `path`, whole or not at all; the frozen network is not in it."""
        facts = {"attributes": _plain(ATTRIBUTES), "look": asdict(self.eye.look)}
        tensors = {name: tensor.half() for name, tensor in self.heads.state_dict().items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        with placing(path) as temporary:
            save_file(tensors, temporary, metadata={"judge": json.dumps(facts)})

    def __call__(self, clips: Sequence[Clip | Tensor]) -> list[Verdict]:
        return [self.of_features(self.eye(clip)) for clip in clips]

    @torch.inference_mode()
    def of_features(self, seen: Tensor) -> Verdict:
        """The verdict on one clip's features (S, h, w, D)."""
        logits = self.heads(seen[None], _moments(len(seen)))
        verdict: Verdict = {}
        for name, values in ATTRIBUTES.items():
            likely = torch.softmax(logits[name][0], dim=0)
            best = int(likely.argmax())
            verdict[name] = values[best], float(likely[best])
        return verdict


def _plain(attributes: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    return {name: list(values) for name, values in attributes.items()}


def train_judge(
    data: Path,
    out: Path,
    look: Look | None = None,
    worse: Sequence[Degrade] | None = None,
    epochs: int = 12,
    seed: int = 0,
    watch: Watch = lambda stage, done, total: None,
) -> Judge:
    """Train a judge on the shards in `data` whose seeds are in `JUDGE_SEEDS`; write it to `out`.

    worse: it learns from each render as it is, and from a copy made by each of these; by default
    two are softened, and one goes through the latents of the embedded autoencoder.
    Seeing takes about 0.2 s of one core for each render and copy and is kept beside the shards;
    the heads then train within minutes.
    Raises ValueError when there are no shards or none of the judge's seeds.
    """
    eye = Eye(look)
    seen: list[Seen] = []
    copies = (soften, soften, through()) if worse is None else worse
    for copy, degrade in enumerate((None, *copies)):
        seen += see(data, eye, degrade, copy, lambda done, total: watch("see", done, total))
    train = [one for one in seen if int(one.labels["seed"]) in JUDGE_SEEDS]
    if not train:
        raise ValueError(
            f"'{data}' holds no renders for the judge; its seeds are {JUDGE_SEEDS.start} to "
            f"{JUDGE_SEEDS.stop - 1}."
        )
    judge = Judge(_fit(train, epochs, seed, watch), eye)
    judge.save(out)
    return Judge.load(out)


def measure(
    judge: Judge, seen: Sequence[Seen], name: str = "renders"
) -> dict[str, dict[str, tuple[int, int]]]:
    """Group -> attribute -> (right, all): the judge's own ceiling, on the unseen renders.

    Only renders of `JUDGE_TEST_SEEDS` count. The groups are `name` and "`name`, held out".
    "subject and place" counts as an attribute.
    """
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for one in seen:
        if int(one.labels["seed"]) not in JUDGE_TEST_SEEDS:
            continue
        verdict = judge.of_features(one.features)
        right = {a: verdict[a][0] == value for a, value in one.labels.items() if a in ATTRIBUTES}
        right["subject and place"] = right["subject"] and right["place"]
        group = counts.setdefault(f"{name}, held out" if one.held_out else name, {})
        for attribute, is_right in right.items():
            before = group.get(attribute, (0, 0))
            group[attribute] = before[0] + is_right, before[1] + 1
    return counts


def _fit(train: Sequence[Seen], epochs: int, seed: int, watch: Watch) -> Heads:
    """Heads that fit the truth of `train`: AdamW on the sum of the attributes' cross-entropies."""
    torch.manual_seed(seed)
    heads = Heads()
    heads.mean, heads.scale = _statistics(train)
    weights = {name: _balance(name, train) for name in ATTRIBUTES}
    optimizer = torch.optim.AdamW(heads.parameters(), lr=2e-3, weight_decay=0.05)
    grids = len({one.features.shape for one in train})  # each leaves one batch incomplete
    batches = len(train) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 2e-3, total_steps=epochs * (batches + grids), pct_start=0.1
    )
    generator = torch.Generator().manual_seed(seed)
    heads.train()
    for epoch in range(epochs):
        for batch in _batches(train, generator):
            moments = _some_moments(len(batch[0].features), generator)
            seen = torch.stack([one.features[moments] for one in batch])
            logits = heads(seen, _moments(len(batch[0].features))[moments])
            losses = [
                F.cross_entropy(logits[name], _targets(name, batch), weights[name])
                for name in ATTRIBUTES
            ]
            optimizer.zero_grad()
            torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(heads.parameters(), 5.0)
            optimizer.step()
            schedule.step()
        watch("train", epoch + 1, epochs)
    return heads.eval()


def _batches(train: Sequence[Seen], generator: torch.Generator) -> Iterator[list[Seen]]:
    """All of `train` once, in random order; a batch holds clips of one grid only."""
    waiting: dict[torch.Size, list[Seen]] = defaultdict(list)
    for index in torch.randperm(len(train), generator=generator).tolist():
        batch = waiting[train[index].features.shape]
        batch.append(train[index])
        if len(batch) == BATCH:
            yield waiting.pop(train[index].features.shape)
    yield from waiting.values()


def _some_moments(count: int, generator: torch.Generator) -> Tensor:
    """A random three of the looked-at frames, in order: cheaper, and the heads don't memorise."""
    return torch.randperm(count, generator=generator)[:3].sort().values


def _targets(name: str, batch: Sequence[Seen]) -> Tensor:
    """Index of the true value for each clip; -100, which cross-entropy ignores, if it has none."""
    values: list[Value | None] = list(ATTRIBUTES[name])
    return torch.tensor(
        [values.index(one.labels[name]) if name in one.labels else -100 for one in batch]
    )


def _balance(name: str, train: Sequence[Seen]) -> Tensor:
    """Weight of each value, one over the root of its number.

    Half-way to balance: else a doubtful picture would always be called the commonest thing.
    """
    counts = Counter(one.labels[name] for one in train if name in one.labels)
    numbers = torch.tensor([counts[value] for value in ATTRIBUTES[name]])
    weights = numbers.clamp(min=1) ** -0.5
    return weights * numbers.sum().clamp(min=1) / (weights * numbers).sum().clamp(min=1e-6)


def _statistics(train: Sequence[Seen]) -> tuple[Tensor, Tensor]:
    """Mean and one over the deviation of each feature, over at most 256 clips."""
    some = train[:: max(1, len(train) // 256)]
    cells = torch.cat([one.features.flatten(0, 2).float() for one in some])
    return cells.mean(dim=0), 1 / (cells.std(dim=0) + 1e-3)
