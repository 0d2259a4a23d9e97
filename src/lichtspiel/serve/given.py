"""What comes with a wish: pictures that a film begins with, and films that go on."""

from __future__ import annotations

import base64
import binascii
import re
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from PIL import Image

from lichtspiel.media import read, region
from lichtspiel.request import GenerateRequest, Shot
from lichtspiel.serve.errors import invalid, not_yet
from lichtspiel.serve.store import Store
from lichtspiel.serve.tables import Film

#: The fields of a request that are files.
FILES = ("image", "before", "after", "source", "mask")
#: The kinds of pictures that are read, and the most pixels that one can have.
KINDS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
PIXELS = 4096 * 4096
#: How films begin that are read -> the suffix of their files. Nothing else is opened: players
#: also understand lists that name other files and addresses.
FILMS = {
    rb".{4}(ftyp|moov|mdat|wide|free|skip)": ".mp4",
    rb"\x1a\x45\xdf\xa3": ".webm",
}
LONGEST = 600.0  # seconds of a film that is sent
FASTEST = 120  # frames a second
DATA_URL = re.compile(r"data:image/[a-z]+;base64,([A-Za-z0-9+/=\s]+)")


def keep_picture(reference: Any, folder: Path, param: str = "input_reference") -> Path:
    """Put a picture, as the client sends it, into a folder; `Refused` for another thing.

    param: the field that it came in.

    It is an upload, a data URL, or an object with an `image_url` that is one. No address is
    fetched: a server that does can be sent anywhere.
    """
    if isinstance(reference, dict):
        if "file_id" in reference:
            raise not_yet("films from files that were sent before", param)
        reference = reference.get("image_url")
    if isinstance(reference, str):
        reference = _from_url(reference, param)
    if not isinstance(reference, bytes):
        raise invalid("Send the picture as a file or as a data URL.", param)
    try:
        with Image.open(BytesIO(reference), formats=list(KINDS)) as image:
            kind, pixels = KINDS[str(image.format)], image.width * image.height
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise invalid("The picture must be PNG, JPEG or WebP.", param) from error
    if pixels > PIXELS:
        raise invalid("The picture has more than 16 megapixels.", param)
    path = folder / f"picture{kind}"
    path.write_bytes(reference)
    return path


def keep_film(film: bytes, folder: Path) -> Path:
    """Put a film that was sent into a folder; `Refused` for what is none, or too large."""
    kind = next((end for begin, end in FILMS.items() if re.match(begin, film, re.DOTALL)), "")
    path = folder / f"film{kind}"
    try:
        if not kind:
            raise ValueError("It begins like no film.")
        path.write_bytes(film)
        facts = read.facts(path)
    except (ValueError, av.error.FFmpegError) as error:
        raise invalid("The film must be mp4, mov or webm.", "video") from error
    if facts.width * facts.height > PIXELS:
        raise invalid("The film has more than 16 megapixels.", "video")
    if facts.seconds > LONGEST or facts.frames > LONGEST * FASTEST:
        raise invalid("The film is longer than 10 minutes.", "video")
    return path


def _from_url(url: str, param: str) -> bytes:
    found = DATA_URL.fullmatch(url)
    if not found:
        raise invalid("Send the picture itself: no address is fetched.", param)
    try:
        return base64.b64decode(found[1])
    except binascii.Error as error:
        raise invalid("The picture's data URL can't be read.", param) from error


def adopt(request: GenerateRequest, store: Store, film_id: str) -> dict[str, str]:
    """Copy what a request is made from, since its sources may be deleted: field -> stored name."""
    sources = {name: Path(at) for name, at in _files(vars(request)).items()}
    if not sources:
        return {}
    place, copies = given_of(film_id), dict[Path, str]()
    with store.placing(place) as folder:
        for name, source in sources.items():
            if source not in copies:  # a loop leads from a film to the same one
                copies[source] = shutil.copyfile(source, folder / f"{name}{source.suffix}").name
    return {name: f"{place}/{copies[source]}" for name, source in sources.items()}


def fields_of(film: Film, store: Store, into: Path) -> dict[str, Any]:
    """The fields of a film's request, with its files on this machine, copied `into` a folder."""
    files: dict[str, Any] = {name: store.fetch(at, into) for name, at in _files(film.asked).items()}
    if "mask" in files:
        files["mask"] = str(files["mask"])
    shots = {"storyboard": tuple(Shot(**shot) for shot in film.asked.get("storyboard", ()))}
    return film.asked | shots | files


def is_mask_file(mask: str) -> bool:
    """Whether a request's mask is a picture, and not said in words."""
    return mask != region.AUTO and not mask.startswith("box=")


def _files(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a request's fields that are files, or their names in the store."""
    given = {name: fields[name] for name in FILES if fields.get(name)}
    return {k: at for k, at in given.items() if k != "mask" or is_mask_file(at)}


def given_of(film_id: str) -> str:
    """Where in the store the files lie that a film is made from."""
    return f"given/{film_id}"
