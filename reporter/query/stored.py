"""The tables of one run, or of the newest run of every stored period, under the names that queries use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

#: columns that say which report a row is of; `visits.client` is something else, the viewer's program
CLIENT, PERIOD = "report_client", "report_period"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The tables of one run and what its report is of."""

    client: str
    label: str
    timezone: str
    tables: Mapping[str, pl.LazyFrame]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """Tables by name; all moments are in `timezone`, that of the reports, or UTC where they have several."""

    tables: Mapping[str, pl.LazyFrame]
    timezone: str

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of each table."""
        return {name: frame.collect_schema().names() for name, frame in self.tables.items()}


def of_parts(parts: Sequence[Part]) -> Stored:
    """Return the tables of several runs as one each; columns that an older run has not are null in its rows."""
    zones = {part.timezone for part in parts}
    zone = zones.pop() if len(zones) == 1 else "UTC"
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {
        name: pl.concat([_marked(part, name, zone) for part in parts if name in part.tables], how="diagonal_relaxed")
        for name in names
    }
    return Stored(tables, zone)


def of_frames(tables: Mapping[str, pl.DataFrame], client: str, label: str, timezone: str) -> Part:
    """Return a run whose tables are in memory."""
    return Part(client, label, timezone, {name: frame.lazy() for name, frame in tables.items()})


def _marked(part: Part, name: str, zone: str) -> pl.LazyFrame:
    frame = part.tables[name]
    moved = [
        pl.col(column).dt.convert_time_zone(zone)
        for column, dtype in frame.collect_schema().items()
        if isinstance(dtype, pl.Datetime) and dtype.time_zone
    ]
    return frame.with_columns(*moved, pl.lit(part.client).alias(CLIENT), pl.lit(part.label).alias(PERIOD))
