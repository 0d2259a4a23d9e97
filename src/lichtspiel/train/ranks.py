"""Data-parallel training under torchrun: every process (rank) learns from batches of its own.

Without torchrun there is one rank, and nothing here does anything. Gradients are averaged after
each step, so that all ranks always hold the same weights.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn

Entry = TypeVar("Entry")


def join(device: torch.device) -> None:
    """Meet the other ranks that torchrun started; call it once, before anything else here."""
    if "WORLD_SIZE" in os.environ and not distributed.is_initialized():
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")


def rank() -> int:
    """Which of the processes this is; rank 0 alone saves, logs and draws."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def own_share(entries: Sequence[Entry]) -> Sequence[Entry]:
    """This rank's part of a list of work."""
    return entries[rank() :: count()]


def wait() -> None:
    """Go on when all ranks have come this far."""
    if distributed.is_initialized():
        distributed.barrier()


def leave() -> None:
    """Part from the others when all have come this far; call it once, after all else.

    A process that simply ends may take its connections away while another still reads from them.
    """
    if distributed.is_initialized():
        distributed.barrier()
        distributed.destroy_process_group()


def agreed(value: float) -> float:
    """Rank 0's value, on every rank."""
    if not distributed.is_initialized():
        return value
    told = torch.tensor(value, dtype=torch.float64)
    if distributed.get_backend() == "nccl":
        told = told.cuda()
    distributed.broadcast(told, src=0)
    return told.item()


@torch.no_grad()
def average_gradients(model: nn.Module) -> None:
    """Replace each gradient by its mean over all ranks, in one message."""
    if not distributed.is_initialized():
        return
    gradients = [_gradient(parameter) for parameter in model.parameters()]
    joined = torch.cat([gradient.flatten() for gradient in gradients])
    distributed.all_reduce(joined)
    parts = torch.split(joined / count(), [gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def _gradient(parameter: nn.Parameter) -> Tensor:
    """A parameter's gradient; zeros where this rank's batch did not touch it."""
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad
