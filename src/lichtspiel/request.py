"""What can be asked for, validated once. A request that exists is a good one."""

from __future__ import annotations

import math
import random
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from lichtspiel.models.catalogue import AnyPreset, able, find
from lichtspiel.prompt.expand import expand
from lichtspiel.shapes import nearest_size
from lichtspiel.world.scene import CAMERAS, STYLES

MAX_PROMPT = 2000
MAX_STEPS = 200
MAX_GUIDANCE = 30.0
MAX_COUNT = 100
SEEDS = 2**32
#: How many times as high and as wide frames can be made on their way out.
UPSCALES = (1, 2, 4)
#: Pixels of the largest frame that is made so: beyond it a film can't be coded, or be opened here.
MOST_UPSCALED = 4096 * 4096
#: How a film or picture that is given can be changed, and how the answer's file is called.
CHANGES = {
    "edit": "edited",
    "restyle": "restyled",
    "inpaint": "inpainted",
    "cinemagraph": "cinemagraph",
}
#: What a model may not be able to do, see `models.presets.ABILITIES` -> how that is said.
INABILITIES = {
    "text": "make a film of words alone: it needs a picture to begin with",
    "first": "begin with a picture, or go on from a film",
    "last": "lead to a picture or a film that it does not begin with",
    "both": "lead from one picture or film to another",
    "between": "show pictures on the way",
    "change": "change films and pictures that are there",
}
#: Language -> what a visible label says.
LABELS = {"en": "AI-generated", "de": "KI-generiert"}


def draw_seed() -> int:
    """A seed nobody chose, 0 to 2**32 - 1."""
    return random.SystemRandom().randrange(SEEDS)


@dataclass(frozen=True)
class Shot:
    """One shot of a storyboard.

    prompt: as that of a request. seconds: above 0. camera: a name of `world.scene.CAMERAS`, or
    None (chosen to fit). joined: it goes on from the shot before without a cut.
    """

    prompt: str
    seconds: float = 4.0
    camera: str | None = None
    joined: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "prompt", _tidy(self.prompt, "prompt"))
        if not math.isfinite(self.seconds) or self.seconds <= 0:
            raise ValueError(f"A shot can't last {self.seconds:g} seconds; give a number above 0.")
        if self.camera is not None:
            _check_choice("camera", self.camera, CAMERAS)


@dataclass(frozen=True)
class GenerateRequest:
    """One wish for a film, or for `count` films with successive seeds.

    prompt: 1 to 2,000 characters with at least one letter, any language (the embedded models
        know English and German). It may be empty where a film goes on.
    seconds: above 0, up to the preset's maximum; rounded to whole frames, at least one, and up to
        whole latent frames where what is made leads to what is there. Of a film that goes on: how
        much is added.
    size: a name of the model's sizes, with open weights also WIDTHxHEIGHT, or None: the nearest to
        what is given, else the model's first.
    style: a name of `world.scene.STYLES`, or None (chosen to fit);
        it is said by the expansion, so it needs `expand`.
    seed: 0 to 2**32 - 1, drawn at random when not given. steps, guidance: None is the preset's.
    negative: what should not be seen; same rules as the prompt, may be empty.
    sampler: a name of `diffusion.samplers.SAMPLERS`, or None (the preset's).
    expand: whether the prompt is completed to a full shot description.
    still: a picture, that is a clip of one frame; `seconds` is not looked at.
    label: a language of `LABELS`, for a visible "AI-generated" in the picture, or None.
    prompt_in_credentials: whether the signed credentials say the prompt.
    camera: a name of `world.scene.CAMERAS`, or None (chosen to fit); it needs `expand`.
    image, last: pictures that the film begins and ends with. at: (second, picture) pairs.
    before, after: films that it goes on from and leads to; they become part of the result. The
        same film as both closes it to a loop.
    loop: whether the film ends where it begins, so that it can be shown round and round.
    storyboard: shots in place of one prompt; `prompt`, `seconds` and `camera` are then not used.
    source: a film or a picture that is changed; the result is as long. change: a name of `CHANGES`,
        how: "edit" does what the prompt asks ("replace the woman with a bear"), "restyle" gives it
        the `style`, "inpaint" makes the masked part anew as the prompt says, "cinemagraph" moves
        the masked part of a picture for `seconds`.
    mask: where the source may change: a picture that is white there, "box=x,y,w,h" (in shares of
        the picture, or in pixels of the source), "auto" (found from the words), or None: "auto"
        for the subject's swap, everywhere for what belongs to all of the picture.
    strength: above 0, up to 1, how far an edit may go from the source; None is what suits it.
    model: a name of `lichtspiel models`, or a folder; "" is the usual one that can do this.
    upscale: of `UPSCALES`: how many times as high and as wide as `shape` its frames become, after
        all else is made.
    adapters: (file, weight) pairs of LoRA adapters, all of them together. cache: a name of the
        preset's `caches`, for open weights only, or None: all steps are computed.
    Raises ValueError with one sentence for the user when something can't be asked.
    """

    prompt: str
    seconds: float = 4.0
    size: str | None = None
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
    model: str = ""
    camera: str | None = None
    image: Path | None = None
    last: Path | None = None
    at: tuple[tuple[float, Path], ...] = ()
    before: Path | None = None
    after: Path | None = None
    loop: bool = False
    storyboard: tuple[Shot, ...] = ()
    adapters: tuple[tuple[Path, float], ...] = ()
    cache: str | None = None
    source: Path | None = None
    change: str | None = None
    mask: str | None = None
    strength: float | None = None
    upscale: int = 1

    def __post_init__(self) -> None:
        if not self.model:
            object.__setattr__(self, "model", able("change" if self.source else "text")[0])
        preset = self.preset
        self._check_change()
        object.__setattr__(self, "size", self.size or self._fitting_size())
        check_upscale(self.upscale, preset.shape(str(self.size)))
        if self.label is not None:
            _check_choice("label", self.label, tuple(LABELS))
        if self.style is not None:
            _check_choice("style", self.style, STYLES)
            if not self.expand:
                raise ValueError(
                    "Without expansion no style can be added; say it in the prompt instead."
                )
        if self.camera is not None and not self.expand:
            raise ValueError("Without expansion no camera can be added; say it in the prompt.")
        object.__setattr__(self, "prompt", _tidy(self.prompt, "prompt"))
        for shot in self.shots:
            _check_prompt(shot.prompt, optional=self.wordless)
            if shot.camera is not None:
                expand(shot.prompt, self.seed, self.style, shot.camera)  # refuses what can't be
        object.__setattr__(self, "negative", _tidy(self.negative, "negative prompt"))
        if not self.still:
            _check_seconds(sum(shot.seconds for shot in self.shots), self.preset)
        self._check_material()
        if not 0 <= self.seed < SEEDS:
            raise ValueError(f"The seed must be a whole number from 0 to {SEEDS - 1}.")
        if self.steps is not None and not 1 <= self.steps <= MAX_STEPS:
            raise ValueError(f"The number of steps must be from 1 to {MAX_STEPS}.")
        if self.guidance is not None and not 0 <= self.guidance <= MAX_GUIDANCE:
            raise ValueError(f"Guidance must be a number from 0 to {MAX_GUIDANCE:g}.")
        guidance = preset.guidance if self.guidance is None else self.guidance
        if self.negative and guidance == 1:
            raise ValueError(
                f"Without guidance {preset.name} can't keep away from what should not be seen; "
                "leave out the negative prompt, or use --guidance 3 or another model."
            )
        if not 1 <= self.count <= MAX_COUNT:
            raise ValueError(f"The count must be from 1 to {MAX_COUNT}.")
        if self.sampler is not None:
            from lichtspiel.diffusion.samplers import SAMPLERS  # torch: only when asked for

            _check_choice("sampler", self.sampler, tuple(SAMPLERS))
        for need, what in self._needs().items():
            if need not in preset.can:
                raise ValueError(f"{preset.name} can't {what}; {', '.join(able(need))} can.")
        for path, weight in self.adapters:
            if not path.is_file():
                raise ValueError(f"There is no file '{path}'.")
            if not math.isfinite(weight):
                raise ValueError(f"The weight of an adapter must be a number, not {weight:g}.")
        if self.cache is not None and self.cache not in preset.caches:
            known = f": {', '.join(preset.caches)}" if preset.caches else ""
            raise ValueError(
                f"{preset.name} has no cache '{self.cache}'{known or '; leave it out'}."
            )

    @property
    def preset(self) -> AnyPreset:
        return find(self.model)

    @property
    def shots(self) -> tuple[Shot, ...]:
        """What is to be made, one after the other; a single shot unless there is a storyboard."""
        seconds = 1.0 if self.still else self.seconds
        return self.storyboard or (Shot(self.prompt, seconds, self.camera),)

    @property
    def frames(self) -> int:
        """New frames of the film, exactly."""
        if self.still:
            return 1
        seconds = sum(shot.seconds for shot in self.shots)
        return self.preset.whole(
            max(1, round(seconds * self.preset.fps)),
            before=self.before is not None,
            after=self.after is not None,
            loop=self.loop,
            last=self.last is not None,
        )

    @property
    def continues(self) -> bool:
        """Whether a film is carried on, so that words are no must."""
        return self.before is not None or self.after is not None

    @property
    def wordless(self) -> bool:
        """Whether all is said without a prompt."""
        return self.continues or self.change in ("restyle", "cinemagraph")

    @property
    def sources(self) -> tuple[Path, ...]:
        """All files that are given, each once, in the order in which they are seen."""
        between = [path for _, path in sorted(self.at)]
        given = (self.source, self.before, self.image, *between, self.last, self.after)
        return tuple(dict.fromkeys(path for path in given if path is not None))

    @property
    def suffix(self) -> str:
        """How the name of its file ends."""
        return ".png" if self.still else ".mp4"

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.preset.shape(str(self.size))

    def each(self) -> list[GenerateRequest]:
        """One request for each film: seed, seed + 1, ... so that each can be had again alone."""
        return [
            replace(self, count=1, seed=(self.seed + offset) % SEEDS)
            for offset in range(self.count)
        ]

    def _fitting_size(self) -> str:
        """The name of the size that is nearest to the first film or picture that is given."""
        from lichtspiel.media import conform  # av: only when there is a file to read

        if film := self.before or self.after:
            return nearest_size(*conform.film_shape(film), self.preset.sizes)
        if self.source:
            return nearest_size(*conform.shape(self.source), self.preset.sizes)
        pictures = [path for path in self.sources if path is not None]
        if not pictures:
            return next(iter(self.preset.sizes))
        return nearest_size(*conform.picture_shape(pictures[0]), self.preset.sizes)

    def _needs(self) -> dict[str, str]:
        """What the model must be able to do, of `models.presets.ABILITIES`, and how it is said."""
        first, last = self.image or self.before, self.last or self.after
        ends = "both" if first and last else "first" if first else "last" if last else "text"
        if self.source:
            return {"change": INABILITIES["change"]}
        needs = [ends] + ["between"] * bool(self.at) + ["both"] * self.loop
        needs_said = {need: INABILITIES[need] for need in needs}
        runs_on = self.frames > self.preset.at_once
        if runs_on or any(shot.joined for shot in self.storyboard[1:]):
            at_once = self.preset.at_once / self.preset.fps
            more = f"make more than {at_once:.1f} seconds at once, and go on from there"
            needs_said |= dict.fromkeys(["first", "both"] if last else ["first"], more)
        return needs_said

    def _check_change(self) -> None:
        """Whether the change of a source can be asked; its length is taken from there."""
        if self.source is None:
            if self.change or self.mask or self.strength is not None:
                raise ValueError("Only a film or a picture that is given can be changed.")
            return
        from lichtspiel.media import conform, region

        _check_choice("change", str(self.change), tuple(CHANGES))
        given = (self.image, self.last, self.at, self.before, self.after, self.loop)
        if any(given) or self.storyboard or self.camera:
            raise ValueError("A film or picture is changed alone, and its camera stays as it is.")
        if self.strength is not None and not 0 < self.strength <= 1:
            raise ValueError(f"The strength must lie above 0, up to 1, not {self.strength:g}.")
        if self.change == "restyle" and self.style is None:
            raise ValueError(f"Say which style, one of: {', '.join(STYLES)}.")
        if self.change in ("inpaint", "cinemagraph") and self.mask in (None, "auto"):
            raise ValueError(
                "Say with a mask which part is meant: a picture that is white there, or "
                "box=x,y,w,h."
            )
        if self.mask is not None:
            region.check(self.mask, conform.shape(self.source))
        picture = conform.is_picture(self.source)
        if self.change == "cinemagraph":
            if not picture:
                raise ValueError("A cinemagraph is made of a picture.")
            return
        object.__setattr__(self, "still", picture)
        if not picture:
            count = conform.count(self.source, self.preset.fps)
            object.__setattr__(self, "seconds", count / self.preset.fps)

    def _check_material(self) -> None:
        from lichtspiel.media import conform

        if self.source:
            return
        pictures = [path for path in self.sources if path not in (self.before, self.after)]
        if self.sources and (self.still or self.storyboard):
            raise ValueError("Pictures and films can be given for a film of one shot only.")
        if self.loop and (self.still or self.storyboard or self.sources):
            raise ValueError(
                "Only a film of one sentence can be made as a loop; `lichtspiel loop` closes a "
                "film that is there."
            )
        if self.continues and pictures:
            raise ValueError("Give a film to go on from, or pictures, but not both.")
        for path in pictures:
            conform.picture_shape(path)
        for film in {self.before, self.after} - {None}:
            conform.film_shape(Path(str(film)))
        for second, path in self.at:
            if not 0 <= second < self.frames / self.preset.fps:
                raise ValueError(
                    f"'{path}' can't be shown at {second:g} seconds: the film lasts "
                    f"{self.frames / self.preset.fps:g}."
                )


def check_upscale(factor: int, shape: tuple[int, int]) -> None:
    """Raise ValueError where frames of a shape (height, width) can't be made so much larger."""
    if factor not in UPSCALES:
        raise ValueError(f"Frames can be made 2 or 4 times as large, not {factor} times.")
    height, width = (factor * side for side in shape)
    if height * width > MOST_UPSCALED and factor > 1:
        raise ValueError(
            f"Frames of {shape[1]} x {shape[0]} would have {width} x {height} pixels, and at most "
            f"{MOST_UPSCALED / 1e6:.1f} million can be made; choose a smaller factor or size."
        )


def _check_prompt(prompt: str, optional: bool) -> None:
    if optional and not prompt:
        return
    if not prompt:
        raise ValueError("The prompt is empty; say in a sentence what the film should show.")
    if not any(character.isalpha() for character in prompt):
        raise ValueError("The prompt has no words; say in a sentence what the film shows.")


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


def _check_seconds(seconds: float, preset: AnyPreset) -> None:
    if not math.isfinite(seconds) or seconds <= 0:
        raise ValueError(f"A film can't last {seconds:g} seconds; give a number above 0.")
    if seconds > preset.max_seconds:
        raise ValueError(
            f"{preset.name} makes films of up to {preset.max_seconds:g} seconds, not {seconds:g}."
        )
