"""The workbook: a pure function of the report. Same report, same bytes, on every machine.

`book` decides which sheets there are and makes their data safe for cells, `pages` and `tables` draw them
with openpyxl, `pack` takes the clock and the machine out of the file. What a sheet holds is its own file
in `sheets/`. The rows of tables, the report's and those of `write_xlsx`, are written by `stream` alone, by the
rules of `safe`; `library` is that path for any frame.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporter.errors import OutputError
from reporter.excel import logo, pages, tables, template
from reporter.excel.bodies import Body
from reporter.excel.book import make
from reporter.excel.content import Page
from reporter.excel.heights import ROW_POINTS
from reporter.excel.library import write_xlsx
from reporter.excel.pack import pack
from reporter.excel.paper import set_up
from reporter.excel.text import clean, escape
from reporter.excel.theme import Theme, add_styles, load
from reporter.excel.wording import WORDS
from reporter.model import Issue
from reporter.report import Report

__all__ = ["workbook", "write_xlsx"]


def workbook(report: Report) -> tuple[bytes, list[Issue]]:
    """Return the xlsx file of a report, and an issue for whatever a cell could not hold as it is.

    Raises `OutputError` where the installation's theme is missing.
    """
    theme, unusable = _theme(report)
    sheets, issues = make(replace(report, issues=(*report.issues, *unusable)))
    issues += unusable
    picture, found = _logo(report)
    issues += found
    book = _blank(report, theme)
    bodies: dict[str, Body] = {}
    for made in sheets:
        sheet = book.create_sheet(made.name)
        set_up(sheet)
        sheet.sheet_format.defaultRowHeight = ROW_POINTS
        sheet.sheet_format.customHeight = True
        if isinstance(made.content, Page):
            issues += _draw(sheet, made.content, report, theme, picture)
        else:
            bodies[made.name] = tables.draw(sheet, made.cells, theme, name=made.table, plots=made.plots)
    return pack(book, bodies, compress=report.layout.compress), issues


def _theme(report: Report) -> tuple[Theme, list[Issue]]:
    ours = load("light", report.brand, report.language)
    if report.layout.template is None:
        return ours, []
    try:
        theirs = template.themed(ours, Path(report.layout.template), report.brand, report.language)
    except OutputError:
        return ours, [Issue("warning", "template-unused", WORDS["template_unused"], "outputs.workbook.template")]
    return theirs, [Issue("info", "template-theme", WORDS["template_theme"], "outputs.workbook.template")]


def _blank(report: Report, theme: Theme) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = escape(clean(report.title)[0])
    book.properties.creator = "reporter"
    book.properties.created = report.as_of.astimezone(UTC).replace(tzinfo=None)
    add_styles(book, theme)
    return book


def _draw(sheet: Worksheet, page: Page, report: Report, theme: Theme, picture: logo.Logo | None) -> list[Issue]:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = theme.accent
    zone, language = report.period.timezone, report.language
    return pages.draw(sheet, page, theme, timezone=zone, language=language, logo=picture)


def _logo(report: Report) -> tuple[logo.Logo | None, list[Issue]]:
    if report.brand.logo is None:
        return None, []
    try:
        return logo.Logo(report.brand.logo), []
    except OutputError:
        return None, [Issue("warning", "logo-unusable", WORDS["logo_unusable"], "brand.logo")]
