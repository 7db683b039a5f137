"""Every integrity check, in the order in which findings stand; a new one is one entry of its file's `CHECKS`."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reporter import checks
from reporter.audit import amounts, clocks, lists, replies, visits
from reporter.audit.check import Check, Found
from reporter.audit.evidence import Evidence
from reporter.model import Finding

CHECKS: tuple[Check, ...] = (*replies.CHECKS, *lists.CHECKS, *visits.CHECKS, *clocks.CHECKS, *amounts.CHECKS)


def examine(evidence: Evidence) -> Iterator[Found]:
    """Yield every finding: the integrity checks', then the reconcile rules' over the replies as counted again."""
    for check in CHECKS:
        yield from check.find(check, evidence)
    for finding, rows in checks.check_with_rows(evidence.tables, evidence.pulls):
        yield Found(finding, rows if rows.width or finding.verdict == "agrees" else _replies(finding, evidence))


def _replies(finding: Finding, evidence: Evidence) -> pl.DataFrame:
    """Return the replies of the walks that a finding about counts is about: it has no rows of its own."""
    found = [
        (one.pull.room, one.claimed, one.rows, one.verdict, reply.reply_id)
        for one in evidence.pulls
        if one.claimed is not None and checks.where_of(one) == finding.where
        for reply in one.replies
    ]
    return pl.DataFrame(found, schema=["room_id", "claimed", "rows", "pulled", "reply_id"], orient="row")
