"""The key figures: one card each, its change on the period before, and what it means one tap away."""

from __future__ import annotations

from reporter.html import numbers
from reporter.html.blocks.base import Block, Card, defined, tell
from reporter.report import Definition, Figure, Report

#: what the cards show, in this order, where the report has it
CARDS = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "watch_union_seconds",
    "average_watch_seconds",
    "median_watch_seconds",
    "completion",
    "attended_people",
    "attendance_rate",
    "peak_concurrency",
    "new_people",
    "returning_people",
    "comments",
    "questions",
    "votes",
    "paid_amount",
    "plays",
    "play_seconds",
    "overlap_people",
)


def cards(report: Report, most: int | None = None) -> tuple[Card, ...]:
    """Return the first cards, without those of metrics that neither this period nor the one before can give."""
    pairs = [(one, report.figure(one.code)) for one in defined(report, CARDS)]
    known = [
        (one, figure)
        for one, figure in pairs
        if figure is not None and (figure.value is not None or figure.previous is not None)
    ]
    return tuple(_card(report, one, figure) for one, figure in known[:most])


def block(report: Report) -> Block | None:
    """Return the cards."""
    made = cards(report)
    return Block("figures", tell(report, "key_figures"), note=tell(report, "tap"), cards=made) if made else None


def _card(report: Report, one: Definition, figure: Figure) -> Card:
    language, part = report.language, figure.change(one.unit)
    change = numbers.change(part, one.unit, language)
    trend = "" if part is None or numbers.is_nothing(change) else "up" if part > 0 else "down"
    formula = " ".join(filter(None, (one.formula.in_(language), one.bias.in_(language))))
    return Card(
        one.label.in_(language),
        numbers.shown(figure.value, one.unit, language),
        change,
        trend,
        formula,
        one.code,
    )
