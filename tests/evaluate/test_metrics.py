from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from lichtspiel.evaluate.metrics import border_jump, psnr, ssim, vmaf


def noise(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(3)) * 2 - 1


def test_psnr() -> None:
    video = noise(1, 3, 2, 16, 16) * 0.5
    # An error of 0.2 where the range is 2: 20 log10(2 / 0.2).
    assert psnr(video + 0.2, video) == pytest.approx(20, abs=1e-4)
    assert math.isinf(psnr(video, video))


def test_ssim_of_equal_and_of_plain_pictures() -> None:
    video = noise(1, 3, 2, 32, 32)
    assert ssim(video, video) == pytest.approx(1, abs=1e-5)
    # Plain grey a against plain grey b: only the brightness term is left.
    a, b, c1 = 0.25, 0.75, 0.01**2
    plain = [torch.full((1, 3, 1, 16, 16), 2 * value - 1) for value in (a, b)]
    expected = (2 * a * b + c1) / (a * a + b * b + c1)
    assert ssim(*plain) == pytest.approx(expected, abs=1e-6)


def test_ssim_of_an_inverted_picture_is_negative() -> None:
    video = noise(1, 3, 1, 32, 32)
    assert ssim(-video, video) < -0.8


def test_border_jump_of_a_staircase() -> None:
    # Rises by 1 in blocks and by 4 more at every border of 8.
    steps = torch.ones(64)
    steps[8::8] = 5
    ramp = steps.cumsum(0)
    row = ramp.expand(1, 3, 2, 4, 64)
    assert border_jump(row, 4, 8) == pytest.approx(5)
    assert border_jump(torch.arange(64.0).expand(1, 3, 2, 4, 64), 4, 8) == pytest.approx(1)
    assert border_jump(torch.zeros(1, 3, 2, 4, 64), 4, 8) == 1


def test_border_jump_in_time_starts_after_the_first_frame() -> None:
    # Frames 0 | 1..8 | 9..16: jumps of 3 between them, 1 elsewhere.
    steps = torch.ones(17)
    steps[[1, 9]] = 3
    video = steps.cumsum(0).view(1, 1, 17, 1, 1).expand(1, 3, 17, 2, 2)
    assert border_jump(video, 2, 8, offset=1) == pytest.approx(3)
    # Elsewhere 2 changes of 3 and 12 of 1; across the borders of this wrong grid 1.
    assert border_jump(video, 2, 8) == pytest.approx(14 / 18)
    with pytest.raises(ValueError, match="no inner border"):
        border_jump(video[:, :, :5], 2, 8)


def test_vmaf_orders_quality() -> None:
    video = torch.nn.functional.interpolate(noise(3, 1, 5, 12, 12), (5, 96, 96), mode="trilinear")
    video = video.transpose(0, 1)
    blurred = torch.nn.functional.avg_pool3d(video, (1, 9, 9), 1, (0, 4, 4))
    good, bad = vmaf(video, video), vmaf(blurred, video)
    assert good > 90 and bad < good - 5
