"""What a person did at an event: comments, questions, votes and the like."""

from __future__ import annotations

import polars as pl

from reporter.model import Issue, Text
from reporter.people.viewers import count_issues
from reporter.tables import BY_VISIT, COUNTS, PLACE, UNTIMED, known_sum, live_spans

#: rooms whose vendor counts within each visit, so that a period's counts are the sum of its visits
_COUNTED_BY_VISIT = "event"

_BESIDE = Text(
    "位观众有互动或支付，但不在考勤表上（匿名，或平台未给其观看记录，如停留不足一分钟）；合计已计入",
    "viewers did or paid something and are not on the attendance sheet (anonymous, or without a visit of their own, "
    "as who stays less than a minute): totals hold it",
)


def mark_activity(
    activity: pl.DataFrame, rooms: pl.DataFrame, viewers: pl.DataFrame, facts: pl.DataFrame
) -> pl.DataFrame:
    """Return `activity` with `excluded_by`: null where a viewer's counts are the period's, else why they are not.

    Vendors give them life-to-date: they stand for the period only where the room's first live span starts in it
    (a week of replays would count last week's comments again). Excluded viewers' are left out like their visits.
    """
    reasons = rooms.select(*PLACE, why=_why(rooms, facts))
    told = activity.select(PLACE).join(reasons, on=PLACE, how="left", validate="m:1", maintain_order="left")
    rule = viewers["excluded_by"].gather(activity["viewer"])
    return activity.with_columns(excluded_by=pl.coalesce(rule, told["why"]))


def _why(rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.Series:
    """Return for each room why its viewers' counts are not the period's, null where they are."""
    new = new_rooms(rooms, facts).with_columns(is_new=pl.lit(value=True))
    placed = rooms.select(*PLACE, "kind").join(new, on=PLACE, how="left", validate="1:1", maintain_order="left")
    by_visit = pl.when(pl.col("kind").eq_missing(_COUNTED_BY_VISIT)).then(pl.lit(BY_VISIT))
    return placed.select(why=by_visit.when(pl.col("is_new").is_null()).then(pl.lit(UNTIMED))).to_series()


def new_rooms(rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return the place of the rooms that went live in this period for the first time."""
    first = live_spans(rooms).group_by(PLACE).agg(first=pl.col("start").min())
    return (
        rooms.filter(pl.col("kind").ne_missing(_COUNTED_BY_VISIT))
        .select(PLACE)
        .join(first, on=PLACE, how="inner", validate="1:1")
        .join(facts, on=PLACE, how="inner", validate="1:1")
        .filter(pl.col("first").is_between("from_at", "until_at", closed="left"))
        .select(PLACE)
    )


def count_activity(visits: pl.DataFrame, activity: pl.DataFrame) -> pl.DataFrame:
    """Return `who`, one row an event and person, with `COUNTS`; null is what no vendor asked can say.

    `visits` are those that count; they and `activity`, as `mark_activity` marks it, have `who`, the number of
    their event and person.
    """
    told = [name for name in COUNTS if name in visits.columns]
    # who has no count anywhere needs no row
    by_visit = visits.select("who", *told).filter(pl.any_horizontal(pl.col(told).is_not_null()))
    by_room = activity.filter(pl.col("excluded_by").is_null()).select("who", *COUNTS)
    both = pl.concat([by_visit, by_room], how="diagonal")
    return both.group_by("who").agg(known_sum(pl.col(name)) for name in COUNTS)


def counts_beside(
    activity: pl.DataFrame, attendance: pl.DataFrame, rooms: pl.DataFrame, lists: pl.DataFrame
) -> list[Issue]:
    """Return an issue an account whose viewers did or paid something and have no row of `attendance`.

    Rooms pulled as a list (`lists`) have no visits to miss.
    """
    visited = rooms.select(*PLACE, "event").drop_nulls("event").join(lists, on=PLACE, how="anti")
    counted = activity.filter(pl.col("excluded_by").is_null(), pl.any_horizontal(pl.col(COUNTS) > 0))
    placed = counted.join(visited, on=PLACE, how="inner", validate="m:1", maintain_order="left")
    beside = placed.join(attendance, on=["event", "person_id"], how="anti", maintain_order="left")
    return count_issues(beside, "counts-without-visit", _BESIDE, level="info")
