from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from reporter.errors import StoreError
from reporter.model import Period
from reporter.store import Origin, Run, Store

NOW = datetime(2026, 11, 16, 1, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def week(number: int) -> Period:
    start = datetime(2026, 11, 9, tzinfo=SHANGHAI) + timedelta(weeks=number - 46)
    return Period(f"2026-W{number}", start, start + timedelta(weeks=1), "Asia/Shanghai")


def begin(
    store: Store,
    period: Period,
    *,
    now: datetime = NOW,
    as_of: datetime | None = None,
    config: str = "c" * 64,
    folder: str = "",
) -> Run:
    return store.begin_run(
        client="acme",
        period=period,
        config_sha256=config,
        as_of=as_of or now,
        pinned=as_of is not None,
        sources=(("acme.yaml", b"client: acme\n"), ("rosters/acme.csv", b"phone\n")),
        now=now,
        origin=Origin(folder),
    )


def finished(store: Store, period: Period, *, totals: dict[str, int], now: datetime, status: str = "complete") -> str:
    run = begin(store, period, now=now)
    store.finish_run(run.run_id, status, "{}", totals, now)
    return run.run_id


def test_run_begins_as_of_what_was_given(store: Store) -> None:
    run = begin(store, week(46))
    assert (run.as_of, run.resumed) == (NOW, False)


def test_unfinished_run_is_resumed_with_its_as_of(store: Store) -> None:
    first = begin(store, week(46))
    second = begin(store, week(46), now=NOW + timedelta(hours=23))
    assert second == Run(first.run_id, NOW, resumed=True)


@pytest.mark.parametrize(
    ("period", "hours", "config"),
    [(week(45), 1, "c" * 64), (week(46), 25, "c" * 64), (week(46), 1, "d" * 64)],
    ids=["another period", "a day old", "another config"],
)
def test_another_run_begins_anew(store: Store, period: Period, hours: int, config: str) -> None:
    first = begin(store, week(46))
    second = begin(store, period, now=NOW + timedelta(hours=hours), config=config)
    assert not second.resumed
    assert second.run_id != first.run_id


def test_finished_run_is_not_resumed(store: Store) -> None:
    finished(store, week(46), totals={}, now=NOW)
    assert not begin(store, week(46), now=NOW + timedelta(hours=1)).resumed


def test_unfinished_run_is_over_once_a_later_one_of_the_report_is_finished(store: Store) -> None:
    older = begin(store, week(46))
    other = begin(store, week(46), now=NOW + timedelta(minutes=1), config="d" * 64)
    newer = begin(store, week(46), as_of=NOW + timedelta(minutes=2), now=NOW + timedelta(minutes=2))
    store.finish_run(newer.run_id, "complete", "{}", {}, NOW + timedelta(minutes=3))
    again = begin(store, week(46), now=NOW + timedelta(minutes=4))
    assert (again.resumed, again.as_of) == (False, NOW + timedelta(minutes=4))
    assert again.run_id != older.run_id
    assert begin(store, week(46), now=NOW + timedelta(minutes=5)) == replace(again, resumed=True)
    assert begin(store, week(46), now=NOW + timedelta(minutes=5), config="d" * 64).run_id == other.run_id


def test_unfinished_run_is_over_once_a_later_one_of_its_folder_is_finished_with_another_config(store: Store) -> None:
    older = begin(store, week(46), folder="out")
    elsewhere = begin(store, week(46), now=NOW + timedelta(minutes=1), config="e" * 64, folder="other")
    newer = begin(store, week(46), now=NOW + timedelta(minutes=2), config="d" * 64, folder="out")
    store.finish_run(newer.run_id, "complete", "{}", {}, NOW + timedelta(minutes=3))
    assert begin(store, week(46), now=NOW + timedelta(minutes=4), folder="out").run_id != older.run_id
    again = begin(store, week(46), now=NOW + timedelta(minutes=4), config="e" * 64, folder="other")
    assert again.run_id == elsewhere.run_id


def test_run_that_began_after_the_finished_one_is_resumed(store: Store) -> None:
    finished(store, week(46), totals={}, now=NOW)
    newer = begin(store, week(46), now=NOW + timedelta(minutes=1))
    assert begin(store, week(46), now=NOW + timedelta(minutes=2)).run_id == newer.run_id


def test_pinned_run_is_resumed_only_with_the_same_as_of(store: Store) -> None:
    first = begin(store, week(46), as_of=NOW)
    assert begin(store, week(46), as_of=NOW, now=NOW + timedelta(hours=1)) == Run(first.run_id, NOW, resumed=True)
    assert not begin(store, week(46), as_of=NOW + timedelta(minutes=1), now=NOW + timedelta(hours=1)).resumed


def test_run_keeps_the_files_it_is_made_from_in_order(store: Store) -> None:
    first, second = begin(store, week(45)), begin(store, week(46))
    files = (("acme.yaml", b"client: acme\n"), ("rosters/acme.csv", b"phone\n"))
    assert store.sources(first.run_id) == store.sources(second.run_id) == files


def test_runs_are_listed_with_their_period_in_its_zone(store: Store) -> None:
    run = begin(store, week(46))
    (record,) = store.runs()
    assert (record.run_id, record.client, record.label, record.status) == (run.run_id, "acme", "2026-W46", None)
    assert record.start.isoformat() == "2026-11-09T00:00:00+08:00"
    assert record.end.isoformat() == "2026-11-16T00:00:00+08:00"
    store.finish_run(run.run_id, "partial", "{}", {})
    assert store.runs()[0].status == "partial"


def test_past_is_the_newest_complete_run_of_each_earlier_week_oldest_first(store: Store) -> None:
    finished(store, week(44), totals={"people": 1}, now=NOW)
    finished(store, week(45), totals={"people": 2}, now=NOW)
    finished(store, week(45), totals={"people": 3}, now=NOW + timedelta(minutes=1))
    finished(store, week(45), totals={"people": 4}, now=NOW + timedelta(minutes=2), status="partial")
    finished(store, week(47), totals={"people": 5}, now=NOW)
    run = begin(store, week(46))
    assert [(one.label, one.totals) for one in store.past("acme", run.run_id)] == [
        ("2026-W44", {"people": 1}),
        ("2026-W45", {"people": 3}),
    ]
    assert [one.label for one in store.past("acme", begin(store, week(48)).run_id, 2)] == ["2026-W45", "2026-W47"]


def test_past_is_the_run_of_the_newest_moment_not_the_last_to_end(store: Store) -> None:
    older = begin(store, week(45))
    newer = begin(store, week(45), as_of=NOW + timedelta(minutes=1), now=NOW + timedelta(minutes=1))
    store.finish_run(newer.run_id, "complete", "{}", {"people": 2}, NOW + timedelta(minutes=2))
    store.finish_run(older.run_id, "complete", "{}", {"people": 1}, NOW + timedelta(minutes=3))
    assert [one.totals for one in store.past("acme", begin(store, week(46)).run_id)] == [{"people": 2}]


def test_past_compares_weeks_with_weeks(store: Store) -> None:
    start = datetime(2026, 11, 2, tzinfo=SHANGHAI)
    ranged = Period("2026-11-02..2026-11-08", start, start + timedelta(days=7), "Asia/Shanghai")
    finished(store, ranged, totals={"people": 1}, now=NOW)
    assert store.past("acme", begin(store, week(46)).run_id) == []


def test_past_stays_pinned_to_the_run_that_asked(store: Store) -> None:
    run = begin(store, week(46))
    assert store.past("acme", run.run_id) == []
    finished(store, week(45), totals={"people": 2}, now=NOW)
    assert store.past("acme", run.run_id) == []


def test_totals_come_back_to_the_last_digit(store: Store) -> None:
    run = begin(store, week(45))
    totals: dict[str, int | float | Decimal | None] = {
        "people": 3,
        "hours": 1.25,
        "paid": Decimal("12.30"),
        "plays": None,
    }
    store.finish_run(run.run_id, "complete", "{}", totals)
    assert store.past("acme", begin(store, week(46)).run_id)[0].totals == totals


def test_finishing_a_run_that_is_gone_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="holds no run nope"):
        store.finish_run("nope", "complete", "{}", {})
