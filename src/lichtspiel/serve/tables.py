"""What the database holds: films, whatever became of them, and the keys of those who may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """The base of all tables."""


class Film(Table):
    """A film or picture that was asked for. Times are seconds since 1970.

    status: queued, in_progress, completed, failed, or deleted (the row stays, emptied, since it
    counts for the quota). asked: the fields of its GenerateRequest; of files, their names in the
    store. wish: model, seconds and size in the asker's own words. attempt: how often it was begun;
    together with `lease_until` it says who may write: a worker that was taken for dead holds an
    older number. made: what the finished `pipeline.Film` says.
    """

    __tablename__ = "films"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    owner: Mapped[str] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(index=True)
    still: Mapped[bool]
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    wish: Mapped[dict[str, str]] = mapped_column(JSON)
    seconds: Mapped[float]  # that it takes of the quota
    created_at: Mapped[float]
    progress: Mapped[int] = mapped_column(default=0)
    remixed_from: Mapped[str | None] = mapped_column(default=None)
    attempt: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[float] = mapped_column(default=0.0)
    started_at: Mapped[float | None] = mapped_column(default=None)
    completed_at: Mapped[float | None] = mapped_column(default=None)
    made: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[dict[str, str] | None] = mapped_column(JSON, default=None)


class Character(Table):
    """A name that prompts of its owner can call.

    description: the words that stand for it; where there are none, its films begin with a picture.
    consent: what was stated of the person shown, or "".
    """

    __tablename__ = "characters"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    description: Mapped[str]
    consent: Mapped[str]
    created_at: Mapped[float]


class Preview(Table):
    """What a film seems to become while it is made: a small jpeg. In the database, since every web
    process can read it there."""

    __tablename__ = "previews"

    film_id: Mapped[str] = mapped_column(primary_key=True)
    picture: Mapped[bytes]


class Key(Table):
    """An API key. Only the SHA-256 of its secret is kept; `id` is the part that finds the row.

    role: viewer (reads), maker (also makes), reviewer (also sees what was blocked). A revoked key
    stays, so that a server that once had keys never opens itself again.
    """

    __tablename__ = "keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    secret_sha256: Mapped[str]
    daily_seconds: Mapped[float | None]
    created_at: Mapped[float]
    revoked: Mapped[bool] = mapped_column(default=False)


def open_database(url: str) -> Engine:
    """The database at a URL of SQLAlchemy, with its tables; ValueError for what is none."""
    try:
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError(
            "The database's URL can't be read; write sqlite:///films.sqlite."
        ) from error
    except ModuleNotFoundError as error:
        raise ValueError(f"For this database the package '{error.name}' is needed.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune)
    Table.metadata.create_all(engine)
    return engine


def _tune(connection: Any, record: object) -> None:
    """SQLite: readers don't wait for writers, writers wait for each other."""
    run: Callable[[str], object] = connection.execute
    run("PRAGMA busy_timeout = 30000")
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = FULL")  # what was answered is on the disk
