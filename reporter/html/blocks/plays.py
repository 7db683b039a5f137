"""What was played on demand: each media with its sums."""

from __future__ import annotations

import polars as pl

from reporter.html.blocks.base import Block, columns, shown, table, tell, text
from reporter.report import Report
from reporter.tables import known_sum


def block(report: Report) -> Block | None:
    """Return the media that have plays."""
    by_media = (
        report.tables["plays"]
        .group_by("room_id", maintain_order=True)
        .agg(
            pl.col("title").drop_nulls().last(),
            *(known_sum(pl.col(name)) for name in ("viewers", "plays", "play_seconds")),
        )
    )
    if not by_media.height:
        return None
    rows = [
        (
            text(one["title"] or one["room_id"]),
            shown(report, one["viewers"], "people"),
            shown(report, one["plays"], "count"),
            shown(report, one["play_seconds"], "seconds"),
        )
        for one in by_media.iter_rows(named=True)
    ]
    title, *counts = columns(report, "plays", "title", "plays", "play_seconds")
    head = (title, tell(report, "viewers"), *counts)
    made = table(head, rows, (False, True, True, True))
    return Block("plays", tell(report, "plays"), tell(report, "plays_note"), table=made)
