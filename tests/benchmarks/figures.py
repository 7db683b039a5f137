"""Metrics and checks over 100,000 viewers: `python -m tests.benchmarks.figures [VIEWERS]`.

Three visits a viewer at five events in ten rooms, half of them Quanshi's and half Volcengine's. Each line is the
median of five, as seconds of processor time (all threads) and of the clock.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from reporter import checks, metrics, tables
from reporter.model import Period
from reporter.report import Past
from reporter.rules import Identity
from reporter.tables import Row, Tables

START = datetime(2026, 11, 15, 16, tzinfo=UTC)
WEEK = Period("2026-W47", START, START + timedelta(days=7), "UTC")
_ROUNDS = 5
_SPANS = ["2026-11-16T10:00:00Z/2026-11-16T12:00:00Z", "2026-11-18T10:00:00Z/2026-11-18T12:00:00Z"]
_MODES = ["live", "interactive", "replay"]


def made(viewers: int) -> Tables:
    """Return the tables of a week: every number follows from the row's own."""
    row = pl.int_range(3 * viewers, eager=True).to_frame("row")
    number, lasted = (pl.col("row") * 7919) % viewers, (pl.col("row") * 104_729) % 7200 + 30
    visits = row.select(
        number.alias("number"),
        pl.lit("a").alias("account"),
        (number % 10).cast(pl.String).alias("room_id"),
        number.cast(pl.String).alias("viewer_id"),
        ("p" + number.cast(pl.String)).alias("person_id"),
        pl.lit(_MODES).list.get(pl.col("row") % 3).alias("mode"),
        (pl.lit(START) + pl.duration(seconds=(pl.col("row") * 15_485_863) % 604_800)).alias("joined_at"),
        lasted.cast(pl.Float64).alias("watch_seconds"),
        pl.lit("r").alias("reply_id"),
        (pl.col("row") + 1).alias("row_no"),
        pl.lit(1).alias("row_visits"),
        lasted.cast(pl.Float64).alias("row_play_seconds"),
    ).with_columns(
        pl.when(pl.col("number") % 10 < 5).then(pl.lit("quanshi")).otherwise(pl.lit("volcengine")).alias("vendor"),
        (pl.col("joined_at") + pl.duration(seconds=pl.col("watch_seconds").cast(pl.Int64))).alias("left_at"),
    )
    rooms: list[Row] = [
        {"vendor": _vendor(room), "account": "a", "room_id": str(room), "event": f"E{room // 2}", "live_spans": _SPANS}
        for room in range(10)
    ]
    return tables.empty() | _of(visits) | {"rooms": tables.frame("rooms", rooms)}


def _vendor(room: int) -> str:
    return "quanshi" if room < 5 else "volcengine"


def _of(visits: pl.DataFrame) -> Tables:
    """Return the tables that follow from the visits."""
    keys = ["vendor", "account", "room_id", "viewer_id", "person_id"]
    totals = visits.group_by(keys, maintain_order=True).agg(pl.col("watch_seconds").sum(), pl.len().alias("visits"))
    watched = pl.col("watch_seconds")
    is_replay = pl.col("mode") == "replay"
    attendance = visits.group_by(
        event="E" + (pl.col("number") % 10 // 2).cast(pl.String), person_id="person_id", maintain_order=True
    ).agg(
        watched.sum().alias("watch_sum_seconds"),
        watched.filter(~is_replay).sum().alias("live_seconds"),
        watched.filter(is_replay).sum().alias("replay_seconds"),
        attended=pl.lit(value=True),
    )
    node = pl.concat_str("vendor", "account", "viewer_id", separator="/")
    people = totals.select("person_id", viewer_ids=pl.concat_list(node), phone="+86190" + pl.col("viewer_id"))
    frames = {
        "visits": visits,
        "viewer_totals": totals.with_columns(outside_visits=pl.lit(0), outside_seconds=pl.lit(0.0)),
        "activity": totals.select(keys).with_columns(comments=pl.lit(1), track_comments=pl.lit(1)),
        "viewers": totals.select(
            "vendor", "account", "viewer_id", "person_id", key_phone="+86190" + pl.col("viewer_id")
        ),
        "people": people,
        "attendance": attendance,
    }
    return {name: _shaped(name, frame) for name, frame in frames.items()}


def _shaped(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = tables.SCHEMAS[name]
    known = rows.select(pl.col(column).cast(schema[column]) for column in rows.columns if column in schema)
    return pl.concat([tables.frame(name), known], how="diagonal")


def _timed(name: str, work: Callable[[], Any]) -> None:
    spent = []
    for _ in range(_ROUNDS):
        before = time.process_time(), time.perf_counter()
        work()
        spent.append((time.process_time() - before[0], time.perf_counter() - before[1]))
    processor, clock = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"{name:<28}{processor:8.2f}{clock:8.2f}")


def main(viewers: int) -> None:
    """Print one line a step."""
    week = made(viewers)
    keys = metrics.keys_of(week, "acme", Identity())
    past = [Past(f"2026-W{number}", START, {}, metrics.packed(keys)) for number in range(35, 47)]
    print(f"{viewers:,} viewers, {week['visits'].height:,} visits\n{'':<28}{'cpu s':>8}{'clock s':>8}")
    _timed("figures", lambda: metrics.figures(metrics.world(week, {}, WEEK), {}))
    _timed("curves", lambda: metrics.curves(metrics.world(week, {}, WEEK)))
    _timed("checks", lambda: checks.check(week, ()))
    _timed("who was seen", lambda: metrics.keys_of(week, "acme", Identity()))
    _timed("against 12 stored periods", lambda: metrics.returning(keys, past, WEEK))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
