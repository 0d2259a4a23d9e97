"""The routes of pictures. They wait in the same queue as films."""

from __future__ import annotations

import asyncio
import base64
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from lichtspiel.serve.bodies import body_of, read
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
from lichtspiel.serve.errors import Refused, busy, invalid
from lichtspiel.serve.tables import Film
from lichtspiel.serve.wishes import ImageWish
from lichtspiel.serve.worker import STILL

#: A picture is waited for so many seconds.
PATIENCE = 600.0

routes = APIRouter(tags=["pictures"])


@routes.post("/v1/images/generations", openapi_extra=body_of(ImageWish))
async def images(request: Request, desk: AtDesk, asker: Maker, folder: Scratch) -> dict[str, Any]:
    """Make pictures, and answer when they are there."""
    wish = await read(request, ImageWish)
    queued = await desk.queue(asker, wish.requests(), wish.told())
    try:
        async with asyncio.timeout(PATIENCE):
            films = [await _done(desk, film) for film in queued]
    except TimeoutError as error:
        raise busy("The pictures are not done yet; try later.", 60, "timeout") from error
    if wish.response_format == "url":
        data = [_link(request, film) for film in films]
    else:
        data = [await run_in_threadpool(_base64, desk, film, folder) for film in films]
    return {"created": int(time.time()), "data": data, "output_format": "png"}


@routes.get("/v1/images/{image_id}/content", response_class=FileResponse)
def image_content(image_id: str, desk: AtDesk, asker: Asker, folder: Scratch) -> FileResponse:
    """Send a picture that was answered as a link; the same key is needed."""
    return send(desk, desk.film(asker.name, image_id), STILL, folder)


async def _done(desk: Desk, film: Film) -> Film:
    async for now in until_done(desk, film):
        film = now
    if film.error:
        raise invalid(film.error["message"], "prompt", film.error["code"])
    if film.status != "completed":
        raise Refused(404, "The picture was deleted.", "not_found", "image_id")
    return film


def _link(request: Request, film: Film) -> dict[str, Any]:
    url = request.url_for("image_content", image_id=film.id)
    return {"url": str(url), "revised_prompt": film.made["expanded_prompt"]}


def _base64(desk: Desk, film: Film, folder: Path) -> dict[str, Any]:
    told = base64.b64encode(file_of(desk, film, STILL, folder).read_bytes()).decode()
    return {"b64_json": told, "revised_prompt": film.made["expanded_prompt"]}
