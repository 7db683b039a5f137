"""Every walk read by its endpoint, and every row stamped with the walk that it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl

from reporter.model import Issue, Pulled
from reporter.tables import SCHEMAS, Tables, frame
from reporter.vendors.base import Vendor

#: columns of a row's origin while it is being normalised: the call, and whether it asked for one room
CALL = "_call"
OF_ROOM = "_of_room"


def read_all(pulled: Sequence[Pulled], as_of: datetime, vendors: Mapping[str, Vendor]) -> tuple[Tables, list[Issue]]:
    """Return all tables in the order of the walks, with `CALL` and `OF_ROOM` beside their columns.

    A walk that was cut short is read as far as it came; its verdict says so elsewhere.
    """
    frames = {name: [_stamped(frame(name), "", of_room=False)] for name in SCHEMAS}
    issues: list[Issue] = []
    for one in pulled:
        if not one.replies:
            continue
        pull = one.pull
        tables, found = vendors[pull.vendor].endpoints[pull.endpoint].read(pull, one.replies, as_of)
        issues.extend(found)
        for name, rows in tables.items():
            frames[name].append(_stamped(rows, pull.endpoint, of_room=pull.room is not None))
    return {name: pl.concat(parts) for name, parts in frames.items()}, issues


def _stamped(rows: pl.DataFrame, call: str, *, of_room: bool) -> pl.DataFrame:
    return rows.with_columns(pl.lit(call, pl.String).alias(CALL), pl.lit(of_room).alias(OF_ROOM))
