"""Every walk read by its endpoint, and every row stamped with the walk that it came from.

Walks of one call are read together, as columns: a report has thousands of walks of one call and a few
rows in each. Where there is much of them they are read in runs. Runs of all calls are read several at a time: cutting
replies, or joining and grouping what one run holds, keeps one processor busy, and rows of another are parsed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from reporter.model import Issue, Pulled
from reporter.tables import SCHEMAS, Tables, frame
from reporter.vendors.base import Endpoint, Telling, Vendor, Walk

#: columns of a row's origin while it is being normalised: the call, and whether it asked for one room
CALL = "_call"
OF_ROOM = "_of_room"
_WALK = "_walk"
#: rows from which on a run is full: so many fit the caches when they are joined
_RUN = 30_000
#: runs that are read at a time; each has readers of its own, and memory follows them
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class _Run:
    """Walks of one call that are read together, and their numbers among all."""

    endpoint: Endpoint
    numbers: Sequence[int]
    walks: Sequence[Walk]


def read_all(
    pulled: Sequence[Pulled], as_of: datetime, vendors: Mapping[str, Vendor], telling: Telling | None = None
) -> tuple[Tables, list[Issue]]:
    """Return all tables in the order of the walks, with `CALL` and `OF_ROOM` beside their columns.

    A walk that was cut short is read as far as it came; its verdict says so elsewhere. `telling` hears of single rows.
    """
    runs = list(_runs(pulled, vendors, telling))
    is_much = sum(one.rows for one in pulled) >= _RUN
    # whoever is told of rows hears of them in their order
    if telling is not None or not is_much:
        told = [_read(run, as_of) for run in runs]
    else:
        with ThreadPoolExecutor(min(_AT_ONCE, pl.thread_pool_size())) as readers:
            told = list(readers.map(_read, runs, [as_of] * len(runs)))
    found: dict[int, list[Issue]] = {}
    frames: dict[str, list[pl.DataFrame]] = {name: [_stamped(frame(name), [], [])] for name in SCHEMAS}
    for run, (tables, issues) in zip(runs, told, strict=True):
        found |= dict(zip(run.numbers, issues, strict=True))
        for name, rows in tables.items():
            frames[name].append(_stamped(rows, run.walks, run.numbers))
    merged = {name: _in_order(parts) for name, parts in frames.items()}
    return merged, [issue for number in sorted(found) for issue in found[number]]


def _runs(pulled: Sequence[Pulled], vendors: Mapping[str, Vendor], telling: Telling | None) -> Iterator[_Run]:
    """Yield the walks that are read together; all of a call where somebody is told of rows.

    What is read of a walk does not depend on who else is read with it. No body is looked at here: each look reads it
    from the store.
    """
    calls: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(pulled):
        if one.replies:
            calls.setdefault((one.pull.vendor, one.pull.endpoint), []).append(number)
    for (vendor, call), of_call in calls.items():
        numbers, size = list[int](), 0
        for number in of_call:
            numbers.append(number)
            size += pulled[number].rows
            if number == of_call[-1] or (size >= _RUN and telling is None):
                walks = [Walk(pulled[one].pull, pulled[one].replies, telling) for one in numbers]
                yield _Run(vendors[vendor].endpoints[call], numbers, walks)
                numbers, size = [], 0


def _read(run: _Run, as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return the rows of a run, `_WALK` saying of which of its walks, and the issues of each."""
    if run.endpoint.read_many is not None:
        return run.endpoint.read_many(run.walks, as_of)
    told = [run.endpoint.read(walk.pull, walk.replies, as_of) for walk in run.walks]
    names = dict.fromkeys(name for tables, _ in told for name in tables)
    tables = {
        name: pl.concat(
            rows[name].with_columns(pl.lit(number, pl.UInt32).alias(_WALK))
            for number, (rows, _) in enumerate(told)
            if name in rows
        )
        for name in names
    }
    return tables, [issues for _, issues in told]


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


def _in_order(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of several frames in the order of their walks; columns that none of them fills are not moved."""
    schema = parts[0].schema
    counts = pl.concat([part.null_count() for part in parts]).sum().row(0, named=True)
    rows = sum(part.height for part in parts)
    told = [name for name in schema if name == _WALK or counts[name] < rows]
    merged = pl.concat([part.select(told) for part in parts])
    ordered = merged if merged[_WALK].is_sorted() else merged.sort(_WALK, maintain_order=True)
    untold = (pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in told)
    return ordered.with_columns(untold).select(name for name in schema if name != _WALK)
