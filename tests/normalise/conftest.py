"""A vendor whose replies are rows already, so that a test says what came in and looks at what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from reporter.model import Issue, Period, Pull, Pulled, Reply, Room
from reporter.normalise import normalise
from reporter.tables import SCHEMAS, Row, Tables, frame
from reporter.vendors.base import Account, Cursor, Endpoint, Vendor, no_claim, nothing_follows, one_page

CALLS = ("list", "log", "track", "search", "spans")
AS_OF = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Period(
    "2026-W47", datetime(2026, 11, 16, tzinfo=SHANGHAI), datetime(2026, 11, 23, tzinfo=SHANGHAI), SHANGHAI.key
)


def _request(_pull: Pull, _cursor: Cursor) -> httpx.Request:
    return httpx.Request("GET", "https://vendor.example")


@dataclass(repr=False)
class World:
    """What the vendors said, walk by walk."""

    period: Period = WEEK
    pulled: list[Pulled] = field(default_factory=list)
    said: dict[str, Tables] = field(default_factory=dict)

    def says(
        self,
        call: str,
        *,
        room: str | None = None,
        detail: str | None = None,
        place: tuple[str, str] = ("volcengine", "volc"),
        **rows: Sequence[Row],
    ) -> None:
        vendor, account = place
        reply_id = f"r{len(self.pulled) + 1}"
        filled = {
            name: [
                {
                    "vendor": vendor,
                    "account": account,
                    "room_id": room,
                    "reply_id": reply_id,
                    "row_no": number,
                    **row,
                }
                for number, row in enumerate(several, start=1)
            ]
            for name, several in rows.items()
        }
        self.said[reply_id] = {name: frame(name, several) for name, several in filled.items()}
        pull = Pull(vendor, account, call, None, self.period, room, detail)  # type: ignore[arg-type] # a test's word
        reply = Reply(reply_id, 1, b"{}", AS_OF)
        self.pulled.append(Pulled(pull, (reply,), "complete"))

    def vendor(self, name: str) -> Vendor:
        endpoints = {
            call: Endpoint(call, 1, _request, one_page, len, no_claim, nothing_follows, self.read) for call in CALLS
        }
        return Vendor(
            name, name, Account, "room", "https://vendor.example", _auth, _check, (), endpoints, lambda *_: ()
        )

    def read(self, _pull: Pull, replies: Sequence[Reply], _as_of: datetime) -> tuple[Tables, list[Issue]]:
        return self.said[replies[0].reply_id], []

    def report(self, *rooms: Room) -> tuple[Tables, list[Issue]]:
        names = ("volcengine", "quanshi", "talkcloud", "aliyun")
        vendors: Mapping[str, Vendor] = {name: self.vendor(name) for name in names}
        tables, issues = normalise(self.pulled, rooms, self.period, AS_OF, vendors)
        for name, schema in SCHEMAS.items():
            assert dict(tables[name].schema) == schema, name
        return tables, issues


def _auth(_keys: object, _account: object) -> httpx.Auth:
    return httpx.Auth()


def _check(_answer: object) -> None:
    return None


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def week() -> Period:
    return WEEK
