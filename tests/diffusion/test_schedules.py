from __future__ import annotations

import pytest
import torch

from lichtspiel.diffusion.schedules import linear, shifted


def test_linear_is_even() -> None:
    assert torch.allclose(linear(4), torch.tensor([1.0, 0.75, 0.5, 0.25, 0.0]))


def test_shift_three_turns_a_half_into_three_quarters() -> None:
    grid = shifted(2, 3.0)
    assert grid.tolist() == [1.0, 0.75, 0.0]
    assert (shifted(50, 3.0).diff() < 0).all()


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        linear(0)
    with pytest.raises(ValueError, match="shift"):
        shifted(4, 0.0)
