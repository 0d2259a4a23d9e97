"""Fetching open weights, from the hub or from a folder, whole and checked or not at all.

What was fetched stays when something goes wrong, and the same call goes on from there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lichtspiel.home import home
from lichtspiel.media.mux import placing
from lichtspiel.models import catalogue, folders
from lichtspiel.models.open_presets import OPEN, OpenPreset

#: Other formats of the same weights, which are not needed.
OTHERS = (".bin", ".ckpt", ".gguf", ".h5", ".msgpack", ".onnx", ".pt", ".pth")


def pull(name: str, accept: bool = False) -> Path:
    """Bring the weights of a preset, or those in a folder, to where models are; returns that.

    accept: whether the user agrees to terms that not everybody can keep. Raises ValueError where
    he must, where the name is not known or the disk too small; OSError where the fetching failed.
    """
    if name in OPEN:
        return _from_hub(OPEN[name], accept)
    source = Path(name).expanduser()
    if not source.is_dir():
        raise ValueError(
            f"There is nothing to fetch called '{name}'; choose one of: {', '.join(OPEN)}; or name "
            "a folder."
        )
    return _from_folder(source)


def _from_hub(preset: OpenPreset, accept: bool) -> Path:
    licence = preset.licence
    if licence.terms and not accept:
        raise ValueError(
            f"The licence of {preset.name} ({licence.name}) {licence.terms}; read {licence.address}"
            " and add --accept to fetch it."
        )
    if find_spec("diffusers") is None:
        raise ValueError("For open weights install lichtspiel[open].")
    from huggingface_hub import HfApi, hf_hub_download

    folder, address = catalogue.place(preset), os.environ.get("HF_ENDPOINT")
    folder.mkdir(parents=True, exist_ok=True)
    with _resumable(preset, folder):
        known = HfApi(address).model_info(preset.repository, files_metadata=True)
    files = {str(file.rfilename): file for file in known.siblings or ()}

    def fetch(file: str) -> None:
        with _resumable(preset, folder):
            hf_hub_download(
                preset.repository, file, revision=known.sha, local_dir=folder, endpoint=address
            )
        _check_sum(folder, file, files[file])

    fetch(folders.INDEX)
    wanted = [file for file in files if _belongs(file, folders.parts(folder))]
    _note(folder, preset.name, {file: int(files[file].size or 0) for file in wanted})
    lacking = [file for file in wanted if not (folder / file).is_file()]
    _check_room(folder, sum(int(files[file].size or 0) for file in lacking))
    for file in wanted:
        fetch(file)
    folders.check(folder)
    return folder


@contextmanager
def _resumable(preset: OpenPreset, folder: Path) -> Iterator[None]:
    """Say what an interrupted download means."""
    from httpx2 import HTTPError

    try:
        yield
    except (HTTPError, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise OSError(
            f"The download of {preset.name} stopped; what came is kept in '{folder}', and the same "
            "command goes on from there."
        ) from error


def _from_folder(source: Path) -> Path:
    folders.check(source)
    folders.kind(source)  # refuses what can't be used
    folder = home() / "models" / source.resolve().name
    if folder.resolve() == source.resolve():
        return folder
    files = [
        str(path.relative_to(source))
        for part in folders.parts(source)
        for path in sorted((source / part).rglob("*"))
        if path.is_file() and path.suffix not in OTHERS
    ]
    files.append(folders.INDEX)
    sizes = {file: (source / file).stat().st_size for file in files}
    folder.mkdir(parents=True, exist_ok=True)
    _check_room(folder, sum(sizes[file] for file in files if not (folder / file).is_file()))
    for file in files:
        _copy(source / file, folder / file)
    _note(folder, folders.note(source).get("preset"), sizes)
    return folder


def _copy(source: Path, target: Path) -> None:
    wanted = folders.digest(source)
    if target.is_file() and folders.digest(target) == wanted:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with placing(target) as temporary:
        shutil.copyfile(source, temporary)
        if folders.digest(temporary) != wanted:
            raise OSError(f"'{source}' could not be copied: what arrived has another checksum.")


def _belongs(file: str, parts: list[str]) -> bool:
    """Whether a file of a repository belongs to the model in the layout of diffusers."""
    part, slash, name = file.partition("/")
    if file == folders.INDEX:
        return True
    return bool(slash) and part in parts and not name.endswith(OTHERS) and ".fp16." not in name


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ValueError(
            f"'{folder}' has room for {free / 1e9:.1f} GB, but {needed / 1e9:.1f} GB are needed; "
            "LICHTSPIEL_HOME names another place."
        )


def _check_sum(folder: Path, file: str, told: Any) -> None:
    """Remove what arrived damaged, and raise OSError. The hub tells SHA-256 of large files, and of
    small ones the number that git gives them."""
    path = folder / file
    if told.lfs is not None:
        right = folders.digest(path) == told.lfs.sha256
    else:
        content = path.read_bytes()
        named = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
        right = told.blob_id is None or named.hexdigest() == told.blob_id
    if not right:
        path.unlink()
        raise OSError(
            f"'{file}' arrived with a wrong checksum and was removed; the same command fetches it "
            "again."
        )


def _note(folder: Path, preset: str | None, sizes: Mapping[str, int]) -> None:
    noted: dict[str, Any] = {"preset": preset} if preset else {}
    noted["files"] = {file: {"size": size} for file, size in sizes.items()}
    with placing(folder / folders.NOTE) as temporary:
        temporary.write_text(json.dumps(noted, indent=1))
