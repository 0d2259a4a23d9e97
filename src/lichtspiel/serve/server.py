"""The server as a whole: the web process, and the worker processes beside it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from sqlalchemy import Engine

from lichtspiel.provenance import identity
from lichtspiel.serve import jobs, keys, logs, worker
from lichtspiel.serve.app import create_app
from lichtspiel.serve.pace import LONGEST
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.tables import open_database

log = logging.getLogger(__name__)

#: Seconds between two looks at the workers.
WATCH = 0.5


def run(settings: Settings) -> None:
    """Serve until told to stop; ValueError where that would let anybody in."""
    logs.begin(settings.log)
    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database)
    if not settings.loopback and not keys.needed(engine):
        raise ValueError(
            f"Without keys the server listens on 127.0.0.1 only, not on {settings.host}; "
            "make one with: lichtspiel serve key add NAME"
        )
    identity.current(identity.Settings.load())  # before workers could make one each
    app = create_app(settings)
    workers = _on_cluster if settings.ray else _beside
    with workers(settings, engine):
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,  # of requests our own log tells more, less of those that only read
            server_header=False,
            # Who asks again when told to finds the connection still open.
            timeout_keep_alive=int(2 * LONGEST),
        )


@contextmanager
def _beside(settings: Settings, engine: Engine) -> Iterator[None]:
    """Worker processes; one that dies is replaced, and what it held is taken up by another."""
    processes = [worker.start(settings, number) for number in range(settings.workers)]

    def tend() -> None:
        for number, process in enumerate(processes):
            if not process.is_alive():
                name = worker.name_of(process.pid)
                log.warning("worker %s died", name, extra={"worker": name})
                jobs.free(engine, name, died=True)
                processes[number] = worker.start(settings, number)

    try:
        with _repeating(tend):
            yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


@contextmanager
def _on_cluster(settings: Settings, engine: Engine) -> Iterator[None]:
    """Workers as actors of Ray, as many as the cluster has room for, whatever becomes of it."""
    try:
        from lichtspiel.serve import cluster
    except ModuleNotFoundError as error:
        raise ValueError("For a cluster of Ray install lichtspiel[ray].") from error
    workers: dict[cluster.Place, cluster.Worker] = {}
    with cluster.joined(settings.ray):
        try:
            with _repeating(lambda: cluster.tend(settings, engine, workers)):
                yield
        finally:
            cluster.dismiss(engine, workers)


@contextmanager
def _repeating(task: Callable[[], None]) -> Iterator[None]:
    """Do a task again and again beside the block, and no more when it ends."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(WATCH):
            try:
                task()
            except Exception:  # the database, or the cluster, may be there again the next time
                log.exception("the workers could not be looked after")

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
