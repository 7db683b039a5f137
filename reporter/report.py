"""A finished report as a value: what the generators see, and all that they see. A leaf.

`tables` are masked already for the report's audience; nothing in here knows a vendor's protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

import polars as pl

from reporter.model import Issue, Language, Period, Pulled, Text
from reporter.rules import Attendance, Audience, Brand

Additivity = Literal["sum", "max", "union", "ratio", "none"]
Unit = Literal["people", "count", "seconds", "ratio", "money", "score"]
Outcome = Literal["agrees", "explained", "unexplained"]
Scope = Literal["total", "event", "day", "vendor"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a metric means, for glossary, page and docs; `additivity` says how it may be summed up."""

    code: str
    label: Text
    unit: Unit
    formula: Text
    additivity: Additivity
    vendors: tuple[str, ...]
    bias: Text = field(default_factory=lambda: Text("", ""))


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of one metric. `key` is the event, ISO day or vendor of its scope, "" for the total.

    None means that no vendor asked can give it (不可得), never 0. `previous` is the same figure of the
    period before, None where that period is missing.
    """

    metric: str
    scope: Scope
    key: str
    value: float | int | Decimal | None
    previous: float | int | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """How one reconcile rule ended: what was expected, what was found, and why they may differ."""

    check: str
    label: Text
    where: str
    expected: str
    found: str
    verdict: Outcome
    why: Text


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier finished period of the same client: its label, start and total figures by metric."""

    label: str
    start: datetime
    totals: Mapping[str, float | int | Decimal | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """What the config chose for the workbook: sheets in order, columns and labels by table, template."""

    sheets: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    compress: Literal["small", "fast"] = "small"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a workbook, a page or a mail body says.

    `tables` has the tables of `reporter.tables` (masked, person_id shown as a running number where
    masks hold) and the derived frames: `roster` (roster, name, phone, email, external_id, company,
    person_id, came Boolean), `excluded` (rows of visits that an exclusion took out), `unmatched`
    (vendor, account, viewer_id, name, reason), `overlap` (vendor, other, people), and `curves`
    (chart, event, at Instant, value). `past` is oldest first, this period not in it.
    """

    client: str
    title: str
    language: Language
    period: Period
    as_of: datetime
    version: str
    status: Literal["complete", "partial"]
    audience: Audience
    tables: Mapping[str, pl.DataFrame]
    figures: tuple[Figure, ...]
    definitions: tuple[Definition, ...]
    findings: tuple[Finding, ...]
    pulls: tuple[Pulled, ...]
    issues: tuple[Issue, ...]
    notes: tuple[Text, ...]
    attendance: Attendance
    past: tuple[Past, ...] = ()
    layout: Layout = field(default_factory=Layout)
    brand: Brand = field(default_factory=Brand)

    def figure(self, metric: str, scope: Scope = "total", key: str = "") -> Figure | None:
        """Return one figure, or None where the report has none of that name."""
        wanted = (metric, scope, key)
        return next((f for f in self.figures if (f.metric, f.scope, f.key) == wanted), None)
