"""Work done on threads, its results in order, never more of it under way than memory should hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar("T")


def in_order(calls: Iterable[Callable[[], T]], pool: Executor, *, ahead: int) -> Iterator[T]:
    """Yield the result of each call, in the order of the calls, at most `ahead` of them waiting or at work."""
    waiting: deque[Future[T]] = deque()
    try:
        for call in calls:
            waiting.append(pool.submit(call))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for one in waiting:
            one.cancel()
