"""The two cursors of Volcengine: `PageToken` (3 minutes) and `ScrollId` (20 minutes, no page twice).

https://www.volcengine.com/docs/3019/1169973 and /167660. Both walk over a list as it was at the first call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from reporter.sandbox.calls import Asked, Body
from reporter.sandbox.volcengine_params import Params, invalid

Row = TypeVar("Row")
INIT, FINISH = "init", "finish"
TOKEN_SECONDS, SCROLL_SECONDS = 180, 1200


@dataclass(frozen=True, slots=True)
class _Walk(Generic[Row]):
    """A list under way: where it goes on, under which conditions, and since when."""

    rows: list[Row]
    conditions: dict[str, Body]
    since: int
    offset: int = 0
    page: int = 1


@dataclass(slots=True)
class Tokens(Generic[Row]):
    """`PageToken`: "init", then what came last, until "finish". Only PageSize may change on the way."""

    _walks: dict[str, _Walk[Row]] = field(default_factory=dict)

    def take(
        self, asked: Asked, params: Params, size: int, rows: Callable[[], list[Row]]
    ) -> tuple[list[Row], int, str]:
        """Return the rows of this call, how many there are in all, and the next token."""
        token = params.text("PageToken")
        conditions = {name: value for name, value in params.values.items() if name not in ("PageToken", "PageSize")}
        self._walks = {name: walk for name, walk in self._walks.items() if asked.moment - walk.since < TOKEN_SECONDS}
        if token == INIT:
            walk = _Walk(rows(), conditions, asked.moment)
        elif token not in self._walks or self._walks[token].conditions != conditions:
            raise invalid("PageToken")
        else:
            walk = self._walks[token]
        end = walk.offset + size
        chosen, total = walk.rows[walk.offset : end], len(walk.rows)
        if end >= total:
            return chosen, total, FINISH
        self._walks[asked.serial] = _Walk(walk.rows, conditions, asked.moment, end)
        return chosen, total, asked.serial


@dataclass(slots=True)
class Scrolls(Generic[Row]):
    """`ScrollId`: page 1 without one, then 2, 3… with the one that came last; an empty page ends it."""

    _walks: dict[str, _Walk[Row]] = field(default_factory=dict)

    def start(self, asked: Asked, params: Params, rows: list[Row], size: int) -> str:
        """Return the id with which page 2 can be fetched."""
        self._walks = {name: walk for name, walk in self._walks.items() if asked.moment - walk.since < SCROLL_SECONDS}
        self._walks[asked.serial] = _Walk(rows, _scroll_conditions(params), asked.moment, size, 2)
        return asked.serial

    def take(self, asked: Asked, params: Params, size: int) -> tuple[list[Row], int, str]:
        """Return the rows of this page, how many there are in all, and the next id."""
        walk = self._walks.get(params.text("ScrollId"))
        if walk is None or asked.moment - walk.since >= SCROLL_SECONDS or walk.conditions != _scroll_conditions(params):
            raise invalid("ScrollId")
        if params.whole("PageNo", 1) != walk.page:
            raise invalid("PageNo")
        del self._walks[params.text("ScrollId")]
        end = walk.offset + size
        self._walks[asked.serial] = _Walk(walk.rows, walk.conditions, asked.moment, end, walk.page + 1)
        return walk.rows[walk.offset : end], len(walk.rows), asked.serial


def _scroll_conditions(params: Params) -> dict[str, Body]:
    return {name: value for name, value in params.values.items() if name not in ("ScrollId", "PageNo")}
