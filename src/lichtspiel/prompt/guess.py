"""What is nearest to words that no list holds: a cosmonaut's dog is a dog, though nobody wrote so.

A small network over the states of the text encoder, which has read most words of both languages,
says for each attribute of a scene which value a sentence comes near to, or that it says nothing of
it. `lichtspiel train words` makes its weights, from the word lists of `train/words.toml`.

Legend: B sentences, L tokens, D width of the text states (384), K values of all attributes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from lichtspiel.text import WIDTH, TextEncoder
from lichtspiel.world.scene import LIGHTS, PLACES, STYLES, SUBJECTS, WEATHERS

WEIGHTS = Path(__file__).parent / "guess.safetensors"
#: "none": the sentence does not speak of it, or of something that is near to nothing.
NONE = "none"
VALUES: dict[str, tuple[str, ...]] = {
    "subject": tuple(dict.fromkeys((NONE, *SUBJECTS))),
    "place": (NONE, *PLACES),
    "light": (NONE, *LIGHTS),
    "weather": (NONE, *dict.fromkeys(sky for skies in WEATHERS.values() for sky in skies)),
    "style": (NONE, *STYLES),
}
#: As likely a value has to be.
SURE = 0.7
#: Tokens that are looked at.
TOKENS = 64


class Guesser(nn.Module):
    """Attention over the tokens of a sentence, of its own for each value."""

    def __init__(self, inner: int = 96) -> None:
        super().__init__()
        values = sum(map(len, VALUES.values()))
        self.inner = nn.Linear(WIDTH, inner)
        self.look = nn.Linear(inner, values)
        self.say = nn.Linear(inner, values)

    def forward(self, states: Tensor, mask: Tensor) -> list[Tensor]:
        """states (B, L, D), mask (B, L) bool -> logits (B, values) for each attribute."""
        hidden = functional.gelu(self.inner(functional.dropout(states, 0.2, self.training)))
        seen = self.look(hidden).masked_fill(~mask[..., None], -1e4).softmax(1)
        logits = (seen * self.say(hidden)).sum(1)
        return list(logits.split([len(values) for values in VALUES.values()], 1))

    @classmethod
    @lru_cache
    def load(cls, path: Path = WEIGHTS) -> Guesser:
        """The trained one."""
        guesser = cls()
        guesser.load_state_dict({name: t.float() for name, t in load_file(path).items()})
        return guesser.eval().requires_grad_(False)


@torch.inference_mode()
def guess(prompt: str, text: TextEncoder) -> dict[str, str]:
    """Attribute -> the value that a sentence surely comes near to; others are absent."""
    states = text.encode([prompt], TOKENS)
    logits = Guesser.load()(states.states, states.mask)
    found = {}
    for (attribute, values), row in zip(VALUES.items(), logits, strict=True):
        likely, index = row[0].softmax(0).max(0)
        if likely > SURE and values[int(index)] != NONE:
            found[attribute] = values[int(index)]
    return found
