"""The text encoder: sentences become token states that the video models attend to.

A BERT of 12 layers, multilingual-e5-small (arXiv 2402.05672) in 4 bits, with the vocabulary cut
to what European languages need. `scripts/build_text_encoder.py` makes its files; see docs/text.md.

Legend: B texts, L tokens, D width (384), F width inside the feed-forward part (1536), A heads (12),
E width of a head (32), V pieces of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384
HEADS = 12
LAYERS = 12
INNER = 1536
EPSILON = 1e-12
MAX_TOKENS = 96
BLOCK = 32  # weights that share a scale
WEIGHTS = Path(__file__).parent / "weights"
MODEL_FILE = "text-encoder.safetensors"
TOKENIZER_FILE = "tokenizer.json"


@dataclass(frozen=True)
class TextStates:
    """Token states of B texts: `states` (B, L, 384) float32, `mask` (B, L), True = real token.

    States are centred and about unit variance; those of padding are zero.
    """

    states: Tensor
    mask: Tensor


def dequantise(codes: Tensor, scales: Tensor) -> Tensor:
    """Weights of 4 bits as float32.

    codes (..., n / 2) uint8: each run of 16 bytes holds 32 weights, the low halves first, then
    the high halves; scales (..., n / 32) float16. Returns (..., n), each weight
    (code - 8) * scale.
    """
    codes = codes.reshape(*codes.shape[:-1], -1, BLOCK // 2)
    levels = torch.cat((codes & 15, codes >> 4), dim=-1).float() - 8
    return (levels * scales.float().unsqueeze(-1)).flatten(-2)


class Layer(nn.Module):
    """Attention and feed-forward, each followed by its layer norm, as in BERT (1810.04805)."""

    def __init__(self) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, L, D), mask (B, L) bool -> (B, L, D)."""
        heads = self.query_key_value(x).view(*x.shape[:2], 3, HEADS, -1)  # (B, L, 3, A, E)
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # each (B, A, L, E)
        seen = mask[:, None, None, :]  # (B, 1, 1, L)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = self.attended_norm(x + self.attended(mixed.transpose(1, 2).flatten(-2)))
        result: Tensor = self.outer_norm(x + self.outer(functional.gelu(self.inner(x))))
        return result


class Bert(nn.Module):
    """Token numbers to raw token states. The vocabulary stays in 4 bits, only looked-up rows grow.

    codes (V, D / 2) uint8 and scales (V, D / 32) float16 are the vocabulary, positions (P, D) what
    each place in the text adds (token type included).
    """

    def __init__(self, codes: Tensor, scales: Tensor, positions: Tensor) -> None:
        super().__init__()
        self.codes, self.scales, self.positions = codes, scales, positions
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, tokens: Tensor, mask: Tensor, depth: int | None = None) -> Tensor:
        """tokens (B, L) int64, mask (B, L) bool -> (B, L, D) float32; depth: how many layers."""
        words = dequantise(self.codes[tokens], self.scales[tokens])
        x: Tensor = self.norm(words + self.positions[: tokens.shape[1]])
        for layer in self.layers[:depth]:
            x = layer(x, mask)
        return x


def build_bert(tensors: dict[str, Tensor]) -> Bert:
    """A Bert from the weights file's tensors, where `X.codes` and `X.scales` make `X.weight`."""
    state = {
        name: value
        for name, value in tensors.items()
        if name.startswith(("norm.", "layers.")) and not name.endswith((".codes", ".scales"))
    }
    for name in tensors:
        if name.startswith("layers.") and name.endswith(".codes"):
            matrix = name.removesuffix(".codes")
            state[f"{matrix}.weight"] = dequantise(tensors[name], tensors[f"{matrix}.scales"])
    with torch.device("meta"):  # no time lost on random weights that are replaced at once
        bert = Bert(tensors["words.codes"], tensors["words.scales"], tensors["positions"])
    bert.load_state_dict(state, assign=True)
    return bert.eval().requires_grad_(False)


class TextEncoder:
    """Sentences to token states. `TextEncoder.load()` reads the files inside the package."""

    def __init__(
        self, bert: Bert, tokenizer: Tokenizer, prefix: str, mean: Tensor, scale: Tensor
    ) -> None:
        """mean and scale (D,): states are given as (raw - mean) * scale."""
        self.bert, self.tokenizer, self.mean, self.scale = bert, tokenizer, mean, scale
        self._prefix = tokenizer.encode(prefix).ids
        self._start = len(tokenizer.get_vocab())  # the two rows behind the pieces
        self._end = self._start + 1
        self._longest = len(bert.positions) - len(self._prefix)

    @classmethod
    def load(cls, path: Path | None = None) -> TextEncoder:
        """Read the encoder from the folder `path`, by default the one inside the package.

        Raises ValueError where the folder lacks the files.
        """
        folder = Path(path) if path is not None else WEIGHTS
        for file in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / file).is_file():
                raise ValueError(
                    f"The text encoder needs {file} in '{folder}', but it is not there. "
                    f"Reinstall the package, or name a folder that holds both of its files."
                )
        with safe_open(folder / MODEL_FILE, framework="pt") as weights:
            tensors = {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
            prefix = weights.metadata()["prefix"]
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        return cls(build_bert(tensors), tokenizer, prefix, tensors["mean"], tensors["scale"])

    def tokens(self, text: str, max_tokens: int = MAX_TOKENS) -> list[int]:
        """Numbers of the tokens whose states `encode` gives: start, the pieces of the text, end.

        A text of more than max_tokens - 2 pieces keeps its first max_tokens - 2; the end stays.
        """
        if not 3 <= max_tokens <= self._longest:
            raise ValueError(
                f"max_tokens must lie between 3 and {self._longest}, not be {max_tokens}."
            )
        pieces = self.tokenizer.encode(text).ids[: max_tokens - 2]
        return [self._start, *pieces, self._end]

    @torch.no_grad()
    def encode(self, texts: Sequence[str], max_tokens: int = MAX_TOKENS) -> TextStates:
        """States of the tokens of B texts, centred and scaled to about unit variance.

        L is the length of the longest text in tokens, at most `max_tokens` (3 to 125); longer
        texts lose their end, as `tokens` says. The states of a text do not depend on the other
        texts, beyond float rounding. The empty string has two tokens, start and end.
        Raises ValueError for a max_tokens out of range.
        """
        numbers = [self.tokens(text, max_tokens) for text in texts]
        length = max(map(len, numbers), default=0)
        mask = torch.tensor([[i < len(row) for i in range(length)] for row in numbers]).bool()
        mask = mask.view(len(numbers), length)
        # Behind the start stands the prefix that the model was trained with; its states are
        # computed and dropped. Padding may be any token, since nothing looks at it.
        rows = [row[:1] + self._prefix + row[1:] + [0] * (length - len(row)) for row in numbers]
        if not rows:
            return TextStates(torch.zeros(0, 0, WIDTH), mask)
        prefixed = functional.pad(mask, (len(self._prefix), 0), value=True)
        raw = self.bert(torch.tensor(rows), prefixed)
        kept = torch.cat((raw[:, :1], raw[:, 1 + len(self._prefix) :]), dim=1)
        return TextStates((kept - self.mean) * self.scale * mask.unsqueeze(-1), mask)
