"""An account's first pulls, and what follows: rooms that a search found, viewers that tracks need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from reporter.model import Detail, Match, Period, Pull, Room
from reporter.vendors.base import Account, Body
from reporter.vendors.parse import instant
from reporter.vendors.volcengine.account import NAME, account_of
from reporter.vendors.volcengine.calls import LOG, ROOM, SEARCH, SPANS, TRACK, VIEWERS, JsonObject, items_of
from reporter.vendors.volcengine.item import STATUS, objects, viewer_id

#: how the vendor writes that no time is set, and the time that stands for it
_NO_TIME, _NEVER = (0, "0"), datetime.min.replace(tzinfo=UTC)
_DEPTH: tuple[Detail, ...] = ("list", "visits", "tracks")


def start(
    account_name: str, options: Account, rooms: Sequence[Room], matches: Sequence[Match], period: Period
) -> tuple[Pull, ...]:
    """Return the pulls of each listed room, once a room, and one search for each match.

    All ask for the report's period: a room's own range of days is cut after reading. A room listed more
    than once is pulled at its deepest detail.
    """
    base = Pull(NAME, account_name, "", options, period)
    details = _details(rooms, account_of(base).detail)
    listed = (pull for room_id, detail in details.items() for pull in _room_pulls(base, room_id, detail))
    return (*listed, *(_search_pull(base, match) for match in matches))


def follow_search(pull: Pull, bodies: Sequence[Body]) -> tuple[Pull, ...]:
    """Return the pulls of the rooms that the match asks for and no event lists already."""
    detail = account_of(pull).detail
    base = replace(pull, params=(), match=None)
    listed = pull.match.listed if pull.match else frozenset()
    return tuple(
        each
        for room_id in found(pull, [row for body in bodies for row in items_of(SEARCH, body)])
        if room_id not in listed
        for each in _room_pulls(base, room_id, detail)
    )


def follow_viewers(pull: Pull, bodies: Sequence[Body]) -> tuple[Pull, ...]:
    """Return one track pull for each distinct viewer, where tracks are asked for; they belong to no room."""
    if pull.detail != "tracks":
        return ()
    base = replace(pull, endpoint=TRACK.name, room=None, detail=None)
    seen = dict.fromkeys(id_of_viewer(row) for body in bodies for row in items_of(VIEWERS, body))
    return tuple(replace(base, params=(("UserId", one),)) for one in seen if one)


def calls_of_a_room(pull: Pull) -> tuple[str, ...]:
    """Return the calls that each room that a search finds is asked for with."""
    return _calls_of(account_of(pull).detail)


def calls_of_a_viewer(pull: Pull) -> tuple[str, ...]:
    """Return the calls that each viewer is asked for with."""
    return (TRACK.name,) if pull.detail == "tracks" else ()


def found(pull: Pull, rows: Sequence[JsonObject]) -> dict[str, int]:
    """Return the rooms that fit the pull's match, by id, with the position of the row that names them first.

    One whose time cannot be read is among them: it may be of the period, and its visits are cut to that anyhow.
    """
    places: dict[str, int] = {}
    for place, row in enumerate(rows):
        room_id = id_of_room(row)
        if room_id and _fits(pull.match or Match(), row) and _starts_within(row, pull.period):
            places.setdefault(room_id, place)
    return places


def time_of_room(row: JsonObject) -> datetime | None:
    """Return when a row of a search says that its room starts, None where that cannot be read.

    0 can: it is the vendor's word for no time at all.
    """
    value = row.get("LiveTime")
    try:
        return _NEVER if value in _NO_TIME else instant(value)
    except ValueError:
        return None


def id_of_room(row: JsonObject) -> str | None:
    """Return the id of a row of a search, None where it has none."""
    return str(row.get("Id") or "") or None


def id_of_viewer(row: JsonObject) -> str | None:
    """Return the id of a row of the list of viewers, None for one who did not log in."""
    try:
        return viewer_id((row.get("BasicData") or {}).get("UserId"))
    except (ValueError, AttributeError):
        return None


def whole_row(row: JsonObject) -> str:
    """Return what tells a row that has a person and times, but no id: all of it."""
    return json.dumps(row, sort_keys=True)


def search_word(pattern: str) -> str:
    """Return what every name that fits a glob must hold, "" where nothing is sure: the vendor's Name is fuzzy."""
    if "[" in pattern:
        return ""
    return max(pattern.replace("?", "*").split("*"), key=len).strip()


def _details(rooms: Sequence[Room], default: Detail) -> dict[str, Detail]:
    details: dict[str, Detail] = {}
    for room in rooms:
        both = (details.get(room.room_id, "list"), room.detail or default)
        details[room.room_id] = max(both, key=_DEPTH.index)
    return details


def _room_pulls(base: Pull, room_id: str, detail: Detail) -> Iterator[Pull]:
    return (replace(base, endpoint=name, room=room_id, detail=detail) for name in _calls_of(detail))


def _calls_of(detail: Detail) -> tuple[str, ...]:
    calls = (ROOM, SPANS, VIEWERS, LOG) if detail == "visits" else (ROOM, SPANS, VIEWERS)
    return tuple(call.name for call in calls)


def _search_pull(base: Pull, match: Match) -> Pull:
    word = search_word(match.name)
    asked = (("LiveTime", str(int(base.period.start.timestamp()))), *((("Name", word),) if word else ()))
    return replace(base, endpoint=SEARCH.name, params=asked, match=match)


def _fits(match: Match, row: JsonObject) -> bool:
    name = str(row.get("Name") or "").lower()
    if match.name and not fnmatchcase(name, match.name.lower()):
        return False
    if match.status and STATUS.get(str(row.get("Status"))) not in match.status:
        return False
    tags = [*objects(row.get("SiteTags")), *objects(row.get("TextSiteTags"))]
    return all(_has_tag(tags, wanted, values) for wanted, values in match.tags)


def _has_tag(tags: Sequence[JsonObject], wanted: str, values: tuple[str, ...]) -> bool:
    return any(tag.get("Name") == wanted and (not values or str(tag.get("Value")) in values) for tag in tags)


def _starts_within(row: JsonObject, period: Period) -> bool:
    live_time = time_of_room(row)
    return live_time is None or period.start_utc <= live_time < period.end_utc
