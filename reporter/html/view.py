"""A report as the page shows it: plain text in the reader's language, charts drawn, nothing left to compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from reporter import labels
from reporter.html import charts, numbers
from reporter.html.wording import WORDS
from reporter.report import Definition, Figure, Report, by_call
from reporter.tables import known_sum

#: what the cards show, in this order, where the report has it
CARDS = (
    "people",
    "new_people",
    "returning_people",
    "live_people",
    "replay_people",
    "vod_people",
    "watch_union_seconds",
    "average_watch_seconds",
    "attended_people",
    "attendance_rate",
    "peak_concurrency",
    "comments",
    "questions",
    "paid_amount",
    "plays",
    "play_seconds",
    "overlap_people",
)
#: the columns of the events table
EVENT_COLUMNS = (
    "people",
    "live_people",
    "replay_people",
    "vod_people",
    "watch_union_seconds",
    "attended_people",
    "comments",
)
TOP_PEOPLE = 20
#: the figures that an audience's bars show, and the mode of watching that each is of
_MODE_OF = {"live_people": "live", "replay_people": "replay", "vod_people": "vod"}
#: one point is no trend
_LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure: `change` is empty where the period before is missing."""

    label: str
    value: str
    change: str
    formula: str


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows of text; `numeric` says which columns stand to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, what it shows in words, and its numbers."""

    title: str
    alternative: str
    svg: Markup
    table: Table


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the template may touch."""

    language: str
    title: str
    period: str
    as_of: str
    is_partial: bool
    color: str
    words: dict[str, str]
    cards: tuple[Card, ...]
    charts: tuple[Chart, ...]
    events: Table
    people: Table
    plays: Table
    sources: Table
    issues: Table
    glossary: Table


def view(report: Report) -> View:
    """Return what the page shows of a report."""
    tell = _teller(report)
    period = report.period
    words = {key: tell(key) for key in WORDS}
    words["footer"] = words["footer"].format(version=report.version, timezone=period.timezone)
    words["people_note"] = words["people_note"].format(n=TOP_PEOPLE)
    return View(
        language={"zh": "zh-CN", "en": "en"}[report.language],
        title=report.title,
        period=f"{numbers.days(period)} ({period.timezone})",
        as_of=numbers.moment(report.as_of, period.timezone),
        is_partial=report.status == "partial",
        color=report.brand.color,
        words=words,
        cards=_cards(report),
        charts=tuple(chart for chart in (_by_event(report), _by_day(report), _trend(report)) if chart is not None),
        events=_events(report),
        people=_people(report),
        plays=_plays(report),
        sources=_sources(report),
        issues=_issues(report),
        glossary=_glossary(report),
    )


def _teller(report: Report) -> Callable[[str], str]:
    return lambda key: WORDS[key].in_(report.language)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> Table:
    return Table(tuple(head), tuple(tuple(row) for row in rows), tuple(numeric))


def _head(report: Report, table: str, *columns: str) -> list[str]:
    return [labels.column(table, name, report.language) for name in columns]


def _defined(report: Report, codes: Sequence[str]) -> list[Definition]:
    by_code = {one.code: one for one in report.definitions}
    return [by_code[code] for code in codes if code in by_code]


def _cards(report: Report) -> tuple[Card, ...]:
    made = []
    for one in _defined(report, CARDS):
        figure = report.figure(one.code)
        if figure is None or (figure.value is None and figure.previous is None):
            continue
        made.append(
            Card(
                one.label.in_(report.language),
                numbers.shown(figure.value, one.unit, report.language),
                numbers.change(figure.change(one.unit), one.unit, report.language),
                one.formula.in_(report.language),
            )
        )
    return tuple(made)


def _scoped(report: Report, scope: str) -> dict[str, dict[str, Figure]]:
    """Return figures by key and metric, keys in the order in which they came."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in report.figures:
        if figure.scope == scope:
            found.setdefault(figure.key, {})[figure.metric] = figure
    return found


def _bars(report: Report, scope: str, title: str) -> Chart | None:
    tell, modes = _teller(report), {metric: labels.mode(mode, report.language) for metric, mode in _MODE_OF.items()}
    by_key = _scoped(report, scope)
    values = [
        charts.Series(key, mode, float(figures[metric].value or 0))
        for key, figures in by_key.items()
        for metric, mode in modes.items()
        if metric in figures and figures[metric].value is not None
    ]
    if not any(one.value for one in values):
        return None
    svg = charts.grouped_bars(values, colors=(report.brand.color, "#f08c2e", "#37a793"), axis=tell("audience"))
    rows = [
        [
            key,
            *(
                numbers.shown(figures[metric].value, "people", report.language) if metric in figures else ""
                for metric in modes
            ),
        ]
        for key, figures in by_key.items()
    ]
    table = _table([labels.column("", scope, report.language), *modes.values()], rows, (False, True, True, True))
    most = max(values, key=lambda one: one.value)
    return Chart(tell(title), f"{tell(title)}: {most.category} {most.group} {most.value:,.0f}", svg, table)


def _by_event(report: Report) -> Chart | None:
    return _bars(report, "event", "by_event")


def _by_day(report: Report) -> Chart | None:
    return _bars(report, "day", "by_day")


def _trend(report: Report) -> Chart | None:
    tell, current = _teller(report), report.figure("people")
    values = [(one.label, one.totals.get("people")) for one in report.past]
    values += [(report.period.label, current.value if current else None)]
    known = [charts.Series(label, "", float(value)) for label, value in values if value is not None]
    if len(known) < _LEAST_POINTS:
        return None
    svg = charts.line(known, color=report.brand.color, axis=tell("audience"))
    rows = [[label, numbers.shown(value, "people", report.language)] for label, value in values]
    table = _table([tell("period"), tell("audience")], rows, (False, True))
    return Chart(
        tell("trend"), f"{tell('trend')}: " + ", ".join(f"{one.category} {one.value:,.0f}" for one in known), svg, table
    )


def _events(report: Report) -> Table:
    columns = _defined(report, EVENT_COLUMNS)
    rows = [
        [
            key,
            *(
                numbers.shown(figures[one.code].value, one.unit, report.language) if one.code in figures else ""
                for one in columns
            ),
        ]
        for key, figures in _scoped(report, "event").items()
    ]
    head = [labels.column("", "event", report.language), *(one.label.in_(report.language) for one in columns)]
    return _table(head, rows, (False, *(True for _ in columns)))


def _people(report: Report) -> Table:
    top = (
        report.tables["attendance"]
        .group_by("person_id", maintain_order=True)
        .agg(known_sum(pl.col("watch_union_seconds")), pl.len().alias("events"))
        .join(
            report.tables["people"].select("person_id", "name", "company"),
            on="person_id",
            how="left",
            validate="m:1",
            maintain_order="left",
        )
        .sort("watch_union_seconds", "person_id", descending=[True, False], nulls_last=True)
        .head(TOP_PEOPLE)
    )
    rows = [
        [
            one["person_id"],
            one["name"] or "",
            one["company"] or "",
            str(one["events"]),
            labels.clock(one["watch_union_seconds"]),
        ]
        for one in top.iter_rows(named=True)
    ]
    head = _head(report, "people", "person_id", "name", "company", "events", "watch_union_seconds")
    return _table(head, rows, (False, False, False, True, True))


def _plays(report: Report) -> Table:
    language = report.language
    by_media = (
        report.tables["plays"]
        .group_by("room_id", maintain_order=True)
        .agg(
            pl.col("title").drop_nulls().last(),
            *(known_sum(pl.col(name)) for name in ("viewers", "plays", "play_seconds")),
        )
    )
    rows = [
        [
            one["title"] or one["room_id"] or "",
            numbers.shown(one["viewers"], "people", language),
            numbers.shown(one["plays"], "count", language),
            labels.clock(one["play_seconds"]),
        ]
        for one in by_media.iter_rows(named=True)
    ]
    title, *counts = _head(report, "plays", "title", "plays", "play_seconds")
    return _table([title, _teller(report)("viewers"), *counts], rows, (False, True, True, True))


def _sources(report: Report) -> Table:
    language = report.language
    rows = [
        [
            labels.vendor(one.vendor, language),
            one.account,
            one.endpoint,
            str(one.rows),
            "" if one.claimed is None else str(one.claimed),
            labels.verdict(one.verdict, language),
        ]
        for one in by_call(report.pulls)
    ]
    head = _head(report, "sources", "vendor", "account", "call", "rows", "claimed", "verdict")
    return _table(head, rows, (False, False, False, True, True, False))


def _issues(report: Report) -> Table:
    language = report.language
    rows = [(labels.level(one.level, language), one.message.in_(language), one.where) for one in report.issues]
    head = _head(report, "issues", "level", "message", "where")
    return _table(head, list(dict.fromkeys(rows)), (False, False, False))


def _glossary(report: Report) -> Table:
    language = report.language
    rows = [[one.label.in_(language), one.formula.in_(language), one.bias.in_(language)] for one in report.definitions]
    return _table(_head(report, "glossary", "metric", "formula", "bias"), rows, (False, False, False))
