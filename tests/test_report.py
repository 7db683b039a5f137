from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reporter.model import Period, Pull, Pulled, Reply, Verdict
from reporter.report import Call, Figure, Unit, by_call

WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC), "UTC")
REPLY = Reply("r", 1, b"{}", datetime(2026, 11, 16, tzinfo=UTC))


def _pulled(account: str, call: str, verdict: Verdict, rows: int, claimed: int | None) -> Pulled:
    pull = Pull("quanshi", account, call, None, WEEK, str(rows))
    return Pulled(pull, (REPLY,), verdict, 3, rows, claimed)


@pytest.mark.parametrize(
    ("value", "previous", "unit", "change"),
    [
        (110, 100, "people", 0.1),
        (90, 100, "seconds", -0.1),
        (100, 100, "count", 0.0),
        (5, 0, "count", None),
        (5, None, "count", None),
        (None, 5, "count", None),
        (0.825, 0.8, "ratio", 0.025),
        (0.8, 0.8, "ratio", 0.0),
        (0.5, 0, "ratio", 0.5),
        (0.5, None, "ratio", None),
    ],
)
def test_change_is_a_difference_for_ratios_and_a_part_for_all_else(
    value: float | None, previous: float | None, unit: Unit, change: float | None
) -> None:
    assert Figure("any", "total", "", value, previous).change(unit) == pytest.approx(change)


def test_by_call_adds_up_pulls_and_keeps_the_worst_verdict_and_accounts_together() -> None:
    pulls = [
        _pulled("b", "details", "complete", 10, 10),
        _pulled("a", "details", "complete", 1, None),
        _pulled("b", "search", "drifted", 2, None),
        _pulled("b", "details", "short", 5, 9),
        _pulled("b", "details", "complete", 1, None),
    ]
    assert by_call(pulls) == [
        Call("quanshi", "b", "details", replies=3, rows=16, claimed=19, verdict="short"),
        Call("quanshi", "b", "search", replies=1, rows=2, claimed=None, verdict="drifted"),
        Call("quanshi", "a", "details", replies=1, rows=1, claimed=None, verdict="complete"),
    ]


@pytest.mark.parametrize(
    ("verdict", "is_whole"), [("complete", True), ("drifted", True), ("short", False), ("failed", False)]
)
def test_pull_is_whole_unless_rows_are_missing(verdict: Verdict, is_whole: bool) -> None:
    assert _pulled("a", "details", verdict, 1, None).is_whole is is_whole
