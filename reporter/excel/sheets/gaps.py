"""What is missing from a report: on the about sheet, or at the end of the other pages where the config has none."""

from __future__ import annotations

from reporter import labels
from reporter.excel.content import Prose
from reporter.excel.sheets.heading import has_about, tell
from reporter.model import Count, Pulled
from reporter.report import Report


def block(report: Report) -> Prose:
    """Return a sentence for each pull that is not whole, or that there is none."""
    found = tuple(_gap(report, one) for one in report.pulls if not one.is_whole)
    return Prose(tell(report, "gaps"), found or (tell(report, "no_gaps"),))


def closing(report: Report) -> tuple[Prose, ...]:
    """Return the gaps of a partial report for a page of a workbook that has no about sheet to tell them."""
    return (block(report),) if report.status == "partial" and not has_about(report) else ()


def _gap(report: Report, one: Pulled) -> str:
    language, pull = report.language, one.pull
    place = [labels.vendor(pull.vendor, language), pull.account, pull.endpoint]
    place += [tell(report, "gap_room", room=pull.room)] if pull.room else []
    said = dict.fromkeys(issue.message.in_(language) for issue in one.issues)
    return tell(
        report,
        "gap",
        place=" ".join(place),
        verdict=labels.verdict(one.verdict, language),
        rows=Count(str(one.rows)),
        claimed="" if one.claimed is None else tell(report, "gap_claimed", claimed=one.claimed),
        why=("；" if language == "zh" else "; ").join(said),
    ).strip()
