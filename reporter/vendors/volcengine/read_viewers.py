"""Viewers of a room (ListAccountUserData): who they are, the vendor's sums of them, what they did.

Sums are life-to-date of the room and stamped `as_of`. Durations are taken for seconds: the manual does not
give their unit here, and those of the track call are seconds. `WatchTime` and `LiveCount` are left out:
one is a duration here and a number of views elsewhere, the other counts rooms, not visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from reporter.model import Issue, Text
from reporter.tables import Tables
from reporter.vendors.base import Walk
from reporter.vendors.rows import Reading, read_rows
from reporter.vendors.volcengine.listing import VIEWER_ROWS

_ANONYMOUS = Text("观众未登录，没有用户 ID，不与任何人合并", "viewers who did not log in have no id: they join nobody")


def read_viewers(walks: Sequence[Walk], as_of: datetime) -> tuple[Tables, list[list[Issue]]]:
    """Return `viewers`, `viewer_totals` and `activity`, one row of each a viewer.

    A viewer without an id has no row in `viewers`; the sums and counts stay, with a null id and an issue.
    """
    reading = read_rows(walks, VIEWER_ROWS)
    (rows,) = reading.frames
    note_anonymous(reading, rows)
    stamped = rows.with_columns(as_of=pl.lit(as_of), watch_seconds=pl.col("live_seconds") + pl.col("replay_seconds"))
    tables = {
        "viewers": reading.table("viewers", _viewers(rows), of_room=False),
        "viewer_totals": reading.table("viewer_totals", stamped),
        "activity": reading.table("activity", stamped),
    }
    return tables, reading.issues()


def note_anonymous(reading: Reading, rows: pl.DataFrame) -> None:
    """Tell of rows whose viewer did not log in."""
    reading.note(rows.filter(pl.col("viewer_id").is_null()), "anonymous-viewer", _ANONYMOUS, level="info")


def _viewers(rows: pl.DataFrame) -> pl.DataFrame:
    place = pl.concat_str("country", "province", separator=" ", ignore_nulls=True)
    return rows.drop_nulls("viewer_id").with_columns(
        name=pl.coalesce("name", "form_name"), location=pl.when(place != "").then(place)
    )
