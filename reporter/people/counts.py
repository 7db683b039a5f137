"""What a person did at an event: comments, questions, votes and the like."""

from __future__ import annotations

import polars as pl

from reporter.tables import ACTIVITY_COUNTS, PLACE, known_sum, live_spans

COUNTS = (*ACTIVITY_COUNTS, "speak_seconds", "paid_amount", "pay_count")
#: rooms whose vendor counts within each visit, so that a period's counts are the sum of its visits
_COUNTED_BY_VISIT = "event"


def count_activity(
    visits: pl.DataFrame, activity: pl.DataFrame, rooms: pl.DataFrame, viewers: pl.DataFrame, facts: pl.DataFrame
) -> pl.DataFrame:
    """Return `who`, one row an event and person, with `COUNTS`; null is what no vendor asked can say.

    `visits` are those that count; they and `activity` have `who`, the number of their event and person.
    Vendors give `activity` life-to-date: it stands for the period only where the room's first live span
    starts in it (a week of replays would count last week's comments again). Excluded viewers' counts are left
    out like their visits.
    """
    by_visit = visits.select("who", *(pl.col(name) for name in COUNTS if name in visits.columns))
    counting = viewers.filter(pl.col("excluded_by").is_null()).select("viewer")
    by_room = (
        activity.join(new_rooms(rooms, facts), on=PLACE, how="semi")
        .join(counting, on="viewer", how="semi")
        .select("who", *COUNTS)
    )
    both = pl.concat([by_visit, by_room], how="diagonal")
    return both.group_by("who").agg(known_sum(pl.col(name)) for name in COUNTS)


def new_rooms(rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return the place of the rooms that went live in this period for the first time."""
    first = live_spans(rooms).group_by(PLACE).agg(first=pl.col("start").min())
    return (
        rooms.filter(pl.col("kind").ne_missing(_COUNTED_BY_VISIT))
        .join(first, on=PLACE, how="inner", validate="1:1")
        .join(facts, on=PLACE, how="inner", validate="1:1")
        .filter(pl.col("first").is_between("from_at", "until_at", closed="left"))
        .select(PLACE)
    )
