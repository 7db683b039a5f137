"""明细: one row a stretch of watching, as the vendor gives it."""

from __future__ import annotations

from reporter import labels
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_person, with_room, with_rules
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    rows = with_person(report, with_room(report, report.tables["visits"]))
    rows = spelled(rows, report.language, vendor=labels.VENDORS, mode=labels.MODES, role=labels.ROLES)
    return choose.table(report, "visits", with_rules(rows, report.language))


SHEET = Sheet(
    "visits",
    Text("明细", "Visits"),
    Text(
        "一行一次观看，按平台给出的原样，剔除的和预告也在内",
        "A stretch of watching, as the platform gives it; excluded ones and previews too",
    ),
    _build,
)
