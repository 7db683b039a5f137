from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reporter import metrics
from reporter.metrics.past import chain
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


def _past(*labels: str, seen: bytes | None = b"") -> tuple[Past, ...]:
    return tuple(Past(label, START, {}, seen) for label in labels)


@pytest.mark.parametrize(
    ("labels", "linked", "missing"),
    [
        (["2026-W44", "2026-W45", "2026-W46"], ["2026-W44", "2026-W45", "2026-W46"], None),
        (["2026-W44", "2026-W46"], ["2026-W46"], "2026-11-02..2026-11-08"),
        (["2026-W44", "2026-W45"], [], "2026-11-09..2026-11-15"),
        # a report made every day of the seven days before it
        (["2026-11-01..2026-11-07", "2026-11-02..2026-11-08", "2026-11-09..2026-11-15"],
         ["2026-11-02..2026-11-08", "2026-11-09..2026-11-15"], None),
        ([], [], None),
    ],
)  # fmt: skip
def test_chain_of_stored_periods_ends_at_a_gap_which_is_named(
    labels: list[str], linked: list[str], missing: str | None
) -> None:
    past, week = _past(*labels), Period("2026-W47", START, START, "UTC")
    assert [one.label for one in chain(past, week)] == linked
    told = [(issue.code, issue.level) for issue in metrics.gaps(past, week)]
    if missing is None:
        assert told == ([] if labels else [("no-past", "info")])
    else:
        assert told == [("past-missing", "warning")]
        (issue,) = metrics.gaps(past, week)
        assert f"no report of {missing} is stored" in issue.message.en
        assert missing in issue.message.zh


def test_period_that_was_stored_without_its_persons_is_named() -> None:
    past = (*_past("2026-W45", seen=None), *_past("2026-W46"))
    (issue,) = metrics.gaps(past, Period("2026-W47", START, START, "UTC"))
    assert (issue.code, issue.where) == ("past-unseen", "2026-W45")


@pytest.mark.parametrize(
    ("labels", "later", "shown"),
    [
        (["2026-W44", "2026-W46"], "2026-W47", ["2026-W44", "2026-W45", "2026-W46"]),
        (["2026-W46"], "2026-W47", ["2026-W46"]),
        (["2025-W51"], "2026-W02", ["2025-W51", "2025-W52", "2026-W01"]),
        (["2025-11"], "2026-02", ["2025-11", "2025-12", "2026-01"]),
        (["2026-11-04"], "2026-11-06", ["2026-11-04", "2026-11-05"]),
        (["2026-11-01..2026-11-03"], "2026-11-07..2026-11-09", ["2026-11-01..2026-11-03", "2026-11-04..2026-11-06"]),
        # a report of each day's last seven days has no gaps
        (["2026-11-01..2026-11-07", "2026-11-02..2026-11-08"], "2026-11-09..2026-11-15",
         ["2026-11-01..2026-11-07", "2026-11-02..2026-11-08"]),
        (["pilot"], "2026-W47", ["pilot"]),
        ([], "2026-W47", []),
    ],
)  # fmt: skip
def test_trend_shows_a_missing_period_without_figures(labels: list[str], later: str, shown: list[str]) -> None:
    past = tuple(Past(label, START, {"people": 3}) for label in labels)
    found = metrics.with_gaps(past, Period(later, START, START, "UTC"))
    assert [one.label for one in found] == shown
    assert [one.label for one in found if one.totals] == labels


def test_trend_over_a_long_gap_has_twelve_periods_at_most() -> None:
    found = metrics.with_gaps((Past("2024-W01", START, {}),), Period("2026-W47", START, START, "UTC"))
    assert [found[0].label, found[-1].label, len(found)] == ["2026-W35", "2026-W46", 12]
