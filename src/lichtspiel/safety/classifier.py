"""How likely a text asks for harm, from what the first layers of the text encoder make of it.

Four layers of the encoder as they are, four more with a small correction of low rank that was
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

from lichtspiel.text import Layer, TextEncoder

WEIGHTS = Path(__file__).parent / "classifier.safetensors"
#: Words of a window; harm in a long text must not drown in the rest.
WINDOW = 40
#: cApItals inside of words, which the encoder has hardly ever seen.
JUMBLED = re.compile(r"[a-zäöüß][A-ZÄÖÜ]+[a-zäöüß]")
#: Layers of the text encoder that are run as they are, and those behind them that are corrected.
FROZEN = 4
CORRECTED = (4, 5, 6, 7)
MATRICES = ("query_key_value", "attended", "inner", "outer")


class Halved(nn.Module):
    """A linear layer with its weights in 16 bits. Sums are taken in 32, so states hardly change. It
    takes two thirds of the time, since with a short prompt most goes into reading weights."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.packed = torch.ops.quantized.linear_prepack_fp16(weight, bias)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., in) -> (..., out), float32."""
        result: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, self.packed)
        return result


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
    """categories: K names, in the order of the reader's rows behind the first. lower: the encoder's
    first FROZEN layers."""

    categories: tuple[str, ...]
    lower: nn.ModuleList
    reader: Reader
    encoder: TextEncoder

    @torch.no_grad()
    def scores(self, text: str) -> dict[str, tuple[float, str]]:
        """Category -> (likelihood 0 to 1 in the worst window of the text, that window).

        The likeliest category has the likelihood of harm as such, the others less. A text of n
        windows has n chances of a false alarm, so each window needs odds n times as high."""
        cut = windows(text)
        read = [window.lower() if JUMBLED.search(window) else window for window in cut]
        logits = self.reader.logits(*frozen_states(read, self.encoder, self.lower))  # (B, 1 + K)
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
    corrections = {
        f"{CORRECTED[0] + number}.{matrix}": tensors[f"layers.{number}.{matrix}.up"].float()
        @ tensors[f"layers.{number}.{matrix}.down"].float()
        for number in range(len(CORRECTED))
        for matrix in MATRICES
    }
    layers = nn.ModuleList(
        _light(encoder.bert.layers[number], f"{number}.", corrections)
        for number in range(FROZEN + len(CORRECTED))
    )
    reader = Reader(layers[FROZEN:], tensors["query"], tensors["weight"], tensors["bias"])
    return Classifier(categories, layers[:FROZEN], reader, encoder)


def _light(layer: nn.Module, name: str, corrections: Mapping[str, Tensor]) -> Layer:
    """A layer of the encoder with weights in 16 bits where this machine can, corrected where
    corrections has its name; the encoder's own stays as it is."""
    with torch.device("meta"):
        light = Layer()
    for norm in ("attended_norm", "outer_norm"):
        setattr(light, norm, layer.get_submodule(norm))
    for matrix in MATRICES:
        linear = layer.get_submodule(matrix)
        weight = linear.get_parameter("weight") + corrections.get(name + matrix, 0)
        setattr(light, matrix, _linear(weight, linear.get_parameter("bias")))
    return light


def _linear(weight: Tensor, bias: Tensor) -> nn.Module:
    if torch.backends.quantized.engine in ("x86", "fbgemm"):
        return Halved(weight, bias)
    linear = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    linear.load_state_dict({"weight": weight, "bias": bias}, assign=True)
    return linear


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
def frozen_states(
    texts: Sequence[str], encoder: TextEncoder, lower: nn.ModuleList | None = None
) -> tuple[Tensor, Tensor]:
    """Token states of each text behind FROZEN layers, (B, L, D), and their mask (B, L).

    lower: those layers, by default the encoder's own."""
    rows = [encoder.tokens(text) for text in texts]
    length = max(map(len, rows))
    tokens = torch.tensor([row + [0] * (length - len(row)) for row in rows])  # (B, L)
    mask = torch.tensor([[i < len(row) for i in range(length)] for row in rows])
    states: Tensor = encoder.bert(tokens, mask, 0)
    for layer in encoder.bert.layers[:FROZEN] if lower is None else lower:
        states = layer(states, mask)
    return states, mask
