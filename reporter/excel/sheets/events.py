"""场次: one row an event, with every figure that is reckoned by event."""

from __future__ import annotations

import polars as pl

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.figures import EVENT_COLUMNS, by_key, offered
from reporter.excel.sheets.joining import spelled, with_live_times
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    """Return the events in the order of the rooms, those that only figures know after them."""
    facts = (
        with_live_times(report, report.tables["rooms"])
        .filter(pl.col("event").is_not_null())
        .group_by("event", maintain_order=True)
        .agg(
            pl.col("vendor").unique(maintain_order=True).alias("vendors"),
            pl.len().cast(pl.Int64).alias("rooms"),
            pl.col("started_at").min(),
            pl.col("ended_at").max(),
        )
    )
    figures = by_key(report, "event")
    rows = facts.join(figures, left_on="event", right_on="key", how="full", coalesce=True, maintain_order="left_right")
    rows = spelled(rows, report.language, vendors=labels.VENDORS)
    return choose.table(report, "events", rows, offered(report, "event", EVENT_COLUMNS))


SHEET = Sheet(
    "events",
    Text("场次", "Events"),
    Text("一行一场：在哪些平台、何时、多少人、看了多久", "An event: where, when, how many people, how long"),
    _build,
)
