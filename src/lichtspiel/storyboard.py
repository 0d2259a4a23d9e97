"""Storyboards: a film of several shots as a readable file (YAML).

    size: landscape
    style: photo
    characters:
      Anna: a woman in a red dress
    shots:
      - Anna walks through a neon street at night.
      - say: Anna stands on the beach.
        seconds: 6
        camera: orbit
      - say: Anna runs into the waves.
        join: continuous

A shot is a sentence, or a mapping with `say`. Between shots is a cut unless one says
`join: continuous`. Where a sentence names a character, the model reads the description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from lichtspiel.request import Shot

LONGEST_FILE = 100_000
OPTIONS = ("size", "style", "seed", "negative")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Storyboard:
    """The shots, and options of a `GenerateRequest` that hold for all of them."""

    shots: tuple[Shot, ...]
    options: Mapping[str, str | int]


class Wrong(ValueError):
    """A mistake in a storyboard, with its line."""

    def __init__(self, path: Path, node: yaml.Node, sentence: str) -> None:
        super().__init__(f"{path}, line {node.start_mark.line + 1}: {sentence}")


def read(path: Path) -> Storyboard:
    """Read the storyboard at `path`; ValueError with the line where it can't be understood."""
    root = _composed(path)
    parts = dict(_entries(path, root, ("shots", "characters", *OPTIONS)))
    if "shots" not in parts:
        raise Wrong(path, root, "a storyboard needs a list 'shots'.")
    characters = {}
    if "characters" in parts:
        names = _entries(path, parts["characters"], None)
        characters = {name: _text(path, node) for name, node in names}
    listed = parts["shots"]
    if not isinstance(listed, yaml.SequenceNode) or not listed.value:
        raise Wrong(path, listed, "'shots' must be a list with at least one shot.")
    shots = tuple(_shot(path, node, characters) for node in listed.value)
    options: dict[str, str | int] = {
        name: _text(path, parts[name]) for name in OPTIONS if name in parts
    }
    if "seed" in options:
        options["seed"] = _number(path, parts["seed"], int, "a whole number")
    return Storyboard(shots, options)


def _composed(path: Path) -> yaml.Node:
    if not path.is_file():
        raise ValueError(f"There is no file '{path}'.")
    if path.stat().st_size > LONGEST_FILE:
        raise ValueError(f"'{path}' is too long for a storyboard.")
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ValueError(f"'{path}' is not a text file.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f"{path}, line {line}: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise ValueError(f"'{path}' is not a storyboard that can be read.") from error
    if root is None:
        raise ValueError(f"'{path}' is empty.")
    return root


def _entries(
    path: Path, node: yaml.Node, known: tuple[str, ...] | None
) -> Iterator[tuple[str, yaml.Node]]:
    """Names and values of a mapping, each name once; only known ones where they are listed."""
    if not isinstance(node, yaml.MappingNode):
        raise Wrong(path, node, f"names with values are expected here, as in '{_example(known)}'.")
    seen = set()
    for key, value in node.value:
        name = _text(path, key)
        if known is not None and name not in known:
            raise Wrong(path, key, f"'{name}' is not known; choose one of: {', '.join(known)}.")
        if name in seen:
            raise Wrong(path, key, f"'{name}' stands here a second time.")
        seen.add(name)
        yield name, value


def _example(known: tuple[str, ...] | None) -> str:
    return f"{known[0]}: ..." if known else "Anna: a woman in a red dress"


def _shot(path: Path, node: yaml.Node, characters: Mapping[str, str]) -> Shot:
    parts: dict[str, yaml.Node] = {"say": node}
    if not isinstance(node, yaml.ScalarNode):
        parts = dict(_entries(path, node, ("say", "seconds", "camera", "join")))
    if "say" not in parts:
        raise Wrong(path, node, "a shot needs 'say', the sentence that tells what is seen.")
    told: dict[str, Any] = {"prompt": described(_text(path, parts["say"]), characters)}
    if "seconds" in parts:
        told["seconds"] = _number(path, parts["seconds"], float, "a number")
    if "camera" in parts:
        told["camera"] = _text(path, parts["camera"])
    if "join" in parts:
        join = _text(path, parts["join"])
        if join not in ("cut", "continuous"):
            raise Wrong(path, parts["join"], f"'join' is cut or continuous, not '{join}'.")
        told["joined"] = join == "continuous"
    for name, value in told.items():  # one by one, to tell the line of the wrong one
        try:
            Shot(**{"prompt": "", name: value})
        except ValueError as error:
            raise Wrong(path, parts.get(name, node), str(error)) from error
    return Shot(**told)


def described(sentence: str, characters: Mapping[str, str]) -> str:
    """The sentence with each character's name replaced by what the model knows: a description."""
    for name, description in characters.items():
        pieces = re.split(rf"\b{re.escape(name)}\b", sentence)
        sentence = description.join(pieces)
    return sentence[:1].upper() + sentence[1:]


def _text(path: Path, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Wrong(path, node, "a text is expected here.")
    return str(node.value)


def _number(path: Path, node: yaml.Node, kind: Callable[[str], Value], what: str) -> Value:
    try:
        return kind(_text(path, node))
    except ValueError as error:
        raise Wrong(path, node, f"{what} is expected here, not '{node.value}'.") from error
