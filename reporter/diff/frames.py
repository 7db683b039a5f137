"""A difference as its reader sees it: tables for a workbook or a page, sentences, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reporter import answers, labels
from reporter.diff.compare import TableDiff
from reporter.diff.difference import Difference
from reporter.diff.spelling import shown, text_of
from reporter.diff.values import MOST_LISTED, ColumnDiff
from reporter.diff.wording import WORDS
from reporter.model import Language

#: changes of a table that JSON names; files name them all, the terminal fewer
MOST_IN_JSON = 20
#: the columns of `changes` behind the key's; a key may have any name but these
_VALUE_COLUMNS = ("diff column", "diff before", "diff after", "diff change")


def sentences(found: Difference, language: Language) -> tuple[str, ...]:
    """Return what is to be said above the tables: the reasons, and what was not compared."""
    told = [] if found.differs else [WORDS["same"].in_(language)]
    told += [reason.in_(language) for reason in found.reasons]
    for key, names in (("only_a", _alone(found, "a")), ("only_b", _alone(found, "b")), ("left_out", found.left_out)):
        told += [WORDS[key].in_(language).format(names=", ".join(names))] if names else []
    return (*told, *_cuts(found, language))


def frames(found: Difference, language: Language, timezone: str) -> dict[str, pl.DataFrame]:
    """Return a summary of all tables, then of each one what changed, was added, was removed, and is there twice."""
    made = {WORDS["summary"].in_(language): _summary(found, language)}
    for table in found.tables:
        for key, frame in _parts(table, language, timezone):
            if frame.height:
                made[WORDS[key].in_(language).format(table=table.name)] = frame
    return made


def changes(table: TableDiff, most: int, timezone: str) -> pl.DataFrame:
    """Return the largest changes of a table: its key's columns, then column, before, after (as text) and change.

    Changes of quantities come first, then those of moments, then those of words and flags, which have no size.
    """
    parts = [_texts(one, most, timezone) for one in table.columns]
    if not parts:
        return pl.DataFrame()
    by_size = [pl.col("rank"), -pl.col("change").abs()]
    every = pl.concat(parts).sort(by_size, nulls_last=True, maintain_order=True).drop("rank").head(most)
    rows = table.aligned.pairs["a"][every["place"]]
    keys = table.frames[0].select(table.key).collect()[rows]
    return pl.concat(
        [keys, every.drop("place").rename(dict(zip(every.columns[1:], _VALUE_COLUMNS, strict=True)))], how="horizontal"
    )


def as_json(found: Difference, timezone: str) -> dict[str, object]:
    """Return the difference as DESIGN.md section 7 has it, with the largest changes of each table."""
    return {
        "tables": {table.name: _table_json(table, timezone) for table in found.tables},
        "reasons": [reason.en for reason in found.reasons],
        "only_a": list(found.only_a),
        "only_b": list(found.only_b),
        "left_out": list(found.left_out),
    }


def _table_json(table: TableDiff, timezone: str) -> dict[str, object]:
    listed = answers.as_json(changes(table, MOST_IN_JSON, timezone), timezone)
    numbers = {one.name for one in table.columns if one.listed.schema["before"].is_numeric()}
    return {
        **{one: getattr(table, one) for one in ("added", "removed", "changed", "duplicate_keys")},
        "key": list(table.key),
        "columns": {one.name: one.count for one in table.columns},
        "only_a": list(table.only_a),
        "only_b": list(table.only_b),
        "largest": [_change_json(row, table.key, numbers) for row in listed],
    }


def _change_json(row: Mapping[str, object], key: Sequence[str], numbers: set[str]) -> dict[str, object]:
    column, before, after, by = (row[name] for name in _VALUE_COLUMNS)
    values = [json.loads(str(one)) if column in numbers and one is not None else one for one in (before, after)]
    return {
        "key": {name: row[name] for name in key},
        "column": column,
        "before": values[0],
        "after": values[1],
        "change": by,
    }


def _alone(found: Difference, side: str) -> list[str]:
    columns = [f"{table.name}.{name}" for table in found.tables for name in getattr(table, f"only_{side}")]
    return [*getattr(found, f"only_{side}"), *columns]


def _summary(found: Difference, language: Language) -> pl.DataFrame:
    rows = [
        {
            "table": table.name,
            "key": ", ".join(table.key),
            "rows_a": table.aligned.pairs.height + table.removed,
            "rows_b": table.aligned.pairs.height + table.added,
            **{one: getattr(table, one) for one in ("added", "removed", "changed", "duplicate_keys")},
            "columns": ", ".join(f"{one.name} {one.count:,}" for one in by_count(table)),
        }
        for table in found.tables
    ]
    return pl.DataFrame(rows).rename(lambda name: WORDS[name].in_(language))


def by_count(table: TableDiff) -> list[ColumnDiff]:
    """Return the columns that differ, the one of most rows first."""
    return sorted(table.columns, key=lambda one: -one.count)


def _parts(table: TableDiff, language: Language, timezone: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the lists of a table by the words that head them, with headers for the reader."""
    heads = {name: WORDS[name.removeprefix("diff ")].in_(language) for name in _VALUE_COLUMNS}
    changed = changes(table, MOST_LISTED, timezone)
    yield "changes_of", _headed(changed, table, language, heads)
    yield "added_to", _headed(table.rows("added", MOST_LISTED), table, language, {})
    yield "removed_from", _headed(table.rows("removed", MOST_LISTED), table, language, {})
    counts = {name: WORDS[name].in_(language) for name in ("rows_a", "rows_b")}
    yield "duplicates_of", _headed(table.aligned.duplicates.head(MOST_LISTED), table, language, counts)


def _headed(frame: pl.DataFrame, table: TableDiff, language: Language, heads: Mapping[str, str]) -> pl.DataFrame:
    """Return a frame with its columns' labels for headers; one that two columns would share stays as it is."""
    wanted = {name: heads.get(name) or labels.column(table.name, name, language) for name in frame.columns}
    taken = list(wanted.values())
    return frame.rename({name: label if taken.count(label) == 1 else name for name, label in wanted.items()})


def _cuts(found: Difference, language: Language) -> Iterator[str]:
    for table in found.tables:
        counts = {
            "changes_of": sum(one.count for one in table.columns),
            "added_to": table.added,
            "removed_from": table.removed,
        }
        for key, count in counts.items():
            if count > MOST_LISTED:
                name = WORDS[key].in_(language).format(table=table.name)
                yield WORDS["cut"].in_(language).format(name=name, shown=f"{MOST_LISTED:,}", n=f"{count:,}")


def _texts(one: ColumnDiff, most: int, timezone: str) -> pl.DataFrame:
    listed = one.listed.head(most)
    values = [_shown(listed[column], timezone) for column in ("before", "after")]
    return listed.select("place", pl.lit(one.name).alias("column"), pl.lit(one.rank).alias("rank"), *values, "change")


def _shown(values: pl.Series, timezone: str) -> pl.Series:
    """Return values as their reader sees them: lengths of time as in Excel, moments in the zone."""
    if values.dtype == pl.Duration:
        seconds = values.dt.total_microseconds() / 1_000_000
        return seconds.map_elements(labels.clock, return_dtype=pl.String).alias(values.name)
    return shown(pl.select(text_of(pl.lit(values), values.dtype, timezone)).to_series()).alias(values.name)
