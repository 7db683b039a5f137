"""Tables of one run and of many: told apart, in one zone, with every column described."""

from __future__ import annotations

import datetime as dt

import polars as pl

from reporter import answers
from reporter.query import Part, Stored, ask, describe, of_frames, of_parts
from reporter.tables import SCHEMAS, empty, frame

JOINED = dt.datetime(2026, 11, 15, 16, 30, tzinfo=dt.UTC)


def _part(label: str, zone: str = "Asia/Shanghai", client: str = "acme") -> Part:
    row = {"vendor": "volcengine", "viewer_id": "1", "joined_at": JOINED, "watch_seconds": 60.0}
    return of_frames({**empty(), "visits": frame("visits", [row])}, client, label, zone)


def test_rows_of_several_runs_are_told_apart_by_client_and_period() -> None:
    stored = of_parts([_part("2026-W46"), _part("2026-W47"), _part("2026-W47", client="beta")])
    asked = "select report_client, report_period, count(*) as n from visits group by all order by all"
    assert ask(stored, asked).rows() == [("acme", "2026-W46", 1), ("acme", "2026-W47", 1), ("beta", "2026-W47", 1)]


def test_instants_are_of_the_reports_zone_and_compare_with_iso_text() -> None:
    stored = of_parts([_part("2026-W47")])
    asked = "select joined_at, extract(hour from joined_at) as hour from visits where joined_at >= '{}'"
    (row,) = answers.as_json(ask(stored, asked.format("2026-11-16T00:30:00+08:00")), stored.timezone)
    assert row == {"joined_at": "2026-11-16T00:30:00+08:00", "hour": 0}
    assert ask(stored, asked.format("2026-11-15T16:30:01Z")).height == 0


def test_reports_of_several_zones_are_shown_in_utc() -> None:
    stored = of_parts([_part("2026-W46"), _part("2026-W47", zone="Europe/Berlin")])
    found = answers.as_json(ask(stored, "select distinct joined_at from visits"), stored.timezone)
    assert found == [{"joined_at": "2026-11-15T16:30:00+00:00"}]


def test_column_that_an_older_run_has_not_is_null_in_its_rows() -> None:
    old, new = ({"people": pl.DataFrame(columns)} for columns in ({"name": ["a"]}, {"name": ["b"], "email": ["b@c.d"]}))
    stored = of_parts([of_frames(old, "acme", "1", "UTC"), of_frames(new, "acme", "2", "UTC")])
    assert ask(stored, "select name, email from people order by name").rows() == [("a", None), ("b", "b@c.d")]


def test_queries_leave_the_tables_as_they_are() -> None:
    tables = {"t": pl.LazyFrame({"a": [1]})}
    ask(Stored(tables, "UTC"), "with t as (select 2 as a) select * from t")
    assert ask(Stored(tables, "UTC"), "select a from t").rows() == [(1,)]


def test_every_column_of_every_table_is_described() -> None:
    named = {(one.table, one.column) for one in describe()}
    for table, schema in SCHEMAS.items():
        assert {(table, column) for column in (*schema, "report_client", "report_period")} <= named
    assert [(one.table, one.column) for one in describe(of_parts([_part("1")]))] == [
        (one.table, one.column) for one in describe()
    ]


def test_numbers_and_times_have_units() -> None:
    units = {f"{one.table}.{one.column}": one.unit for one in describe()}
    assert units["visits.watch_seconds"] == "seconds"
    assert units["visits.completion_ratio"] == "part of 1"
    assert units["visits.joined_at"] == "ISO 8601 with offset"
    assert units["plays.day"] == "day (UTC+8)"
    assert units["plays.viewers"] == "people"
    assert units["activity.paid_amount"] == "CNY"
    assert units["activity.comments"] == "count"
    assert not [one for one in describe() if one.type in {"integer", "float", "decimal", "instant"} and not one.unit]
