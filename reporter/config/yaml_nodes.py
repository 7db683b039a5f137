"""YAML as nodes that know where they stand: every scalar is its raw text, never a number or a date.

YAML 1.2, one document, no tags, no anchors, no aliases, no duplicate keys, at most `MAX_DEPTH` deep.
`room: 0123`, `1_000`, `NO` and `2026-11-05` stay as they are written; only a plain empty value, `~` and
`null` are None. Lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

#: nesting beyond this is a mistake or an attack; a real config has six
MAX_DEPTH = 50

_NOTHING = {"", "~", "null", "Null", "NULL"}

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file of YAML; `order` is 0 for the config itself and counts up along its bases."""

    path: Path
    text: str
    order: int = 0

    @property
    def lines(self) -> list[str]:
        """The lines as an editor counts them."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file, line and column from 1."""

    source: Source
    line: int
    column: int

    def __str__(self) -> str:
        """Return `configs/acme.yaml:14:7`."""
        return f"{self.source.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value: text, None for nothing, a tuple of nodes, or a mapping of nodes by key.

    `mark` is where it begins, `end` the place after its last character, `key` where its key stands
    (its own place for a list's item and for a whole file).
    """

    value: str | tuple[Node, ...] | dict[str, Node] | None
    mark: Mark
    end: Mark
    key: Mark

    @property
    def text(self) -> str | None:
        """The text of a scalar, None for anything else."""
        return self.value if isinstance(self.value, str) else None

    @property
    def fields(self) -> Mapping[str, Node]:
        """The nodes of a mapping by key; nothing for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """The nodes of a list; nothing for anything else."""
        return self.value if isinstance(self.value, tuple) else ()

    def find(self, path: KeyPath) -> Node | None:
        """Return the node at a path of keys and list positions, None where there is none."""
        node: Node | None = self
        for part in path:
            if node is None:
                return None
            if isinstance(part, int):
                node = node.items[part] if part < len(node.items) else None
            else:
                node = node.fields.get(part)
        return node

    def plain(self) -> Any:  # noqa: ANN401 - what YAML holds is any shape
        """Return dicts, lists, text and None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value

    def walk(self, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
        """Yield this node and all below it, each with its path, in the order of the file."""
        yield path, self
        for key, node in self.fields.items():
            yield from node.walk((*path, key))
        for index, node in enumerate(self.items):
            yield from node.walk((*path, index))


#: how a parser tells of what it refuses but can go past: path, place, what is wrong, the value if it is left out
Refuse = Callable[[KeyPath, Mark, str, Node | None], None]


class NotYamlError(Exception):
    """A file that cannot be read as YAML at all: what, and where."""

    def __init__(self, mark: Mark, what: str) -> None:
        """Keep the place and the sentence."""
        self.mark = mark
        super().__init__(what)


def parse(source: Source, refuse: Refuse) -> Node:
    """Return the one document of a file; what can be gone past is told to `refuse`.

    Raises `NotYamlError` for what is no YAML, too deep, or empty.
    """
    events = YAML(typ="safe", pure=True).parse(source.text)
    try:
        return _Reader(source, events, refuse).document()
    except MarkedYAMLError as fault:
        raise _not_yaml(source, fault) from None
    except ReaderError as fault:
        before = source.text[: fault.position]
        mark = Mark(source, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise NotYamlError(mark, f"the character U+{_code_point(fault):04X} is not allowed here; delete it") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the parser's events into nodes; recursion ends at `MAX_DEPTH`."""

    source: Source
    events: Iterator[Any]
    refuse: Refuse

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if not isinstance(event, DocumentStartEvent):
                continue
            if root is not None:
                raise NotYamlError(self._mark(event.start_mark), "a second document; keep one config in a file")
            first = next(self.events)
            root = self._node(first, (), self._mark(first.start_mark))
        if root is None or root.value is None:
            raise NotYamlError(Mark(self.source, 1, 1), "the file is empty; write client, period, accounts and events")
        return root

    def _node(self, event: Any, path: KeyPath, key: Mark) -> Node:  # noqa: ANN401 - ruamel's events are untyped
        start, end = self._mark(event.start_mark), self._mark(event.end_mark)
        if len(path) > MAX_DEPTH:
            raise NotYamlError(start, f"more than {MAX_DEPTH} levels deep; a config has six")
        self._plain_only(event, path, start)
        if isinstance(event, ScalarEvent):
            is_nothing = event.style is None and event.tag is None and event.value in _NOTHING
            return Node(None if is_nothing else event.value, start, end, key)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, start, key)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, start, key)
        return Node(None, start, end, key)

    def _plain_only(self, event: Any, path: KeyPath, mark: Mark) -> None:  # noqa: ANN401 - likewise
        if isinstance(event, AliasEvent):
            what = f"`*{event.anchor}` repeats a value, which is not allowed; write it out"
        elif event.anchor is not None:
            what = f"the anchor `&{event.anchor}` is not allowed; share values with `extends`"
        elif event.tag is not None:
            what = "a tag (`!…`) is not allowed; write the plain value"
        else:
            return
        self.refuse(path, mark, what, None)

    def _sequence(self, path: KeyPath, start: Mark, key: Mark) -> Node:
        nodes: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            nodes.append(self._node(event, (*path, len(nodes)), self._mark(event.start_mark)))
        return Node(tuple(nodes), start, self._mark(event.end_mark), key)

    def _mapping(self, path: KeyPath, start: Mark, key: Mark) -> Node:
        nodes: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            name, mark = self._key(event, path), self._mark(event.start_mark)
            value = next(self.events)
            node = self._node(value, (*path, name), mark)
            if name in nodes:
                first = nodes[name].key.line
                self.refuse((*path, name), mark, f"the key stands twice, in line {first} and here; keep one", node)
            nodes.setdefault(name, node)
        return Node(nodes, start, self._mark(event.end_mark), key)

    def _key(self, event: Any, path: KeyPath) -> str:  # noqa: ANN401 - likewise
        mark = self._mark(event.start_mark)
        if not isinstance(event, ScalarEvent):
            raise NotYamlError(mark, "a key is one word, not a list or a mapping")
        self._plain_only(event, path, mark)
        if not event.value:
            raise NotYamlError(mark, "a key is missing before `:`")
        return str(event.value)

    def _mark(self, mark: Any) -> Mark:  # noqa: ANN401 - likewise
        return Mark(self.source, mark.line + 1, mark.column + 1)


def _code_point(fault: ReaderError) -> int:
    return ord(fault.character) if isinstance(fault.character, str) else int(fault.character)


def _not_yaml(source: Source, fault: MarkedYAMLError) -> NotYamlError:
    """Put the parser's words into ours; what never ends is shown where it begins."""
    problem = str(fault.problem)
    advice = next((advice for words, advice in _ADVICE if words in problem), "")
    is_open = advice in _OPEN
    found = (fault.context_mark if is_open else None) or fault.problem_mark or fault.context_mark
    mark = _within(source, found.line + 1, found.column + 1) if found else Mark(source, 1, 1)
    if is_open and (key := _commented(source, mark, fault.problem_mark)):
        return NotYamlError(key, _IS_COMMENT)
    shown = source.lines[mark.line - 1] if mark.line <= len(source.lines) else ""
    if "：" in shown or "，" in shown:
        advice = "`：` and `，` are full-width; write `: ` and `, `"
    return NotYamlError(
        mark, advice or f"not YAML: {problem}; look at the quotes, brackets and indentation around here"
    )


def _within(source: Source, line: int, column: int) -> Mark:
    """Return a place in a file; what is missed past its last words is missed behind these."""
    said = [number for number, text in enumerate(source.lines, 1) if not text.lstrip().startswith("#") and text.strip()]
    if not said or line <= said[-1]:
        return Mark(source, line, column)
    return Mark(source, said[-1], len(source.lines[said[-1] - 1].rstrip()) + 1)


def _commented(source: Source, start: Mark, end: Any) -> Mark | None:  # noqa: ANN401 - ruamel's marks are untyped
    """Return the key whose value YAML took for a comment, with the bracket behind it; None: there is none."""
    if source.lines[start.line - 1].startswith(("'", '"'), start.column - 1):
        return None
    for number, line in enumerate(source.lines[start.line - 1 : end.line + 1], start=start.line):
        if found := _COMMENTED.search(line):
            return Mark(source, number, found.start() + len(found[1]) + 1)
    return None


#: a key and a value that begins with `#`, at the beginning of a line or behind a bracket or comma
_COMMENTED = re.compile(r"(^\s*|[{,]\s*)[\w.]+:\s+#\S")
_IS_COMMENT = "the key has no value: a bare # begins a comment, down to the end of the line; put the value in quotes"
_NEVER_CLOSES = "what opens here never closes; add the missing quote or bracket"
_NO_COLON = "a key without `: ` behind it; write `key: value`"
_NO_COMMA = "what opens here lacks a comma, or its closing bracket"
#: problems that the parser sees late: it says where they began, too
_OPEN = {_NEVER_CLOSES, _NO_COLON, _NO_COMMA}
#: what a parser's problem means, by words of it; the first that fits
_ADVICE = (
    ("end of stream", _NEVER_CLOSES),
    ("stream end", _NEVER_CLOSES),
    ("could not find expected ':'", _NO_COLON),
    ("expected ',' or", _NO_COMMA),
    ("\\t", "a tab cannot indent YAML; use spaces"),
    ("mapping values are not", "a second `: ` in this value, or a line indented too far; put text with `: ` in quotes"),
    ("cannot start any token", "a value cannot begin with this character; put it in quotes"),
    ("block end", "this line is indented unlike its neighbours; line it up with them"),
)
