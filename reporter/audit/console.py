"""A file that was exported from a platform's console, against what the report knows of the same viewers or days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, where_of
from reporter.audit.console_columns import COUNTS, DAY, KEYS, MEASURES, SECONDS, Column, columns_of, number
from reporter.audit.evidence import Evidence
from reporter.checks.rule import EQUAL
from reporter.config.loading import MAX_FILE_BYTES, UnreadableError, read_bytes
from reporter.config.rosters import RosterError, read_table
from reporter.errors import UsageError
from reporter.model import Text
from reporter.people.phones import to_e164
from reporter.tables import PLACE, TEXT, known_sum

_ROW = "file_row"
_LABEL = Text("控制台导出文件与报告：{}", "Export of the console against the report: {}")
_ROWS = Text("控制台导出文件的行与报告的观众（或日期）", "Rows of the console's export against viewers (or days)")
_STRANGERS = Text(
    "有的行在报告里没有对应，或报告里的观众不在文件里，或一行出现两次",
    "rows without a counterpart in the report, viewers without a row in the file, or rows that stand twice",
)
_APART = Text("有的值不同", "some values are not the same")
_OF_PERIOD = Text(
    "与本期的观看相同（控制台按日期筛选过）", "the same as the period's visits: the console was asked for its days"
)


@dataclass(frozen=True, slots=True)
class Export:
    """A file as rows: `columns` says what each known column is; `rows` have their number in the file as `_ROW`."""

    name: str
    columns: tuple[Column, ...]
    rows: pl.DataFrame

    @property
    def keys(self) -> list[str]:
        """The columns that say whom or which day a row is about."""
        return [one.name for one in self.columns if one.name in (*KEYS, DAY)]

    @property
    def measures(self) -> list[Column]:
        """The columns that can be compared."""
        return [one for one in self.columns if one.name in MEASURES]


def read(path: Path, mapping: Sequence[str] = ()) -> Export:
    """Return an export, CSV or xlsx; `mapping` are `HEADER=COLUMN` for headers that are not known.

    Raises `UsageError` where it cannot be read, or no column says whom it is about or can be compared.
    """
    try:
        header, table = read_table(read_bytes(path, MAX_FILE_BYTES))
    except (RosterError, UnreadableError) as fault:
        raise UsageError(f"--against {path} {fault}") from None
    columns = columns_of(header, mapping)
    values: dict[str, list[object]] = {_ROW: [row for row, _ in table]}
    for one in columns:
        cells = [cells[one.place] if one.place < len(cells) else "" for _, cells in table]
        values[one.name] = [number(cell, one.factor) if one.name in MEASURES else cell or None for cell in cells]
    schema = {_ROW: pl.Int64(), **{one.name: pl.Float64() if one.name in MEASURES else TEXT for one in columns}}
    made = Export(path.name, tuple(columns), pl.DataFrame(values, schema=schema))
    if not made.keys or not made.measures:
        what = "no column says whom or which day a row is about" if not made.keys else "no column can be compared"
        raise UsageError(
            f"--against {path}: {what} (it has {', '.join(filter(None, header))}); "
            f"say which is which with --map HEADER=COLUMN, COLUMN one of {', '.join((*KEYS, DAY, *MEASURES))}"
        )
    return made


def compare(export: Export, evidence: Evidence) -> Iterator[Found]:
    """Yield how the file's rows meet the report's, room by room, and each column that both have.

    Raises `UsageError` where neither the file nor the audit says which room it is about.
    """
    by_day = DAY in export.keys
    ours = _days(evidence) if by_day else _viewers(evidence)
    for place, rows, own in _rooms(export, ours):
        keyed, matched = (_by_day if by_day else _by_viewer)(rows, own)
        yield _matching(where_of(*place), keyed, own, matched)
        for column in export.measures:
            found = _measure(where_of(*place), column, matched)
            if found is not None:
                yield found


def _rooms(export: Export, ours: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], pl.DataFrame, pl.DataFrame]]:
    """Yield each room that the file is about: its place, its rows of the file, and ours."""
    places = ours.select(PLACE).unique(maintain_order=True)
    if "room_id" in export.rows.columns:
        known = places.filter(pl.col("room_id").is_in(export.rows["room_id"].drop_nulls().unique().implode()))
    else:
        known = places
    if known.is_empty() or (known.height > 1 and "room_id" not in export.rows.columns):
        told = ", ".join(where_of(*place) for place in places.iter_rows()) or "no rooms with such rows"
        raise UsageError(f"--against {export.name}: which room is it about? Name one with --room; there are {told}")
    for place in known.iter_rows():
        own = ours.filter(pl.col(name) == value for name, value in zip(PLACE, place, strict=True))
        rows = (
            export.rows if "room_id" not in export.rows.columns else export.rows.filter(pl.col("room_id") == place[2])
        )
        yield place, rows.drop("room_id", strict=False), own


def _viewers(evidence: Evidence) -> pl.DataFrame:
    """Return a row a room and viewer: who it is, what the platform sums up, and of the period `of_period_…`."""
    at = [*PLACE, "viewer_id"]
    totals, activity = evidence.tables["viewer_totals"], evidence.tables["activity"]
    visits = (
        evidence.tables["visits"]
        .drop_nulls("viewer_id")
        .group_by(at)
        .agg(of_period_watch_seconds=known_sum(pl.col("watch_seconds")), of_period_visits=pl.len().cast(pl.Float64))
    )
    told = [name for name in SECONDS if name in totals.columns]
    counted = [name for name in COUNTS if name in activity.columns]
    summed = totals.drop_nulls("viewer_id").select(*at, *told, "visits", *SOURCE)
    acts = activity.drop_nulls("viewer_id").select(*at, *counted)
    both = summed.join(acts, on=at, how="full", coalesce=True).join(visits, on=at, how="full", coalesce=True)
    who = evidence.tables["viewers"].drop_nulls("viewer_id").select("vendor", "account", "viewer_id", *KEYS[1:])
    known = both.join(who.unique(["vendor", "account", "viewer_id"]), on=["vendor", "account", "viewer_id"], how="left")
    numbers = [pl.col(name).cast(pl.Float64) for name in (*told, "visits", *counted)]
    return _normal(known.with_columns(numbers))


def _days(evidence: Evidence) -> pl.DataFrame:
    plays = evidence.tables["plays"]
    return plays.select(
        *PLACE,
        pl.col("day").cast(TEXT),
        *(pl.col(name).cast(pl.Float64) for name in ("viewers", "plays", "play_seconds")),
        *SOURCE,
    )


def _normal(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with phones in E.164 and addresses in small letters, so that spellings meet."""
    changed = []
    if "phone" in rows.columns:
        changed.append(to_e164(rows["phone"]))
    if "email" in rows.columns:
        changed.append(rows["email"].str.strip_chars().str.to_lowercase())
    return rows.with_columns(changed)


def _by_day(rows: pl.DataFrame, own: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    days = pl.col(DAY).str.extract(r"(\d{4}\D?\d{2}\D?\d{2})").str.replace_all(r"\D", "")
    keyed = rows.with_columns(key=days)
    known = own.with_columns(key=pl.col(DAY).str.replace_all("-", ""))
    return keyed, keyed.join(known, on="key", how="inner", suffix="_ours", maintain_order="left")


def _by_viewer(rows: pl.DataFrame, own: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Match rows to viewers by the first key that finds one; a key that several viewers have finds nobody."""
    left, found = _normal(rows), list[pl.DataFrame]()
    for name in [one for one in KEYS if one in rows.columns]:
        once = own.filter(pl.col(name).is_not_null() & ~pl.col(name).is_duplicated())
        keyed = left.with_columns(pl.col(name).alias("key"))
        known = once.with_columns(pl.col(name).alias("key"))
        met = keyed.join(known, on="key", how="inner", suffix="_ours", maintain_order="left")
        found.append(met)
        left = left.join(met.select(_ROW), on=_ROW, how="anti", maintain_order="left")
    matched = pl.concat(found, how="diagonal_relaxed").sort(_ROW)
    viewer = "viewer_id_ours" if "viewer_id_ours" in matched.columns else "viewer_id"
    matched = matched.with_columns(pl.col(viewer).alias("viewer"))
    return rows, matched


def _matching(where: str, rows: pl.DataFrame, own: pl.DataFrame, matched: pl.DataFrame) -> Found:
    check = Check("console-rows", _ROWS, lambda *_: iter(()))
    who = "viewer" if "viewer" in matched.columns else "key"
    ours = own.with_columns(
        (pl.col("viewer_id") if who == "viewer" else pl.col(DAY).str.replace_all("-", "")).alias(who)
    )
    stray = rows.join(matched.select(_ROW), on=_ROW, how="anti", maintain_order="left").drop("key", strict=False)
    twice = matched.filter(pl.col(who).is_duplicated())
    absent = ours.join(matched.select(who), on=who, how="anti", maintain_order="left")
    sides = str(rows.height), str(matched.height)
    if stray.is_empty() and twice.is_empty() and absent.is_empty():
        return check.found(where, *sides, "agrees", EQUAL)
    parts = {"only in the file": stray, "twice in the file": twice, "not in the file": absent}
    told = [part.select(pl.lit(side).alias("side"), pl.all()) for side, part in parts.items() if part.height]
    return check.found(where, *sides, "unexplained", _STRANGERS, pl.concat(told, how="diagonal_relaxed"))


def _measure(where: str, column: Column, matched: pl.DataFrame) -> Found | None:
    """Return how one column compares: with the platform's sums, or where it is the same with the period's visits."""
    label = Text(_LABEL.zh.format(column.header), _LABEL.en.format(column.header))
    check = Check(f"console-{column.name.replace('_', '-')}", label, lambda *_: iter(()))
    ours = [name for name in (f"{column.name}_ours", f"of_period_{column.name}") if name in matched.columns]
    compared = {name: matched.drop_nulls([column.name, name]) for name in ours}
    told = {name: rows for name, rows in compared.items() if rows.height}
    if not told:
        return None
    apart = {
        name: rows.filter((pl.col(column.name) - pl.col(name)).abs() > column.tolerance) for name, rows in told.items()
    }
    name = min(apart, key=lambda one: (apart[one].height, ours.index(one)))
    sides = f"{told[name][column.name].sum():g}", f"{told[name][name].sum():g}"
    is_period = name.startswith("of_period_")
    if apart[name].is_empty():
        return check.found(f"{where} {column.header}", *sides, "agrees", _OF_PERIOD if is_period else EQUAL)
    rows = apart[name].select(
        _ROW,
        "viewer" if "viewer" in matched.columns else "key",
        pl.col(column.name).alias("expected"),
        pl.col(name).alias("found"),
        *SOURCE,
    )
    return check.found(f"{where} {column.header}", *sides, "unexplained", _APART, rows)
