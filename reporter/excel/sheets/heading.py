"""What stands at the head of every page: words, the period in words, the banner of a partial report."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from reporter.excel.wording import WORDS
from reporter.model import Text
from reporter.report import Report


def tell(report: Report, word: str, **facts: object) -> str:
    """Return a word or sentence of the workbook in the report's language, filled in."""
    return WORDS[word].in_(report.language).format(**facts)


def days(report: Report) -> str:
    """Return the first and the last day of the period, both inclusive, in words."""
    covered = list(report.period.days())
    first, last = covered[0].isoformat(), covered[-1].isoformat()
    return tell(report, "one_day" if first == last else "days", first=first, last=last)


def moment(report: Report) -> str:
    """Return `as_of` as wall clock of the report's zone, to the minute."""
    return f"{report.as_of.astimezone(ZoneInfo(report.period.timezone)):%Y-%m-%d %H:%M}"


def page_title(report: Report, sheet: Text) -> str:
    """Return the report's title and the sheet's."""
    return f"{report.title} · {sheet.in_(report.language)}"


def subtitle(report: Report) -> str:
    """Return the line beneath a page's title: the days, the zone, and how fresh the data are."""
    return f"{days(report)} · {report.period.timezone} · {tell(report, 'as_of')} {moment(report)}"


def has_about(report: Report) -> bool:
    """Tell whether the workbook has an about sheet; `layout.sheets` names its sheets, none: all of them."""
    return not report.layout.sheets or "about" in report.layout.sheets


def banner(report: Report) -> str:
    """Return the warning of a partial report, which says where its gaps stand; "" for a complete one."""
    if report.status != "partial":
        return ""
    return tell(report, "banner", where=tell(report, "gaps_on_about" if has_about(report) else "gaps_below"))
