from __future__ import annotations

from copy import deepcopy

import torch
from torch import nn

from lichtspiel.models.himmel import Himmel, HimmelConfig
from lichtspiel.train.optim import Muon, build_optimizers, orthogonalised

TINY = HimmelConfig(width=32, depth=1, heads=1, text_width=8, channels=4)


def test_orthogonalised_keeps_directions_and_evens_their_sizes() -> None:
    torch.manual_seed(0)
    for shape in ((3, 24, 24), (2, 16, 48), (2, 48, 16)):
        matrices = torch.randn(shape)
        result = orthogonalised(matrices).float()
        u, _, vh = torch.linalg.svd(matrices, full_matrices=False)
        diagonal = (u.mT @ result @ vh.mT).diagonal(dim1=-2, dim2=-1)
        assert result.shape == shape
        assert diagonal.median() > 0.6 and diagonal.max() < 1.35


def test_a_stacked_matrix_is_updated_as_its_parts_are() -> None:
    torch.manual_seed(0)
    gradient = torch.randn(24, 8)
    whole = nn.Parameter(torch.zeros(24, 8))
    parts = [nn.Parameter(torch.zeros(8, 8)) for _ in range(3)]
    whole.grad = gradient
    for part, grad in zip(parts, gradient.chunk(3), strict=True):
        part.grad = grad.clone()
    Muon([{"params": [whole], "stacked": 3}], lr=0.1).step()
    Muon(parts, lr=0.1).step()
    assert torch.allclose(whole, torch.cat(parts), atol=1e-3)
    assert whole.square().sum().sqrt() > 0


def test_muon_finds_a_matrix() -> None:
    torch.manual_seed(0)
    target = torch.randn(16, 8)
    weight = nn.Parameter(torch.zeros(16, 8))
    muon = Muon([weight], lr=0.05)
    for step in range(200):
        muon.param_groups[0]["lr"] = 0.05 * (1 - step / 200)
        muon.zero_grad()
        (weight - target).square().sum().backward()
        muon.step()
    assert (weight - target).abs().max() < 0.15


def test_every_parameter_has_one_optimiser_and_hidden_matrices_have_muon() -> None:
    model = Himmel(TINY)
    muon, adamw = build_optimizers(model)
    sets = [{id(p) for g in o.param_groups for p in g["params"]} for o in (muon, adamw)]
    assert not sets[0] & sets[1]
    assert sets[0] | sets[1] == {id(p) for p in model.parameters()}
    for name, param in model.named_parameters():
        assert (id(param) in sets[0]) == (
            name.startswith("blocks.") and param.ndim == 2 and name.endswith("weight")
        ), name
    assert sum(len(g["params"]) for g in muon.param_groups) == 7


def test_training_resumes_where_it_stopped() -> None:
    def run(model: Himmel, optimizers: list[torch.optim.Optimizer], steps: int) -> None:
        generator = torch.Generator().manual_seed(len(optimizers))
        for _ in range(steps):
            latents = torch.randn(1, 4, 1, 4, 4, generator=generator)
            mask = torch.ones(1, 1, dtype=torch.bool)
            (
                model(latents, torch.ones(1, 1), torch.ones(1, 1, 8), mask) - 1
            ).square().mean().backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()

    torch.manual_seed(0)
    first = Himmel(TINY)
    optimizers = build_optimizers(first)
    run(first, optimizers, 3)
    second = Himmel(TINY)
    second.load_state_dict(first.state_dict())
    resumed = build_optimizers(second)
    for optimizer, other in zip(resumed, optimizers, strict=True):
        optimizer.load_state_dict(deepcopy(other.state_dict()))
    run(first, optimizers, 2)
    run(second, resumed, 2)
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-6)
