"""Films from being asked for to being done, in the database. Nothing here makes one.

A worker takes a film with a lease and renews it; a lease that runs out lets another take over.
Every write of a worker names the attempt that it holds, so of two that believe to hold a film only
one can finish it. No lock is kept while a film is made, and SQLite and PostgreSQL do it alike.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from lichtspiel.request import GenerateRequest
from lichtspiel.serve.tables import Film, Preview

#: The fields of a request that are written down: all that the API can ask for but files.
KEPT = (
    "prompt",
    "negative",
    "seconds",
    "still",
    "size",
    "style",
    "label",
    "upscale",
    "model",
    "seed",
    "steps",
    "guidance",
    "sampler",
    "expand",
    "camera",
    "loop",
    "change",
    "mask",
    "strength",
)
#: A film that so many workers died of is given up: it may be what kills them. Fewer would give up
#: films that were merely there each time that somebody pulled a plug.
MAX_DEATHS = 5
DAY = 86_400.0
#: What is left of a deleted film: that it was there.
EMPTIED: dict[str, Any] = {"asked": {}, "made": {}, "wish": {}, "error": None, "status": "deleted"}


def new_id(request: GenerateRequest) -> str:
    """An id that no film or picture has."""
    return f"{'image' if request.still else 'video'}_{uuid.uuid4().hex}"


def add(
    engine: Engine,
    owner: str,
    request: GenerateRequest,
    wish: dict[str, str],
    remixed_from: str | None = None,
    film_id: str | None = None,
    given: Mapping[str, str] | None = None,
) -> Film:
    """Write down that a film is to be made; when this returns, it is on the disk.

    given: field of the request -> name of its file in the store.
    """
    shots = {"storyboard": [vars(shot) for shot in request.storyboard]}
    film = Film(
        id=film_id or new_id(request),
        owner=owner,
        status="queued",
        still=request.still,
        asked={name: getattr(request, name) for name in KEPT} | shots | dict(given or {}),
        wish=wish,
        seconds=cost(request),
        created_at=time.time(),
        remixed_from=remixed_from,
    )
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add(film)
    return film


def cost(request: GenerateRequest) -> float:
    """What a film takes of a quota: its seconds, as many times as it is made of more pixels."""
    return request.frames / request.preset.fps * request.upscale**2


def find(engine: Engine, owner: str, film_id: str) -> Film | None:
    """The film of an owner, or None: that of another is as if it were not there."""
    with Session(engine) as session:
        found: Film | None = session.scalar(select(Film).where(Film.id == film_id, *_of(owner)))
    return found


def page(
    engine: Engine, owner: str, after: Film | None, limit: int, newest_first: bool
) -> Sequence[Film]:
    """At most `limit` films of an owner that follow `after`, by the order they were asked for."""
    query = select(Film).where(Film.still.is_(False), *_of(owner)).limit(limit)
    if after is not None:
        beyond = Film.number < after.number if newest_first else Film.number > after.number
        query = query.where(beyond)
    with Session(engine) as session:
        return session.scalars(
            query.order_by(Film.number.desc() if newest_first else Film.number)
        ).all()


def remove(engine: Engine, owner: str, film_id: str) -> bool:
    """Delete a film; one that is being made is cancelled. False where there is none.

    What was not begun costs nothing of the quota.
    """
    with Session(engine) as session, session.begin():
        here = and_(Film.id == film_id, *_of(owner))
        session.execute(update(Film).where(here, Film.status == "queued").values(seconds=0.0))
        session.execute(delete(Preview).where(Preview.film_id == film_id))
        return _changed(session, here, **EMPTIED)


def preview(engine: Engine, film_id: str) -> bytes | None:
    """A jpeg of what a film that is being made seems to become, or None."""
    with Session(engine) as session:
        found = session.get(Preview, film_id)
        return found.picture if found else None


def counts(engine: Engine) -> dict[str, int]:
    """How many films there are of each status."""
    with Session(engine) as session:
        rows = session.execute(select(Film.status, func.count()).group_by(Film.status))
        return {status: count for status, count in rows}


def pressure(engine: Engine) -> tuple[float, int]:
    """Seconds that the oldest film has waited, and how many workers are making one."""
    now = time.time()
    making = (Film.status == "in_progress", Film.lease_until >= now)
    with Session(engine) as session:
        oldest = session.scalar(select(func.min(Film.created_at)).where(Film.status == "queued"))
        busy = session.scalar(select(func.count(Film.worker.distinct())).where(*making))
    return (now - oldest if oldest else 0.0, busy or 0)


def spent(engine: Engine, owner: str) -> tuple[float, float]:
    """Seconds of film that an owner asked for in the last day, and seconds until that gets less."""
    now = time.time()
    charged = (Film.owner == owner, Film.created_at > now - DAY, Film.status != "failed")
    with Session(engine) as session:
        total, oldest = session.execute(
            select(func.sum(Film.seconds), func.min(Film.created_at)).where(
                *charged, Film.seconds > 0
            )
        ).one()
    return (total or 0.0, oldest + DAY - now if oldest else 0.0)


# --- for workers ----------------------------------------------------------------------------------


def take(engine: Engine, worker: str, lease: float) -> Film | None:
    """Take the next film that waits or whose worker died; None where there is nothing to do."""
    while True:
        with Session(engine) as session:
            film: Film | None = session.scalar(_next(time.time()))
        if film is None:
            return None
        deaths = film.deaths + (film.status == "in_progress")
        if deaths >= MAX_DEATHS:
            text = f"The film was given up: {deaths} workers died in the middle of it."
            fail(engine, film, "server_error", text)
            continue
        now = time.time()
        begun: dict[str, Any] = {
            "status": "in_progress",
            "attempt": film.attempt + 1,
            "deaths": deaths,
            "worker": worker,
            "started_at": now,
            "lease_until": now + lease,
            "progress": 0,
        }
        if _write(engine, film, **begun):
            film.status, film.attempt = "in_progress", film.attempt + 1
            return film


def renew(
    engine: Engine, film: Film, lease: float, progress: int, picture: bytes | None = None
) -> bool:
    """Say that its worker lives, and show a picture. False where the film is no longer its."""
    return _write(engine, film, picture, lease_until=time.time() + lease, progress=progress)


def finish(engine: Engine, film: Film, made: dict[str, Any]) -> bool:
    """Complete a film. False where it is no longer this worker's."""
    return _write(
        engine, film, status="completed", progress=100, completed_at=time.time(), made=made
    )


def fail(engine: Engine, film: Film, code: str, message: str) -> bool:
    """Give a film up, for a reason that its asker reads."""
    told = {"code": code, "message": message}
    return _write(engine, film, status="failed", completed_at=time.time(), error=told)


def release(engine: Engine, film: Film) -> bool:
    """Give a film back, for a worker that is asked to stop."""
    return _write(engine, film, status="queued", progress=0)


def free(engine: Engine, worker: str, died: bool) -> None:
    """Let others take what a worker held that is gone: that died, or that was asked to stop."""
    held = (Film.worker == worker, Film.status == "in_progress")
    values = {"lease_until": 0.0} if died else {"status": "queued", "progress": 0}
    with Session(engine) as session, session.begin():
        _changed(session, *held, **values)


def expire(engine: Engine, days: float) -> list[str]:
    """Delete what was done so many days ago; returns the ids."""
    old = and_(Film.completed_at < time.time() - days * DAY, Film.status != "deleted")
    with Session(engine) as session, session.begin():
        ids = list(session.scalars(select(Film.id).where(old)))
        session.execute(update(Film).where(Film.id.in_(ids)).values(**EMPTIED))
    return ids


def _of(owner: str) -> tuple[ColumnElement[bool], ...]:
    return (Film.owner == owner, Film.status != "deleted")


def _next(now: float) -> Any:
    """The film to be made next: of the owner who was served longest ago, the oldest."""
    waiting = or_(
        Film.status == "queued",
        and_(Film.status == "in_progress", Film.lease_until < now),
    )
    served = (
        select(Film.owner, func.max(func.coalesce(Film.started_at, 0.0)).label("last"))
        .group_by(Film.owner)
        .subquery()
    )
    return (
        select(Film)
        .join(served, served.c.owner == Film.owner)
        .where(waiting)
        .order_by(served.c.last, Film.number)
        .limit(1)
    )


def _write(engine: Engine, film: Film, picture: bytes | None = None, **values: Any) -> bool:
    """Change a film if it is still in the attempt and the status that this worker knows.

    picture: its newest preview. When its status changes, the last one is of no use any more.
    """
    same = (Film.number == film.number, Film.attempt == film.attempt, Film.status == film.status)
    with Session(engine) as session, session.begin():
        held = _changed(session, *same, **values)
        if held and picture is not None:
            session.merge(Preview(film_id=film.id, picture=picture))
        if held and "status" in values:
            session.execute(delete(Preview).where(Preview.film_id == film.id))
    return held


def _changed(session: Session, *where: ColumnElement[bool], **values: Any) -> bool:
    result: Any = session.execute(update(Film).where(*where).values(**values))
    return bool(result.rowcount)
