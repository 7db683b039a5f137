"""The rows of each source, shaped for one scope: frames with its key column (`total`, `event`, `day`, `vendor`).

What must not be added up (unions, persons, people online) is made anew for each scope. A scope that a source
cannot tell (an attendance has no day) has no rows to give: None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from reporter.intervals import merged
from reporter.metrics.concurrency import sweep
from reporter.metrics.metric import PERSONS, SourceName, in_modes
from reporter.metrics.world import World
from reporter.model import Period
from reporter.report import Scope
from reporter.tables import LIVE_MODES, WATCHED_MODES, known_sum


@dataclass(frozen=True, slots=True)
class Source:
    """How a source makes its rows.

    `dating` is what a room must say of time to feed it by day (`World.rooms`); `lists` says whether rooms pulled
    without visits feed it too; `past` that it tells nothing where a period before is missing.
    """

    rows: Callable[[World, Scope], pl.DataFrame | None]
    dating: int = 0
    lists: bool = False
    past: bool = False


def presence(world: World, scope: Scope) -> pl.DataFrame:
    """Return who was there (person_id), and on how many vendors (`vendors`) within the key.

    Of a vendor's persons it says on how many vendors they were seen at all.
    """
    within = ["person_id", scope] if scope in {"event", "day"} else ["person_id"]
    seen = pl.col("vendor").drop_nulls().n_unique().over(within)
    return _once(world, f"presence by {within}", lambda: world.presence.with_columns(seen.alias("vendors")))


def arrivals(world: World, _scope: Scope) -> pl.DataFrame:
    """Return who was there (person_id), and whether some period before knows them (is_returning)."""
    return world.presence


def visits(world: World, _scope: Scope) -> pl.DataFrame:
    """Return the visits that count; `micro_seconds` is what the vendor says was watched."""
    return world.visits


def _once(world: World, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Return what `make` makes, made once for a report."""
    if name not in world.made:
        world.made[name] = make()
    return world.made[name]


def stretches(world: World, scope: Scope) -> pl.DataFrame:
    """Return the time of each person at each event, as a union: viewing, `micro_seconds`.

    Of visits with both times the union of the intervals, plus what the vendor says of the others; null is a person
    of whom no time is known, be it that a visit is of a mode that nobody knows.
    """
    key = "total" if scope == "event" else scope
    return _once(world, f"stretches by {key}", lambda: _united(world, key))


def _united(world: World, key: str) -> pl.DataFrame:
    numbered = _numbered(world, key)
    watched = numbered.filter(in_modes(*WATCHED_MODES))
    length = (pl.col("left_at") - pl.col("joined_at")).dt.total_microseconds()
    timed = merged(watched, ["first"]).select("first", micro_seconds=length)
    # a visit that ends as it starts has both times, and covers none, whatever the vendor says of its length
    rest = watched.filter((length <= 0).fill_null(value=True))
    others = rest.select("first", micro_seconds=pl.when(length.is_null()).then("micro_seconds").otherwise(0))
    unknown = numbered.filter(pl.col("mode").is_null()).select("first", micro_seconds=pl.lit(None, pl.Int64))
    all_parts = pl.concat([timed, others, unknown])
    united = all_parts.group_by("first", maintain_order=True).agg(known_sum(pl.col("micro_seconds")))
    whose = world.visits.select("event", "viewing", key)[united["first"]]
    return whose.with_columns(united["micro_seconds"])


def _numbered(world: World, key: str) -> pl.DataFrame:
    """Return the visits with `first`, the row of the first of the same event, person and key: one number for all three.

    They are in the order of event, person and time, so that of most keys all that are alike stand together.
    """

    def numbered() -> pl.DataFrame:
        by = ["event", "viewing", key]
        rows = world.visits.select(*by, run=pl.struct(by).rle_id()).with_row_index("first")
        heads = rows.unique("run", keep="first", maintain_order=True)
        first = heads.select(pl.col("first").min().over(by)).to_series()
        return world.visits.with_columns(first.gather(rows["run"]))

    return _once(world, f"visits by {key}", numbered)


def watchers(world: World, scope: Scope) -> pl.DataFrame:
    """Return a row a person with a watching time above 0, all events of the key together: `micro_seconds`."""
    known = stretches(world, scope).filter(pl.col("viewing") >= 0)
    if scope != "event":  # at an event a person is one row already
        known = known.group_by(scope, "viewing", maintain_order=True).agg(pl.col("micro_seconds").sum())
    return known.select(scope, "viewing", "micro_seconds").filter(pl.col("micro_seconds") > 0)


def online(world: World, scope: Scope) -> pl.DataFrame:
    """Return how many persons were online live at each event, as steps: `online`, `micro_seconds` long.

    Live visits without both times give a step of null: they were there, for how long nobody knows. So do visits of
    which nobody knows whether they were live.
    """
    if scope != "vendor":
        return _once(world, "online", lambda: _steps(world, _maybe_live(world, "total"), ["event"]))
    return _once(world, "online by vendor", lambda: _steps_by_vendor(world))


def _maybe_live(world: World, key: str) -> pl.DataFrame:
    return _numbered(world, key).filter(in_modes(*LIVE_MODES).fill_null(value=True))


def _steps_by_vendor(world: World) -> pl.DataFrame:
    """Return the steps of each event on each vendor; of an event that was live on one alone they are known already."""
    live = _maybe_live(world, "vendor")
    vendors = live.group_by("event").agg(pl.col("vendor").unique())
    alone = vendors.filter(pl.col("vendor").list.len() == 1).explode("vendor")
    several = live.join(alone, on="event", how="anti", nulls_equal=True, maintain_order="left")
    known = online(world, "event").join(alone, on="event", how="inner", nulls_equal=True, validate="m:1")
    return pl.concat([known, _steps(world, several, ["event", "vendor"])], how="diagonal")


def _steps(world: World, live: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    people = merged(live.filter(pl.col("mode").is_not_null()), ["first"])
    placed = people.with_columns(world.visits.select(by)[people["first"]])
    steps = sweep(placed, by, midnights(world.period)).with_columns(
        (pl.col("until") - pl.col("at")).dt.total_microseconds().alias("micro_seconds"),
        pl.col("at").dt.convert_time_zone(world.period.timezone).dt.strftime("%Y-%m-%d").alias("day"),
    )
    untimed = pl.any_horizontal(pl.col("joined_at", "left_at", "mode").is_null())
    unknown = live.filter(untimed).select(*by, "day").unique()
    return pl.concat([steps, unknown.sort(*by, "day")], how="diagonal").with_columns(total=pl.lit(""))


def stays(world: World, scope: Scope) -> pl.DataFrame | None:
    """Return a row a person and live session: `micro_seconds` from its first arrival to when they left for good.

    A session runs over midnight and on several vendors, so neither day nor vendor can be told.
    """
    return _once(world, "stays", lambda: _stays(world)) if scope in {"total", "event"} else None


def _stays(world: World) -> pl.DataFrame:
    live = world.visits.filter(in_modes(*LIVE_MODES), pl.col("left_at") > pl.col("joined_at")).drop_nulls("event")
    by = ["event", "session"]
    ends = (
        _in_sessions(live, world.sessions)
        .group_by(*by, "viewing", "total")
        .agg(pl.col("joined_at").min(), pl.col("left_at").max())
    )
    since = pl.col("left_at") - pl.col("joined_at").min().over(by)
    return ends.with_columns(micro_seconds=since.dt.total_microseconds())


def _in_sessions(live: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Add `session`: the event's first that is not over when the visit starts, else its last; 0 where none is known."""
    numbered = sessions.with_columns(number=pl.int_range(pl.len()).over("event"), last=pl.len().over("event") - 1)
    over = numbered.select("event", "end", session=pl.min_horizontal(pl.col("number") + 1, "last")).sort("end")
    return (
        live.sort("joined_at")
        .join_asof(over, left_on="joined_at", right_on="end", by="event", check_sortedness=False)
        .with_columns(pl.col("session").fill_null(0))
    )


def midnights(period: Period) -> list[datetime]:
    """Return the instants (UTC) at which the period's days start and its last one ends."""
    zone = ZoneInfo(period.timezone)
    starts = [datetime.combine(day, time(), zone).astimezone(UTC) for day in period.days()]
    return [*starts, period.end_utc]


def attendance(world: World, scope: Scope) -> pl.DataFrame | None:
    """Return a row a person and event; it spans rooms, so neither day nor vendor can be told."""
    return world.attendance if scope in {"total", "event"} else None


def actions(world: World, scope: Scope) -> pl.DataFrame | None:
    """Return what was done: counts by visit, and by viewer and room, which have no day."""
    return world.actions if scope in {"total", "event"} else None


def roster(world: World, scope: Scope) -> pl.DataFrame | None:
    """Return a row an expected person and key, and whether that person `came` there.

    Only keys count where somebody who tells persons was asked.
    """
    if scope == "total":
        return world.roster.with_columns(total=pl.lit(""))
    asked = world.asked(scope, lists=True, dating=_START)
    able = [key for key in world.keys(scope) if asked.get(key, frozenset()) & set(PERSONS)]
    keys = pl.DataFrame({scope: able}, schema={scope: pl.String})
    awaited = world.presence.select("person_id", scope).join(world.roster, on="person_id", how="semi")
    there = awaited.unique().with_columns(there=pl.lit(value=True))
    return (
        world.roster.join(keys, how="cross")
        .join(there, on=["person_id", scope], how="left", maintain_order="left")
        .with_columns(pl.col("there").fill_null(value=False).alias("came"))
    )


def plays(world: World, _scope: Scope) -> pl.DataFrame:
    """Return a row a media and day of the vendor (UTC+8), at the day of the report in which that starts."""
    return world.plays


def popularity(world: World, scope: Scope) -> pl.DataFrame | None:
    """Return each look at who is online; it was taken when the run began, so it is of no day."""
    return None if scope == "day" else world.popularity


#: a day's figure needs to know when a visit starts, and one of who was online until when it lasts
_START, _ENDS = 1, 2

SOURCES: Mapping[SourceName, Source] = {
    "presence": Source(presence, _START, lists=True),
    "arrivals": Source(arrivals, _START, lists=True, past=True),
    "visits": Source(visits, _START),
    "stretches": Source(stretches, _START),
    "watchers": Source(watchers, _START),
    "online": Source(online, _ENDS),
    "stays": Source(stays),
    "attendance": Source(attendance),
    "actions": Source(actions, lists=True),
    "roster": Source(roster, _START, lists=True),
    "plays": Source(plays),
    "popularity": Source(popularity, lists=True),
}
