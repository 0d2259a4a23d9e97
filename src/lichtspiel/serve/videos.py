"""The routes of films."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response, StreamingResponse

from lichtspiel.models.presets import PRESETS
from lichtspiel.request import GenerateRequest
from lichtspiel.serve import answers, jobs
from lichtspiel.serve.answers import Deleted, Video, VideoPage
from lichtspiel.serve.bodies import FORM, body_of, read
from lichtspiel.serve.desk import (
    Asker,
    AtDesk,
    Desk,
    Maker,
    Scratch,
    file_of,
    send,
    until_done,
)
from lichtspiel.serve.errors import invalid, not_yet
from lichtspiel.serve.given import fields_of, keep_film
from lichtspiel.serve.keys import User
from lichtspiel.serve.tables import Film
from lichtspiel.serve.wishes import (
    EditWish,
    ExtendWish,
    RemixWish,
    VideoWish,
    checked,
    video_id,
)
from lichtspiel.serve.worker import FILES

routes = APIRouter(tags=["films"])


# First, since it is asked for most and routes are tried in turns.
@routes.get("/v1/videos/{video_id}", response_model=Video)
async def retrieve(video_id: str, desk: AtDesk, asker: Asker, request: Request) -> Response:
    """Say how far a film is, and in `openai-poll-after-ms` when it may be asked again."""
    film = await desk.look(asker.name, video_id)
    wait = {"openai-poll-after-ms": str(round(1000 * desk.turns.wait(request.client)))}
    return Response(desk.told(film), 200, wait, "application/json")


@routes.post("/v1/videos", openapi_extra=body_of(VideoWish, *FORM))
async def create(request: Request, desk: AtDesk, asker: Maker) -> Video:
    """Ask for a film. It is made when its turn comes; poll it, or listen to its events."""
    wish = await read(request, VideoWish)
    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
        wanted = await run_in_threadpool(wish.request, Path(folder))
        return await _create(desk, asker, wanted, wish.told(), None)


@routes.get("/v1/videos")
def list_videos(
    desk: AtDesk,
    asker: Asker,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> VideoPage:
    """List your films, the newest first, in pages."""
    last = desk.film(asker.name, after) if after else None
    films = jobs.page(desk.engine, asker.name, last, limit + 1, order == "desc")
    return answers.page(films, limit, desk.settings.keep_days)


@routes.post("/v1/videos/extensions", openapi_extra=body_of(ExtendWish, *FORM))
async def extend(request: Request, desk: AtDesk, asker: Maker, folder: Scratch) -> Video:
    """Ask for a film that goes on from another, and holds it."""
    wish = await read(request, ExtendWish)
    path, source = await run_in_threadpool(_given, desk, asker, wish.video, folder)
    wanted = await run_in_threadpool(wish.request, path, source.asked if source else {})
    return await _create(desk, asker, wanted, _told(float(wish.seconds), source), None)


@routes.post("/v1/videos/edits", openapi_extra=body_of(EditWish, *FORM))
async def edit(request: Request, desk: AtDesk, asker: Maker, folder: Scratch) -> Video:
    """Ask for a film that is another with something changed: all of it, or what a mask says."""
    wish = await read(request, EditWish)
    path, source = await run_in_threadpool(_given, desk, asker, wish.video, folder)
    wanted = await run_in_threadpool(wish.request, path, folder)
    return await _create(desk, asker, wanted, _told(wanted.seconds, source), None)


def _given(desk: Desk, asker: User, video: Any, folder: Path) -> tuple[Path, Film | None]:
    """The film that a wish names or brings, and its row where it was made here."""
    film_id = video_id(video)
    if film_id is None:
        return keep_film(video, folder), None
    source = desk.film(asker.name, film_id)
    if source.still:
        raise invalid("That is a picture; a film is needed.", "video")
    return file_of(desk, source, FILES["video"], folder), source


def _told(seconds: float, source: Film | None) -> dict[str, str]:
    """Model, size and seconds in the asker's words, where they were said."""
    before = source.wish if source else {"model": next(iter(PRESETS)), "size": "auto"}
    return {"model": before["model"], "size": before["size"], "seconds": f"{seconds:g}"}


@routes.post("/v1/images/edits")
@routes.post("/v1/images/variations")
async def cannot(request: Request, asker: Maker) -> None:
    """Not possible yet: answered with an error."""
    raise not_yet(request.url.path.rpartition("/")[2], "video")


@routes.delete("/v1/videos/{video_id}")
def remove(video_id: str, desk: AtDesk, asker: Maker) -> Deleted:
    """Delete a film and its files; one that is being made is cancelled."""
    film = desk.film(asker.name, video_id)
    desk.remove(film)
    return Deleted(id=film.id)


@routes.get("/v1/videos/{video_id}/content", response_class=FileResponse)
def content(
    video_id: str,
    desk: AtDesk,
    asker: Asker,
    folder: Scratch,
    variant: Literal["video", "thumbnail", "spritesheet"] = "video",
) -> FileResponse:
    """Send the film, its first frame, or a sheet of its moments. Ranges can be asked for."""
    return send(desk, desk.film(asker.name, video_id), FILES[variant], folder)


@routes.post("/v1/videos/{video_id}/remix", openapi_extra=body_of(RemixWish, *FORM))
async def remix(
    video_id: str, request: Request, desk: AtDesk, asker: Maker, folder: Scratch
) -> Video:
    """Ask for a film of the same seed and settings with another prompt."""
    source = await run_in_threadpool(desk.film, asker.name, video_id)
    wish = await read(request, RemixWish)
    if source.still:
        raise invalid("Only films can be remixed.", "video_id")
    again = await run_in_threadpool(fields_of, source, desk.store, folder)
    new = {"prompt": wish.prompt, "seconds": source.seconds, "storyboard": ()}
    anew = checked(**again | new)
    return await _create(desk, asker, anew, source.wish, source.id)


@routes.get("/v1/videos/{video_id}/events", response_class=StreamingResponse)
async def events(video_id: str, desk: AtDesk, asker: Asker) -> StreamingResponse:
    """Tell the progress of a film as server-sent events, each with the film as data.

    While it is made, events named `preview` have a data URL `picture`: a jpeg of up to four moments
    side by side, of the newest part, sharper with each step.
    """
    film = await run_in_threadpool(desk.film, asker.name, video_id)
    return StreamingResponse(_progress(desk, film), media_type="text/event-stream")


async def _create(
    desk: Desk, asker: User, wanted: GenerateRequest, told: dict[str, str], source: str | None
) -> Video:
    films = await desk.queue(asker, [wanted], told, source)
    return desk.video(films[0])


async def _progress(desk: Desk, film: Film) -> AsyncIterator[str]:
    """The events of a film until it is done or gone; silence is broken to keep lines open."""
    told, shown = "", None
    async for now in until_done(desk, film):
        data = desk.told(now)
        if data == told:
            yield ": waiting\n\n"
            continue
        told = data
        yield f"event: {now.status}\ndata: {data}\n\n"
        if now.status == "in_progress":  # a new preview comes with new progress
            picture = await desk.looks(jobs.preview, desk.engine, film.id)
            if picture is not None and picture != shown:
                shown = picture
                yield f"event: preview\ndata: {_as_url(picture)}\n\n"
    yield "event: end\ndata: {}\n\n"


@lru_cache(100)
def _as_url(picture: bytes) -> str:
    return json.dumps({"picture": "data:image/jpeg;base64," + base64.b64encode(picture).decode()})
