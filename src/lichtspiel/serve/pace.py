"""How often each user may ask."""

from __future__ import annotations

import time

from lichtspiel.serve.errors import busy

#: So many are counted at most; then all begin anew, so that strangers can't fill the memory.
MOST = 10_000


class Pace:
    """Counts each user's requests: `rate` a minute, of which half may come at once."""

    def __init__(self, rate: int) -> None:
        self.rate, self.burst = rate / 60, max(1.0, rate / 2)
        self.left: dict[str, tuple[float, float]] = {}

    def check(self, user: str) -> None:
        """Count a request; `Refused` with 429 where there are too many."""
        now = time.monotonic()
        if len(self.left) > MOST:
            self.left.clear()
        left, then = self.left.get(user, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.rate)
        if left < 1:
            raise busy("Too many requests.", (1 - left) / self.rate, "rate_limit_exceeded")
        self.left[user] = (left - 1, now)
