"""Parts of the diffusion transformer.

Legend: B clips, N latent frames, S tokens of one latent frame, K = N * S tokens of a clip,
M noise levels of one latent frame (1, or S: one for each token), L text tokens, W width, A heads,
D width of a head.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Up to so many tokens plain matrix products beat fused attention on a CPU (measured in bf16).
PLAIN_TOKENS = 1024
#: Added to the scores of hidden keys: large enough to vanish, small enough to stay finite in bf16.
HIDDEN = -1e4


def fast_dtype(device: torch.device | str) -> torch.dtype:
    """The dtype in which matrix products are fastest on this device: bfloat16 or float32.

    A CPU without bf16 instructions takes some fifty times as long in bf16 as in float32.
    """
    if torch.device(device).type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return torch.bfloat16
    return torch.float32


def attend(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None) -> Tensor:
    """Scaled dot-product attention, by whichever way is faster on this device.

    query (B, A, K, D), key and value (B, A, M, D), bias broadcastable to (B, A, K, M) or None;
    returns (B, A, K, D).
    """
    if query.device.type != "cpu" or max(query.shape[-2], key.shape[-2]) > PLAIN_TOKENS:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=bias)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1)
    if bias is not None:
        scores = scores + bias
    mixed: Tensor = scores.softmax(-1).to(value.dtype) @ value
    return mixed


def normalised(x: Tensor) -> Tensor:
    """Layer norm over the last axis, without learned parameters."""
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


def rms_normalised(x: Tensor) -> Tensor:
    """Root-mean-square norm over the last axis, without learned parameters."""
    return F.rms_norm(x, x.shape[-1:], eps=1e-6)


def sinusoids(value: Tensor, width: int, longest: float = 10_000.0) -> Tensor:
    """Sines and cosines of `value` (...,) at `width // 2` frequencies: float32 (..., width)."""
    steps = torch.arange(width // 2, device=value.device, dtype=torch.float32)
    frequencies = torch.exp(-math.log(longest) * steps / (width // 2))
    angles = value.float()[..., None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], -1)


def coordinates(frames: int, rows: int, columns: int, device: torch.device) -> Tensor:
    """Place of each token as (t, y, x), float32 (K, 3), in tokens.

    y and x count from the middle of the picture, so that formats of different aspect ratio agree
    about the middle.
    """
    t = torch.arange(frames, device=device, dtype=torch.float32)
    y = torch.arange(rows, device=device, dtype=torch.float32) - (rows - 1) / 2
    x = torch.arange(columns, device=device, dtype=torch.float32) - (columns - 1) / 2
    return torch.stack(torch.meshgrid(t, y, x, indexing="ij"), -1).flatten(0, 2)


def rotary_angles(places: Tensor, head_width: int, longest: float = 100.0) -> Tensor:
    """Angles of the rotary positions (arXiv 2104.09864) over three axes.

    places (K, 3); returns float32 (K, D / 2): a quarter of the pairs turn with t, the rest is
    shared by y and x.
    """
    pairs = head_width // 2
    share = (pairs - 2 * (pairs * 3 // 8), pairs * 3 // 8, pairs * 3 // 8)
    parts = []
    for axis, count in enumerate(share):
        steps = torch.arange(count, device=places.device, dtype=torch.float32)
        parts.append(places[:, axis, None] * torch.exp(-math.log(longest) * steps / count))
    return torch.cat(parts, -1)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (i, i + D / 2) of x (..., K, D) by its angle; cos and sin (K, D / 2)."""
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


class SelfAttention(nn.Module):
    """Attention of all tokens of a clip to each other, with rotary places and QK norm."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.qk_scale = nn.Parameter(torch.ones(2, 1, 1, 1, width // heads))
        self.out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x (B, K, W), cos and sin (K, D / 2); returns (B, K, W)."""
        b, k, w = x.shape
        qkv = self.qkv(x).view(b, k, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # 3 B A K D
        qk = rms_normalised(qkv[:2]) * self.qk_scale.to(qkv.dtype)
        query, key = rotated(qk, cos.to(qkv.dtype), sin.to(qkv.dtype))
        mixed = attend(query, key, qkv[2])
        return self.out(mixed.transpose(1, 2).reshape(b, k, w))  # type: ignore[no-any-return]


class CrossAttention(nn.Module):
    """Attention of all tokens of a clip to the tokens of its text."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(width, 2 * width, bias=False)
        self.query_scale = nn.Parameter(torch.ones(width // heads))
        self.key_scale = nn.Parameter(torch.ones(width // heads))
        self.out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, text: Tensor, bias: Tensor) -> Tensor:
        """x (B, K, W), text (B, L, W), bias (B, 1, 1, L), 0 or HIDDEN; returns (B, K, W)."""
        b, k, w = x.shape
        query = self.query(x).view(b, k, self.heads, -1).transpose(1, 2)  # B A K D
        key, value = (
            self.kv(text).view(b, -1, 2, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        )
        query = rms_normalised(query) * self.query_scale.to(query.dtype)
        key = rms_normalised(key) * self.key_scale.to(key.dtype)
        mixed = attend(query, key, value, bias.to(query.dtype))
        return self.out(mixed.transpose(1, 2).reshape(b, k, w))  # type: ignore[no-any-return]


class Feedforward(nn.Module):
    """Two linear maps with a GELU between them, on every token by itself."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., W); returns the same shape."""
        return self.down(F.gelu(self.up(x), approximate="tanh"))  # type: ignore[no-any-return]


class Block(nn.Module):
    """One layer: self-attention, cross-attention to the text, feedforward.

    Its modulation is the shared one plus a learned table (adaLN-single, arXiv 2310.00426). All
    three outputs start at zero, so that a fresh layer passes its input through (arXiv 2212.09748).
    """

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.attention = SelfAttention(width, heads)
        self.cross = CrossAttention(width, heads)
        self.feedforward = Feedforward(width, inner)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(
        self, x: Tensor, modulation: Tensor, text: Tensor, bias: Tensor, cos: Tensor, sin: Tensor
    ) -> Tensor:
        """x (B, N, S, W), modulation (B, N, M, 6, W), text (B, L, W), bias (B, 1, 1, L)."""
        shape = x.shape
        shift, scale, gate, shift2, scale2, gate2 = (modulation + self.table).unbind(
            3
        )  # each B N M W
        hidden = modulated(x, shift, scale).flatten(1, 2)  # B K W
        x = x + (1 + gate) * self.attention(hidden, cos, sin).view(shape)
        x = x + self.cross(normalised(x).flatten(1, 2), text, bias).view(shape)
        added: Tensor = (1 + gate2) * self.feedforward(modulated(x, shift2, scale2))
        return x + added


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Normalise x (B, N, S, W), then scale and shift it by (B, N, M, W)."""
    return normalised(x) * (1 + scale) + shift
