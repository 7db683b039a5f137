"""Tables from a few literal rows, joined by the rules that a test names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Issue, Period, Room
from reporter.people import Joined, join
from reporter.rules import DEFAULT_ENGAGEMENT, Attendance, Exclusions, Identity
from reporter.tables import Row, frame
from reporter.tables import empty as no_rows

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Period(
    "2026-W47", datetime(2026, 11, 16, tzinfo=SHANGHAI), datetime(2026, 11, 23, tzinfo=SHANGHAI), SHANGHAI.key
)
ACCOUNTS = {"volc": "volcengine", "other": "volcengine", "qs": "quanshi", "talk": "talkcloud", "vod": "aliyun"}
KINDS = {"volc": "live", "qs": "event", "talk": "vod", "vod": "vod"}
RULES: dict[str, Any] = {
    "client": "acme",
    "identity": Identity(),
    "exclusions": Exclusions(),
    "rosters": (),
    "account_order": tuple(ACCOUNTS),
    "attendance": Attendance(),
    "engagement": DEFAULT_ENGAGEMENT,
}


def _row(number: int, row: Row) -> Row:
    account = str(row.get("account", "volc"))
    vendor = ACCOUNTS[account]
    return {"vendor": vendor, "account": account, "reply_id": "r1", "row_no": number, **row}


def _rooms(rows: Sequence[Row]) -> list[Row]:
    places = dict.fromkeys((str(row.get("account", "volc")), str(row["room_id"])) for row in rows if row.get("room_id"))
    return [{"account": account, "room_id": room_id, "event": "第12课"} for account, room_id in places]


@pytest.fixture
def joined() -> Callable[..., tuple[Joined, list[Issue]]]:
    """Return a function from rows by table, and rules by keyword, to what `join` makes of them.

    A row's account is volc unless it says so; the vendor follows from it. Rooms that no `rooms` row names
    are all of one event; `details` and `periods` are by room_id, and `told=False` tells `join` of no room.
    """

    def run(
        *,
        details: dict[str, Any] | None = None,
        periods: dict[str, Period] | None = None,
        told: bool = True,
        **given: Any,
    ) -> tuple[Joined, list[Issue]]:
        rules = {name: given.pop(name) for name in list(given) if name in RULES}
        given.setdefault("rooms", _rooms([row for rows in given.values() for row in rows]))
        rows = {name: [_row(number, row) for number, row in enumerate(several, 1)] for name, several in given.items()}
        rows["rooms"] = [{"kind": KINDS.get(str(row["account"])), **row} for row in rows["rooms"]]
        tables = no_rows() | {name: frame(name, several) for name, several in rows.items()}
        rooms = [
            Room(vendor, account, room_id, (periods or {}).get(room_id, WEEK), detail=(details or {}).get(room_id))
            for vendor, account, room_id in tables["rooms"].select("vendor", "account", "room_id").iter_rows()
        ]
        return join(tables, rooms=rooms if told else (), **{**RULES, **rules})

    return run


@pytest.fixture
def at() -> Callable[[float], datetime]:
    """Return a function from minutes to an instant, counted from 19:00 in Shanghai on the week's Monday."""
    return lambda minutes: datetime(2026, 11, 16, 11, tzinfo=UTC) + timedelta(minutes=minutes)


@pytest.fixture
def week() -> Period:
    return WEEK


@pytest.fixture
def week_before() -> Period:
    return replace(WEEK, start=WEEK.start - timedelta(days=7), end=WEEK.start)
