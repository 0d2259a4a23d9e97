"""What a client asks for in the hosted API's words, and what that means for the models here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lichtspiel.media import region
from lichtspiel.models.catalogue import find, here
from lichtspiel.models.presets import PRESETS
from lichtspiel.prompt.instruction import understand
from lichtspiel.request import MAX_PROMPT, GenerateRequest, Shot
from lichtspiel.serve.errors import Refused, invalid, not_yet
from lichtspiel.serve.given import is_mask_file, keep_picture
from lichtspiel.shapes import SIZES

#: The models of the hosted API, by how their names begin; any of ours stands in for them.
HOSTED = re.compile(r"(sora|gpt-image|chatgpt-image|dall-e)-[a-z0-9.-]{1,40}")
#: The hosted API's lengths: one that is longer than a model's maximum is made as long as it can be.
HOSTED_SECONDS = (4.0, 8.0, 12.0)
PIXELS = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}", re.ASCII)


class Wish(BaseModel):
    """What films and pictures have in common. After `size` come fields of our own."""

    prompt: str = Field(description="What should be seen, in English or German.")
    model: str | None = None
    size: str | None = None
    seed: int | None = Field(None, description="The same seed gives the same pictures.")
    steps: int | None = None
    guidance: float | None = None
    negative: str = ""
    style: str | None = None
    sampler: str | None = None
    expand: bool = True
    label: str | None = None
    upscale: int = Field(1, description="2 or 4: frames so many times as high and as wide.")

    def options(self) -> dict[str, Any]:
        """The fields of a GenerateRequest that this says."""
        own = ("seed", "steps", "guidance", "style", "sampler", "label", "upscale")
        given = {name: getattr(self, name) for name in own if getattr(self, name) is not None}
        said = {"prompt": self.prompt, "negative": self.negative, "expand": self.expand}
        return given | said | {"size": size_for(self.size), "model": model_for(self.model)}

    def told(self) -> dict[str, str]:
        """Model and size in the asker's own words."""
        return {"model": self.model or next(iter(PRESETS)), "size": self.size or "auto"}


class ShotWish(BaseModel):
    """One shot of several."""

    model_config = ConfigDict(extra="forbid")

    prompt: str
    seconds: float = 4.0
    camera: str | None = None
    joined: bool = Field(False, description="Whether it goes on from the one before without a cut.")


class VideoWish(Wish):
    """The body of POST /v1/videos."""

    model_config = ConfigDict(extra="forbid")

    size: str | None = "720x1280"
    seconds: float | Literal["4", "8", "12"] = Field(4.0, union_mode="left_to_right")
    camera: str | None = None
    loop: bool = Field(False, description="Whether the film ends where it begins.")
    shots: list[ShotWish] = Field(
        [], max_length=100, description="Shots in place of the one sentence."
    )
    input_reference: Any = Field(
        None, description="A picture that the film begins with: a file or a data URL."
    )

    def request(self, folder: Path) -> GenerateRequest:
        """The request that comes nearest to this; `Refused` where there is none.

        A reference picture is put into the folder.
        """
        given: dict[str, Any] = {"camera": self.camera, "loop": self.loop}
        if self.input_reference not in (None, ""):
            given["image"] = keep_picture(self.input_reference, folder)
        if self.shots:
            given["storyboard"] = self._storyboard()
            given["prompt"] = " ".join(shot.prompt for shot in self.shots)[:MAX_PROMPT]
        return checked(**self.options() | given, seconds=self._seconds())

    def told(self) -> dict[str, str]:
        """Model, size and seconds in the asker's own words."""
        seconds = sum(shot.seconds for shot in self.shots) or float(self.seconds)
        return super().told() | {"seconds": f"{seconds:g}"}

    def _storyboard(self) -> tuple[Shot, ...]:
        try:
            return tuple(Shot(**shot.model_dump()) for shot in self.shots)
        except ValueError as error:
            raise invalid(str(error), "shots") from error

    def _seconds(self) -> float:
        asked, most = float(self.seconds), find(model_for(self.model)).max_seconds
        return min(asked, most) if asked in HOSTED_SECONDS else asked


#: What a film that goes on does not take over from the one before it.
ALONE: dict[str, Any] = {
    **{"image": None, "storyboard": (), "camera": None, "loop": False},
    **{"source": None, "change": None, "mask": None, "strength": None},
}


class ExtendWish(BaseModel):
    """The body of POST /v1/videos/extensions."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = ""
    seconds: float | Literal["4", "8", "12", "16", "20"] = Field(4.0, union_mode="left_to_right")
    loop: bool = Field(False, description="Whether what is added leads back to the beginning.")
    video: Any = Field(
        None, description="The film to go on from: a file, its id, or an object with its id."
    )

    def request(self, film: Path, asked: Mapping[str, Any]) -> GenerateRequest:
        """The request for going on from a film; asked: how it was asked for, if it was here."""
        new = {"prompt": self.prompt, "seconds": float(self.seconds), "before": film}
        new["after"] = film if self.loop else None
        return checked(**dict(asked) | ALONE | new)


class EditWish(BaseModel):
    """The body of POST /v1/videos/edits. After `video` come fields of our own."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = Field("", description="What to change, as in: replace the car with a bear.")
    video: Any = Field(
        None, description="The film to change: a file, its id, or an object with its id."
    )
    mask: Any = Field(
        None,
        description="Where it may change: a picture that is white there (a file or a data URL), "
        "box=x,y,w,h, or auto.",
    )
    change: Literal["edit", "restyle", "inpaint"] | None = None
    style: str | None = None
    strength: float | None = None
    seed: int | None = None
    steps: int | None = None

    def request(self, film: Path, folder: Path) -> GenerateRequest:
        """The request for changing a film; a mask that is a picture is put into the folder.

        Where it is not said how: words that describe what should be in the mask are painted there,
        anything else is an instruction.
        """
        mask = self._mask(folder)
        described = mask not in (None, region.AUTO) and not understand(self.prompt).old
        change = self.change or ("inpaint" if described else "edit")
        own = {name: getattr(self, name) for name in ("style", "strength", "seed", "steps")}
        given = {name: value for name, value in own.items() if value is not None}
        return checked(prompt=self.prompt, source=film, change=change, mask=mask, **given)

    def _mask(self, folder: Path) -> str | None:
        # A text is never taken for a path: it could lead anywhere on this machine.
        if self.mask in (None, ""):
            return None
        if isinstance(self.mask, str) and not is_mask_file(self.mask):
            return self.mask
        return str(keep_picture(self.mask, folder, "mask"))


def video_id(video: Any) -> str | None:
    """The id of a film that a wish names; None where the film itself was sent."""
    if isinstance(video, bytes):
        return None
    named = video.get("id") if isinstance(video, dict) else video
    if not isinstance(named, str):
        raise invalid("Send the film, or name it by its id.", "video")
    return named


class RemixWish(BaseModel):
    """The body of POST /v1/videos/{id}/remix."""

    model_config = ConfigDict(extra="forbid")

    prompt: str


class ImageWish(Wish):
    """The body of POST /v1/images/generations. Other fields of the hosted API are not looked at."""

    size: str | None = "1024x1024"
    n: int | None = Field(1, ge=1, le=10)
    response_format: Literal["b64_json", "url"] | None = "b64_json"
    output_format: str | None = "png"
    background: str | None = "auto"
    stream: bool | None = False

    def requests(self) -> list[GenerateRequest]:
        """A request for each picture, with successive seeds."""
        if self.stream:
            raise not_yet("streams of pictures", "stream")
        if self.output_format not in (None, "png"):
            raise not_yet("pictures other than png", "output_format")
        if self.background == "transparent":
            raise not_yet("transparent pictures", "background")
        return checked(**self.options(), still=True, count=self.n or 1).each()


class ModerationWish(BaseModel):
    """The body of POST /v1/moderations: a text, texts, or parts of the type "text"."""

    input: str | list[str] | list[dict[str, Any]]
    model: str = "lichtspiel"

    def texts(self) -> list[str]:
        """The texts to judge, at most 100."""
        parts: list[str | dict[str, Any]] = (
            [self.input] if isinstance(self.input, str) else [*self.input]
        )
        if not 1 <= len(parts) <= 100:
            raise invalid("Give 1 to 100 texts.", "input")
        return [part if isinstance(part, str) else _text(part) for part in parts]


def _text(part: dict[str, Any]) -> str:
    if part.get("type") != "text":
        raise not_yet("screening of anything but texts", "input")
    text = part.get("text")
    if not isinstance(text, str):
        raise invalid("A part of the type text needs a text.", "input")
    return text


def checked(**options: Any) -> GenerateRequest:
    """A request of the path; what can't be asked is told as the client expects it."""
    try:
        return GenerateRequest(**options)
    except ValueError as error:
        raise invalid(str(error)) from error


def model_for(name: str | None) -> str:
    """The model here that is meant: one of ours by its name, or the one that stands in."""
    if name is None or HOSTED.fullmatch(name):
        return next(iter(PRESETS))
    if name not in here():
        raise Refused(400, f"There is no model '{name}'.", "model_not_found", "model")
    return name


def size_for(size: str | None) -> str:
    """The name in SIZES of a size: that of the same name, or of the same orientation."""
    if size in SIZES:
        return str(size)
    if size in (None, "auto"):
        return "square"
    if not PIXELS.fullmatch(str(size)):
        raise invalid(f"There is no size '{size}'; write it as 1280x720.", "size")
    width, height = map(int, str(size).split("x"))
    return "square" if width == height else "landscape" if width > height else "portrait"
