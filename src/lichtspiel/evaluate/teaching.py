"""Teach the safety classifier: corrections of low rank to four layers of the text encoder.

Legend: N lessons, B lessons of a batch, L tokens, D width of the text states (384), K categories
(or 1 + K, harm as such first), R rank.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from lichtspiel.evaluate.lessons import HARMLESS, Example, examples, lessons
from lichtspiel.safety.classifier import (
    MATRICES,
    WEIGHTS,
    Reader,
    copied_layers,
    frozen_states,
    save_classifier,
)
from lichtspiel.text import WIDTH, TextEncoder

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
RANK = 16
#: Whose mean the weights are: calmer where prompts are unlike the lessons (2203.05482).
RUNS = 2
ROUNDS = 2
BATCH = 24
RATE = 1.5e-3
WARM_UP = 40  # steps
SMOOTH = 0.02  # of the labels of harm
DEAF = 0.08  # share of the tokens that a lesson loses, so that no single word decides
KIND = 0.3  # weight of the loss of the kind of harm
SAMPLE = 300  # lessons that tell how widely each of the D values spreads
#: Sets by which thresholds are set, in other styles than the lessons.
TUNE = ("tune", "tune_voices", "tune_thoughts")
#: The likelihood that all but a share of ALARMS of the harmless prompts held out stay below;
#: policy.toml blocks from 0.6 on.
CALM = 0.6
ALARMS = 0.02

#: Token states (L, D) of each of N texts, in 16 bits.
States = list[Tensor]


class Corrected(nn.Module):
    """A linear layer, and beside it a way through R values that is learned."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(RANK, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """x (..., in) -> (..., out)."""
        beside = functional.linear(functional.linear(x, self.down), self.up)
        result: Tensor = self.linear(x) + beside
        return result


def teach(
    encoder: TextEncoder,
    output: Path = WEIGHTS,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Fit the classifier to the lessons that are not held out, set the bias of harm so that the
    harmless ones among the others, and those of the tune parts, stay calm, and save it."""
    given = lessons()
    learned = [lesson.example for lesson in given if not lesson.held_out]
    states = states_of(learned, encoder)
    readers = []
    for run in range(RUNS):
        torch.manual_seed(
            3
        )  # all runs begin alike, so that a mean of what they learned makes sense
        beginner = _beginner(encoder)
        readers.append(_fit(beginner, states, _kinds(learned), watch, run))
    reader = _mean(readers)
    # The stricter of the two: the tune part is in another style, as all unseen prompts are.
    surest = max(
        float(_quiet(reader, states_of(rows, encoder)).quantile(1 - ALARMS))
        for rows in (
            [one.example for one in given if one.held_out and one.example.label == HARMLESS],
            [row for name in TUNE for row in examples(name) if row.label == HARMLESS],
        )
    )
    reader.bias[0] += torch.tensor(CALM).logit() - surest
    save_classifier(output, CATEGORIES, reader, _corrections(reader.layers))


def states_of(rows: Sequence[Example], encoder: TextEncoder) -> States:
    """Token states behind the layers that are not taught, batch by batch, of like length."""
    states: States = [torch.empty(0)] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        found, mask = frozen_states([rows[i].text for i in batch], encoder)
        for i, x, seen in zip(batch, found.half(), mask, strict=True):
            states[i] = x[seen]
    return states


def _kinds(rows: Sequence[Example]) -> Tensor:
    """(N,) the number of the category, -1 for what is harmless."""
    return torch.tensor(
        [-1 if row.label == HARMLESS else CATEGORIES.index(row.label) for row in rows]
    )


def _beginner(encoder: TextEncoder) -> nn.ModuleList:
    """Layers whose corrections say nothing yet."""
    layers = copied_layers(encoder)
    for layer in layers:
        for name in MATRICES:
            setattr(layer, name, Corrected(getattr(layer, name)))
    return layers


def _mean(readers: Sequence[Reader]) -> Reader:
    """The mean of what several runs with one beginning have learned."""
    with torch.no_grad():
        for alike in zip(*(reader.layers.parameters() for reader in readers), strict=True):
            alike[0].copy_(torch.stack(alike).mean(0))
    parts = [[reader.query, reader.weight, reader.bias] for reader in readers]
    means = [torch.stack(alike).mean(0) for alike in zip(*parts, strict=True)]
    return Reader(readers[0].layers, *means)


def _fit(
    layers: nn.ModuleList,
    states: States,
    kinds: Tensor,
    watch: Callable[[int, int], None],
    run: int,
) -> Reader:
    """ROUNDS passes over the lessons with AdamW (1711.05101), each with a warm restart and a rate
    that falls by a cosine (1608.03983)."""
    rows = 1 + len(CATEGORIES)
    query, weight = (torch.zeros(rows, WIDTH, requires_grad=True) for _ in range(2))
    bias = torch.zeros(rows, requires_grad=True)
    taught = [p for name, p in layers.named_parameters() if name.endswith(("down", "up"))]
    mean, spread = _spread(layers, states)  # values differ a hundredfold: learn on even terms
    rng = random.Random(7 + run)
    for number in range(ROUNDS):
        optimizer = torch.optim.AdamW([*taught, query, weight, bias], weight_decay=0.01)
        batches = _batches(states, rng)
        for step, batch in enumerate(batches):
            share = 0.03 + 0.97 * _cosine(step / len(batches))
            optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / WARM_UP) * share
            x, mask = _padded([states[i] for i in batch])
            kept = mask & (torch.rand(mask.shape) > DEAF)
            kept[:, 0] = True
            optimizer.zero_grad()
            reader = _even(layers, query, weight, bias, mean, spread)
            loss = _loss(reader.logits(x, kept), kinds[torch.tensor(batch)])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            past = (run * ROUNDS + number) * len(batches)
            watch(past + step + 1, RUNS * ROUNDS * len(batches))
    with torch.no_grad():
        return _even(layers, query, weight, bias, mean, spread)


def _even(
    layers: nn.ModuleList, query: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, spread: Tensor
) -> Reader:
    """The reader whose query and weight (1 + K, D) are meant for states of mean 0 and spread 1."""
    uneven = weight / spread
    return Reader(layers, query / spread, uneven, bias - uneven @ mean)


@torch.no_grad()
def _spread(layers: nn.ModuleList, states: States) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (D,) of what the layers make of some lessons."""
    some = random.Random(1).sample(states, min(SAMPLE, len(states)))
    seen = []
    for state in some:
        x, mask = _padded([state])
        for layer in layers:
            x = layer(x, mask)
        seen.append(x[0])
    return torch.cat(seen).mean(0), torch.cat(seen).std(0)


def _cosine(share: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * share))


def _loss(logits: Tensor, kinds: Tensor) -> Tensor:
    """logits (B, 1 + K), kinds (B,): whether harmful, and where so, of which kind."""
    harm = kinds >= 0
    target = harm.float() * (1 - 2 * SMOOTH) + SMOOTH
    loss = functional.binary_cross_entropy_with_logits(logits[:, 0], target)
    if harm.any():
        loss = loss + KIND * functional.cross_entropy(logits[harm, 1:], kinds[harm])
    return loss


def _batches(states: States, rng: random.Random) -> list[list[int]]:
    """All lessons in chance order, those of a batch of like length."""
    order = list(range(len(states)))
    rng.shuffle(order)
    batches = []
    for start in range(0, len(order), 20 * BATCH):
        alike = sorted(order[start : start + 20 * BATCH], key=lambda i: len(states[i]))
        batches += [alike[at : at + BATCH] for at in range(0, len(alike), BATCH)]
    rng.shuffle(batches)
    return batches


def _padded(states: States) -> tuple[Tensor, Tensor]:
    """(B, L, D) float32 and the mask (B, L)."""
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(x)).bool() for x in states], batch_first=True)
    return nn.utils.rnn.pad_sequence([x.float() for x in states], batch_first=True), mask


@torch.no_grad()
def _quiet(reader: Reader, states: States) -> Tensor:
    """The logit of harm of each text, (N,), in any order."""
    order = sorted(states, key=len)
    batches = (order[start : start + BATCH] for start in range(0, len(order), BATCH))
    return torch.cat([reader.logits(*_padded(batch))[:, 0] for batch in batches])


def _corrections(layers: nn.ModuleList) -> dict[str, Tensor]:
    return {
        name: value.detach()
        for name, value in layers.named_parameters()
        if name.endswith((".down", ".up"))
    }
