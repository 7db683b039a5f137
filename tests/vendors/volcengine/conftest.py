"""A week, an account, and replies made of a Result."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Issue, Period, Pull, Reply
from reporter.vendors.volcengine import VOLCENGINE, VolcengineAccount

Body = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]

AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def week() -> Period:
    zone = ZoneInfo("Asia/Shanghai")
    return Period("2026-W47", datetime(2026, 11, 16, tzinfo=zone), datetime(2026, 11, 23, tzinfo=zone), zone.key)


@pytest.fixture(scope="session")
def account() -> VolcengineAccount:
    return VolcengineAccount(vendor="volcengine", access_key="env:AK", secret_key="env:SK")


@pytest.fixture(scope="session")
def pull(week: Period, account: VolcengineAccount) -> Callable[..., Pull]:
    def make(endpoint: str, **changes: Any) -> Pull:
        values: dict[str, Any] = {"options": account, "period": week, **changes}
        return Pull("volcengine", "volc", endpoint, **values)

    return make


@pytest.fixture(scope="session")
def body() -> Callable[..., Body]:
    def make(action: str, result: Any, **metadata: Any) -> Body:
        return {"ResponseMetadata": {"RequestId": "MADEUP01", "Action": action, **metadata}, "Result": result}

    return make


@pytest.fixture(scope="session")
def read(pull: Callable[..., Pull], body: Callable[..., Body]) -> Callable[..., tuple[Rows, list[Issue]]]:
    """Return `read(call, result, …, **pull)` -> rows by table without their nulls, and issues."""

    def make(call: str, *results: Any, **changes: Any) -> tuple[Rows, list[Issue]]:
        replies = [
            Reply(f"r{page}", page, json.dumps(body(call, result)).encode(), AS_OF)
            for page, result in enumerate(results, start=1)
        ]
        asked = pull(call, **({"room": "172183460671"} | changes))
        tables, issues = VOLCENGINE.endpoints[call].read(asked, replies, AS_OF)
        rows = {
            name: [{key: value for key, value in row.items() if value is not None} for row in frame.to_dicts()]
            for name, frame in tables.items()
        }
        return rows, issues

    return make
