"""A worker: takes films one after the other and makes them, in a process of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import numpy as np
import torch
from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lichtspiel import provenance, safety
from lichtspiel.media import mux, read
from lichtspiel.media.mux import Frames
from lichtspiel.media.sheet import draw_sheet
from lichtspiel.pipeline import Film as Made
from lichtspiel.request import GenerateRequest
from lichtspiel.sampling import Progress, Watcher
from lichtspiel.serve import jobs, logs
from lichtspiel.serve.given import fields_of, given_of
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.store import Store, open_store
from lichtspiel.serve.tables import Film, open_database
from lichtspiel.studio import Studio

log = logging.getLogger(__name__)

IDLE = 0.3  # seconds between two looks for work
BEAT = 0.5  # seconds between two signs of life
PREVIEWS = 0.1  # the share of a worker's time that goes into previews, at most
#: What of the progress is for the sampling; the rest is for the writing.
SAMPLING = 90

#: How the files of a finished film are named, by the variants of the API.
FILES = {"video": "film.mp4", "thumbnail": "thumbnail.png", "spritesheet": "spritesheet.png"}
STILL = "film.png"


class Cancelled(Exception):
    """The film was deleted, or another worker has it now."""


def work(settings: Settings, name: str = "") -> None:
    """Make films until the process that started this one is gone, or forever.

    name: what the database calls this worker; by default it is its machine and process.
    """
    logs.begin(settings.log)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    if settings.workers > 1 and not settings.ray:  # torch would give each of them all cores
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // settings.workers))
    engine, store = open_database(settings.database), open_store(settings.store)
    name, parent = name or name_of(os.getpid()), multiprocessing.parent_process()
    log.info("worker %s is ready", name, extra={"worker": name})
    while parent is None or parent.is_alive():
        film = jobs.take(engine, name, settings.lease)
        if film is not None:
            make(engine, store, film, settings.lease)
            continue
        if settings.keep_days is not None:
            for film_id in jobs.expire(engine, settings.keep_days):
                forget(store, film_id)
        time.sleep(IDLE)


def name_of(process: int) -> str:
    """What the database calls the worker that is a process of this machine."""
    return f"{socket.gethostname()}:{process}"


def place_of(film_id: str) -> str:
    """Where in the store all files of a film are, in a folder for each attempt."""
    return f"films/{film_id}"


def attempt_of(film: Film) -> str:
    """Where in the store the files of a film's present attempt are."""
    return f"{place_of(film.id)}/{film.attempt}"


def forget(store: Store, film_id: str) -> None:
    """Delete all files of a film."""
    for place in (place_of(film_id), given_of(film_id)):
        store.remove(place)


def make(engine: Engine, store: Store, film: Film, lease: float) -> None:
    """Make one film that was taken, and write down how that ended.

    Its files lie in a folder of the attempt's own, so that a worker that was wrongly taken for
    dead can't touch those of its successor.
    """
    told = {"film": film.id, "attempt": film.attempt}
    log.info("%s: begun", film.id, extra=told)
    try:
        with _beating(engine, film, lease) as watch:
            store.remove(place_of(film.id))  # what a dead worker left
            made = _make(store, film, watch)
        if jobs.finish(engine, film, made.as_dict() | {"path": ""}):
            log.info("%s: completed", film.id, extra=told | {"seconds": made.elapsed_s})
        else:
            store.remove(attempt_of(film))
    except Cancelled:
        log.info("%s: taken away", film.id, extra=told)
    except safety.Blocked as blocked:
        _fail(engine, film, "moderation_blocked", str(blocked))
    except ValueError as error:
        _fail(engine, film, "invalid_request_error", str(error))
    except Exception:
        log.exception("%s: not made", film.id, extra=told)
        _fail(engine, film, "server_error", "The film could not be made; the log says why.")
    except BaseException:
        jobs.release(engine, film)
        raise


def _fail(engine: Engine, film: Film, code: str, reason: str) -> None:
    log.info("%s: failed", film.id, extra={"film": film.id, "code": code})
    jobs.fail(engine, film, code, reason)


def _make(store: Store, film: Film, watch: Watcher) -> Made:
    """Make a film, and put its files into the store."""
    with (
        tempfile.TemporaryDirectory(prefix="lichtspiel-") as given,
        store.placing(attempt_of(film)) as folder,
    ):
        request = GenerateRequest(**fields_of(film, store, Path(given)))
        studio = _studio(request.model)
        made = studio.make(request, folder / f"film{request.suffix}", watch)
        if not film.still:
            _draw(made, folder)
    return made


@cache
def _studio(model: str) -> Studio:
    safety.showable(np.zeros((8, 8, 3), np.uint8))  # now, so that the first preview is quick
    return Studio.load(model)


def _draw(made: Made, folder: Path) -> None:
    """The pictures that show a film before it is opened, signed like it."""
    with mux.placing(folder / FILES["thumbnail"]) as temporary:
        mux.write_png(temporary, iter([next(read.frames(made.path))[None]]))
        provenance.sign(temporary, made.id, made.model)
    with mux.placing(folder / FILES["spritesheet"]) as temporary:
        draw_sheet(made.path, temporary)
        provenance.sign(temporary, made.id, made.model)


@contextmanager
def _beating(engine: Engine, film: Film, lease: float) -> Iterator[Watcher]:
    """A watcher of the path; a thread tells the database the progress, as a sign of life."""
    progress, lost, over = 0, threading.Event(), threading.Event()
    picture, rested = None, 0.0  # the newest preview, and when the next may be drawn

    def beat() -> None:
        shown = None
        while not over.wait(BEAT):
            try:
                new, shown = (None if picture is shown else picture), picture
                if not jobs.renew(engine, film, lease, progress, new):
                    lost.set()
            except SQLAlchemyError:  # the next beat may get through; else the lease runs out
                log.warning("no sign of life could be written", exc_info=True)

    def watch(heard: Progress) -> None:
        nonlocal progress, picture, rested
        begun = time.monotonic()
        if heard.preview is not None and begun >= rested:
            picture = _drawn(heard.preview) or picture
            rested = begun + (time.monotonic() - begun) / PREVIEWS
        progress = percent(heard)
        if lost.is_set():
            raise Cancelled

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def _drawn(preview: Callable[[], Frames]) -> bytes | None:
    """The pictures of a preview side by side as jpeg, if they may be shown."""
    pictures = preview()
    if not safety.showable(pictures[len(pictures) // 2]):
        return None
    drawn = BytesIO()
    Image.fromarray(provenance.preview(pictures)).save(drawn, "JPEG", quality=80)
    return drawn.getvalue()


def percent(heard: Progress) -> int:
    """The progress of a whole film, 0 to 99."""
    if heard.stage == "expanded":
        return 0
    share = heard.done / heard.total
    if heard.stage == "sampling":
        return int(SAMPLING * share)
    return min(99, int(SAMPLING + (100 - SAMPLING) * share))


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def start(settings: Settings, number: int) -> Any:
    """Start a worker as a process that ends with this one. number: for its name."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=(settings,), name=f"worker-{number}", daemon=True)
    process.start()
    return process
