"""Traits of clips whose traits are known, and distances that have a formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from lichtspiel.evaluate.features import Eye
from lichtspiel.evaluate.traits import Traits, distances, frechet, markdown, traits


@pytest.fixture(scope="module")
def eye() -> Eye:
    return Eye()


def texture(seed: int = 0) -> NDArray[np.uint8]:
    """(96, 160, 3), soft blobs."""
    small = np.random.default_rng(seed).integers(40, 216, (12, 20, 1))
    big = torch.nn.functional.interpolate(
        torch.tensor(small, dtype=torch.float32).permute(2, 0, 1)[None], (96, 160), mode="bicubic"
    )
    return big[0, 0, :, :, None].expand(-1, -1, 3).clamp(0, 255).byte().numpy()


def sliding(pixels: int, frames: int = 9) -> NDArray[np.uint8]:
    return np.stack([np.roll(texture(), pixels * t, 1)[:, :96] for t in range(frames)])


def test_stillness(eye: Eye) -> None:
    still = traits(sliding(0), eye)
    assert (still.change, still.flicker, still.jerk) == (0, 0, 0)
    assert still.warping == 0 and still.identity == pytest.approx(1, abs=1e-3)


def test_even_motion_is_explained_and_boiling_is_not(eye: Eye) -> None:
    moving = traits(sliding(2), eye)
    boiling = traits(np.stack([texture(t)[:, :96] for t in range(9)]), eye)
    assert moving.change > 3 and moving.warping < 0.5 * moving.change
    assert moving.jerk < 0.35 < boiling.jerk
    assert boiling.warping > 0.6 * boiling.change
    assert moving.flicker < boiling.flicker
    assert moving.identity > boiling.identity


def test_back_and_forth_flickers_twice(eye: Eye) -> None:
    dark, light = (np.full((96, 96, 3), level, np.uint8) for level in (100, 110))
    blinking = traits(np.stack([dark, light] * 4), eye)
    assert blinking.flicker == pytest.approx(2)
    assert blinking.change == pytest.approx(10, rel=0.01)
    with pytest.raises(ValueError, match="three frames"):
        traits(np.stack([dark, light]), eye)


def test_frechet_distance_of_known_gaussians() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4000, 3, generator=generator).double()
    x -= x.mean(0)
    assert frechet(x, x) == pytest.approx(0, abs=1e-9)
    assert frechet(x, x + torch.tensor([3.0, 0, 4])) == pytest.approx(25)  # means apart, no more
    # Of N(0, 1) and N(0, 9): (3 - 1)^2 in each dimension.
    assert frechet(x, 3 * x) == pytest.approx(4 * x.var(0).sum().item(), rel=1e-6)


def test_the_nearer_crowd_has_the_smaller_distance() -> None:
    rng = np.random.default_rng(0)

    def crowd(shift: float, count: int = 60) -> list[Traits]:
        return [
            Traits(1, 1, 1, 1, 1, list(rng.normal(shift, 1, 320)), list(rng.normal(shift, 1, 17)))
            for _ in range(count)
        ]

    renders = crowd(0)
    near, far = distances(crowd(0.2), renders), distances(crowd(2), renders)
    assert near["picture"] < far["picture"] and near["motion"] < far["motion"]
    table = markdown({"renders": renders, "films": crowd(0.2), "none": []})
    assert "| | renders | films |" in table and "| clips | 60 | 60 |" in table
    with pytest.raises(ValueError, match="at least two"):
        distances(renders[:1], renders)
