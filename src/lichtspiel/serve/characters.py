"""The routes of characters: the subject of a video under a name that later prompts can call."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from lichtspiel import safety
from lichtspiel.serve import cast, tables
from lichtspiel.serve.bodies import body_of, read
from lichtspiel.serve.desk import Asker, AtDesk, Desk, Maker
from lichtspiel.serve.errors import Refused, invalid
from lichtspiel.serve.given import given_of, keep_film
from lichtspiel.serve.keys import User
from lichtspiel.serve.verifying import look

routes = APIRouter(tags=["characters"])


class CharacterWish(BaseModel):
    """The body of POST /v1/videos/characters. After `video` come fields of our own."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="What later prompts call it.")
    video: Any = Field(None, description="A film that shows it.")
    description: str = Field("", description="What it looks like, in a few words.")
    consent: str = Field("", description="For a person: that this person agrees, and how.")


class Character(BaseModel):
    """A character. description: what prompts say in place of its name; where it is empty, films
    begin with a picture of it."""

    id: str
    object: Literal["video.character"] = "video.character"
    created_at: int
    name: str
    description: str


class Deleted(BaseModel):
    id: str
    object: Literal["video.character.deleted"] = "video.character.deleted"
    deleted: bool = True


@routes.post("/v1/videos/characters", openapi_extra=body_of(CharacterWish, "multipart/form-data"))
async def create(request: Request, desk: AtDesk, asker: Maker) -> Character:
    """Make the subject of a film a character. For a person the body must state the consent."""
    wish = await read(request, CharacterWish)
    if not cast.NAME.fullmatch(wish.name):
        raise invalid("A name has 2 to 64 letters, digits, blanks, dots or dashes.", "name")
    if not isinstance(wish.video, bytes):
        raise invalid("Send a film that shows the character.", "video")
    return _told(await run_in_threadpool(_make, desk, asker, wish))


@routes.get("/v1/videos/characters/{character_id}")
def retrieve(character_id: str, desk: AtDesk, asker: Asker) -> Character:
    """Tell a character."""
    return _told(_of(desk, asker, character_id))


@routes.delete("/v1/videos/characters/{character_id}")
def remove(character_id: str, desk: AtDesk, asker: Maker) -> Deleted:
    """Forget a character; films that show it stay."""
    character = _of(desk, asker, character_id)
    cast.remove(desk.engine, desk.store, character)
    return Deleted(id=character.id)


def _of(desk: Desk, asker: User, character_id: str) -> tables.Character:
    found = cast.ID.fullmatch(character_id) and cast.find(desk.engine, asker.name, character_id)
    if not found:
        raise Refused(404, "There is no such character.", "not_found", "character_id")
    return found


def _told(character: tables.Character) -> Character:
    return Character(
        id=character.id,
        created_at=int(character.created_at),
        name=character.name,
        description=character.description,
    )


def _make(desk: Desk, asker: User, wish: CharacterWish) -> tables.Character:
    for text in filter(None, (wish.name, wish.description)):
        safety.check_prompt(text)
    with tempfile.TemporaryDirectory(prefix="lichtspiel-") as folder:
        answer, moments = look(keep_film(wish.video, Path(folder)))
    safety.check_given(iter(moments), fps=1.0)
    invented = answer["verdict"].startswith("ai") and not _ingredients(answer)
    description = wish.description or _said_here(desk, asker, answer)
    if not invented and cast.is_person(description) and not wish.consent.strip():
        message = (
            "State in `consent` that the person shown agrees to be in films made by AI, or say in "
            "`description` what is shown, if it is no person."
        )
        raise invalid(message, "consent", "consent_required")
    made = cast.add(desk.engine, asker.name, wish.name, description, wish.consent.strip())
    if not description:
        with desk.store.placing(given_of(made.id)) as folder_of_it:
            Image.fromarray(moments[0]).save(folder_of_it / cast.PICTURE)
    return made


def _ingredients(answer: dict[str, Any]) -> bool:
    """Whether a film says that it was made of other films or pictures."""
    signed = answer["evidence"]["credentials"]
    return bool(signed and signed["claim"] and signed["claim"]["ingredients"])


def _said_here(desk: Desk, asker: User, answer: dict[str, Any]) -> str:
    """The subject of a film that this user made here, by the words that it was asked for with."""
    entry = answer["evidence"]["register"]
    if entry is None:
        return ""
    same = (tables.Film.owner == asker.name, tables.Film.status == "completed")
    with Session(desk.engine) as session:
        films = session.scalars(select(tables.Film).where(*same))
        words = (film.asked["prompt"] for film in films if film.made.get("id") == entry["id"])
        return cast.describe(next(words, ""))
