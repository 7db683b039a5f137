"""How long an event was: what attendance is measured against."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.intervals import union_seconds
from reporter.model import Room
from reporter.tables import INSTANT, PLACE, TEXT, known_sum, live_spans


def room_facts(rooms: Sequence[Room]) -> pl.DataFrame:
    """Return each room's place, `detail`, and its event's period as `from_at` and `until_at`."""
    schema = dict.fromkeys((*PLACE, "detail"), TEXT) | {"from_at": INSTANT, "until_at": INSTANT}
    rows = [
        (room.vendor, room.account, room.room_id, room.detail, room.period.start_utc, room.period.end_utc)
        for room in rooms
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").unique(PLACE, keep="first", maintain_order=True)


def live_base(rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return event and `base_seconds`, the union of the event's live spans; an event without any has no row.

    A span belongs to the period in which it starts, like a visit; one that is not over yet has no length.
    A room whose spans are unknown adds nothing: the base is then that of the event's other rooms.
    """
    events = rooms.select(*PLACE, "event")
    spans = live_spans(rooms).drop_nulls("end").join(facts, on=PLACE, how="inner", validate="m:1")
    inside = spans.filter(pl.col("start").is_between("from_at", "until_at", closed="left"))
    placed = inside.join(events, on=PLACE, how="inner", validate="m:1")
    return _known(union_seconds(placed, ["event"], start="start", end="end").rename({"seconds": "base_seconds"}))


def media_base(rooms: pl.DataFrame, visits: pl.DataFrame, plays: pl.DataFrame) -> pl.DataFrame:
    """Return event and `base_seconds`, the length of its media; an event of unknown length has no row.

    The vendor's own length (the newest day's) is taken where one is known, summed over the event's media;
    else it is reckoned from visits as seconds watched over the part of the whole that they were. The sums
    of both are used, since a ratio in whole percents is too rough for one visit (60 s of 6%: 923 to 1,091 s).
    """
    told = (
        plays.drop_nulls("media_seconds").sort("day").group_by(PLACE).agg(media_seconds=pl.col("media_seconds").last())
    )
    watched, part = pl.col("watch_seconds"), pl.col("completion_ratio")
    reckoned = (
        visits.filter((watched > 0) & (part > 0)).group_by(PLACE).agg(reckoned_seconds=watched.sum() / part.sum())
    )
    return _known(
        rooms.select(*PLACE, "event")
        .join(told, on=PLACE, how="left", validate="1:1")
        .join(reckoned, on=PLACE, how="left", validate="1:1")
        .group_by("event")
        .agg(known_sum(pl.col("media_seconds")), known_sum(pl.col("reckoned_seconds")))
        .select("event", base_seconds=pl.coalesce("media_seconds", "reckoned_seconds"))
    )


def _known(bases: pl.DataFrame) -> pl.DataFrame:
    return bases.filter(pl.col("base_seconds") > 0)
