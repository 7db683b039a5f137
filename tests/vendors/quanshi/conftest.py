"""A week, an account, and pulls of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Issue, Period, Pull, Reply
from reporter.vendors.quanshi import QUANSHI, QuanshiAccount

Rows = dict[str, list[dict[str, Any]]]

AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def week() -> Period:
    zone = ZoneInfo("Asia/Shanghai")
    return Period("2026-W47", datetime(2026, 11, 16, tzinfo=zone), datetime(2026, 11, 23, tzinfo=zone), zone.key)


@pytest.fixture(scope="session")
def account() -> QuanshiAccount:
    return QuanshiAccount(vendor="quanshi", app_key="env:K", app_secret="env:S", user_email="ops@example.com")


@pytest.fixture(scope="session")
def pull(week: Period, account: QuanshiAccount) -> Callable[..., Pull]:
    def make(endpoint: str, **changes: Any) -> Pull:
        values: dict[str, Any] = {"options": account, "period": week, **changes}
        return Pull("quanshi", "qs", endpoint, **values)

    return make


@pytest.fixture(scope="session")
def read(pull: Callable[..., Pull]) -> Callable[..., tuple[Rows, list[Issue]]]:
    """Return `read(call, body, …, **pull)` -> rows by table without their nulls, and issues."""

    def make(call: str, *bodies: Any, **changes: Any) -> tuple[Rows, list[Issue]]:
        replies = [
            Reply(f"r{page}", page, body if isinstance(body, bytes) else json.dumps(body).encode(), AS_OF)
            for page, body in enumerate(bodies, start=1)
        ]
        tables, issues = QUANSHI.endpoints[call].read(pull(call, **changes), replies, AS_OF)
        rows = {
            name: [{key: value for key, value in row.items() if value is not None} for row in frame.to_dicts()]
            for name, frame in tables.items()
        }
        return rows, issues

    return make
