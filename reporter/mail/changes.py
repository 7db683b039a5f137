"""What has changed since the same period was mailed before, for the mail that replaces it."""

from __future__ import annotations

import json

from reporter.html import numbers
from reporter.mail.wording import WORDS
from reporter.model import Count
from reporter.report import Report
from reporter.store import FinishedRun

#: figures that are told; the workbook has all
_MOST_FIGURES = 12


def changes(before: FinishedRun, now: FinishedRun, report: Report) -> tuple[str, ...]:
    """Return what differs between two runs of one period: total figures, rows of visits; never nothing."""
    language, said = report.language, list[str]()
    for one in report.definitions:
        old, new = before.totals.get(one.code), now.totals.get(one.code)
        if old != new:
            shown = {"old": numbers.shown(old, one.unit, language), "new": numbers.shown(new, one.unit, language)}
            said.append(WORDS["figure"].in_(language).format(label=one.label.in_(language), **shown))
    visits = [json.loads(run.manifest).get("tables", {}).get("visits") for run in (before, now)]
    earlier, later = (Count("–" if rows is None else f"{rows:,}") for rows in visits)
    rows = [WORDS["rows"].in_(language).format(old=earlier, new=later)] if visits[0] != visits[1] else []
    return (*said[:_MOST_FIGURES], *rows) or (WORDS["details"].in_(language),)
