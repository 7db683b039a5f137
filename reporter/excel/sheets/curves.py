"""曲线: the points that the charts are drawn from, each event's curve one run of rows, and the charts beside them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Plot, Run, Sheet, Table
from reporter.excel.sheets.joining import spelled
from reporter.model import Text
from reporter.report import Report

#: the curves that are drawn, and how their values are written
_DRAWN = {"concurrency": "#,##0", "drop_off": "0%"}
#: curves whose values are parts of one
_SHARES = ["drop_off"]
#: lines beyond which none can be told from another
_MOST_LINES = 6
_EMPTY = pl.DataFrame(
    schema={"chart": pl.String, "event": pl.String, "at": pl.Datetime("us", "UTC"), "value": pl.Float64}
)


def _build(report: Report) -> Table:
    points = with_minutes(report.tables.get("curves", _EMPTY))
    shown = points.with_columns(is_share=pl.col("chart").is_in(_SHARES).fill_null(value=False))
    table = _with_shares(choose.table(report, "curves", spelled(shown, report.language, chart=labels.CURVES)))
    if not {"event", "minute", "value"} <= {column.name for column in table.columns}:
        return table
    plots = (_plot(report, points, chart) for chart in _DRAWN)
    return replace(table, plots=tuple(plot for plot in plots if plot is not None))


def _with_shares(table: Table) -> Table:
    """Return the table with its values as percentages where a curve's are."""
    columns = (replace(one, shares="is_share") if one.name == "value" else one for one in table.columns)
    return replace(table, columns=tuple(columns))


def with_minutes(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points with `minute`: how many minutes with anybody online there were up to each, by event.

    An event of two evenings has no empty day between them, and events of different days can be compared. Null
    where an event has no curve of who was online. A drop-off counts the minutes since its first.
    """
    since = (pl.col("at") - pl.col("at").min().over("chart", "event")).dt.total_minutes()
    online = (
        points.filter(pl.col("chart") == "concurrency", pl.col("value") > 0)
        .sort("event", "at", maintain_order=True)
        .select("event", "at", minute=pl.int_range(1, pl.len() + 1).over("event"))
    )
    is_known = pl.col("event").is_in(online["event"].unique().to_list())
    return (
        points.with_row_index("place")
        .sort("at", maintain_order=True)
        .join_asof(online.sort("at"), on="at", by="event", strategy="backward", check_sortedness=False)
        .sort("place")
        .with_columns(
            pl.when(is_known & (pl.col("chart") == "drop_off"))
            .then(since)
            .when(is_known)
            .then(pl.col("minute").fill_null(0))
            .alias("minute")
        )
        .select("chart", "event", "at", "minute", "value")
    )


def _plot(report: Report, points: pl.DataFrame, chart: str) -> Plot | None:
    """Return the curves of the events that most people were online in; None: there is none of this kind."""
    highest = pl.col("value").filter(pl.col("chart") == "concurrency").max().over("event")
    runs = (
        points.with_columns(highest=highest)
        .with_row_index("row")
        .filter(pl.col("chart") == chart, pl.col("minute").is_not_null())
        .group_by("event", maintain_order=True)
        .agg(pl.col("highest").first(), pl.col("row").min().alias("first"), pl.col("row").max().alias("last"))
        .sort("highest", descending=True, maintain_order=True)
        .head(_MOST_LINES)
        .sort("first")
    )
    if not runs.height:
        return None
    return Plot(
        labels.CURVES[chart].in_(report.language),
        ("event", "minute", "value"),
        labels.column("curves", "minute", report.language),
        _DRAWN[chart],
        tuple(Run(*run) for run in runs.select("first", "last").iter_rows()),
    )


SHEET = Sheet(
    "curves",
    Text("曲线", "Curves"),
    Text("一行一个时间点：图表背后的数值", "A moment: the numbers behind the charts"),
    _build,
)
