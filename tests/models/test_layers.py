from __future__ import annotations

import torch
import torch.nn.functional as F

from lichtspiel.models.layers import (
    HIDDEN,
    attend,
    coordinates,
    fast_dtype,
    rotary_angles,
    rotated,
    sinusoids,
)

CPU = torch.device("cpu")


def test_plain_attention_is_fused_attention() -> None:
    torch.manual_seed(0)
    q, k, v = torch.randn(3, 2, 2, 20, 16).unbind()
    bias = torch.zeros(2, 1, 1, 20)
    bias[1, ..., 5:] = HIDDEN
    fused = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    assert torch.allclose(attend(q, k, v, bias), fused, atol=1e-5)
    cut = attend(q[1:], k[1:, :, :5], v[1:, :, :5])
    assert torch.allclose(attend(q, k, v, bias)[1:], cut, atol=1e-5)
    long = torch.randn(1, 1, 1100, 16)
    again = ((long @ long.mT) / 4).softmax(-1) @ long
    assert torch.allclose(attend(long, long, long), again, atol=1e-5)


def test_rotary_scores_depend_on_the_distance_only() -> None:
    torch.manual_seed(0)
    query, key = torch.randn(2, 32).unbind()
    places = torch.tensor([[0.0, 1, 2], [3, -1, 0.5], [10, 11, 12], [13, 9, 10.5]])
    angles = rotary_angles(places, 32)
    cos, sin = angles.cos(), angles.sin()
    q, k = rotated(query.expand(4, -1), cos, sin), rotated(key.expand(4, -1), cos, sin)
    assert torch.allclose(q[0] @ k[1], q[2] @ k[3], atol=1e-4)
    assert not torch.allclose(q[0] @ k[1], q[1] @ k[0], atol=1e-2)
    assert torch.allclose(q.norm(dim=-1), query.norm().expand(4), atol=1e-4)


def test_coordinates_share_the_middle_of_the_picture() -> None:
    square, wide = coordinates(2, 4, 4, CPU), coordinates(2, 4, 6, CPU)
    assert square.shape == (32, 3) and wide.shape == (48, 3)
    for places in (square, wide):
        assert torch.equal(places.mean(0), torch.tensor([0.5, 0.0, 0.0]))
    assert {tuple(p) for p in square.tolist()} < {tuple(p) for p in wide.tolist()}


def test_sinusoids_tell_levels_apart() -> None:
    features = sinusoids(torch.tensor([0.0, 0.01, 0.5, 1.0]) * 1000, 64)
    assert features.shape == (4, 64)
    assert torch.equal(features[0], torch.cat([torch.ones(32), torch.zeros(32)]))
    assert torch.cdist(features, features).fill_diagonal_(9).min() > 0.5


def test_fast_dtype_is_bf16_on_a_gpu() -> None:
    assert fast_dtype("cuda") == torch.bfloat16
    assert fast_dtype("cpu") in (torch.bfloat16, torch.float32)
