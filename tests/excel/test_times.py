"""Days, moments and durations of any year: what polars' own calendar and zones cannot say ends no program."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from reporter.excel import times
from reporter.excel.cells import prepare
from reporter.excel.content import Column, Table

MOST = 2**63 - 1


def _text(series: pl.Series) -> list[str | None]:
    return (times.days if series.dtype == pl.Date else times.moments)(series)[1].to_list()


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (95_026_237, "+262143-01-01"),
        (95_746_000, "+264113-08-24"),
        (2**31 - 1, "+5881580-07-11"),
        (-(2**31), "-5877641-06-23"),
        (-719_529, "-0001-12-31"),
        (-719_528, "0000-01-01"),
        (2_932_897, "+10000-01-01"),
        (-25_568, "1899-12-31"),
    ],
)
def test_day_that_excel_lacks_is_text_in_any_year(days: int, text: str) -> None:
    assert _text(pl.Series([days, 0, None], dtype=pl.Int32).cast(pl.Date)) == [text, None, None]


@pytest.mark.parametrize(
    ("unit", "count", "text"),
    [
        ("us", MOST, "+294247-01-10 04:00:54.775807"),
        ("us", -MOST, "-290308-12-21 19:59:05.224193"),
        ("ms", MOST, "+292278994-08-17 07:12:55.807"),
        ("ms", -MOST - 1, "-292275055-05-16 16:47:04.192"),
    ],
)
def test_moment_that_excel_lacks_is_text_in_any_unit(unit: str, count: int, text: str) -> None:
    assert _text(pl.Series([count, 0], dtype=pl.Int64).cast(pl.Datetime(unit))) == [text, None]  # type: ignore[arg-type] # the units above


def test_text_is_that_of_polars_where_its_calendar_reaches() -> None:
    days = pl.Series([-96_000_000, -1_000_000, -719_529, -141_428, 2_932_897, 94_000_000]).cast(pl.Int32).cast(pl.Date)
    assert _text(days) == days.dt.to_string("%Y-%m-%d").to_list()
    moments = days.cast(pl.Datetime("us")) + timedelta(microseconds=1_500)
    assert _text(moments) == moments.dt.to_string("%Y-%m-%d %H:%M:%S%.f").to_list()


@pytest.mark.parametrize(("before", "is_late"), [(1, True), (15, True), (17, False)])
def test_moment_whose_serial_would_be_rounded_past_9999_is_text(before: int, *, is_late: bool) -> None:
    moment = datetime(9999, 12, 31, 23, 59, 59, 999_999) - timedelta(microseconds=before - 1)  # noqa: DTZ001 - wall clock
    serials, texts, changes = times.moments(pl.Series([moment, None], dtype=pl.Datetime("us")), clock="%H:%M:%S")
    assert texts.to_list() == ["9999-12-31 23:59:59" if is_late else None, None]
    assert (serials[0] is None) == is_late
    assert changes == ([("cell-late-date", 1, 0)] if is_late else [])


def test_zone_leaves_alone_what_no_zone_knows_and_shows_the_rest() -> None:
    column = pl.Series("at", [MOST, 0, None, -MOST], dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    for series in (column, column.dt.cast_time_unit("us").dt.convert_time_zone("America/New_York")):
        table = Table((Column("at", "at", "instant"),), series.to_frame())
        (cells,), _ = prepare(table, "t", timezone="Asia/Shanghai", language="en")
        assert cells.texts.to_list() == ["+294247-01-10 04:00:54", None, None, "-290308-12-21 19:59:05"]
        assert cells.values.to_list() == [None, 25569 + 8 / 24, None, None]


def test_nanoseconds_do_not_wrap_in_a_zone() -> None:
    series = pl.Series("at", [MOST], dtype=pl.Int64).cast(pl.Datetime("ns", "UTC"))
    table = Table((Column("at", "at", "instant"),), series.to_frame())
    (cells,), issues = prepare(table, "t", timezone="Asia/Shanghai", language="en")
    (serial,) = cells.values
    assert 2262 < 1900 + serial / 365.25 < 2263
    assert issues == []
