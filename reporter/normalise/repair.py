"""Visits whose times or seconds cannot be: named, and taken as unknown where they cannot be."""

from __future__ import annotations

import polars as pl

from reporter.model import Issue, Text
from reporter.normalise.counting import issues_by_call

_BACKWARD = Text(
    "条观看记录的离开早于进入，离开时间按空值处理",
    "visit ends before it starts|visits end before they start|; the end is taken as null",
)
_NEGATIVE = Text("条观看记录的时长为负，按空值处理", "visit has|visits have| negative seconds; taken as null")


def repair_visits(visits: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the visits with `left_at` null where it lies before `joined_at`, and negative seconds null."""
    backward = pl.col("left_at") < pl.col("joined_at")
    negative = pl.col("watch_seconds") < 0
    issues = [
        *issues_by_call(visits.filter(backward), "warning", "ends-before-start", _BACKWARD),
        *issues_by_call(visits.filter(negative), "warning", "negative-seconds", _NEGATIVE),
    ]
    repaired = visits.with_columns(
        left_at=pl.when(backward).then(None).otherwise("left_at"),
        watch_seconds=pl.when(negative).then(None).otherwise("watch_seconds"),
    )
    return repaired, issues
