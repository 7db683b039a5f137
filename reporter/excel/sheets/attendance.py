"""考勤: one row a person and event."""

from __future__ import annotations

from reporter.excel import choose
from reporter.excel.choose import Offer, offers
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import with_person
from reporter.model import Text
from reporter.report import Report
from reporter.tables import ACTIVITY_COUNTS

_COUNTS = ("comments", "questions", "votes", "likes", "sign_ins")
_MORE_COUNTS = tuple(name for name in ACTIVITY_COUNTS if name not in _COUNTS)

OFFERED = (
    Offer("event", "text"),
    Offer("person_id", "id"),
    *offers("text", "name", "company"),
    Offer("phone", "id"),
    Offer("attended", "flag", is_figure=True),
    *offers("seconds", "live_seconds", "replay_seconds", "vod_seconds", is_figure=True, adds=True),
    *offers("seconds", "preview_seconds", "watch_sum_seconds", is_plain=False, is_figure=True, adds=True),
    *offers("seconds", "watch_union_seconds", "watch_overlap_seconds", is_figure=True, adds=True),
    *offers("instant", "first_joined_at", "last_left_at"),
    Offer("engagement", "number", is_figure=True),
    *offers("count", *_COUNTS, is_figure=True, adds=True),
    *offers("count", *_MORE_COUNTS, is_plain=False, is_figure=True, adds=True),
    Offer("speak_seconds", "seconds", is_plain=False, is_figure=True, adds=True),
    Offer("paid_amount", "money", is_plain=False, is_figure=True, adds=True),
    Offer("pay_count", "count", is_plain=False, is_figure=True, adds=True),
    *offers("id", "vendor", "account", "room_id", "reply_id", "row_no", is_plain=False),
)


def _build(report: Report) -> Table:
    return choose.table(report, "attendance", with_person(report, report.tables["attendance"]), OFFERED)


SHEET = Sheet(
    "attendance",
    Text("考勤", "Attendance"),
    Text("一行一人一场：看了多久、是否出勤、参与情况", "A person at an event: how long, whether attended, how engaged"),
    _build,
)
