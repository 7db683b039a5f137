"""点播: one row a media and day."""

from __future__ import annotations

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_room
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    rows = spelled(with_room(report, report.tables["plays"]), report.language, vendor=labels.VENDORS)
    return choose.table(report, "plays", rows)


SHEET = Sheet(
    "plays",
    Text("点播", "Plays"),
    Text("一行一个视频一天；日期为平台时区（UTC+8）", "A media on a day of the platform's zone (UTC+8)"),
    _build,
)
