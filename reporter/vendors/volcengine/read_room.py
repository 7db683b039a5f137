"""Rooms: what they are, who is online, when they were really live, and those that a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from reporter.model import Issue, Pull, Reply, Text
from reporter.tables import Row, Tables, frame
from reporter.vendors.base import Body
from reporter.vendors.parse import count, decode, instant, listed, record, text
from reporter.vendors.row import Item, source
from reporter.vendors.volcengine import fields
from reporter.vendors.volcengine.calls import ROOM, SEARCH, SPANS, JsonObject, result_of, total_of
from reporter.vendors.volcengine.follow import found, time_of_room
from reporter.vendors.volcengine.item import (
    objects,
    owner,
    part,
    status_word,
    take_from,
    walk_items,
    web_address,
)
from reporter.vendors.volcengine.paging import ROOMS_REACHED

Span = tuple[datetime, datetime]
#: the end of a span that has not ended
_OPEN = datetime.max.replace(tzinfo=UTC)


def read_room(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return a room's facts (`rooms`) and a look at who is online (`popularity`, at `as_of`)."""
    found_items, problems = walk_items(ROOM, replies, pull)
    own = []
    for item in found_items:
        if _names(pull, item.body):
            own.append(item.expect(fields.ROOM))
        else:
            item.note("wrong-room", _WRONG_ROOM, level="error")
    looks = (_popularity(pull, item, as_of) for item in own)
    tables = {
        "rooms": frame("rooms", [_facts(pull, item) for item in own]),
        "popularity": frame("popularity", [look for look in looks if look]),
    }
    return tables, problems.issues()


def read_spans(pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return when a room was live; a span that has not ended goes on to the next one, else it stays open (`…/..`).

    `duration_seconds` is the length of all spans together, null where an end is unknown. No span at all is
    an empty list: known, and none.
    """
    found_items, problems = walk_items(SPANS, replies, pull)
    begun = [(at, item) for item in found_items if (at := _begin(item))]
    begun.sort(key=lambda pair: pair[0])
    ends = [item.take(instant, "EndTime") for _, item in begun]
    nexts = [*(at for at, _ in begun), _OPEN][1:]
    spans = [_span(at, end, item, after) for (at, item), end, after in zip(begun, ends, nexts, strict=True)]
    live = _live(_merged([span for span in spans if span]), has_length=None not in ends)
    rows = [{**source(pull, reply, None, room_id=pull.room), **live} for reply in replies[:1]]
    return {"rooms": frame("rooms", rows)}, problems.issues()


def read_search(pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
    """Return the rooms that fit the match; how many do not, come twice or are out of reach are issues.

    So are rooms that were taken although their time cannot be read, by id.
    """
    found_items, problems = walk_items(SEARCH, replies, pull)
    places = found(pull, [item.body for item in found_items])
    rows = [_found_row(found_items[place].expect(fields.FOUND_ROOM)) for place in places.values()]
    _note_left_out(found_items, set(places.values()))
    untimed = [(room_id, place) for room_id, place in places.items() if time_of_room(found_items[place].body) is None]
    if untimed:
        found_items[untimed[0][1]].note("room-untimed", _untimed([room_id for room_id, _place in untimed]))
    if found_items and any((total_of(SEARCH, decode(reply.body)) or 0) >= ROOMS_REACHED for reply in replies):
        found_items[0].note("rooms-out-of-reach", _OUT_OF_REACH)
    return {"rooms": frame("rooms", rows)}, problems.issues()


#: rooms that one sentence names
_MOST_NAMED = 20
_OUT_OF_REACH = Text(
    "账号内的直播间达到接口上限 1 万个，更远的直播间无法列出；请在 events 中直接写明直播间",
    "the account has 10,000 rooms or more, and the vendor lists no further: name such rooms in events",
)
_TWICE = Text(
    "翻页期间直播间列表发生变动，同一直播间出现两次，可能漏掉另一间；请重新运行",
    "the list of rooms moved while it was read: a room came twice and another may be missing; run again",
)
_NO_MATCH = Text(
    "查到的直播间不符合条件或不在周期内，未采用", "rooms that were listed do not fit the match or the period; not used"
)
_WRONG_ROOM = Text("返回的是另一个直播间，未采用", "the reply is about another room; not used")
_BAD_SPAN = Text(
    "直播场次没有开始时间，或结束不晚于开始，未采用", "a live span has no start, or ends before it starts; not used"
)
_OPEN_SPAN = Text(
    "直播场次没有结束时间：算到下一场开始，没有下一场则视为仍在直播",
    "a live span has no end: it is taken to last until the next one, else to be live still",
)


def is_about(pull: Pull, body: Body) -> bool:
    """Say whether a room's facts are of the room that was asked for; facts that do not say are."""
    return _names(pull, result_of(ROOM, body))


def _names(pull: Pull, facts: JsonObject) -> bool:
    return all(str(each.get("Id") or pull.room) == pull.room for each in objects([facts.get("ActMsg")]))


def _facts(pull: Pull, item: Item) -> Row:
    facts, basics = part(item, "ActMsg", fields.ROOM_FACTS), part(item, "ActBasicMsg", fields.ROOM_BASICS)
    return {
        **item.source(room_id=pull.room),
        "title": facts.take(text, "Name") or basics.take(text, "Name"),
        "kind": "live",
        "status": facts.take(status_word, "Status"),
        "scheduled_at": facts.take(instant, "LiveTime") or basics.take(instant, "LiveTime"),
        "url": facts.take(web_address, "ViewUrl"),
        "tags": _tags(basics) if basics.body else None,
        "owner": facts.take(owner, "OwnerSubAccount"),
    }


def _tags(item: Item) -> list[str]:
    """Return all tags of a room as `name=value`: those with fixed values, then free text."""
    kinds = ("SiteTags", "TextSiteTags")
    bodies = [take_from(item, record, body, kind) or {} for kind in kinds for body in item.take(listed, kind) or []]
    tags = [replace(item, body=body) for body in bodies]
    return [f"{tag.take(text, 'Name') or ''}={tag.take(text, 'Value') or ''}" for tag in tags]


def _popularity(pull: Pull, item: Item, as_of: datetime) -> Row | None:
    online = part(item, "RealTimeOnlineNumber", fields.ONLINE)
    if not online.body:
        return None
    return {
        **item.source(room_id=pull.room),
        "at": as_of,
        "online_real": online.take(count, "RealPopularity"),
        "online_virtual": online.take(count, "FakePopularity"),
    }


def _begin(item: Item) -> datetime | None:
    at = item.expect(fields.SPAN).take(instant, "StartTime")
    if at is None:
        item.note("bad-span", _BAD_SPAN)
    return at


def _span(start: datetime, end: datetime | None, item: Item, after: datetime) -> Span | None:
    if end is None:
        item.note("open-span", _OPEN_SPAN, level="info")
    last = end or after
    if last <= start:
        item.note("bad-span", _BAD_SPAN)
        return None
    return start, last


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _live(spans: Sequence[Span], *, has_length: bool) -> Row:
    length = sum((end - start).total_seconds() for start, end in spans)
    return {
        "kind": "live",
        "started_at": spans[0][0] if spans else None,
        "ended_at": spans[-1][1] if spans and spans[-1][1] != _OPEN else None,
        "duration_seconds": length if spans and has_length else None,
        "live_spans": [f"{_iso(start)}/{_iso(end)}" for start, end in spans],
    }


def _iso(moment: datetime) -> str:
    """Return an instant of an interval; an end that is not yet is `..` (ISO 8601-2)."""
    return ".." if moment == _OPEN else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _found_row(item: Item) -> Row:
    return {
        **item.source(room_id=item.take(text, "Id")),
        "title": item.take(text, "Name"),
        "kind": "live",
        "status": item.take(status_word, "Status"),
        "scheduled_at": item.take(instant, "LiveTime"),
        "url": item.take(web_address, "ViewUrl"),
        "tags": _tags(item),
    }


def _untimed(rooms: Sequence[str]) -> Text:
    """Return the sentence on rooms whose LiveTime says nothing, the first ones by id."""
    named, more = ", ".join(rooms[:_MOST_NAMED]), len(rooms) - _MOST_NAMED
    zh, en = (f"等 {len(rooms)} 间", f" and {more} more") if more > 0 else ("", "")
    return Text(
        f"直播间 {named}{zh}的开播时间无法识别，已按属于本期处理，其观看记录仍按周期截取",
        f"rooms {named}{en} have a time of starting that cannot be read: taken as the period's, their visits cut to it",
    )


def _note_left_out(found_items: Sequence[Item], used: set[int]) -> None:
    ids: set[str] = set()
    for place, item in enumerate(found_items):
        room_id = str(item.body.get("Id"))
        if room_id in ids:
            item.note("room-twice", _TWICE)
        elif place not in used:
            item.note("room-not-matched", _NO_MATCH, level="info")
        ids.add(room_id)
