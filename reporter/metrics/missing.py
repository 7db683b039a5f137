"""What was asked for and did not come whole: there a figure of nothing is not known, and no 0.

Only zeros are taken back. What came of a figure stands, as the part that it is: the report is stamped partial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import polars as pl

from reporter.metrics.metric import SourceName
from reporter.model import Pull, Pulled
from reporter.tables import TEXT

#: vendor, account, room_id (null: of no room), day (the vendor's; null: any), source, and whom it is about:
#: `detail` (of rooms that were pulled so alone), `is_found` (of rooms that nobody knows, since the search failed)
SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("vendor", "account", "room_id"), TEXT),
    "day": pl.Date(),
    "source": TEXT,
    "detail": TEXT,
    "is_found": pl.Boolean(),
}

_SEEN: tuple[SourceName, ...] = ("presence", "arrivals", "roster")
_WATCHED: tuple[SourceName, ...] = (*_SEEN, "visits", "stretches", "watchers", "online", "stays", "attendance")
#: what a call that tells a part of a room feeds; without the spans of a room modes are unknown, and never zeros
_FEEDS: dict[str, tuple[SourceName, ...]] = {
    "GetCustomActMsgAPI": ("popularity",),
    "ListAnActivityStartAndEndTimeAPI": (),
    "ListUserBehaviorDataAPIV2": _WATCHED,
    "GetAccountUserTrackData": _WATCHED,
}
#: any other call tells all that there is of its room, or leads to what does
_ALL: tuple[SourceName, ...] = (*_WATCHED, "actions", "plays", "popularity")
_LIST, _SEARCH, _TRACK = "ListAccountUserData", "ListActivityAPI", "GetAccountUserTrackData"
#: the list of viewers tells who was there only of rooms that have no visits, and leads to the tracks
_LISTED: dict[str | None, tuple[SourceName, ...]] = {
    "list": (*_SEEN, "actions"),
    "tracks": (*_WATCHED, "actions"),
}


def missing(pulled: Sequence[Pulled]) -> pl.DataFrame:
    """Return what each pull that is short or failed leaves unknown, a row a source, as in `SCHEMA`."""
    rows = dict.fromkeys(row for one in pulled if not one.is_whole for row in _missing(one.pull))
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def _missing(pull: Pull) -> Iterator[tuple[str | date | bool | None, ...]]:
    detail = "tracks" if pull.endpoint == _TRACK else None
    for source in _fed_by(pull):
        yield pull.vendor, pull.account, pull.room, _day(pull), source, detail, pull.endpoint == _SEARCH


def _fed_by(pull: Pull) -> tuple[SourceName, ...]:
    if pull.endpoint == _LIST:
        return _LISTED.get(pull.detail, ("actions",))
    return _FEEDS.get(pull.endpoint, _ALL)


def _day(pull: Pull) -> date | None:
    """Return the vendor's day that a pull asks, where it asks one: the plays of a media."""
    asked = pull.param("PlayDate")
    return datetime.strptime(asked, "%Y%m%d").date() if asked else None  # noqa: DTZ007 - a day of the vendor's zone


def placed(gaps: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return gaps at their rooms: vendor, event, day (the vendor's), source and `dating` of the room.

    `rooms` are the world's, with `detail`. A call that asks for no room is about all of its account's; rooms that a
    failed search would have found have no event.
    """
    columns = ["vendor", "event", "day", "source", "dating"]
    facts = rooms.select("vendor", "account", "event", "dating", own_detail="detail", own_room="room_id")
    wide = gaps.filter(~pl.col("is_found")).join(facts, on=["vendor", "account"])
    is_of = pl.col("room_id").is_null() | (pl.col("room_id") == pl.col("own_room"))
    is_as = pl.col("detail").is_null() | pl.col("detail").eq_missing(pl.col("own_detail"))
    found = gaps.filter("is_found").with_columns(event=pl.lit(None, TEXT), dating=pl.lit(2, pl.Int32))
    return pl.concat([wide.filter(is_of & is_as).select(columns), found.select(columns)]).unique(maintain_order=True)
