"""Which rooms are this report's, and which rows are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from reporter.model import Period, Pulled, Room
from reporter.normalise.reading import OF_ROOM
from reporter.tables import COUNT, INSTANT, PLACE, TEXT

#: tables whose rows a visit log and a track both tell
_TOLD_TWICE = ("visits", "activity", "viewer_totals")


def rooms_of(pulled: Sequence[Pulled], listed: Sequence[Room], period: Period) -> tuple[Room, ...]:
    """Return the report's rooms: the listed ones in the config's order, then those that a search found.

    `detail` is what each was pulled with; a found room has no event's name and the report's `period`.
    """
    rooms: dict[tuple[str, str, str], Room] = {}
    for room in listed:
        rooms.setdefault((room.vendor, room.account, room.room_id), room)
    for one in pulled:
        pull = one.pull
        if pull.room is not None:
            place = (pull.vendor, pull.account, pull.room)
            room = rooms.setdefault(place, Room(*place, period))
            rooms[place] = replace(room, detail=pull.detail or room.detail)
    return tuple(rooms.values())


def room_frame(rooms: Sequence[Room]) -> pl.DataFrame:
    """Return rooms as rows: place, detail, the listed event and its entry, `from_at` and `until_at` (UTC)."""
    rows = [
        (
            room.vendor,
            room.account,
            room.room_id,
            room.detail,
            room.event,
            room.entry,
            room.period.start_utc,
            room.period.end_utc,
        )
        for room in rooms
    ]
    schema = dict.fromkeys((*PLACE, "detail", "listed_event"), TEXT) | {
        "entry": COUNT,
        "from_at": INSTANT,
        "until_at": INSTANT,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def keep_ours(table: str, rows: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the report's rooms; viewers belong to no room and stay.

    A call that asks about a viewer and not a room (a track) counts for rooms pulled with tracks alone.
    """
    if table == "viewers":
        return rows
    known = ours.select(*PLACE, "detail", is_ours=pl.lit(value=True))
    told = rows.select(*PLACE, OF_ROOM).join(known, on=PLACE, how="left", validate="m:1", maintain_order="left")
    mine = pl.col("is_ours").fill_null(value=False)
    if table in _TOLD_TWICE:
        mine &= (pl.col(OF_ROOM) | (pl.col("detail") == "tracks")).fill_null(value=False)
    kept = told.select(mine).to_series()
    return rows if kept.all() else rows.filter(kept)
