"""A workbook as bytes that depend on nothing but its content: no clock, machine or user in them.

openpyxl stamps the time of saving into the properties and into each zip entry; both are replaced here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Literal

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from reporter.excel import totals

_CORE = "docProps/core.xml"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0x20
_LEVELS = {"small": 9, "fast": 1}
#: text of nothing but blanks, which openpyxl writes so that readers drop it
_BLANK = re.compile(rb"<t>([ \t\n]+)</t>")


def pack(book: Workbook, text_ranges: Mapping[str, str], *, compress: Literal["small", "fast"]) -> bytes:
    """Return the file; `text_ranges` are ranges by sheet name where numbers stored as text are meant so."""
    saved = io.BytesIO()
    book.save(saved)
    book.properties.modified = book.properties.created
    with_totals = {
        f"xl/worksheets/sheet{number}.xml": sheet
        for number, sheet in enumerate(book.worksheets, start=1)
        if sheet.tables
    }
    by_part = {
        f"xl/worksheets/sheet{number}.xml": text_ranges[sheet.title]
        for number, sheet in enumerate(book.worksheets, start=1)
        if sheet.title in text_ranges
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            data = tostring(book.properties.to_tree()) if name == _CORE else old.read(name)
            if name.startswith("xl/worksheets/"):
                data = _mended(data, by_part.get(name))
            if name in with_totals:
                data = totals.with_formulas(data, with_totals[name])
            new.writestr(_entry(name), data, compresslevel=_LEVELS[compress])
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a zip entry that looks the same from every machine."""
    entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    entry.external_attr = _PLAIN_FILE
    return entry


def _mended(part: bytes, text_range: str | None) -> bytes:
    """Return a sheet's XML with its blanks kept, and without green corners on ids (CT_IgnoredErrors)."""
    part = _BLANK.sub(rb'<t xml:space="preserve">\1</t>', part)
    if text_range is None:
        return part
    ignored = f'<ignoredErrors><ignoredError sqref="{text_range}" numberStoredAsText="1"/></ignoredErrors>'
    # the schema's order: after the print settings, before drawings and tables
    found = re.search(rb"<(?:drawing|legacyDrawing|tableParts)\b", part[part.rindex(b"</sheetData>") :])
    at = part.rindex(b"</sheetData>") + found.start() if found else part.rindex(b"</worksheet>")
    return part[:at] + ignored.encode() + part[at:]
