"""The XML parts that openpyxl writes, mended and opened up for rows that polars writes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from reporter.excel.spelling import respelled
from reporter.excel.text import escape

CORE, WORKBOOK = "docProps/core.xml", "xl/workbook.xml"
#: text with blanks at an edge that openpyxl does not ask readers to keep, since it takes it for nothing but blanks
_BLANK = re.compile(rb"<t>([ \t\n][^<]*|[^<]*[ \t\n])</t>")
_DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
_WIDTH = re.compile(rb'<col width="[^"]*"')
_FILTER = re.compile(rb'(<definedName name="_xlnm._FilterDatabase" localSheetId="([0-9]+)"[^>]*>[^<]*!)[^!<]*(?=<)')
#: where a workbook's XML names its sheets: the sheets themselves, and what refers to them
_NAMED = re.compile(rb"(?<=<sheet )[^>]*|(?<=>)[^<>]+(?=</definedName>)")
#: how the names of parts end that are XML; pictures are none
_XML = (".xml", ".rels")
_END, _ROW_END = b"</sheetData>", b"</row>"
#: bytes that the range of a whole sheet takes
_DIMENSION_BYTES = 34


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet's XML around its rows: `head` up to the range that the sheet covers, `middle` from there to the rows."""

    head: bytes
    middle: bytes
    tail: bytes


def saved(book: Workbook) -> dict[str, bytes]:
    """Return the parts of a workbook by name, in openpyxl's order, without the time of saving, XML in one spelling.

    Names of sheets are spelled as Excel reads them: it would show one that is `_x0041_` as A, beside another A.
    """
    made = io.BytesIO()
    book.save(made)
    book.properties.modified = book.properties.created
    with zipfile.ZipFile(made) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts[CORE] = tostring(book.properties.to_tree())
    parts = {name: respelled(part) if name.endswith(_XML) else part for name, part in parts.items()}
    parts[WORKBOOK] = _NAMED.sub(lambda found: escape(found[0].decode()).encode(), parts[WORKBOOK])
    return {
        name: _BLANK.sub(rb'<t xml:space="preserve">\1</t>', part) if is_sheet(name) else part
        for name, part in parts.items()
    }


def is_sheet(name: str) -> bool:
    """Tell whether a part is a worksheet."""
    return name.startswith("xl/worksheets/sheet")


def sheet_part(number: int) -> str:
    """Return the name of a worksheet's part, by its place in the workbook (from 1)."""
    return f"xl/worksheets/sheet{number}.xml"


def opened(part: bytes) -> Opened:
    """Return a sheet's XML in front of the end of its rows, and from there on."""
    part = re.sub(rb"<sheetData ?/>", b"<sheetData></sheetData>", part)
    at, found = part.rindex(_END), _DIMENSION.search(part)
    assert found is not None, "openpyxl writes the range of every sheet"  # noqa: S101 - ours, not data's
    return Opened(part[: found.start()], part[found.end() : at], part[at:])


def with_widths(part: bytes, widths: Sequence[float]) -> bytes:
    """Return a sheet's XML with the widths of its columns, all of which it has one for."""
    left = iter(widths)
    at = part.index(b"<sheetData")
    return _WIDTH.sub(lambda _: f'<col width="{next(left):g}"'.encode(), part[:at]) + part[at:]


def with_filters(part: bytes, areas: Sequence[str]) -> bytes:
    """Return a workbook's XML with the ranges that its sheets' filters cover, one a sheet (`A1:O100`)."""
    fixed = [re.sub("([A-Z]+)([0-9]+)", r"$\1$\2", area).encode() for area in areas]
    return _FILTER.sub(lambda found: found[1] + fixed[int(found[2])], part)


def around_rows(middle: bytes) -> tuple[bytes, bytes]:
    """Return the XML of a table's header, and that of its totals, between which its rows go."""
    end = middle.index(_ROW_END) + len(_ROW_END)
    return middle[:end], middle[end:]


def dimension(area: str) -> bytes:
    """Return the range that a sheet covers (`A1:O100`), always as many bytes."""
    return f'<dimension ref="{area}"/>'.encode().ljust(_DIMENSION_BYTES)


def without_corners(part: bytes, area: str) -> bytes:
    """Return a sheet's XML, or its tail, without green corners on texts that look like numbers (CT_IgnoredErrors)."""
    ignored = f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors>'
    # the schema's order: after the print settings, before drawings and tables
    found = re.search(rb"<(?:drawing|legacyDrawing|tableParts)\b", part[part.rindex(_END) :])
    at = part.rindex(_END) + found.start() if found else part.rindex(b"</worksheet>")
    return part[:at] + ignored.encode() + part[at:]
