"""Clips longer than a network sees, sampled at once: windows that agree at every step.

MultiDiffusion (arXiv 2302.08113) over time: each step asks for the velocity of windows that
overlap, and goes by their weighted mean, so that no window is finished before another begins.
Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lichtspiel.diffusion.flow import per_frame
from lichtspiel.diffusion.rolling import Hold, Window
from lichtspiel.diffusion.samplers import Velocity


def joined(velocity: Velocity, most: int, hold: Hold, overlap: int | None = None) -> Velocity:
    """A velocity for any number of latent frames, from one for `most` of them.

    overlap: frames that neighbouring windows make both, at least; a third of `most` by default.
    Later windows begin, like every clip, with a single picture (see `rolling.Window`): what the
    windows before make of their first frame, as clean as they see it now, held still, and as noisy
    again. Raises ValueError where the overlap leaves nothing new.
    """
    overlap = most // 3 if overlap is None else overlap

    def whole(latents: Tensor, noise_level: Tensor) -> Tensor:
        if latents.shape[2] <= most:
            return velocity(latents, noise_level)
        slopes, weight = torch.zeros_like(latents), latents.new_zeros(latents.shape[2], 1, 1)
        for window in spread(latents.shape[2], most, overlap):
            part = slice(window.start, window.stop)
            seen, level = latents[:, :, part], noise_level[:, part]
            if window.start:
                known = slopes[:, :, part][:, :, :1] / weight[window.start]
                first = _held(seen[:, :, :1], known, level[:, :1], hold)
                seen = torch.cat([first, seen[:, :, 1:]], 2)
            share = shares(window, latents.shape[2], overlap).to(latents)[:, None, None]
            slopes[:, :, part] += share * velocity(seen, level)
            weight[part] += share
        return slopes / weight

    return whole


def spread(frames: int, most: int, overlap: int) -> list[Window]:
    """Windows of `most` latent frames, evenly over more than that, whose makings overlap."""
    if not 0 <= overlap < most - 1:
        raise ValueError(f"Windows of {most} latent frames can't overlap by {overlap}.")
    count = 1 + -(-(frames - most) // (most - 1 - overlap))
    starts = torch.linspace(0, frames - most, count).round().int().tolist()
    return [Window(start, start + most) for start in starts]


def shares(window: Window, frames: int, overlap: int) -> Tensor:
    """How much each latent frame of a window counts, in [0, 1]: less towards its inner ends.

    The first frame of a window that begins inside the film is a picture, and counts nothing.
    """
    index = torch.arange(window.start, window.stop)
    rise = (index - window.start) if window.start else torch.full_like(index, frames)
    fall = (window.stop - index) if window.stop < frames else torch.full_like(index, frames)
    return (torch.minimum(rise, fall) / (overlap + 1)).clamp(max=1)


def _held(latents: Tensor, slope: Tensor, level: Tensor, hold: Hold) -> Tensor:
    """Where the picture at the end of a latent frame is on its own way from noise.

    latents, slope (B, C, 1, h, w); level (B, 1) or (B, 1, h, w).
    """
    share = per_frame(level)
    clean, noise = latents - share * slope, latents + (1 - share) * slope
    return torch.lerp(hold(clean), noise, share.to(noise.dtype).expand_as(noise))
