"""摘要: the figures of the whole period, charts, and the same by event, day and platform."""

from __future__ import annotations

import polars as pl

from reporter import labels
from reporter.columns import Kind, Offer
from reporter.excel import choose
from reporter.excel.content import KIND_OF_UNIT, Block, Chart, Column, Grid, KeyFigures, Page, Prose, Sheet, Table
from reporter.excel.sheets import gaps
from reporter.excel.sheets.figures import IN_SHORT, by_key, defined, headlines, offered, series_of
from reporter.excel.sheets.heading import banner, page_title, subtitle, tell
from reporter.excel.sheets.joining import spelled
from reporter.model import Text
from reporter.report import Definition, Figure, Report, Scope

#: what a chart of an audience shows, where the report has it; else people
_SERIES = ("live_people", "replay_people", "vod_people")
#: bars beyond which a chart is a comb
_MOST_BARS = 31
#: what is told period by period, of how many periods; one alone is no trend
_TRENDS = ("people", "live_people", "replay_people", "vod_people", "watch_union_seconds", "attended_people")
_MOST_PERIODS, _LEAST_PERIODS = 8, 2
#: parts of one below which a change is shown as 0.0 %
_UNSEEN = 0.0005
#: one platform overlaps with none
_LEAST_PLATFORMS = 2
_NO_PAIRS = pl.DataFrame(schema={"vendor": pl.String, "other": pl.String, "people": pl.Int64})


def _build(report: Report) -> Page:
    """Return the page, also where nobody watched: that is worth saying."""
    blocks: list[Block | None] = [
        _key_figures(report),
        _charted(report, _grid(report, "event", "name"), "audience_by_event"),
        _charted(report, _grid(report, "day", "date"), "audience_by_day"),
        _grid(report, "vendor", "text"),
        _overlap(report),
        _trend(report),
    ]
    shown = tuple(block for block in blocks if block is not None) or (Prose("", (tell(report, "nothing"),)),)
    return Page(
        page_title(report, SHEET.title), subtitle(report), (*shown, *gaps.closing(report)), banner=banner(report)
    )


def _key_figures(report: Report) -> KeyFigures | None:
    rows = []
    for one in headlines(report):
        figure = report.figure(one.code)
        if figure is not None and (figure.value is not None or figure.previous is not None):
            rows.append((one.label.in_(report.language), _line(report, one, figure)))
    if not rows:
        return None
    head = (tell(report, "metric"), tell(report, "value"), tell(report, "previous"), tell(report, "change"))
    return KeyFigures(tell(report, "key_figures"), head, tuple(rows))


def _line(report: Report, metric: Definition, figure: Figure) -> Table:
    """Return a figure beside the period before it; a ratio's change is in points, any other a part of what it was."""
    kind, absent = KIND_OF_UNIT[metric.unit], labels.unavailable(report.language)
    label = metric.label.in_(report.language)
    change, is_ratio = figure.change(metric.unit), metric.unit == "ratio"
    # Excel shows a minus before what rounds to 0
    if change is not None and abs(change) < _UNSEEN:
        change = 0.0
    if change is not None and is_ratio:
        change *= 100
    rows = pl.DataFrame(
        {
            "value": series_of(metric, [figure.value]),
            "previous": series_of(metric, [figure.previous]),
            "change": pl.Series([change], dtype=pl.Float64),
        }
    )
    # a report with nothing before it says nothing there: that is no figure that nobody could give
    columns = (
        Column("value", label, kind, absent),
        Column("previous", label, kind),
        Column("change", label, "points" if is_ratio else "change"),
    )
    return Table(columns, rows)


def _grid(report: Report, scope: Scope, kind: Kind) -> Grid | None:
    rows = by_key(report, scope)
    if not rows.height:
        return None
    if kind == "date":
        rows = rows.with_columns(pl.col("key").str.to_date("%Y-%m-%d"))
    if scope == "vendor":
        rows = spelled(rows, report.language, key=labels.VENDORS)
    first = Offer("key", kind, header=labels.column("", scope, report.language))
    return Grid(
        tell(report, f"by_{scope}"),
        choose.table(report, f"overview_{scope}", rows, (first, *offered(report, scope, IN_SHORT, only=True))),
    )


def _overlap(report: Report) -> Grid | None:
    """Return how many people were seen on one platform and on another, as a matrix; None: nobody could be."""
    pairs = report.tables.get("overlap", _NO_PAIRS)
    turned = pairs.select(vendor="other", other="vendor", people="people")
    both = pl.concat([turned, pairs.select(turned.columns)])
    cells = {(vendor, other): people for vendor, other, people in both.iter_rows()}
    names = {one: labels.vendor(one, report.language) for one, _ in cells}
    if len(names) < _LEAST_PLATFORMS:
        return None
    rows = {"vendor": [*names.values()]} | {other: [cells.get((one, other)) for one in names] for other in names}
    absent = labels.unavailable(report.language)
    first = Column("vendor", labels.column("overlap", "vendor", report.language), "text")
    columns = (first, *(Column(code, name, "count", absent) for code, name in names.items()))
    schema: dict[str, type[pl.DataType]] = {"vendor": pl.String, **dict.fromkeys(names, pl.Int64)}
    return Grid(tell(report, "overlap"), Table(columns, pl.DataFrame(rows, schema=schema)))


def _trend(report: Report) -> Grid | None:
    """Return the figures of the last periods, oldest first, a missing one without any; None: this is the first."""
    known = [one for one in defined(report, "total") if one.code in _TRENDS]
    this = {one.metric: one.value for one in report.figures if one.scope == "total"}
    periods = [*((one.label, one.totals) for one in report.past[1 - _MOST_PERIODS :]), (report.period.label, this)]
    columns = {one.code: series_of(one, [totals.get(one.code) for _, totals in periods]) for one in known}
    rows = pl.DataFrame({"period": [label for label, _ in periods], **columns})
    if rows.drop_nulls("people" if "people" in columns else "period").height < _LEAST_PERIODS or not columns:
        return None
    first = Offer("period", "text", header=tell(report, "period"))
    table = choose.table(report, "overview_trend", rows, (first, *offered(report, "total", _TRENDS, only=True)))
    return _charted(report, Grid(tell(report, "trend"), table), "audience_by_period", is_beside=False)


def _charted(report: Report, grid: Grid | None, title: str, *, is_beside: bool = True) -> Grid | None:
    """Draw a grid whose rows can be compared: several, and not so many that the chart is a comb."""
    if grid is None or not 1 < grid.table.rows.height <= _MOST_BARS:
        return grid
    there = {column.name for column in grid.table.columns}
    series = tuple(name for name in _SERIES if name in there) or tuple({"people"} & there)
    return Grid(grid.heading, grid.table, Chart(tell(report, title), series, is_beside)) if series else grid


SHEET = Sheet(
    "overview",
    Text("摘要", "Overview"),
    Text(
        "关键指标与上期对比，以及各场次、每日、各平台",
        "Key figures beside the period before, by event, day and platform",
    ),
    _build,
)
