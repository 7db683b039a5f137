"""Which rows of the tables go into a measure, and why the others do not.

A measure takes its value from the rows of a source (`reporter.metrics.sources`), and says which of them count. Each
source here is led back to the rows of the tables that it was made of; whether a person, or a person at an event,
counts is asked of the source itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reporter.explain.origins import Origins
from reporter.explain.question import Question
from reporter.explain.replies import Feed, Source
from reporter.explain.whys import OTHERWISE
from reporter.metrics.figures import Values
from reporter.metrics.metric import Measure, SourceName
from reporter.metrics.sources import SOURCES
from reporter.metrics.world import World
from reporter.normalise import rooms_of
from reporter.normalise.reading import OF_ROOM
from reporter.people import Joined
from reporter.people.bases import live_base, media_base, room_facts
from reporter.people.counts import new_rooms
from reporter.rebuild import Replayed
from reporter.report import Scope
from reporter.tables import LIVE_MODES, PLACE, SCHEMAS, WATCHED_MODES

#: (rows that fall out here, why); a row falls out at the first that fits it
Fall = tuple[pl.Expr, str]

_PERSON_AT_EVENT = ["event", "person_id"]
_HAS_INTERVAL = (pl.col("left_at") > pl.col("joined_at")).fill_null(value=False)
_NOBODY: Fall = (pl.col("person_id").is_null(), "nobody")
_UNKNOWN_MODE: Fall = (pl.col("mode").is_null(), "mode-unknown")
_NO_LENGTH: Fall = (~_HAS_INTERVAL & pl.col("watch_seconds").is_null(), "no-length")
_INTERVALS: tuple[Fall, ...] = (
    (pl.col("joined_at").is_null() | pl.col("left_at").is_null(), "no-interval"),
    (~_HAS_INTERVAL, "no-time"),
)
#: in which turn the rows of a viewer and room are asked for a count
_TURN = "_turn"
#: column of a source -> column of the table that it is made of, of visits and of plays
_COLUMNS = {"micro_seconds": "watch_seconds"}
_PLAY_COLUMNS = {"micro_seconds": "play_seconds"}


@dataclass(frozen=True, slots=True)
class Ground:
    """A run to ask about: its replies, its tables, the rows that count, and what became of all others.

    `values` and `read` are what was reckoned and read for one question and serves the next.
    """

    again: Replayed
    joined: Joined
    world: World
    origins: Origins
    values: dict[tuple[Scope, str | None], Values] = field(default_factory=dict, repr=False, compare=False)
    read: dict[str, tuple[Source, ...]] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and the run that it is asked about."""

    question: Question
    ground: Ground


def feeds(measure: Measure, code: str, weights: Sequence[str]) -> tuple[Feed, ...]:
    """Return the tables that a measure is led back to; none where it stands on the config alone."""
    if measure.source in {"plays", "popularity"}:
        named = _PLAY_COLUMNS if measure.source == "plays" else {}
        return (Feed(measure.source, named.get(measure.needs, measure.needs)),)
    if measure.source == "attendance" and measure.only is None:
        columns = (code,) if code != "engagement" else tuple(name for name in weights if name != "watch")
        watched = () if code != "engagement" else (Feed("visits", "viewer_id"),)
        pairs = [(table, name) for name in columns for table in ("visits", "activity") if name in SCHEMAS[table]]
        return (*watched, *(Feed(table, name) for table, name in pairs))
    if measure.source in {"presence", "arrivals"} or (measure.source == "roster" and measure.only is not None):
        return (Feed("visits", "viewer_id"), Feed("viewer_totals", "viewer_id", lists_only=True))
    return () if measure.source == "roster" else (Feed("visits", "viewer_id"),)


def fates(case: Case, code: str, measure: Measure) -> pl.DataFrame:
    """Return the rows of every table that feeds a measure: reply_id, row_no, person_id, why (null: in), detail."""
    named = [one.table for one in feeds(measure, code, tuple(case.ground.again.job.config.engagement))]
    found = [_FALLS[table](case, code, measure) for table in dict.fromkeys(named)]
    return pl.concat(found) if found else pl.DataFrame(schema=_SCHEMA)


_SCHEMA = {"reply_id": pl.String, "row_no": pl.Int64, "person_id": pl.String, "why": pl.String, "detail": pl.String}


def _visits(case: Case, code: str, measure: Measure) -> pl.DataFrame:
    rows = case.ground.origins.tables["visits"]
    if measure.source == "attendance":
        return _told(case, rows, _attending(case, code, measure))
    return _told(case, rows, _BY_SOURCE[measure.source](case, code, measure))


def _of_visits(_case: Case, _code: str, measure: Measure) -> list[Fall]:
    needed = _NOBODY if measure.needs == "number" else _lacking(_COLUMNS.get(measure.needs, measure.needs))
    return [*_in_modes(measure.modes), needed]


def _of_stretches(_case: Case, _code: str, _measure: Measure) -> list[Fall]:
    return [*_in_modes(WATCHED_MODES), _NO_LENGTH]


def _of_watchers(case: Case, code: str, measure: Measure) -> list[Fall]:
    counted = _counted(case, measure)["viewing"].implode()
    numbers = case.ground.world.visits.filter(pl.col("viewing").is_in(counted))["person_id"].unique().implode()
    watched = pl.col("person_id").is_in(numbers).fill_null(value=False)
    return [*_of_stretches(case, code, measure), _NOBODY, (~watched, "no-watching")]


def _of_intervals(_case: Case, _code: str, _measure: Measure) -> list[Fall]:
    return [*_in_modes(LIVE_MODES), *_INTERVALS]


def _of_presence(case: Case, code: str, measure: Measure) -> list[Fall]:
    """Return who falls out of those who were there: nobody in particular, and whom the figure is not about."""
    if SOURCES[measure.source].past and not case.ground.world.knows_past:
        return [(pl.lit(value=True), "no-past")]
    everybody = case.ground.world.presence
    there = everybody if case.question.event is None else everybody.filter(pl.col("event") == case.question.event)
    wanted = _roster_persons(case) if measure.source == "roster" else _counted(case, measure)
    return [
        _NOBODY,
        (~_among(there, ["person_id"]), "not-placed"),
        (~_among(wanted, ["person_id"]), f"{OTHERWISE}{code}"),
    ]


def _roster_persons(case: Case) -> pl.DataFrame:
    rows = SOURCES["roster"].rows(case.ground.world, case.question.scope)
    if rows is None:
        return pl.DataFrame(schema={"person_id": pl.String})
    return rows.filter(pl.col(case.question.scope) == case.question.key, pl.col("came"))


def _attending(case: Case, code: str, measure: Measure) -> list[Fall]:
    """Return what of the visits falls out of an attendance figure, which is of persons at events."""
    at_event = ~_among(_counted(case, measure), _PERSON_AT_EVENT)
    attending: list[Fall] = [_NOBODY, (~_among(case.ground.world.attendance, _PERSON_AT_EVENT), "not-at-event")]
    if measure.only is not None:
        judged = [*attending, (at_event, f"{OTHERWISE}{code}")]
        return [*judged, *_in_modes(_rule_modes(case)), _NO_LENGTH] if code == "attended_people" else judged
    if code == "engagement":
        return [*attending, (at_event, "not-scored"), (~_fills_a_term(case), "no-term")]
    return [*attending, _lacking(code)]


def _rule_modes(case: Case) -> tuple[str, ...]:
    """Return the ways of watching that the attendance rule counts."""
    return LIVE_MODES if case.ground.again.job.config.attendance.base == "live" else ("replay", "vod")


def _fills_a_term(case: Case) -> pl.Expr:
    """Say whether a visit fills a term of engagement: watching that has a length to be held against, or a count."""
    weights, base = case.ground.again.job.config.engagement, _based_events(case)
    counts = pl.any_horizontal(
        pl.lit(value=False), *(pl.col(name).is_not_null() for name in weights if name != "watch")
    )
    if "watch" not in weights:
        return counts
    known = _HAS_INTERVAL | pl.col("watch_seconds").is_not_null()
    return counts | (pl.col("mode").is_in(_rule_modes(case)) & known & pl.col("event").is_in(base)).fill_null(
        value=False
    )


def _based_events(case: Case) -> list[str]:
    """Return the events whose length is known, against which watching is held."""
    tables, job = case.ground.joined.tables, case.ground.again.job
    if job.config.attendance.base == "live":
        facts = room_facts(rooms_of(case.ground.again.pulls, job.rooms, job.period))
        return live_base(tables["rooms"], facts)["event"].to_list()
    return media_base(tables["rooms"], tables["visits"], tables["plays"])["event"].to_list()


def _activity(case: Case, code: str, _measure: Measure) -> pl.DataFrame:
    """Return the counts that a vendor gives of a viewer in a room, over the room's whole life."""
    columns = _terms(case) if code == "engagement" else (code,)
    rooms, job = case.ground.joined.tables["rooms"], case.ground.again.job
    new = new_rooms(rooms, room_facts(rooms_of(case.ground.again.pulls, job.rooms, job.period)))
    key = [*PLACE, "viewer_id"]
    # what a call says of the room comes before all that its viewer's tracks say, which they say together
    place = pl.when(OF_ROOM).then(pl.int_range(pl.len()).over(key)).otherwise(pl.len().over(key))
    by_visit = _among(rooms.filter(pl.col("kind") == "event"), list(PLACE))
    rows = _summaries(case.ground.origins.tables["activity"], by_visit).with_columns(place.cast(pl.Int64).alias(_TURN))
    falls: list[Fall] = [
        _NOBODY,
        (~_among(new, list(PLACE)), "old-counts"),
        (~_among(case.ground.world.attendance, _PERSON_AT_EVENT), "not-at-event"),
        (pl.all_horizontal(pl.col(name).is_null() for name in columns), "no-value"),
        (~pl.any_horizontal(_says_first(name) for name in columns), "said-already"),
    ]
    return _told(case, rows, falls)


def _terms(case: Case) -> tuple[str, ...]:
    return tuple(name for name in case.ground.again.job.config.engagement if name != "watch")


def _says_first(column: str) -> pl.Expr:
    """Say whether a row has the turn in which a viewer's column is first given in a room."""
    says = pl.col(column).is_not_null()
    return says & (pl.col(_TURN) == pl.col(_TURN).filter(says).min().over([*PLACE, "viewer_id"]))


def _lists(case: Case, code: str, measure: Measure) -> pl.DataFrame:
    listed = case.ground.origins.rooms.filter(pl.col("detail") == "list")
    rows = _summaries(case.ground.origins.tables["viewer_totals"], ~_among(listed, list(PLACE)))
    return _told(case, rows, _of_presence(case, code, measure))


def _summaries(rows: pl.DataFrame, are_sums: pl.Expr) -> pl.DataFrame:
    """Return rows with those marked that only sum up what other rows give one by one."""
    return rows.with_columns(why=pl.when(are_sums).then(pl.lit("summary")).otherwise("why"))


def _plays(case: Case, code: str, measure: Measure) -> pl.DataFrame:
    falls: list[Fall] = [_lacking(_PLAY_COLUMNS.get(measure.needs, measure.needs))]
    falls += [] if measure.only is None else [(~measure.only.rows, f"{OTHERWISE}{code}")]
    return _told(case, case.ground.origins.tables[measure.source], falls)


def _told(case: Case, rows: pl.DataFrame, falls: Sequence[Fall]) -> pl.DataFrame:
    """Return what became of rows: what is not asked about first, then what the tables lost, then what falls out."""
    question = case.question
    asked: list[Fall] = []
    asked += [] if question.event is None else [(pl.col("event").ne_missing(pl.lit(question.event)), "other-event")]
    asked += (
        [] if question.person is None else [(pl.col("person_id").ne_missing(pl.lit(question.person)), "other-person")]
    )
    named = rows if "person_id" in rows.columns else rows.with_columns(person_id=pl.lit(None, pl.String))
    told = named.with_columns(why=pl.coalesce(*_codes(asked), "why", *_codes(falls)))
    mode = pl.col("mode") if "mode" in rows.columns else pl.lit(None, pl.String)
    detail = pl.when(pl.col("why") == "other-mode").then(mode).when(pl.col("why") == "excluded").then("detail")
    return told.with_columns(detail=detail).select(list(_SCHEMA))


def _codes(falls: Sequence[Fall]) -> list[pl.Expr]:
    return [pl.when(falls_out.fill_null(value=False)).then(pl.lit(code)) for falls_out, code in falls]


def _in_modes(modes: tuple[str, ...]) -> list[Fall]:
    return [_UNKNOWN_MODE, (~pl.col("mode").is_in(modes), "other-mode")] if modes else []


def _lacking(column: str) -> Fall:
    return pl.col(column).is_null(), "no-length" if column == "watch_seconds" else "no-value"


def _counted(case: Case, measure: Measure) -> pl.DataFrame:
    """Return the rows of a measure's source, within the question's event, that go into the value."""
    rows = SOURCES[measure.source].rows(case.ground.world, case.question.scope)
    if rows is None:  # no source is silent in the two scopes that can be asked about
        return pl.DataFrame(schema=dict.fromkeys((*_PERSON_AT_EVENT, "viewing"), pl.String))
    return rows.filter(pl.col(case.question.scope) == case.question.key, measure.counted)


def _among(rows: pl.DataFrame, columns: list[str]) -> pl.Expr:
    """Say whether a row has the values of one of `rows`."""
    key = pl.concat_str(columns, separator="\n")
    known = rows.select(key.alias("key"))["key"].drop_nulls().unique()
    return key.is_in(known.implode()).fill_null(value=False)


_BY_SOURCE: Mapping[SourceName, Callable[[Case, str, Measure], list[Fall]]] = {
    "presence": _of_presence,
    "arrivals": _of_presence,
    "roster": _of_presence,
    "visits": _of_visits,
    "stretches": _of_stretches,
    "watchers": _of_watchers,
    "online": _of_intervals,
    "stays": _of_intervals,
}
_FALLS: Mapping[str, Callable[[Case, str, Measure], pl.DataFrame]] = {
    "visits": _visits,
    "activity": _activity,
    "viewer_totals": _lists,
    "plays": _plays,
    "popularity": _plays,
}
