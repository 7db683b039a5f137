"""A small report week: rows as literals, everything else null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporter import tables
from reporter.model import Period

SHANGHAI = ZoneInfo("Asia/Shanghai")
Make = Callable[..., tables.Tables]


@pytest.fixture
def period() -> Period:
    """Monday 16 to Wednesday 18 November 2026, as a period of three days in Shanghai."""
    start = datetime(2026, 11, 16, tzinfo=SHANGHAI)
    return Period("2026-11-16..2026-11-18", start, start + timedelta(days=3), "Asia/Shanghai")


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """Return an instant from `day hour:minute` of November 2026, Shanghai wall clock."""
    return lambda clock: (
        datetime.strptime(f"2026-11-{clock}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)
    )


@pytest.fixture
def made() -> Make:
    """Return all tables, empty but for the rows named."""

    def make(**rows: list[tables.Row]) -> tables.Tables:
        return tables.empty() | {name: tables.frame(name, some) for name, some in rows.items()}

    return make


@pytest.fixture
def room() -> Callable[..., tables.Row]:
    """Return a row of rooms."""

    def make(vendor: str, room_id: str, event: str, **more: object) -> tables.Row:
        return {"vendor": vendor, "account": "a", "room_id": room_id, "event": event, **more}

    return make


@pytest.fixture
def visit() -> Callable[..., tables.Row]:
    """Return a row of visits; `joined` and `left` are instants or None."""

    def make(vendor: str, room_id: str, person: str | None, mode: str, **more: object) -> tables.Row:
        place = {"vendor": vendor, "account": "a", "room_id": room_id}
        return {**place, "person_id": person, "viewer_id": person, "mode": mode, **more}

    return make
