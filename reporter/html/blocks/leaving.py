"""Who was online when, and where they left: the exact curves of the live sessions, minute by minute."""

from __future__ import annotations

import polars as pl

from reporter.html import charts
from reporter.html.blocks.base import Block, Cell, Chart, columns, in_words, table, tell, text
from reporter.report import Report

#: lines that a chart can hold; the largest audiences are shown, the workbook has the others
MOST_LINES = 5
#: points of a line that are drawn: more than a screen has would only make the page larger
_MOST_POINTS = 240
#: the marks of a drop-off table: when had this part of the audience gone
PARTS = (0.25, 0.5, 0.75)


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
    chart = Chart(
        f"{tell(report, 'concurrency')}. {tell(report, 'peak')}: {in_words(peak_of)}",
        charts.lines_of_minutes(
            thinned(points), brand=report.brand.color, axis=tell(report, "online"), title=tell(report, "minutes_in")
        ),
        table(head, rows, (False, True, True)),
    )
    return Block("concurrency", tell(report, "concurrency"), note=_note(report, "concurrency"), chart=chart)


def drop_off(report: Report) -> Block | None:
    """Return the part of each live audience that had not yet left for good, minute by minute."""
    points = _lines(report, "drop_off")
    if not points.height:
        return None
    left_at = halves(points)
    rows = [
        (text(event), *(Cell("" if minute is None else f"{minute:,.0f}", minute) for minute in minutes))
        for event, minutes in left_at.items()
    ]
    head = (*columns(report, "", "event"), *(tell(report, "gone", part=f"{part:.0%}") for part in PARTS))
    words = [(event, minutes[1]) for event, minutes in left_at.items() if minutes[1] is not None]
    chart = Chart(
        f"{tell(report, 'drop_off')}. {tell(report, 'gone', part='50%')}: {in_words(words)}",
        charts.lines_of_minutes(
            thinned(points),
            brand=report.brand.color,
            axis=tell(report, "still_there"),
            title=tell(report, "minutes_in"),
            is_part=True,
        ),
        table(head, rows, (False, True, True, True)),
    )
    return Block("drop_off", tell(report, "drop_off"), note=_note(report, "drop_off"), chart=chart)


def halves(points: pl.DataFrame) -> dict[str, list[float | None]]:
    """Return for each event the minutes at which the `PARTS` of its audience had gone, None where they had not."""
    found: dict[str, list[float | None]] = {}
    for (event,), line in points.group_by("event", maintain_order=True):
        found[str(event)] = [line.filter(pl.col("value") <= 1 - part)["minute"].min() for part in PARTS]  # type: ignore[misc] # a number or None
    return found


def lines(report: Report, chart: str) -> pl.DataFrame:
    """Return every point of a kind of curve (event, minute, value), in order.

    Minutes count from the first arrival on and only while somebody is there: an event of two evenings has no
    empty day between them.
    """
    curves = report.tables["curves"].filter(pl.col("event").is_not_null())
    there = (
        curves.filter(pl.col("chart") == "concurrency", pl.col("value") > 0)
        .sort("event", "at")
        .select("event", "at", minute=pl.int_range(pl.len()).over("event").cast(pl.Float64))
    )
    return (
        curves.filter(pl.col("chart") == chart)
        .with_row_index("place")
        .sort("at")
        .join_asof(there.sort("at"), on="at", by="event", strategy="backward", check_sortedness=False)
        .sort("place")
        .drop_nulls("minute")
        .group_by("event", "minute", maintain_order=True)
        .agg(pl.col("value").first() if chart == "concurrency" else pl.col("value").last())
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


def thinned(points: pl.DataFrame) -> list[charts.Point]:
    """Thin a line out evenly, its highest point of each stretch kept, so that no peak is lost."""
    longest = max((size for _, size in points.group_by("event").len().iter_rows()), default=1)
    step = max(1, -(-longest // _MOST_POINTS))
    kept = (
        points.with_columns(stretch=pl.int_range(pl.len()).over("event") // step)
        .sort("value", descending=True, maintain_order=True)
        .group_by("event", "stretch", maintain_order=True)
        .first()
        .sort("minute", maintain_order=True)
    )
    order = {event: place for place, event in enumerate(points["event"].unique(maintain_order=True))}
    rows = sorted(kept.select("minute", "event", "value").iter_rows(), key=lambda row: (order[row[1]], row[0]))
    return [charts.Point(*row) for row in rows]


def _note(report: Report, chart: str) -> str:
    events = lines(report, chart)["event"].n_unique()
    several = f" {tell(report, 'largest_events', n=MOST_LINES)}" if events > MOST_LINES else ""
    return tell(report, f"{chart}_means") + several
