"""Characters: names that prompts can call, each with a description or a picture of its subject."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from lichtspiel.prompt.words import read
from lichtspiel.request import GenerateRequest
from lichtspiel.serve.given import given_of
from lichtspiel.serve.store import Store
from lichtspiel.serve.tables import Character
from lichtspiel.storyboard import described
from lichtspiel.world import phrases

ID = re.compile(r"char_[0-9a-f]{32}")
NAME = re.compile(r"[^\W\d_][\w .'-]{0,62}\w")
#: The file of a character that has no description: a picture that its films begin with.
PICTURE = "picture.png"
#: A description of one of these is of nobody who could be asked.
NOBODY = frozenset(phrases.NOUNS_EN) - {"woman", "man", "dancer", "runner", "astronaut", "eye"}


def add(engine: Engine, owner: str, name: str, description: str, consent: str) -> Character:
    """Write a character down. consent: what was stated of the person shown, or ""."""
    character = Character(
        id=f"char_{uuid.uuid4().hex}",
        owner=owner,
        name=name,
        description=description,
        consent=consent,
        created_at=time.time(),
    )
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.add(character)
    return character


def find(engine: Engine, owner: str, character_id: str) -> Character | None:
    """A character of an owner, or None: that of another is as if it were not there."""
    return next((one for one in known(engine, owner) if one.id == character_id), None)


def known(engine: Engine, owner: str) -> Sequence[Character]:
    """All characters of an owner, the newest first: of two of one name it is the one meant."""
    newest = Character.created_at.desc()
    with Session(engine) as session:
        return session.scalars(
            select(Character).where(Character.owner == owner).order_by(newest)
        ).all()


def remove(engine: Engine, store: Store, character: Character) -> None:
    """Forget a character and its picture; films that show it stay."""
    with Session(engine) as session, session.begin():
        session.execute(delete(Character).where(Character.id == character.id))
    store.remove(given_of(character.id))


def cast(
    request: GenerateRequest, characters: Sequence[Character], store: Store, folder: Path
) -> GenerateRequest:
    """The request with the characters that its words name: described, or in its first picture.

    Their pictures are fetched into a folder where need be.
    """
    newest = {one.name: one for one in reversed(characters)}
    named = [one for one in newest.values() if _names(one.name, request)]
    if not named:
        return request
    told = {one.name: one.description for one in named if one.description}
    shots = (replace(shot, prompt=described(shot.prompt, told)) for shot in request.storyboard)
    new = replace(request, prompt=described(request.prompt, told), storyboard=tuple(shots))
    pictured = [one for one in named if not one.description]
    if not pictured or new.sources or new.still or new.loop or new.storyboard:
        return new
    return replace(new, image=store.fetch(f"{given_of(pictured[0].id)}/{PICTURE}", folder))


def _names(name: str, request: GenerateRequest) -> bool:
    called = re.compile(rf"\b{re.escape(name)}\b")
    return any(called.search(shot.prompt) for shot in request.shots)


def describe(prompt: str) -> str:
    """The subject that a prompt speaks of in a few words ("a red car"), or ""."""
    said = read(prompt)
    subject, count = str(said.get("subject", "none")), int(said.get("count", 1))
    if subject == "none":
        return ""
    noun, clothes = phrases.NOUNS_EN[subject][0][count > 1], ""
    if color := said.get("color"):
        if subject in phrases.CLOTHES_EN:
            clothes = " " + phrases.CLOTHES_EN[subject][0].format(color)
        else:
            noun = f"{color} {noun}"
    number = phrases.NUMBERS["en"].get(count, "an" if noun[0] in "aeiou" else "a")
    return f"{number} {noun}{clothes}"


def is_person(description: str) -> bool:
    """Whether a description may be of a person: unless it is known to be of something else."""
    return read(description).get("subject") not in NOBODY
