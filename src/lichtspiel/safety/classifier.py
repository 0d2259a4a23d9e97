"""How likely a text asks for harm, from what the first layers of the text encoder make of it.

A linear head over mean-pooled token states. It catches what is said in other words than the rules
know. `lichtspiel evaluate safety --train` makes its weights; see docs/safety.md.

Legend: B windows of text, L tokens, D width of the text states (384), K categories.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from lichtspiel.text import TextEncoder

WEIGHTS = Path(__file__).parent / "classifier.safetensors"
#: Words of a window; harm in a long text must not drown in the rest.
WINDOW = 40
#: Layers of the text encoder that are run: as good here as six, a third of the work of all.
DEPTH = 4


@dataclass(frozen=True)
class Classifier:
    """categories: K names; weight (1 + K, D) and bias (1 + K,), float32. The first row says whether
    there is harm at all, which all examples teach together; the others, of which kind."""

    categories: tuple[str, ...]
    weight: Tensor
    bias: Tensor

    def scores(self, text: str, encoder: TextEncoder) -> dict[str, tuple[float, str]]:
        """Category -> (likelihood 0 to 1 in the worst window of the text, that window).

        The likeliest category has the likelihood of harm as such, the others less."""
        cut = windows(text)
        logits = pooled(cut, encoder) @ self.weight.T + self.bias  # (B, 1 + K)
        at = int(logits[:, 0].argmax())
        harm, kinds = logits[at, 0].sigmoid(), logits[at, 1:]
        likely = harm * (kinds - kinds.max()).exp()  # (K,)
        return {name: (float(likely[k]), cut[at]) for k, name in enumerate(self.categories)}

    def save(self, path: Path = WEIGHTS) -> None:
        save_file(
            {"weight": self.weight.contiguous(), "bias": self.bias.contiguous()},
            path,
            metadata={"categories": " ".join(self.categories)},
        )


@cache
def load_classifier(path: Path = WEIGHTS) -> Classifier:
    """The head from its file. Raises ValueError where it is missing."""
    if not path.is_file():
        raise ValueError(f"The safety classifier's weights '{path}' are not there; reinstall.")
    with safe_open(path, framework="pt") as file:
        categories = tuple(file.metadata()["categories"].split())
        return Classifier(categories, file.get_tensor("weight"), file.get_tensor("bias"))


def windows(text: str) -> list[str]:
    """The text in pieces of whole sentences, of at most WINDOW words where sentences allow."""
    cut: list[list[str]] = [[]]
    for sentence in re.split(r"(?<=[.!?;])\s+", text.strip()):
        words = sentence.split()
        if cut[-1] and len(cut[-1]) + len(words) > WINDOW:
            cut.append([])
        for start in range(0, len(words), WINDOW):
            if start:
                cut.append([])
            cut[-1] += words[start : start + WINDOW]
    return [" ".join(words) for words in cut]


@torch.no_grad()
def pooled(texts: list[str], encoder: TextEncoder) -> Tensor:
    """Mean of the token states of each text behind DEPTH layers, (B, D)."""
    rows = [encoder.tokens(text) for text in texts]
    length = max(map(len, rows))
    tokens = torch.tensor([row + [0] * (length - len(row)) for row in rows])  # (B, L)
    mask = torch.tensor([[i < len(row) for i in range(length)] for row in rows])
    x = encoder.bert(tokens, mask, DEPTH)  # (B, L, D)
    mean: Tensor = (x * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    return mean
