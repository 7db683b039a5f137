"""Long replies are read in runs, beside each other: what comes of them is what reading them together gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
from polars.testing import assert_frame_equal

from reporter.model import Issue, Period, Pull, Pulled, Reply
from reporter.normalise.reading import read_all
from reporter.tables import Tables
from reporter.vendors import VENDORS
from reporter.vendors.base import Telling

BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 11, 16, tzinfo=BEIJING)
WEEK = Period("2026-W47", START, START + timedelta(days=7), "Asia/Shanghai")
AS_OF = datetime(2026, 11, 24, tzinfo=UTC)
#: rows that a walk is said to have, and that make it a run of its own
FEW, MANY = 6, 100_000
EVENTS = ("609768", "609769", "609770")


def _row(viewer: int, **more: Any) -> dict[str, Any]:
    at = int(START.timestamp()) + 3600 * viewer
    return {"mobile": f"1900000{viewer:04d}", "name": f"网友{viewer}", "online_time": at, **more}


def _report(event: str) -> bytes:
    """Return a reply about three viewers, one of them without any id; a field is new, and a value cannot be read."""
    lives = [_row(n, distinctId=f"1900000{n:04d}", live_type=0, watch_duration=60 * n, chat_num=n) for n in (1, 2)]
    lists = {
        "lives": [*lives, {**_row(3), "mobile": "-", "live_type": 1, "watch_duration": 7, "added": 1}],
        "interactions": [{**_row(2), "online_duration": 5, "role": 4, "offline_time": int(START.timestamp()) + 9000}],
        "viewerDetails": [_row(1, watchDuration="00:01:00"), _row(2, watchDuration="soon")],
    }
    return orjson.dumps({"code": 200, "data": {"eventId": event, "report": lists}})


def _pulled(rows: int) -> Sequence[Pulled]:
    account = VENDORS["quanshi"].account.model_validate(
        {"vendor": "quanshi", "app_key": "env:K", "app_secret": "env:S", "user_email": "ops@example.com"}
    )
    pulls = {event: Pull("quanshi", "qs", "event/report/details", account, WEEK, event) for event in EVENTS}
    return [
        Pulled(pull, (Reply(f"r{event}", 1, _report(event), AS_OF),), "complete", rows=rows)
        for event, pull in pulls.items()
    ]


def _equal(one: tuple[Tables, list[Issue]], other: tuple[Tables, list[Issue]]) -> None:
    for name, frame in one[0].items():
        assert_frame_equal(frame, other[0][name])
    assert one[1] == other[1]


def test_replies_read_in_runs_give_the_tables_and_issues_of_replies_read_together() -> None:
    together = read_all(_pulled(FEW), AS_OF, VENDORS)
    in_runs = read_all(_pulled(MANY), AS_OF, VENDORS)
    _equal(together, in_runs)
    assert in_runs[0]["visits"]["room_id"].to_list() == [event for event in EVENTS for _ in range(4)]
    assert {issue.code for issue in in_runs[1]} >= {"new-field", "bad-seconds", "no-viewer-id"}


def test_rows_are_told_of_in_the_order_of_their_replies_however_long_these_are() -> None:
    telling = Telling()
    read_all(_pulled(MANY), AS_OF, VENDORS, telling)
    replies = [reply for frame in telling.noted for reply in frame["reply_id"].to_list()]
    assert replies[: len(EVENTS)] == [f"r{event}" for event in EVENTS]
