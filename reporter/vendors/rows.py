"""Replies of many walks become columns: one frame for each list of a call, with where each row stands.

No loop runs over rows. A reply is cut into the bytes of its rows, `grammar` says which of them are as the
vendor's page has them, polars' JSON reader makes those columns of text, and the few others are read one by
one (`odd`), so that what is odd about each is named. Then every column is parsed, whichever way it came.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import polars as pl

from reporter.model import Level, Text
from reporter.tables import COUNT, SCHEMAS, Tables
from reporter.vendors import odd
from reporter.vendors.base import Walk
from reporter.vendors.grammar import Shape
from reporter.vendors.parse import Problems, lone_surrogates, unreadable
from reporter.vendors.plain import LISTED, parse_text

if TYPE_CHECKING:
    from datetime import datetime

    from reporter.model import Issue, Pull, Reply
    from reporter.vendors.base import Body, ReadMany

#: which walk, and which of all its replies, a row is of; `row_no` counts within the reply, from 1
WALK, REPLY, ROW = "_walk", "_reply", "row_no"
PLACES = (WALK, REPLY, ROW)
_LINE, _INDEX = "_line", "_index"
#: rows are read in portions of about this many bytes, so that memory follows the tables and not the replies
_PORTION = 64 * 2**20
_NEVER_IN_JSON = "\x01"
#: rows that are looked at together before it is asked whether a portion is full
_AT_ONCE = 20_000
#: so many rows that are odd in one way are no accident: the rest are read with what these show
_TOO_MANY_ODD = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a call's replies keep their rows.

    envelope  the reply's own structure for msgspec, in which a row is `msgspec.Raw`
    lists     a decoded reply -> its lists of rows, one for each of `shapes`
    refuses   (pull, reply, decoded reply, problems) -> whether no row of the reply is to be used
    """

    envelope: type
    lists: Callable[[Body], Sequence[Sequence[Any]]]
    shapes: tuple[Shape, ...]
    refuses: Callable[[Pull, Reply, Body, Problems], bool] = lambda *_: False


@dataclass
class Reading:
    """The rows of all walks of a call: a frame a list, and what there is to tell of them."""

    walks: Sequence[Walk]
    frames: list[pl.DataFrame]
    problems: list[Problems]
    replies: list[Reply]
    used: list[tuple[int, int]] = field(default_factory=list)

    def note(self, rows: pl.DataFrame, code: str, message: Text, *, name: str = "", level: Level = "warning") -> None:
        """Count rows of a kind by walk, and name the first; `rows` have `PLACES`."""
        if rows.is_empty():
            return
        counted = rows.group_by(WALK, maintain_order=True).agg(pl.len().alias("times"), pl.col(REPLY, ROW).first())
        for walk, times, reply, row in counted.iter_rows():
            where = f"{self.replies[reply].reply_id} row {row}"
            self.problems[walk].note(code, name, message, where=where, level=level, times=times)

    def issues(self) -> list[list[Issue]]:
        """Return the issues of each walk."""
        return [problems.issues() for problems in self.problems]

    def one_a_reply(self) -> pl.DataFrame:
        """Return a row for each reply that is used; `row_no` is null, which is the reply as a whole."""
        schema = {WALK: pl.UInt32, REPLY: pl.UInt32}
        return pl.DataFrame(self.used, schema=schema, orient="row").with_columns(pl.lit(None, COUNT).alias(ROW))

    def one_a_walk(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the first row of each walk, and where it has none a row of nulls that names its first reply."""
        counts = [len(walk.replies) for walk in self.walks]
        firsts = [0, *accumulate(counts)][:-1]
        walks = pl.DataFrame({WALK: range(len(counts)), "first": firsts}, schema={WALK: pl.UInt32, "first": pl.UInt32})
        first = rows.unique(WALK, keep="first", maintain_order=True)
        found = walks.join(first, on=WALK, how="left", maintain_order="left")
        return found.with_columns(pl.coalesce(REPLY, "first").alias(REPLY)).drop("first")

    def note_walks(self, rows: pl.DataFrame, code: str, message: Text, *, name: str = "") -> None:
        """Tell something of whole walks; `rows` have `WALK` and `REPLY`."""
        for walk, reply in rows.select(WALK, REPLY).iter_rows():
            self.problems[walk].note(code, name, message, where=self.replies[reply].reply_id, level="info")

    def table(self, name: str, rows: pl.DataFrame, *, of_room: bool = True) -> pl.DataFrame:
        """Return rows as a table of `reporter.tables`, with `WALK` beside its columns.

        Vendor and account are the pull's, and so is room_id where rows do not say and are `of_room`; columns
        that rows do not have are null.
        """
        pulls = [walk.pull for walk in self.walks]
        asked = {
            "vendor": [pull.vendor for pull in pulls],
            "account": [pull.account for pull in pulls],
            "room_id": [pull.room if of_room else None for pull in pulls],
        }
        of_walk = pl.DataFrame(asked, schema=dict.fromkeys(asked, pl.String))[rows[WALK]]
        ids = pl.Series("reply_id", [reply.reply_id for reply in self.replies], pl.String)[rows[REPLY]]
        known = {column.name: column for column in (*of_walk.get_columns(), ids, *rows.get_columns())}
        return pl.DataFrame(known).select(
            *(
                pl.col(column) if column in known else pl.lit(None, dtype).alias(column)
                for column, dtype in SCHEMAS[name].items()
            ),
            WALK,
        )


def read_rows(walks: Sequence[Walk], listing: Listing) -> Reading:
    """Return the rows of all replies, in the order of walks, replies and rows, each column parsed.

    The frames have `PLACES` and the columns of their shape; `used` are the (walk, reply) that are not refused.
    """
    problems = [Problems(walk.pull) for walk in walks]
    reading = Reading(walks, [], problems, [reply for walk in walks for reply in walk.replies])
    portions = [_Portion(shape) for shape in listing.shapes]
    for walk, number, rows_of_lists in _cut(reading, listing):
        before = 0
        for portion, rows in zip(portions, rows_of_lists, strict=True):
            portion.add(walk, number, before, rows, reading)
            before += len(rows)
    for portion in portions:
        portion.flush(reading)
    reading.frames = [pl.concat(portion.frames) if portion.frames else _empty(portion.shape) for portion in portions]
    return reading


def _cut(reading: Reading, listing: Listing) -> Iterator[tuple[int, int, list[list[Any]]]]:
    """Yield walk, reply and the bytes of the rows of each list; what refuses to be used has no rows."""
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(listing.envelope)
    number = -1
    for index, walk in enumerate(reading.walks):
        problems = reading.problems[index]
        for reply in walk.replies:
            number += 1
            body, is_cut = _open(reply, decoder, problems)
            if not listing.refuses(walk.pull, reply, body, problems):
                reading.used.append((index, number))
                lists = listing.lists(body)
                yield index, number, [list(rows) if is_cut else [_written(row) for row in rows] for rows in lists]


def _open(reply: Reply, decoder: msgspec.json.Decoder[Any], problems: Problems) -> tuple[Body, bool]:
    """Return a reply with its rows undecoded; decoded, and False, where its envelope is not as it should be.

    A line break between two values of JSON is a blank like any other, and rows are to be lines.
    """
    data = reply.body
    if b"\n" in data or b"\r" in data:
        data = data.replace(b"\n", b" ").replace(b"\r", b" ")
    if not _has_half_letters(data):
        try:
            return decoder.decode(data), True
        except msgspec.DecodeError:
            pass
    return problems.decode(reply), False


def _has_half_letters(data: bytes) -> bool:
    """Say whether a reply writes a lone surrogate; most have no escape at all, which is the quickest to see."""
    return b"\\" in data and (b"\\ud" in data or b"\\uD" in data) and lone_surrogates(data) > 0


def _written(row: object) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # a whole number beyond 64 bits
        return json.dumps(row, ensure_ascii=False).encode()


@dataclass
class _Portion:
    """Rows of one list on their way: their bytes, whose they are, and what was read before them."""

    shape: Shape
    rows: list[Any] = field(default_factory=list)
    size: int = 0
    places: list[tuple[int, int, int, int]] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)

    def add(self, walk: int, reply: int, before: int, rows: list[Any], reading: Reading) -> None:
        """Take the rows of one reply, `before` of which were counted already; read what is enough to be read."""
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            first = before + start + 1
            self.rows += part
            self.size += len(part) * len(memoryview(part[0]))
            self.places.append((walk, reply, first, first + len(part)))
            if self.size >= _PORTION:
                self.flush(reading)

    def flush(self, reading: Reading) -> None:
        """Read the rows that are here."""
        if not self.rows:
            return
        places = _places(self.places)
        texts, self.shape = _texts(_lines(self.rows), self.shape, places, reading)
        self.frames.append(pl.concat([places, _parsed(texts, self.shape, places, reading)], how="horizontal"))
        self.rows, self.size, self.places = [], 0, []


def _empty(shape: Shape) -> pl.DataFrame:
    columns: dict[str, pl.DataType] = {column.name: column.parser.dtype for column in shape.columns}
    return pl.DataFrame(schema={WALK: pl.UInt32(), REPLY: pl.UInt32(), ROW: COUNT, **columns})


def _places(spans: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    schema = {WALK: pl.UInt32(), REPLY: pl.UInt32(), "first": COUNT, "after": COUNT}
    told = pl.DataFrame(spans, schema=schema, orient="row")
    return told.select(WALK, REPLY, pl.int_ranges("first", "after").alias(ROW)).explode(ROW)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows as JSON lines: their bytes, and a column of their text."""

    data: bytes
    text: pl.Series


def _lines(rows: list[Any]) -> _Lines:
    """Return a row a line."""
    data = b"\n".join(rows)
    read = pl.read_csv(
        io.BytesIO(data), has_header=False, separator=_NEVER_IN_JSON, quote_char=None, schema={_LINE: pl.String}
    )
    return _Lines(data, read[_LINE])


def _texts(rows: _Lines, shape: Shape, places: pl.DataFrame, reading: Reading) -> tuple[pl.DataFrame, Shape]:
    """Return the columns of a shape, not parsed yet, and the shape with what the rows were found to be full of."""
    lines = rows.text
    fits = _fits(lines, shape)
    while shape.is_flat and (~fits).sum() > _TOO_MANY_ODD:
        wider = shape.knowing(odd.learn(lines.filter(~fits).head(_TOO_MANY_ODD), shape))
        if wider == shape:
            break
        shape, fits = wider, _fits(lines, wider)
    _note_learned(lines, fits, shape, places, reading)
    if fits.all():
        return _columns(rows.data, shape), shape
    return _mended(lines, fits, shape, places, reading), shape


def _fits(lines: pl.Series, shape: Shape) -> pl.Series:
    """Say of each line whether it is as the vendor's page has it; all processors look."""
    step = max(1, -(-len(lines) // pl.thread_pool_size()))
    parts = [lines[start : start + step].to_frame() for start in range(0, len(lines), step)]
    told = pl.collect_all([part.lazy().select(pl.col(_LINE).str.contains(shape.pattern)) for part in parts])
    return pl.concat(told)[_LINE]


def _columns(data: bytes, shape: Shape) -> pl.DataFrame:
    """Return lines that fit their shape as columns of text."""
    if not data:
        return pl.DataFrame(schema={column.name: column.dtype for column in shape.columns})
    return pl.read_ndjson(io.BytesIO(data), schema=shape.schema).select(shape.raw)


def _mended(lines: pl.Series, fits: pl.Series, shape: Shape, places: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return all lines as columns of text, in their order: those that fit at once, the others by themselves."""
    numbered = lines.to_frame().with_row_index(_INDEX)
    plain, others = numbered.filter(fits), numbered.filter(~fits)
    texts, found = odd.read_lines(others[_LINE].to_list(), shape)
    of_others = places[others[_INDEX]]
    for one in found:
        reading.note(of_others[one.rows], one.code, one.message, name=one.name, level=one.level)
    data = (plain[_LINE].str.join("\n").item() or "").encode()
    as_text = _columns(data, shape).cast({pl.Int64: pl.String})
    both = [plain.select(_INDEX).hstack(as_text), others.select(_INDEX).hstack(texts)]
    return pl.concat(both).sort(_INDEX).drop(_INDEX)


def _note_learned(lines: pl.Series, fits: pl.Series, shape: Shape, places: pl.DataFrame, reading: Reading) -> None:
    """Count what a wider shape let pass: fields that are new, and fields of another type than the page's."""
    for name, _ in shape.learned:
        expected = shape.fields.get(name)
        code, message, level, pattern = odd.drift(name, expected if isinstance(expected, str) else None)
        reading.note(places.filter(fits & lines.str.contains(pattern)), code, message, name=name, level=level)


def _parsed(texts: pl.DataFrame, shape: Shape, places: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return columns of values, with an issue for each column that holds what cannot be read."""
    plain = texts.select(
        column.parser.of_column(column.name, texts.schema[column.name]).alias(column.name) for column in shape.columns
    )
    values = []
    for column in shape.columns:
        read, bad = plain[column.name], None
        if column.parser is not LISTED:
            read, bad = parse_text(texts[column.name], column.parser, read)
        if bad is not None:
            reading.note(places.filter(bad), column.parser.code, unreadable(column.label), name=column.label)
        values.append(read)
    return pl.DataFrame(values)


def read_one(
    read_many: ReadMany,
) -> Callable[[Pull, Sequence[Reply], datetime], tuple[Tables, list[Issue]]]:
    """Return `Endpoint.read` of a call that reads many walks at once: the same for one."""

    def read(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
        tables, (issues,) = read_many([Walk(pull, replies)], as_of)
        return {name: rows.drop(WALK) for name, rows in tables.items()}, issues

    return read
