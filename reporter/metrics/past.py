"""The period before: which of the past runs it is, and the totals that trends compare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from reporter.metrics.metric import Number
from reporter.model import Period
from reporter.report import Figure, Past

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
    before = next((one for one in reversed(past) if _leads_to(one.label, period.label)), None)
    return {} if before is None else {(metric, "total", ""): value for metric, value in before.totals.items()}


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
