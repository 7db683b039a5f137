"""考勤: one row a person and event."""

from __future__ import annotations

from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import with_person
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    return choose.table(report, "attendance", with_person(report, report.tables["attendance"]))


SHEET = Sheet(
    "attendance",
    Text("考勤", "Attendance"),
    Text("一行一人一场：看了多久、是否出勤、参与情况", "A person at an event: how long, whether attended, how engaged"),
    _build,
)
