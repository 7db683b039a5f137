"""Reconcile rules: each vendor's rows against its own counts, and our sheets against the rows they come from.

A rule compares only what can be compared, and ends `agrees`, `explained` (they differ, and why) or
`unexplained`. Adding a rule is one entry of `RULES`. They run in every report, and in an audit.
"""

from __future__ import annotations

from collections.abc import Sequence

from reporter.checks import averages, claims, counts, log_rows, sums, tracks, vendor_totals
from reporter.checks.rule import Rule
from reporter.model import Finding, Pulled
from reporter.tables import Tables

__all__ = ["RULES", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    claims.ROWS,
    *vendor_totals.RULES,
    *counts.RULES,
    log_rows.RULE,
    *tracks.RULES,
    *averages.RULES,
    *sums.RULES,
)


def check(tables: Tables, pulled: Sequence[Pulled]) -> tuple[Finding, ...]:
    """Return every finding: rules in the order of `RULES`, each rule's in the order of its rows.

    `tables` are whole and unmasked; findings name rooms and events, never a person.
    """
    return tuple(finding for rule in RULES for finding in rule.find(rule, tables, pulled))
