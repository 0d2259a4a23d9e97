"""Leases, turns and ends of films, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from lichtspiel.request import GenerateRequest
from lichtspiel.serve import jobs, keys
from lichtspiel.serve.tables import Film, Table, open_database

WISH = {"model": "sora-2", "size": "720x1280", "seconds": "4"}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = open_database(f"sqlite:///{tmp_path / 'films.sqlite'}")
    else:
        made = open_database(request.getfixturevalue("postgresql"))
    yield made
    Table.metadata.drop_all(made)
    made.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is, in a list so that it can be set."""
    now = [1_000_000.0]
    monkeypatch.setattr(jobs.time, "time", lambda: now[0])
    return now


def ask(engine: Engine, owner: str = "first") -> str:
    return jobs.add(engine, owner, GenerateRequest("a car", seconds=4.0), WISH).id


def take(engine: Engine, worker: str = "w", lease: float = 30.0) -> Film:
    film = jobs.take(engine, worker, lease)
    assert film is not None
    return film


def test_a_film_is_taken_once_and_finished_once(engine: Engine, clock: list[float]) -> None:
    asked = ask(engine)
    film = take(engine)
    assert film.id == asked and film.asked["prompt"] == "a car"
    assert jobs.take(engine, "another", 30) is None
    assert jobs.renew(engine, film, 30, 50)
    assert jobs.finish(engine, film, {}) and not jobs.finish(engine, film, {})
    assert jobs.take(engine, "another", 30) is None


def test_a_worker_that_was_taken_for_dead_can_write_nothing(
    engine: Engine, clock: list[float]
) -> None:
    ask(engine)
    slow = take(engine, "slow")
    clock[0] += 31
    quick = take(engine, "quick")
    assert (quick.id, quick.attempt) == (slow.id, 2)
    assert not jobs.renew(engine, slow, 30, 99)
    assert not jobs.finish(engine, slow, {})
    assert not jobs.fail(engine, slow, "server_error", "no")
    assert not jobs.release(engine, slow)
    assert jobs.finish(engine, quick, {})


def test_two_workers_that_see_the_same_film(engine: Engine, clock: list[float]) -> None:
    ask(engine)
    ask(engine)
    assert take(engine, "one").id != take(engine, "two").id


def test_what_kills_every_worker_is_given_up(engine: Engine, clock: list[float]) -> None:
    asked = ask(engine)
    for _ in range(jobs.MAX_DEATHS):
        take(engine)
        clock[0] += 31
    assert jobs.take(engine, "w", 30) is None
    film = jobs.find(engine, "first", asked)
    assert film is not None and film.status == "failed" and film.error is not None
    assert film.error["code"] == "server_error" and "given up" in film.error["message"]


def test_a_worker_that_is_asked_to_stop_gives_back(engine: Engine, clock: list[float]) -> None:
    ask(engine)
    for _ in range(2 * jobs.MAX_DEATHS):
        assert jobs.release(engine, take(engine))
    assert jobs.finish(engine, take(engine), {})


def test_what_a_worker_held_that_is_gone_is_free_at_once(
    engine: Engine, clock: list[float]
) -> None:
    asked = ask(engine)
    take(engine, "killed")
    jobs.free(engine, "another", died=True)
    assert jobs.take(engine, "w", 30) is None
    clock[0] += 1
    jobs.free(engine, "killed", died=True)
    film = take(engine, "stopped")
    assert (film.id, film.attempt) == (asked, 2)
    jobs.free(engine, "stopped", died=False)
    found = jobs.find(engine, "first", asked)
    assert found is not None and (found.status, found.deaths) == ("queued", 1)


def test_users_take_turns(engine: Engine, clock: list[float]) -> None:
    many = [ask(engine, "many") for _ in range(3)]
    few = ask(engine, "few")
    order = []
    for _ in range(4):
        clock[0] += 1
        order.append(take(engine).id)
    assert order[:2] == [many[0], few] and order[2:] == many[1:]


def test_a_film_that_is_deleted_is_lost_to_its_worker(engine: Engine, clock: list[float]) -> None:
    asked = ask(engine)
    film = take(engine)
    assert not jobs.remove(engine, "second", asked)
    assert jobs.remove(engine, "first", asked)
    assert not jobs.renew(engine, film, 30, 1) and not jobs.finish(engine, film, {})
    assert jobs.find(engine, "first", asked) is None
    assert jobs.spent(engine, "first")[0] == 4.0  # it was begun


def test_the_quota_looks_back_a_day(engine: Engine, clock: list[float]) -> None:
    ask(engine)
    clock[0] += 3600
    ask(engine)
    assert jobs.spent(engine, "first") == (8.0, 23 * 3600.0)
    clock[0] += 23 * 3600 + 1
    assert jobs.spent(engine, "first") == (4.0, 3599.0)
    assert jobs.spent(engine, "second") == (0.0, 0.0)


def test_films_expire(engine: Engine, clock: list[float]) -> None:
    old = ask(engine)
    jobs.finish(engine, take(engine), {})
    clock[0] += 2 * jobs.DAY
    new = ask(engine)
    jobs.finish(engine, take(engine), {})
    assert jobs.expire(engine, 1) == [old] and jobs.expire(engine, 1) == []
    assert [film.id for film in jobs.page(engine, "first", None, 9, True)] == [new]


def test_only_hashes_of_keys_are_kept(engine: Engine, tmp_path: Path) -> None:
    key = keys.add(engine, "first", "viewer", 60)
    assert keys.recognise(engine, key) == keys.User("first", "viewer", 60)
    secret = key.rpartition("-")[2].encode()
    assert all(secret not in file.read_bytes() for file in tmp_path.iterdir())
    with pytest.raises(ValueError, match="already"):
        keys.add(engine, "first")
    keys.revoke(engine, "first")
    assert keys.recognise(engine, key) is None and keys.needed(engine)


@pytest.mark.parametrize("url", ["nonsense", "other://host/name"])
def test_a_database_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        open_database(url)
