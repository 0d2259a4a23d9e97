"""How often each user may ask, and how often it is well to ask again."""

from __future__ import annotations

import random
import time

from lichtspiel.serve.errors import busy

#: So many are counted at most; then all begin anew, so that strangers can't fill the memory.
MOST = 10_000
#: Nobody is asked to wait longer, in seconds.
LONGEST = 10.0


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


class Turns:
    """Tells clients that wait for a film when to ask again, so that many don't ask all the time.

    Who asks is told apart by the connection. With `most` or fewer it is a second; with more it
    varies by a quarter, so that those who came together do not stay together.
    """

    def __init__(self, most: int = 60) -> None:
        self.most, self.heard, self.pruned = most, dict[object, float](), 0.0

    def wait(self, client: object) -> float:
        """Count one who asks; says after how many seconds to ask again, 1 to LONGEST."""
        now = time.monotonic()
        self.heard[client] = now
        if now - self.pruned > 1:
            self.pruned = now
            self.heard = {one: then for one, then in self.heard.items() if now - then < LONGEST}
        crowded = len(self.heard) / self.most
        return min(LONGEST, crowded * random.uniform(0.75, 1.25)) if crowded > 1 else 1.0
