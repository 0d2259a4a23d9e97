"""The routes beside films and pictures: models, screening, verification, health."""

from __future__ import annotations

import html
import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, UploadFile
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from lichtspiel.models.catalogue import find, here
from lichtspiel.safety import audit
from lichtspiel.safety.policy import load_policy
from lichtspiel.safety.prompts import check
from lichtspiel.serve import answers, jobs, verifying
from lichtspiel.serve.bodies import body_of, read
from lichtspiel.serve.desk import Asker, AtDesk, reviewer
from lichtspiel.serve.errors import Refused
from lichtspiel.serve.keys import User
from lichtspiel.serve.wishes import ModerationWish
from lichtspiel.shapes import SIZES
from lichtspiel.world.scene import CAMERAS, STYLES

#: When the first embedded model was made: the hosted API tells a time for each.
MODELS_SINCE = 1_795_219_200

routes = APIRouter(tags=["others"])


@routes.get("/v1/models")
def models(asker: Asker) -> dict[str, Any]:
    """List the models. Names of the hosted API are understood as well; the first stands in."""
    return {"object": "list", "data": [_model(name) for name in here()]}


@routes.get("/v1/models/{name}")
def model(name: str, asker: Asker) -> dict[str, Any]:
    """Describe one model."""
    if name not in here():
        raise Refused(404, "There is no such model.", "model_not_found", "model")
    return _model(name)


def _model(name: str) -> dict[str, Any]:
    told = {"id": name, "object": "model", "created": MODELS_SINCE, "owned_by": "lichtspiel"}
    preset = find(name)
    return told | {
        "description": preset.description,
        "max_seconds": preset.max_seconds,
        "steps": preset.steps,
        "sizes": list(SIZES),
        "styles": list(STYLES),
        "cameras": list(CAMERAS),
    }


@routes.post("/v1/moderations", openapi_extra=body_of(ModerationWish))
async def moderations(request: Request, asker: Asker) -> dict[str, Any]:
    """Say whether texts would be blocked, and why. Nothing is recorded."""
    wish = await read(request, ModerationWish)
    policy, texts = load_policy(), wish.texts()
    results = [answers.moderation(await run_in_threadpool(check, one, policy)) for one in texts]
    return {"id": f"modr-{uuid.uuid4().hex}", "model": "lichtspiel", "results": results}


@routes.post("/v1/verify")
def verify(file: UploadFile, asker: Asker, language: Literal["en", "de"] = "en") -> dict[str, Any]:
    """Is that real? Say what is known of a file, as `lichtspiel verify --json` does."""
    return verifying.verify(file.file, file.filename or "", language)


@routes.get("/v1/blocked")
def blocked(asker: Annotated[User, Depends(reviewer)]) -> dict[str, Any]:
    """List what was blocked on this machine, the newest last, at most 1,000 entries."""
    return {"object": "list", "data": list(audit.entries())[-1000:]}


@routes.get("/healthz")
async def healthz(desk: AtDesk) -> dict[str, Any]:
    """Say that the web process and its database answer, and how many films wait."""
    counts = await desk.looks(jobs.counts, desk.engine)
    return {"status": "ok", "queued": counts.get("queued", 0)}


@routes.get("/metrics", response_class=Response)
def metrics(desk: AtDesk, asker: Asker) -> Response:
    """Figures for Prometheus."""
    return Response(desk.figures.told(), media_type=CONTENT_TYPE_LATEST)


@routes.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The OpenAPI description as a page that needs no script and nothing from elsewhere."""
    paths = request.app.openapi()["paths"]
    rows = [
        f"<dt><code>{method.upper()} {html.escape(path)}</code></dt>"
        f"<dd>{html.escape(told.get('description', ''))}</dd>"
        for path, methods in paths.items()
        for method, told in methods.items()
    ]
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>Lichtspiel API</title>"
    whole = "<p>In full: <a href='openapi.json'>openapi.json</a></p>"
    return HTMLResponse(f"{head}<h1>Lichtspiel API</h1>{whole}<dl>{''.join(rows)}</dl>")
