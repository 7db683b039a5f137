"""人员: one row a person, with what they watched over all events."""

from __future__ import annotations

import polars as pl

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled
from reporter.model import Text
from reporter.report import Report
from reporter.tables import ACTIVITY_COUNTS, known_sum

_SECONDS = ("live_seconds", "replay_seconds", "vod_seconds", "watch_union_seconds")


def _build(report: Report) -> Table:
    by_person = (
        report.tables["attendance"]
        .group_by("person_id", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("events"),
            known_sum(pl.col("attended").cast(pl.Int64)).alias("attended_events"),
            *(known_sum(pl.col(name)) for name in (*_SECONDS, *ACTIVITY_COUNTS, "paid_amount")),
            pl.col("first_joined_at").min(),
            pl.col("last_left_at").max(),
        )
    )
    rows = report.tables["people"].join(by_person, on="person_id", how="left", validate="1:1", maintain_order="left")
    rows = spelled(rows, report.language, vendors=labels.VENDORS, matched_by=labels.KEYS)
    return choose.table(report, "people", rows)


SHEET = Sheet(
    "people",
    Text("人员", "People"),
    Text("一行一人：各平台合并后的观众及其本期观看", "A person across platforms, and what they watched in the period"),
    _build,
)
