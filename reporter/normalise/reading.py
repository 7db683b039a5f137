"""Every walk read by its endpoint, and every row stamped with the walk that it came from.

Walks of one call are read together, as columns: a report has thousands of walks of one call and a few
rows in each. Where there is much of them they are read in runs, several at a time: joining and grouping what one run
holds keeps one processor busy, and rows of another are parsed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import polars as pl

from reporter.model import Issue, Pulled
from reporter.tables import SCHEMAS, Tables, frame
from reporter.vendors.base import Endpoint, ReadMany, Telling, Vendor, Walk

#: columns of a row's origin while it is being normalised: the call, and whether it asked for one room
CALL = "_call"
OF_ROOM = "_of_room"
_WALK = "_walk"
#: rows from which on a run is full: so many fit the caches when they are joined
_RUN = 30_000
#: runs that are read at a time; each has readers of its own, and memory follows them
_AT_ONCE = 4


def read_all(
    pulled: Sequence[Pulled], as_of: datetime, vendors: Mapping[str, Vendor], telling: Telling | None = None
) -> tuple[Tables, list[Issue]]:
    """Return all tables in the order of the walks, with `CALL` and `OF_ROOM` beside their columns.

    A walk that was cut short is read as far as it came; its verdict says so elsewhere. `telling` hears of single rows.
    """
    calls: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(pulled):
        if one.replies:
            calls.setdefault((one.pull.vendor, one.pull.endpoint), []).append(number)
    found: dict[int, list[Issue]] = {}
    frames: dict[str, list[pl.DataFrame]] = {name: [_stamped(frame(name), [], [])] for name in SCHEMAS}
    for (vendor, call), numbers in calls.items():
        walks = [Walk(pulled[number].pull, pulled[number].replies, telling) for number in numbers]
        counts = [pulled[number].rows for number in numbers]
        tables, issues = _read(vendors[vendor].endpoints[call], walks, counts, as_of)
        found |= dict(zip(numbers, issues, strict=True))
        for name, rows in tables.items():
            frames[name].append(_stamped(rows, walks, numbers))
    merged = {name: _in_order(pl.concat(parts)) for name, parts in frames.items()}
    return merged, [issue for number in sorted(found) for issue in found[number]]


def _read(
    endpoint: Endpoint, walks: Sequence[Walk], counts: Sequence[int], as_of: datetime
) -> tuple[Tables, list[list[Issue]]]:
    """Return the rows of walks of one call, `_WALK` saying of which of them, and the issues of each.

    `counts` are how many each walk has.
    """
    if endpoint.read_many is not None:
        return _read_in_runs(endpoint.read_many, walks, counts, as_of)
    told = [endpoint.read(walk.pull, walk.replies, as_of) for walk in walks]
    names = dict.fromkeys(name for tables, _ in told for name in tables)
    tables = {
        name: pl.concat(
            of_walk[name].with_columns(pl.lit(number, pl.UInt32).alias(_WALK))
            for number, (of_walk, _) in enumerate(told)
            if name in of_walk
        )
        for name in names
    }
    return tables, [issues for _, issues in told]


def _read_in_runs(
    read_many: ReadMany, walks: Sequence[Walk], counts: Sequence[int], as_of: datetime
) -> tuple[Tables, list[list[Issue]]]:
    """Return what `read_many` makes of the walks, which does not depend on who else is read with them."""
    runs = list(_runs(walks, counts))
    if len(runs) == 1:
        return read_many(walks, as_of)
    with ThreadPoolExecutor(min(_AT_ONCE, pl.thread_pool_size())) as readers:
        told = list(readers.map(read_many, [walks[run] for run in runs], [as_of] * len(runs)))
    tables = {
        name: pl.concat(
            tables[name].with_columns(pl.col(_WALK) + pl.lit(run.start, pl.UInt32))
            for run, (tables, _) in zip(runs, told, strict=True)
        )
        for name in told[0][0]
    }
    return tables, [issues for _, of_run in told for issues in of_run]


def _runs(walks: Sequence[Walk], counts: Sequence[int]) -> Iterator[slice]:
    """Yield the walks that are read together; all of them where somebody is told of rows, in their order.

    No body is looked at: each look reads it from the store.
    """
    start, size = 0, 0
    for number, walk in enumerate(walks):
        size += counts[number]
        if size >= _RUN and walk.telling is None and number + 1 < len(walks):
            yield slice(start, number + 1)
            start, size = number + 1, 0
    yield slice(start, len(walks))


def _stamped(rows: pl.DataFrame, walks: Sequence[Walk], numbers: Sequence[int]) -> pl.DataFrame:
    """Return rows with their call, and the number of their walk among all."""
    of_walk = pl.DataFrame(
        {
            CALL: [walk.pull.endpoint for walk in walks],
            OF_ROOM: [walk.pull.room is not None for walk in walks],
            _WALK: numbers,
        },
        schema={CALL: pl.String, OF_ROOM: pl.Boolean, _WALK: pl.UInt32},
    )
    if _WALK not in rows.columns:
        return rows.hstack(of_walk)
    return rows.drop(_WALK).hstack(of_walk[rows[_WALK]])


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    ordered = rows if rows[_WALK].is_sorted() else rows.sort(_WALK, maintain_order=True)
    return ordered.drop(_WALK)
