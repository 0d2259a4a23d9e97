"""How a server is set up, validated once."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from lichtspiel.home import home
from lichtspiel.serve.logs import FORMATS

#: Names the database's URL, so that its password stands in no list of processes.
DATABASE = "LICHTSPIEL_DATABASE"
#: Names the store's URL, for all processes of a server at once.
STORE = "LICHTSPIEL_STORE"


@dataclass(frozen=True)
class Settings:
    """What the web process and the workers both know.

    folder: what this machine keeps. database: a URL of SQLAlchemy; LICHTSPIEL_DATABASE, or a file
    in the folder. store: where films lie, a URL of fsspec; LICHTSPIEL_STORE, or the folder. ray:
    the address of a cluster that has the workers, or "". log: a name of `logs.FORMATS`. queue: how
    many films may wait, of all users together. daily_seconds: of film, for each key that has no
    quota of its own. rate: requests a minute for each key. max_upload: bytes. keep_days: films are
    deleted so long after they are done; None keeps them. lease: seconds without a sign of life
    after which a worker is taken for dead. upload_seconds: how long the body of a request may take
    to arrive.
    """

    folder: Path = field(default_factory=lambda: home() / "server")
    database: str = ""
    store: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    ray: str = ""
    log: str = "text"
    queue: int = 100
    daily_seconds: float = 600.0
    rate: int = 600
    max_upload: int = 64 * 2**20
    keep_days: float | None = None
    lease: float = 30.0
    upload_seconds: float = 60.0

    def __post_init__(self) -> None:
        if not self.database:
            own = f"sqlite:///{self.folder.resolve() / 'films.sqlite'}"
            object.__setattr__(self, "database", os.environ.get(DATABASE, own))
        if not self.store:
            here = str(self.folder.resolve())
            object.__setattr__(self, "store", os.environ.get(STORE, here))
        if self.log not in FORMATS:
            raise ValueError(f"There is no log '{self.log}'; choose one of: {', '.join(FORMATS)}.")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"There is no port {self.port}; choose one from 0 to 65535.")
        if not 0 <= self.workers <= 64:
            raise ValueError("The number of workers must be from 0 to 64.")
        for name in ("queue", "daily_seconds", "rate", "max_upload", "lease", "upload_seconds"):
            if not getattr(self, name) > 0:
                raise ValueError(f"The setting {name.replace('_', ' ')} must be above 0.")
        if self.keep_days is not None and not self.keep_days > 0:
            raise ValueError("Films must be kept for more than 0 days.")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


@lru_cache(1000)
def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
