"""XML in one spelling, whichever library wrote it.

openpyxl writes through lxml where that is installed and through the standard library where it is not, and decides so
when it is first imported, by whoever comes first: the two say the same in other bytes. Its parts are therefore read
and written once more, by the standard library's reader and the few lines here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = _TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})
_DECLARATION = "xmlns:"


def respelled(part: bytes) -> bytes:
    """Return an XML part as it is, in one spelling, in UTF-8: what has nothing in it as one tag, letters as they are.

    Prefixes stay, since Excel and WPS expect them, and are declared at the root in order. Comments and the declaration
    of XML go. Raises `ExpatError` for what is no XML.
    """
    speller, parser = _Speller(), expat.ParserCreate()
    parser.ordered_attributes = parser.buffer_text = True
    parser.StartElementHandler = speller.start
    parser.EndElementHandler = speller.end
    parser.CharacterDataHandler = speller.text
    parser.Parse(part, True)  # noqa: FBT003 - expat takes no names
    return speller.spelled().encode()


@dataclass(slots=True, eq=False)
class _Speller:
    """What was read so far, written again; `root` is the first tag, which waits for the last declaration."""

    root: str = ""
    written: list[str] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    is_open: bool = False

    def start(self, name: str, pairs: list[str]) -> None:
        if self.is_open:
            self.written.append(">")
        tag, values = [name], iter(pairs)
        for key, value in zip(values, values, strict=True):
            # one that is declared twice, for two things, stays where it stands
            if not key.startswith(_DECLARATION) or self.declared.setdefault(key, value) != value:
                tag.append(f'{key}="{value.translate(_VALUE)}"')
        if self.root:
            self.written.append(f"<{' '.join(tag)}")
        else:
            self.root = " ".join(tag)
        self.is_open = True

    def end(self, name: str) -> None:
        self.written.append("/>" if self.is_open else f"</{name}>")
        self.is_open = False

    def text(self, data: str) -> None:
        if self.is_open:
            self.written.append(">")
            self.is_open = False
        self.written.append(data.translate(_TEXT))

    def spelled(self) -> str:
        name, *rest = self.root.split(" ", 1)
        declared = [f'{key}="{value.translate(_VALUE)}"' for key, value in sorted(self.declared.items())]
        return f"<{' '.join([name, *declared, *rest])}" + "".join(self.written)
