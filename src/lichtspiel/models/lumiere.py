"""lumiere: a Space-Time U-Net that makes all frames of a clip at once (arXiv 2401.12945).

Down in space, then in time; attention over all of the coarsest level; and up again. As the paper's
it grows around a network that can already make pictures: himmel. Every new layer adds nothing at
first, so that pictures begin as himmel's, and clips near them.
Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, S tokens of
one latent frame, M noise levels of one latent frame (1, or S), L text tokens, W width of a token,
D channels of the fine level; R = 1 + (N - 1) / 2, rounded up, frames of the coarsest level.
"""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn, unflatten

from lichtspiel.diffusion.flow import GIVEN_NOISE
from lichtspiel.models.himmel import Grid, Himmel, Told
from lichtspiel.models.layers import Block
from lichtspiel.models.presets import LumiereConfig as LumiereConfig


class Lumiere(nn.Module):
    """Predicts the velocity (noise - clean) of noisy latents from noise level and text."""

    def __init__(self, config: LumiereConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or LumiereConfig()
        self.picture = p = Himmel(c.picture)
        width, fine, patch = c.picture.width, c.picture.detail, c.picture.patch
        # Beside the latents: what is given of a source, and where (the paper's inpainting).
        self.enter = nn.Conv2d(2 * c.picture.channels + 1, fine, 3, padding=1)
        self.descent = SpaceTime(fine, width)
        self.down = nn.Conv2d(fine, width, 2 * patch, c.picture.stride, patch // 2)
        self.shrink = nn.Linear(2 * width, width)
        sizes = width, c.picture.heads, c.picture.inner
        self.blocks = nn.ModuleList(Block(*sizes) for _ in range(c.deep))
        self.grow = nn.Linear(width, 2 * width)
        self.skip = nn.Conv2d(fine, fine, 1)
        self.ascent = nn.ModuleList(OverTime(fine) for _ in p.draw.inner[::2])
        for layer in (self.down, self.skip):
            nn.init.zeros_(layer.weight)
        for biased in (self.down, self.skip, self.shrink, self.grow):
            biased.bias.data.zero_()  # type: ignore[union-attr]
        both = torch.eye(width).repeat(2, 1)
        self.shrink.weight.data.copy_(both.T / 2)  # the mean of two frames
        self.grow.weight.data.copy_(both)  # the same for both

    def forward(
        self, latents: Tensor, noise_level: Tensor, text: Tensor, text_mask: Tensor
    ) -> Tensor:
        """The velocity of the latents; takes and returns what `Himmel.forward` does.

        Where the noise level is at most GIVEN_NOISE, the latents are a source that stays: it stands
        in channels of its own, with the mask.
        """
        p, depth = self.picture, len(self.picture.blocks)
        noisy, grid = p.frames(latents)
        level = p.levels(noise_level)
        told = p.told(level, text, text_mask)
        given = masked(noise_level, latents.shape).to(noisy.dtype)
        fine = self.enter(torch.cat([noisy, noisy * given, given], 1))
        fine = self.descent(fine, told.condition, grid)
        x = p.tokens(noisy, grid)
        x = x + self.down(fine).flatten(2).transpose(1, 2).view(x.shape)

        places = p.where(grid)
        turns = p.turns(places)
        for block in p.blocks[: self.config.before]:
            x = block(x, told.modulation, told.words, told.bias, *turns)
        middle = p.blocks[self.config.before : depth - self.config.after]
        halved = p.told(paired(level).mean(-1), text, text_mask)
        seldom = paired(unflatten(places, 0, (1, grid[0], -1))).mean(-1).flatten(0, 2)
        x = x + self._coarse(x, [*middle, *self.blocks], halved, p.turns(seldom))
        for block in p.blocks[depth - self.config.after :]:
            x = block(x, told.modulation, told.words, told.bias, *turns)

        ascent = [partial(layer, frames=grid[0]) for layer in self.ascent]
        return p.drawn(x, noisy, told.condition, grid, self.skip(fine), ascent).to(latents.dtype)

    def _coarse(
        self, x: Tensor, blocks: list[nn.Module], told: Told, turns: tuple[Tensor, Tensor]
    ) -> Tensor:
        """What blocks over half as many frames add to the tokens (B, N, S, W)."""
        before = self.shrink(paired(x).movedim(-1, -2).flatten(3))  # B R S W
        after = before
        for block in blocks:
            after = block(after, told.modulation, told.words, told.bias, *turns)
        both = unflatten(self.grow(after - before), -1, (2, -1))  # B R S 2 W
        added: Tensor = both.movedim(3, 2).flatten(1, 2)[:, 1 : 1 + x.shape[1]]
        return added


def paired(x: Tensor) -> Tensor:
    """Two neighbouring frames beside each other: (B, N, ...) -> (B, R, ..., 2).

    The first frame, a single picture, has itself as neighbour; so has a last one that is left over.
    """
    x = torch.cat([x[:, :1], x, x[:, -1:]], 1)
    second = x[:, 1::2]
    return torch.stack([x[:, ::2][:, : second.shape[1]], second], -1)


def masked(noise_level: Tensor, shape: torch.Size) -> Tensor:
    """Where latents (B, C, N, h, w) are given, by levels (B, N) or (B, N, h, w): (BN, 1, h, w)."""
    if noise_level.ndim == 2:
        noise_level = noise_level[:, :, None, None].expand(-1, -1, *shape[-2:])
    return (noise_level <= GIVEN_NOISE).flatten(0, 1)[:, None]


def neighbours(x: Tensor, frames: int) -> Tensor:
    """Each frame between the one before and the one after, or nothing.

    x (BN, D, h, w); returns (BN, 3D, h, w).

    A linear map of these is a convolution over time. A convolution in three dimensions is slower on
    a CPU, and was seen to give gradients that were not finite.
    """
    film = F.pad(unflatten(x, 0, (-1, frames)), (0, 0) * 3 + (1, 1))
    return torch.cat([film[:, :-2], film[:, 1:-1], film[:, 2:]], 2).flatten(0, 1)


class OverTime(nn.Module):
    """A convolution over three frames, at each place by itself. It adds nothing at first."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(3 * width, width, 1)
        for param in self.mix.parameters():
            nn.init.zeros_(param)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        """x (BN, D, h, w); returns the same shape."""
        return x + self.mix(neighbours(F.silu(x), frames))  # type: ignore[no-any-return]


class SpaceTime(nn.Module):
    """A factorised convolution: over each frame, turned by its noise level, then over time."""

    def __init__(self, width: int, condition: int) -> None:
        super().__init__()
        self.space = nn.Conv2d(width, width, 3, padding=1)
        self.modulation = nn.Linear(condition, 2 * width)
        self.time = OverTime(width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, condition: Tensor, grid: Grid) -> Tensor:
        """x (BN, D, h, w), condition (B, N, M, W); returns the shape of x."""
        turned = self.modulation(condition).flatten(0, 1).transpose(1, 2)  # BN 2D M
        cells = grid[1:] if turned.shape[-1] > 1 else (1, 1)
        turned = F.interpolate(unflatten(turned, -1, cells), x.shape[-2:])
        scale, shift = turned.chunk(2, 1)
        inner = self.space(F.silu(x)) * (1 + scale) + shift
        return self.time(x + inner, grid[0])  # type: ignore[no-any-return]
