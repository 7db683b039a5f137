"""What the reader calls each event: its listed name, else the room's title, else the room's id.

Equal names of different events get the local day of the event's first live span appended, then ` (2)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import polars as pl

from reporter.tables import PLACE, live_spans

#: what tells events apart: the config's entry and name, or the place of a room that no event lists
EventKey = tuple[object, ...]


def name_events(rooms: pl.DataFrame, ours: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Return the rooms with `event` filled; rooms that one entry of the config lists share theirs.

    `rooms` and `ours` have the same rooms. A room that no event lists is an event of its own. The day
    appended is that of the first live span in the event's period, else of the first ever, else the
    scheduled one, in `timezone`.
    """
    facts = rooms.select(*PLACE, "title", "scheduled_at")
    placed = ours.join(facts, on=PLACE, how="left", validate="1:1", maintain_order="left")
    names: dict[EventKey, str] = {}
    days: dict[EventKey, date | None] = {}
    keys: list[EventKey] = []
    for row in _with_days(placed, live_spans(rooms), timezone).iter_rows(named=True):
        place, listed = tuple(row[name] for name in PLACE), row["listed_event"]
        key = place if listed is None else (row["entry"], listed)
        keys.append(key)
        names.setdefault(key, listed or row["title"] or row["room_id"])
        days[key] = min(filter(None, (days.get(key), row["day"])), default=None)
    unique = _unique(names, days)
    named = ours.select(PLACE).with_columns(pl.Series("event", [unique[key] for key in keys], pl.String))
    return rooms.drop("event").join(named, on=PLACE, how="left", validate="1:1", maintain_order="left")


def _with_days(placed: pl.DataFrame, spans: pl.DataFrame, timezone: str) -> pl.DataFrame:
    bounds = placed.select(*PLACE, "from_at", "until_at")
    start = pl.col("start")
    inside = start.is_between("from_at", "until_at", closed="left")
    firsts = (
        spans.join(bounds, on=PLACE, how="inner", validate="m:1")
        .group_by(PLACE)
        .agg(first_inside=start.filter(inside).min(), first=start.min())
    )
    moment = pl.coalesce("first_inside", "first", "scheduled_at")
    return placed.join(firsts, on=PLACE, how="left", validate="1:1", maintain_order="left").with_columns(
        day=moment.dt.convert_time_zone(timezone).dt.date()
    )


def _unique(names: Mapping[EventKey, str], days: Mapping[EventKey, date | None]) -> dict[EventKey, str]:
    times = Counter(names.values())
    unique: dict[EventKey, str] = {}
    taken: set[str] = set()
    for key, name in names.items():
        dated = f"{name} {days[key]}" if times[name] > 1 and days[key] else name
        final, number = dated, 1
        while final in taken:
            number += 1
            final = f"{dated} ({number})"
        taken.add(final)
        unique[key] = final
    return unique
