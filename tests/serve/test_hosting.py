"""The commands of the server that end at once: keys, and what can't be asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lichtspiel.cli import app
from lichtspiel.serve import keys
from lichtspiel.serve.tables import open_database


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["serve", "--folder", str(folder), *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    code, key, _ = run(tmp_path, "key", "add", "editor", "--role", "viewer")
    assert code == 0
    engine = open_database(f"sqlite:///{tmp_path / 'films.sqlite'}")
    assert keys.recognise(engine, key.strip()) == keys.User("editor", "viewer")
    rows = json.loads(run(tmp_path, "key", "list", "--json")[1])["keys"]
    assert rows == [{"name": "editor", "role": "viewer", "daily_seconds": None, "revoked": False}]
    assert run(tmp_path, "key", "revoke", "editor")[0] == 0
    assert keys.recognise(engine, key.strip()) is None
    assert run(tmp_path, "key", "list")[1] == "editor: viewer, revoked\n"
    engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--host", "0.0.0.0"), "make one with: lichtspiel serve key add NAME"),
        (("--port", "-1"), "There is no port"),
        (("--workers", "-1"), "number of workers"),
        (("--queue", "0"), "must be above 0"),
        (("--keep-days", "0"), "more than 0 days"),
        (("key", "add", "../up"), "A key's name has"),
        (("key", "add", "editor", "--role", "king"), "There is no role 'king'"),
        (("key", "revoke", "nobody"), "There is no key named 'nobody'"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    code, out, err = run(tmp_path, *arguments)
    assert (code, out) == (2, "")
    assert complaint in err and err.count("\n") == 1
