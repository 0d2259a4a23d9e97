"""The places in the path where prompts and frames are screened.

Nothing is screened yet. These functions hold the places in `pipeline.py` until the screening
itself is written, so that no way through the program is laid without them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def check_prompt(text: str) -> None:
    """Does nothing yet. To come: refuse a prompt that the policy blocks, with its reason."""


def check_frames(chunks: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    """Passes the chunks (t, H, W, 3) on unseen. To come: withhold a film with a blocked frame."""
    return chunks
