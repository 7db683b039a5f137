"""口径: one row a metric of the registry."""

from __future__ import annotations

import polars as pl

from reporter import labels
from reporter.columns import OFFERED
from reporter.excel import choose
from reporter.excel.content import Sheet, Table
from reporter.model import Language, Text
from reporter.report import Definition, Report


def _build(report: Report) -> Table:
    found = [_row(one, report.language) for one in report.definitions]
    rows = pl.DataFrame(found, schema={one.name: pl.String for one in OFFERED["glossary"]}, orient="row")
    return choose.table(report, "glossary", rows)


def _row(metric: Definition, language: Language) -> tuple[str | None, ...]:
    return (
        metric.label.in_(language),
        labels.UNITS[metric.unit].in_(language),
        metric.formula.in_(language),
        labels.ADDITIVITY[metric.additivity].in_(language),
        ", ".join(labels.vendor(one, language) for one in metric.vendors) or None,
        metric.bias.in_(language) or None,
        metric.code,
    )


SHEET = Sheet(
    "glossary",
    Text("口径", "Glossary"),
    Text(
        "一行一个指标：含义、算法、能否累加、已知偏差",
        "A figure: what it means, how it is reckoned and adds up, known bias",
    ),
    _build,
)
