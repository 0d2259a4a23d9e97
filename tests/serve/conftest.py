"""Real servers on loopback: one whole, with worker processes; and the web process alone."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import uvicorn
from moto.server import ThreadedMotoServer
from sqlalchemy import create_engine, make_url, text

from lichtspiel.serve import keys
from lichtspiel.serve.app import create_app
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.store import open_store
from lichtspiel.serve.tables import open_database

#: On a busy machine a film of one frame takes long; a test that hangs ends all the same.
PATIENCE = 300.0


def until(true: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for something to become true, and return it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.1)
    pytest.fail(f"it did not become true in {patience:g} seconds")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """`lichtspiel serve` as a process, with keys for three users, in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.settings = Settings(folder=home / "server")
        self.settings.folder.mkdir(parents=True)
        self.engine = open_database(self.settings.database)
        self.store = open_store(self.settings.store)
        self.keys = {name: keys.add(self.engine, name) for name in ("first", "second", "studio")}
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        options = ["--port", str(self.port), "--lease", "8", "--folder", str(self.settings.folder)]
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lichtspiel", "serve", *options],
                env=os.environ | {"LICHTSPIEL_HOME": str(self.home), "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
            )
        until(self.answers)

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.home / "log").read_text()
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def end(self, number: int = signal.SIGINT) -> None:
        self.process.send_signal(number)
        self.process.wait(60)


@pytest.fixture(scope="session")
def wait() -> Callable[..., Any]:
    """`until`, for the tests."""
    return until


@pytest.fixture(scope="session")
def port_of() -> Callable[[], int]:
    """`free_port`, for the tests."""
    return free_port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.end()
    running.engine.dispose()


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    """The real client, as the first user."""
    url = f"{server.url}/v1"
    with openai.OpenAI(base_url=url, api_key=server.keys["first"], max_retries=0) as real:
        yield real


Web = Callable[..., httpx.Client]


@pytest.fixture(scope="session", name="serving")
def _serving() -> Any:
    """`serving`, for the tests."""
    return serving


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The web process's app behind a real uvicorn, in a thread; no workers."""
    port = free_port()
    config = uvicorn.Config(create_app(settings), port=port, log_level="warning", ws="none")
    inside = uvicorn.Server(config)
    thread = threading.Thread(target=inside.run)
    thread.start()
    try:
        until(lambda: inside.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        inside.should_exit = True
        thread.join()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """Start the web process with some settings; gives a client of it."""
    with ExitStack() as stack:

        def start(**options: Any) -> httpx.Client:
            url = stack.enter_context(serving(Settings(folder=tmp_path, **options)))
            return stack.enter_context(httpx.Client(base_url=url, timeout=60))

        yield start


@pytest.fixture
def key(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Make a key for the web process; gives the header that shows it."""

    def add(name: str, **options: Any) -> dict[str, str]:
        engine = open_database(Settings(folder=tmp_path).database)
        try:
            return {"Authorization": f"Bearer {keys.add(engine, name, **options)}"}
        finally:
            engine.dispose()

    return add


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL from Debian's packages, which runs as anybody but root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("Debian's package postgresql is not installed")
    folder = tempfile.mkdtemp(prefix="lichtspiel-postgresql-")
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, "postgres")
    calls = ["runuser", "-u", "postgres", "--"] if root else []
    begin = [*calls, str(found[-1] / "initdb"), "-D", f"{folder}/data", "-U", "postgres", "-N"]
    subprocess.run(begin, check=True, capture_output=True, cwd=folder)
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    control = [*calls, str(found[-1] / "pg_ctl"), "-D", f"{folder}/data", "-w"]
    subprocess.run(
        [*control, "-l", f"{folder}/log", "-o", options, "start"], check=True, cwd=folder
    )
    yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, cwd=folder)
    shutil.rmtree(folder)


@pytest.fixture
def empty_database(postgresql: str) -> Iterator[str]:
    """The URL of a database of its own in that PostgreSQL."""
    engine = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE own"))
        yield make_url(postgresql).set(database="own").render_as_string(hide_password=False)
        connection.execute(text("DROP DATABASE own WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A bucket's URL. The server's address and the credentials are where all programs look."""
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    address, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{address}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield "s3://films"
    server.stop()
