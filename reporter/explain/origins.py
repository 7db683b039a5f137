"""Every row that was read of a run's replies, with what became of it on its way to the report's tables.

Rows carry `why` (null: it stands in the report's table and no rule excludes it) and `detail`. It is the way that
`normalise` goes, by its own functions, with the rows that fall off kept beside those that stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reporter.model import Pulled
from reporter.normalise.cut import cut_plays, cut_visits
from reporter.normalise.reading import CALL, OF_ROOM, read_all
from reporter.normalise.scope import keep_ours, room_frame, rooms_of
from reporter.people import Joined
from reporter.rebuild import Replayed
from reporter.tables import PLACE, SCHEMAS, TEXT, VIEWER
from reporter.vendors import VENDORS
from reporter.vendors.base import Telling

_NUMBER = "_number"
#: where a row stands, and what became of it
ROW = ("reply_id", "row_no")
_FATE = {"event": TEXT, "why": TEXT, "detail": TEXT}
#: tables whose rows the vendors sum up themselves
_SUMMED = ("viewer_totals", "activity")


@dataclass(frozen=True, slots=True)
class Origins:
    """All rows that were read, by table; `noted` are rows that an issue is about, the last one of each.

    tables    the tables' own columns with `event`, `why`, `detail` and `of_room` (whether the call asked for one room)
    noted     reply_id, row_no, zh, en
    refused   the replies of which no row is used
    rooms     the report's rooms, each with its detail and its bounds in time
    """

    tables: Mapping[str, pl.DataFrame]
    noted: pl.DataFrame
    refused: frozenset[str]
    rooms: pl.DataFrame


def origins(again: Replayed, joined: Joined) -> Origins:
    """Return what became of every row; `joined` are the tables that the same replies gave."""
    telling = Telling()
    raw, _ = read_all(again.pulls, again.as_of, VENDORS, telling)
    ours = room_frame(rooms_of(again.pulls, again.job.rooms, again.job.period))
    raw |= {name: _with_rows_behind(raw[name], frames) for name, frames in telling.summed.items()}
    tables = {
        "visits": _cut("visits", raw["visits"], ours, joined),
        "plays": _cut("plays", raw["plays"], ours, joined),
        "popularity": _cut("popularity", raw["popularity"], ours, joined),
        **{name: _summed(name, raw[name], ours, joined) for name in _SUMMED},
    }
    return Origins(tables, _noted(telling), frozenset(telling.refused), ours)


def _with_rows_behind(rows: pl.DataFrame, told: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return rows with those that several were added up to replaced by the several."""
    behind = pl.concat(told).rename({"call": CALL, "of_room": OF_ROOM})
    return pl.concat([rows.join(behind, on=CALL, how="anti", maintain_order="left"), behind.select(rows.columns)])


def _cut(table: str, raw: pl.DataFrame, ours: pl.DataFrame, joined: Joined) -> pl.DataFrame:
    """Return the rows of a table whose rows the report keeps one by one: those that stay, then the others."""
    numbered = raw.with_row_index(_NUMBER)
    kept = keep_ours(table, numbered, ours)
    inside = _inside(table, kept, ours)
    # neither repairs, nor modes, nor persons add a row, take one away or move it
    stay = inside.select(_NUMBER, OF_ROOM).hstack(joined.tables[table]).with_columns(why=pl.lit(None, TEXT))
    away = numbered.join(inside, on=_NUMBER, how="anti", maintain_order="left")
    fallen = _known_persons(away, joined).hstack(away.select(_why_fallen(away, kept, ours)))
    columns = [*SCHEMAS[table], OF_ROOM, "why"]
    rows = pl.concat([stay.select(columns), fallen.select(columns)])
    excluded = pl.col("excluded_by") if "excluded_by" in SCHEMAS[table] else pl.lit(None, TEXT)
    return _placed(rows, joined).with_columns(
        why=pl.coalesce("why", pl.when(excluded.is_not_null()).then(pl.lit("excluded"))), detail=excluded
    )


def _inside(table: str, kept: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    if table == "visits":
        return cut_visits(kept, ours)[0]
    return cut_plays(kept, ours)[0] if table == "plays" else kept


def _why_fallen(away: pl.DataFrame, kept: pl.DataFrame, ours: pl.DataFrame) -> pl.Series:
    """Return why each row is none of the report's: another room's, told already, or outside its room's period."""
    bounds = ours.select(*PLACE, "from_at", known=pl.lit(value=True))
    placed = away.join(bounds, on=PLACE, how="left", maintain_order="left")
    joined_at = pl.col("joined_at") if "joined_at" in away.columns else pl.lit(None)
    is_early_track = (~pl.col(OF_ROOM) & (joined_at < pl.col("from_at"))).fill_null(value=False)
    return placed.select(
        why=pl.when(pl.col("known").is_null())
        .then(pl.lit("other-room"))
        .when(~pl.col(_NUMBER).is_in(kept[_NUMBER].implode()))
        .then(pl.lit("told-by-log"))
        .when(is_early_track)
        .then(pl.lit("track-before-period"))
        .otherwise(pl.lit("outside-period"))
    ).to_series()


def _summed(table: str, raw: pl.DataFrame, ours: pl.DataFrame, joined: Joined) -> pl.DataFrame:
    """Return the rows of a table whose rows the report merges by viewer, as they came."""
    numbered = raw.with_row_index(_NUMBER)
    kept = keep_ours(table, numbered, ours)
    known = _known_persons(numbered, joined)
    is_kept = pl.col(_NUMBER).is_in(kept[_NUMBER].implode())
    why = numbered.hstack([_why_fallen(numbered, kept, ours)]).select(pl.when(~is_kept).then("why").alias("why"))
    rows = known.select(*SCHEMAS[table], OF_ROOM).hstack(why)
    marked = rows.join(joined.excluded_viewers, on=VIEWER, how="left", validate="m:1", maintain_order="left")
    is_excluded = pl.col("excluded_by").is_not_null()
    return (
        _placed(marked, joined)
        .with_columns(
            why=pl.coalesce("why", pl.when(is_excluded).then(pl.lit("excluded"))), detail=pl.col("excluded_by")
        )
        .drop("excluded_by")
    )


def _known_persons(rows: pl.DataFrame, joined: Joined) -> pl.DataFrame:
    """Return rows with the person of their viewer, where any table of the report knows one."""
    if "viewer_id" not in rows.columns:
        return rows
    naming = [joined.tables[name].select(*VIEWER, "person_id") for name in ("viewers", "visits", *_SUMMED)]
    persons = pl.concat(naming).drop_nulls().unique(VIEWER)
    return rows.drop("person_id").join(persons, on=VIEWER, how="left", validate="m:1", maintain_order="left")


def _placed(rows: pl.DataFrame, joined: Joined) -> pl.DataFrame:
    events = joined.tables["rooms"].select(*PLACE, "event").unique(PLACE)
    return rows.join(events, on=PLACE, how="left", validate="m:1", maintain_order="left")


def _noted(telling: Telling) -> pl.DataFrame:
    """Return the last thing that was told of each row: readers say last what they leave out."""
    schema = {"reply_id": TEXT, "row_no": pl.Int64(), "code": TEXT, "zh": TEXT, "en": TEXT}
    told = pl.concat([pl.DataFrame(schema=schema), *(one.select(list(schema)) for one in telling.noted)])
    return told.unique(ROW, keep="last", maintain_order=True).drop("code")


def table_names(pulled: Pulled, again: Replayed) -> frozenset[str]:
    """Return the tables that the call of a pull can fill."""
    pull = pulled.pull
    endpoint = VENDORS[pull.vendor].endpoints[pull.endpoint]
    if endpoint.read_many is not None:
        return frozenset(endpoint.read_many((), again.as_of)[0])
    return frozenset(endpoint.read(pull, (), again.as_of)[0])
