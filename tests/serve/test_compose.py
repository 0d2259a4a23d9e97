"""Dockerfile and compose.yaml: what they name is there, and their commands run without Docker."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer.main
import yaml
from ray.scripts import scripts as ray_commands

from lichtspiel.cli import app
from lichtspiel.provenance.verify import verify
from lichtspiel.serve import keys
from lichtspiel.serve.tables import open_database

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "lichtspiel"}


def instructions(kind: str) -> list[str]:
    return re.findall(rf"^{kind} +(.*)$", DOCKERFILE, re.MULTILINE)


def commands(service: dict[str, Any]) -> list[list[str]]:
    """The commands of a service, split into words."""
    words = service["command"]
    words = shlex.split(words) if isinstance(words, str) else words
    if words[:2] != ["sh", "-c"]:
        return [words]
    return [shlex.split(one.removeprefix("exec ")) for one in words[2].split(" && ")]


def test_the_dockerfile_names_what_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in instructions("COPY"):
        assert all((ROOT / source).exists() for source in line.split()[:-1])
    sent = set((ROOT / ".dockerignore").read_text().split())
    assert {f"!{one}" for line in instructions("COPY") for one in line.split()[:-1]} <= sent
    (extras,) = re.findall(r"'\.\[([\w,]+)\]'", DOCKERFILE)
    assert set(extras.split(",")) <= project["optional-dependencies"].keys()
    needed = {project["readme"], *project["license-files"]}
    assert needed <= {source for line in instructions("COPY") for source in line.split()}
    (start,) = instructions("CMD")
    assert known(json.loads(start))
    (base,) = instructions("FROM")
    least = re.findall(r"\d+", project["requires-python"])
    assert re.findall(r"\d+", base)[:2] >= least


def known(words: list[str]) -> bool:
    """Whether a command of ours or of Ray, and its options, are there."""
    program, *words = words
    command: Any = {"lichtspiel": typer.main.get_command(app), "ray": ray_commands.cli}[program]
    command = command.commands[words[0]]
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    return {word.partition("=")[0] for word in words if word.startswith("-")} <= options


def test_compose_names_what_is_there() -> None:
    for service in OURS.values():
        assert service["build"] == "." and (ROOT / "Dockerfile").exists()
        assert all(known(words) for words in commands(service))
    for service in COMPOSE["services"].values():
        volumes = [one.partition(":")[0] for one in service.get("volumes", ())]
        assert set(volumes) <= COMPOSE["volumes"].keys()
        assert set(service.get("depends_on", ())) <= COMPOSE["services"].keys()
    home = re.findall(r"LICHTSPIEL_HOME=(\S+)", DOCKERFILE)
    assert [f"home:{one}" for one in home] == OURS["worker"]["volumes"]
    published = [
        one for service in COMPOSE["services"].values() for one in service.get("ports", ())
    ]
    assert published == ["127.0.0.1:8000:8000"]  # of Ray and the others nothing
    for service in COMPOSE["services"].values():
        secrets = [text for name, text in service["environment"].items() if "PASSWORD" in name]
        assert all(text.startswith("${") for text in secrets)


@pytest.fixture
def environment(s3: str, empty_database: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """That of our services, with what stands for their neighbours on this machine."""
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp") as short:  # for paths of sockets
        own = {"LICHTSPIEL_DATABASE": empty_database, "LICHTSPIEL_HOME": str(tmp_path)}
        named = OURS["worker"]["environment"]
        own |= {name: os.environ[name] for name in named if name.startswith("AWS_")}
        assert set(own) - {"LICHTSPIEL_HOME"} <= named.keys() == OURS["head"]["environment"].keys()
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        rest = {name: os.environ[name] for name in os.environ if not name.startswith("AWS_")}
        yield rest | named | own | {"RAY_TMPDIR": short, "PATH": path, "PYTHONPATH": ""}


@pytest.fixture
def ports(port_of: Callable[[], int]) -> dict[str, str]:
    """What stands for the ports of the web process and the cluster."""
    return {"8000": str(port_of()), "6379": str(port_of())}


@pytest.fixture
def begin(
    environment: dict[str, str], ports: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts services by the commands of the file; (name) -> the process."""
    begun = []

    def start(service: str) -> subprocess.Popen[bytes]:
        words = COMPOSE["services"][service]["command"]
        words = shlex.split(words) if isinstance(words, str) else words
        text = json.dumps(words).replace("head:", "127.0.0.1:")
        for usual, own in ports.items():
            text = text.replace(usual, own)
        with (tmp_path / f"{service}.log").open("ab") as log:
            process = subprocess.Popen(
                json.loads(text), env=environment, stdout=log, stderr=log, start_new_session=True
            )
        begun.append(process)
        return process

    yield start
    mine = f"RAY_TMPDIR={environment['RAY_TMPDIR']}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mine in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
    for child in begun:
        child.wait()


def test_the_commands_of_compose_run(
    begin: Callable[[str], subprocess.Popen[bytes]],
    environment: dict[str, str],
    ports: dict[str, str],
    tmp_path: Path,
    wait: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A film by web process, PostgreSQL, S3 and Ray; its node dies in the middle, another joins."""
    engine = open_database(environment["LICHTSPIEL_DATABASE"])
    header = {"Authorization": f"Bearer {keys.add(engine, 'editor')}"}
    engine.dispose()

    head = begin("head")

    def ask(method: str, path: str, **options: Any) -> httpx.Response:
        url = f"http://127.0.0.1:{ports['8000']}{path}"
        return httpx.request(method, url, headers=header, timeout=60, **options)

    def answers() -> bool:
        assert head.poll() is None, (tmp_path / "head.log").read_text()
        try:
            return ask("GET", "/healthz").status_code == 200
        except httpx.TransportError:
            return False

    wait(answers)
    wish = {"prompt": "a red car on the beach", "seconds": 1, "steps": 120, "size": "square"}
    film = ask("POST", "/v1/videos", json=wish).json()["id"]
    worker = begin("worker")
    wait(lambda: ask("GET", f"/v1/videos/{film}").json()["progress"] > 0)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    begin("worker")

    def done() -> bool:
        told = ask("GET", f"/v1/videos/{film}").json()
        assert told["status"] != "failed", told
        return bool(told["status"] == "completed")

    wait(done)
    path = tmp_path / "film.mp4"
    path.write_bytes(ask("GET", f"/v1/videos/{film}/content").content)
    lines = (tmp_path / "head.log").read_text().splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert any("died" in event["message"] for event in events)
    monkeypatch.setenv("LICHTSPIEL_HOME", str(tmp_path))
    assert verify(path).verdict == "ai"
