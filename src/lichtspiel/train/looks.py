"""What a picture network sees in clips, for the transformer's tokens to agree with.

Tokens in the middle of the network, seen through a small network of their own, shall point where
the features of the clean picture point (representation alignment, arXiv 2410.06940): what a thing
is, is then learned from fewer samples than from the velocity alone.
Legend: B clips, N latent frames, K tokens of a latent frame, W their width; rows and columns of
cells, each as large as a token.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.modules.module import Module

from lichtspiel.evaluate.features import picture_network
from lichtspiel.media.mux import placing
from lichtspiel.models.networks import Network, picture_of
from lichtspiel.train.data import Batch
from lichtspiel.train.objectives import Objective

#: Numbers that are kept of what is seen in a cell.
WIDTH = 64
#: How far components are brought to the same spread; with 1 the faint ones would count in full.
EVENED = 0.7


class Sight:
    """Looks at pictures: the principal components of a frozen picture network's last features."""

    def __init__(self, mean: Tensor, basis: Tensor) -> None:
        self._mean, self._basis = mean, basis
        self._network = picture_network()

    @classmethod
    def load(cls, path: Path) -> Sight:
        """The components that `fit` left at `path`."""
        kept = load_file(path)
        return cls(kept["mean"], kept["basis"])

    @staticmethod
    def fit(pictures: Iterable[Tensor], path: Path) -> None:
        """Find the components from pictures (3, H, W) in [-1, 1] of like kinds; write them."""
        network = picture_network()
        seen = torch.cat([_deep(network, picture).flatten(0, 1) for picture in pictures])
        mean = seen.mean(0)
        _, spread, axes = torch.linalg.svd((seen - mean).double(), full_matrices=False)
        deviation = spread[:WIDTH] / len(seen) ** 0.5
        basis = (axes[:WIDTH].T / deviation.clamp(min=1e-6) ** EVENED).float()
        basis = F.pad(basis, (0, WIDTH - basis.shape[1]))  # few pictures have few components
        with placing(path) as temporary:
            save_file({"mean": mean, "basis": basis.contiguous()}, temporary)

    def __call__(self, picture: Tensor) -> Tensor:
        """A picture (3, H, W) in [-1, 1] -> (rows, columns, WIDTH)."""
        return (_deep(self._network, picture) - self._mean) @ self._basis


def unseen(picture: Tensor) -> Tensor:
    """In place of a `Sight` where no recipe asks for one: nothing, (1, 1, 1)."""
    return torch.zeros(1, 1, 1)


@torch.inference_mode()
def _deep(network: nn.Module, picture: Tensor) -> Tensor:
    """(3, H, W) in [-1, 1] -> (rows, columns, features)."""
    seen = ((picture[None].clamp(-1, 1) + 1) / 2).contiguous(memory_format=torch.channels_last)
    _, deep = network(seen)
    cells: Tensor = deep[0].permute(1, 2, 0).clone()
    return cells


class Aligned(nn.Module):
    """An objective, and beside it how well the network's tokens agree with what is seen.

    Only the first latent frame is compared, which is a single picture. A clip that nobody has
    looked at (its look is all zero) does not count.
    """

    def __init__(self, objective: Objective, network: Network, weight: float, hidden: int = 512):
        super().__init__()
        network = picture_of(network)
        self._objective, self._weight = objective, weight
        self._tokens: Tensor | None = None
        width, block = network.config.width, network.blocks[network.config.depth // 2]
        layers = [nn.Linear(width, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU()]
        self.projector = nn.Sequential(*layers, nn.Linear(hidden, WIDTH))
        block.register_forward_hook(self._keep)

    def _keep(self, module: Module, given: object, tokens: Tensor) -> None:
        self._tokens = tokens  # B N K W

    def forward(self, network: Network, batch: Batch) -> Tensor:
        loss = self._objective(network, batch)
        assert self._tokens is not None
        picture = picture_of(network)
        _, (_, *grid) = picture.frames(batch.latents)
        # Where tokens overlap, those between two cells are compared with the mean of both.
        look = F.interpolate(
            batch.look.movedim(-1, 1), grid, mode="bilinear", align_corners=True
        )  # B WIDTH rows columns
        look = look.flatten(2).mT  # B K WIDTH
        likeness = F.cosine_similarity(self.projector(self._tokens[:, 0]), look, dim=-1)
        sizes = picture.config.patch, picture.config.stride
        subject = F.avg_pool2d(batch.subject[:, :1], *sizes).flatten(1)
        counts = (1 + 2 * subject) * look.any(-1)
        return loss + self._weight * ((1 - likeness) * counts).sum() / counts.sum().clamp(min=1)
