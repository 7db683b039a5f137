"""问题: one row a kind of issue and place, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from reporter import labels, places
from reporter.columns import OFFERED
from reporter.excel import choose
from reporter.excel.content import Entry, Front, Table
from reporter.model import Text
from reporter.report import Report

_WORST_FIRST = {"error": 0, "warning": 1, "info": 2}


def _build(report: Report, _entries: Sequence[Entry]) -> Table:
    language = report.language
    kinds = Counter((one.level, one.code, one.message.in_(language), one.where) for one in report.issues)
    ordered = sorted(kinds.items(), key=lambda kind: _WORST_FIRST[kind[0][0]])
    rows = pl.DataFrame(
        {
            "level": [labels.level(kind[0], language) for kind, _ in ordered],
            "issue": [labels.issue(kind[1], language) for kind, _ in ordered],
            "message": [kind[2] for kind, _ in ordered],
            "where": [places.of_issue(kind[3], language) or None for kind, _ in ordered],
            "times": [times for _, times in ordered],
            "code": [kind[1] for kind, _ in ordered],
        },
        schema={name: pl.Int64 if name == "times" else pl.String for name in (one.name for one in OFFERED["issues"])},
    )
    return choose.table(report, "issues", rows)


FRONT = Front(
    "issues",
    Text("问题", "Issues"),
    Text("一行一种数据问题：严重程度、内容、位置", "A problem of the data: how bad, what, where"),
    _build,
)
