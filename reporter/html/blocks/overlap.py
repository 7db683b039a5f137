"""Where people overlap: how many were seen on one platform and on another."""

from __future__ import annotations

from reporter import labels
from reporter.html import charts
from reporter.html.blocks.base import Block, Chart, columns, in_words, shown, table, tell, text
from reporter.report import Report


def block(report: Report) -> Block | None:
    """Return the matrix of platforms, None where fewer than two have people."""
    frame = report.tables.get("overlap")
    if frame is None or not frame.height:
        return None
    pairs = [
        (labels.vendor(vendor, report.language), labels.vendor(other, report.language), people)
        for vendor, other, people in frame.select("vendor", "other", "people").iter_rows()
    ]
    names = list(dict.fromkeys(vendor for vendor, _, _ in pairs))
    if len(names) < 2:  # noqa: PLR2004 - nothing overlaps with itself
        return None
    count = {(vendor, other): people for vendor, other, people in pairs}
    rows = [
        (text(vendor), *(shown(report, count.get((vendor, other), 0), "people") for other in names)) for vendor in names
    ]
    numbers = table((*columns(report, "", "vendor"), *names), rows, (False, *(True for _ in names)))
    points = [charts.Point(vendor, other, float(people)) for vendor, other, people in pairs]
    shared = [(f"{vendor} + {other}", float(people)) for vendor, other, people in pairs if vendor < other]
    words = f"{tell(report, 'overlap')}. {in_words(shared)}"
    spec = charts.matrix(points, brand=report.brand.color)
    return Block(
        "overlap", tell(report, "overlap"), note=tell(report, "overlap_means"), chart=Chart(words, spec, numbers)
    )
