"""Distances between a film and its copy, and the jumps at borders of blocks.

Legend: B batch, T frames, H height, W width; videos are (B, 3, T, H, W) in [-1, 1].
"""

from __future__ import annotations

import importlib
import re
import subprocess
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor


def psnr(video: Tensor, reference: Tensor) -> float:
    """Peak signal-to-noise ratio in dB over all pixels; infinite for equal videos."""
    error = (video.double() - reference.double()).square().mean()
    return float(10 * torch.log10(4 / error))


def ssim(video: Tensor, reference: Tensor) -> float:
    """Mean structural similarity in [-1, 1], of 11 x 11 Gaussian windows on brightness.

    Wang, Bovik, Sheikh and Simoncelli 2004 (IEEE Transactions on Image Processing 13(4)).
    """
    x, y = (_brightness(v) for v in (video, reference))
    ramp = torch.arange(11, dtype=torch.float64) - 5
    window = torch.softmax(-(ramp**2) / (2 * 1.5**2), 0).to(x)

    def blur(a: Tensor) -> Tensor:
        return F.conv2d(F.conv2d(a, window.view(1, 1, -1, 1)), window.view(1, 1, 1, -1))

    mean_x, mean_y = blur(x), blur(y)
    var_x, var_y = blur(x * x) - mean_x**2, blur(y * y) - mean_y**2
    covariance = blur(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2  # for a range of 1
    top = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    return float((top / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).mean())


def _brightness(video: Tensor) -> Tensor:
    """(B, 3, T, H, W) in [-1, 1] -> (BT, 1, H, W) in [0, 1], float64."""
    weights = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64).to(video.device)
    return torch.einsum("c,bcthw->bthw", weights, (video.double() + 1) / 2).flatten(0, 1)[:, None]


def border_jump(video: Tensor, axis: int, period: int, offset: int = 0) -> float:
    """Mean change across block borders over the mean change elsewhere, along `axis`.

    Blocks of `period` samples start at `offset` (in time, 1: the first frame is a block of its
    own). About 1 where no border shows; 1 too where nothing changes at all.
    """
    change = video.float().diff(dim=axis).abs().movedim(axis, 0).flatten(1).mean(1)
    after = torch.arange(1, len(change) + 1, device=change.device)
    across = (after - offset) % period == 0
    if not across.any() or across.all():
        raise ValueError(
            f"Blocks of {period} have no inner border along {len(change) + 1} samples."
        )
    inside = change[~across].mean()
    return float(change[across].mean() / inside) if inside > 0 or change.any() else 1.0


def vmaf(video: Tensor, reference: Tensor, fps: int = 12) -> float:
    """Netflix's VMAF in 0..100 (100: no visible difference), by ffmpeg's libvmaf.

    Raises ValueError where imageio-ffmpeg is missing or its ffmpeg fails.
    """
    try:
        ffmpeg = importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except ImportError as error:
        raise ValueError("VMAF needs one more package: pip install imageio-ffmpeg.") from error
    height, width = video.shape[-2:]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("video.rgb", "reference.rgb")]
        for path, frames in zip(paths, (video, reference), strict=True):
            path.write_bytes(_rgb(frames))
        inputs = [part for path in paths for part in (*raw, "-i", str(path))]
        chains = "[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]libvmaf"
        done = subprocess.run(
            [ffmpeg, "-hide_banner", *inputs, "-lavfi", chains, "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=False,
        )
    score = re.search(r"VMAF score: ([\d.]+)", done.stderr)
    if done.returncode or not score:
        raise ValueError(f"ffmpeg could not compute VMAF: {done.stderr[-300:]}")
    return float(score.group(1))


def _rgb(video: Tensor) -> bytes:
    pixels = ((video.detach().float().cpu().clamp(-1, 1) + 1) * 127.5).round().byte()
    return pixels.permute(0, 2, 3, 4, 1).contiguous().numpy().tobytes()
