"""himmel: a diffusion transformer over spacetime patches, with a noise level for each latent frame,
or for each token.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, P patch,
S tokens of one latent frame: one of P x P latents at every `stride` latents, K = N * S tokens,
M noise levels of one latent frame (1, or S where each token has its own), L text tokens, W width,
D channels of detail that each latent of a token hands on to the drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn, unflatten

from lichtspiel.models.layers import (
    HIDDEN,
    Block,
    coordinates,
    modulated,
    rotary_angles,
    sinusoids,
)
from lichtspiel.models.presets import HimmelConfig as HimmelConfig

NOISE_FEATURES = 256
PLACE_FEATURES = 32  # of each of y and x


#: Latent frames, rows and columns of tokens
Grid = tuple[int, int, int]


@dataclass(frozen=True)
class Told:
    """What the tokens are told beside the latents.

    words (B, 1 + L, W) and their bias (B, 1, 1, 1 + L), for the cross-attention; condition
    (B, N, M, W): noise level and gist of the text, for every token; modulation (B, N, M, 6, W):
    what the blocks make of it.
    """

    words: Tensor
    bias: Tensor
    condition: Tensor
    modulation: Tensor


class Himmel(nn.Module):
    """Predicts the velocity (noise - clean) of noisy latents from noise level and text."""

    def __init__(self, config: HimmelConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or HimmelConfig()
        # Tokens see half a patch beyond their own, so that borders do not show (see `Drawing`).
        self.patches = nn.Conv2d(c.channels, c.width, 2 * c.patch, c.stride, c.patch // 2)
        self.places = nn.Linear(2 * PLACE_FEATURES + 1, c.width)
        self.noise = nn.Sequential(
            nn.Linear(NOISE_FEATURES, c.width), nn.SiLU(), nn.Linear(c.width, c.width)
        )
        self.text = nn.Linear(c.text_width, c.width)
        self.no_text = nn.Parameter(torch.randn(c.width) * 0.5)
        self.gist = nn.Linear(c.text_width, c.width)
        self.modulation = nn.Linear(c.width, 6 * c.width)
        self.blocks = nn.ModuleList(Block(c.width, c.heads, c.inner) for _ in range(c.depth))
        self.last_table = nn.Parameter(torch.zeros(2, c.width))
        self.out = nn.Linear(c.width, c.patch * c.patch * (c.channels + c.detail))
        self.draw = Drawing(2 * c.channels + c.detail, c.channels, c.detail, c.width)
        for layer in (self.modulation, self.out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self, latents: Tensor, noise_level: Tensor, text: Tensor, text_mask: Tensor
    ) -> Tensor:
        """Velocity of the latents, in their shape and dtype.

        latents (B, C, N, h, w), about unit variance; noise_level in [0, 1], (B, N), or
        (B, N, h, w) where only a part of a frame is given: a token has the mean level of its P x P
        latents. text (B, L, text_width) token states; text_mask (B, L) bool, True where a token is
        real. A mask without any real token means "no text". L may be 0.
        """
        noisy, grid = self.frames(latents)
        told = self.told(self.levels(noise_level), text, text_mask)
        x = self.tokens(noisy, grid)
        cos, sin = self.turns(self.where(grid))
        for block in self.blocks:
            x = block(x, told.modulation, told.words, told.bias, cos, sin)
        return self.drawn(x, noisy, told.condition, grid).to(latents.dtype)

    def frames(self, latents: Tensor) -> tuple[Tensor, Grid]:
        """Latents frame by frame (BN, C, h, w), and how many frames, rows, columns of tokens."""
        p, (_, _, n, h, w) = self.config.patch, latents.shape
        if h % p or w % p:
            raise ValueError(f"Latent rows and columns must be multiples of {p}: {h} x {w}.")
        rows, columns = ((side - p) // self.config.stride + 1 for side in (h, w))
        return latents.to(self.no_text.dtype).transpose(1, 2).flatten(0, 1), (n, rows, columns)

    def levels(self, noise_level: Tensor) -> Tensor:
        """Noise levels (B, N), or (B, N, h, w), of each latent frame or token: (B, N, M)."""
        if noise_level.ndim == 4:
            return F.avg_pool2d(noise_level, self.config.patch, self.config.stride).flatten(2)
        return noise_level[:, :, None]

    def told(self, level: Tensor, text: Tensor, text_mask: Tensor) -> Told:
        """What tokens are told beside their latents. level (B, N, M); text as forward takes it."""
        dtype = self.no_text.dtype
        words, bias, gist = self._read(text.to(dtype), text_mask)
        noise: Tensor = self.noise(sinusoids(level * 1000, NOISE_FEATURES).to(dtype))  # B N M W
        condition = F.silu(noise + gist[:, None, None])
        modulation = unflatten(self.modulation(condition), -1, (6, self.config.width))
        return Told(words, bias, condition, modulation)

    def tokens(self, noisy: Tensor, grid: Grid) -> Tensor:
        """Latents (BN, C, h, w) as tokens that know their places: (B, N, S, W)."""
        n, rows, columns = grid
        x: Tensor = self.patches(noisy).flatten(2).transpose(1, 2)  # BN S W
        placed = self._placed(self.where(grid)).view(n, rows * columns, -1)
        return x.view(-1, n, rows * columns, self.config.width) + placed

    def where(self, grid: Grid) -> Tensor:
        """The place of each token (K, 3): t in latent frames, y and x in patches, so that distances
        mean the same with any stride."""
        near = self.config.stride / self.config.patch
        places = coordinates(*grid, self.no_text.device)
        return places * places.new_tensor((1, near, near))

    def turns(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines of the rotary places of tokens; places (K, 3)."""
        angles = rotary_angles(places, self.config.width // self.config.heads)
        return angles.cos(), angles.sin()

    def drawn(
        self,
        x: Tensor,
        noisy: Tensor,
        condition: Tensor,
        grid: Grid,
        skip: Tensor | None = None,
        between: Sequence[Callable[[Tensor], Tensor]] = (),
    ) -> Tensor:
        """The velocity (B, C, N, h, w) that the last tokens (B, N, S, W) stand for.

        noisy (BN, C, h, w); condition (B, N, M, W); skip and between as `Drawing` takes them.
        """
        c, (n, rows, columns) = self.config, grid
        shift, scale = (condition[..., None, :] + self.last_table).unbind(3)
        x = self.out(modulated(x, shift, scale)).flatten(0, 1)  # BN S (C + D)PP
        x = self._joined(x.transpose(1, 2), (noisy.shape[-2], noisy.shape[-1]))  # BN (C + D) h w
        cells = (rows, columns) if condition.shape[2] > 1 else (1, 1)
        spread = unflatten(condition.flatten(0, 1).transpose(1, 2), -1, cells)  # BN W cells
        lines = self.draw(torch.cat([x, noisy.to(x.dtype)], 1), spread, skip, between)
        velocity = x[:, : c.channels] + lines
        return unflatten(velocity, 0, (-1, n)).transpose(1, 2)

    def _read(self, text: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Words for the cross-attention (B, 1 + L, W), their bias, and the text's gist (B, W).

        The learned "no text" token always stands first: attention never meets an empty row.
        """
        text = text.masked_fill(~mask[..., None], 0)  # what stands in hidden places must not matter
        words = self.text(text)
        none = self.no_text.to(words.dtype).expand(text.shape[0], 1, -1)
        seen = F.pad(mask, (1, 0), value=True)
        bias = torch.zeros(seen.shape, device=text.device).masked_fill(~seen, HIDDEN)
        some = mask.any(1, keepdim=True)
        mean = text.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        gist = self.gist(mean) * some
        return torch.cat([none, words], 1), bias[:, None, None], gist

    def _joined(self, patches: Tensor, size: tuple[int, int]) -> Tensor:
        """What tokens (F, CPP, S) say of their latents, the mean of several: (F, C, h, w)."""
        c = self.config
        count = torch.ones(1, c.patch * c.patch, patches.shape[-1], device=patches.device)
        cover = F.fold(count, size, c.patch, stride=c.stride).to(patches.dtype)
        return F.fold(patches, size, c.patch, stride=c.stride) / cover

    def _placed(self, places: Tensor) -> Tensor:
        """Absolute places as token features (K, W): rotary positions alone only know distances.

        Of time only "is this the first frame" is told, since that frame is a single picture.
        """
        features = [sinusoids(places[:, axis], PLACE_FEATURES, 100.0) for axis in (1, 2)]
        features.append((places[:, :1] == 0).float())
        return self.places(torch.cat(features, -1).to(self.no_text.dtype))  # type: ignore[no-any-return]


class Drawing(nn.Module):
    """Convolutions over the latents of each frame, across the borders of tokens.

    The transformer says what is where, one token for P x P latents; the lines are drawn here.
    """

    def __init__(self, given: int, made: int, width: int, condition: int, depth: int = 2) -> None:
        super().__init__()
        self.first = nn.Conv2d(given, width, 3, padding=1)
        self.inner = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2 * depth))
        self.modulation = nn.Linear(condition, 2 * depth * width)
        self.last = nn.Conv2d(width, made, 3, padding=1)
        for layer in (self.modulation, self.last, *self.inner[1::2]):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self,
        x: Tensor,
        condition: Tensor,
        skip: Tensor | None = None,
        between: Sequence[Callable[[Tensor], Tensor]] = (),
    ) -> Tensor:
        """x (F, given, h, w), condition (F, W, rows, columns), spread over x; (F, made, h, w).

        skip (F, width, h, w): what joins where drawing begins. between: what is done to
        (F, width, h, w) after each two convolutions.
        """
        x = self.first(x)
        if skip is not None:
            x = x + skip
        turned = self.modulation(condition.movedim(1, -1)).movedim(-1, 1)
        if turned.shape[-1] > 1:
            turned = F.interpolate(turned, x.shape[-2:])
        turns = turned.chunk(len(self.inner), 1)
        after = between or [nn.Identity()] * (len(self.inner) // 2)
        layers = zip(self.inner[::2], self.inner[1::2], turns[::2], turns[1::2], after, strict=True)
        for up, down, scale, shift, then in layers:
            x = then(x + down(F.silu(up(F.silu(x)) * (1 + scale) + shift)))
        return self.last(F.silu(x))  # type: ignore[no-any-return]
