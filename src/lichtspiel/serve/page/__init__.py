"""The studio page: static files, and the policy under which a browser runs them.

It asks the public API alone, as any other client. Nothing on it comes from elsewhere, and no text
of a user is ever taken for markup: the policy forbids scripts but those files.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from lichtspiel.serve.errors import Refused

FOLDER = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: Media that were fetched with a key are shown from memory: that is what `blob:` is for.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' blob:; "
    "img-src 'self' blob: data:; media-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

routes = APIRouter(include_in_schema=False)


@routes.get("/")
def studio() -> FileResponse:
    """The page. It needs no key; what it asks for does."""
    headers = {"Content-Security-Policy": POLICY}
    return FileResponse(FOLDER / "index.html", headers=headers, media_type="text/html")


@routes.get("/page/{name}")
def part(name: str) -> FileResponse:
    """A file that the page is made of."""
    parts = {path.name: path for path in FOLDER.iterdir() if path.suffix in TYPES}
    if name not in parts:
        raise Refused(404, "There is no such file.", "not_found")
    return FileResponse(parts[name], media_type=TYPES[parts[name].suffix])
