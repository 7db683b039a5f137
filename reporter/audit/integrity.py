"""Every integrity check, in the order in which findings stand; a new one is one entry of its file's `CHECKS`."""

from __future__ import annotations

from collections.abc import Iterator

from reporter import checks
from reporter.audit import amounts, clocks, lists, replies, visits
from reporter.audit.check import Check, Found
from reporter.audit.evidence import Evidence

CHECKS: tuple[Check, ...] = (*replies.CHECKS, *lists.CHECKS, *visits.CHECKS, *clocks.CHECKS, *amounts.CHECKS)


def examine(evidence: Evidence) -> Iterator[Found]:
    """Yield every finding: the integrity checks', then the reconcile rules' over the replies as counted again."""
    for check in CHECKS:
        yield from check.find(check, evidence)
    for finding, rows in checks.check_with_rows(evidence.tables, evidence.pulls):
        yield Found(finding, rows)
