"""A finished report as a value: what the generators see, and all that they see. A leaf.

`tables` are masked already for the report's audience; nothing in here knows a vendor's protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

import polars as pl

from reporter.model import WORST_FIRST, Finding, Issue, Language, Period, Pulled, Text, Verdict
from reporter.rules import Attendance, Audience, Brand, Privacy

Additivity = Literal["sum", "max", "union", "ratio", "none"]
Unit = Literal["people", "count", "seconds", "ratio", "money", "score", "per_viewer"]
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

    def change(self, unit: Unit) -> float | None:
        """Return the change on the period before as a part of it, of a ratio the difference (0.025: 2.5 points).

        None where either is missing, or where there is no part of 0.
        """
        if self.value is None or self.previous is None:
            return None
        now, before = float(self.value), float(self.previous)
        if unit == "ratio":
            return now - before
        return now / before - 1 if before else None


@dataclass(frozen=True, slots=True)
class Call:
    """The pulls of one call of an account, added up; the worst verdict stands.

    `replies` were accepted (what was sent, retries included, differs between equal runs and stands in
    run.json); `claimed` is None where none of the pulls says how many rows there are.
    """

    vendor: str
    account: str
    endpoint: str
    replies: int
    rows: int
    claimed: int | None
    verdict: Verdict


def by_call(pulls: Iterable[Pulled]) -> list[Call]:
    """Return one entry a call: accounts in the order in which they first come, each account's calls likewise."""
    accounts: dict[tuple[str, str], dict[str, list[Pulled]]] = {}
    for one in pulls:
        calls = accounts.setdefault((one.pull.vendor, one.pull.account), {})
        calls.setdefault(one.pull.endpoint, []).append(one)
    return [
        _added_up(vendor, account, endpoint, members)
        for (vendor, account), calls in accounts.items()
        for endpoint, members in calls.items()
    ]


def _added_up(vendor: str, account: str, endpoint: str, pulls: Sequence[Pulled]) -> Call:
    claims = [one.claimed for one in pulls if one.claimed is not None]
    return Call(
        vendor,
        account,
        endpoint,
        replies=sum(len(one.replies) for one in pulls),
        rows=sum(one.rows for one in pulls),
        claimed=sum(claims) if claims else None,
        verdict=min((one.verdict for one in pulls), key=WORST_FIRST.index),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier finished period of the same client: its label, start and total figures by metric (none: missing).

    `seen` holds the keys of who was seen, as `reporter.seen` packs them; None of a period that was stored without.
    """

    label: str
    start: datetime
    totals: Mapping[str, float | int | Decimal | None]
    seen: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the config chose for the workbook: sheets in order, columns and labels by table, template.

    `page` is the template of the page: a name of ours, or the name of a file of the user's own.
    """

    sheets: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    template: str | None = None
    compress: Literal["small", "fast"] = "small"
    page: str = "summary"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a workbook, a page or a mail body says.

    `tables` has the tables of `reporter.tables` (masked, person_id shown as a running number where
    masks hold) and the derived frames: `roster` (roster, name, phone, email, external_id, company,
    person_id, came Boolean, expected: the first entry about the same person), `excluded` (rows of visits that an
    exclusion took out; of a room pulled as a list a row a viewer), `unmatched`
    (vendor, account, viewer_id, name, person_id, reason, against: a viewer's vendor/account/viewer_id),
    `overlap` (vendor, other, people), and `curves` (chart, event, at Instant, value).
    `past` is oldest first, this period not in it. `privacy` says how the tables are masked; it holds no key.
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
    privacy: Privacy = field(default_factory=Privacy)

    def figure(self, metric: str, scope: Scope = "total", key: str = "") -> Figure | None:
        """Return one figure, or None where the report has none of that name."""
        wanted = (metric, scope, key)
        return next((f for f in self.figures if (f.metric, f.scope, f.key) == wanted), None)
