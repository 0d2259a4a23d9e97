"""The bodies of requests: read from JSON or a form, and described for OpenAPI."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from lichtspiel.serve.errors import Refused, from_pydantic, invalid

MAX_JSON = 2**20

Body = TypeVar("Body", bound=BaseModel)


def body_of(model: type[BaseModel], *kinds: str) -> dict[str, Any]:
    """The part of the OpenAPI description that tells a body of one of these media types."""
    schema = model.model_json_schema()
    whole = _whole(schema, schema.get("$defs", {}))
    content = {kind: {"schema": whole} for kind in kinds or ("application/json",)}
    return {"requestBody": {"required": True, "content": content}}


def _whole(part: Any, named: dict[str, Any]) -> Any:
    """A schema with the models that it refers to by name in their places."""
    if isinstance(part, list):
        return [_whole(one, named) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _whole(named[part["$ref"].rpartition("/")[2]], named)
    return {name: _whole(one, named) for name, one in part.items() if name != "$defs"}


FORM = ("application/json", "multipart/form-data")


async def read(request: Request, model: type[Body]) -> Body:
    """The body of a request, JSON or a form; `Refused` where it is not what the model says."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        async with request.form(max_files=2, max_fields=50) as form:
            fields = _nested({name: await _value(form[name]) for name in form})
    else:
        fields = await _json(request)
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise from_pydantic(error) from error


async def _value(field: UploadFile | str) -> bytes | str:
    """A text, or what was uploaded; the name that was sent with it is used for nothing."""
    return field if isinstance(field, str) else await field.read()


async def _json(request: Request) -> Any:
    text = b""
    async for part in request.stream():
        text += part
        if len(text) > MAX_JSON:
            raise Refused(413, "A JSON body can have 1 MB.", "request_too_large")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise invalid("The body is no JSON that can be read.", code="invalid_json") from error


def _nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a form; of `input_reference[image_url]` only what is before the bracket counts."""
    return {name.partition("[")[0]: value for name, value in fields.items()}
