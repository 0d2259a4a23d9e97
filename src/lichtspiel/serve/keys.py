"""API keys: made, revoked, recognised. A key is `ls-ID-SECRET`; the secret is shown only once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lichtspiel.serve.tables import Key

#: What each role may do, the least first.
ROLES = ("viewer", "maker", "reviewer")
NAME = re.compile(r"[\w.@-]{1,64}")
KEY = re.compile(r"ls-([0-9a-f]{16})-([0-9a-f]{64})")


@dataclass(frozen=True)
class User:
    """Who asks: a key's name, "" where no keys are needed. daily_seconds: None is the server's."""

    name: str
    role: str
    daily_seconds: float | None = None

    def may(self, role: str) -> bool:
        """Whether this user has at least the rights of a role."""
        return ROLES.index(self.role) >= ROLES.index(role)


def add(engine: Engine, name: str, role: str = "maker", daily_seconds: float | None = None) -> str:
    """Make a key for `name` and return it; ValueError where the name or the role can't be."""
    if not NAME.fullmatch(name):
        raise ValueError("A key's name has 1 to 64 letters, digits, dots, dashes or @ signs.")
    if role not in ROLES:
        raise ValueError(f"There is no role '{role}'; choose one of: {', '.join(ROLES)}.")
    if daily_seconds is not None and not daily_seconds > 0:
        raise ValueError("A quota must be above 0 seconds a day.")
    number, secret = secrets.token_hex(8), secrets.token_hex(32)
    row = Key(
        id=number,
        name=name,
        role=role,
        secret_sha256=_hash(secret),
        daily_seconds=daily_seconds,
        created_at=time.time(),
    )
    try:
        with Session(engine) as session, session.begin():
            session.add(row)
    except IntegrityError as error:
        raise ValueError(f"There is a key named '{name}' already.") from error
    return f"ls-{number}-{secret}"


def revoke(engine: Engine, name: str) -> None:
    """Let the key of `name` open nothing any more; ValueError where there is none."""
    with Session(engine) as session, session.begin():
        row = session.scalar(select(Key).where(Key.name == name))
        if row is None:
            raise ValueError(f"There is no key named '{name}'.")
        row.revoked = True


def all_keys(engine: Engine) -> Sequence[Key]:
    """All keys that were ever made, the oldest first."""
    with Session(engine) as session:
        return session.scalars(select(Key).order_by(Key.created_at)).all()


def needed(engine: Engine) -> bool:
    """Whether any key was ever made."""
    with Session(engine) as session:
        return session.scalar(select(Key.id).limit(1)) is not None


def recognise(engine: Engine, given: str) -> User | None:
    """Whose key that is, or None. An unknown id costs the same comparison as a wrong secret."""
    parts = KEY.fullmatch(given)
    number, secret = parts.groups() if parts else ("", "")
    with Session(engine) as session:
        row = session.get(Key, number)
    kept = row.secret_sha256 if row else _hash("nobody")
    right = hmac.compare_digest(_hash(secret), kept)
    if not right or row is None or row.revoked:
        return None
    return User(row.name, row.role, row.daily_seconds)


# One round is enough: a secret is 256 random bits, not a word that somebody chose.
def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
