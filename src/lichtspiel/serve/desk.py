"""What all routes share: the settings, the database, who may ask, and how often."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from lichtspiel import safety
from lichtspiel.request import GenerateRequest
from lichtspiel.serve import answers, jobs, keys
from lichtspiel.serve.answers import Video
from lichtspiel.serve.cast import cast, known
from lichtspiel.serve.errors import Refused, busy, invalid
from lichtspiel.serve.figures import Figures
from lichtspiel.serve.given import adopt
from lichtspiel.serve.keys import User
from lichtspiel.serve.pace import Pace, Turns
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.shared import Shared
from lichtspiel.serve.store import open_store
from lichtspiel.serve.tables import Film, open_database
from lichtspiel.serve.worker import attempt_of, forget

log = logging.getLogger(__name__)

#: Seconds between two looks at a film that somebody watches, and at a key that is used again.
LOOK = 0.3
KEY_LOOK = 2.0
#: Where more than so many listen, each looks less often.
CROWD = 50
#: Something is told to those who listen at least so often, in seconds, to keep lines open.
SILENCE = 10.0


ID = re.compile(r"(video|image)_[0-9a-f]{32}")


class Desk:
    """What the routes of one app share: settings, database, and who may ask how often."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Engine = open_database(settings.database)
        self.store = open_store(settings.store)
        self.pace = Pace(settings.rate)
        self.turns = Turns()
        self.looks, self.known = Shared(LOOK), Shared(KEY_LOOK)
        self.door = asyncio.Lock()  # one at a time is counted and let in
        self.figures = Figures(self.engine)
        self.listening = 0

    async def is_open(self) -> bool:
        """Whether nobody needs a key: none was ever made, and only this machine can ask."""
        return self.settings.loopback and not await self.looks(keys.needed, self.engine)

    def film(self, owner: str, film_id: str) -> Film:
        """The film of an owner; `Refused` with 404 where there is none."""
        return _there(jobs.find(self.engine, owner, film_id) if ID.fullmatch(film_id) else None)

    async def look(self, owner: str, film_id: str) -> Film:
        """The film as it is or was a moment ago: for those who ask again and again."""
        if not ID.fullmatch(film_id):
            return _there(None)
        return _there(await self.looks(jobs.find, self.engine, owner, film_id))

    def remove(self, film: Film) -> None:
        """Delete a film and its files; one that is being made is cancelled."""
        jobs.remove(self.engine, film.owner, film.id)
        self.looks.forget(jobs.find, self.engine, film.owner, film.id)
        forget(self.store, film.id)

    def video(self, film: Film) -> Video:
        return answers.video(film, self.settings.keep_days)

    def told(self, film: Film) -> str:
        """A film as JSON, made once for all who are told the same."""
        return _told(film, self.settings.keep_days)

    async def queue(
        self,
        user: User,
        requests: list[GenerateRequest],
        told: dict[str, str],
        source: str | None = None,
    ) -> list[Film]:
        """Queue films of one prompt, if it may be asked for and there is room for them.

        Where the prompt names characters of the user, they are put in.
        """
        with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
            wanted = await run_in_threadpool(self._cast, user, requests, Path(folder))
            await run_in_threadpool(_screen, wanted[0])
            async with self.door:
                told = told | {"prompt": requests[0].prompt}
                return await run_in_threadpool(self._add, user, wanted, told, source)

    def _cast(
        self, user: User, requests: list[GenerateRequest], folder: Path
    ) -> list[GenerateRequest]:
        characters = known(self.engine, user.name)
        try:
            return [cast(one, characters, self.store, folder) for one in requests]
        except ValueError as error:  # say, too long with the descriptions
            raise invalid(str(error), "prompt") from error

    def _add(
        self, user: User, requests: list[GenerateRequest], told: dict[str, str], source: str | None
    ) -> list[Film]:
        waiting = jobs.counts(self.engine).get("queued", 0)
        if waiting + len(requests) > self.settings.queue:
            raise busy(f"{waiting} films are waiting already.", 10 + waiting, "queue_full")
        seconds, later = jobs.spent(self.engine, user.name)
        asked = sum(map(jobs.cost, requests))
        quota = user.daily_seconds or self.settings.daily_seconds
        if user.name and seconds + asked > quota:
            message = f"Of {quota:g} seconds of film a day {seconds:.4g} are used."
            raise busy(message, later, "insufficient_quota")
        return [self._write_down(user, one, told, source) for one in requests]

    def _write_down(
        self, user: User, request: GenerateRequest, told: dict[str, str], source: str | None
    ) -> Film:
        film_id = jobs.new_id(request)
        given = adopt(request, self.store, film_id)
        film = jobs.add(self.engine, user.name, request, told, source, film_id, given)
        log.info("%s: queued", film_id, extra={"film": film_id, "owner": user.name})
        return film


@lru_cache(1000)
def _told(film: Film, keep_days: float | None) -> str:
    return answers.video(film, keep_days).model_dump_json()


def _there(film: Film | None) -> Film:
    if film is None:
        raise Refused(404, "There is no such film.", "not_found", "video_id")
    return film


def _screen(request: GenerateRequest) -> None:
    sentences = [shot.prompt for shot in request.shots if shot.prompt]
    if len(sentences) > 1:
        safety.check_parts(sentences)
    elif sentences:
        safety.check_prompt(sentences[0])
    safety.check_unwanted(request.negative)


# Dependencies are coroutines, since each that is not would cost a turn of a thread.


async def desk(request: Request) -> Desk:
    """The desk of the app that a request came to."""
    found: Desk = request.app.state.desk
    return found


AtDesk = Annotated[Desk, Depends(desk)]


async def user(request: Request) -> User:
    """Who asks; `Refused` with 401 without a good key, with 429 where that is too often."""
    desk: Desk = request.app.state.desk  # not by a dependency: this is done for every request
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    found = User("", "reviewer") if await desk.is_open() else None
    if found is None and scheme.lower() == "bearer":
        found = await desk.known(keys.recognise, desk.engine, given.strip())
    if found is None:
        address = request.client.host if request.client else ""
        desk.pace.check(f"stranger at {address}")
        message = "The API key is wrong or missing; send it as Authorization: Bearer ls-..."
        headers = {"WWW-Authenticate": "Bearer"}
        raise Refused(401, message, "invalid_api_key", headers=headers)
    desk.pace.check(found.name)
    return found


Asker = Annotated[User, Depends(user)]


async def maker(asker: Asker) -> User:
    """Who asks for something to be made or deleted; `Refused` with 403 for a viewer."""
    return _with_role(asker, "maker")


async def reviewer(asker: Asker) -> User:
    """Who asks for what was blocked."""
    return _with_role(asker, "reviewer")


def _with_role(asker: User, role: str) -> User:
    if not asker.may(role):
        message = f"This key is for a {asker.role}; that needs a {role}."
        raise Refused(403, message, "permission_denied", kind="permission_error")
    return asker


Maker = Annotated[User, Depends(maker)]


async def until_done(desk: Desk, film: Film) -> AsyncIterator[Film]:
    """A film's row when there is news, or silence lasts; at last when it is completed or failed."""
    told, since = None, 0.0
    desk.listening += 1
    try:
        while True:
            now = await desk.looks(jobs.find, desk.engine, film.owner, film.id)
            if now is None:
                return
            news = (now.status, now.attempt, now.progress)
            if news != told or time.monotonic() - since > SILENCE:
                told, since = news, time.monotonic()
                yield now
            if now.status in ("completed", "failed"):
                return
            # Not all at the same moment: what is asked meanwhile would wait for all of them.
            crowded = max(1.0, desk.listening / CROWD)
            await asyncio.sleep(LOOK * crowded * random.uniform(0.5, 1.5))
    finally:
        desk.listening -= 1


def scratch() -> Iterator[Path]:
    """A folder for copies of stored files, until the answer is sent."""
    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
        yield Path(folder)


Scratch = Annotated[Path, Depends(scratch)]


def send(desk: Desk, film: Film, name: str, folder: Path) -> FileResponse:
    """A file of a film that is done, to be sent; `Refused` where there is none.

    What an attempt made never changes, so its name does for an ETag, whichever copy is sent.
    """
    tag = {"ETag": f'"{film.id}-{film.attempt}-{name}"'}
    return FileResponse(file_of(desk, film, name, folder), 200, tag, filename=f"{film.id}-{name}")


def file_of(desk: Desk, film: Film, name: str, folder: Path) -> Path:
    """A file of a film that is done, where need be copied into a folder; `Refused` without one."""
    if film.status != "completed":
        message = f"There is nothing to send yet: this is {film.status}."
        raise invalid(message, "video_id", "video_not_ready")
    try:
        return desk.store.fetch(f"{attempt_of(film)}/{name}", folder)
    except FileNotFoundError as error:
        raise Refused(404, "There is no such file.", "not_found", "variant") from error
