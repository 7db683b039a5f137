"""What Volcengine's log says of live watching and of replays, to be held against its list of viewers.

A visit that overlaps a live span is live as a whole here, while the platform splits it: what of it lies outside the
spans is measured, for visits of all times, as the list's sums are.
"""

from __future__ import annotations

import polars as pl

from reporter.normalise.repair import repair_visits
from reporter.tables import MICRO, PLACE, live_spans

_VIEWER = [*PLACE, "viewer_id"]
_SUMS = ("log_live_seconds", "log_replay_seconds", "beyond_live_seconds")
#: a room that is still live has no end
_NOT_OVER = pl.datetime(9999, 1, 1, time_unit="us", time_zone="UTC")


def with_log_modes(totals: pl.DataFrame, read: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return `viewer_totals` with what the rows of the log of each viewer come to live and as replays.

    Null where one row does not say, or the log has none of the viewer. `beyond_live_seconds` is what of his live
    visits lies outside the room's live spans; null where he has no visit whose both times are known.

    `read` are the visits as they came. A row that has several visits counts once.
    """
    of_log = read.filter(pl.col("row_visits").is_not_null(), pl.col("viewer_id").is_not_null())
    if of_log.is_empty():
        return totals
    rows = of_log.group_by(*_VIEWER, "reply_id", "row_no").agg(pl.col("row_live_seconds", "row_replay_seconds").first())
    summed = rows.group_by(_VIEWER).agg(
        # less than all rows is held against nothing
        pl.when(pl.col(f"row_{mode}_seconds").is_not_null().all())
        .then(pl.col(f"row_{mode}_seconds").sum())
        .alias(f"log_{mode}_seconds")
        for mode in ("live", "replay")
    )
    beyond = _beyond(of_log, live_spans(rooms))
    told = summed.join(beyond, on=_VIEWER, how="left", validate="1:1")
    return totals.drop(_SUMS, strict=False).join(told, on=_VIEWER, how="left", validate="m:1", maintain_order="left")


def _beyond(of_log: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Return `_VIEWER` and the seconds of live visits that lie outside the live spans."""
    repaired, _ = repair_visits(of_log)
    timed = repaired.drop_nulls(["joined_at", "left_at"]).select(*_VIEWER, "joined_at", "left_at")
    length = (pl.col("left_at") - pl.col("joined_at")).dt.total_microseconds()
    live = _live_until(timed, "left_at", spans) - _live_until(timed, "joined_at", spans)
    return (
        timed.with_columns(whole=length, live=live)
        .group_by(_VIEWER)
        .agg(
            beyond_live_seconds=(pl.col("whole") - pl.col("live")).filter(pl.col("live") > 0).sum() / MICRO,
        )
    )


def _live_until(visits: pl.DataFrame, column: str, spans: pl.DataFrame) -> pl.Series:
    """Return for each visit for how long its room had been live by a moment, in microseconds; spans do not overlap."""
    closed = spans.with_columns(pl.col("end").fill_null(_NOT_OVER))
    length = (pl.col("end") - pl.col("start")).dt.total_microseconds()
    summed = closed.with_columns(before=length.cum_sum().over(PLACE) - length, begun=pl.col("start")).sort("begun")
    at = visits.select(*PLACE, column).with_row_index("nr").sort(column)
    met = at.join_asof(summed, left_on=column, right_on="begun", by=list(PLACE), check_sortedness=False).sort("nr")
    within = (pl.min_horizontal(column, "end") - pl.col("start")).dt.total_microseconds()
    return met.select((pl.col("before") + within).fill_null(0)).to_series()
