"""Which sheets a workbook has, made ready in the order that they need each other, kept in the order of the reader.

Sheets that come from the report alone are made first; then those that tell of the others (issues, about,
contents), each with what is known by then. Rows beyond what a sheet takes go on in `name (2)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reporter.excel import tables
from reporter.excel.cells import Cells, prepare
from reporter.excel.content import Content, Entry, Front, Page, Plot, Sheet, Table
from reporter.excel.safe import continued_issue
from reporter.excel.sheets import SHEETS
from reporter.excel.text import sheet_name
from reporter.model import Issue
from reporter.report import Report

#: rows of data that a sheet takes beneath its header
MOST_ROWS = 1_048_575

_PAGES = ("contents", "about", "overview")


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A sheet ready to write: a page as it is, a table as cells; `table` is what Excel's formulas call it."""

    code: str
    name: str
    content: Content
    cells: tuple[Cells, ...] = ()
    table: str = ""

    @property
    def plots(self) -> tuple[Plot, ...]:
        """The charts beside a table that stands on one sheet; a part of it has not all of their rows."""
        is_whole = isinstance(self.content, Table) and tables.height(self.cells) == self.content.rows.height
        return self.content.plots if isinstance(self.content, Table) and is_whole else ()


def make(report: Report, *, most_rows: int = MOST_ROWS) -> tuple[list[Made], list[Issue]]:
    """Return the workbook's sheets in their order, and what could not be shown as it is."""
    wanted = _wanted(report)
    layout = replace(report.layout, sheets=tuple(one.code for one in wanted))
    made: dict[str, list[Made]] = {}
    issues: list[Issue] = []
    for sheet in sorted(wanted, key=_build_order):
        told = replace(report, issues=(*report.issues, *issues), layout=layout)
        before = [part for one in wanted for part in made.get(one.code, [])]
        content = sheet.build(told) if isinstance(sheet, Sheet) else sheet.build(told, _entries(before, report))
        if _is_empty(content) and sheet.code not in report.layout.sheets:
            continue
        taken = [part.name for part in before]
        made[sheet.code], found = _parts(sheet, content, report, most_rows=most_rows, taken=taken)
        issues += found
    return [part for sheet in wanted for part in made.get(sheet.code, [])], issues


def _wanted(report: Report) -> list[Sheet | Front]:
    """Return the sheets that the config names, else all; a partial report begins with a page that says so."""
    by_code = {one.code: one for one in SHEETS}
    codes = [code for code in report.layout.sheets if code in by_code] or list(by_code)
    if report.status == "partial" and codes[0] not in _PAGES:
        codes = ["about", *(code for code in codes if code != "about")]
    return [by_code[code] for code in codes]


def _build_order(sheet: Sheet | Front) -> tuple[bool, int]:
    """Put fronts after the rest, and each front before those that stand before it and tell of it."""
    place = [one.code for one in SHEETS].index(sheet.code)
    return (True, -place) if isinstance(sheet, Front) else (False, place)


def _entries(made: Sequence[Made], report: Report) -> list[Entry]:
    rows = {one.code: one.row.in_(report.language) for one in SHEETS}
    return [
        Entry(
            one.code,
            one.name,
            rows[one.code],
            tables.height(one.cells) if isinstance(one.content, Table) else None,
            one.content.omitted if isinstance(one.content, Table) else (),
        )
        for one in made
    ]


def _is_empty(content: Content) -> bool:
    return isinstance(content, Table) and not content.rows.height


def _parts(
    sheet: Sheet | Front, content: Content, report: Report, *, most_rows: int, taken: Sequence[str]
) -> tuple[list[Made], list[Issue]]:
    name = sheet_name(sheet.title.in_(report.language), taken)
    if isinstance(content, Page):
        return [Made(sheet.code, name, content)], []
    cells, found = prepare(content, name, timezone=report.period.timezone, language=report.language)
    parts: list[Made] = []
    issues, names = [*content.issues, *found], [*taken]
    if content.rows.height >= most_rows:
        cells = [_without_total(one) for one in cells]
    for start in range(0, max(1, content.rows.height), most_rows):
        names.append(sheet_name(name, names))
        part = tuple(one.slice(start, most_rows) for one in cells)
        parts.append(
            Made(sheet.code, names[-1], content, part, f"{sheet.code}_{len(parts) + 1}" if parts else sheet.code)
        )
    if len(parts) > 1:
        issues.append(continued_issue([part.name for part in parts]))
    return parts, issues


def _without_total(cells: Cells) -> Cells:
    """Return a column without a total: a full sheet has no row left for it, a part's would be taken for the whole."""
    return replace(cells, column=replace(cells.column, adds=False))
