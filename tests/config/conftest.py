from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.config import Config, load

HEAD = "client: acme\nperiod: last_week\n"
ACCOUNTS = """accounts:
  volc: {vendor: volcengine, access_key: env:VOLC_AK, secret_key: env:VOLC_SK}
"""
EVENTS = """events:
  - name: 第12课
    rooms: [{account: volc, room: 172183460671}]
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Config]:
    """Write a config of the smallest kind, with `more` beneath and single parts replaced, and load it."""

    def load_it(
        more: str = "",
        *,
        head: str = HEAD,
        accounts: str = ACCOUNTS,
        events: str = EVENTS,
    ) -> Config:
        path = tmp_path / "acme.yaml"
        path.write_text(head + accounts + events + more, encoding="utf-8")
        return load(path)

    return load_it
