"""What is screened and what happens then, as data: `policy.toml`, and a studio's own file over it.

The categories bear the usual names of the hazards. A studio's file holds only what differs; it can
tighten everything and relax everything but the protection of minors.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

Action = Literal["allow", "warn", "block"]

DEFAULT = Path(__file__).parent / "policy.toml"
#: Names the file of a studio.
VARIABLE = "LICHTSPIEL_POLICY"


@dataclass(frozen=True)
class Category:
    """One hazard. threshold: 0 to 1, how sure the classifier must be (1: never). keep_text: whether
    the log keeps the text. en, de: what the user is told."""

    action: Action
    en: str
    de: str
    threshold: float = 1.0
    keep_text: bool = False

    def __post_init__(self) -> None:
        if self.action not in get_args(Action):
            raise ValueError(f"There is no action '{self.action}'; choose allow, warn or block.")
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"A threshold lies between 0 and 1, not at {self.threshold:g}.")

    def message(self, language: str) -> str:
        """The one sentence for the user, in German ("de") or English (any other)."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True)
class Frames:
    """How frames are looked at: `per_second` of them, `at_least` so many in a whole film; withheld
    from `threshold` (0 to 1) on. en, de: what the user is told."""

    threshold: float
    per_second: float
    at_least: int
    en: str
    de: str

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"A threshold lies between 0 and 1, not at {self.threshold:g}.")
        if self.per_second <= 0 or self.at_least < 1:
            raise ValueError("At least one frame must be looked at, and some in each second.")

    def message(self, language: str) -> str:
        """The one sentence for the user, in German ("de") or English (any other)."""
        return self.de if language == "de" else self.en


@dataclass(frozen=True)
class Judge:
    """Where a language model judges; an empty endpoint is none."""

    endpoint: str
    model: str


@dataclass(frozen=True)
class Policy:
    """What is screened: the categories by name, in the order in which they are looked for."""

    categories: dict[str, Category]
    frames: Frames
    judge: Judge


def load_policy(path: Path | None = None) -> Policy:
    """The embedded policy, changed by the file `path` or the one that LICHTSPIEL_POLICY names.

    Raises ValueError where the file is not there, is no TOML, names what there is not, or relaxes
    the protection of minors.
    """
    policy = _apply(None, DEFAULT)
    own = path or (Path(name) if (name := os.environ.get(VARIABLE)) else None)
    return policy if own is None else _apply(policy, own)


def _apply(base: Policy | None, path: Path) -> Policy:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return _merged(base, given) if base else _built(given)
    except OSError as error:
        raise ValueError(f"The policy '{path}' can't be read: {error.strerror}.") from error
    except ValueError as error:  # TOMLDecodeError is one
        raise ValueError(f"The policy '{path}' can't be used: {error}") from error


def _built(given: dict[str, Any]) -> Policy:
    return Policy(
        {name: Category(**values) for name, values in given["categories"].items()},
        Frames(**given["frames"]),
        Judge(**given["judge"]),
    )


def _merged(base: Policy, given: dict[str, Any]) -> Policy:
    _check_names(given, {field.name for field in fields(Policy)}, "section")
    categories = given.get("categories", {})
    _check_names(categories, set(base.categories), "category")
    merged = {
        name: _changed(old, categories.get(name, {})) for name, old in base.categories.items()
    }
    _check_minors(base.categories["minors"], merged["minors"])
    return Policy(
        merged,
        _changed(base.frames, given.get("frames", {})),
        _changed(base.judge, given.get("judge", {})),
    )


def _changed(old: Any, values: Any) -> Any:
    """A copy of a dataclass with other values of the same types."""
    types = {field.name: type(getattr(old, field.name)) for field in fields(old)}
    _check_names(values, set(types), "key")
    for name, value in values.items():
        number = types[name] is float and type(value) is int
        if not number and type(value) is not types[name]:
            raise ValueError(f"'{name}' must be of the kind {types[name].__name__}.")
    return replace(old, **values)


def _check_names(given: Any, known: set[str], what: str) -> None:
    if not isinstance(given, dict):
        raise ValueError(f"A {what} must stand in a table of its own.")
    if unknown := sorted(set(given) - known):
        raise ValueError(
            f"There is no {what} '{unknown[0]}'; there are {', '.join(sorted(known))}."
        )


def _check_minors(old: Category, new: Category) -> None:
    if new.action != "block" or new.threshold > old.threshold:
        raise ValueError("The protection of minors can be tightened, but not relaxed.")
