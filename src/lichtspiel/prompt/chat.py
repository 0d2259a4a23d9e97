"""Speak to a chat model through an OpenAI-compatible endpoint."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

#: The longest answer of a chat endpoint that is read at all, in bytes.
ANSWER_LIMIT = 1_000_000


def ask(
    instruction: str,
    text: str,
    endpoint: str,
    model: str,
    api_key: str | None = None,
    timeout: float = 60,
) -> str:
    """The model's answer to `text` under an instruction, on one line and without quotation marks.

    endpoint: the base address, as "http://localhost:8080/v1", or that of chat/completions itself.
    timeout: seconds. Raises ConnectionError when the endpoint cannot be reached or refuses, and
    ValueError when it is no address or its answer is none.
    """
    return _answer(_ask(_address(endpoint), _question(instruction, text, model), api_key, timeout))


def _address(endpoint: str) -> str:
    if urllib.parse.urlsplit(endpoint).scheme not in ("http", "https"):
        raise ValueError(
            f"'{endpoint}' is no chat endpoint: give an address such as http://localhost:8080/v1."
        )
    base = endpoint.rstrip("/")
    return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


def _question(instruction: str, text: str, model: str) -> bytes:
    messages = [
        {"role": "system", "content": instruction},
        {"role": "user", "content": text},
    ]
    return json.dumps({"model": model, "messages": messages, "max_tokens": 300}).encode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected request would carry the key to a place that the user did not name."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _ask(address: str, question: bytes, api_key: str | None, timeout: float) -> bytes:
    headers = {"Content-Type": "application/json"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    request = urllib.request.Request(address, data=question, headers=headers)
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=timeout) as response:
            answer: bytes = response.read(ANSWER_LIMIT)
    except urllib.error.HTTPError as error:
        raise ConnectionError(
            f"The chat endpoint {address} refused with {error.code} {error.reason}."
        ) from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error) or type(error).__name__
        raise ConnectionError(f"The chat endpoint {address} can't be reached: {reason}.") from error
    return answer


def _answer(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(
            "The chat endpoint answered with something else than a chat completion."
        ) from error
    text = re.sub(r"\s+", " ", content).strip().strip('"„“”') if isinstance(content, str) else ""
    if not re.search(r"\w{2}", text):
        raise ValueError("The chat model answered with nothing that can be used as a prompt.")
    return text
