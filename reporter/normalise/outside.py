"""What a viewer watched outside the period: vendors' sums run over a room's whole life, and hold that too."""

from __future__ import annotations

import polars as pl

from reporter.keys import by_named
from reporter.tables import LIVE_MODES, MICRO, PLACE, WATCHED_MODES, micro

_VIEWER = [*PLACE, "viewer_id"]
#: Unix seconds of when the open visits began, added up
_JOINED = "outside_joined"
_TIMES = ("outside_seconds", "outside_live_seconds", "outside_replay_seconds")
_COUNTS = ("outside_visits", "outside_open", _JOINED)
_SUMS = (*_TIMES, *_COUNTS)


def with_outside(totals: pl.DataFrame, inside: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    """Return `viewer_totals` with what was read of each viewer's visits outside the period.

    How many there are, how long they were together, live, and as replays, of how many nobody knows the end, and for
    how long these had been open when the sum was read.

    `inside` are the visits of the period, `outside` all others that were read, with their modes. Previews are no
    watching. A viewer all of whose visits are inside has 0; null is a viewer of whom no visit was read, and, of
    seconds, one whose visits outside all have an unknown length.
    """
    spelled = totals.filter(pl.col("vendor") == "quanshi")  # which alone names viewers by phone or address
    summed = by_named(_summed(inside, outside), spelled, PLACE)
    is_unknown = {name: (pl.col(_known(name)) == 0) & (pl.col(_unknown(name)) > 0) for name in _TIMES}
    seconds = (pl.when(~is_unknown[name]).then(pl.col(name) / MICRO).alias(name) for name in _TIMES)
    joined = totals.drop(_SUMS, strict=False).join(
        summed.select(*_VIEWER, *seconds, *_COUNTS), on=_VIEWER, how="left", validate="m:1", maintain_order="left"
    )
    since = pl.col("as_of").dt.epoch("s") * pl.col("outside_open") - pl.col(_JOINED)
    return joined.with_columns(outside_open_seconds=since.cast(pl.Float64)).drop(_JOINED)


def _known(name: str) -> str:
    return f"{name}_known"


def _unknown(name: str) -> str:
    return f"{name}_unknown"


def _summed(inside: pl.DataFrame, outside: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of the visits outside of each viewer who watched at all, times in whole microseconds.

    Beside each time stands how many visits of its kind have a length, and how many have none.
    """
    counted = _watched(outside).select(*_VIEWER, *_counted())
    zeros = (pl.lit(0, pl.Int64).alias(name) for name in counted.columns[len(_VIEWER) :])
    return pl.concat([_watched(inside).select(*_VIEWER, *zeros), counted]).group_by(_VIEWER).agg(pl.all().sum())


def _watched(visits: pl.DataFrame) -> pl.DataFrame:
    needed = visits.select(*_VIEWER, "mode", "joined_at", "left_at", "watch_seconds")
    return needed.filter(pl.col("viewer_id").is_not_null(), pl.col("mode").is_in(WATCHED_MODES))


def _counted() -> list[pl.Expr]:
    """Return what each visit adds to the sums of its viewer."""
    time, mode = micro("watch_seconds"), pl.col("mode")
    has_no_end = time.is_null() & pl.col("left_at").is_null()
    of_kind = dict(zip(_TIMES, (pl.lit(value=True), mode.is_in(LIVE_MODES), mode == "replay"), strict=True))
    return [
        *(pl.when(is_kind).then(time).otherwise(0).alias(name) for name, is_kind in of_kind.items()),
        *((is_kind & time.is_not_null()).cast(pl.Int64).alias(_known(name)) for name, is_kind in of_kind.items()),
        *((is_kind & time.is_null()).cast(pl.Int64).alias(_unknown(name)) for name, is_kind in of_kind.items()),
        pl.lit(1, pl.Int64).alias("outside_visits"),
        has_no_end.cast(pl.Int64).alias("outside_open"),
        pl.when(has_no_end).then(pl.col("joined_at").dt.epoch("s")).otherwise(0).alias(_JOINED),
    ]
