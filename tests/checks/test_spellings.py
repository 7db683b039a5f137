"""A viewer whom Quanshi's lists spell otherwise than its summary is held against his own sums."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from reporter.model import Period, Pull, Pulled, Reply, Room
from reporter.normalise import normalise
from reporter.tables import Tables
from reporter.vendors import VENDORS
from tests.checks.rows import endings_of

DETAILS = "event/report/details"
START = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = Period("2026-W47", START, START + timedelta(days=7), "UTC")
AS_OF = START + timedelta(days=8)
PHONE = "19000100031"
HELD = ("quanshi-duration", "quanshi-times", "quanshi-live", "quanshi-comments")


def _live(seconds: int, comments: int, *, day: int = 1, **who: Any) -> dict[str, Any]:
    at = int((START + timedelta(days=day)).timestamp())
    came = {"online_time": at, "offline_time": at + seconds, "watch_duration": seconds}
    return {"live_type": 0, "chat_num": comments, **came, **who}


def _summary(times: int, seconds: int, comments: int, **who: Any) -> dict[str, Any]:
    lengths = {"watchDuration": seconds, "liveWatchDuration": seconds, "replayWatchDuration": 0}
    counts = {"times": times, "liveTimes": times, "replayTimes": 0, "chat_num": comments}
    return {**lengths, **counts, **who}


def _tables(lives: list[dict[str, Any]], details: list[dict[str, Any]]) -> Tables:
    account = VENDORS["quanshi"].account.model_validate(
        {"vendor": "quanshi", "app_key": "env:K", "app_secret": "env:S", "user_email": "ops@example.com"}
    )
    body = {"code": 200, "data": {"eventId": 1, "report": {"lives": lives, "viewerDetails": details}}}
    pull = Pull("quanshi", "a", DETAILS, account, WEEK, "1")
    pulled = Pulled(pull, (Reply("r1", 1, orjson.dumps(body), AS_OF),), "complete")
    room = Room("quanshi", "a", "1", WEEK, "E")
    tables, _ = normalise((pulled,), (room,), period=WEEK, as_of=AS_OF)
    return tables


@pytest.mark.parametrize(
    ("ids", "summary"),
    [
        # distinctId is the phone or address as the list spells it
        ({"distinctId": f"+86-{PHONE}", "mobile": f"+86-{PHONE}"}, {"mobile": PHONE}),
        ({"distinctId": PHONE, "mobile": PHONE}, {"mobile": f"+86-{PHONE}"}),
        ({"mobile": f"0086 {PHONE}"}, {"mobile": PHONE}),
        ({"distinctId": "Li@example.com", "email": "Li@example.com"}, {"email": "li@example.com"}),
        ({"email": "li@example.com "}, {"mobile": "-", "email": "LI@example.com"}),
        # it is neither, and stands in no summary
        ({"distinctId": "d-1", "mobile": f"+86-{PHONE}"}, {"mobile": PHONE}),
        ({"distinctId": "d-1", "mobile": "-", "extId": "EMP000123 "}, {"extId": "EMP000123"}),
    ],
)
def test_key_that_the_summary_spells_otherwise_is_the_same_viewers(
    ids: dict[str, Any], summary: dict[str, Any]
) -> None:
    tables = _tables([_live(60, 2, **ids), _live(30, 1, day=2, **ids)], [_summary(2, 90, 3, **summary)])
    found = {code: endings_of(tables, code) for code in HELD}
    assert found == {
        "quanshi-duration": [("90 s", "90 s", "agrees")],
        "quanshi-times": [("2", "2", "agrees")],
        "quanshi-live": [("90 s", "90 s", "agrees")],
        "quanshi-comments": [("3", "3", "agrees")],
    }


def test_viewer_in_two_spellings_whom_the_summary_has_once_is_held_whole() -> None:
    lives = [_live(60, 2, distinctId=PHONE, mobile=PHONE)]
    lives += [_live(30, 1, day=2, distinctId=f"+86-{PHONE}", mobile=f"+86-{PHONE}")]
    tables = _tables(lives, [_summary(2, 90, 3, mobile=PHONE)])
    assert [endings_of(tables, code)[0][2] for code in HELD] == ["agrees"] * len(HELD)


def test_visit_outside_the_period_in_another_spelling_explains_the_summary() -> None:
    lives = [_live(60, 2, distinctId=PHONE, mobile=PHONE)]
    lives += [_live(30, 1, day=-3, distinctId=f"+86-{PHONE}", mobile=f"+86-{PHONE}")]
    tables = _tables(lives, [_summary(2, 90, 3, mobile=PHONE)])
    assert endings_of(tables, "quanshi-duration") == [("90 s", "60 s", "explained")]
    assert endings_of(tables, "quanshi-times") == [("2", "1", "explained")]


def test_viewer_in_two_spellings_whom_the_summary_has_twice_is_held_each_against_its_own() -> None:
    both = (PHONE, f"+86-{PHONE}")
    lives = [_live(60 * n, n, distinctId=one, mobile=one) for n, one in enumerate(both, start=1)]
    tables = _tables(lives, [_summary(1, 60 * n, n, mobile=one) for n, one in enumerate(both, start=1)])
    assert tables["viewer_totals"]["viewer_id"].to_list() == list(both)
    assert [endings_of(tables, code)[0][2] for code in HELD] == ["agrees"] * len(HELD)


def test_another_phone_is_another_viewers_and_lost_seconds_stay_unexplained() -> None:
    ids: dict[str, Any] = {"distinctId": f"+86-{PHONE}", "mobile": f"+86-{PHONE}"}
    other = _tables([_live(60, 2, **ids)], [_summary(1, 60, 2, mobile="19000100032")])
    less = _tables([_live(60, 2, **ids)], [_summary(1, 90, 3, mobile=PHONE)])
    assert endings_of(other, "quanshi-duration") == [("60 s", "60 s", "unexplained")]
    assert endings_of(less, "quanshi-duration") == [("90 s", "60 s", "unexplained")]
    assert endings_of(less, "quanshi-comments") == [("3", "2", "unexplained")]
