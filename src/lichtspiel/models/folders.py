"""Folders of weights in the layout of diffusers: which model it is, and whether all is there."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

INDEX = "model_index.json"
#: What `pull` notes beside the weights: the preset, and the size of each file.
NOTE = "lichtspiel.json"


def kind(folder: Path) -> str:
    """The preset that weights in a folder are used like; ValueError for others."""
    name = index(folder)["_class_name"]
    transformer = settings(folder, "transformer")
    if name == "WanPipeline":
        return "wan2.2-5b" if index(folder).get("expand_timesteps") else "wan2.1-1.3b"
    if name == "WanImageToVideoPipeline":
        between = transformer.get("pos_embed_seq_len") is not None
        return "wan2.1-14b-ends" if between else "wan2.1-14b-picture"
    kinds = {
        "LTXConditionPipeline": "ltx-video",
        "LTX2Pipeline": "ltx-2",
        "LTX2ConditionPipeline": "ltx-2",
        "HunyuanVideo15Pipeline": "hunyuan-1.5",
        "HunyuanVideo15ImageToVideoPipeline": "hunyuan-1.5-picture",
        "CogVideoXPipeline": "cogvideox-2b",
        "CogVideoXImageToVideoPipeline": "cogvideox-5b-picture",
    }
    if name not in kinds:
        raise ValueError(f"'{folder}' holds a {name}, which can't be used here.")
    return kinds[name]


def index(folder: Path) -> dict[str, Any]:
    """What model_index.json says; ValueError where there is none."""
    if not (folder / INDEX).is_file():
        raise ValueError(f"'{folder}' holds no model: it has no {INDEX}.")
    return _json(folder / INDEX)


def settings(folder: Path, part: str) -> dict[str, Any]:
    """What config.json says of a part; {} where there is none."""
    path = folder / part / "config.json"
    return _json(path) if path.is_file() else {}


def note(folder: Path) -> dict[str, Any]:
    """What `pull` noted; {} where it did not make the folder."""
    return _json(folder / NOTE) if (folder / NOTE).is_file() else {}


def parts(folder: Path) -> list[str]:
    """The folders that belong to the model: other files beside them are not looked at."""
    return [
        name
        for name, value in index(folder).items()
        if isinstance(value, list) and value[0] is not None
    ]


def check(folder: Path) -> None:
    """Raise ValueError, in a sentence, where a file of the model is missing or cut off."""
    for part in parts(folder):
        if not (folder / part).is_dir():
            raise _unwhole(folder, f"the folder {part} is missing")
        for listing in (folder / part).glob("*.safetensors.index.json"):
            for shard in sorted(set(_json(listing)["weight_map"].values())):
                if not (folder / part / shard).is_file():
                    raise _unwhole(folder, f"{part}/{shard} is missing")
        weights = sorted((folder / part).glob("*.safetensors"))
        if (folder / part / "config.json").is_file() and not weights:
            raise _unwhole(folder, f"the weights of {part} are missing")
        for file in weights:
            try:
                with safe_open(file, framework="pt") as tensors:
                    tensors.keys()
            except (SafetensorError, OSError):
                raise _unwhole(folder, f"{part}/{file.name} is cut off or damaged") from None
    for name, noted in note(folder).get("files", {}).items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != noted["size"]:
            raise _unwhole(folder, f"{name} is missing or cut off")


def parameters(folder: Path) -> dict[str, int]:
    """How many numbers each part has, read from the heads of its files."""
    counted = {}
    for part in parts(folder):
        total = 0
        for file in (folder / part).glob("*.safetensors"):
            with safe_open(file, framework="pt") as tensors:
                for name in tensors.keys():  # noqa: SIM118
                    total += math.prod(tensors.get_slice(name).get_shape())
        if total:
            counted[part] = total
    return counted


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unwhole(folder: Path, what: str) -> ValueError:
    name = note(folder).get("preset") or folder
    return ValueError(f"'{folder}' is not whole: {what}; `lichtspiel pull {name}` fetches it.")


def _json(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"'{path}' can't be read; fetch it again.") from error
    return read
