"""Rows come and go between pages: a walk ends complete and right, or says that its source moved.

Between any two requests at most one row is added or removed, anywhere. (Where one is added and one removed
between the same two pages, the total stays: docs/reliability.md says who can tell.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.fetch import Clock, fetch
from reporter.model import Match, Period, Pull, Pulled
from reporter.store import Store
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

_NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
_PERIOD = Period("2026-W46", _NOW - timedelta(days=7), _NOW, "UTC")
#: after which request (from 1): +n adds a row at place n, -n removes the one at place n - 1
Edits = Mapping[int, int]


@dataclass(frozen=True)
class Kind:
    """How one vendor pages: its pull, the size of its pages, and a page as it writes it."""

    vendor: str
    endpoint: str
    size: int
    keys: Mapping[str, str]
    page: Callable[[int, int, Sequence[str]], Any]
    rows: Callable[[Any], Sequence[str]]
    params: tuple[tuple[str, str], ...] = ()
    room: str | None = "1"
    match: Match | None = None


def _talkcloud_page(page: int, total: int, rows: Sequence[str]) -> Any:
    data = {"total": total, "per_page": 20, "current_page": page, "last_page": -(-total // 20)}
    return {"result": 0, "msg": "", "data": {**data, "data": [{"userId": row} for row in rows]}}


def _aliyun_page(page: int, total: int, rows: Sequence[str]) -> Any:
    found = [{"MediaId": "1", "VideoTitle": row} for row in rows]
    return {"RequestId": f"r{page}", "TotalCount": total, "PageNo": page, "PageSize": 100, "QoeInfoList": found}


def _search_page(page: int, total: int, rows: Sequence[str]) -> Any:
    found = [{"Id": int(row), "LiveTime": 1_300_000_000} for row in rows]
    result = {"PageNo": page, "PageItemCount": 100, "TotalItemCount": total, "Activities": found}
    return {"ResponseMetadata": {"RequestId": f"r{page}", "Action": "ListActivityAPI"}, "Result": result}


KINDS = (
    Kind(
        "talkcloud",
        "vod/watch",
        20,
        {"auth_key": "k", "token": "t", "token_time": "1"},
        _talkcloud_page,
        lambda body: [row["userId"] for row in body["data"]["data"]],
    ),
    Kind(
        "aliyun",
        "DescribeVodMediaPlayData",
        100,
        {"access_key": "k", "secret_key": "s"},
        _aliyun_page,
        lambda body: [row["VideoTitle"] for row in body["QoeInfoList"]],
        params=(("PlayDate", "20261110"),),
    ),
    Kind(
        "volcengine",
        "ListActivityAPI",
        100,
        {"access_key": "k", "secret_key": "s"},
        _search_page,
        lambda body: [str(row["Id"]) for row in body["Result"]["Activities"]],
        params=(("LiveTime", "1"),),
        room=None,
        match=Match(),
    ),
)


@dataclass
class Source:
    """A vendor's rows, which change after some requests; `states` are all that they have ever been."""

    kind: Kind
    edits: Edits
    rows: list[str]
    states: list[list[str]] = field(default_factory=list)
    asked: int = 0
    made: int = 10_000
    slept: timedelta = timedelta(0)

    def answer(self, request: httpx.Request) -> httpx.Response:
        said = dict(request.url.params) | (json.loads(request.content) if request.content else {})
        page = int(said.get("PageNo") or said["page"])
        first = (page - 1) * self.kind.size
        body = self.kind.page(page, len(self.rows), self.rows[first : first + self.kind.size])
        self.states.append(list(self.rows))
        self.asked += 1
        self._change(self.edits.get(self.asked, 0))
        return httpx.Response(200, json=body)

    def _change(self, edit: int) -> None:
        if edit > 0:
            self.made += 1
            self.rows.insert(min(edit - 1, len(self.rows)), str(self.made))
        elif edit < 0 and self.rows:
            del self.rows[min(-edit, len(self.rows)) - 1]

    def clock(self) -> Clock:
        return Clock(now=lambda: datetime.now(UTC) + self.slept, sleep=self._sleep, chance=lambda: 0.5)

    async def _sleep(self, seconds: float) -> None:
        self.slept += timedelta(seconds=seconds)


def _pulled(source: Source) -> tuple[Pulled, list[str]]:
    """Return how the pull ended and the rows that came, read while the store is open: bodies stay in it."""
    kind = source.kind
    vendor = VENDORS[kind.vendor]
    account = vendor.account.model_validate({"vendor": kind.vendor, **dict.fromkeys(kind.keys, "env:X")})
    access = Access("main", vendor, account, kind.keys, scope="scope")
    pull = Pull(kind.vendor, "main", kind.endpoint, account, _PERIOD, kind.room, params=kind.params, match=kind.match)
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'reporter.db'}") as store:
        run = store.begin_run(
            client="acme", period=_PERIOD, config_sha256="c" * 64, as_of=_NOW, sources=(), now=datetime.now(UTC)
        )
        (pulled,) = fetch(
            [pull],
            {"main": access},
            store=store,
            run_id=run.run_id,
            period=_PERIOD,
            clock=source.clock(),
            transport=httpx.MockTransport(source.answer),
        )
        return pulled, [row for reply in pulled.replies for row in kind.rows(json.loads(reply.body))]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.vendor)
@settings(deadline=None, max_examples=25, derandomize=True)
@given(
    pages=st.floats(0, 3),
    edits=st.dictionaries(st.integers(1, 14), st.integers(-300, 300), max_size=6),
)
def test_walk_over_moving_rows_is_right_or_says_so(kind: Kind, pages: float, edits: Edits) -> None:
    source = Source(kind, edits, [str(number) for number in range(1, 1 + int(pages * kind.size))])
    pulled, got = _pulled(source)
    if pulled.verdict == "complete":
        assert got in source.states
    else:
        assert pulled.issues


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.vendor)
def test_source_that_never_rests_is_reported(kind: Kind) -> None:
    source = Source(kind, dict.fromkeys(range(1, 40), 1), [str(number) for number in range(2 * kind.size)])
    pulled, _ = _pulled(source)
    # of rooms, whose ids tell that the last of a page came again, it shows that the newest are missing
    ended = ("short", ["rows-short"]) if kind.vendor == "volcengine" else ("drifted", ["total-moved"])
    assert (pulled.verdict, [issue.code for issue in pulled.issues]) == ended
