"""明细: one row a stretch of watching, as the vendor gives it."""

from __future__ import annotations

from reporter import labels
from reporter.excel import choose
from reporter.excel.choose import Offer, offers
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_person, with_room
from reporter.model import Text
from reporter.report import Report

OFFERED = (
    Offer("event", "text"),
    Offer("vendor", "text"),
    Offer("account", "text", is_plain=False),
    Offer("room_id", "id"),
    Offer("title", "text", is_plain=False),
    Offer("viewer_id", "id"),
    Offer("person_id", "id"),
    Offer("name", "text"),
    Offer("mode", "text"),
    *offers("instant", "joined_at", "left_at"),
    Offer("day", "date"),
    Offer("watch_seconds", "seconds", adds=True),
    Offer("completion_ratio", "ratio"),
    *offers("text", "device", "client"),
    Offer("ip", "id"),
    *offers("text", "location", "role", "excluded_by"),
    *offers("id", "reply_id", "row_no", is_plain=False),
)


def _build(report: Report) -> Table:
    rows = with_person(report, with_room(report, report.tables["visits"]))
    rows = spelled(rows, report.language, vendor=labels.VENDORS, mode=labels.MODES, role=labels.ROLES)
    return choose.table(report, "visits", rows, OFFERED)


SHEET = Sheet(
    "visits",
    Text("明细", "Visits"),
    Text("一行一次观看，按平台给出的原样", "A stretch of watching, as the platform gives it"),
    _build,
)
