"""Classifier-free guidance (arXiv 2207.12598), outside the network.

Legend: B clips, C latent channels, N latent frames, h and w latent rows and columns, L text
tokens, E width of the text states.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lichtspiel.diffusion.flow import Network
from lichtspiel.diffusion.samplers import Velocity


def guided(
    network: Network,
    text: Tensor,
    text_mask: Tensor,
    negative: Tensor,
    negative_mask: Tensor,
    scale: float = 3.0,
    interval: tuple[float, float] = (0.0, 1.0),
    rescale: float = 0.0,
) -> Velocity:
    """A velocity that is pushed away from the negative text, towards the text, by `scale`.

    text (B, L, E) and negative (B or 1, L', E) with masks (B, L) bool; a negative mask without
    real tokens is "no text". Both passes go through the network in one call; scale 1, or a noise
    level outside the interval (arXiv 2404.07724), needs one pass only. rescale in [0, 1] brings
    the spread of the result back towards that of the text's own (arXiv 2305.08891).
    """
    longest = max(text.shape[1], negative.shape[1])
    both = torch.cat([_padded(negative.expand(len(text), -1, -1), longest), _padded(text, longest)])
    both_mask = torch.cat(
        [
            F.pad(mask, (0, longest - mask.shape[1]))
            for mask in (negative_mask.expand(len(text), -1), text_mask)
        ]
    )

    def velocity(latents: Tensor, noise_level: Tensor) -> Tensor:
        # Given frames stand at 0: the noisiest frame tells how far sampling has come.
        if scale == 1 or not interval[0] <= float(noise_level.max()) <= interval[1]:
            return network(latents, noise_level, text, text_mask)
        twice = network(torch.cat([latents] * 2), torch.cat([noise_level] * 2), both, both_mask)
        without, told = twice.chunk(2)
        result = torch.lerp(without, told, scale)
        if not rescale:
            return result
        ratio = _spread(told) / _spread(result).clamp(min=1e-6)
        return result * (1 + rescale * (ratio - 1))

    return velocity


def _padded(text: Tensor, length: int) -> Tensor:
    return F.pad(text, (0, 0, 0, length - text.shape[1]))


def _spread(velocity: Tensor) -> Tensor:
    return velocity.std((1, 2, 3, 4), keepdim=True)
