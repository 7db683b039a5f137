"""Replies of many walks become columns: one frame for each list of a call, with where each row stands.

No loop runs over rows. A reply is cut into the bytes of its rows; those that are like most become columns of text
at once (`alike`). Of the others, `grammar` says which are as the vendor's page has them, polars' JSON reader makes
those columns of text, and the few that are left are read one by one (`odd`), so that what is odd about each is named.
Then every column is parsed, whichever way it came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
import polars as pl

from reporter.model import Level, Text
from reporter.tables import COUNT, SCHEMAS, Tables
from reporter.vendors.base import Telling, Walk
from reporter.vendors.grammar import Shape
from reporter.vendors.odd import NO_OBJECT
from reporter.vendors.parse import Problems, lone_surrogates
from reporter.vendors.portion import PLACES, REPLY, ROW, WALK, Span, Told, no_rows, read_portion

if TYPE_CHECKING:
    from datetime import datetime

    from reporter.model import Issue, Pull, Reply
    from reporter.vendors.base import Body, ReadMany

#: rows are read in portions of about this many bytes, so that memory follows the tables and not the replies; of
#: larger ones the processor's caches hold too little, and each takes pages of memory anew
_PORTION = 8 * 2**20
#: rows that are looked at together before it is asked whether a portion is full
_AT_ONCE = 10_000
#: portions of one list that are read while the next replies are cut; polars has threads of its own, and a third
#: keeps two processors busy while one is joined and another waits for the interpreter
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a call's replies keep their rows.

    envelope  the reply's own structure for msgspec, in which a row is `msgspec.Raw`
    lists     a decoded reply -> its lists of rows, one for each of `shapes`
    refuses   (pull, reply, decoded reply, problems) -> whether no row of the reply is to be used
    absent    a decoded reply -> names of lists that are null
    """

    envelope: type
    lists: Callable[[Body], Sequence[Sequence[Any]]]
    shapes: tuple[Shape, ...]
    refuses: Callable[[Pull, Reply, Body, Problems], bool] = lambda *_: False
    absent: Callable[[Body], Sequence[str]] = lambda _: ()


@dataclass
class Reading:
    """The rows of all walks of a call: a frame a list, and what there is to tell of them."""

    walks: Sequence[Walk]
    frames: list[pl.DataFrame]
    problems: list[Problems]
    replies: list[Reply]
    used: list[tuple[int, int]] = field(default_factory=list)
    no_objects: list[pl.DataFrame] = field(default_factory=list)

    def note(self, rows: pl.DataFrame, code: str, message: Text, *, name: str = "", level: Level = "warning") -> None:
        """Count rows of a kind by walk, and name the first; `rows` have `PLACES`.

        A row that is no object is told of as that alone: it is no viewer without an id, and no visit without times.
        """
        if code == NO_OBJECT:
            self.no_objects.append(rows.select(PLACES))
        elif self.no_objects:
            rows = rows.join(pl.concat(self.no_objects), on=PLACES, how="anti", maintain_order="left")
        if rows.is_empty():
            return
        self._tell(rows, code, message)
        counted = rows.group_by(WALK, maintain_order=True).agg(pl.len().alias("times"), pl.col(REPLY, ROW).first())
        for walk, times, reply, row in counted.iter_rows():
            where = f"{self.replies[reply].reply_id} row {row}"
            self.problems[walk].note(code, name, message, where=where, level=level, times=times)

    @property
    def telling(self) -> Telling | None:
        """Whom to tell of single rows: all walks of a reading have the same, if any."""
        return self.walks[0].telling if self.walks else None

    def tell_sums(self, name: str, rows: pl.DataFrame) -> None:
        """Tell which rows stand behind those of a table that add several up; `rows` have `PLACES`."""
        if (telling := self.telling) is None:
            return
        asks = pl.Series([walk.pull.room is not None for walk in self.walks], dtype=pl.Boolean)
        calls = pl.Series([walk.pull.endpoint for walk in self.walks], dtype=pl.String)
        table = self.table(name, rows)
        told = table.with_columns(call=calls[table[WALK]], of_room=asks[table[WALK]]).drop(WALK)
        telling.summed.setdefault(name, []).append(told)

    def _tell(self, rows: pl.DataFrame, code: str, message: Text) -> None:
        if (telling := self.telling) is not None:
            said = [pl.lit(text).alias(name) for name, text in (("code", code), ("zh", message.zh), ("en", message.en))]
            telling.noted.append(self._named(rows).with_columns(said))

    def _named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the reply_id and row_no of rows that have `REPLY` and `ROW`."""
        ids = pl.Series("reply_id", [reply.reply_id for reply in self.replies], pl.String)[rows[REPLY]]
        return pl.DataFrame([ids, rows[ROW].cast(COUNT)])

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
    with ThreadPoolExecutor(_AHEAD) as readers:
        lists = [_List(shape, readers) for shape in listing.shapes]
        for walk, number, rows_of_lists in _cut(reading, listing):
            before = 0
            for each, rows in zip(lists, rows_of_lists, strict=True):
                each.add(walk, number, before, rows)
                before += len(rows)
        reading.frames = [each.frame(reading) for each in lists]
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
            if listing.refuses(walk.pull, reply, body, problems):
                if walk.telling is not None:
                    walk.telling.refused.add(reply.reply_id)
            else:
                reading.used.append((index, number))
                if reply.page == 1:  # a later page without rows is the end of a walk
                    problems.absent_lists(listing.absent(body), reply=reply)
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


def _bytes_of(rows: Sequence[Any]) -> int:
    """Return about how many bytes rows take: of many, a hundred are looked at."""
    step = max(1, len(rows) // 100)
    return step * sum(len(memoryview(row)) for row in rows[::step])


@dataclass
class _List:
    """One list of a call: the rows that wait to be read, and the portions that are being read or have been."""

    shape: Shape
    readers: Executor
    rows: list[Any] = field(default_factory=list)
    size: int = 0
    spans: list[Span] = field(default_factory=list)
    portions: list[Future[tuple[pl.DataFrame, list[Told]]]] = field(default_factory=list)

    def add(self, walk: int, reply: int, before: int, rows: list[Any]) -> None:
        """Take the rows of one reply, `before` of which were counted already."""
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            first = before + start + 1
            self.rows += part
            self.size += _bytes_of(part)
            self.spans.append((walk, reply, first, first + len(part)))
            if self.size >= _PORTION:
                self.flush()

    def flush(self) -> None:
        """Have the rows read that wait here, no more than a few portions ahead of the readers."""
        if not self.rows:
            return
        if len(self.portions) >= _AHEAD:
            self.portions[-_AHEAD].result()
        self.portions.append(self.readers.submit(read_portion, self.rows, self.spans, self.shape))
        self.rows, self.size, self.spans = [], 0, []

    def frame(self, reading: Reading) -> pl.DataFrame:
        """Return all rows in their order, and tell what there is to tell of them."""
        self.flush()
        frames = []
        for portion in self.portions:
            rows, told = portion.result()
            frames.append(rows)
            for one in told:
                reading.note(one.rows, one.code, one.message, name=one.name, level=one.level)
        return pl.concat(frames) if frames else no_rows(self.shape)


def read_one(
    read_many: ReadMany,
) -> Callable[[Pull, Sequence[Reply], datetime], tuple[Tables, list[Issue]]]:
    """Return `Endpoint.read` of a call that reads many walks at once: the same for one."""

    def read(pull: Pull, replies: Sequence[Reply], as_of: datetime) -> tuple[Tables, list[Issue]]:
        tables, (issues,) = read_many([Walk(pull, replies)], as_of)
        return {name: rows.drop(WALK) for name, rows in tables.items()}, issues

    return read
