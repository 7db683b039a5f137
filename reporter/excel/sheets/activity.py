"""互动: one row a viewer and room."""

from __future__ import annotations

from reporter import labels
from reporter.excel import choose
from reporter.excel.choose import Offer, offers
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_person, with_room
from reporter.model import Text
from reporter.report import Report
from reporter.tables import ACTIVITY_COUNTS

OFFERED = (
    Offer("event", "text"),
    Offer("vendor", "text"),
    Offer("account", "text", is_plain=False),
    Offer("room_id", "id"),
    Offer("title", "text", is_plain=False),
    Offer("viewer_id", "id"),
    Offer("person_id", "id"),
    Offer("name", "text"),
    *offers("count", *ACTIVITY_COUNTS, is_figure=True, adds=True),
    Offer("speak_seconds", "seconds", is_figure=True, adds=True),
    Offer("paid_amount", "money", is_figure=True, adds=True),
    Offer("pay_count", "count", is_figure=True, adds=True),
    Offer("as_of", "instant"),
    *offers("id", "reply_id", "row_no", is_plain=False),
)


def _build(report: Report) -> Table:
    rows = with_person(report, with_room(report, report.tables["activity"]))
    return choose.table(report, "activity", spelled(rows, report.language, vendor=labels.VENDORS), OFFERED)


SHEET = Sheet(
    "activity",
    Text("互动", "Activity"),
    Text(
        "一行一个观众在一个房间的互动；为房间开播以来的累计",
        "What a viewer did in a room, over the room's whole life up to the time named",
    ),
    _build,
)
