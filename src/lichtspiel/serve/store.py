"""Where films lie: a folder, or any other store that fsspec reaches by a URL, say s3://bucket/films.

What is made or decoded is a file on this machine. In a folder that is the stored file itself; of
another store it is a copy, which goes there when it is whole. Names are of ours, not of users.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem


@dataclass(frozen=True)
class Store:
    """The files below `root` of a file system."""

    files: fsspec.AbstractFileSystem
    root: str

    @property
    def folder(self) -> Path | None:
        """The folder that this is; None where the files lie elsewhere."""
        return Path(self.root) if isinstance(self.files, LocalFileSystem) else None

    @contextmanager
    def placing(self, name: str) -> Iterator[Path]:
        """A folder to put files in. If the block ends well, the store has them as `name`/...

        If it does not, nothing is left of it.
        """
        if self.folder is not None:
            target = self.folder / name
            target.mkdir(parents=True, exist_ok=True)
            try:
                yield target
            except BaseException:
                shutil.rmtree(target, ignore_errors=True)
                raise
            return
        with tempfile.TemporaryDirectory(prefix="lichtspiel-") as own:
            yield Path(own)
            try:
                for path in sorted(Path(own).iterdir()):
                    self.files.put_file(str(path), f"{self.root}/{name}/{path.name}")
            except BaseException:
                self.remove(name)
                raise

    def fetch(self, name: str, into: Path) -> Path:
        """A stored file on this machine: itself, or a copy in the folder `into`.

        Raises FileNotFoundError where there is none.
        """
        if self.folder is not None:
            path = self.folder / name
            if not path.is_file():
                raise FileNotFoundError(name)
            return path
        path = into / Path(name).name
        self.files.get_file(f"{self.root}/{name}", str(path))
        return path

    def names(self, name: str) -> list[str]:
        """All files below `name`, in order, as `fetch` takes them."""
        return sorted(
            path.removeprefix(f"{self.root}/") for path in self.files.find(self._at(name))
        )

    def remove(self, name: str) -> None:
        """Remove all files below `name`, if there are any."""
        if self.folder is not None:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            return
        if files := self.files.find(self._at(name)):
            self.files.rm(files)

    def _at(self, name: str) -> str:
        return f"{self.root}/{name}"


def open_store(url: str) -> Store:
    """The store at a URL of fsspec, or in a folder; it is made where there is none.

    Credentials and the address of an S3-compatible store are taken from the environment, as all
    programs for S3 do (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL). Raises
    ValueError where the URL can't be used.
    """
    try:
        # Other processes write there as well: what was listed once is soon untrue.
        files, root = fsspec.core.url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
        files.makedirs(root, exist_ok=True)
    except ImportError as error:
        raise ValueError("For a store in S3 install lichtspiel[s3].") from error
    except Exception as error:  # each file system has exceptions of its own
        reason = str(error).strip() or type(error).__name__
        raise ValueError(f"The store '{url}' can't be used: {reason}") from error
    return Store(files, root.rstrip("/"))
