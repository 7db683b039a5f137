"""What a finished file says, read back by readers of our own: every text of a workbook and of a page, with its place.

They share nothing with what wrote the files, so that a slip there is seen here. Pure.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from reporter.errors import HeldError

#: parts of a workbook that hold text
_TEXT_PARTS = (".xml", ".rels", ".vml")
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_SHARED = "xl/sharedStrings.xml"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) != len(set(names)):
                raise HeldError("the workbook holds a part twice, which readers read differently")
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as fault:
        raise HeldError("the workbook is none: its zip container cannot be read") from fault


def workbook(data: bytes) -> Iterator[Said]:
    """Yield every text of a workbook: cells, sheet names, properties, comments, defined names, drawings."""
    parts = parts_of(data)
    shared = tuple(_strings(parts.get(_SHARED)))
    for name, part in parts.items():
        if _WORKSHEET.fullmatch(name):
            yield from _cells(name, part, shared)
        elif name != _SHARED and name.endswith(_TEXT_PARTS):
            yield from _everything(name, part)


def cells(data: bytes, part: str) -> dict[str, str]:
    """Return the cells of one sheet of a workbook by reference, as text."""
    parts = parts_of(data)
    return {
        one.where.rpartition(" ")[2]: one.text
        for one in _cells(part, parts[part], tuple(_strings(parts.get(_SHARED))))
        if not one.where.endswith(" attributes")
    }


def page(data: bytes) -> Iterator[Said]:
    """Yield every text of a page: what is shown, attributes, comments, scripts; drawings' coordinates aside."""
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
            self.said.append(Said(self.part, _plain(text), is_number=_is_number(text)))


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


def _cells(name: str, part: bytes, shared: tuple[str, ...]) -> list[Said]:
    events = _Cells(name.rpartition("/")[2], shared)
    _read(name, part, events)
    return events.said


def _everything(name: str, part: bytes) -> list[Said]:
    events = _Events(name)
    _read(name, part, events)
    return events.said


def _strings(part: bytes | None) -> Iterator[str]:
    """Yield the shared strings in their order; a text in several runs is one."""
    if part is None:
        return
    found: list[list[str]] = []
    inside = [False]

    class Strings:
        def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
            if tag == "si":
                found.append([])
            inside[0] = tag == "t"

        def data(self, text: str) -> None:
            if inside[0]:
                found[-1].append(text)

        def end(self, _tag: str) -> None:
            inside[0] = False

    _read(_SHARED, part, Strings())
    yield from (_plain("".join(one)) for one in found)


def _read(name: str, part: bytes, events: object) -> None:
    """Feed a part to handlers named `start`, `data` and `end`; tags come without their prefix."""
    parser = expat.ParserCreate()
    handlers: dict[str, object] = {key: getattr(events, key) for key in ("start", "data", "end")}
    start, end = handlers["start"], handlers["end"]
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)  # type: ignore[operator] # methods
    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])  # type: ignore[operator] # likewise
    parser.CharacterDataHandler = handlers["data"]  # type: ignore[assignment] # likewise

    def refuse(*_: object) -> None:
        raise HeldError(f"the workbook's part {name} declares a document type, which no workbook does")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(part, True)  # noqa: FBT003 - expat's own way to say that this is all
    except expat.ExpatError as fault:
        raise HeldError(f"the workbook's part {name} is no XML that can be read") from fault


class _PageReader(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[Said] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.said += [Said(self._place, value) for name, value in attrs if value and name not in _GEOMETRY]

    def handle_data(self, data: str) -> None:
        text = _UNICODE.sub(lambda found: chr(int(found[1], 16)), data) if self._tag == "script" else data
        if text.strip():
            self.said.append(Said(self._place, text))

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
