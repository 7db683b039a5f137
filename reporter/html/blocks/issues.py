"""What could not be taken as it stood, each kind and place once."""

from __future__ import annotations

from reporter import labels, places
from reporter.html.blocks.base import Block, columns, table, tell, text
from reporter.report import Report


def block(report: Report) -> Block | None:
    """Return the issues, None where there is none."""
    language = report.language
    found = dict.fromkeys(
        (labels.level(one.level, language), one.message.in_(language), places.of_issue(one.where, language))
        for one in report.issues
    )
    if not found:
        return None
    head = columns(report, "issues", "level", "message", "where")
    made = table(head, [tuple(map(text, row)) for row in found], (False, False, False))
    return Block("issues", tell(report, "issues"), table=made)
