"""Films as the API tells them: the fields of the openai client's types, and a few of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel

from lichtspiel.models.catalogue import find
from lichtspiel.safety.prompts import Verdict
from lichtspiel.serve.jobs import DAY
from lichtspiel.serve.tables import Film
from lichtspiel.shapes import SIZES

#: The hosted API's categories -> those of the policy here that they stand for.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "harassment": (),
    "harassment/threatening": (),
    "hate": ("hate",),
    "hate/threatening": (),
    "illicit": ("crime", "deception"),
    "illicit/violent": (),
    "self-harm": ("self_harm",),
    "self-harm/instructions": (),
    "self-harm/intent": (),
    "sexual": ("sexual",),
    "sexual/minors": ("minors",),
    "violence": ("violence",),
    "violence/graphic": (),
}


class MadeAs(BaseModel):
    """What the model here makes of a wish; the last four are known when the film is done."""

    model: str
    size: str
    width: int
    height: int
    seconds: float
    frames: int
    fps: int
    seed: int
    film_id: str | None = None
    expanded_prompt: str | None = None
    elapsed_s: float | None = None
    notice: str | None = None


class VideoError(BaseModel):
    code: str
    message: str


class Video(BaseModel):
    """A film. `model`, `size` and `seconds` repeat what was asked, `made_as` says what is made."""

    id: str
    object: Literal["video"] = "video"
    model: str
    status: Literal["queued", "in_progress", "completed", "failed"]
    progress: int
    prompt: str
    seconds: str
    size: str
    created_at: int
    completed_at: int | None
    expires_at: int | None
    error: VideoError | None
    remixed_from_video_id: str | None
    made_as: MadeAs


class VideoPage(BaseModel):
    object: Literal["list"] = "list"
    data: list[Video]
    first_id: str | None
    last_id: str | None
    has_more: bool


class Deleted(BaseModel):
    id: str
    object: Literal["video.deleted"] = "video.deleted"
    deleted: bool = True


def video(film: Film, keep_days: float | None) -> Video:
    """A film as the API tells it."""
    done = film.completed_at
    expires = done + keep_days * DAY if done and keep_days else None
    return Video(
        id=film.id,
        status=film.status,  # type: ignore[arg-type]  # a deleted one is never told
        progress=film.progress,
        prompt=film.wish.get("prompt", film.asked["prompt"]),
        created_at=int(film.created_at),
        completed_at=int(done) if done and film.status == "completed" else None,
        expires_at=int(expires) if expires else None,
        error=VideoError(**film.error) if film.error else None,
        remixed_from_video_id=film.remixed_from,
        made_as=_made_as(film),
        model=film.wish["model"],
        size=film.wish["size"],
        seconds=film.wish["seconds"],
    )


def _made_as(film: Film) -> MadeAs:
    # Not by a GenerateRequest, which would read the files that it is made from.
    asked, fps = film.asked, find(film.asked["model"]).fps
    factor = asked.get("upscale", 1)  # films of before it was there don't say it
    height, width = (factor * side for side in SIZES[asked["size"]])
    known = ("film_id", "expanded_prompt", "elapsed_s", "notice")
    return MadeAs(
        model=asked["model"],
        size=asked["size"],
        width=width,
        height=height,
        seconds=film.seconds,
        frames=round(film.seconds * fps),
        fps=fps,
        seed=asked["seed"],
        **{name: film.made.get("id" if name == "film_id" else name) for name in known},
    )


def page(films: Sequence[Film], limit: int, keep_days: float | None) -> VideoPage:
    """A page of a list. films: one more than `limit` where others follow."""
    data = [video(film, keep_days) for film in films[:limit]]
    return VideoPage(
        data=data,
        first_id=data[0].id if data else None,
        last_id=data[-1].id if data else None,
        has_more=len(films) > limit,
    )


def moderation(verdict: Verdict) -> dict[str, Any]:
    """A verdict in the hosted API's categories, and as `lichtspiel safety check --json` tells it.

    The layers say yes or no, so every score is 0 or 1.
    """
    found = {name: verdict.category in ours for name, ours in CATEGORIES.items()}
    return {
        "flagged": verdict.blocked,
        "categories": {name: yes and verdict.blocked for name, yes in found.items()},
        "category_scores": {name: float(yes) for name, yes in found.items()},
        "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
        "verdict": verdict.as_dict(),
    }
