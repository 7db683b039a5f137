"""A visit belongs to the period in which it starts, whole; one without times to the window asked for.

The period is the room's own: the event's range of days where it has one, else the report's.
"""

from __future__ import annotations

import polars as pl

from reporter.model import Issue, Text
from reporter.normalise.counting import issues_by_call
from reporter.normalise.reading import OF_ROOM
from reporter.tables import PLACE, day_start

_VISITS = Text(
    "条观看记录不在本期开始，未计入",
    "visit starts outside the period and is|visits start outside the period and are| left out",
)
_PLAYS = Text("条点播记录的日期不在本期，未计入", "row|rows| of plays of days outside the period, left out")
_EARLY_TRACKS = Text(
    "条轨迹记录的首次进入早于本期，未计入；其中可能有本期观看的回放",
    "track row carries a first coming before the period and is|track rows carry a first coming before the period "
    "and are| left out; replays watched now may be among them",
)


def cut_visits(visits: pl.DataFrame, ours: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, list[Issue]]:
    """Return the visits that start in their room's period, the others, and these counted by call.

    A track carries the first coming to a room ever, so that this week's replay of a room entered before
    falls out with it: those rows are an issue of their own.
    """
    placed = _with_bounds(visits, ours)
    start = pl.col("joined_at")
    inside, before = _within(start), start < pl.col("from_at")
    early_track = before & ~pl.col(OF_ROOM)
    outside = placed.filter(~inside)
    issues = [
        *issues_by_call(outside.filter(~early_track), "info", "outside-period", _VISITS),
        *issues_by_call(outside.filter(early_track), "warning", "track-before-period", _EARLY_TRACKS),
    ]
    return _bare(placed.filter(inside)), _bare(outside), issues


def cut_plays(plays: pl.DataFrame, ours: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return the plays of days that start in their room's period, and the others counted by call."""
    placed = _with_bounds(plays, ours)
    inside = _within(day_start(pl.col("day")))
    outside = issues_by_call(placed.filter(~inside), "info", "outside-period", _PLAYS)
    return _bare(placed.filter(inside)), outside


def _with_bounds(rows: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    bounds = ours.select(*PLACE, "from_at", "until_at")
    return rows.join(bounds, on=PLACE, how="left", validate="m:1", maintain_order="left")


def _within(start: pl.Expr) -> pl.Expr:
    return ((start >= pl.col("from_at")) & (start < pl.col("until_at"))).fill_null(value=True)


def _bare(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.drop("from_at", "until_at")
