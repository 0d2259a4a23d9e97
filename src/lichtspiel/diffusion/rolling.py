"""Films longer than a model sees at once: windows that roll over the latent frames.

Every window but the first begins inside what is there already. What it overlaps is given to it as
it is, in latents: no frame is decoded and encoded again, so nothing is lost from part to part. What
still adds up, a little more colour or contrast with each window, is taken back: see `steadied`.
Legend: B clips, C latent channels, N latent frames of the film, h and w latent rows and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from lichtspiel.diffusion import conditioning
from lichtspiel.diffusion.conditioning import Given

#: (what is given in a window, the window's noise) -> latents
Sample = Callable[[Given, Tensor], Tensor]
#: Latents (B, C, 1, h, w) -> the picture at their end, as the latents that begin a clip
Hold = Callable[[Tensor], Tensor]

#: How far the new frame that is farthest from known ones is brought back, of the whole way.
STEADYING = 0.8


@dataclass(frozen=True)
class Window:
    """Latent frames start..stop - 1, sampled together.

    A window that starts inside the film begins, like every clip, with a single picture: its first
    latent frame is `Hold`'s, and is not part of the film.
    """

    start: int
    stop: int

    def makes(self, levels: Tensor) -> list[int]:
        """The latent frames of the film that it makes, where (N,) or (N, h, w) levels tell what is
        known."""
        first = self.start + (self.start > 0)
        return [frame for frame in range(first, self.stop) if levels[frame].any()]


def windows(levels: Tensor, stop: int, most: int, overlap: int) -> list[Window]:
    """The windows that make the film up to latent frame `stop`, in order.

    levels (N,) or (N, h, w): of what is given or made, 0 where it is known. most: latent frames of
    a window. overlap: known latent frames that a later window sees beside its first picture. A
    film of which only the end is given is made from there backward.
    """
    if not 0 <= overlap < most - 1:
        raise ValueError(f"Windows of {most} latent frames can't overlap by {overlap}.")
    known = [not level.any() for level in levels[:stop]]
    backward = any(known) and not known[0] and all(known[known.index(True) :])
    return list(_backward(known, most, overlap) if backward else _forward(known, most, overlap))


def _forward(known: list[bool], most: int, overlap: int) -> Iterator[Window]:
    made = _next_unknown(known, 0)
    while made < len(known):
        start = max(0, made - 1 - overlap)
        stop = min(len(known), start + most)
        start = max(0, min(start, stop - most))  # a last window is full: it sees more
        yield Window(start, stop)
        made = _next_unknown(known, stop)


def _backward(known: list[bool], most: int, overlap: int) -> Iterator[Window]:
    made = known.index(True)
    while made > 0:
        stop = min(len(known), made + overlap)
        start = max(0, stop - most)
        yield Window(start, stop)
        made = start + 1 if start else 0


def _next_unknown(known: list[bool], frame: int) -> int:
    return next((n for n in range(frame, len(known)) if not known[n]), len(known))


def roll(
    given: Given,
    parts: Sequence[Window],
    noise: Tensor,
    sample: Sample,
    hold: Hold,
    on_window: Callable[[Given, Window], None] = lambda given, window: None,
    anchor: Sequence[int] = (),
) -> Given:
    """Sample the windows one after the other; what they make is given in the result.

    noise (B, C, N, h, w). `on_window` hears all that is known and the window that was made. anchor:
    latent frames whose colours and contrast the windows keep that are made when they are known. A
    window whose frames are all known is passed over, so a film goes on from what was heard last.
    """
    for window in parts:
        makes = window.makes(given.levels[0])
        if not makes:
            continue
        latents = sample(_inside(given, window, hold), noise[:, :, window.start : window.stop])
        if anchor and not given.levels[:, anchor].any():
            away = [_nearest(given.levels[0], frame) for frame in makes]
            new = [frame - window.start for frame in makes]
            latents = steadied(latents, new, away, given.latents[:, :, anchor])
        for frame in makes:
            at = frame - window.start
            given = conditioning.placed(given, frame, latents[:, :, at : at + 1])
        on_window(given, window)
    return given


def _inside(given: Given, window: Window, hold: Hold) -> Given:
    """What is given in a window."""
    latents = given.latents[:, :, window.start : window.stop]
    levels = given.levels[:, window.start : window.stop]
    if window.start and not levels[:, 0].any():
        latents = torch.cat([hold(latents[:, :, :1]), latents[:, :, 1:]], dim=2)
    return Given(latents, levels)


def steadied(latents: Tensor, new: Sequence[int], away: Sequence[int], anchor: Tensor) -> Tensor:
    """A window whose new frames are brought nearer to the anchor's mean and spread, by channel.

    latents (B, C, N, h, w), of which the frames `new` were made, each `away` from the nearest known
    one; anchor (B, C, A, h, w). A frame beside a known one hardly changes, so that no step is seen
    between them; the farthest goes STEADYING of the way.
    """
    share = STEADYING * (latents.new_tensor(away) / max(away))[:, None, None]
    made = latents[:, :, new]
    (mean, spread), (aim, aim_spread) = _look(made), _look(anchor)
    result = latents.clone()
    result[:, :, new] = torch.lerp(made, (made - mean) / spread * aim_spread + aim, share)
    return result


def _nearest(levels: Tensor, frame: int) -> int:
    """How far the nearest known latent frame is; levels (N,) or (N, h, w)."""
    known = [n for n, level in enumerate(levels) if not level.any()]
    return min(abs(frame - n) for n in known)


def _look(latents: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and spread of each channel, (B, C, 1, 1, 1) each."""
    over = (2, 3, 4)
    return latents.mean(over, keepdim=True), latents.std(over, keepdim=True).clamp(min=1e-3)
