"""How likely a text asks for harm, from what the text encoder makes of it.

A linear head over mean-pooled, centred token states. It catches what is said in other words than
the rules know. `lichtspiel evaluate safety --train` makes its weights; see docs/safety.md.

Legend: B windows of text, D width of the text states (384), K categories.
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


@dataclass(frozen=True)
class Classifier:
    """categories: K names; weight (K, D) and bias (K,), float32."""

    categories: tuple[str, ...]
    weight: Tensor
    bias: Tensor

    def scores(self, text: str, encoder: TextEncoder) -> dict[str, tuple[float, str]]:
        """Category -> (likelihood 0 to 1 in the worst window of the text, that window)."""
        cut = windows(text)
        likely = torch.sigmoid(pooled(cut, encoder) @ self.weight.T + self.bias)  # (B, K)
        worst, where = likely.max(0)
        return {
            name: (float(worst[k]), cut[int(where[k])]) for k, name in enumerate(self.categories)
        }

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


def pooled(texts: list[str], encoder: TextEncoder) -> Tensor:
    """Mean of the token states of each text, (B, D); start and end count as well."""
    encoded = encoder.encode(texts)
    return encoded.states.sum(1) / encoded.mask.sum(1, keepdim=True)
