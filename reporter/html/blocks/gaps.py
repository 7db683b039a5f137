"""What is missing or not final, and why: before any figure, so that nobody takes them for more than they are."""

from __future__ import annotations

from datetime import date

from reporter import labels, places
from reporter.html.blocks.base import Block, tell
from reporter.model import Finding, Pull, Pulled
from reporter.report import Report

#: gaps that are named; more of them are counted
_MOST = 8
#: days of one gap that are named; of more the first and the last
_MOST_DAYS = 3


def block(report: Report) -> Block | None:
    """Return the pulls with gaps and the checks that do not add up, None where all is whole."""
    findings = [one for one in report.findings if one.verdict == "unexplained"]
    sentences = [*_of_pulls(report), *dict.fromkeys(_of_finding(report, one) for one in findings)]
    if not sentences:
        return None
    rest = len(sentences) - _MOST
    if rest > 0:
        sentences = [*sentences[:_MOST], tell(report, "more_gaps", n=rest)]
    is_partial = report.status == "partial"
    return Block("gaps", tell(report, "gaps"), sentences=tuple(sentences), is_alarm=is_partial)


def _of_pulls(report: Report) -> list[str]:
    """Return a sentence for each call, room and reason that gaps have in common, with the days that it is about."""
    days: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in report.pulls:
        if one.verdict != "complete":
            days.setdefault(_gap(report, one), {}).update(dict.fromkeys(_day(one.pull)))
    return [
        tell(report, "gap", place=" ".join([place, *_few(report, sorted(asked))]), verdict=verdict, why=why)
        for (place, verdict, why), asked in days.items()
    ]


def _gap(report: Report, one: Pulled) -> tuple[str, str, str]:
    """Return where a gap is, how its pull ended and why, as the reader is told."""
    language = report.language
    place = " ".join(filter(None, (labels.vendor(one.pull.vendor, language), one.pull.endpoint, one.pull.room or "")))
    why = "; ".join(dict.fromkeys(issue.message.in_(language) for issue in one.issues if issue.level != "info"))
    return place, labels.verdict(one.verdict, language), why


def _day(pull: Pull) -> list[str]:
    """Return the day that a pull asks, where it asks a day and no period."""
    asked = pull.param("PlayDate")
    return [date.fromisoformat(asked).isoformat()] if asked else []


def _few(report: Report, days: list[str]) -> list[str]:
    """Return days in a row of words, the first few and how many there are where they are many."""
    if len(days) > _MOST_DAYS:
        return [tell(report, "days_of", first=days[0], last=days[-1], n=len(days))]
    return [tell(report, "comma").join(days)] if days else []


def _of_finding(report: Report, one: Finding) -> str:
    label, where = one.label.in_(report.language), places.of_finding(one.where, report.language)
    sides = {"expected": one.expected, "found": one.found}
    told = {side: places.amount(said, report.language) for side, said in sides.items()}
    return tell(report, "mismatch", check=label, where=where, **told)
