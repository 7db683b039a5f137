"""What a viewer watched outside the period: vendors' sums run over a room's whole life, and hold that too."""

from __future__ import annotations

import polars as pl

from reporter.keys import by_named
from reporter.normalise.modes import set_modes
from reporter.normalise.repair import repair_visits
from reporter.tables import LIVE_MODES, MICRO, PLACE, WATCHED_MODES, micro

_VIEWER = [*PLACE, "viewer_id"]
#: Unix seconds of when the open visits began, added up
_JOINED = "outside_joined"
_TIMES = ("outside_seconds", "outside_live_seconds", "outside_replay_seconds")
_SUMS = ("outside_visits", *_TIMES, "outside_open", _JOINED)


def with_outside(totals: pl.DataFrame, read: pl.DataFrame, inside: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return `viewer_totals` with what was read of each viewer's visits less what is `inside`.

    How many there are, how long they were together, live, and as replays, of how many nobody knows the end, and for
    how long these had been open when the sum was read.

    `read` are the visits as they came, `inside` those of the period, whose modes are set. Previews are no
    watching. A viewer all of whose visits are inside has 0; null is a viewer of whom no visit was read, and, of
    seconds, one whose visits outside all have an unknown length.
    """
    spelled = totals.filter(pl.col("vendor") == "quanshi")  # which alone names viewers by phone or address
    held = by_named(_summed(inside), spelled, PLACE)
    if read.height == inside.height:
        left_out = held.with_columns(pl.lit(0, pl.Int64).alias(name) for name in _SUMS)
    else:
        repaired, _ = repair_visits(read)
        everything, _ = set_modes(repaired, rooms)
        left_out = _less(by_named(_summed(everything), spelled, PLACE), held)
    seconds = left_out.select(*_VIEWER, *_SUMS).with_columns(pl.col(_TIMES) / MICRO)
    joined = totals.drop(_SUMS, strict=False).join(
        seconds, on=_VIEWER, how="left", validate="m:1", maintain_order="left"
    )
    since = pl.col("as_of").dt.epoch("s") * pl.col("outside_open") - pl.col(_JOINED)
    return joined.with_columns(outside_open_seconds=since.cast(pl.Float64)).drop(_JOINED)


def _less(everything: pl.DataFrame, inside: pl.DataFrame) -> pl.DataFrame:
    """Return what is not inside; a time is null where there are visits of the kind and no length of any is known."""
    both = everything.join(inside, on=_VIEWER, how="left", validate="1:1", suffix="_in")
    numbers = [name for name in everything.columns if name not in _VIEWER]
    rest = both.select(*_VIEWER, *(pl.col(name) - pl.col(f"{name}_in").fill_null(0) for name in numbers))
    is_unknown = {name: (pl.col(_known(name)) == 0) & (pl.col(_unknown(name)) > 0) for name in _TIMES}
    return rest.with_columns(pl.when(~is_unknown[name]).then(name).alias(name) for name in _TIMES)


def _known(name: str) -> str:
    return f"{name}_known"


def _unknown(name: str) -> str:
    return f"{name}_unknown"


def _summed(visits: pl.DataFrame) -> pl.DataFrame:
    """Return each viewer's visits, whole microseconds of them, and how many have neither a length nor an end.

    Beside each time stands how many visits of its kind have a length, and how many have none.
    """
    watched = visits.filter(pl.col("viewer_id").is_not_null(), pl.col("mode").is_in(WATCHED_MODES))
    time, mode = micro("watch_seconds"), pl.col("mode")
    has_no_end = pl.col("watch_seconds").is_null() & pl.col("left_at").is_null()
    of_kind = dict(zip(_TIMES, (time, time.filter(mode.is_in(LIVE_MODES)), time.filter(mode == "replay")), strict=True))
    return watched.group_by(_VIEWER).agg(
        *(of_kind[name].sum().alias(name) for name in _TIMES),
        *(of_kind[name].count().cast(pl.Int64).alias(_known(name)) for name in _TIMES),
        *(of_kind[name].null_count().cast(pl.Int64).alias(_unknown(name)) for name in _TIMES),
        outside_visits=pl.len().cast(pl.Int64),
        outside_open=has_no_end.sum().cast(pl.Int64),
        outside_joined=pl.col("joined_at").filter(has_no_end).dt.epoch("s").sum(),
    )
