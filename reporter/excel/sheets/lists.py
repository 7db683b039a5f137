"""名单, 重叠, 剔除, 未匹配: what people derives, shown as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from reporter import labels
from reporter.columns import OFFERED
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.excel.sheets.joining import spelled, with_room, with_rules
from reporter.model import Text
from reporter.report import Report

_SPELLED: Mapping[str, Mapping[str, Text]] = {
    "vendor": labels.VENDORS,
    "other": labels.VENDORS,
    "reason": labels.REASONS,
}


def _derived(code: str) -> Callable[[Report], Table]:
    """Return a builder of the table that the report derives under the sheet's own code."""

    def build(report: Report) -> Table:
        none = pl.DataFrame(schema=dict.fromkeys((one.name for one in OFFERED[code]), pl.String))
        rows = report.tables.get(code, none)
        return choose.table(report, code, spelled(rows, report.language, **_SPELLED))

    return build


def _excluded(report: Report) -> Table:
    """Return the visits that an exclusion took out; they have no person of the report to be named by."""
    rows = report.tables.get("excluded", report.tables["visits"].clear())
    rows = rows if "event" in rows.columns else with_room(report, rows)
    rows = spelled(rows, report.language, vendor=labels.VENDORS, mode=labels.MODES, role=labels.ROLES)
    return choose.table(report, "excluded", with_rules(rows, report.language))


ROSTER = Sheet(
    "roster",
    Text("名单", "Roster"),
    Text("一行一位应到人员，以及是否到场", "A person who was expected, and whether they came"),
    _derived("roster"),
)
OVERLAP = Sheet(
    "overlap",
    Text("重叠", "Overlap"),
    Text(
        "一行一对平台：两边都看过的人数；平台与自身一行为该平台的人数",
        "A pair of platforms, and how many people were seen on both; beside itself: all of a platform's people",
    ),
    _derived("overlap"),
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
    _derived("unmatched"),
)
