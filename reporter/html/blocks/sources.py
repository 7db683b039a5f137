"""Where the numbers come from: each call, its rows beside those that the platform claims, and how it ended."""

from __future__ import annotations

from reporter import labels
from reporter.html.blocks.base import Block, Cell, columns, table, tell, text
from reporter.report import Report, by_call


def block(report: Report) -> Block | None:
    """Return the calls of the run."""
    rows = [
        (
            text(labels.vendor(one.vendor, report.language)),
            text(one.account),
            text(one.endpoint),
            Cell(f"{one.rows:,}", one.rows),
            Cell("" if one.claimed is None else f"{one.claimed:,}", one.claimed),
            text(labels.verdict(one.verdict, report.language)),
        )
        for one in by_call(report.pulls)
    ]
    if not rows:
        return None
    head = columns(report, "sources", "vendor", "account", "call", "rows", "claimed", "verdict")
    made = table(head, rows, (False, False, False, True, True, False))
    return Block("sources", tell(report, "sources"), note=tell(report, "sources_note"), table=made)
