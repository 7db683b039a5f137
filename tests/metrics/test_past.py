from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reporter import metrics
from reporter.model import Period
from reporter.report import Figure, Past

START = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("earlier", "later", "found"),
    [
        ("2026-W46", "2026-W47", True),
        ("2025-W52", "2026-W01", True),
        ("2026-W45", "2026-W47", False),
        ("2026-10", "2026-11", True),
        ("2025-12", "2026-01", True),
        ("2026-09", "2026-11", False),
        ("2026-11-05", "2026-11-06", True),
        ("2026-11-09..2026-11-15", "2026-W47", True),
        ("2026-11-15", "2026-W47", False),
        ("pilot", "2026-W47", False),
        ("2026-W47", "2026-W47", False),
    ],
)
def test_previous_is_the_period_right_before_of_the_same_length(earlier: str, later: str, *, found: bool) -> None:
    past = (Past(earlier, START, {"people": 3}),)
    expected = {("people", "total", ""): 3} if found else {}
    assert metrics.previous_of(past, Period(later, START, START, "UTC")) == expected


def test_totals_are_the_total_figures_by_metric() -> None:
    figures = [
        Figure("people", "total", "", 3),
        Figure("people", "day", "2026-11-16", 1),
        Figure("plays", "total", "", None),
    ]
    assert metrics.totals(figures) == {"people": 3, "plays": None}
