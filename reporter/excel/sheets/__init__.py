"""The sheets of the workbook in their default order: one file each, one line here."""

from __future__ import annotations

from reporter.excel.content import Front, Sheet
from reporter.excel.sheets import (
    about,
    activity,
    attendance,
    contents,
    curves,
    events,
    glossary,
    issues,
    lists,
    overview,
    people,
    plays,
    reconcile,
    visits,
)

SHEETS: tuple[Sheet | Front, ...] = (
    contents.FRONT,
    about.FRONT,
    overview.SHEET,
    events.SHEET,
    people.SHEET,
    attendance.SHEET,
    visits.SHEET,
    activity.SHEET,
    plays.SHEET,
    lists.ROSTER,
    lists.OVERLAP,
    lists.EXCLUDED,
    lists.UNMATCHED,
    reconcile.SHEET,
    issues.FRONT,
    glossary.SHEET,
    curves.SHEET,
)
