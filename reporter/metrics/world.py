"""The rows that count, made once for a report: visits with event and local day, who was there, what was asked.

Each frame has the key columns `total` (""), `event`, `day` (ISO) and `vendor` as far as its rows have them,
so that grouping by the name of a scope is all that a scope takes. Excluded visits are in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from reporter.intervals import merged
from reporter.metrics.missing import SCHEMA as MISSING
from reporter.metrics.missing import placed
from reporter.model import Period
from reporter.report import Scope
from reporter.tables import COUNTS, PLACE, TEXT, UNTIMED, Tables, day_start, live_spans, micro

SCOPES: tuple[Scope, ...] = ("total", "event", "day", "vendor")
#: the detail of a room that has viewers and no visits
_LIST = "list"
#: vendors whose visits have no times: https://document.talk-cloud.com/vod/statistics/9API
_UNTIMED_VENDORS = ("talkcloud",)
_NOT_OVER = datetime.max.replace(tzinfo=UTC)
#: what metrics read of a visit
_VISIT = (*PLACE, "person_id", "mode", "joined_at", "left_at", "watch_seconds", "completion_ratio")
#: whose a count is, and where it was said
_ACTOR = (*PLACE, "viewer_id", "person_id", "reply_id", "row_no")
_ROSTER: dict[str, pl.DataType] = {"person_id": TEXT, "came": pl.Boolean(), "expected": pl.UInt32()}


@dataclass(frozen=True, slots=True)
class World:
    """What the sources take their rows from.

    rooms       vendor, account, room_id, event, detail, is_list (pulled without visits), `dating`: what its rows say of
                time, 0 nothing, 1 when a visit starts, 2 also when it ends
    visits      those that count; `micro_seconds` is the time watched, `viewing` the number of a person, or below 0 that
                of one visit of nobody known: sorting and grouping by numbers takes a part of what texts take
    presence    person_id at vendor, event and day, each once; null where it is not known; is_returning (null: unknown)
    sessions    when an event was live on any of its rooms: event, start, end, disjoint and in order
    attendance  a person at an event
    actions     what was done, a row a visit, and a row a viewer and room whose counts may be the period's: null where
                that cannot be told
    roster      who was expected, each once: entry, person_id, came
    plays       as in the table, but for `day`: that of the report in which the vendor's day starts
    popularity  as in the table
    missing     what did not come whole: total, event (null: rooms not found), day (null: any), vendor, source, dating
    made        what sources have made of these, for the next scope that wants the same
    """

    period: Period
    rooms: pl.DataFrame
    visits: pl.DataFrame
    presence: pl.DataFrame
    sessions: pl.DataFrame
    attendance: pl.DataFrame
    actions: pl.DataFrame
    roster: pl.DataFrame
    plays: pl.DataFrame
    popularity: pl.DataFrame
    missing: pl.DataFrame
    knows_past: bool = False
    made: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def keys(self, scope: Scope) -> list[str]:
        """Return the keys of a scope: events and vendors in the order of the rooms, every day of the period."""
        if scope == "total":
            return [""]
        if scope == "day":
            return [day.isoformat() for day in self.period.days()]
        return self.rooms[scope].drop_nulls().unique(maintain_order=True).to_list()

    def asked(self, scope: Scope, *, lists: bool, dating: int = 0) -> dict[str, frozenset[str]]:
        """Return the vendors whose rooms were asked for, by key; `lists` says whether list rooms count.

        By day only those rooms do that say as much of time as `dating`: others cannot say "none on that day".
        """
        rooms = self.rooms if lists else self.rooms.filter(~pl.col("is_list"))
        rooms = rooms.filter(pl.col("dating") >= dating) if scope == "day" else rooms
        if scope in {"total", "day"}:
            return dict.fromkeys(self.keys(scope), frozenset(rooms["vendor"].to_list()))
        grouped = rooms.group_by(scope).agg(pl.col("vendor").unique().alias("vendors"))
        return {key: frozenset(vendors) for key, vendors in grouped.iter_rows()}

    def lost(self, scope: Scope, source: str, *, dating: int = 0) -> dict[str, frozenset[str]]:
        """Return the vendors of whom a source did not get all that was asked for, by key; `dating` as in `asked`."""
        rows = self.missing.filter(pl.col("source") == source)
        if scope == "day":
            days = pl.lit(self.keys("day"), pl.List(pl.String))
            of_any = pl.when(pl.col("day").is_null()).then(days).otherwise(pl.concat_list("day"))
            rows = rows.filter(pl.col("dating") >= dating).with_columns(of_any.alias("day")).explode("day")
        grouped = rows.drop_nulls(scope).group_by(scope).agg(pl.col("vendor").unique().alias("vendors"))
        return {key: frozenset(vendors) for key, vendors in grouped.iter_rows()}


def world(tables: Tables, derived: Mapping[str, pl.DataFrame], period: Period) -> World:
    """Return the rows that count in a report of `period`."""
    known = _rooms(tables)
    rooms = known.select(*PLACE, "event")
    visits = _visits(tables["visits"], rooms, period)
    again = derived.get("returning")
    return World(
        period=period,
        rooms=known,
        visits=visits,
        presence=_presence(visits, _placed(_listed(tables, known), rooms), tables["people"], again),
        sessions=_sessions(tables["rooms"], rooms),
        attendance=tables["attendance"].with_columns(total=pl.lit("")),
        actions=_placed(_actions(tables), rooms),
        roster=_roster(derived),
        plays=_placed(tables["plays"], rooms).with_columns(
            _vendors_day(period).alias("day"), micro("play_seconds").alias("micro_seconds")
        ),
        popularity=_placed(tables["popularity"], rooms),
        missing=placed(derived.get("missing", pl.DataFrame(schema=MISSING)), known).with_columns(
            _vendors_day(period).alias("day"), total=pl.lit("")
        ),
        knows_past=again is not None,
    )


def _rooms(tables: Tables) -> pl.DataFrame:
    is_list, is_track = (pl.col("detail").eq_missing(detail) for detail in (_LIST, "tracks"))
    # a track says when its viewer came in, and for how long, but not until when
    dating = pl.when(is_list | pl.col("vendor").is_in(_UNTIMED_VENDORS)).then(0).when(is_track).then(1).otherwise(2)
    known = tables["rooms"].select(*PLACE, "event", "detail", is_list=is_list, dating=dating)
    return known.unique(PLACE, keep="first", maintain_order=True)


def _sessions(told: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return the union of the live spans of each event's rooms; one that is not over has no end in sight."""
    spans = live_spans(told).with_columns(pl.col("end").fill_null(_NOT_OVER))
    placed = spans.join(rooms, on=PLACE, how="inner", validate="m:1").drop_nulls("event")
    return merged(placed, ["event"], start="start", end="end")


def _placed(rows: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the event of their room."""
    return rows.join(rooms, on=PLACE, how="left", validate="m:1", maintain_order="left").with_columns(total=pl.lit(""))


def _visits(visits: pl.DataFrame, rooms: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return the visits that count; their day is that of `joined_at` in the report's zone, null without it."""
    narrow = visits.select(*_VISIT, "excluded_by")
    counted = narrow.filter(pl.col("excluded_by").is_null()).drop("excluded_by").with_row_index("visit")
    persons = counted.select("person_id").drop_nulls().unique(maintain_order=True).with_row_index("number")
    numbered = counted.join(persons, on="person_id", how="left", validate="m:1", maintain_order="left")
    marked = _placed(numbered, rooms).with_columns(
        _iso(pl.col("joined_at").dt.convert_time_zone(period.timezone)).alias("day"),
        pl.coalesce(pl.col("number").cast(pl.Int64), -1 - pl.col("visit").cast(pl.Int64)).alias("viewing"),
        micro("watch_seconds").alias("micro_seconds"),
    )
    # in the order that every union of intervals sorts them into: what is sorted already costs little
    return marked.sort("event", "viewing", "joined_at", "left_at")


def _vendors_day(period: Period) -> pl.Expr:
    """Return the day of the report in which the vendor's `day` starts."""
    return _iso(day_start(pl.col("day")).dt.convert_time_zone(period.timezone))


def _iso(moment: pl.Expr) -> pl.Expr:
    return moment.dt.strftime("%Y-%m-%d")


def _listed(tables: Tables, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return the viewers of rooms pulled without visits: person_id by vendor, account and room_id.

    Whom a rule excludes is no row of `people`, and not among them.
    """
    lists = rooms.filter("is_list").select(PLACE)
    told = pl.concat([tables[name].select(*PLACE, "person_id") for name in ("viewer_totals", "activity")]).unique()
    return told.join(lists, on=PLACE, how="semi").join(tables["people"], on="person_id", how="semi")


def _actions(tables: Tables) -> pl.DataFrame:
    """Return what was done in visits that count, and what rooms tell of their viewers, whom a log may leave out.

    What a room counts over its life says nothing of a period, but that there is something to be said.
    """
    counted = pl.col("excluded_by").is_null()
    visits, activity = tables["visits"], tables["activity"]
    by_visit = visits.select(*_ACTOR, *(name for name in COUNTS if name in visits.columns), "excluded_by")
    by_room = activity.select(*_ACTOR, *COUNTS, "excluded_by").filter(counted | (pl.col("excluded_by") == UNTIMED))
    told = by_room.with_columns(pl.when(counted).then(name).alias(name) for name in COUNTS)
    return pl.concat([by_visit.filter(counted), told], how="diagonal").drop("excluded_by")


def _presence(
    visits: pl.DataFrame, listed: pl.DataFrame, people: pl.DataFrame, again: pl.DataFrame | None
) -> pl.DataFrame:
    """Return who was there: by visits, by list, and persons of `people` whose place is not known."""
    columns = ["person_id", "total", "event", "day", "vendor"]
    known = pl.concat(
        [visits.select(columns), listed.with_columns(day=pl.lit(None, pl.String)).select(columns)]
    ).drop_nulls("person_id")
    rest = people.join(known, on="person_id", how="anti").select("person_id", total=pl.lit(""))
    everybody = pl.concat([known, rest], how="diagonal").unique(maintain_order=True)
    if again is None:
        return everybody.with_columns(is_returning=pl.lit(None, pl.Boolean))
    # of whom nothing is known but that he is there cannot be known again, and is taken for new
    return everybody.join(again, on="person_id", how="left", validate="m:1", maintain_order="left").with_columns(
        pl.col("is_returning").fill_null(value=False)
    )


def _roster(derived: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return each expected person once, on however many lists."""
    lists = derived.get("roster", pl.DataFrame(schema=_ROSTER))
    entries = lists.select("person_id", "came", entry="expected")
    return entries.group_by("entry", maintain_order=True).agg(
        pl.col("person_id").drop_nulls().first(), pl.col("came").fill_null(value=False).any()
    )
