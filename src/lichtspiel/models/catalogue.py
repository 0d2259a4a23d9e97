"""Which model is meant: an embedded one, open weights by their name, or a folder with weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lichtspiel.home import home
from lichtspiel.models import folders
from lichtspiel.models.open_presets import OPEN, Licence, OpenPreset
from lichtspiel.models.presets import PRESETS, Preset

AnyPreset = Preset | OpenPreset

UNKNOWN = Licence("a licence of its own", "is not known here: read what came with the weights")


def find(name: str) -> AnyPreset:
    """The preset of a name, or of the folder of that path; ValueError where there is neither."""
    if name in PRESETS:
        return PRESETS[name]
    if name in OPEN:
        return OPEN[name]
    path = Path(name).expanduser()
    if not (path.is_dir() or path.parts[1:]):
        pulled = home() / "models" / name
        if not pulled.is_dir():
            known = ", ".join([*PRESETS, *OPEN])
            raise ValueError(
                f"There is no model '{name}'; choose one of: {known}; or name a folder."
            )
        path = pulled
    return of_folder(path)


def of_folder(folder: Path) -> OpenPreset:
    """What is known of weights in a folder: as the preset of their kind, where none is noted."""
    noted = folders.note(folder).get("preset")
    like = OPEN[noted if noted in OPEN else folders.kind(folder)]
    licence = like.licence if noted in OPEN else UNKNOWN
    return replace(like, name=folder.resolve().name, folder=folder, licence=licence)


def place(preset: OpenPreset) -> Path:
    """Where the weights of a preset are, or would be."""
    return preset.folder or home() / "models" / preset.name


def pulled() -> list[OpenPreset]:
    """The open weights that are here: of the list, and from folders of the user."""
    places = sorted((home() / "models").glob(f"*/{folders.INDEX}"))
    return [OPEN.get(path.parent.name) or of_folder(path.parent) for path in places]


def here() -> list[str]:
    """The names of the models that can be used on this machine, the usual one first."""
    return [*PRESETS, *(preset.name for preset in pulled())]


def able(ability: str) -> list[str]:
    """The names of the models that have an ability of `presets.ABILITIES`."""
    presets: list[AnyPreset] = [*PRESETS.values(), *OPEN.values()]
    return [preset.name for preset in presets if ability in preset.can]
