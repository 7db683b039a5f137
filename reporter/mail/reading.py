"""What a finished file says, read back by readers of our own: every text of a workbook and of a page, with its place.

They share nothing with what wrote the files, so that a slip there is seen here. Pure.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from reporter.errors import HeldError
from reporter.mail import pictures

#: parts of a workbook that hold text
_TEXT_PARTS = (".xml", ".rels", ".vml")
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PICTURES = "xl/media/"
_SHARED = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
#: bytes of a part that are read at a time
_PIECE = 1_000_000
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
#: a picture that stands in the text of a page itself
_WITHIN = re.compile(r"data:image/[^,]*;base64,([A-Za-z0-9+/=]+)")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})")
#: attributes of drawings that hold nothing but coordinates
_GEOMETRY = {
    "d",
    "points",
    "transform",
    "viewbox",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "width",
    "height",
    "cx",
    "cy",
    "r",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a file: where it stands (`sheet2.xml B7`, `line 14`), and whether it is a number's."""

    where: str
    text: str
    is_number: bool = False


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a workbook by name; raises `HeldError` for what is no workbook, or holds a part twice."""
    with _opened(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook(data: bytes) -> Iterator[Said]:
    """Yield every text of a workbook: cells, sheet names, properties, comments, defined names, drawings, pictures.

    Parts are read a piece at a time, so that a large sheet needs no more memory than its shared strings.
    """
    with _opened(data) as archive:
        shared = _shared(archive)
        for name in archive.namelist():
            if name != _SHARED and name.endswith(_TEXT_PARTS):
                yield from _read(archive, name, _events(name, shared))
            elif name.startswith(_PICTURES):
                yield from picture(name, archive.read(name))


def cells(data: bytes, part: str) -> dict[str, str]:
    """Return the cells of one sheet of a workbook by reference, as text."""
    with _opened(data) as archive:
        said = list(_read(archive, part, _events(part, _shared(archive))))
    found = ((one.where.rpartition(" ")[2], one.text) for one in said)
    return {reference: text for reference, text in found if _REFERENCE.fullmatch(reference)}


def printed(data: bytes) -> Iterator[Said]:
    """Yield every text of a printed page and what the file says of itself; raises `HeldError` for what is no PDF."""
    try:
        document = PdfReader(io.BytesIO(data), strict=True)
        for name, value in (document.metadata or {}).items():
            yield Said(f"property {name}", str(value))
        for number, sheet in enumerate(document.pages, start=1):
            yield Said(f"page {number}", sheet.extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise HeldError("the printed page cannot be read, so it cannot be searched for what may not leave") from fault


def picture(where: str, data: bytes) -> Iterator[Said]:
    """Yield every text that a picture holds beside what it shows."""
    for text in pictures.texts(data):
        yield Said(where, text)


def page(data: bytes) -> Iterator[Said]:
    """Yield every text of a page: what is shown, attributes, comments, scripts, pictures; drawings' lines aside."""
    reader = _PageReader()
    reader.feed(data.decode("utf-8", "replace"))
    reader.close()
    yield from reader.said


@dataclass(slots=True)
class _Events:
    """Handlers of expat that gather texts and attributes of one part."""

    part: str
    said: list[Said] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.flush()
        self.said += [Said(self.part, _plain(value)) for value in attributes.values()]

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, _tag: str) -> None:
        self.flush()

    def flush(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if text.strip():
            # a number is one in a cell alone: digits that a person wrote elsewhere may be anybody's phone
            self.said.append(Said(self.part, _plain(text)))


@dataclass(slots=True)
class _Cells:
    """Handlers of expat that read the cells of a worksheet; attributes elsewhere are texts too."""

    part: str
    shared: tuple[str, ...]
    said: list[Said] = field(default_factory=list)
    _reference: str = ""
    _type: str = ""
    _text: list[str] = field(default_factory=list)
    _depth: int = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._reference, self._type = attributes.get("r", ""), attributes.get("t", "n")
            self._text.clear()
            self._depth = 1
        elif tag in {"v", "t", "f"}:
            self._depth = 2
        if tag not in {"c", "row"}:
            self.said += [Said(f"{self.part} attributes", _plain(value)) for value in attributes.values()]

    def data(self, text: str) -> None:
        if self._depth == 2 or not self._depth:  # noqa: PLR2004 - inside a cell's value, or outside of all cells
            self._text.append(text)

    def end(self, tag: str) -> None:
        if tag == "f":
            self.said.append(Said(f"{self.part} {self._reference}", f"={_plain(''.join(self._text))}"))
            self._text.clear()
        if tag in {"v", "t", "f"}:
            self._depth = 1
        elif tag == "c":
            self._add(f"{self.part} {self._reference}", "".join(self._text))
            self._text.clear()
            self._depth = 0
        elif not self._depth and "".join(self._text).strip():
            self.said.append(Said(self.part, _plain("".join(self._text))))
            self._text.clear()

    def _add(self, where: str, text: str) -> None:
        if text:
            is_shared = self._type == "s" and text.isdecimal() and int(text) < len(self.shared)
            shown = self.shared[int(text)] if is_shared else _plain(text)
            self.said.append(Said(where, shown, is_number=self._type == "n" and _is_number(shown)))


@dataclass(slots=True)
class _Strings:
    """Handlers of expat that read the shared strings in their order; a text in several runs is one."""

    texts: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _is_inside: bool = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._is_inside = tag == "t"

    def data(self, text: str) -> None:
        if self._is_inside:
            self._text.append(text)

    def end(self, tag: str) -> None:
        self._is_inside = False
        if tag == "si":
            self.texts.append(_plain("".join(self._text)))
            self._text.clear()


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise HeldError("the workbook holds a part twice, which readers read differently")
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        raise HeldError("the workbook is none: its zip container cannot be read") from fault


def _shared(archive: zipfile.ZipFile) -> tuple[str, ...]:
    strings = _Strings()
    if _SHARED in archive.namelist():
        for _ in _read(archive, _SHARED, strings):
            pass  # it has nothing to say by itself
    return tuple(strings.texts)


def _events(name: str, shared: tuple[str, ...]) -> _Events | _Cells:
    return _Cells(name.rpartition("/")[2], shared) if _WORKSHEET.fullmatch(name) else _Events(name)


def _read(archive: zipfile.ZipFile, name: str, events: _Events | _Cells | _Strings) -> Iterator[Said]:
    """Feed a part to handlers piece by piece, and yield what they find; tags come without their prefix."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: events.start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: events.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = events.data

    def refuse(*_: object) -> None:
        raise HeldError(f"the workbook's part {name} declares a document type, which no workbook does")

    parser.StartDoctypeDeclHandler = refuse
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - expat's own way to say that more follows
                yield from events.said
                events.said.clear()
        parser.Parse(b"", True)  # noqa: FBT003 - expat's own way to say that this is all
    except expat.ExpatError as fault:
        raise HeldError(f"the workbook's part {name} is no XML that can be read") from fault
    yield from events.said


class _PageReader(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            if value and name not in _GEOMETRY:
                self.said += [Said(self._place, value), *self._pictures(value)]

    def handle_data(self, data: str) -> None:
        text = _UNICODE.sub(lambda found: chr(int(found[1], 16)), data) if self._tag == "script" else data
        if text.strip():
            self.said += [Said(self._place, text), *self._pictures(text)]

    def _pictures(self, text: str) -> Iterator[Said]:
        for found in _WITHIN.findall(text):
            with suppress(ValueError):  # what is no base64 is no picture, and was read as it stands
                yield from picture(f"a picture of {self._place}", b64decode(found))

    def handle_comment(self, data: str) -> None:
        self.said.append(Said(self._place, data))

    def handle_decl(self, decl: str) -> None:
        self.said.append(Said(self._place, decl))

    def unknown_decl(self, data: str) -> None:
        self.said.append(Said(self._place, data))

    def handle_pi(self, data: str) -> None:
        self.said.append(Said(self._place, data))

    @property
    def _place(self) -> str:
        return f"line {self.getpos()[0]}"


def _plain(text: str) -> str:
    """Return text with Excel's escapes read: `_x0031_` is `1`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
