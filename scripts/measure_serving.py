"""Measure the server: what survives when its processes and machines die, and how it bears many.

    python scripts/measure_serving.py kills --jobs 200 --kills 30
    python scripts/measure_serving.py kills --jobs 200 --kills 30 --database postgresql+psycopg://...
    python scripts/measure_serving.py nodes --jobs 200 --kills 3
    python scripts/measure_serving.py load --clients 500

`kills` ends web and worker processes by SIGKILL, `nodes` whole nodes of a cluster of Ray on this
machine; a trigger in the database counts how often each film was completed, and every file is
verified. A database of its own is made in a folder that is removed; one that is named must be
empty. The last line is a JSON object with what was found.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import httpx
import psutil
import typer
import uvloop
from sqlalchemy import Engine, text

from lichtspiel.home import passing_home

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Jobs = Annotated[int, typer.Option(help="How many films are asked for.")]
Kills = Annotated[int, typer.Option(help="How often something is killed.")]
DatabaseUrl = Annotated[str, typer.Option(help="An empty database; by default SQLite.")]
StoreUrl = Annotated[str, typer.Option(help="Where films lie; by default a folder.")]
Seed = Annotated[int, typer.Option(help="Of the moments and the victims.")]

#: The smallest films: a quarter of a second, two steps.
SMALLEST = {"prompt": "a red car on the beach", "seconds": "0.25", "steps": 2, "size": "square"}
#: So many of them wait at most, so that they are asked for while things die.
AHEAD = 12

#: SQL that notes each completion in a table of its own, however it came about.
NOTE = {
    "sqlite": (
        "CREATE TABLE completions (film TEXT)",
        "CREATE TRIGGER completed AFTER UPDATE OF status ON films WHEN NEW.status = 'completed' "
        "BEGIN INSERT INTO completions VALUES (NEW.id); END",
    ),
    "postgresql": (
        "CREATE TABLE completions (film TEXT)",
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO completions VALUES (NEW.id); RETURN NEW; END $$",
        "CREATE TRIGGER completed AFTER UPDATE OF status ON films FOR EACH ROW "
        "WHEN (NEW.status = 'completed') EXECUTE FUNCTION note()",
    ),
}


@dataclass
class Server:
    """`lichtspiel serve` as a process that is started again whenever it is gone."""

    home: Path
    options: list[str]
    port: int = field(init=False)
    process: subprocess.Popen[bytes] = field(init=False)
    starts: int = 0

    def __post_init__(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = int(taken.getsockname()[1])
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        own = ["--port", str(self.port), "--folder", str(self.home / "server")]
        command = [sys.executable, "-m", "lichtspiel", "serve", *own, *self.options]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.starts += 1

    def keep(self) -> None:
        if self.process.poll() is not None:
            self.start()

    def workers(self) -> list[int]:
        """The worker processes of this server."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [child.pid for child in children if "spawn_main" in " ".join(child.cmdline())]
        return []

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@contextmanager
def own_home() -> Iterator[Path]:
    """The home of all processes, with a place for the server: what signs files also verifies."""
    with passing_home() as home:
        (home / "server").mkdir()
        yield home


@contextmanager
def served(
    home: Path, options: list[str], database: str, store: str
) -> Iterator[tuple[Server, Engine]]:
    """A server, and its database with the note of completions."""
    from lichtspiel.serve.tables import open_database

    os.environ["LICHTSPIEL_DATABASE"] = database or f"sqlite:///{home}/server/films.sqlite"
    if store:
        os.environ["LICHTSPIEL_STORE"] = store
    engine = open_database(os.environ["LICHTSPIEL_DATABASE"])
    with engine.begin() as connection:
        for statement in NOTE[engine.dialect.name]:
            connection.execute(text(statement))
    server = Server(home, [*options, "--rate", "100000"])
    try:
        yield server, engine
    finally:
        server.stop()
        engine.dispose()


# --- films that are asked for while things die ---------------------------------------------------


def ask(server: Server, number: int) -> str:
    """Ask for a film, and again where no answer came, unless it was written down all the same.

    Returns its id. Films are told apart by their seeds.
    """
    route, again = f"{server.url}/v1/videos", False
    while True:
        with suppress(httpx.TransportError, KeyError):
            if again:
                films = httpx.get(route, params={"limit": 100}, timeout=60).json()["data"]
                for film in films:
                    if film["made_as"]["seed"] == number:
                        return str(film["id"])
            wish = SMALLEST | {"seed": number}
            return str(httpx.post(route, json=wish, timeout=60).json()["id"])
        again = True
        time.sleep(0.5)


def statuses(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT status, count(*) FROM films GROUP BY status"))
        return Counter({status: count for status, count in rows})


def run(
    server: Server, engine: Engine, jobs: int, moments: list[int], kill: Callable[[], str | None]
) -> Counter[str]:
    """Have films made, and kill something each time that so many are completed as `moments` say.

    Returns how often what was killed.
    """
    ids: list[str] = []
    killed: Counter[str] = Counter()

    def asking() -> None:
        for number in range(jobs):
            while statuses(engine)["queued"] >= AHEAD:
                time.sleep(0.5)
            ids.append(ask(server, number))

    asker = threading.Thread(target=asking, daemon=True)
    asker.start()
    told = -1
    while True:
        server.keep()
        now = statuses(engine)
        ended = now["completed"] + now["failed"]
        if ended != told and ended % 10 == 0:
            told = ended
            typer.echo(f"{time.strftime('%X')} {dict(now)} killed {dict(killed)}")
        if moments and now["completed"] >= moments[0] and (victim := kill()):
            killed[victim] += 1
            moments.pop(0)
        if not asker.is_alive() and ended >= jobs and not moments:
            return killed
        time.sleep(0.3)


def examine(server: Server, engine: Engine) -> dict[str, Any]:
    """How often each film was completed, what became of them, and how many files verify."""
    from lichtspiel.provenance.verify import verify

    with engine.connect() as connection:
        times = Counter(connection.execute(text("SELECT film FROM completions")).scalars())
        rows = connection.execute(text("SELECT id, status, attempt FROM films")).all()
    verdicts: Counter[str] = Counter()
    path = server.home / "film.mp4"
    for film_id, status, _ in rows:
        if status == "completed":
            answer = httpx.get(f"{server.url}/v1/videos/{film_id}/content", timeout=300)
            path.write_bytes(answer.raise_for_status().content)
            verdicts[verify(path).verdict] += 1
    return {
        "films": len(rows),
        "statuses": dict(Counter(status for _, status, _ in rows)),
        "completed exactly once": sum(times[film_id] == 1 for film_id, _, _ in rows),
        "completed more than once": sum(count > 1 for count in times.values()),
        "begun more than once": sum(attempt > 1 for _, _, attempt in rows),
        "verdicts": dict(verdicts),
    }


def spread(rng: random.Random, kills: int, jobs: int) -> list[int]:
    """At which counts of completed films something is killed."""
    return sorted(rng.randrange(jobs) for _ in range(kills))


@app.command()
def kills(
    jobs: Jobs = 200,
    kills: Kills = 30,
    workers: Annotated[int, typer.Option(help="Worker processes.")] = 2,
    lease: Annotated[float, typer.Option(help="As `lichtspiel serve --lease`.")] = 15.0,
    database: DatabaseUrl = "",
    store: StoreUrl = "",
    seed: Seed = 0,
) -> None:
    """Kill the web process or one of its workers, whichever chance says, again and again."""
    rng, begun = random.Random(seed), time.monotonic()
    options = ["--workers", str(workers), "--lease", str(lease)]
    with own_home() as home, served(home, options, database, store) as (server, engine):

        def kill() -> str | None:
            time.sleep(rng.uniform(0, 3))
            victims = [("web", server.process.pid), *(("worker", pid) for pid in server.workers())]
            what, pid = rng.choice(victims)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                return what
            return None

        killed = run(server, engine, jobs, spread(rng, kills, jobs), kill)
        found = examine(server, engine)
    tell(begun, killed, found, database=database.partition(":")[0] or "sqlite", store=store)


@app.command()
def nodes(
    jobs: Jobs = 200,
    kills: Kills = 3,
    count: Annotated[int, typer.Option("--nodes", help="Nodes with two cores each.")] = 3,
    database: DatabaseUrl = "",
    store: StoreUrl = "",
    seed: Seed = 0,
) -> None:
    """Kill a node of a cluster of Ray with all that runs there; another one joins afterwards."""
    from ray.cluster_utils import Cluster

    rng, begun = random.Random(seed), time.monotonic()
    with own_home() as home:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        # The head has no cores, so it makes no films.
        cluster = Cluster(True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        try:
            machines = [cluster.add_node(num_cpus=2) for _ in range(count)]
            options = ["--ray", cluster.address]
            with served(home, options, database, store) as (server, engine):

                def kill() -> str:
                    time.sleep(rng.uniform(0, 3))
                    dead = machines.pop(rng.randrange(len(machines)))
                    cluster.remove_node(dead, allow_graceful=False)
                    machines.append(cluster.add_node(num_cpus=2))
                    return "node"

                killed = run(server, engine, jobs, spread(rng, kills, jobs), kill)
                found = examine(server, engine)
        finally:
            cluster.shutdown()
    tell(begun, killed, found, database=database.partition(":")[0] or "sqlite", store=store)


# --- many clients beside a film ------------------------------------------------------------------

#: Seconds in which all clients connect; what they wait for meanwhile is told apart.
ARRIVAL = 2.0
LENGTH, WAIT = re.compile(rb"content-length: (\d+)"), re.compile(rb"poll-after-ms: (\d+)")


async def poll(port: int, film: str, over: asyncio.Event, took: dict[str, list[float]]) -> None:
    """Ask for a film's status until it is over, as often as the server says; note how long it took,
    while all connect and afterwards.

    By hand, since 500 real clients would take the machine for themselves.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    wait, came = random.random(), time.perf_counter()
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), wait)
            break
        begun = time.perf_counter()
        writer.write(f"GET /v1/videos/{film} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length, told = LENGTH.search(head), WAIT.search(head)
        assert head.startswith(b"http/1.1 200") and length and told, head
        await reader.readexactly(int(length[1]))
        when = "arriving" if begun - came < ARRIVAL else "settled"
        took[when].append(time.perf_counter() - begun)
        wait = int(told[1]) / 1000
    writer.close()


async def listen(port: int, film: str) -> None:
    """Read the events of a film to their end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    ask = f"GET /v1/videos/{film}/events HTTP/1.0\r\nHost: localhost\r\n\r\n"
    writer.write(ask.encode())
    await reader.readuntil(b"event: end")
    writer.close()


async def crowd(port: int, film: str, clients: int, took: dict[str, list[float]]) -> None:
    """So many clients that poll and listen, until the film is done."""
    over = asyncio.Event()
    polling = [asyncio.create_task(poll(port, film, over, took)) for _ in range(clients)]
    await asyncio.gather(*(listen(port, film) for _ in range(clients)))
    over.set()
    await asyncio.gather(*polling)


def processor_seconds(pid: int) -> float:
    """Processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def made(server: Server, film: str) -> float:
    """Wait for a film, and say how many seconds it took to make."""
    while True:
        told = httpx.get(f"{server.url}/v1/videos/{film}", timeout=60).json()
        assert told["status"] != "failed", told
        if told["status"] == "completed":
            return float(told["made_as"]["elapsed_s"])
        time.sleep(1)


@app.command()
def load(
    clients: Annotated[int, typer.Option(help="So many poll and listen at once.")] = 500,
    rounds: Annotated[int, typer.Option(help="Films made alone, and with clients, in turns.")] = 5,
    seconds: Annotated[float, typer.Option(help="The length of each film.")] = 8.0,
    steps: Annotated[int, typer.Option(help="The steps of each film.")] = 20,
) -> None:
    """How long a status read takes, and a film, beside many clients. Needs a quiet machine."""
    took: dict[str, list[float]] = {"arriving": [], "settled": []}
    alone, beside, server_s, clients_s = [], [], 0.0, 0.0
    with own_home() as home, served(home, ["--workers", "1"], "", "") as (server, _):
        while True:  # until it answers
            with suppress(httpx.TransportError):
                httpx.get(f"{server.url}/healthz", timeout=60)
                break
            time.sleep(0.5)

        def film() -> str:
            wish = SMALLEST | {"seconds": seconds, "steps": steps, "seed": 1}
            answer = httpx.post(f"{server.url}/v1/videos", json=wish, timeout=60)
            return str(answer.raise_for_status().json()["id"])

        made(server, film())  # the first one loads the model
        for _ in range(rounds):
            alone.append(made(server, film()))
            asked, pid = film(), server.process.pid
            before = processor_seconds(pid), time.process_time()
            uvloop.run(crowd(server.port, asked, clients, took))
            server_s += processor_seconds(pid) - before[0]
            clients_s += time.process_time() - before[1]
            beside.append(made(server, asked))
    typer.echo(
        json.dumps(
            {
                "clients": clients,
                "status reads": {when: len(found) for when, found in took.items()},
                "milliseconds": {when: percentiles(found) for when, found in took.items()},
                "film alone": alone,
                "film beside clients": beside,
                "slower": round(statistics.median(beside) / statistics.median(alone) - 1, 3),
                "processor seconds of the web process": round(server_s, 2),
                "processor seconds of the clients": round(clients_s, 2),
            }
        )
    )


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds that 50, 90, 99 and 100 % of the reads took at most."""
    found = sorted(seconds)
    last = len(found) - 1
    return {
        f"p{share}": round(1000 * found[min(last, len(found) * share // 100)], 1)
        for share in (50, 90, 99, 100)
    }


def tell(begun: float, killed: Counter[str], found: dict[str, Any], **setting: str) -> None:
    seconds = round(time.monotonic() - begun)
    typer.echo(json.dumps(setting | {"killed": dict(killed)} | found | {"elapsed": seconds}))


if __name__ == "__main__":
    app()
