"""Reads that many share: how old they may be, and that clients are asked to be patient."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lichtspiel.serve import desk, keys
from lichtspiel.serve.pace import Turns
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.shared import Shared
from lichtspiel.serve.tables import open_database

PROMPT = "a red car on the beach"


def test_what_many_ask_at_once_is_read_once() -> None:
    read = []

    def slow(what: str) -> str:
        read.append(what)
        time.sleep(0.05)
        if what == "wrong":
            raise ValueError(what)
        return what * 2

    async def ask() -> None:
        shared = Shared(60)
        assert await asyncio.gather(*(shared(slow, "a") for _ in range(99))) == ["aa"] * 99
        assert await shared(slow, "b") == "bb" and read == ["a", "b"]
        for _ in range(2):
            with pytest.raises(ValueError, match="wrong"):
                await shared(slow, "wrong")
        shared.forget(slow, "a")
        assert await shared(slow, "a") == "aa" and read == ["a", "b", "wrong", "a"]
        impatient = asyncio.create_task(shared(slow, "c"))
        await asyncio.sleep(0)
        patient = asyncio.create_task(shared(slow, "c"))
        await asyncio.sleep(0)
        impatient.cancel()  # who goes away takes nothing from others
        assert await patient == "cc" and read[4:] == ["c"]

    asyncio.run(ask())


def test_a_read_is_done_again_after_its_time() -> None:
    async def ask() -> None:
        shared, read = Shared(0.01), iter("ab")
        assert await shared(next, read) == "a"
        await asyncio.sleep(0.02)
        assert await shared(next, read) == "b"

    asyncio.run(ask())


def test_clients_are_told_when_to_ask_again(web: Callable[..., Any]) -> None:
    client = web()
    film = client.post("/v1/videos", json={"prompt": PROMPT}).json()["id"]
    asked = client.get(f"/v1/videos/{film}")
    assert (asked.json()["status"], asked.headers["openai-poll-after-ms"]) == ("queued", "1000")
    assert client.delete(f"/v1/videos/{film}").status_code == 200
    assert client.get(f"/v1/videos/{film}").status_code == 404
    turns = Turns(most=2)
    assert [turns.wait(one) for one in (1, 2, 1)] == [1, 1, 1]
    told = [turns.wait(one) for one in (3, 4, 4, 4, 4)]
    assert 1.125 <= told[0] <= 1.875
    assert all(1.5 <= one <= 2.5 for one in told[1:])
    assert len(set(told[1:])) == 4  # who came together does not stay together
    assert max(turns.wait(one) for one in range(100)) == 10


def test_a_key_that_is_revoked_soon_opens_nothing(
    web: Callable[..., Any],
    key: Callable[..., dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "KEY_LOOK", 0.1)
    header, client = key("first"), web()
    assert client.get("/v1/models", headers=header).status_code == 200
    engine = open_database(Settings(folder=tmp_path).database)
    keys.revoke(engine, "first")
    engine.dispose()
    time.sleep(0.2)
    assert client.get("/v1/models", headers=header).status_code == 401
