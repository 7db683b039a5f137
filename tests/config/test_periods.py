from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reporter.config import periods
from reporter.errors import UsageError
from reporter.model import Period

SHANGHAI = "Asia/Shanghai"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "now", "label", "first", "last"),
    [
        ("last_week", "2026-11-16T09:00:00+08:00", "2026-W46", "2026-11-09", "2026-11-15"),
        ("last_week", "2026-11-22T23:59:59+08:00", "2026-W46", "2026-11-09", "2026-11-15"),
        ("last_week", "2027-01-04T00:00:00+08:00", "2026-W53", "2026-12-28", "2027-01-03"),
        ("last_week", "2026-01-05T00:00:00+08:00", "2026-W01", "2025-12-29", "2026-01-04"),
        ("last_week", "2024-01-01T12:00:00+08:00", "2023-W52", "2023-12-25", "2023-12-31"),
        # Sunday 17:00 in UTC is Monday already in Shanghai
        ("last_week", "2026-11-15T17:00:00+00:00", "2026-W46", "2026-11-09", "2026-11-15"),
        ("this_week", "2026-11-18T09:00:00+08:00", "2026-11-16..2026-11-17", "2026-11-16", "2026-11-17"),
        ("this_week", "2026-11-17T09:00:00+08:00", "2026-11-16", "2026-11-16", "2026-11-16"),
        ("last_month", "2026-11-01T00:00:00+08:00", "2026-10", "2026-10-01", "2026-10-31"),
        ("last_month", "2027-01-31T23:00:00+08:00", "2026-12", "2026-12-01", "2026-12-31"),
        ("last_month", "2028-03-15T00:00:00+08:00", "2028-02", "2028-02-01", "2028-02-29"),
        ("yesterday", "2026-11-06T00:00:00+08:00", "2026-11-05", "2026-11-05", "2026-11-05"),
        ("yesterday", "2027-01-01T10:00:00+08:00", "2026-12-31", "2026-12-31", "2026-12-31"),
        ("last_7_days", "2026-11-08T10:00:00+08:00", "2026-11-01..2026-11-07", "2026-11-01", "2026-11-07"),
        ("2026-W46", "2026-11-16T00:00:00+08:00", "2026-W46", "2026-11-09", "2026-11-15"),
        ("2020-W53", "2026-11-16T00:00:00+08:00", "2020-W53", "2020-12-28", "2021-01-03"),
        ("2026-10", "2026-11-01T00:00:00+08:00", "2026-10", "2026-10-01", "2026-10-31"),
        ("2026-11-05", "2026-11-06T00:00:00+08:00", "2026-11-05", "2026-11-05", "2026-11-05"),
        ("2026-11-01..2026-11-07", "2026-11-08T00:00:00+08:00", "2026-11-01..2026-11-07", "2026-11-01", "2026-11-07"),
        ("2026-11-05..2026-11-05", "2026-11-08T00:00:00+08:00", "2026-11-05", "2026-11-05", "2026-11-05"),
    ],
)
def test_period_covers_its_days(text: str, now: str, label: str, first: str, last: str) -> None:
    period = periods.resolve(text, SHANGHAI, at(now))
    assert period.label == label
    assert period.start == at(f"{first}T00:00:00+08:00")
    assert period.end == at(f"{last}T00:00:00+08:00") + timedelta(days=1)
    days = list(period.days())
    assert (str(days[0]), str(days[-1])) == (first, last)


@pytest.mark.parametrize(
    ("text", "now", "told"),
    [
        ("this_week", "2026-11-16T09:00:00+08:00", "this_week has no complete day yet on a Monday"),
        ("2026-W47", "2026-11-22T23:59:59+08:00", "2026-W47 is not over until 2026-11-23 begins in Asia/Shanghai"),
        ("2026-11", "2026-11-16T09:00:00+08:00", "2026-11 is not over until 2026-12-01 begins"),
        ("2026-11-16", "2026-11-16T23:00:00+08:00", "2026-11-16 is not over until 2026-11-17 begins"),
        ("2026-11-15..2026-11-16", "2026-11-16T09:00:00+08:00", "not over until 2026-11-17 begins"),
        ("2025-W53", "2026-11-16T09:00:00+08:00", "does not exist; that year's weeks are 01 to 52"),
        ("2026-W54", "2027-11-16T09:00:00+08:00", "does not exist; that year's weeks are 01 to 53"),
        ("2026-W00", "2027-11-16T09:00:00+08:00", "does not exist"),
        ("2026-02-29", "2026-11-16T09:00:00+08:00", "`2026-02-29` is no day of the calendar"),
        ("2026-13", "2026-11-16T09:00:00+08:00", "`2026-13` is no period; write `2026-10`"),
        ("2026-11-07..2026-11-01", "2026-11-16T09:00:00+08:00", "ends before it begins; write 2026-11-01..2026-11-07"),
        ("last week", "2026-11-16T09:00:00+08:00", "`last week` is no period; write `last_week`"),
        ("9999-12-31", "2026-11-16T09:00:00+08:00", "`9999-12-31` is no period; write one, as in last_week"),
        ("2026-11-01...2026-11-07", "2026-11-16T09:00:00+08:00", "write `2026-11-01..2026-11-07`"),
        ("", "2026-11-16T09:00:00+08:00", "`` is no period; write one, as in last_week"),
    ],
)
def test_period_that_cannot_be_says_what_to_write(text: str, now: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        periods.resolve(text, SHANGHAI, at(now))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "zone", "start", "end", "hours"),
    [
        # clocks go forward on 29 March 2026 and back on 25 October 2026
        ("2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 23),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 25),
        ("2026-W13", "Europe/Berlin", "2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 167),
        ("2026-11-01", "America/New_York", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", 25),
        # half an hour of summer time
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", "2026-04-06T00:00:00+10:30", 24.5),
        # midnight does not exist: the day begins at 01:00
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", 23),
        ("2018-11-03", "America/Sao_Paulo", "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00", 24),
        # midnight comes twice: the day begins at the first
        ("2025-11-02", "America/Havana", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00", 25),
        ("2026-11-05", "Asia/Kathmandu", "2026-11-05T00:00:00+05:45", "2026-11-06T00:00:00+05:45", 24),
    ],
)
def test_day_is_as_long_as_its_zone_makes_it(text: str, zone: str, start: str, end: str, hours: float) -> None:
    period = periods.resolve(text, zone, at("2026-12-01T00:00:00+00:00"))
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert period.end_utc - period.start_utc == timedelta(hours=hours)


def test_day_that_a_zone_left_out_is_refused() -> None:
    with pytest.raises(UsageError, match="2011-12-30 has no instant in Pacific/Apia"):
        periods.resolve("2011-12-30", "Pacific/Apia", at("2026-12-01T00:00:00+00:00"))


def test_period_without_aware_now_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        periods.resolve("yesterday", SHANGHAI, at("2026-12-01T00:00:00"))


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-W46", "2026-W45"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2026-10", "2026-09"),
        ("2026-01", "2025-12"),
        ("2026-11-05", "2026-11-04"),
        ("2026-11-08..2026-11-14", "2026-11-01..2026-11-07"),
    ],
)
def test_before_is_the_period_of_the_same_kind(text: str, before: str) -> None:
    now = at("2027-12-01T00:00:00+08:00")
    assert periods.before(periods.resolve(text, SHANGHAI, now)) == periods.resolve(before, SHANGHAI, now)


def week() -> Period:
    return periods.resolve("2026-W46", SHANGHAI, at("2026-11-16T00:00:00+08:00"))


@pytest.mark.parametrize("text", ["2026-11-09", "2026-11-15", "2026-11-09..2026-11-15", "2026-W46"])
def test_inside_takes_days_of_the_report(text: str) -> None:
    own = periods.inside(text, week())
    assert week().start <= own.start < own.end <= week().end


@pytest.mark.parametrize("text", ["2026-11-08", "2026-11-16", "2026-11-08..2026-11-10", "2026-11", "2026-W47"])
def test_inside_refuses_days_outside_the_report(text: str) -> None:
    with pytest.raises(UsageError, match="write days from 2026-11-09 to 2026-11-15"):
        periods.inside(text, week())


def test_inside_refuses_a_name_that_moves_with_the_clock() -> None:
    with pytest.raises(UsageError, match="no range of days"):
        periods.inside("yesterday", week())


def test_syntax_is_checked_without_a_clock() -> None:
    assert all(periods.syntax_ok(text) for text in periods.EXAMPLES)
    assert not any(periods.syntax_ok(text) for text in ("", "last", "2026-W53..2026-W54", "2026-1-1", "２０２６-11-05"))


def test_calendar_gives_a_period_that_is_not_over() -> None:
    assert periods.calendar("2099-12-31", "UTC").end == datetime(2100, 1, 1, tzinfo=UTC)
