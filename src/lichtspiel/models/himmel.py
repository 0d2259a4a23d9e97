"""himmel: a diffusion transformer over spacetime patches, with a noise level for each latent frame,
or for each token.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, P patch,
S = (h / P) * (w / P) tokens of one latent frame, K = N * S tokens, M noise levels of one latent
frame (1, or S where each token has its own), L text tokens, W width,
D channels of detail that each latent of a token hands on to the drawing.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn, unflatten

from lichtspiel.models.layers import (
    HIDDEN,
    Block,
    coordinates,
    fast_dtype,
    modulated,
    rotary_angles,
    sinusoids,
)
from lichtspiel.models.presets import HimmelConfig as HimmelConfig

NOISE_FEATURES = 256
PLACE_FEATURES = 32  # of each of y and x


class Himmel(nn.Module):
    """Predicts the velocity (noise - clean) of noisy latents from noise level and text."""

    def __init__(self, config: HimmelConfig | None = None) -> None:
        super().__init__()
        self.config = c = config or HimmelConfig()
        # Patches overlap by half at the input, so that their borders do not show (see `Drawing`).
        self.patches = nn.Conv2d(c.channels, c.width, 2 * c.patch, c.patch, c.patch // 2)
        self.places = nn.Linear(2 * PLACE_FEATURES + 1, c.width)
        self.noise = nn.Sequential(
            nn.Linear(NOISE_FEATURES, c.width), nn.SiLU(), nn.Linear(c.width, c.width)
        )
        self.text = nn.Linear(c.text_width, c.width)
        self.no_text = nn.Parameter(torch.randn(c.width) * 0.5)
        self.gist = nn.Linear(c.text_width, c.width)
        self.modulation = nn.Linear(c.width, 6 * c.width)
        inner = round(c.width * c.mlp_ratio / 16) * 16
        self.blocks = nn.ModuleList(Block(c.width, c.heads, inner) for _ in range(c.depth))
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
        c, (_, _, n, h, w) = self.config, latents.shape
        if h % c.patch or w % c.patch:
            raise ValueError(f"Latent rows and columns must be multiples of {c.patch}: {h} x {w}.")
        dtype = self.no_text.dtype
        noisy = latents.to(dtype).transpose(1, 2).flatten(0, 1)  # BN C h w
        rows, columns = h // c.patch, w // c.patch
        places = coordinates(n, rows, columns, latents.device)  # K 3
        angles = rotary_angles(places, c.width // c.heads)
        cos, sin = angles.cos(), angles.sin()

        words, bias, gist = self._read(text.to(dtype), text_mask)
        if noise_level.ndim == 4:
            noise_level = F.avg_pool2d(noise_level, c.patch).flatten(2)  # B N S
        else:
            noise_level = noise_level[:, :, None]
        level = self.noise(sinusoids(noise_level * 1000, NOISE_FEATURES).to(dtype))  # B N M W
        condition = F.silu(level + gist[:, None, None])
        modulation = unflatten(self.modulation(condition), -1, (6, c.width))  # B N M 6 W

        x = self.patches(noisy).flatten(2).transpose(1, 2)  # BN S W
        x = x.view(-1, n, rows * columns, c.width)  # B N S W
        x = x + self._placed(places).view(n, rows * columns, c.width)
        for block in self.blocks:
            x = block(x, modulation, words, bias, cos, sin)
        shift, scale = (condition[..., None, :] + self.last_table).unbind(3)
        x = self.out(modulated(x, shift, scale)).flatten(0, 1)  # BN S (C + D)PP
        x = x.transpose(1, 2).reshape(len(x), -1, rows, columns)  # BN (C + D)PP rows columns
        x = F.pixel_shuffle(x, c.patch)  # BN (C + D) h w
        grid = (rows, columns) if condition.shape[2] > 1 else (1, 1)
        spread = unflatten(condition.flatten(0, 1).mT, -1, grid)  # BN W rows columns, or 1 1
        drawn = self.draw(torch.cat([x, noisy.to(x.dtype)], 1), spread)
        velocity: Tensor = (x[:, : c.channels] + drawn).view(-1, n, c.channels, h, w)
        return velocity.transpose(1, 2).to(latents.dtype)

    def _read(self, text: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Words for the cross-attention (B, 1 + L, W), their bias, and the text's gist (B, W).

        The learned "no text" token always stands first: attention never meets an empty row.
        """
        text = text.masked_fill(~mask[..., None], 0)  # what stands in hidden places must not matter
        words = self.text(text)
        none = self.no_text.to(words.dtype).expand(len(text), 1, -1)
        seen = F.pad(mask, (1, 0), value=True)
        bias = torch.zeros(seen.shape, device=text.device).masked_fill(~seen, HIDDEN)
        some = mask.any(1, keepdim=True)
        mean = text.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        gist = self.gist(mean) * some
        return torch.cat([none, words], 1), bias[:, None, None], gist

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

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """x (F, given, h, w), condition (F, W, rows, columns), spread over x; (F, made, h, w)."""
        x = self.first(x)
        turned = self.modulation(condition.movedim(1, -1)).movedim(-1, 1)
        if turned.shape[-1] > 1:
            turned = F.interpolate(turned, x.shape[-2:])
        turns = turned.chunk(len(self.inner), 1)
        pairs = zip(self.inner[::2], self.inner[1::2], turns[::2], turns[1::2], strict=True)
        for up, down, scale, shift in pairs:
            x = x + down(F.silu(up(F.silu(x)) * (1 + scale) + shift))
        return self.last(F.silu(x))  # type: ignore[no-any-return]


def save_himmel(model: Himmel, path: Path) -> None:
    """Write the weights as safetensors in bf16, whole or not at all."""
    tensors = {name: value.bfloat16().contiguous() for name, value in model.state_dict().items()}
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


def load_himmel(path: Path | str, config: HimmelConfig, dtype: torch.dtype | None = None) -> Himmel:
    """A trained network, ready for inference, from a safetensors file.

    dtype: None is the fastest on this machine's CPU. Raises ValueError where the file is missing
    or does not fit the config.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(
            f"The weights {path} are missing: install the package with its weights, or train them."
        )
    model = Himmel(config)
    try:
        model.load_state_dict(load_file(path))
    except RuntimeError as error:
        raise ValueError(f"The weights {path} do not fit this model: {error}") from error
    return model.to(dtype or fast_dtype("cpu")).eval().requires_grad_(False)
