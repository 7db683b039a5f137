"""说明: what the report covers, where its data came from, what is missing, and the rules behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from reporter import labels
from reporter.columns import OFFERED
from reporter.excel import choose
from reporter.excel.content import Block, Entry, Facts, Front, Grid, Page, Prose, Table
from reporter.excel.sheets import gaps, plays, watched
from reporter.excel.sheets.heading import banner, days, moment, page_title, subtitle, tell
from reporter.excel.sheets.joining import spelled, with_live_times
from reporter.model import Count, Text
from reporter.report import Report, by_call
from reporter.rules import Masking

#: the zone that vendors count days in
_VENDORS_OFFSET = timedelta(hours=8)


def _build(report: Report, entries: Sequence[Entry]) -> Page:
    blocks: list[Block] = [
        Facts(tell(report, "facts"), (*_facts(report, entries), *_continued(report, entries))),
        Grid(tell(report, "rooms"), _rooms(report)),
        Grid(tell(report, "sources"), choose.table(report, "sources", _sources(report))),
        gaps.block(report),
        Prose(tell(report, "rules"), _rules(report)),
        *watched.blocks(report, entries),
    ]
    if notes := tuple(note.in_(report.language) for note in report.notes):
        blocks.append(Prose(tell(report, "notes"), notes))
    return Page(page_title(report, FRONT.title), subtitle(report), tuple(blocks), banner=banner(report), has_logo=True)


def _facts(report: Report, entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    return (
        (tell(report, "client"), report.client),
        (tell(report, "period"), f"{report.period.label} ({days(report)})"),
        (tell(report, "timezone"), _timezone(report, entries)),
        (tell(report, "as_of"), moment(report)),
        (tell(report, "status"), tell(report, report.status)),
        (tell(report, "audience"), tell(report, f"{report.audience}_audience")),
        (tell(report, "privacy"), _privacy(report)),
        (tell(report, "version"), f"reporter {report.version}"),
    )


def _privacy(report: Report) -> str:
    """Return how each personal column leaves, those that leave alike together."""
    rules: dict[Masking, list[str]] = {}
    for name in ("phone", "email", "ip", "name"):
        rules.setdefault(getattr(report.privacy, name), []).append(labels.column("", name, report.language))
    is_chinese = report.language == "zh"
    told = (
        tell(report, f"privacy_{rule}", fields=("、" if is_chinese else ", ").join(fields))
        for rule, fields in rules.items()
    )
    return ("；" if is_chinese else "; ").join(told)


def _timezone(report: Report, entries: Sequence[Entry]) -> str:
    """Return the zone of every time, and what is in another: the days that Aliyun counts plays by."""
    said = tell(report, "timezone_said", timezone=report.period.timezone)
    is_same = {report.period.start.utcoffset(), report.period.end.utcoffset()} == {_VENDORS_OFFSET}
    if is_same or all(one.code != plays.SHEET.code for one in entries):
        return said
    return said + tell(report, "timezone_but", plays=plays.SHEET.title.in_(report.language))


def _continued(report: Report, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Yield a pair for each table that took more than one sheet: its name, and where its rows go on."""
    names: dict[str, list[str]] = {}
    for one in entries:
        names.setdefault(one.code, []).append(one.name)
    for first, *others in names.values():
        if others:
            yield first, tell(report, "continued", name=", ".join(others))


def _rooms(report: Report) -> Table:
    rows = with_live_times(report, report.tables["rooms"])
    rows = spelled(rows, report.language, vendor=labels.VENDORS, kind=labels.KINDS, status=labels.STATUSES)
    return choose.table(report, "rooms", rows)


def _sources(report: Report) -> pl.DataFrame:
    language = report.language
    rows = [
        {
            "vendor": labels.vendor(one.vendor, language),
            "account": one.account,
            "call": one.endpoint,
            "calls": one.replies,
            "rows": one.rows,
            "claimed": one.claimed,
            "verdict": labels.verdict(one.verdict, language),
        }
        for one in by_call(report.pulls)
    ]
    counts = {"calls", "rows", "claimed"}
    return pl.DataFrame(
        rows, schema={one.name: pl.Int64 if one.name in counts else pl.String for one in OFFERED["sources"]}
    )


def _rules(report: Report) -> tuple[str, ...]:
    rule = report.attendance
    attended = tell(
        report,
        "rule_attendance",
        counted=tell(report, f"counted_{rule.base}"),
        base=tell(report, f"base_{rule.base}"),
        ratio=f"{rule.min_ratio:.0%}",
        minutes=Count(f"{rule.min_minutes:g}"),
    )
    plain = (tell(report, word) for word in ("rule_people", "rule_null", "rule_seconds"))
    return (tell(report, "rule_period"), attended, *plain)


FRONT = Front(
    "about",
    Text("说明", "About"),
    Text("统计范围、数据来源、缺口与规则", "What the report covers, its sources, gaps and rules"),
    _build,
)
