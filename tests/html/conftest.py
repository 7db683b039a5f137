"""A small made-up report for the page's tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter import tables
from reporter.model import Issue, Period, Pull, Pulled, Text
from reporter.report import Definition, Figure, Past, Report
from reporter.rules import Attendance

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=ZONE), datetime(2026, 11, 16, tzinfo=ZONE), "Asia/Shanghai")


def _definition(code: str, zh: str, en: str, unit: Any) -> Definition:
    return Definition(code, Text(zh, en), unit, Text(f"{zh}的算法", f"how {en} is reckoned"), "union", ("volcengine",))


def _figures(event: str) -> tuple[Figure, ...]:
    return (
        Figure("people", "total", "", 1312, 1640),
        Figure("live_people", "total", "", 900, None),
        Figure("watch_union_seconds", "total", "", 4_500_000.0, 4_000_000.0),
        Figure("paid_amount", "total", "", None, 3),
        Figure("live_people", "event", event, 900),
        Figure("replay_people", "event", event, None),
        Figure("live_people", "day", "2026-11-09", 700),
        Figure("live_people", "day", "2026-11-10", 200),
    )


def _made(event: str) -> Report:
    source = {"reply_id": "r1", "row_no": 1}
    seen = {"event": event, "person_id": "1", "watch_union_seconds": 90061.0, **source}
    return Report(
        client="acme",
        title="Acme 直播周报",
        language="zh",
        period=WEEK,
        as_of=datetime(2026, 11, 17, 1, 30, tzinfo=UTC),
        version="0.1.0",
        status="complete",
        audience="client",
        tables={
            **tables.empty(),
            "people": tables.frame("people", [{"person_id": "1", "name": "王小明", "company": "甲公司"}]),
            "attendance": tables.frame("attendance", [seen]),
        },
        figures=_figures(event),
        definitions=(
            _definition("people", "观看人数", "people", "people"),
            _definition("live_people", "直播人数", "live people", "people"),
            _definition("watch_union_seconds", "观看时长", "watch time", "seconds"),
            _definition("paid_amount", "付费金额", "paid", "money"),
        ),
        findings=(),
        pulls=(
            Pulled(Pull("quanshi", "qs", "event/report/details", None, WEEK, "609768"), (), "complete", 1, 42, None),
        ),
        issues=(Issue("warning", "new-field", Text("新字段", "a new field"), "quanshi:qs"),),
        notes=(),
        attendance=Attendance(),
        past=(Past("2026-W45", datetime(2026, 11, 2, tzinfo=ZONE), {"people": 1640}),),
    )


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """Return a maker of reports: `event` names the one event, the rest replaces fields."""

    def make(event: str = "第12课", **changes: Any) -> Report:
        return replace(_made(event), **changes)

    return make
