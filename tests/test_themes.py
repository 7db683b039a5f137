from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from reporter import themes
from reporter.errors import OutputError
from reporter.themes import MAIN

PART = "xl/theme/theme1.xml"
XML = f'<theme xmlns="{MAIN[1:-1]}">{" " * 5000}</theme>'.encode()


def _zip(xml: bytes = XML, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packed) as file:
        file.writestr(PART, xml)
    return made.getvalue()


def _tag(workbook: bytes) -> str:
    return themes.theme(io.BytesIO(workbook)).tag


def _at(offset: int, new: bytes) -> bytes:
    """Return a workbook with bytes of its theme's packed part replaced."""
    data, at = _zip(), _zip().index(PART.encode()) + len(PART) + offset
    return data[:at] + new + data[at + len(new) :]


def _encrypted() -> bytes:
    data = bytearray(_zip())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _lying() -> bytes:
    """Return a few kilobytes that say they are ten bytes unpacked, and are 400 million."""
    data, size = _zip(b" " * 400_000_000), (400_000_000).to_bytes(4, "little")
    assert len(data) < 1_000_000
    return data.replace(size, (10).to_bytes(4, "little"))


def test_theme_of_a_workbook_is_its_theme_element() -> None:
    made = io.BytesIO()
    Workbook().save(made)
    assert _tag(made.getvalue()) == f"{MAIN}theme"
    assert _tag(_zip()) == f"{MAIN}theme"
    assert _tag(_zip(packed=zipfile.ZIP_STORED)) == f"{MAIN}theme"


@pytest.mark.parametrize(
    "damaged",
    [
        lambda: b"",
        lambda: b"\xd0\xcf\x11\xe0 encrypted",
        lambda: _zip()[:-30],
        lambda: _zip().replace(PART.encode(), b"xl/theme/theme2.xml"),
        lambda: _at(0, b"\xff\xff\xff"),
        lambda: _at(9, b"\x00\x00\x00\x00"),
        _encrypted,
        _lying,
        lambda: _zip(b""),
        lambda: _zip(XML[:-3]),
        lambda: _zip(XML.replace(b"  ", b"\xff ", 1)),
        lambda: _zip(XML.replace(b"  ", b"&#0;", 1)),
        lambda: _zip(b'<?xml version="1.0" encoding="no-such"?>' + XML),
        lambda: _zip(b'<?xml version="1.0" encoding="big5"?>' + XML),
        lambda: _zip(b'<?xml version="1.0" encoding="utf-7"?>' + XML[:-1]),
    ],
)
def test_damaged_file_is_told_with_what_to_do(damaged: Callable[[], bytes]) -> None:
    with pytest.raises(OutputError, match=r"no theme that can be read; save it from Excel as \.xlsx, unencrypted"):
        _tag(damaged())


@pytest.mark.parametrize(
    ("hostile", "told"),
    [
        (lambda: _zip(b"<!DOCTYPE theme [<!ENTITY a 'b'>]>" + XML), "has a DOCTYPE"),
        (lambda: _zip("<!DOCTYPE theme SYSTEM 'file:///etc/hostname'><theme/>".encode("utf-16")), "has a DOCTYPE"),
        (lambda: _zip(XML + b" " * 4_000_000), "takes more than 4,000,000 bytes"),
        (lambda: _zip(packed=zipfile.ZIP_BZIP2), "packed as Excel packs none"),
        (lambda: _zip(packed=zipfile.ZIP_LZMA), "packed as Excel packs none"),
        (lambda: _zip(b"<a>" * 100_000 + b"</a>" * 100_000), "of another kind than Excel's"),
        (lambda: _zip(b"<theme/>"), "of another kind than Excel's"),
    ],
)
def test_what_no_theme_of_excel_holds_is_refused(hostile: Callable[[], bytes], told: str) -> None:
    with pytest.raises(OutputError, match=told):
        _tag(hostile())
