"""互动: one row a viewer and room."""

from __future__ import annotations

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_person, with_room
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    rows = with_person(report, with_room(report, report.tables["activity"]))
    return choose.table(report, "activity", spelled(rows, report.language, vendor=labels.VENDORS))


SHEET = Sheet(
    "activity",
    Text("互动", "Activity"),
    Text(
        "一行一个观众在一个房间的互动；为房间开播以来的累计",
        "What a viewer did in a room, over the room's whole life up to the time named",
    ),
    _build,
)
