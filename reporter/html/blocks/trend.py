"""How this period compares with those before it."""

from __future__ import annotations

from reporter.html import charts
from reporter.html.blocks.base import Block, Chart, defined, in_words, shown, table, tell, text
from reporter.report import Report

#: periods that the chart shows, this one included; the table has the same
PERIODS = 4
_LINES = ("people", "live_people", "replay_people")
#: one point is no trend
_LEAST = 2


def block(report: Report) -> Block | None:
    """Return the last periods, a missing one as a gap, never as 0."""
    known = defined(report, _LINES)
    columns = [(one.label, one.totals) for one in report.past[-(PERIODS - 1) :]]
    columns.append((report.period.label, {one.metric: one.value for one in report.figures if one.scope == "total"}))
    points = [
        charts.Point(label, one.label.in_(report.language), float(value))
        for label, totals in columns
        for one in known
        if (value := totals.get(one.code)) is not None
    ]
    if len({one.x for one in points}) < _LEAST:
        return None
    rows = [
        (text(label), *(shown(report, totals.get(one.code), one.unit) for one in known)) for label, totals in columns
    ]
    head = (tell(report, "period"), *(one.label.in_(report.language) for one in known))
    numbers = table(head, rows, (False, *(True for _ in known)))
    first = [(str(one.x), one.value) for one in points if one.group == points[0].group]
    words = f"{tell(report, 'trend')}. {points[0].group}: {in_words(first)}"
    labels = [label for label, _ in columns]
    spec = charts.trend(points, brand=report.brand.color, axis=tell(report, "audience"), order=labels)
    return Block("trend", tell(report, "trend"), chart=Chart(words, spec, numbers))
