"""Who came to which event, for how long by each way of watching, and whether that was enough.

The sum is what the vendors sum; the union counts an instant once, however many screens were on.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reporter.intervals import union_seconds
from reporter.rules import Attendance
from reporter.tables import ADDED_MODES, LIVE_MODES, MICRO, PLACE, WATCHED_MODES, known_sum, micro

#: what the table holds, and what attendance of media is judged by
_PARTS: Mapping[str, tuple[str, ...]] = {**ADDED_MODES, "media_seconds": ("replay", "vod")}
#: the modes in which each kind of room can have visits
_MODES: Mapping[str, tuple[str, ...]] = {
    "live": ("live", "replay", "preview"),
    "event": ("live", "replay"),
    "vod": ("vod",),
}
_TELL_LIVE = tuple(kind for kind, modes in _MODES.items() if "live" in modes)
#: actions that fill a term of engagement
_ENOUGH = 3
#: half a microsecond: what floats may lose of a product
_ROUNDING = 5e-7


def measure(visits: pl.DataFrame, rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return one row an event and person with the seconds of each way of watching, both sums and both ends.

    `visits` are those that count, with the event and kind of their room, and `who`, the number of their event
    and person, which the rows keep. Seconds are 0 where the person did not watch so and the event's rooms
    could have told; null where no room of the event can tell, no visit knows its length, or of the person's
    visits there is one of unknown mode that may be of that way.
    `watch_overlap_seconds` is by how much the watched intervals are longer together than their union, null
    where no visit has both times. `live_counted_seconds` is the union of live and interactive visits,
    `told_live` whether any vendor that saw the person can tell live watching.
    """
    measured = _summed(visits).join(_abilities(rooms, facts), on="event", how="left", validate="m:1")
    told = visits.select("who", "mode", "joined_at", "left_at", "watch_seconds")
    watched = _covered(told.filter(_in(WATCHED_MODES)))
    live = _covered(told.filter(_in(LIVE_MODES))).select("who", live_counted_seconds="seconds")
    for covered in (watched.rename({"seconds": "watch_union_seconds", "overlap": "watch_overlap_seconds"}), live):
        measured = measured.join(covered, on="who", how="left", validate="1:1")
    return measured.with_columns(
        *(_or_zero(name, name) for name in _PARTS),
        _or_zero("watch_union_seconds", "watch_sum_seconds"),
        _or_zero("live_counted_seconds", "live_seconds"),
    )


def _summed(visits: pl.DataFrame) -> pl.DataFrame:
    # of all visits at once: a group's expressions do not share what they have in common
    marked = visits.select(
        "who",
        "event",
        "person_id",
        *(pl.when(_in(modes)).then("watch_seconds").alias(name) for name, modes in _PARTS.items()),
        *((_in(modes) | _may_be(modes)).alias(f"{name}_visited") for name, modes in _PARTS.items()),
        told_live=pl.col("kind").is_in(_TELL_LIVE),
        first_joined_at="joined_at",
        last_left_at="left_at",
    )
    return marked.group_by("who").agg(
        pl.col("event", "person_id").first(),
        *(known_sum(pl.col(name)) for name in _PARTS),
        pl.col("told_live", *(f"{name}_visited" for name in _PARTS)).any(),
        pl.col("first_joined_at").min(),
        pl.col("last_left_at").max(),
    )


def _in(modes: tuple[str, ...]) -> pl.Expr:
    return pl.col("mode").is_in(modes).fill_null(value=False)


def _may_be(modes: tuple[str, ...]) -> pl.Expr:
    """Say whether a visit is of no known mode, in a room where it may be one of `modes`."""
    kinds = [kind for kind, possible in _MODES.items() if set(possible) & set(modes)]
    return pl.col("mode").is_null() & pl.col("kind").is_in(kinds).fill_null(value=True)


def _or_zero(name: str, part: str) -> pl.Expr:
    did_not = ~pl.col(f"{part}_visited") & pl.col(f"{part}_able").fill_null(value=False)
    return pl.when(did_not).then(0.0).otherwise(name).alias(name)


def _abilities(rooms: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return for each event which seconds its rooms can tell; a room pulled as a list has no visits at all."""
    details = facts.select(*PLACE, "detail")
    placed = rooms.select(*PLACE, "event", "kind")
    telling = placed.join(details, on=PLACE, how="left", validate="1:1").filter(pl.col("detail").ne_missing("list"))
    modes = telling.select(
        "event", mode=pl.col("kind").replace_strict(_MODES, default=[], return_dtype=pl.List(pl.String))
    )
    return (
        modes.explode("mode")
        .group_by("event")
        .agg(_in(needed).any().alias(f"{name}_able") for name, needed in _PARTS.items())
    )


def _covered(visits: pl.DataFrame) -> pl.DataFrame:
    """Return who, `seconds` and `overlap`, both null if none is known.

    `seconds` is the union of the visits with both times, plus the seconds of the others; `overlap` is what the
    former take together beyond their union.
    """
    has_both = pl.col("joined_at").is_not_null() & pl.col("left_at").is_not_null()
    both = visits.filter(has_both)
    length = (pl.col("left_at") - pl.col("joined_at")).dt.total_microseconds().clip(lower_bound=0)
    timed = union_seconds(both, ["who"], start="joined_at", end="left_at").join(
        both.group_by("who").agg(length=length.sum()), on="who", how="left", validate="1:1"
    )
    overlap = (pl.col("length") - micro("seconds")) / MICRO
    others = visits.filter(~has_both).group_by("who").agg(seconds=known_sum(pl.col("watch_seconds")))
    parts = [timed.select("who", "seconds", overlap=overlap), others.with_columns(overlap=pl.lit(None, pl.Float64))]
    return pl.concat(parts).group_by("who").agg(known_sum(pl.col("seconds")), known_sum(pl.col("overlap")))


def judge(measured: pl.DataFrame, bases: pl.DataFrame, rule: Attendance, weights: Mapping[str, float]) -> pl.DataFrame:
    """Add `attended` and `engagement` to measured rows that carry the counts of `counts.count_activity`.

    attended: counted seconds of at least `min_minutes`, and of `min_ratio` of the base where it is known.
    engagement: the weighted mean of the terms that the vendors which saw the person can give, each from 0
    to 1; null without any.
    """
    counted = pl.col("live_counted_seconds" if rule.base == "live" else "media_seconds")
    base = pl.col("base_seconds")
    long_enough = counted + _ROUNDING >= rule.min_minutes * 60
    much_of_it = (counted + _ROUNDING >= base * rule.min_ratio).fill_null(value=True)
    based = measured.join(bases, on="event", how="left", validate="m:1")
    share = counted / base if rule.base == "media" else pl.when("told_live").then(counted / base)
    return based.with_columns(attended=long_enough & much_of_it, engagement=_engagement(share, weights))


def _engagement(watched: pl.Expr, weights: Mapping[str, float]) -> pl.Expr:
    terms = {name: (watched if name == "watch" else pl.col(name) / _ENOUGH).clip(upper_bound=1) for name in weights}
    known = pl.sum_horizontal(pl.when(terms[name].is_not_null()).then(weight) for name, weight in weights.items())
    gained = pl.sum_horizontal(terms[name] * weight for name, weight in weights.items())
    return pl.when(known > 0).then(gained / known)
