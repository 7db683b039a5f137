"""Calendar periods: `last_week`, `2026-W46`, `2026-11-01..2026-11-07` as half-open ranges of whole days.

Days are days of the report's zone, weeks are ISO weeks from Monday, and only complete days count: a
period that is not over is refused, never cut. A day begins at midnight, or at the first instant after it
where a zone's clocks jump over midnight. Labels are canonical: `last_week` is `2026-W46`, a range of one
day is that day.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reporter.errors import NothingDueError, UsageError
from reporter.model import Period

NAMED = ("last_week", "this_week", "last_month", "yesterday", "last_7_days")
#: every form that a period is written in; the explicit ones mean the same at any time
EXPLICIT = ("2026-W46", "2026-10", "2026-11-05", "2026-11-01..2026-11-07")
EXAMPLES = (*NAMED, *EXPLICIT)

#: first day, first day after, label
Span = tuple[date, date, str]

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
# this century only: a typo such as 0226-11-05 or 9999-12-31 is no period
_WEEK_FORM = re.compile(r"(20\d\d)-W(\d\d)", re.ASCII)
_MONTH_FORM = re.compile(r"(20\d\d)-(\d\d)", re.ASCII)
_DAY_FORM = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)


def resolve(text: str, timezone: str, now: datetime) -> Period:
    """Return the period that `text` names, seen from `now`, in `timezone` (an IANA name).

    Raises `UsageError` for what is no period, is empty (`NothingDueError`), or is not over yet, and `ValueError` for a
    naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    today = now.astimezone(ZoneInfo(timezone)).date()
    span = _named(text, today) or _explicit(text)
    if span is None:
        raise UsageError(f"period {advice(text)}")
    first, after, label = span
    if after > today:
        raise UsageError(
            f"period {text} is not over until {after} begins in {timezone}, and only complete days count; "
            "write an earlier one, or run again then"
        )
    return _period(first, after, label, timezone)


def calendar(text: str, timezone: str) -> Period:
    """Return the period of a text that names its days itself, over or not; raises `UsageError` for any other."""
    span = _explicit(text)
    if span is None:
        raise UsageError(f"period {advice(text)}")
    return _period(*span, timezone)


def before(period: Period) -> Period:
    """Return the period of the same kind just before: the week before a week, seven days before seven days."""
    first, after = period.start.date(), period.end.date()
    if _MONTH_FORM.fullmatch(period.label):
        last = first - _DAY
        return _period(last.replace(day=1), first, f"{last:%Y-%m}", period.timezone)
    earlier = first - (after - first)
    label = _week_label(earlier) if _WEEK_FORM.fullmatch(period.label) else _range_label(earlier, first)
    return _period(earlier, first, label, period.timezone)


def inside(text: str, report: Period) -> Period:
    """Return an event's own days, which lie inside the report's period.

    Raises `UsageError` for what is no range of days, or reaches outside.
    """
    span = _explicit(text)
    if span is None:
        raise UsageError(f"`{text}` is no range of days; write 2026-11-05 or 2026-11-01..2026-11-07")
    period = _period(*span, report.timezone)
    if period.start < report.start or period.end > report.end:
        first, *others = report.days()
        days = f"days from {first} to {others[-1]}" if others else str(first)
        raise UsageError(f"`{text}` reaches outside the report's period {report.label}; write {days}")
    return period


def syntax_ok(text: str) -> bool:
    """Say whether `text` is written as a period is, whatever the time."""
    return text in NAMED or is_explicit(text)


def is_explicit(text: str) -> bool:
    """Say whether `text` names its days itself, so that it means the same at any time."""
    return _explicit(text) is not None


def advice(text: str, forms: tuple[str, ...] = EXAMPLES) -> str:
    """Return what is wrong with a text that is no period, and what to write in one of `forms`."""
    ends = text.split("..")
    if len(ends) <= 2 and all(_DAY_FORM.fullmatch(end) for end in ends):  # noqa: PLR2004 - first and last
        absent = [end for end in ends if not is_explicit(end)]
        if absent:
            return f"`{absent[0]}` is no day of the calendar; write one that is"
        return f"`{text}` ends before it begins; write {ends[1]}..{ends[0]}"
    if _WEEK_FORM.fullmatch(text):
        return f"`{text}` does not exist; that year's weeks are 01 to {_weeks_of(int(text[:4]))}"
    match = difflib.get_close_matches(text, forms, n=1)
    hint = f"write `{match[0]}`" if match else "write one"
    return f"`{text[:60]}` is no period; {hint}, as in {' | '.join(forms)}"


def _period(first: date, after: date, label: str, timezone: str) -> Period:
    zone = ZoneInfo(timezone)
    start, end = _begin(first, zone), _begin(after, zone)
    if start.astimezone(UTC) == end.astimezone(UTC):
        raise UsageError(f"period {label} has no instant in {timezone}: the zone left this day out; write another")
    return Period(label, start, end, timezone)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day; 2018-11-04 in America/Sao_Paulo begins at 01:00."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight.astimezone(UTC).astimezone(zone)


def _named(text: str, today: date) -> Span | None:
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    if text == "last_week":
        return monday - _WEEK, monday, _week_label(monday - _WEEK)
    if text == "this_week":
        if monday == today:
            raise NothingDueError("period this_week has no complete day yet on a Monday; write last_week or yesterday")
        return monday, today, _range_label(monday, today)
    if text == "last_month":
        first = (month - _DAY).replace(day=1)
        return first, month, f"{first:%Y-%m}"
    days = {"yesterday": 1, "last_7_days": 7}.get(text)
    return (today - days * _DAY, today, _range_label(today - days * _DAY, today)) if days else None


def _explicit(text: str) -> Span | None:
    try:
        return _week(text) or _month(text) or _days(text)
    except ValueError:
        return None


def _week(text: str) -> Span | None:
    found = _WEEK_FORM.fullmatch(text)
    if found is None:
        return None
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return monday, monday + _WEEK, text


def _month(text: str) -> Span | None:
    found = _MONTH_FORM.fullmatch(text)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]), 1)
    return first, (first + 31 * _DAY).replace(day=1), text


def _days(text: str) -> Span | None:
    first_text, dots, last_text = text.partition("..")
    if not _DAY_FORM.fullmatch(first_text) or (dots and not _DAY_FORM.fullmatch(last_text)):
        return None
    first = date.fromisoformat(first_text)
    last = date.fromisoformat(last_text) if dots else first
    return (first, last + _DAY, _range_label(first, last + _DAY)) if first <= last else None


def _week_label(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _range_label(first: date, after: date) -> str:
    last = after - _DAY
    return f"{first}" if first == last else f"{first}..{last}"


def _weeks_of(year: int) -> int:
    # 28 December is always in the last week of its ISO year
    return date(year, 12, 28).isocalendar().week
