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
RowOf = Callable[..., tables.Row]


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


@pytest.fixture
def week(made: Make, room: RowOf, visit: RowOf, at: Callable[[str], datetime]) -> tables.Tables:
    """Two events: Course on Volcengine and Quanshi (replay on TalkCloud), Video on Aliyun alone."""
    rooms = [
        room("volcengine", "1", "Course"),
        room("quanshi", "2", "Course"),
        room("talkcloud", "3", "Course"),
        room("aliyun", "4", "Video"),
    ]
    visits = [
        visit("volcengine", "1", "p1", "live", joined_at=at("16 20:00"), left_at=at("16 20:30"), watch_seconds=1800.0),
        visit("volcengine", "1", "p1", "live", joined_at=at("16 20:20"), left_at=at("16 20:40"), watch_seconds=1200.0),
        visit("volcengine", "1", "p2", "live", joined_at=at("16 20:00"), left_at=None, watch_seconds=None),
        visit("quanshi", "2", "p1", "live", joined_at=at("16 20:30"), left_at=at("16 20:50"), watch_seconds=1200.0),
        visit("quanshi", "2", "p3", "replay", joined_at=at("17 09:00"), left_at=at("17 09:10"), watch_seconds=600.0),
        visit("talkcloud", "3", "p3", "vod", watch_seconds=60.0, completion_ratio=0.06),
        visit("talkcloud", "3", "p4", "vod", watch_seconds=540.0, completion_ratio=0.54),
        visit(
            "quanshi", "2", "staff", "live", watch_seconds=9999.0, excluded_by="role: host", joined_at=at("16 20:00")
        ),
    ]
    plays = [
        {
            "vendor": "aliyun",
            "room_id": "4",
            "account": "a",
            "day": at("16 12:00").date(),
            "plays": 20,
            "play_seconds": 2400.0,
        },
        {
            "vendor": "aliyun",
            "room_id": "4",
            "account": "a",
            "day": at("18 12:00").date(),
            "plays": 5,
            "play_seconds": 100.0,
        },
    ]
    people = [{"person_id": person} for person in ("p1", "p2", "p3", "p4")]
    return made(rooms=rooms, visits=visits, plays=plays, people=people)
