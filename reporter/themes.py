"""The theme in a client's own workbook, opened by whoever checks a config and by whoever draws. A leaf.

The file is another's: a zip and an XML that may say anything of themselves. Nothing of it is believed, and the standard
library reads it whatever else is installed.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from reporter.errors import OutputError

#: the namespace of a theme's elements
MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PART = "xl/theme/theme1.xml"
_MOST_BYTES = 4_000_000
#: how Excel packs a part; others unpack a few bytes to gigabytes at once
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: what `zipfile` and `zlib` raise of a damaged file, and the parser of an encoding that is none
_DAMAGE = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    ParseError,
)
_ADVICE = "save it from Excel as .xlsx, unencrypted"


def theme(workbook: Path | BinaryIO) -> Element:
    """Return the root of a workbook's theme; raises `OutputError` where there is none that can be read."""
    try:
        with zipfile.ZipFile(workbook) as file:
            root = _parsed(_unpacked(file))
    except _DAMAGE as fault:
        raise OutputError(f"the template has no theme that can be read; {_ADVICE}") from fault
    if root.tag != f"{MAIN}theme":
        raise OutputError(f"the template's theme is of another kind than Excel's; {_ADVICE} (not as Strict Open XML)")
    return root


def _unpacked(file: zipfile.ZipFile) -> bytes:
    part = file.getinfo(_PART)
    if part.compress_type not in _PACKED:
        raise OutputError(f"the template's theme is packed as Excel packs none; {_ADVICE}")
    with file.open(part) as opened:
        found = opened.read(_MOST_BYTES + 1)  # whatever size it says it has
    if len(found) > _MOST_BYTES:
        raise OutputError(f"the template's theme takes more than {_MOST_BYTES:,} bytes; {_ADVICE}")
    return found


def _parsed(xml: bytes) -> Element:
    parser = XMLParser(target=_Builder())  # noqa: S314 - what makes XML dangerous stands in a DOCTYPE
    parser.feed(xml)
    root: Element = parser.close()
    return root


class _Builder(TreeBuilder):
    """What makes the tree; a theme has no DOCTYPE, where names are given to other files and to texts without end."""

    def doctype(self, *_: object) -> None:
        raise OutputError(f"the template's theme has a DOCTYPE, which no theme has; {_ADVICE}")
