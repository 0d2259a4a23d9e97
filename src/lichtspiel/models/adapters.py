"""Adapters of our own networks: a look that was learned from pictures, added to the weights.

An adapter changes the linear maps W of the blocks by products of two thin matrices (LoRA, arXiv
2106.09685). With a weight a in [0, 1] the network is W + a * (up @ down), interpolated between
itself and the one that was tuned, as Lumiere takes over a style (arXiv 2401.12945).
Legend: O outputs and I inputs of a linear map, R rank.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from lichtspiel.models import networks

Network = TypeVar("Network", bound=networks.Network)


class LowRank(nn.Module):
    """What is learned of one linear map; at first it changes nothing."""

    def __init__(self, outputs: int, inputs: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, inputs) * inputs**-0.5)
        self.up = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, weight: Tensor) -> Tensor:
        """weight (O, I); returns the same shape."""
        return weight + self.up @ self.down


def adaptable(network: nn.Module) -> Iterator[tuple[str, nn.Linear]]:
    """The linear maps within blocks, and their names."""
    for name, module in network.named_modules():
        if "blocks." in name and isinstance(module, nn.Linear):
            yield name, module


def learnable(network: Network, rank: int) -> Network:
    """A copy of a network, in float32, in which nothing but an adapter of this rank can learn."""
    network = copy.deepcopy(network)
    network.float().requires_grad_(False)
    for _, linear in list(adaptable(network)):
        change = LowRank(linear.out_features, linear.in_features, rank)
        parametrize.register_parametrization(linear, "weight", change)
    return network


def learned(network: nn.Module) -> dict[str, Tensor]:
    """What a `learnable` network has learned, as it stands in an adapter's file: float16."""
    tensors = {}
    for name, module in network.named_modules():
        if isinstance(module, LowRank):
            plain = name.removesuffix(".parametrizations.weight.0")
            for part in ("up", "down"):
                made: Tensor = getattr(module, part)
                tensors[f"{plain}.{part}"] = made.detach().half().contiguous()
    return tensors


def adapted(network: Network, adapters: Sequence[tuple[Path, float]]) -> Network:
    """A network with adapters added, each with its weight; the network itself without any.

    lumiere also takes those of himmel, for the picture network in it. Raises ValueError for a file
    that is no adapter, or one of another network.
    """
    if not adapters:
        return network
    network = copy.deepcopy(network)
    linears = dict(adaptable(network)) | dict(adaptable(networks.picture_of(network)))
    for path, weight in adapters:
        changes = _changes(path)
        if not all(
            name in linears and change.shape == linears[name].weight.shape
            for name, change in changes.items()
        ):
            raise ValueError(f"'{path}' is an adapter of another model.")
        for name, change in changes.items():
            linears[name].weight.data += weight * change.to(linears[name].weight)
    return network


def _changes(path: Path) -> dict[str, Tensor]:
    """By how much each linear map changes, (O, I)."""
    no_adapter = f"'{path}' is no adapter: `lichtspiel train style` makes one from pictures."
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(no_adapter) from error
    names = {name.rpartition(".")[0] for name in tensors}
    try:
        pairs = {name: (tensors[f"{name}.up"], tensors[f"{name}.down"]) for name in names}
        return {name: up.float() @ down.float() for name, (up, down) in pairs.items()}
    except (KeyError, RuntimeError) as error:
        raise ValueError(no_adapter) from error
