"""How long the page takes: `python -m tests.benchmarks.page`.

A page of 100,000 people and 200 events, charts included, start of the chart engine and imports too (bound: 3 s), and a
hundred clients' pages of the usual size in one process (the engine starts once: the hundredth is no slower than the
second). Ends 1 where a bound is broken.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

began = time.perf_counter()

import polars as pl  # noqa: E402 - imports are part of what is measured

from reporter import metrics, tables  # noqa: E402 - likewise
from reporter.html import page  # noqa: E402 - likewise
from reporter.model import Period  # noqa: E402 - likewise
from reporter.report import Report  # noqa: E402 - likewise
from reporter.rules import Attendance  # noqa: E402 - likewise

LOADED = time.perf_counter() - began
_ZONE = ZoneInfo("Asia/Shanghai")
_WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=_ZONE), datetime(2026, 11, 16, tzinfo=_ZONE), "Asia/Shanghai")
_BOUND = 3.0


def made_up(people: int, events: int, client: str = "acme") -> Report:
    """Return a report of so many people, who came to three events each, with its figures and curves."""
    chance = random.Random(7)
    places = ("中国,浙江", "中国-广东-深圳", "中国,四川", "美国", None)
    rows, seen = [], []
    for number in range(people):
        for event in chance.sample(range(events), 3):
            start = datetime(2026, 11, 9, 12, tzinfo=UTC) + timedelta(hours=event % 120, seconds=chance.randrange(3000))
            left = start + timedelta(seconds=chance.randrange(30, 4000))
            one = {"vendor": "quanshi", "account": "qs", "room_id": str(event), "row_no": number, "reply_id": "r"}
            rows.append(
                {
                    **one,
                    "viewer_id": str(number),
                    "person_id": str(number),
                    "mode": "live",
                    "joined_at": start,
                    "left_at": left,
                    "watch_seconds": (left - start).total_seconds(),
                    "device": chance.choice(("iOS", "Android", "PC")),
                    "location": chance.choice(places),
                }
            )
            watched = (left - start).total_seconds()
            seen.append({"event": f"第{event}课", "person_id": str(number), "watch_union_seconds": watched})
    rooms: list[tables.Row] = [
        {"vendor": "quanshi", "account": "qs", "room_id": str(event), "event": f"第{event}课"}
        for event in range(events)
    ]
    names: list[tables.Row] = [{"person_id": str(number), "name": f"观众{number}"} for number in range(people)]
    made = {
        **tables.empty(),
        "rooms": tables.frame("rooms", rooms),
        "people": tables.frame("people", names),
        "visits": tables.frame("visits", rows),
        "attendance": tables.frame("attendance", seen),
    }
    return Report(
        client=client,
        title=f"{client} 直播周报",
        language="zh",
        period=_WEEK,
        as_of=datetime(2026, 11, 17, 1, 30, tzinfo=UTC),
        version="0",
        status="complete",
        audience="client",
        tables={**made, "curves": metrics.curves(metrics.world(made, {}, _WEEK)), "overlap": pl.DataFrame()},
        figures=metrics.figures(metrics.world(made, {}, _WEEK), {}),
        definitions=metrics.definitions(),
        findings=(),
        pulls=(),
        issues=(),
        notes=(),
        attendance=Attendance(),
    )


def _timed(report: Report) -> float:
    start = time.perf_counter()
    page(report)
    return time.perf_counter() - start


def main() -> int:
    """Measure and print."""
    large = made_up(100_000, 200)
    first = _timed(large)
    usual = [made_up(300, 8, f"client-{number}") for number in range(100)]
    spent = [_timed(one) for one in usual]
    print(f"imports {LOADED:.2f} s, 100,000 people and 200 events {first:.2f} s; bound {_BOUND:g} s together")
    print(f"a hundred clients: {sum(spent):.1f} s, median {statistics.median(spent):.2f} s, last {spent[-1]:.2f} s")
    return 0 if LOADED + first < _BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
