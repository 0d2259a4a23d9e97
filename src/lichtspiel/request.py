"""What can be asked for, validated once. A request that exists is a good one."""

from __future__ import annotations

import math
import random
import unicodedata
from dataclasses import dataclass, field, replace

from lichtspiel.models.presets import PRESETS, Preset
from lichtspiel.shapes import SIZES, ClipShape
from lichtspiel.world.scene import STYLES

MAX_PROMPT = 2000
MAX_STEPS = 200
MAX_GUIDANCE = 30.0
MAX_COUNT = 100
SEEDS = 2**32
#: Language -> what a visible label says.
LABELS = {"en": "AI-generated", "de": "KI-generiert"}


def draw_seed() -> int:
    """A seed nobody chose, 0 to 2**32 - 1."""
    return random.SystemRandom().randrange(SEEDS)


@dataclass(frozen=True)
class GenerateRequest:
    """One wish for a film, or for `count` films with successive seeds.

    prompt: 1 to 2,000 characters with at least one letter, any language (the embedded models
        know English and German).
    seconds: above 0, up to the preset's maximum; rounded to whole frames, at least one.
    size: a name of `shapes.SIZES`.
    style: a name of `world.scene.STYLES`, or None (chosen to fit);
        it is said by the expansion, so it needs `expand`.
    seed: 0 to 2**32 - 1, drawn at random when not given. steps, guidance: None is the preset's.
    negative: what should not be seen; same rules as the prompt, may be empty.
    sampler: a name of `diffusion.samplers.SAMPLERS`, or None (the preset's).
    expand: whether the prompt is completed to a full shot description.
    still: a picture, that is a clip of one frame; `seconds` is not looked at.
    label: a language of `LABELS`, for a visible "AI-generated" in the picture, or None.
    prompt_in_credentials: whether the signed credentials say the prompt.
    Raises ValueError with one sentence for the user when something can't be asked.
    """

    prompt: str
    seconds: float = 4.0
    size: str = "square"
    style: str | None = None
    seed: int = field(default_factory=draw_seed)
    steps: int | None = None
    guidance: float | None = None
    negative: str = ""
    count: int = 1
    sampler: str | None = None
    expand: bool = True
    still: bool = False
    label: str | None = None
    prompt_in_credentials: bool = False
    model: str = "himmel-mini"

    def __post_init__(self) -> None:
        _check_choice("model", self.model, tuple(PRESETS))
        _check_choice("size", self.size, tuple(SIZES))
        if self.label is not None:
            _check_choice("label", self.label, tuple(LABELS))
        if self.style is not None:
            _check_choice("style", self.style, STYLES)
            if not self.expand:
                raise ValueError(
                    "Without expansion no style can be added; say it in the prompt instead."
                )
        object.__setattr__(self, "prompt", _tidy(self.prompt, "prompt"))
        if not self.prompt:
            raise ValueError("The prompt is empty; say in a sentence what the film should show.")
        if not any(character.isalpha() for character in self.prompt):
            raise ValueError("The prompt has no words; say in a sentence what the film shows.")
        object.__setattr__(self, "negative", _tidy(self.negative, "negative prompt"))
        if not self.still:
            _check_seconds(self.seconds, self.preset)
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"The seed must be a whole number from 0 to {SEEDS - 1}.")
        if self.steps is not None and not 1 <= self.steps <= MAX_STEPS:
            raise ValueError(f"The number of steps must be from 1 to {MAX_STEPS}.")
        if self.guidance is not None and not 0 <= self.guidance <= MAX_GUIDANCE:
            raise ValueError(f"Guidance must be a number from 0 to {MAX_GUIDANCE:g}.")
        if not 1 <= self.count <= MAX_COUNT:
            raise ValueError(f"The count must be from 1 to {MAX_COUNT}.")
        if self.sampler is not None:
            from lichtspiel.diffusion.samplers import SAMPLERS  # torch: only when asked for

            _check_choice("sampler", self.sampler, tuple(SAMPLERS))

    @property
    def preset(self) -> Preset:
        return PRESETS[self.model]

    @property
    def frames(self) -> int:
        """Frames of the finished film, exactly."""
        return 1 if self.still else max(1, round(self.seconds * self.preset.fps))

    @property
    def suffix(self) -> str:
        """How the name of its file ends."""
        return ".png" if self.still else ".mp4"

    @property
    def clip(self) -> ClipShape:
        """The clip to generate; it covers `frames` and is cut to them."""
        return ClipShape.covering(self.frames, *SIZES[self.size])

    def each(self) -> list[GenerateRequest]:
        """One request for each film: seed, seed + 1, ... so that each can be had again alone."""
        return [
            replace(self, count=1, seed=(self.seed + offset) % SEEDS)
            for offset in range(self.count)
        ]


def _tidy(text: str, what: str) -> str:
    """Fold white space; refuse what is too long or is no text."""
    if len(text) > MAX_PROMPT:
        raise ValueError(
            f"The {what} has {len(text):,} characters; at most {MAX_PROMPT:,} can be read."
        )
    text = " ".join(text.split())
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError(f"The {what} contains characters that are not text.")
    return text


def _check_choice(what: str, value: str, options: tuple[str, ...]) -> None:
    if value not in options:
        raise ValueError(f"There is no {what} '{value}'; choose one of: {', '.join(options)}.")


def _check_seconds(seconds: float, preset: Preset) -> None:
    if not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"A film can't last {seconds:g} seconds; give a number above 0.")
    if seconds > preset.max_seconds:
        raise ValueError(
            f"{preset.name} makes films of up to {preset.max_seconds:g} seconds, not {seconds:g}."
        )
