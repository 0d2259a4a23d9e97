"""Imports point one way: cli, serve, train, evaluate -> pipeline -> rooms -> models, diffusion ->
shapes. Read from the syntax trees, so imports inside functions and for types count as well."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import lichtspiel

PACKAGE = Path(lichtspiel.__file__).parent

#: First part of a module's name below lichtspiel -> its storey; imports go down or stay.
STOREYS = {
    "shapes": 0,
    "home": 0,
    "models": 1,
    "diffusion": 1,
    "request": 2,
    "terminal": 2,
    "text": 2,
    "prompt": 2,
    "media": 2,
    "provenance": 2,
    "safety": 2,
    "world": 2,
    "inspection": 2,
    "data": 2,
    "takes": 3,
    "unfinished": 3,
    "storyboard": 3,
    "sampling": 3,
    "open_film": 3,
    "fetching": 3,
    "editing": 3,
    "upscaling": 3,
    "pipeline": 3,
    "enlargement": 3,
    "contest": 3,
    "studio": 4,
    "serve": 5,
    "train": 5,
    "evaluate": 5,
    "workshop": 6,
    "marks": 6,
    "hosting": 6,
    "screening": 6,
    "lupe": 6,
    "bench": 6,
    "larger": 6,
    "shelf": 6,
    "cli": 6,
    "making": 6,
    "direction": 6,
    "alteration": 6,
    "__main__": 7,
}


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imports(source: str) -> set[str]:
    """The modules of this package that the source imports, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else str(node.module))
    return {name for name in found if name.split(".")[0] == "lichtspiel"}


GRAPH = {name: imports(file.read_text()) for name, file in MODULES.items()}


def wrong_turns(name: str, targets: set[str]) -> list[str]:
    storey = STOREYS[name.split(".")[1]]
    return [
        target
        for target in targets
        if target != "lichtspiel" and STOREYS[target.split(".")[1]] > storey
    ]


@pytest.mark.parametrize("name", [name for name in MODULES if name != "lichtspiel"])
def test_imports_point_down(name: str) -> None:
    assert name.split(".")[1] in STOREYS, f"say in this test where {name} belongs"
    assert wrong_turns(name, GRAPH[name]) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: targets - {"lichtspiel"} for name, targets in GRAPH.items()}
    del graph["lichtspiel"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports run in a circle: {' -> '.join(error.args[1])}")


def test_the_test_itself_sees_a_wrong_turn() -> None:
    source = "def f():\n    from lichtspiel import pipeline\n    import lichtspiel.cli\n"
    assert imports(source) == {"lichtspiel.pipeline", "lichtspiel.cli"}
    assert len(wrong_turns("lichtspiel.media.mux", imports(source))) == 2
    assert wrong_turns("lichtspiel.cli", imports(source)) == []
