"""The networks: which of them a config stands for, and how their weights are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lichtspiel.models.himmel import Himmel
from lichtspiel.models.layers import fast_dtype
from lichtspiel.models.lumiere import Lumiere
from lichtspiel.models.presets import Config, HimmelConfig, LumiereConfig

Network = Himmel | Lumiere

NETWORKS: dict[type, type[Himmel] | type[Lumiere]] = {HimmelConfig: Himmel, LumiereConfig: Lumiere}


def build(config: Config) -> Network:
    """The network of a config, with fresh weights."""
    return NETWORKS[type(config)](config)  # type: ignore[arg-type]


def picture_of(network: Network) -> Himmel:
    """The network that makes single pictures: himmel itself, or what lumiere grows around."""
    return network.picture if isinstance(network, Lumiere) else network


def begin(network: Network, weights: Mapping[str, Tensor]) -> None:
    """Take weights of the network's own kind, or of the picture network in it."""
    own = network.state_dict().keys() == weights.keys()
    (network if own else picture_of(network)).load_state_dict(weights)


def save(network: Network, path: Path) -> None:
    """Write the weights as safetensors in bf16, whole or not at all."""
    tensors = {name: value.bfloat16().contiguous() for name, value in network.state_dict().items()}
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


def load(path: Path | str, config: Config, dtype: torch.dtype | None = None) -> Network:
    """A trained network, ready for inference, from a safetensors file.

    dtype: None is the fastest on this machine's CPU. Raises ValueError where the file is missing
    or does not fit the config.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(
            f"The weights {path} are missing: install the package with its weights, or train them."
        )
    network = build(config)
    try:
        network.load_state_dict(load_file(path))
    except RuntimeError as error:
        raise ValueError(f"The weights {path} do not fit this model: {error}") from error
    return network.to(dtype or fast_dtype("cpu")).eval().requires_grad_(False)
