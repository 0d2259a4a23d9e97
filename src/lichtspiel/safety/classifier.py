"""How likely a text asks for harm, from what the first layers of the text encoder make of it.

Four layers of the encoder as they are, two more with a small correction of low rank that was
learned for this (LoRA, arXiv 2106.09685), and for each output a query of its own that says which
tokens it looks at. It catches what is said in other words than the rules know.
`lichtspiel evaluate safety --train` makes its weights; see docs/safety.md.

Legend: B windows of text, L tokens, D width of the text states (384), K categories, R rank.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from lichtspiel.text import TextEncoder

WEIGHTS = Path(__file__).parent / "classifier.safetensors"
#: Words of a window; harm in a long text must not drown in the rest.
WINDOW = 40
#: cApItals inside of words, which the encoder has hardly ever seen.
JUMBLED = re.compile(r"[a-zäöüß][A-ZÄÖÜ]+[a-zäöüß]")
#: Layers of the text encoder that are run as they are, and those behind them that are corrected.
FROZEN = 4
CORRECTED = (4, 5)
MATRICES = ("query_key_value", "attended", "inner", "outer")


@dataclass(frozen=True)
class Reader:
    """What turns token states into logits. query and weight (1 + K, D), bias (1 + K,), float32.

    The first row says whether there is harm at all, which all examples teach together; the others,
    of which kind."""

    layers: nn.ModuleList
    query: Tensor
    weight: Tensor
    bias: Tensor

    def logits(self, states: Tensor, mask: Tensor) -> Tensor:
        """states (B, L, D) behind FROZEN layers, mask (B, L) bool -> (B, 1 + K)."""
        for layer in self.layers:
            states = layer(states, mask)
        seen = (states @ self.query.T).masked_fill(~mask.unsqueeze(-1), -1e9).softmax(1)
        pooled = seen.transpose(1, 2) @ states  # (B, 1 + K, D)
        return (pooled * self.weight).sum(-1) + self.bias


@dataclass(frozen=True)
class Classifier:
    """categories: K names, in the order of the reader's rows behind the first."""

    categories: tuple[str, ...]
    reader: Reader
    encoder: TextEncoder

    @torch.no_grad()
    def scores(self, text: str) -> dict[str, tuple[float, str]]:
        """Category -> (likelihood 0 to 1 in the worst window of the text, that window).

        The likeliest category has the likelihood of harm as such, the others less. A text of n
        windows has n chances of a false alarm, so each window needs odds n times as high."""
        cut = windows(text)
        read = [window.lower() if JUMBLED.search(window) else window for window in cut]
        logits = self.reader.logits(*frozen_states(read, self.encoder))  # (B, 1 + K)
        at = int(logits[:, 0].argmax())
        harm, kinds = (logits[at, 0] - math.log(len(cut))).sigmoid(), logits[at, 1:]
        likely = harm * (kinds - kinds.max()).exp()  # (K,)
        return {name: (float(likely[k]), cut[at]) for k, name in enumerate(self.categories)}


def save_classifier(
    path: Path, categories: Sequence[str], reader: Reader, corrections: Mapping[str, Tensor]
) -> None:
    """Write the head; of the corrected layers only the corrections, which are small.

    corrections: "0.inner.down" (R, in) and "0.inner.up" (out, R), and so on; added to the matrix
    of the layer CORRECTED[0] is up @ down."""
    tensors = {f"layers.{name}": value.half().contiguous() for name, value in corrections.items()}
    tensors |= {"query": reader.query, "weight": reader.weight, "bias": reader.bias}
    save_file(tensors, path, metadata={"categories": " ".join(categories)})


@lru_cache(maxsize=1)
def load_classifier(encoder: TextEncoder, path: Path = WEIGHTS) -> Classifier:
    """The head from its file, on the layers of an encoder, which stay as they are.

    Raises ValueError where the file is missing."""
    if not path.is_file():
        raise ValueError(f"The safety classifier's weights '{path}' are not there; reinstall.")
    with safe_open(path, framework="pt") as file:
        categories = tuple(file.metadata()["categories"].split())
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    layers = copied_layers(encoder)
    for number, layer in enumerate(layers):
        for matrix in MATRICES:
            down, up = (tensors[f"layers.{number}.{matrix}.{way}"] for way in ("down", "up"))
            layer.get_submodule(matrix).get_parameter("weight").data += up.float() @ down.float()
    reader = Reader(layers, tensors["query"], tensors["weight"], tensors["bias"])
    return Classifier(categories, reader, encoder)


def copied_layers(encoder: TextEncoder) -> nn.ModuleList:
    """The layers that are to be corrected, without a tie to those of the encoder."""
    return nn.ModuleList(copy.deepcopy(encoder.bert.layers[number]) for number in CORRECTED)


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
def frozen_states(texts: Sequence[str], encoder: TextEncoder) -> tuple[Tensor, Tensor]:
    """Token states of each text behind FROZEN layers, (B, L, D), and their mask (B, L)."""
    rows = [encoder.tokens(text) for text in texts]
    length = max(map(len, rows))
    tokens = torch.tensor([row + [0] * (length - len(row)) for row in rows])  # (B, L)
    mask = torch.tensor([[i < len(row) for i in range(length)] for row in rows])
    return encoder.bert(tokens, mask, FROZEN), mask
