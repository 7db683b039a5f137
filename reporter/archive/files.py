"""A phone taken out of the files that runs were made from: lists as text, and Excel workbooks."""

from __future__ import annotations

import io
import re
import zipfile

_ENCODINGS = ("utf-8-sig", "gb18030")
#: every zip archive begins so
_ZIP = b"PK\x03\x04"


def names(body: bytes, digits: str) -> bool:
    """Say whether a file holds the phone."""
    return without(body, digits) is not None


def without(body: bytes, digits: str) -> bytes | None:
    """Return a file without the phone, None where it does not hold it.

    A line of text that holds it is left empty but for its commas; a workbook loses the number alone.
    """
    if not digits:
        return None
    return _workbook(body, digits) if body.startswith(_ZIP) else _text(body, digits)


def _text(body: bytes, digits: str) -> bytes | None:
    for encoding in _ENCODINGS:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = text.splitlines(keepends=True)
        kept = [_emptied(line) if _holds(line, digits) else line for line in lines]
        return None if kept == lines else "".join(kept).encode(encoding)
    return None


def _workbook(body: bytes, digits: str) -> bytes | None:
    has_changed, out = False, io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                data = old.read(entry)
                cleaned = re.sub(rb"(?<!\d)(?:\+?(?:00)?86[ -]?)?" + digits.encode() + rb"(?!\d)", b"", data)
                has_changed |= cleaned != data
                new.writestr(entry, cleaned)
    except zipfile.BadZipFile:
        return None
    return out.getvalue() if has_changed else None


def _holds(line: str, digits: str) -> bool:
    bare = re.sub(r"(?<=\d)[ -](?=\d)", "", line)
    return re.search(rf"(?<!\d)(?:\+?(?:00)?86)?{digits}(?!\d)", bare) is not None


def _emptied(line: str) -> str:
    ending = line[len(line.rstrip("\r\n")) :]
    return "," * line.count(",") + ending
