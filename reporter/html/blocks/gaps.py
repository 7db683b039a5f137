"""What is missing or not final, and why: before any figure, so that nobody takes them for more than they are."""

from __future__ import annotations

from reporter import labels
from reporter.html.blocks.base import Block, tell
from reporter.model import Finding, Pulled
from reporter.report import Report

#: gaps that are named; more of them are counted
_MOST = 8


def block(report: Report) -> Block | None:
    """Return the pulls with gaps and the checks that do not add up, None where all is whole."""
    pulls = [one for one in report.pulls if one.verdict != "complete"]
    findings = [one for one in report.findings if one.verdict == "unexplained"]
    sentences = [*(_of_pull(report, one) for one in pulls), *(_of_finding(report, one) for one in findings)]
    if not sentences:
        return None
    rest = len(sentences) - _MOST
    if rest > 0:
        sentences = [*sentences[:_MOST], tell(report, "more_gaps", n=rest)]
    is_partial = report.status == "partial"
    return Block("gaps", tell(report, "gaps"), sentences=tuple(sentences), is_alarm=is_partial)


def _of_pull(report: Report, one: Pulled) -> str:
    language = report.language
    place = " ".join(filter(None, (labels.vendor(one.pull.vendor, language), one.pull.endpoint, one.pull.room or "")))
    why = "; ".join(dict.fromkeys(issue.message.in_(language) for issue in one.issues if issue.level != "info"))
    return tell(report, "gap", place=place, verdict=labels.verdict(one.verdict, language), why=why)


def _of_finding(report: Report, one: Finding) -> str:
    label = one.label.in_(report.language)
    return tell(report, "mismatch", check=label, where=one.where, expected=one.expected, found=one.found)
