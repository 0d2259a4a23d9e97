"""What stands between the network and the app: limits of uploads, foreign pages, headers."""

from __future__ import annotations

import asyncio
import logging
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lichtspiel.serve.desk import Desk
from lichtspiel.serve.errors import Refused
from lichtspiel.serve.settings import is_loopback

log = logging.getLogger(__name__)

READS = ("GET", "HEAD")
METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class Shield:
    """Refuses what is too large, too slow or from a foreign page; adds headers to every answer.

    Where no keys are needed, a page of another site that the user looks at could ask as well as
    the user: its requests are told by their Host and Origin.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk, self.settings = app, desk, desk.settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        begun = time.monotonic()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                self._note(scope, message["status"], time.monotonic() - begun)
            await send(message)

        headers = Headers(scope=scope)
        if await self.desk.is_open() and not at_home(headers):
            message = "Without keys only pages and programs of this machine are answered."
            await Refused(403, message, "foreign_origin").answer()(scope, receive, sending)
            return
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.settings.max_upload:
            await self._too_large().answer()(scope, receive, sending)
            return
        await self.app(scope, self._limited(receive), sending)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request; what changes something, or goes wrong, is logged as well."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.desk.figures.count(method, status, seconds)
        if method not in READS or status >= 400:
            path = scope["path"]
            told = {"method": method, "path": path, "status": status, "seconds": round(seconds, 4)}
            log.info("%s %r: %d", method, path, status, extra=told)

    def _limited(self, receive: Receive) -> Receive:
        """The body of a request, as long as it is neither too large nor too slow."""
        until, size, whole = time.monotonic() + self.settings.upload_seconds, 0, False

        async def receiving() -> Message:
            nonlocal size, whole
            if whole:  # from here on only the end of the connection is waited for
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), until - time.monotonic())
            except TimeoutError as error:
                raise HTTPException(408, "The request took too long to arrive.") from error
            size += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if size > self.settings.max_upload:
                raise HTTPException(413, str(self._too_large()))
            return message

        return receiving

    def _too_large(self) -> Refused:
        most = self.settings.max_upload / 2**20
        return Refused(413, f"At most {most:g} MB can be sent.", "request_too_large")


def at_home(headers: Headers) -> bool:
    """Whether a request was sent to this machine by name, and by no page of another site."""
    named = [f"//{headers.get('host', '')}", *headers.getlist("origin")]
    try:
        return all(is_loopback(urlsplit(address).hostname or "") for address in named)
    except ValueError:
        return False
