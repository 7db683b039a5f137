"""Reconcile rules: each vendor's rows against its own counts, and our sheets against the rows they come from.

A rule compares only what can be compared, and ends `agrees`, `explained` (they differ, and why) or
`unexplained`. Adding a rule is one entry of `RULES`. They run in every report, and in an audit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from reporter.checks import (
    averages,
    claims,
    counts,
    log_counts,
    log_keys,
    log_modes,
    log_rows,
    sums,
    tracks,
    vendor_totals,
)
from reporter.checks.claims import where_of
from reporter.checks.rule import UNEXPLAINED, WHERE, Held, Rule
from reporter.model import Finding, Pulled
from reporter.tables import Tables

__all__ = ["RULES", "Rule", "check", "check_with_rows", "where_of"]

RULES: tuple[Rule, ...] = (
    claims.ROWS,
    *vendor_totals.RULES,
    *log_modes.RULES,
    *counts.RULES,
    log_rows.RULE,
    *log_counts.RULES,
    *log_keys.RULES,
    *tracks.RULES,
    *averages.RULES,
    *sums.RULES,
)


def check(tables: Tables, pulled: Sequence[Pulled]) -> tuple[Finding, ...]:
    """Return every finding: rules in the order of `RULES`, each rule's in the order of its rows.

    `tables` are whole and unmasked; findings name rooms and events, never a person.
    """
    held = Held(tables, pulled)
    return tuple(finding for rule in RULES for finding in rule.find(rule, held))


def check_with_rows(tables: Tables, pulled: Sequence[Pulled]) -> Iterator[tuple[Finding, pl.DataFrame]]:
    """Yield every finding of `check` with the rows that it is about, none where both sides agree."""
    held = Held(tables, pulled)
    for rule in RULES:
        findings = list(rule.find(rule, held))
        is_asked = rule.rows is not None and any(one.verdict != "agrees" for one in findings)
        rows = rule.rows(held) if rule.rows is not None and is_asked else None
        for finding in findings:
            yield finding, pl.DataFrame() if rows is None else _rows_of(finding, rows)


def _rows_of(finding: Finding, rows: pl.DataFrame) -> pl.DataFrame:
    if finding.verdict == "agrees":
        return pl.DataFrame()
    is_unexplained = finding.verdict == "unexplained"
    return rows.filter(pl.col(WHERE) == finding.where, pl.col(UNEXPLAINED) == is_unexplained).drop(WHERE, UNEXPLAINED)
