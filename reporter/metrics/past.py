"""The period before: which of the past runs it is, and the totals that trends compare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from reporter.metrics.metric import Number
from reporter.model import Issue, Period, Text
from reporter.report import Figure, Past

_NO_PAST = Text(
    "没有更早的已完成报告：没有上期可比，新老观众不可得",
    "no earlier finished report is stored: there is nothing to compare with, and nobody can say who is new",
)
_UNSEEN = Text(
    "该期由旧版本完成，没有留下观众标识，新老观众不可得；重做该期后即有",
    "that period was finished by an earlier version, which kept nothing of who was seen: nobody can say who is new; "
    "run it again",
)

#: how many periods a trend shows, as many as the store tells
_MOST = 12

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?")


def totals(figures: Sequence[Figure]) -> dict[str, Number | None]:
    """Return the total of each metric, as the store keeps it for later periods."""
    return {figure.metric: figure.value for figure in figures if figure.scope == "total"}


def previous_of(past: Sequence[Past], period: Period) -> Mapping[tuple[str, str, str], Number | None]:
    """Return the totals of the period right before, as long as this one (a month: the month before).

    Empty where that period was not reported: a gap compares with nothing.
    """
    linked = chain(past, period)
    return {(metric, "total", ""): value for metric, value in linked[-1].totals.items()} if linked else {}


def chain(past: Sequence[Past], period: Period) -> tuple[Past, ...]:
    """Return the stored periods that lead to this one without a gap, oldest first; overlapping ones are passed over."""
    found: list[Past] = []
    label = period.label
    for one in reversed(past):
        if _leads_to(one.label, label):
            found.append(one)
            label = one.label
    return tuple(reversed(found))


def broken_off(past: Sequence[Past], period: Period) -> Past | None:
    """Return the newest stored period that lies before the gap in front of `chain`, None where there is no gap."""
    linked = chain(past, period)
    begun = _span(linked[0].label if linked else period.label)
    spans = [(one, _span(one.label)) for one in past]
    earlier = [one for one, span in spans if begun is not None and span is not None and span[1] <= begun[0]]
    return earlier[-1] if earlier else None


def gaps(past: Sequence[Past], period: Period) -> tuple[Issue, ...]:
    """Return why a report has no changes, or cannot tell who is new: what is missing before it, and where."""
    linked, earlier = chain(past, period), broken_off(past, period)
    if earlier is not None:
        later = linked[0].label if linked else period.label
        return (Issue("warning", "past-missing", _missing(earlier.label, later), period.label),)
    if not linked:
        return (Issue("info", "no-past", _NO_PAST, period.label),)
    return tuple(Issue("info", "past-unseen", _UNSEEN, one.label) for one in linked if one.seen is None)


def with_gaps(past: Sequence[Past], period: Period) -> tuple[Past, ...]:
    """Return the stored periods with one that has no figures in the place of each that is missing, 12 at most.

    So a trend shows a week that nobody reported as one without a figure, and not as if it had never been.
    """
    found: list[Past] = []
    laters = [*(one.label for one in past), period.label][1:]
    for one, later in zip(past, laters, strict=True):
        found.append(one)
        label = _after(one.label)
        while label is not None and _lies_before(label, later):
            first = date.min if (span := _span(label)) is None else span[0]
            found.append(Past(label, datetime.combine(first, time(), one.start.tzinfo), {}))
            label = _after(label)
    return tuple(found[-_MOST:])


def _after(label: str) -> str | None:
    """Return the label of the period right after one, of its kind."""
    span = _span(label)
    if span is None:
        return None
    first, end = span
    if _WEEK.fullmatch(label):
        return f"{end:%G-W%V}"
    if _MONTH.fullmatch(label):
        return f"{end:%Y-%m}"
    last = end + (end - first) - timedelta(days=1)
    return f"{end}" if last == end else f"{end}..{last}"


def _lies_before(label: str, later: str) -> bool:
    first, second = _span(label), _span(later)
    return first is not None and second is not None and first[1] <= second[0]


def _missing(earlier: str, later: str) -> Text:
    first, second = _span(earlier), _span(later)
    days = f"{first[1]}..{second[0] - timedelta(days=1)}" if first and second else f"{earlier}..{later}"
    return Text(
        f"缺少 {days} 的报告：不与更早的一期相比，新老观众不可得；补做该期再重做本期即有",
        f"no report of {days} is stored: nothing is compared across it, and nobody can say who is new; "
        "run that period, then this one again",
    )


def _leads_to(earlier: str, later: str) -> bool:
    first, second = _span(earlier), _span(later)
    if first is None or second is None or first[1] != second[0]:
        return False
    both_months = bool(_MONTH.fullmatch(earlier) and _MONTH.fullmatch(later))
    return both_months or first[1] - first[0] == second[1] - second[0]


def _span(label: str) -> tuple[date, date] | None:
    """Return the days of a period's label, half-open; None for a label of no known form."""
    if found := _WEEK.fullmatch(label):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + timedelta(days=7)
    if found := _MONTH.fullmatch(label):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    if found := _DAYS.fullmatch(label):
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])
        return first, last + timedelta(days=1)
    return None
