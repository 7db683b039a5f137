"""Replies counted again, without a look at what was written down when they came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reporter.errors import VendorError
from reporter.model import Pulled, Reply, Text
from reporter.vendors.base import Body, Cursor, Endpoint, Vendor
from reporter.vendors.grammar import Shape
from reporter.vendors.parse import decode

#: what counting a reply of another shape than documented runs into
_SHAPE_FAULTS = (VendorError, KeyError, IndexError, TypeError, ValueError, AttributeError)

_UNREADABLE = Text("回复的结构与厂商文档不同，无法计数", "a reply is not shaped as documented and cannot be counted")
_GAP = Text("回复的页码不连续", "the pages of the walk do not follow each other")
_OPEN = Text("最后一页之后按平台所说还有下一页", "after its last page the platform says that another follows")
_BEYOND = Text("平台所说的最后一页之后还有回复", "there are replies after the page that the platform calls the last")


@dataclass(frozen=True, slots=True)
class Absent:
    """A field that is read and that no row of one list of a reply has."""

    name: str
    rows: int
    reply_id: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose id, or whose page as a whole, came before in its walk; `row_no` counts in its reply, from 1."""

    reply_id: str
    row_no: int


@dataclass(frozen=True, slots=True)
class Recount:
    """A walk by its replies: `pulled` with their own count and claim, and what does not hold together.

    `recorded` are the rows that the store's record of the walk names. `lists` is how many of its lists had rows.
    """

    pulled: Pulled
    recorded: int
    faults: tuple[Text, ...] = ()
    absent: tuple[Absent, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    lists: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Count:
    rows: int = 0
    claims: list[int] = field(default_factory=list)
    cursor: Cursor | None = field(default_factory=Cursor)
    faults: dict[Text, None] = field(default_factory=dict)
    absent: list[Absent] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    lists: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    before: Sequence[Any] = ()


def recount(one: Pulled, vendor: Vendor) -> Recount:
    """Return a walk as its replies tell it; a call for a token alone has nothing to count."""
    endpoint = vendor.endpoints[one.pull.endpoint]
    if endpoint.grants is not None or not one.replies:
        return Recount(one, one.rows)
    count = _Count()
    for reply in one.replies:
        _add(count, endpoint, reply)
    if [reply.page for reply in one.replies] != list(range(1, len(one.replies) + 1)):
        count.faults[_GAP] = None
    elif count.cursor is not None and one.is_whole and not count.faults:
        count.faults[_OPEN] = None
    claimed = count.claims[-1] if count.claims else None
    told = replace(one, rows=count.rows, claimed=claimed)
    return Recount(told, one.rows, tuple(count.faults), tuple(count.absent), tuple(count.repeats), count.lists)


def _add(count: _Count, endpoint: Endpoint, reply: Reply) -> None:
    try:
        body = decode(reply.body)
        count.rows += endpoint.rows(body)
        claimed = endpoint.claimed(body)
        count.claims += [] if claimed is None else [claimed]
        _note_repeats(count, endpoint, reply, body)
        for name, rows, absent in _absent(endpoint, body):
            count.lists[name] = count.lists.get(name, 0) + 1
            count.absent += [Absent(one, rows, reply.reply_id) for one in absent]
        if count.cursor is None:
            count.faults[_BEYOND] = None
        count.cursor = endpoint.next_cursor(body, count.cursor or Cursor(page=reply.page))
    except _SHAPE_FAULTS:
        count.faults[_UNREADABLE] = None


def _note_repeats(count: _Count, endpoint: Endpoint, reply: Reply, body: Body) -> None:
    if endpoint.items is None:
        return
    rows = endpoint.items(body)
    if endpoint.row_id is None:
        if rows and rows == count.before:
            count.repeats += [Repeat(reply.reply_id, number) for number in range(1, len(rows) + 1)]
        count.before = rows
        return
    for number, row in enumerate(rows, start=1):
        row_id = endpoint.row_id(row)
        if row_id is not None and row_id in count.seen:
            count.repeats.append(Repeat(reply.reply_id, number))
        count.seen |= {row_id} if row_id is not None else set()


def _absent(endpoint: Endpoint, body: Body) -> Iterator[tuple[str, int, list[str]]]:
    """Yield each list of a reply that has rows: its name, how many, and the fields read of it that no row has."""
    if endpoint.listing is None:
        return
    lists = zip(endpoint.listing.lists(body), endpoint.listing.shapes, strict=True)
    for number, (rows, shape) in enumerate(lists, start=1):
        if rows:
            yield str(number), len(rows), _missing(rows, shape)


def _missing(rows: Sequence[Any], shape: Shape) -> list[str]:
    missing = dict.fromkeys(column.field for column in shape.columns)
    for row in rows:
        if not missing:
            break
        for name in [one for one in missing if _has(row, one)]:
            del missing[name]
    return list(missing)


def _has(row: Any, path: str) -> bool:  # noqa: ANN401 - a row may be anything
    part, _, name = path.rpartition(".")
    inner = row.get(part) if part and isinstance(row, dict) else row
    return isinstance(inner, dict) and name in inner
