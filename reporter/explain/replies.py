"""The replies that a figure's rows are in, each with its call, parameters, time and request id, and its rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import polars as pl

from reporter.explain.origins import Origins, table_names
from reporter.model import Detail, Pull, Pulled, Reply
from reporter.rebuild import Replayed
from reporter.report import Definition
from reporter.tables import PLACE
from reporter.vendors import VENDORS
from reporter.vendors.base import Cursor, Endpoint
from reporter.vendors.parse import decode


@dataclass(frozen=True, slots=True)
class Source:
    """One reply: where it came from, what was asked, and how many rows it has (`rows`), how many go in (`counted`).

    `parameters` are those of the request as it was sent, but for its signature and token.
    """

    vendor: str
    account: str
    endpoint: str
    room: str | None
    page: int
    reply_id: str
    request_id: str
    fetched_at: datetime
    parameters: Mapping[str, Any]
    rows: int
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """A table that feeds a figure, and the column without which a vendor has nothing to give to it.

    `lists_only`: only what rooms pulled as a list say.
    """

    table: str
    column: str
    lists_only: bool = False


def relevant(
    again: Replayed,
    origins: Origins,
    definition: Definition,
    feeds: Sequence[Feed],
    places: Collection[tuple[str, ...]],
) -> list[Pulled]:
    """Return the pulls whose replies feed a figure.

    `places` are the rooms that are asked about; a call that asks for no room (a track) counts for rooms pulled with
    tracks alone, and stands with those of its account.
    """
    listed, tracked = (_pulled_as(origins, detail) for detail in ("list", "tracks"))
    accounts = {place[:2] for place in places if place in tracked}
    found = []
    names: dict[tuple[str, str], frozenset[str]] = {}
    for one in again.pulls:
        pull = one.pull
        place = (pull.vendor, pull.account, pull.room or "")
        is_asked = place in places if pull.room is not None else place[:2] in accounts
        if not is_asked or (definition.vendors and pull.vendor not in definition.vendors):
            continue
        call = (pull.vendor, pull.endpoint)
        if call not in names:
            names[call] = table_names(one, again)
        if any(_feeds(feed, pull, names[call], is_list=place in listed) for feed in feeds):
            found.append(one)
    return found


def _pulled_as(origins: Origins, detail: Detail) -> set[tuple[str, ...]]:
    return set(origins.rooms.filter(pl.col("detail") == detail).select(PLACE).iter_rows())


def _feeds(feed: Feed, pull: Pull, tables: frozenset[str], *, is_list: bool) -> bool:
    can = f"{feed.table}.{feed.column}" in VENDORS[pull.vendor].capabilities
    return can and feed.table in tables and (is_list or not feed.lists_only)


def sources(pulled: Pulled) -> Iterator[Source]:
    """Yield every reply of a pull; the bodies are read one by one."""
    endpoint, cursor = VENDORS[pulled.pull.vendor].endpoints[pulled.pull.endpoint], Cursor()
    for reply in pulled.replies:
        body = decode(reply.body)
        yield _source(pulled.pull, endpoint, reply, cursor, endpoint.rows(body))
        cursor = endpoint.next_cursor(body, cursor) or cursor


def _source(pull: Pull, endpoint: Endpoint, reply: Reply, cursor: Cursor, rows: int) -> Source:
    return Source(
        pull.vendor,
        pull.account,
        pull.endpoint,
        pull.room,
        reply.page,
        reply.reply_id,
        reply.request_id,
        reply.fetched_at,
        _parameters(endpoint.request(pull, cursor)),
        rows,
    )


def _parameters(request: httpx.Request) -> dict[str, Any]:
    """Return what a request asks for: its query and the fields of its body."""
    asked: dict[str, Any] = dict(request.url.params)
    try:
        body = json.loads(request.content or b"{}")
    except ValueError:
        return asked | dict(httpx.QueryParams(request.content.decode()))
    return asked | body if isinstance(body, dict) else asked
