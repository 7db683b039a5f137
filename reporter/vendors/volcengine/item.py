"""The items of a walk, and the parsers of values that only this vendor spells so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from reporter.model import Pull, Reply
from reporter.vendors.base import Body
from reporter.vendors.grammar import Kinds
from reporter.vendors.parse import Problems, record, text
from reporter.vendors.row import Item, items
from reporter.vendors.volcengine.calls import Call, JsonObject, absent_of, result_of, rows_of

T = TypeVar("T")

STATUS = {"1": "live", "2": "preview", "3": "replay", "4": "ended"}
#: the page of GetCustomActMsgAPI: this owner means the account itself, and is nobody's address
_MAIN_ACCOUNT, _MAIN_ACCOUNT_LABEL = "admin@bytedance.com", "主账号"


def walk_items(call: Call, replies: Sequence[Reply], pull: Pull) -> tuple[list[Item], Problems]:
    """Return the items of a whole walk in order, and where their problems gather."""
    problems = Problems(pull)
    bodies = [(reply, problems.decode(reply)) for reply in replies]
    if call.items:
        for reply, body in bodies[:1]:  # a later page without rows is the end of a walk
            problems.absent_lists(absent_of(call, body), reply=reply)
    return [item for reply, body in bodies for item in items(_objects(call, body), reply, problems)], problems


def _objects(call: Call, body: Body) -> list[Any]:
    return rows_of(call, body) if call.items else [result_of(call, body)]


def part(item: Item, name: str, known: Mapping[str, Kinds | None]) -> Item:
    """Return an object within an item, empty where there is none; fields beyond `known` are noted."""
    return replace(item, body=item.take(record, name) or {}).expect(known)


def take_from(item: Item, parser: Callable[[object], T | None], value: object, name: str) -> T | None:
    """Return one parsed value of a field that holds several."""
    return item.problems.take(parser, value, name=name, reply=item.reply, row=item.row_no)


def objects(value: object) -> list[JsonObject]:
    """Return the objects of a list, whatever else it holds left out; for comparing, not for reading."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def viewer_id(value: object) -> str | None:
    """Return a viewer's id as text; 0 is a viewer who did not log in, and nobody's id."""
    digits = text(value)
    return None if digits == "0" else digits


def status_word(value: object) -> str | None:
    """Return live, preview, replay or ended."""
    if value is None:
        return None
    if str(value) not in STATUS:
        raise ValueError("an unknown status")
    return STATUS[str(value)]


def web_address(value: object) -> str | None:
    """Return an address of the web; addresses set in the console come without their scheme."""
    address = text(value)
    if address is None:
        return None
    if address.startswith("//"):
        return f"https:{address}"
    if not address.lower().startswith(("https://", "http://")):
        raise ValueError("no address of the web")
    return address


def owner(value: object) -> str | None:
    """Return who made a room; the vendor writes the main account as an address of its own."""
    name = text(value)
    return _MAIN_ACCOUNT_LABEL if name == _MAIN_ACCOUNT else name
