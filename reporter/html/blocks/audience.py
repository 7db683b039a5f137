"""How many came: by event and by day, live, replay and on demand apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from reporter import labels
from reporter.html import charts
from reporter.html.blocks.base import Block, Chart, columns, in_words, scoped, shown, table, tell, text
from reporter.report import Figure, Report

#: the figures that an audience's bars show, and the mode of watching that each is of
_MODE_OF = {"live_people": "live", "replay_people": "replay", "vod_people": "vod"}
#: days beyond which bars become lines: three bars a day no longer stand side by side
_MOST_DAYS = 14


def by_event(report: Report) -> Block | None:
    """Return the audience of each event."""
    return _bars(report, "event", "by_event", scoped(report, "event"))


def by_day(report: Report) -> Block | None:
    """Return the audience of each day."""
    return _bars(report, "day", "by_day", scoped(report, "day"))


def _bars(report: Report, scope: str, title: str, by_key: Mapping[str, Mapping[str, Figure]]) -> Block | None:
    modes = {metric: labels.mode(mode, report.language) for metric, mode in _MODE_OF.items()}
    shorts = _shorts(by_key, scope)
    points = [
        charts.Point(shorts[key], mode, float(figures[metric].value or 0))
        for key, figures in by_key.items()
        for metric, mode in modes.items()
        if metric in figures and figures[metric].value is not None
    ]
    if not any(one.value for one in points):
        return None
    highest = sorted(points, key=lambda one: -one.value)
    if scope == "day":
        points = charts.with_gaps(points, list(shorts.values()))
    rows = [
        (
            text(key),
            *(shown(report, figures[metric].value, "people") if metric in figures else text("") for metric in modes),
        )
        for key, figures in by_key.items()
    ]
    numbers_ = table((*columns(report, "", scope), *modes.values()), rows, (False, True, True, True))
    alternative = f"{tell(report, title)}. {in_words([(f'{one.x} {one.group}', one.value) for one in highest])}"
    spec, note = _spec(report, scope, points)
    return Block(title, tell(report, title), note=note, chart=Chart(alternative, spec, numbers_))


def _spec(report: Report, scope: str, points: Sequence[charts.Point]) -> tuple[charts.Spec, str]:
    """Return the drawing and what there is to say about it: bars, but lines for more days than bars can stand.

    Days stand in it all, one of which nothing is known as a gap.
    """
    held, look = len({one.x for one in points}), {"brand": report.brand.color, "axis": tell(report, "audience")}
    if scope == "day":
        is_long = held > _MOST_DAYS
        draw = charts.trend if is_long else charts.grouped_bars
        note = tell(report, "gap_of_line" if is_long else "gap_of_bar") if any(map(charts.is_gap, points)) else ""
        return draw(points, **look), note
    note = tell(report, "first_few", n=charts.MOST_BARS) if held > charts.MOST_BARS else ""
    return charts.grouped_bars(points, **look), note


def _shorts(keys: Collection[str], scope: str) -> dict[str, str]:
    """Return how keys stand in the chart: days without the year, which the page's head says, where it is one."""
    years = {key[:4] for key in keys} if scope == "day" else set()
    return {key: key[5:] if len(years) == 1 else key for key in keys}
