"""How often something may be asked: buckets that fill with time, one a key, of which the last few thousand are kept."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

MOST_KEYS = 4_000
"""Keys that are remembered; those not asked for the longest give way, and begin full again."""


class Buckets:
    """One bucket a key: `size` requests at once, then `rate` a second."""

    def __init__(self, size: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.size = size
        self.rate = rate
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one from the bucket of `key`; False where it is empty."""
        now = self._clock()
        level, then = self._kept.pop(key, (self.size, now))
        level = min(self.size, level + (now - then) * self.rate)
        self._kept[key] = (level - 1.0 if level >= 1.0 else level, now)
        while len(self._kept) > MOST_KEYS:
            self._kept.popitem(last=False)
        return level >= 1.0

    def level(self, key: str) -> float:
        """What the bucket of `key` holds now."""
        level, then = self._kept.get(key, (self.size, 0.0))
        return min(self.size, level + (self._clock() - then) * self.rate)

    def wait(self, key: str) -> int:
        """Whole seconds, at least one, until the bucket of `key` holds one again."""
        return max(1, math.ceil((1.0 - self.level(key)) / self.rate))


class Limits:
    """The limits of a class. A room behind one router may come from one address: what one address may do is what a
    class needs, and what one seat may do is what a hand needs."""

    class Reached(Exception):
        """Too much was asked; `seconds` until it may be asked again."""

        def __init__(self, seconds: int) -> None:
            super().__init__(f"too much at once: again in {seconds} s")
            self.seconds = seconds

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = Buckets(600, 120, clock)
        self._asking = Buckets(20, 3, clock)
        self._sending = Buckets(20, 2, clock)
        self._joining = Buckets(70, 0.5, clock)
        self._joining_all = Buckets(160, 2, clock)
        self._wrong = Buckets(30, 0.2, clock)
        self._entering = Buckets(10, 0.1, clock)

    def coming(self, request: Request) -> None:
        """Any request. Raises Reached, as all below."""
        self._spend(self._address, _from(request))

    def asking(self, token: str) -> None:
        """A look at the view of a seat."""
        self._spend(self._asking, token)

    def sending(self, token: str) -> None:
        """A decision of a seat."""
        self._spend(self._sending, token)

    def joining(self, request: Request) -> None:
        """A try to join or to claim a seat."""
        where = _from(request)
        if self._wrong.level(where) < 1.0:
            raise Limits.Reached(self._wrong.wait(where))
        self._spend(self._joining, where)
        self._spend(self._joining_all, "all")

    def wrong(self, request: Request) -> None:
        """A code that was wrong: guessing ends after some."""
        self._wrong.take(_from(request))

    def entering(self, request: Request) -> None:
        """A try to enter as the teacher."""
        self._spend(self._entering, _from(request))

    def _spend(self, buckets: Buckets, key: str) -> None:
        if not buckets.take(key):
            raise Limits.Reached(buckets.wait(key))


def _from(request: Request) -> str:
    return request.client.host if request.client else ""
