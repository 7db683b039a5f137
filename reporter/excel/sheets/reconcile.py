"""对账: one row a reconcile rule and place: what was expected, what was found, and why they may differ."""

from __future__ import annotations

import polars as pl

from reporter import labels, places
from reporter.columns import OFFERED
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.model import Text
from reporter.report import Report


def _build(report: Report) -> Table:
    language, found = report.language, report.findings
    rows = pl.DataFrame(
        {
            "label": [one.label.in_(language) for one in found],
            "where": [places.of_finding(one.where, language) or None for one in found],
            "expected": [places.amount(one.expected, language) for one in found],
            "found": [places.amount(one.found, language) for one in found],
            "verdict": [labels.outcome(one.verdict, language) for one in found],
            "why": [one.why.in_(language) or None for one in found],
            "check": [one.check for one in found],
        },
        schema={one.name: pl.String for one in OFFERED["reconcile"]},
    )
    return choose.table(report, "reconcile", rows)


SHEET = Sheet(
    "reconcile",
    Text("对账", "Reconcile"),
    Text("一行一项核对：应为、实为、结论与说明", "A check of the data: expected, found, verdict and why"),
    _build,
)
