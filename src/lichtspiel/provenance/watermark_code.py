"""The 32 bits of the watermark as 96 coded ones, and back from what is left of them.

A convolutional code of rate 1/3 with 256 states whose shift register starts where it ends (tail
biting), so that no bits are spent on flushing it. Generators 557, 663, 711 (octal): 3GPP TS 25.212,
section 4.2.3.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PAYLOAD_BITS = 32
GENERATORS = (0o557, 0o663, 0o711)
MEMORY = 8
STATES = 1 << MEMORY
CODED_BITS = PAYLOAD_BITS * len(GENERATORS)

#: A register of nine bits: the one that enters, then the eight before it, the newest first.
_REGISTERS = np.arange(2)[:, None] << MEMORY | np.arange(STATES)  # (bit, state)
#: What each step sends, as -1 or 1: (bit, state, generator).
_SENT = np.stack([1.0 - 2 * (np.bitwise_count(_REGISTERS & g) % 2) for g in GENERATORS], axis=-1)


def encode(payload: int) -> Floats:
    """The coded bits (96,) of a payload in [0, 2^32), each -1 or 1; ValueError for others."""
    if not 0 <= payload < 1 << PAYLOAD_BITS:
        raise ValueError(f"A watermark carries a number from 0 to 2^32 - 1, not {payload}.")
    bits = [payload >> i & 1 for i in range(PAYLOAD_BITS)]
    state = 0
    for bit in bits[-MEMORY:]:
        state = _next(state, bit)
    sent = []
    for bit in bits:
        sent.append(_SENT[bit, state])
        state = _next(state, bit)
    return np.concatenate(sent)


def _next(state: int, bit: int) -> int:
    return bit << (MEMORY - 1) | state >> 1


def decode(soft: Floats) -> NDArray[np.int64]:
    """The likeliest payloads (N,) for soft bits (N, 96): signs say which bit, sizes how sure.

    The Viterbi algorithm runs three times round the circle and the middle turn is read, by when
    it no longer matters that the first state was unknown (Cox and Sundberg 1994).
    """
    each = soft.reshape(len(soft), PAYLOAD_BITS, -1)
    gains = np.einsum("ntg,bsg->tbns", each, _SENT)  # (step, bit, N, state)
    states = np.arange(STATES)
    # The state after a step tells the bit that entered, and all but the bit that left before.
    entered, before = states >> (MEMORY - 1), (states << 1) % STATES
    score, choices = np.zeros((len(soft), STATES)), []
    for step in range(3 * PAYLOAD_BITS):
        gain = gains[step % PAYLOAD_BITS]
        kept, dropped = (score[:, s] + gain[entered, :, s].T for s in (before, before | 1))
        choices.append(dropped > kept)
        score = np.maximum(kept, dropped)
    state, rows, bits = score.argmax(1), np.arange(len(soft)), []
    for choice in reversed(choices):
        bits.append(state >> (MEMORY - 1))
        state = (state << 1) % STATES | choice[rows, state]
    middle = np.stack(bits[::-1][PAYLOAD_BITS : 2 * PAYLOAD_BITS])
    return np.asarray((middle << np.arange(PAYLOAD_BITS)[:, None]).sum(0), np.int64)
