"""What has changed since the same period was mailed before, for the mail that replaces it."""

from __future__ import annotations

import json
from collections.abc import Callable

from reporter.html import numbers
from reporter.mail.wording import WORDS
from reporter.model import Count
from reporter.report import Report
from reporter.store import FinishedRun

#: figures that are told; the others are counted, and the report has all
_MOST_FIGURES = 12


def changes(
    before: FinishedRun, now: FinishedRun, report: Report, has_same_data: Callable[[], bool]
) -> tuple[str, ...]:
    """Return what differs between two runs of one period: total figures, rows of visits; never nothing.

    Where neither does, `has_same_data` is asked whether anything in the tables does.
    """
    language, said = report.language, list[str]()
    for one in report.definitions:
        old, new = before.totals.get(one.code), now.totals.get(one.code)
        if old != new:
            shown = {"old": numbers.shown(old, one.unit, language), "new": numbers.shown(new, one.unit, language)}
            said.append(WORDS["figure"].in_(language).format(label=one.label.in_(language), **shown))
    if len(said) > _MOST_FIGURES:
        said[_MOST_FIGURES:] = [WORDS["more"].in_(language).format(count=Count(str(len(said) - _MOST_FIGURES)))]
    visits = [json.loads(run.manifest).get("tables", {}).get("visits") for run in (before, now)]
    if visits[0] != visits[1]:
        earlier, later = (Count("–" if rows is None else f"{rows:,}") for rows in visits)
        said.append(WORDS["rows"].in_(language).format(old=earlier, new=later))
    return tuple(said) or (WORDS["set_out" if has_same_data() else "details"].in_(language),)
