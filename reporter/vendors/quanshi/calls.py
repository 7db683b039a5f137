"""Quanshi's three calls: an address gives a user, the user a token, and the token the report of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from reporter.errors import BadRequestError
from reporter.model import Match, Period, Pull, Room
from reporter.vendors.base import SETTLE, Body, Cursor, Token, place
from reporter.vendors.parse import count, instant_of_milliseconds, named_no_list
from reporter.vendors.quanshi.account import QuanshiAccount

NAME = "quanshi"
DEFAULT_URL = "https://events-openapi.quanshi.com"
SEARCH = "user/search/email"
TOKEN = "token/create"  # noqa: S105 - the name of a call
DETAILS = "event/report/details"
#: the lists of a report, in the order in which its rows are counted
LISTS = ("lives", "interactions", "viewerDetails")


def start(
    account: str, options: QuanshiAccount, rooms: Sequence[Room], _matches: Sequence[Match], period: Period
) -> Sequence[Pull]:
    """Return the details of each event, or the search for the user whose token they wait for.

    The whole event is asked for: a window would select by online time only, and cut viewerDetails with it.
    """
    details = tuple(Pull(NAME, account, DETAILS, options, period, room=room.room_id) for room in rooms)
    if options.token is not None or not details:
        return details
    params = (("email", options.user_email or ""),)
    return (Pull(NAME, account, SEARCH, options, period, params=params, then=tuple(dict.fromkeys(details))),)


def search(pull: Pull, _cursor: Cursor) -> httpx.Request:
    """Ask who has the account's address."""
    return _post(pull, {"email": pull.param("email")})


def create_token(pull: Pull, _cursor: Cursor) -> httpx.Request:
    """Ask for a token for that user."""
    return _post(pull, {"userId": _number(pull.param("userId"))})


def details(pull: Pull, _cursor: Cursor) -> httpx.Request:
    """Ask for a whole event: no window, and no liveType, which means live and replay."""
    return _post(pull, {"eventId": _number(pull.room or "")})


def follow_search(pull: Pull, bodies: Sequence[Body]) -> Sequence[Pull]:
    """Return the token call of the user that was found, with what waits for the token."""
    user_id = str(bodies[0]["data"]["userId"])
    return (replace(pull, endpoint=TOKEN, params=(("userId", user_id),)),)


def follow_token(pull: Pull, _bodies: Sequence[Body]) -> Sequence[Pull]:
    """Return what waited for the token."""
    return pull.then


def granted(body: Body) -> Token | None:
    """Return the token of a token call; `createTime` is milliseconds, `expire` seconds."""
    data = body["data"]
    return Token(str(data["token"]), _expiry(data.get("createTime"), data.get("expire")))


def _expiry(create_time: object, expire: object) -> datetime | None:
    try:
        created, lasts = instant_of_milliseconds(create_time), count(expire)
        return None if created is None or lasts is None else created + timedelta(seconds=lasts)
    except (ValueError, OverflowError):
        return None


def report_lists(body: Body) -> list[list[Any]]:
    """Return lives, interactions and viewerDetails; a list that is null or missing is empty."""
    report = body["data"].get("report") or {}
    return [report.get(name) or [] for name in LISTS]


def null_lists(body: Body) -> list[str]:
    """Return which of the lists are null; the vendor writes an empty one so."""
    return named_no_list(body["data"].get("report") or {}, *LISTS)


def is_about(pull: Pull, body: Body) -> bool:
    """Say whether a reply is a report, of the event that was asked for; one that names no event is."""
    event = body["data"].get("eventId")
    return "report" in body["data"] and (event is None or str(event) == pull.room)


def row_count(body: Body) -> int:
    """Return how many items the lists of a report have together."""
    return sum(len(rows) for rows in report_lists(body))


def no_rows(_body: Body) -> int:
    """Say that a call fetches no data."""
    return 0


def settled_at(period: Period, _day: str | None) -> datetime:
    """Return the instant from which a reply about a period is final: 12 hours after its end."""
    return period.end_utc + SETTLE


def _post(pull: Pull, body: dict[str, object]) -> httpx.Request:
    headers = {"Accept": "application/json"}
    return httpx.Request("POST", f"{place(pull, DEFAULT_URL)}/eventopenapi/{pull.endpoint}", headers=headers, json=body)


def _number(digits: str) -> int:
    """Return an id as the JSON integer that the vendor documents; no other spelling of it is taken."""
    if not (digits.isascii() and digits.isdecimal()) or str(int(digits)) != digits:
        raise BadRequestError("an id of Quanshi's is a whole number", advice="check the room's id in the config")
    return int(digits)
