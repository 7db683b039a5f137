"""The workbook: a pure function of the report. Same report, same bytes, on every machine.

`book` decides which sheets there are and makes their data safe for cells, `pages` and `tables` draw them
with openpyxl, `pack` takes the clock and the machine out of the file. What a sheet holds is its own file
in `sheets/`; how rows are written is `rows` alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reporter.errors import OutputError
from reporter.excel import logo, pages, tables, template
from reporter.excel.book import Made, make
from reporter.excel.content import Page
from reporter.excel.pack import pack
from reporter.excel.text import clean, escape
from reporter.excel.theme import Theme, add_styles, load
from reporter.excel.wording import WORDS
from reporter.model import Issue
from reporter.report import Report

__all__ = ["workbook"]

_A4 = 9
_LOGO_PIXELS = 40


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
    ranges: dict[str, str] = {}
    for made in sheets:
        sheet = book.create_sheet(made.name)
        issues += _draw(sheet, made, report, theme, picture)
        if area := tables.text_range(made.cells):
            ranges[made.name] = area
    return pack(book, ranges, compress=report.layout.compress), issues


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


def _draw(sheet: Worksheet, made: Made, report: Report, theme: Theme, picture: logo.Logo | None) -> list[Issue]:
    _set_up(sheet)
    if isinstance(made.content, Page):
        sheet.sheet_view.showGridLines = False
        sheet.sheet_properties.tabColor = theme.accent
        zone, language = report.period.timezone, report.language
        return pages.draw(sheet, made.content, theme, timezone=zone, language=language, logo=picture)
    tables.draw(sheet, made.cells, theme, name=made.table, plots=made.plots)
    return []


def _set_up(sheet: Worksheet) -> None:
    """Lay a sheet out for A4 landscape, as wide as the page, with its name and page number at the foot."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.6
    margins.header = margins.footer = 0.3
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
    sheet.sheet_format.defaultRowHeight = pages.ROW_POINTS
    sheet.sheet_format.customHeight = True


def _logo(report: Report) -> tuple[logo.Logo | None, list[Issue]]:
    if report.brand.logo is None:
        return None, []
    try:
        return logo.read(report.brand.logo, height=_LOGO_PIXELS), []
    except OutputError:
        return None, [Issue("warning", "logo-unusable", WORDS["logo_unusable"], "brand.logo")]
