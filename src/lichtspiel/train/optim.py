"""Optimisers: Muon for the hidden matrices, AdamW for everything else.

Muon is Keller Jordan's (kellerjordan.github.io/posts/muon): the momentum of a matrix is replaced
by the nearest orthogonal matrix, so that all directions learn at the same pace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from lichtspiel.models.layers import fast_dtype

#: Coefficients of the fifth-order iteration, steep at zero (Keller Jordan).
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)

#: Linear layers that hold several matrices stacked on each other: name's end -> how many.
STACKED = {"qkv.weight": 3, "kv.weight": 2}


def orthogonalised(matrices: Tensor, steps: int = 5) -> Tensor:
    """Nearly orthogonal matrices with the same singular vectors: (M, rows, columns).

    Newton-Schulz iteration, in bf16 where that is fast; singular values end between about 0.7
    and 1.2.
    """
    a, b, c = NEWTON_SCHULZ
    x = matrices.to(fast_dtype(matrices.device))
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised, as update of matrices; each parameter is 2D.

    A group's `stacked` says how many matrices each of its parameters holds along its rows.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 0.004,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "stacked": 1}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One update. Matrices of one shape are orthogonalised together."""
        found = closure() if closure is not None else None
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[Tensor]] = {}
            for param in group["params"]:
                if param.grad is not None:
                    alike.setdefault(tuple(param.shape), []).append(param)
            for params in alike.values():
                self._update(params, group)
        return found

    def _update(self, params: list[Tensor], group: dict[str, Any]) -> None:
        count, (rows, columns) = group["stacked"], params[0].shape
        directions = []
        for param in params:
            grad = param.grad
            assert grad is not None
            state = self.state[param]
            if not state:
                state["momentum"] = torch.zeros_like(grad)
            momentum: Tensor = state["momentum"].lerp_(grad, 1 - group["momentum"])
            ahead = torch.lerp(grad, momentum, group["momentum"])  # Nesterov
            directions.append(ahead.view(count, rows // count, columns))
        updates = torch.split(orthogonalised(torch.cat(directions)).float(), count)
        size = max(1.0, rows / count / columns) ** 0.5
        for param, update in zip(params, updates, strict=True):
            param.mul_(1 - group["lr"] * group["weight_decay"])
            param.add_(update.reshape(rows, columns), alpha=-group["lr"] * size)


def build_optimizers(
    model: nn.Module,
    lr_muon: float = 0.004,
    lr_adamw: float = 0.001,
    weight_decay: float = 0.01,
    hidden: str = "blocks.",
) -> list[torch.optim.Optimizer]:
    """[Muon, AdamW]: Muon takes the linear matrices within `hidden`, AdamW all other parameters.

    Tables, norms, biases, convolutions, and the first and last layers are AdamW's. Each optimiser
    has the usual state_dict for resuming.
    """
    groups: dict[int, list[Tensor]] = {}
    rest: list[Tensor] = []
    for name, param in model.named_parameters():
        if hidden in name and name.endswith(".weight") and param.ndim == 2:
            stacked = next((n for end, n in STACKED.items() if name.endswith(end)), 1)
            groups.setdefault(stacked, []).append(param)
        else:
            rest.append(param)
    muon = Muon(
        [{"params": params, "stacked": stacked} for stacked, params in groups.items()],
        lr=lr_muon,
        weight_decay=weight_decay,
    )
    adamw = torch.optim.AdamW(rest, lr=lr_adamw, betas=(0.9, 0.95), weight_decay=0.0, foreach=True)
    return [muon, adamw]
