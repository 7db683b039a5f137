"""Who matters: those who watched longest, named as far as the audience may see."""

from __future__ import annotations

import polars as pl

from reporter.html.blocks.base import Block, Cell, clock, columns, table, tell, text
from reporter.report import Report
from reporter.tables import known_sum

MOST = 20


def block(report: Report) -> Block | None:
    """Return the first few by watch time without overlaps."""
    top = _top(report)
    if not top.height:
        return None
    rows = [
        (
            text(one["person_id"]),
            text(one["name"]),
            text(one["company"]),
            Cell(str(one["events"]), one["events"]),
            clock(one["watch_union_seconds"]),
        )
        for one in top.iter_rows(named=True)
    ]
    head = columns(report, "people", "person_id", "name", "company", "events", "watch_union_seconds")
    note = tell(report, "people_note", n=top.height)
    return Block(
        "people", tell(report, "people"), note=note, table=table(head, rows, (False, False, False, True, True))
    )


def _top(report: Report) -> pl.DataFrame:
    return (
        report.tables["attendance"]
        .group_by("person_id", maintain_order=True)
        .agg(known_sum(pl.col("watch_union_seconds")), pl.len().alias("events"))
        .sort("watch_union_seconds", "person_id", descending=[True, False], nulls_last=True)
        .head(MOST)
        .join(
            report.tables["people"].select("person_id", "name", "company"),
            on="person_id",
            how="left",
            validate="m:1",
            maintain_order="left",
        )
    )
