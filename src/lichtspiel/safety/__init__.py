"""Screening: what is asked for, what comes in and what goes out. docs/safety.md tells how.

The functions here are those of the path: they raise `Blocked` and leave an entry in the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from lichtspiel.safety import audit, frames
from lichtspiel.safety.policy import Policy, load_policy
from lichtspiel.safety.prompts import Verdict, check, check_negative, check_story, language
from lichtspiel.text import TextEncoder

__all__ = [
    "Blocked",
    "check_frames",
    "check_given",
    "check_name",
    "check_parts",
    "check_prompt",
    "check_unwanted",
    "language",
    "notice",
    "showable",
]

Pixels = NDArray[np.uint8]

NOTICE = "The frames were not screened: install lichtspiel[safety] for that."


class Blocked(ValueError):
    """Refused by the policy, in one sentence in the language of the prompt."""

    #: What the command line ends with.
    exit_code = 3

    def __init__(self, sentence: str, category: str, layer: str) -> None:
        super().__init__(sentence)
        self.category, self.layer = category, layer


def check_prompt(text: str, encoder: TextEncoder | None = None) -> None:
    """Raise `Blocked` where the policy blocks the text. encoder: a loaded one, to share."""
    policy = load_policy()
    _refuse(check(text, policy, encoder), policy)


def check_unwanted(text: str) -> None:
    """Raise `Blocked` where a negative prompt asks harm in by asking its opposite out: clothes."""
    policy = load_policy()
    _refuse(check_negative(text, policy), policy)


def check_parts(parts: Sequence[str], encoder: TextEncoder | None = None) -> None:
    """Raise `Blocked` where a part of a storyboard, or all of them in sequence, are blocked."""
    policy = load_policy()
    _refuse(check_story(parts, policy, encoder), policy)


def check_frames(
    chunks: Iterator[Pixels], count: int, fps: float, spoken: str = "en"
) -> Iterator[Pixels]:
    """Pass the chunks (t, H, W, 3) of a film of `count` frames on; raise `Blocked` at a hit.

    Some frames are looked at, as the policy says. spoken: the language of the reason, "en" or "de".
    Without the extra `safety` nothing is looked at, which `notice` says.
    """
    policy = load_policy()
    if not _looks(policy):
        yield from chunks
        return
    numbers = frames.chosen(count, fps, policy.frames)
    for chunk, hit in frames.suspicious(chunks, numbers, policy.frames.threshold):
        if hit is not None:
            _withhold(hit, policy, spoken)
        yield chunk


def check_given(pictures: Iterator[Pixels], fps: float, spoken: str = "en") -> None:
    """Raise `Blocked` at a hit in a film, or a picture, that comes in: frames (H, W, 3)."""
    policy = load_policy()
    if not _looks(policy):
        return
    for picture in islice(pictures, 0, None, max(1, round(fps / policy.frames.per_second))):
        if frames.likelihoods(picture[None])[0] >= policy.frames.threshold:
            _withhold(picture, policy, spoken)


def showable(picture: Pixels) -> bool:
    """Whether a draft (H, W, 3) may be shown before the film is done; nothing is recorded."""
    policy = load_policy()
    return not _looks(policy) or bool(
        frames.likelihoods(picture[None])[0] < policy.frames.threshold
    )


def _looks(policy: Policy) -> bool:
    return frames.available() and policy.categories["sexual"].action != "allow"


def _withhold(picture: Pixels, policy: Policy, spoken: str) -> NoReturn:
    audit.append("sexual", "frames", picture.tobytes())
    raise Blocked(policy.frames.message(spoken), "sexual", "frames")


def check_name(stem: str, encoder: TextEncoder | None = None) -> None:
    """Raise `Blocked` where the name of a given file asks for what is blocked."""
    words = " ".join(re.findall(r"[^\W\d_]+", stem))
    if words:
        check_prompt(words, encoder)


def notice() -> str:
    """What the user must know about the screening of frames, or ""."""
    return "" if frames.available() else NOTICE


def _refuse(verdict: Verdict, policy: Policy) -> None:
    if not verdict.blocked or verdict.category is None or verdict.layer is None:
        return
    category = policy.categories[verdict.category]
    kept = verdict.text if category.keep_text else None
    audit.append(verdict.category, verdict.layer, verdict.text.encode(), kept)
    raise Blocked(category.message(language(verdict.text)), verdict.category, verdict.layer)
