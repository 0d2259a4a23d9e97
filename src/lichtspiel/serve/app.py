"""The web process: what can be asked, and how it is answered. It makes no films itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from lichtspiel.safety.prompts import own_encoder
from lichtspiel.serve import characters, errors, images, others, page, videos
from lichtspiel.serve.desk import Desk
from lichtspiel.serve.errors import Failure
from lichtspiel.serve.settings import Settings
from lichtspiel.serve.shield import Shield

DESCRIPTION = "The Sora API on your own machine, and a few routes of our own."


def create_app(settings: Settings) -> FastAPI:
    """The app over the database and the folder that the settings name."""
    desk = Desk(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(own_encoder)  # so that the first prompt is screened at once
        yield
        desk.engine.dispose()

    app = FastAPI(
        title="Lichtspiel",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={"4XX": {"description": "What is wrong, in a sentence.", "model": Failure}},
    )
    app.state.desk = desk
    for room in (characters, videos, images, others, page):
        app.include_router(room.routes)
    errors.install(app)
    app.add_middleware(Shield, desk=desk)
    return app
