"""Stored replies become the tables of one report: read, kept to its rooms and period, merged, named.

No row of the report's rooms is lost in silence: what falls outside the period is counted in an issue.
Rows of other rooms (an account is shared between clients) are nobody's business here and are dropped
without a word; so are track rows of a room that was not pulled with `detail: tracks`: its visit log
holds the same watching already, or the config wants none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from reporter.model import Issue, Period, Pulled, Room
from reporter.normalise.by_mode import with_log_modes
from reporter.normalise.cut import cut_plays, cut_visits
from reporter.normalise.events import name_events
from reporter.normalise.logged import with_log_counts, with_log_keys
from reporter.normalise.merge import merge_by_viewer, merge_rooms, merge_viewers, with_latest
from reporter.normalise.modes import set_modes
from reporter.normalise.outside import with_outside
from reporter.normalise.reading import read_all
from reporter.normalise.repair import repair_visits
from reporter.normalise.scope import keep_ours, room_frame, rooms_of
from reporter.tables import SCHEMAS, Tables
from reporter.vendors import VENDORS
from reporter.vendors.base import Telling, Vendor

if TYPE_CHECKING:
    import polars as pl

__all__ = ["as_sent", "normalise", "rooms_of"]


def normalise(
    pulled: Sequence[Pulled],
    rooms: Sequence[Room],
    period: Period,
    as_of: datetime,
    vendors: Mapping[str, Vendor] = VENDORS,
) -> tuple[Tables, list[Issue]]:
    """Return every table of `reporter.tables` and what could not be taken as it stood.

    `rooms` are the listed ones; those that a search found are taken from the pulls and belong to
    `period`. Columns and their order are those of `SCHEMAS`, rows stand in the order of the pulls, and
    `people` and `attendance` are empty: `reporter.people` fills them and every `person_id`.
    """
    ours = room_frame(rooms_of(pulled, rooms, period))
    kept, issues = _read(pulled, ours, as_of, vendors)
    with ThreadPoolExecutor(1) as beside:  # viewers and what the log says of them need no visits of the period
        viewers = beside.submit(merge_viewers, kept["viewers"])
        plays, outside_plays = cut_plays(kept["plays"], ours)
        merged = name_events(with_latest(merge_rooms(kept["rooms"], ours), plays), ours, period.timezone)
        totals, summed_twice = merge_by_viewer(kept["viewer_totals"])
        logged = beside.submit(_with_log, totals, kept, merged, pulled)
        visits, others, outside = cut_visits(kept["visits"], ours)
        visits, repaired = repair_visits(visits)
        visits, unknown = set_modes(visits, merged)
        others, _ = set_modes(repair_visits(others)[0], merged)
        activity, told_twice = merge_by_viewer(kept["activity"])
        activity = with_log_counts(activity, kept["visits"], as_of)
        totals = with_outside(logged.result(), visits, others)
    tables = {
        **kept,
        "rooms": merged,
        "viewers": viewers.result(),
        "visits": visits,
        "activity": activity,
        "viewer_totals": totals,
        "plays": plays,
    }
    # one list fills both tables, and its rows are told of once
    twice = dict.fromkeys([*told_twice, *summed_twice])
    found = [*issues, *outside, *repaired, *unknown, *outside_plays, *twice]
    return {name: tables[name].select(list(schema)) for name, schema in SCHEMAS.items()}, found


def _with_log(totals: pl.DataFrame, kept: Tables, rooms: pl.DataFrame, pulled: Sequence[Pulled]) -> pl.DataFrame:
    """Return `viewer_totals` with what Volcengine's log says of each viewer."""
    return with_log_keys(with_log_modes(totals, kept["visits"], rooms), kept["viewers"], pulled)


def as_sent(
    pulled: Sequence[Pulled],
    rooms: Sequence[Room],
    period: Period,
    as_of: datetime,
    vendors: Mapping[str, Vendor] = VENDORS,
    *,
    telling: Telling | None = None,
) -> tuple[Tables, list[Issue]]:
    """Return the rows of the report's rooms as their vendors send them: of all times, not merged and not repaired.

    Beside the columns of `SCHEMAS` each row has `CALL`, its call, and `OF_ROOM`, whether that asked for one room.
    `telling` hears of single rows that an issue is about.
    """
    return _read(pulled, room_frame(rooms_of(pulled, rooms, period)), as_of, vendors, telling)


def _read(
    pulled: Sequence[Pulled],
    ours: pl.DataFrame,
    as_of: datetime,
    vendors: Mapping[str, Vendor],
    telling: Telling | None = None,
) -> tuple[Tables, list[Issue]]:
    raw, issues = read_all(pulled, as_of, vendors, telling)
    return {name: keep_ours(name, frame, ours) for name, frame in raw.items()}, issues
