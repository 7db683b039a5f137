"""Who was online when, and where they left: the exact curves of the live sessions, minute by minute."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reporter import labels
from reporter.html import charts, numbers, paper
from reporter.html.blocks.base import (
    Block,
    Cell,
    Chart,
    Table,
    clock,
    columns,
    defined,
    in_words,
    scoped,
    shown,
    table,
    tell,
    text,
)
from reporter.report import Figure, Report, Unit

#: lines that a chart can hold; the largest audiences are shown, the workbook has the others
MOST_LINES = 5
#: points of a line that are drawn, and rows of their table: more than a screen has would only make the page larger
MOST_POINTS = 240
#: rows of that table that are printed, or one more
MOST_PRINTED = 24
#: the figures of a drop-off table: when had this part of the audience gone
LEFT = ("quarter_left_seconds", "half_left_seconds", "three_quarters_left_seconds")


def concurrency(report: Report) -> Block | None:
    """Return how many were online in each minute of the largest live sessions."""
    points = _lines(report, "concurrency")
    if not points.height:
        return None
    peaks = (
        points.sort("value", "minute", descending=[True, False])
        .group_by("event", maintain_order=True)
        .first()
        .sort("value", "event", descending=[True, False])
    )
    peak_of = [(row["event"], row["value"]) for row in peaks.iter_rows(named=True)]
    rows = [
        (text(row["event"]), Cell(f"{row['value']:,.0f}", row["value"]), Cell(f"{row['minute']:,.0f}", row["minute"]))
        for row in peaks.iter_rows(named=True)
    ]
    head = (*columns(report, "", "event"), tell(report, "peak"), tell(report, "peak_minute"))
    words = f"{tell(report, 'concurrency')}. {tell(report, 'peak')}: {in_words(peak_of)}"
    chart = _chart(report, points, words, axis="online", unit="people")
    return _block(report, "concurrency", chart, table(head, rows, (False, True, True)))


def drop_off(report: Report) -> Block | None:
    """Return the part of each live audience that had not yet left for good, minute by minute."""
    points = _lines(report, "drop_off")
    if not points.height:
        return None
    parts, by_event = defined(report, LEFT), scoped(report, "event")
    events = points["event"].unique(maintain_order=True)
    rows = [(text(event), *(_left(report, by_event.get(event, {}).get(one.code)) for one in parts)) for event in events]
    head = (*columns(report, "", "event"), *(one.label.in_(report.language) for one in parts))
    spoken = f"{tell(report, 'drop_off')}. {_halves(report, events)}".rstrip()
    chart = _chart(report, points, spoken, axis="still_there", unit="ratio")
    return _block(report, "drop_off", chart, table(head, rows, (False, *(True for _ in parts))))


def _left(report: Report, figure: Figure | None) -> Cell:
    """Return when a part of an audience had left as the workbook says it: a chart's minutes would say it otherwise."""
    return shown(report, None, "seconds") if figure is None or figure.value is None else clock(float(figure.value))


def _halves(report: Report, events: Iterable[str]) -> str:
    """Return when half of each audience had left, in words for who cannot see the chart."""
    by_event = scoped(report, "event")
    known = [
        f"{event}: {labels.clock(float(half.value))}"
        for event in events
        if (half := by_event.get(event, {}).get(LEFT[1])) is not None and half.value is not None
    ]
    return "; ".join(
        f"{one.label.in_(report.language)}: {', '.join(known)}" for one in defined(report, LEFT[1:2]) if known
    )


def lines(report: Report, chart: str) -> pl.DataFrame:
    """Return every point of a kind of curve (event, minute, value), in order.

    Minutes of who was online count from the first arrival on and only while somebody is there: an event of two
    evenings has no empty day between them. A drop-off has its evenings laid over each other, from its first minute on.
    """
    curves = report.tables["curves"].filter(pl.col("event").is_not_null())
    if chart == "drop_off":
        since = (pl.col("at") - pl.col("at").min().over("event")).dt.total_minutes().cast(pl.Float64)
        return curves.filter(pl.col("chart") == chart).select("event", since.alias("minute"), "value")
    there = (
        curves.filter(pl.col("chart") == "concurrency", pl.col("value") > 0)
        .sort("event", "at")
        .select("event", "at", minute=pl.int_range(1, pl.len() + 1).over("event").cast(pl.Float64))
    )
    return (
        curves.filter(pl.col("chart") == chart)
        .with_row_index("place")
        .sort("at")
        .join_asof(there.sort("at"), on="at", by="event", strategy="backward", check_sortedness=False)
        .sort("place")
        .drop_nulls("minute")
        .group_by("event", "minute", maintain_order=True)
        .agg(pl.col("value").first())
    )


def _lines(report: Report, chart: str) -> pl.DataFrame:
    """Return the curves of the events with the most people online."""
    if "curves" not in report.tables:
        return pl.DataFrame(schema={"event": pl.String, "minute": pl.Float64, "value": pl.Float64})
    most = (
        lines(report, "concurrency")
        .group_by("event", maintain_order=True)
        .agg(pl.col("value").max())
        .sort("value", descending=True, maintain_order=True)
        .head(MOST_LINES)
    )
    return lines(report, chart).join(most.select("event"), on="event", how="semi", maintain_order="left")


def thinned(points: pl.DataFrame) -> pl.DataFrame:
    """Return lines (event, minute, value) thinned out to the same minutes for all: what is drawn, and what is told.

    The highest value of each stretch stands at its first minute, so that no peak is lost; a minute without a value
    has the one before. Stretches are counted from the first minute that any line has.
    """
    first, end = (int(one or 0) for one in (points["minute"].min(), points["minute"].max()))  # type: ignore[arg-type] # numbers or None
    step = max(1, -(-(end - first + 1) // MOST_POINTS))
    last = points.group_by("event", maintain_order=True).agg(pl.col("minute").min(), last=pl.col("minute").max())
    every = last.select("event", minute=pl.int_ranges("minute", pl.col("last") + 1)).explode("minute")
    return (
        every.with_columns(pl.col("minute").cast(pl.Float64))
        .join(points, on=["event", "minute"], how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.col("value").forward_fill().over("event"))
        .group_by("event", (pl.col("minute") - first) // step * step + first, maintain_order=True)
        .agg(pl.col("value").max())
    )


def _chart(report: Report, points: pl.DataFrame, alternative: str, *, axis: str, unit: Unit) -> Chart:
    drawn = thinned(points)
    # a step drawn once more shows nothing more, but for the last, where the line ends
    is_step = pl.col("value").ne_missing(pl.col("value").shift()) | (pl.col("minute") == pl.col("minute").max())
    spec = charts.lines_of_minutes(
        [
            charts.Point(*row)
            for row in drawn.filter(is_step.over("event")).select("minute", "event", "value").iter_rows()
        ],
        brand=report.brand.color,
        axis=tell(report, axis),
        title=_minutes(report, unit),
        is_part=unit == "ratio",
    )
    values = _values(report, drawn, unit)
    step = paper.every(len(values.rows), MOST_PRINTED)
    return Chart(alternative, spec, values, step, _on_paper(report, len(values.rows), step))


def _on_paper(report: Report, rows: int, step: int) -> str:
    """Return what paper says of the rows that it leaves out; the last row it always has."""
    return tell(report, "printed", shown=len({*range(0, rows, step), rows - 1}), n=rows) if step > 1 else ""


def _values(report: Report, drawn: pl.DataFrame, unit: Unit) -> Table:
    """Return the values that are drawn, a row a minute and a column an event, empty where an event is over."""
    events = drawn["event"].unique(maintain_order=True).to_list()
    by_minute: dict[float, dict[str, float]] = {}
    for minute, event, value in drawn.select("minute", "event", "value").iter_rows():
        by_minute.setdefault(minute, {})[event] = value
    rows = [
        (Cell(f"{minute:,.0f}", minute), *(_value(report, at.get(event), unit) for event in events))
        for minute, at in sorted(by_minute.items())
    ]
    return table((_minutes(report, unit), *events), rows, (True, *(True for _ in events)))


def _minutes(report: Report, unit: Unit) -> str:
    """Return what minutes count: those with somebody online, or those gone by since an audience's first arrival."""
    return tell(report, "minutes_since" if unit == "ratio" else "minutes_in")


def _value(report: Report, value: float | None, unit: Unit) -> Cell:
    return Cell("") if value is None else Cell(numbers.shown(value, unit, report.language), round(value, 4))


def _block(report: Report, code: str, chart: Chart, marks: Table) -> Block:
    return Block(code, tell(report, code), note=_note(report, code), chart=chart, table=marks)


def _note(report: Report, chart: str) -> str:
    events = lines(report, chart)["event"].n_unique()
    several = f" {tell(report, 'largest_events', n=MOST_LINES)}" if events > MOST_LINES else ""
    return tell(report, f"{chart}_means") + several
