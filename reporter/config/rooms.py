"""The events and searches of a config: which rooms are listed, whose they are, and that none is listed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reporter.config.accounts import vendor_of
from reporter.config.complaints import Place, choice, dotted, line_of, none_of, quoted
from reporter.config.loading import Loading
from reporter.config.models import ConfigShape, EventShape, MatchShape, RoomShape
from reporter.config.yaml_nodes import KeyPath, Node
from reporter.model import Detail
from reporter.vendors.base import Vendor

#: the keys that a room's id may stand under
ROOM_KEYS = ("room", "video", "media")


@dataclass(frozen=True, slots=True)
class ListedRoom:
    """A room as an event lists it."""

    account: str
    room_id: str
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What the reader calls one event; `period` is its own range of days, as written."""

    name: str
    rooms: tuple[ListedRoom, ...]
    period: str | None = None
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """Rooms to be found in an account."""

    account: str
    match: MatchShape


def events_of(shape: ConfigShape, tree: Node) -> tuple[Event, ...]:
    """Return the events of a config that is right, in the order of the file."""
    return tuple(_event(event, tree.find(("events", index))) for index, event in enumerate(shape.events or ()))


def searches_of(shape: ConfigShape) -> tuple[Search, ...]:
    """Return the searches of a config that is right, in the order of the file."""
    return tuple(Search(search.account, search.match) for search in shape.rooms or ())


def check_rooms(tree: Node, vendors: Mapping[str, Vendor], loading: Loading) -> None:
    """Complain about rooms of no account, under the wrong key, or listed twice, and searches nobody can do."""
    seen: dict[tuple[str, str], str] = {}
    for path, room in _listed(tree):
        vendor = _vendor(room, path, tree, vendors, loading)
        if vendor is None:
            continue
        _check_room(room, path, vendor, loading)
        _check_once(room, path, vendor, seen, loading)
    searches = tree.fields.get("rooms")
    for index, search in enumerate(searches.items if searches else ()):
        _check_search(search, ("rooms", index), tree, vendors, loading)


def _listed(tree: Node) -> Iterator[tuple[KeyPath, Node]]:
    events = tree.fields.get("events")
    for index, event in enumerate(events.items if events else ()):
        rooms = event.fields.get("rooms")
        for number, room in enumerate(rooms.items if rooms else ()):
            yield ("events", index, "rooms", number), room


def _vendor(entry: Node, path: KeyPath, tree: Node, vendors: Mapping[str, Vendor], loading: Loading) -> Vendor | None:
    """Return the vendor of an entry's account; an account that is not there is a complaint."""
    account, accounts = entry.fields.get("account"), tree.fields.get("accounts")
    if account is None or not account.text or accounts is None or not accounts.fields:
        return None
    if account.text not in accounts.fields and loading.is_whole:
        message = none_of(account.text, list(accounts.fields), "accounts")
        loading.complaints.add(account.mark, (*path, "account"), message)
    return vendor_of(tree, account.text, vendors)


def _check_room(room: Node, path: KeyPath, vendor: Vendor, loading: Loading) -> None:
    key, complaints = vendor.room_key, loading.complaints
    for other in ROOM_KEYS:
        if other != key and other in room.fields:
            message = f"an account of {vendor.name} has no {other}; write {quoted(f'{key}: …')}"
            complaints.add(room.fields[other].key, (*path, other), message)
    if not any(one in room.fields for one in ROOM_KEYS):
        complaints.add(room.key, (*path, key), f"is missing; write {quoted(f'{key}: …')} with the id in it")
    detail = room.fields.get("detail")
    if detail is not None and "detail" not in vendor.account.model_fields:
        message = f"{vendor.name} has no depths to choose from; delete the key"
        complaints.add(detail.key, (*path, "detail"), message)


def _check_once(room: Node, path: KeyPath, vendor: Vendor, seen: dict[tuple[str, str], str], loading: Loading) -> None:
    named = room.fields.get(vendor.room_key)
    if named is None or not named.text:
        return
    key = (room.fields["account"].text or "", named.text)
    place = f"{dotted(path)} in line {named.mark.line}"
    if key in seen:
        message = f"{quoted(named.text)} of {key[0]} is listed already, as {seen[key]}; a room counts once, delete one"
        loading.complaints.add(named.mark, (*path, vendor.room_key), message)
    seen.setdefault(key, place)


def _check_search(search: Node, path: KeyPath, tree: Node, vendors: Mapping[str, Vendor], loading: Loading) -> None:
    vendor = _vendor(search, path, tree, vendors, loading)
    if vendor is not None and not can_search(vendor):
        able = choice(one.name for one in vendors.values() if can_search(one))
        message = f"{vendor.name} cannot search for rooms, only {able} can; list them under events"
        loading.complaints.add(search.fields["account"].mark, (*path, "account"), message)


def can_search(vendor: Vendor) -> bool:
    """Say whether a vendor has a call that finds rooms."""
    return vendor.name == "volcengine"


def _event(event: EventShape, node: Node | None) -> Event:
    place = Place("")
    if node is not None:
        mark = node.fields.get("period", node).mark
        place = Place(str(mark), line_of(mark))
    return Event(event.name, tuple(_room(room) for room in event.rooms), event.period, place)


def _room(room: RoomShape) -> ListedRoom:
    return ListedRoom(room.account, room.room or room.video or room.media or "", room.detail)
