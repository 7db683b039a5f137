"""What each figure means, from the registry that reckons it."""

from __future__ import annotations

from reporter.html.blocks.base import Block, columns, table, tell, text
from reporter.report import Report


def block(report: Report) -> Block | None:
    """Return the definitions of the figures that the report has."""
    language, there = report.language, {one.metric for one in report.figures}
    rows = [
        (text(one.label.in_(language)), text(one.formula.in_(language)), text(one.bias.in_(language)))
        for one in report.definitions
        if one.code in there
    ]
    if not rows:
        return None
    head = columns(report, "glossary", "metric", "formula", "bias")
    return Block("glossary", tell(report, "glossary"), table=table(head, rows, (False, False, False)))
