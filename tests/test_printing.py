from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter.errors import UsageError
from reporter.printing import pdf

PAGE = b"<!doctype html><html lang=zh><meta charset=utf-8><title>x</title><p>\xe7\xac\xac12\xe8\xaf\xbe</p></html>"
AS_OF = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_page_prints_to_the_same_bytes_each_time(need_program: Callable[[str], Path]) -> None:
    need_program("chromium")
    made = pdf(PAGE, AS_OF)
    assert made.startswith(b"%PDF-")
    assert made == pdf(PAGE, AS_OF)


def test_missing_chromium_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="none is installed; install chromium"):
        pdf(PAGE, AS_OF)
