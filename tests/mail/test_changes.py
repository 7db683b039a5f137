"""What a mail that replaces another says has changed: every figure or how many more, rows, or that none did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from reporter import metrics
from reporter.mail.changes import changes
from reporter.rules import DEFAULT_ENGAGEMENT
from reporter.store import FinishedRun, Origin
from tests.mail.drafts import draft

DEFINITIONS = metrics.definitions(DEFAULT_ENGAGEMENT)


def run(totals: Mapping[str, int], visits: int = 10) -> FinishedRun:
    return FinishedRun(draft().run.record, json.dumps({"tables": {"visits": visits}, "files": []}), totals, Origin())


def said(before: FinishedRun, now: FinishedRun, *, same: bool = False) -> tuple[str, ...]:
    report: Any = SimpleNamespace(language="en", definitions=DEFINITIONS)
    return changes(before, now, report, lambda: same)


def test_figures_and_rows_that_changed_are_told_with_both_values() -> None:
    assert said(run({"people": 10}), run({"people": 12}, visits=11)) == ("People: 10 → 12", "Visits: 10 rows → 11 rows")


def test_figures_beyond_the_first_twelve_are_counted() -> None:
    codes = [one.code for one in DEFINITIONS][:15]
    told = said(run(dict.fromkeys(codes, 1)), run(dict.fromkeys(codes, 2)))
    assert (len(told), told[-1]) == (13, "3 more figures have changed; the report has them all.")


@pytest.mark.parametrize(("same", "told"), [(True, "The data are the same; "), (False, "The totals are the same; ")])
def test_where_no_figure_changed_it_is_said_whether_the_data_did(same: bool, told: str) -> None:
    (only,) = said(run({"people": 10}), run({"people": 10}), same=same)
    assert only.startswith(told)
