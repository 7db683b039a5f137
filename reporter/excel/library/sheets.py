"""One frame into one sheet, or into as many as its rows take, and what had to change on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import polars as pl

from reporter.excel import parts
from reporter.excel.library.design import MEASURED_BYTES, MEASURED_ROWS, Design, draw, format_of, widths_of
from reporter.excel.library.inputs import Feed, Input
from reporter.excel.safe import Change, column_issue, continued_issue, text_issue
from reporter.excel.stream import body, ready
from reporter.excel.stream.archive import Archive
from reporter.excel.stream.deflate import Compress, piece
from reporter.excel.stream.markup import letters_of
from reporter.excel.stream.ready import Ready, Target, TooLong
from reporter.excel.stream.shapes import Source
from reporter.excel.text import clean, sheet_name
from reporter.model import Issue

#: rows of data that a sheet takes beneath its header
MOST_ROWS = 1_048_575
#: pieces that a long sheet begins with
_FIRST_PIECES = 3
#: the parts that a file begins with, by which programs tell that it is a workbook
FIRST_PARTS = ("docProps/app.xml", "docProps/core.xml", "xl/theme/theme1.xml")


@dataclass(slots=True, eq=False)
class Book:
    """A workbook that is being written: where to, how, and the sheets that are in it. `names` are taken."""

    archive: Archive
    pool: Executor
    compress: Compress
    formats: tuple[str, ...]
    names: list[str]
    designs: list[Design] = field(default_factory=list)
    most_rows: int = MOST_ROWS

    def begin(self, design: Design) -> tuple[parts.Opened, dict[str, int]]:
        """Return a sheet's XML around its rows and the styles of the workbook; the first one begins the file."""
        drawn, styles = draw((design,), self.formats)
        if not self.designs:
            for name in FIRST_PARTS:
                self.archive.add(name, drawn[name])
        return parts.opened(drawn[parts.sheet_part(1)]), styles

    def close(self) -> None:
        """Write the parts that tell of all sheets."""
        drawn, _ = draw(self.designs, self.formats)
        for name, data in drawn.items():
            if not parts.is_sheet(name) and name not in FIRST_PARTS:
                self.archive.add(name, data)
        self.archive.close()


def write(book: Book, given: Input, name: str) -> list[Issue]:
    """Write a frame from row 1 of sheet `name` on; a number past 15 digits makes its column text, from the top."""
    as_text: frozenset[int] = frozenset()
    while True:
        mark, sheets, taken = book.archive.mark(), len(book.designs), len(book.names)
        rows = _Rows(given.rows(), as_text, book.most_rows, body.chunk_rows(len(given.sources)))
        issues = _write_parts(book, given, name, rows)
        if not rows.long:
            return issues
        as_text |= rows.long
        book.archive.rewind(mark)
        del book.designs[sheets:], book.names[taken:]


@dataclass(slots=True, eq=False)
class _Rows:
    """The rows of a frame on their way into sheets: what is left of them, and what changed in those that went."""

    feed: Feed
    as_text: frozenset[int]
    most_rows: int
    at_once: int
    height: int = 0
    total: int = 0
    long: frozenset[int] = frozenset()
    changes: dict[tuple[int, str], Change] = field(default_factory=dict)

    def part(self, first: pl.DataFrame | None, targets: tuple[Target, ...]) -> Iterator[Ready]:
        """Yield the chunks of one sheet, none more where numbers turn out to be too long for numbers.

        What is left of the frame is then looked through for others, so that a sheet begins anew once at most.
        """
        self.height = 0
        for chunk in self._chunks(first):
            if self.long:
                self.long |= ready.too_long(chunk, [one.source for one in targets if one.source.at not in self.as_text])
                continue
            made = ready.make(chunk, targets, self.as_text, row=self.height + 2)
            if isinstance(made, TooLong):
                self.long = made.columns
                continue
            self._count(made, chunk.height)
            yield made

    def next(self) -> pl.DataFrame | None:
        """Return the next chunk of the sheet that is being written, None where it is full or all rows are written."""
        room = self.most_rows - self.height
        return self.feed.take(min(self.at_once, room)) if room else None

    def _chunks(self, first: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
        """Yield the rows of a sheet; a long one begins with few of them, so that no thread waits for a whole chunk."""
        chunk = first
        few = _FIRST_PIECES * body.piece_rows(first.width) if first is not None else 0
        if first is not None and first.height > few:
            yield first.head(few)
            chunk = first.slice(few)
        while chunk is not None:
            yield chunk
            chunk = self.next()

    def _count(self, made: Ready, height: int) -> None:
        for at, (code, count, first) in made.changes:
            _, known, since = self.changes.get((at, code), (code, 0, first + self.total))
            self.changes[at, code] = (code, known + count, since)
        self.height += height
        self.total += height


def _write_parts(book: Book, given: Input, name: str, rows: _Rows) -> list[Issue]:
    sample = rows.feed.peek(MEASURED_ROWS, MEASURED_BYTES) if given.sources else None
    first = rows.next() if given.sources else None
    headers = tuple(clean(one.name)[0] for one in given.sources)
    formats = tuple(format_of(one) for one in given.sources)
    design = Design(name, headers, formats, widths_of(sample, given.sources, headers))
    names = [name]
    _write_part(book, design, given.sources, rows, first)
    while not rows.long and given.sources and not rows.feed.is_empty:
        names.append(sheet_name(name, book.names))
        book.names.append(names[-1])
        rows.height = 0
        _write_part(book, replace(design, name=names[-1]), given.sources, rows, rows.next())
    return _issues(given.sources, headers, names, rows)


def _write_part(book: Book, design: Design, sources: Sequence[Source], rows: _Rows, first: pl.DataFrame | None) -> None:
    opened, styles = book.begin(design)
    targets = _targets(sources, design, styles)
    with book.archive.member(parts.sheet_part(len(book.designs) + 1)) as member:
        member.add(piece(opened.head, book.compress))
        place = member.reserve(parts.dimension(design.area))
        member.add(piece(opened.middle, book.compress))
        body.write(member, rows.part(first, targets), book.pool, book.compress)
        whole = replace(design, height=rows.height)
        member.fill(place, parts.dimension(whole.area))
        member.add(piece(_tail(opened.tail, whole), book.compress))
    book.designs.append(whole)


def _targets(sources: Sequence[Source], design: Design, styles: dict[str, int]) -> tuple[Target, ...]:
    places = zip(sources, letters_of(len(sources)), design.formats, strict=True)
    return tuple(Target(one, letters, styles[number_format], styles["@"]) for one, letters, number_format in places)


def _tail(tail: bytes, whole: Design) -> bytes:
    """Return what stands behind the rows, with the filter over all of them."""
    if not whole.height:
        return tail
    tail = tail.replace(f'ref="{whole.outline.area}"'.encode(), f'ref="{whole.area}"'.encode())
    return parts.without_corners(tail, f"A2:{whole.area[3:]}")


def _issues(sources: Sequence[Source], headers: Sequence[str], names: Sequence[str], rows: _Rows) -> list[Issue]:
    name = names[0]
    found = [
        text_issue(code, f"{name}!{letters}1")
        for one, letters in zip(sources, letters_of(len(sources)), strict=True)
        for code in clean(one.name)[1]
    ]
    found += [column_issue(change, f"{name}!{headers[at]}") for (at, _), change in sorted(rows.changes.items())]
    if len(names) > 1:
        found.append(continued_issue(names))
    return found
