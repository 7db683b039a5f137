"""Exports as a console would write them of the finished week, and what is found when they are compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from reporter.audit import console
from reporter.audit.check import Found
from reporter.audit.evidence import Evidence
from reporter.excel import write_xlsx

VOLC = "172183460671"


def xlsx(path: Path, rows: pl.DataFrame) -> Path:
    write_xlsx({"export": rows}, path)
    return path


def totals_of(seen: Evidence, room: str) -> pl.DataFrame:
    """Return what a console would export of a room: its viewers, who they are, and the platform's sums."""
    totals = seen.tables["viewer_totals"].filter(pl.col("room_id") == room)
    counts = seen.tables["activity"].filter(pl.col("room_id") == room).select("viewer_id", "comments", "likes")
    who = seen.tables["viewers"].select("vendor", "viewer_id", "phone", "email", "name")
    return totals.join(counts, on="viewer_id").join(who, on=["vendor", "viewer_id"])


def compared_with(seen: Evidence, path: Path, mapping: Sequence[str] = ()) -> dict[str, str]:
    found = console.compare(console.read(path, mapping), seen)
    return {one.finding.check: one.finding.verdict for one in found}


def of_volc(seen: Evidence, *more: pl.Expr) -> pl.DataFrame:
    """Return an export of one room: viewer, room, likes as text, and more."""
    likes = pl.col("likes").cast(pl.Int64).cast(pl.String)
    who = pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号")
    return totals_of(seen, VOLC).select(*who, likes.alias("点赞数"), *more)


def found_by_check(seen: Evidence, tmp_path: Path, rows: pl.DataFrame) -> dict[str, Found]:
    rows.write_csv(tmp_path / "console.csv")
    return {one.finding.check: one for one in console.compare(console.read(tmp_path / "console.csv"), seen)}
