"""The commands of the server: serve, serve worker, serve key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lichtspiel.home import home
from lichtspiel.terminal import bad_input

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from lichtspiel.serve.settings import Settings

serve_app = typer.Typer(help="The Sora API on your own machine.", invoke_without_command=True)
key_app = typer.Typer(help="The API keys of the server: add, list, revoke.", no_args_is_help=True)
serve_app.add_typer(key_app, name="key")

Name = Annotated[str, typer.Argument(help="Whose key it is.")]


@serve_app.callback()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Other than this machine only with keys.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Worker processes; 0 for none.")] = 1,
    folder: Annotated[Path | None, typer.Option(help="Where films and database lie.")] = None,
    store: Annotated[str, typer.Option(help="Films elsewhere: s3://bucket/films, say.")] = "",
    ray: Annotated[str, typer.Option(help="Workers on the cluster of Ray there.")] = "",
    log: Annotated[str, typer.Option(help="text, or json: an object a line.")] = "text",
    queue: Annotated[int, typer.Option(help="How many films may wait.")] = 100,
    daily_seconds: Annotated[float, typer.Option(help="Seconds of film a day, a key.")] = 600.0,
    rate: Annotated[int, typer.Option(help="Requests a minute, a key.")] = 600,
    max_upload: Annotated[int, typer.Option(help="Megabytes that an upload may have.")] = 64,
    keep_days: Annotated[float | None, typer.Option(help="Delete films after that.")] = None,
    lease: Annotated[float, typer.Option(help="Seconds until a silent worker is dead.")] = 30.0,
) -> None:
    """Serve the API, with workers beside it, until Ctrl-C."""
    with bad_input():
        _needed()
        from lichtspiel.serve.settings import Settings

        settings = Settings(
            host=host,
            port=port,
            workers=workers,
            ray=ray,
            log=log,
            queue=queue,
            daily_seconds=daily_seconds,
            rate=rate,
            max_upload=max_upload * 2**20,
            keep_days=keep_days,
            lease=lease,
            folder=folder or home() / "server",
            store=store,
        )
    context.obj = settings
    if context.invoked_subcommand is None:
        from lichtspiel.serve.server import run

        with bad_input():
            run(settings)


@serve_app.command()
def worker(context: typer.Context) -> None:
    """Make the films that a server with the same folder and database queued, until Ctrl-C."""
    from lichtspiel.serve.worker import work

    work(context.obj)


@key_app.command("add")
def key_add(
    context: typer.Context,
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, maker or reviewer.")] = "maker",
    daily_seconds: Annotated[float | None, typer.Option(help="Its own quota.")] = None,
) -> None:
    """Make a key. It is shown this once; only its hash is kept."""
    from lichtspiel.serve import keys

    with bad_input():
        typer.echo(keys.add(_database(context.obj), name, role, daily_seconds))


@key_app.command("list")
def key_list(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the keys by name."""
    from lichtspiel.serve import keys

    shown = ("name", "role", "daily_seconds", "revoked")
    rows: list[dict[str, Any]] = [
        {name: getattr(key, name) for name in shown}
        for key in keys.all_keys(_database(context.obj))
    ]
    if as_json:
        typer.echo(json.dumps({"keys": rows}))
        return
    for row in rows:
        typer.echo(f"{row['name']}: {row['role']}{', revoked' if row['revoked'] else ''}")


@key_app.command("revoke")
def key_revoke(context: typer.Context, name: Name) -> None:
    """Let a key open nothing any more."""
    from lichtspiel.serve import keys

    with bad_input():
        keys.revoke(_database(context.obj), name)


def _database(settings: Settings) -> Engine:
    from lichtspiel.serve.tables import open_database

    os.makedirs(settings.folder, exist_ok=True)
    return open_database(settings.database)


def _needed() -> None:
    """Raise ValueError where the extra `server` is not installed."""
    import importlib.util

    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "sqlalchemy", "uvicorn")):
        raise ValueError("For the server install lichtspiel[server].")
