"""The documentation can be believed: its examples run, and what it names is there.

`python` blocks are run as they stand. In `console` blocks the lines after "$ " that call
lichtspiel are run. `sh` blocks are read only: what they name must be there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

import lichtspiel
from lichtspiel.cli import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(lichtspiel.__file__).parent.parent)}

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)")
FILE = re.compile(r"^[\w.-]+(/[\w.-]+)*/?$")
FOLDERS = ("src/", "docs/", "tests/", "scripts/", ".ci/")


def blocks(language: str) -> list[Any]:
    return [
        pytest.param(text, id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, (kind, text) in enumerate(BLOCK.findall(page.read_text()))
        if kind == language
    ]


def commands(text: str) -> list[list[str]]:
    """The calls of lichtspiel in a text, one a line, split into words."""
    lines = text.replace("\\\n", " ").splitlines()
    lines = [line.removeprefix("$ ").strip() for line in lines]
    return [shlex.split(line) for line in lines if line.startswith("lichtspiel ")]


@pytest.mark.parametrize("code", blocks("python"))
def test_python_examples_run(code: str, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, check=True)


@pytest.mark.parametrize("text", blocks("console"))
def test_console_examples_run(text: str, tmp_path: Path) -> None:
    calls = commands(text)
    assert calls, "a console block shows a call of lichtspiel"
    for call in calls:
        subprocess.run([sys.executable, "-m", *call], cwd=tmp_path, env=ENVIRONMENT, check=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_are_named_exist(page: Path) -> None:
    text = page.read_text()
    inline = "\n".join(CODE.findall(BLOCK.sub("", text)))
    fenced = "\n".join(block for _, block in BLOCK.findall(text))
    wrong = [call for call in commands(f"{inline}\n{fenced}") if not exists(call[1:])]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text()
    links = [page.parent / link for link in LINK.findall(text) if "://" not in link]
    spans = [span for span in CODE.findall(text) if span.startswith(FOLDERS) and FILE.match(span)]
    missing = [path for path in [*links, *(ROOT / span for span in spans)] if not path.exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_that_are_named_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    text = page.read_text()
    code = [*CODE.findall(BLOCK.sub("", text)), *(block for _, block in BLOCK.findall(text))]
    for target in re.findall(r"^(?:\$ )?make (\w+)", "\n".join(code), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def exists(words: list[str]) -> bool:
    """Whether the words of a call name commands and options that there are."""
    command: Any = typer.main.get_command(app)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return False
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)} <= known


def test_the_readers_of_this_test_see_what_is_missing() -> None:
    assert exists(["generate", "a dog", "--seed", "7"])
    assert not exists(["generate", "a dog", "--colour", "red"])
    assert not exists(["fly", "a dog"])
    assert commands("$ lichtspiel models\nhimmel-mini: ...\n") == [["lichtspiel", "models"]]
