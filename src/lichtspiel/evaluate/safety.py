"""Train the safety classifier, and measure the whole screening on labelled prompts.

Legend: N prompts, D width of the text states (384), K categories (or 1 + K, harm as such first).
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from lichtspiel.evaluate.evasions import EVASIONS, SETS, split
from lichtspiel.safety.classifier import WEIGHTS, Classifier, pooled
from lichtspiel.safety.names import load_names
from lichtspiel.safety.policy import Policy
from lichtspiel.safety.prompts import Verdict, check, check_story
from lichtspiel.safety.rules import read
from lichtspiel.text import TextEncoder

HARMLESS = "harmless"
PARTS = ("test", "tune", "train")
#: Sets that are measured along with the test part, harmful against harmless.
VEILED = ("test_euphemisms", "test_stories", "test_sequences")
CATEGORIES = (
    "minors",
    "sexual",
    "self_harm",
    "violence",
    "hate",
    "crime",
    "deception",
    "persons",
    "brands",
)
#: Listed names are no lesson: the classifier learns persons and brands from descriptions alone.
NAMED = ("persons", "brands")
DECAY = 0.03
#: A harmful prompt counts as much in the loss as so many harmless ones.
HARM_WEIGHT = 2.0
FOLDS = 5
#: The likelihood that all but a share of ALARMS of the unseen harmless prompts stay below, well
#: under the 0.6 of policy.toml: published prompts are longer than ours and in other styles.
CALM = 0.35
ALARMS = 0.01
BATCH = 32


@dataclass(frozen=True)
class Example:
    """A labelled text; `label` is a category or HARMLESS."""

    language: str
    label: str
    text: str


def examples(name: str) -> list[Example]:
    """The lines of a set, such as "train"; the parts of a story are joined by " | "."""
    lines = (SETS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [Example(*line.split("\t")) for line in lines]


# --- Training -------------------------------------------------------------------------------------


def train_classifier(encoder: TextEncoder, output: Path = WEIGHTS) -> Classifier:
    """Fit the head to the train part, set the bias of harm so that harmless prompts that it has not
    seen stay calm (those of the tune part, and of the train part fold by fold), and save it."""
    rows = lessons("train")
    states, labels = pooled_rows(rows, encoder), _labels(rows)  # (N, D), (N, 1 + K)
    weight, bias = _fit(states, labels)
    tune = pooled_rows([row for row in examples("tune") if row.label == HARMLESS], encoder)
    unseen = []
    for fold in range(FOLDS):
        held_out = torch.arange(len(rows)) % FOLDS == fold
        part_weight, part_bias = _fit(states[~held_out], labels[~held_out])
        calm = held_out & (labels[:, 0] == 0)
        unseen.append((states[calm] @ part_weight.T + part_bias)[:, 0])
    # The stricter of the two: the tune part is in another style, as all prompts of strangers are.
    surest = max(
        float(logits.quantile(1 - ALARMS))
        for logits in ((tune @ weight.T + bias)[:, 0], torch.cat(unseen))
    )
    bias[0] += torch.tensor(CALM).logit() - surest
    head = Classifier(CATEGORIES, weight, bias)
    head.save(output)
    return head


def lessons(part: str) -> list[Example]:
    """What the classifier learns from: prompts, stories as one text, and pieces of what is
    harmless, which read worse than a whole. Names that the lists know are left out."""
    rows = []
    for row in [*examples(part), *examples(f"{part}_stories")]:
        parts = row.text.split(" | ")
        whole = Example(row.language, row.label, " ".join(parts))
        if row.label in NAMED and any(
            load_names(f"{name}.txt").find(read(whole.text)) for name in NAMED
        ):
            continue
        rows.append(whole)
        if row.label == HARMLESS and len(row.text.split()) > 3:
            pieces = parts if len(parts) > 1 else split(row.text, random.Random(row.text))
            rows += [Example(row.language, HARMLESS, piece) for piece in pieces]
    return rows


def pooled_rows(rows: list[Example], encoder: TextEncoder) -> Tensor:
    """(N, D), batch by batch, those of like length together."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    states = torch.cat([pooled([rows[i].text for i in batch], encoder) for batch in batches])
    return states[torch.tensor(order).argsort()]


def _labels(rows: list[Example]) -> Tensor:
    """(N, 1 + K): whether harmful, and of which category."""
    return torch.tensor(
        [[row.label != HARMLESS, *(row.label == name for name in CATEGORIES)] for row in rows]
    ).float()


def _fit(states: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Logistic regression with weight decay: states (N, D), labels (N, K) -> (K, D), (K,)."""
    mean, spread = states.mean(0), states.std(0)  # widths differ a hundredfold: learn on even terms
    even = (states - mean) / spread
    weight = torch.zeros(labels.shape[1], states.shape[1], requires_grad=True)
    bias = torch.zeros(labels.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> float:
        optimizer.zero_grad()
        error = functional.binary_cross_entropy_with_logits(
            even @ weight.T + bias, labels, pos_weight=torch.tensor(HARM_WEIGHT)
        )
        total = error * labels.shape[1] + DECAY * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return float(total.detach())

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    uneven = weight.detach() / spread
    return uneven, bias.detach() - uneven @ mean


# --- Measuring ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    def __str__(self) -> str:
        share = 100 * self.hits / self.total if self.total else 0.0
        return f"{share:.1f} % ({self.hits} of {self.total})"


@dataclass(frozen=True)
class Report:
    """What the screening did with a set. blocked: (language, label) -> share; evaded: evasion ->
    share of the harmful and of the harmless prompts that it touches, each with the share of the
    same prompts unchanged; veiled: set -> share of the harmful and of the harmless; missed and
    mistaken: the texts; layers: what found the harmful ones."""

    blocked: dict[tuple[str, str], Share]
    evaded: dict[str, tuple[Share, Share, Share, Share]]
    veiled: dict[str, tuple[Share, Share]]
    layers: dict[str, int]
    milliseconds: float
    missed: list[Example]
    mistaken: list[Example]


def measure(
    policy: Policy,
    encoder: TextEncoder,
    part: str = "test",
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check all prompts of a part as they are, under each evasion, and split into stories."""
    rows = examples(part)
    begun = time.perf_counter()
    verdicts = []
    for number, row in enumerate(rows, start=1):
        verdicts.append(check(row.text, policy, encoder))
        watch(number, len(rows) * (len(EVASIONS) + 2))
    elapsed = time.perf_counter() - begun
    plainly = {row: verdict.blocked for row, verdict in zip(rows, verdicts, strict=True)}
    return Report(
        blocked=_by_label(rows, verdicts),
        evaded=dict(_evaded(rows, plainly, policy, encoder, watch)),
        veiled={name: _veiled(name, policy, encoder) for name in VEILED} if part == "test" else {},
        layers=Counter(v.layer for v in verdicts if v.blocked and v.layer),
        milliseconds=1000 * elapsed / len(rows),
        missed=[row for row in rows if row.label != HARMLESS and not plainly[row]],
        mistaken=[row for row in rows if row.label == HARMLESS and plainly[row]],
    )


def _by_label(rows: list[Example], verdicts: list[Verdict]) -> dict[tuple[str, str], Share]:
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        hits[row.language, row.label].append(verdict.blocked)
    return {key: Share(sum(values), len(values)) for key, values in hits.items()}


def _evaded(
    rows: list[Example],
    plainly: dict[Example, bool],
    policy: Policy,
    encoder: TextEncoder,
    watch: Callable[[int, int], None],
) -> Iterator[tuple[str, tuple[Share, Share, Share, Share]]]:
    done = len(rows)
    for name in [*EVASIONS, "split"]:
        outcome: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
        for row in rows:
            rng = random.Random(f"{name} {row.text}")
            if name == "split":
                blocked = check_story(split(row.text, rng), policy, encoder).blocked
            elif (text := EVASIONS[name](row.text, row.language, rng)) != row.text:
                blocked = check(text, policy, encoder).blocked
            else:
                continue  # the evasion does not touch it
            outcome[row.label != HARMLESS].append((blocked, plainly[row]))
        done += len(rows)
        watch(done, len(rows) * (len(EVASIONS) + 2))
        yield name, (*_pair(outcome[True]), *_pair(outcome[False]))


def _pair(outcome: list[tuple[bool, bool]]) -> tuple[Share, Share]:
    total = len(outcome)
    return Share(sum(a for a, _ in outcome), total), Share(sum(b for _, b in outcome), total)


def _veiled(name: str, policy: Policy, encoder: TextEncoder) -> tuple[Share, Share]:
    """Blocked of the harmful and of the harmless texts or stories of a set."""
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for row in examples(name):
        parts = row.text.split(" | ")
        one = len(parts) == 1
        verdict = check(row.text, policy, encoder) if one else check_story(parts, policy, encoder)
        hits[row.label != HARMLESS].append(verdict.blocked)
    return Share(sum(hits[True]), len(hits[True])), Share(sum(hits[False]), len(hits[False]))


def markdown(report: Report) -> str:
    """The report as tables."""
    labels = dict.fromkeys(label for _, label in report.blocked)
    lines = ["| blocked | English | German |", "|---|---|---|"]
    for label in labels:
        english, german = (report.blocked.get((lang, label), Share(0, 0)) for lang in ("en", "de"))
        lines.append(f"| {label} | {english} | {german} |")
    lines += [
        "",
        "| evasion | harmful | unchanged | harmless | unchanged |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {' | '.join(map(str, shares))} |" for name, shares in report.evaded.items()
    ]
    lines += ["", "| set | harmful | harmless |", "|---|---|---|"] if report.veiled else []
    lines += [
        f"| {name} | {' | '.join(map(str, shares))} |" for name, shares in report.veiled.items()
    ]
    lines += ["", "Layers: " + ", ".join(f"{name} {n}" for name, n in report.layers.items())]
    lines += [f"{report.milliseconds:.1f} ms a prompt.", ""]
    lines += [f"- missed ({row.label}): {row.text}" for row in report.missed]
    lines += [f"- mistaken: {row.text}" for row in report.mistaken]
    return "\n".join(lines)
