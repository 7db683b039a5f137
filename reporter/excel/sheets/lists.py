"""名单, 重叠, 剔除, 未匹配: what people derives, shown as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from reporter import labels
from reporter.excel import choose
from reporter.excel.choose import Offer, offers
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets import visits
from reporter.excel.sheets.joining import spelled, with_room
from reporter.model import Text
from reporter.report import Report

_ROSTER = (
    Offer("roster", "text"),
    *offers("text", "name", "company"),
    *offers("id", "phone", "email", "external_id"),
    Offer("came", "flag", tones=((labels.YES, "good"), (labels.NO, "bad"))),
    Offer("person_id", "id"),
)
_OVERLAP = (*offers("text", "vendor", "other"), Offer("people", "count"))
_UNMATCHED = (
    Offer("vendor", "text"),
    Offer("account", "text"),
    Offer("viewer_id", "id"),
    *offers("text", "name", "reason"),
    *offers("id", "against", "person_id"),
)
_SPELLED: Mapping[str, Mapping[str, Text]] = {
    "vendor": labels.VENDORS,
    "other": labels.VENDORS,
    "reason": labels.REASONS,
}


def _derived(code: str, offered: Sequence[Offer]) -> Callable[[Report], Table]:
    """Return a builder of the table that the report derives under the sheet's own code."""

    def build(report: Report) -> Table:
        rows = report.tables.get(code, pl.DataFrame(schema=dict.fromkeys((one.name for one in offered), pl.String)))
        return choose.table(report, code, spelled(rows, report.language, **_SPELLED), offered)

    return build


def _excluded(report: Report) -> Table:
    """Return the visits that an exclusion took out; they have no person of the report to be named by."""
    rows = report.tables.get("excluded", report.tables["visits"].clear())
    rows = rows if "event" in rows.columns else with_room(report, rows)
    rows = spelled(rows, report.language, vendor=labels.VENDORS, mode=labels.MODES, role=labels.ROLES)
    first = [one for one in visits.OFFERED if one.name in {"event", "excluded_by"}]
    return choose.table(report, "excluded", rows, (*first, *(one for one in visits.OFFERED if one not in first)))


ROSTER = Sheet(
    "roster",
    Text("名单", "Roster"),
    Text("一行一位应到人员，以及是否到场", "A person who was expected, and whether they came"),
    _derived("roster", _ROSTER),
)
OVERLAP = Sheet(
    "overlap",
    Text("重叠", "Overlap"),
    Text(
        "一行一对平台：两边都看过的人数；平台与自身一行为该平台的人数",
        "A pair of platforms, and how many people were seen on both; beside itself: all of a platform's people",
    ),
    _derived("overlap", _OVERLAP),
)
EXCLUDED = Sheet(
    "excluded",
    Text("剔除", "Excluded"),
    Text(
        "一行一次不计入统计的观看，或按名单拉取的房间的一位观众，以及所依据的规则",
        "A visit that counts for nobody, or a viewer of a room pulled as a list, and the rule that took it out",
    ),
    _excluded,
)
UNMATCHED = Sheet(
    "unmatched",
    Text("未匹配", "Unmatched"),
    Text(
        "一行一个未能与其他平台合并、或标识相互矛盾的观众，以及原因",
        "A viewer who could not be joined across platforms, or whose keys contradict another's, and why",
    ),
    _derived("unmatched", _UNMATCHED),
)
