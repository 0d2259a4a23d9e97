"""Reads of the database that many ask for at once: done once in a while, and told to all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

#: So many answers are kept at most; then all are asked for anew.
MOST = 10_000

Answer = TypeVar("Answer")


class Shared:
    """Reads whose answers are good for some seconds, in one event loop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.kept: dict[tuple[Any, ...], tuple[float, asyncio.Task[Any]]] = {}

    async def __call__(self, read: Callable[..., Answer], *arguments: Any) -> Answer:
        """What `read(*arguments)` says now, or said a moment ago; errors are told as well."""
        key, now = (read, *arguments), time.monotonic()
        until, task = self.kept.get(key, (0.0, None))
        if task is None or now > until:
            if len(self.kept) > MOST:
                self.kept.clear()
            task = asyncio.ensure_future(_done(read, arguments))
            self.kept[key] = now + self.seconds, task
        answer: Answer = task.result() if task.done() else await asyncio.shield(task)
        return answer

    def forget(self, read: Callable[..., Any], *arguments: Any) -> None:
        """Let the next one ask the database: what was read is known to be untrue."""
        self.kept.pop((read, *arguments), None)


async def _done(read: Callable[..., Answer], arguments: tuple[Any, ...]) -> Answer:
    return await run_in_threadpool(read, *arguments)
