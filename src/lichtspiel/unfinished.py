"""What a long film leaves beside its place while it is made, so that it can go on after a stop.

Only latents are kept: some 20 kB a second of film. The finished film is made of them in the same
way whether it was interrupted or not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from lichtspiel.diffusion.conditioning import Given
from lichtspiel.media.mux import placing
from lichtspiel.request import GenerateRequest

SUFFIX = ".unfinished"


class Unfinished:
    """The unfinished film of a request: a file beside its target, named after it.

    shots: what the model was told before the stop, or [] where nothing is left to go on from.
    """

    def __init__(self, request: GenerateRequest, target: Path, resume: bool = False) -> None:
        """Raises ValueError where `resume` finds nothing, or what another request left."""
        self._path = place(target)
        self._request = _fingerprint(request)
        self._seed = request.seed
        self._tensors: dict[str, Tensor] = {}
        self.shots: list[str] = []
        if resume:
            self._load(target)

    def _load(self, target: Path) -> None:
        told = _told(target)
        if told["request"] != self._request:
            raise ValueError(
                f"The unfinished '{self._path}' is of another film: ask for the same one, or leave "
                "out --resume to begin anew."
            )
        self.shots = json.loads(told["shots"])
        with safe_open(self._path, framework="pt") as file:
            self._tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118

    def given(self, take: int) -> Given | None:
        """What is made of a take, or None."""
        if f"{take}.levels" not in self._tensors:
            return None
        return Given(self._tensors[f"{take}.latents"], self._tensors[f"{take}.levels"])

    def save(self, take: int, given: Given, shots: Sequence[str]) -> None:
        """Keep what is made of a take, beside what was kept of others."""
        self._tensors[f"{take}.latents"] = given.latents.contiguous()
        self._tensors[f"{take}.levels"] = given.levels.contiguous()
        about = {
            "request": self._request,
            "shots": json.dumps(list(shots)),
            "seed": str(self._seed),
        }
        with placing(self._path) as temporary:
            save_file(self._tensors, temporary, about)

    def remove(self) -> None:
        """The film is finished."""
        self._path.unlink(missing_ok=True)


def place(target: Path) -> Path:
    """Where the unfinished film of a target is."""
    return target.with_name(target.name + SUFFIX)


def seed_of(target: Path) -> int:
    """The seed of the unfinished film at `target`; ValueError where there is none."""
    return int(_told(target)["seed"])


def _told(target: Path) -> dict[str, str]:
    path = place(target)
    if not path.is_file():
        raise ValueError(f"There is nothing to go on from: '{path}' does not exist.")
    try:
        with safe_open(path, framework="pt") as file:
            return dict(file.metadata())
    except (SafetensorError, TypeError) as error:
        raise ValueError(f"'{path}' is not an unfinished film; remove it.") from error


def _fingerprint(request: GenerateRequest) -> str:
    """Tells whether it is the same film: all that was asked, and the files as they are."""
    files = [(path.stat().st_size, path.stat().st_mtime_ns) for path in request.sources]
    asked = f"{version('lichtspiel')} {torch.__version__} {request} {files}"
    return hashlib.sha256(asked.encode()).hexdigest()
