"""What goes wrong, told in the shape that the openai client reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from lichtspiel.safety import Blocked

CODES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large"}


class Reason(BaseModel):
    """What is wrong: a sentence for people, a code and the field's name for programs."""

    message: str
    type: str
    param: str | None
    code: str


class Failure(BaseModel):
    """The body of every answer that is an error."""

    error: Reason


class Refused(Exception):
    """A request that is answered with an error, in one sentence."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.param, self.kind = status, code, param, kind
        self.headers = headers

    def answer(self) -> JSONResponse:
        told = {"message": str(self), "type": self.kind, "param": self.param, "code": self.code}
        # A lone surrogate from the request can't be sent back.
        clean = {
            key: value and value.encode(errors="replace").decode() for key, value in told.items()
        }
        return JSONResponse({"error": clean}, self.status, self.headers)


def busy(message: str, seconds: float, code: str) -> Refused:
    """Too much was asked for; the client may try again after so many seconds."""
    headers = {"Retry-After": str(max(1, round(seconds)))}
    return Refused(429, message, code, kind="rate_limit_error", headers=headers)


def not_yet(what: str, param: str | None = None) -> Refused:
    """Something that the hosted API has and this server can't do yet."""
    return Refused(400, f"This server can't do {what} yet.", "unsupported_feature", param)


def invalid(message: str, param: str | None = None, code: str = "invalid_value") -> Refused:
    return Refused(400, message, code, param)


def from_pydantic(error: ValidationError | RequestValidationError) -> Refused:
    """The first thing that is wrong with a body or a query."""
    first: dict[str, Any] = dict(error.errors()[0])
    place = [str(part) for part in first["loc"] if part not in ("body", "query", "path")]
    param = place[0] if place else None
    code = {"missing": "missing_required_parameter", "extra_forbidden": "unknown_parameter"}
    message = f"{param or 'The request'}: {first['msg']}."
    return invalid(message, param, code.get(first["type"], "invalid_value"))


def install(app: FastAPI) -> None:
    """Let every error of an app be told in the one shape."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> JSONResponse:
        return error.answer()

    @app.exception_handler(Blocked)
    async def blocked(request: Request, error: Blocked) -> JSONResponse:
        return invalid(str(error), "prompt", "moderation_blocked").answer()

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return from_pydantic(error).answer()

    @app.exception_handler(HTTPException)
    async def plain(request: Request, error: HTTPException) -> JSONResponse:
        code = CODES.get(error.status_code, "invalid_request")
        return Refused(error.status_code, error.detail, code, headers=error.headers).answer()

    @app.exception_handler(ConnectionError)
    async def unreachable(request: Request, error: ConnectionError) -> JSONResponse:
        # The policy wants a language model's judgement: without it nothing is let through.
        return Refused(503, str(error), "screening_unavailable", kind="server_error").answer()

    @app.exception_handler(Exception)
    async def ours(request: Request, error: Exception) -> JSONResponse:
        message = "Something went wrong here; the log says what."
        return Refused(500, message, "server_error", kind="server_error").answer()
