"""The server as a whole: the web process, and the worker processes beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from lichtspiel.serve import keys, worker
from lichtspiel.serve.app import create_app
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.tables import open_database

#: Seconds between two looks at the workers.
WATCH = 0.5


def run(settings: Settings) -> None:
    """Serve until told to stop; ValueError where that would let anybody in."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    if not settings.loopback and not keys.needed(open_database(settings.database)):
        raise ValueError(
            f"Without keys the server listens on 127.0.0.1 only, not on {settings.host}; "
            "make one with: lichtspiel serve key add NAME"
        )
    app = create_app(settings)
    with _workers(settings):
        uvicorn.run(app, host=settings.host, port=settings.port, server_header=False)


@contextmanager
def _workers(settings: Settings) -> Iterator[None]:
    """Worker processes; one that dies is replaced, and what it held is taken up by another."""
    processes = [worker.start(settings, number) for number in range(settings.workers)]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(WATCH):
            for number, process in enumerate(processes):
                if not process.is_alive():
                    processes[number] = worker.start(settings, number)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
