"""A file that was exported from a platform's console, against what the report knows of the same viewers or days."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, where_of
from reporter.audit.console_columns import COUNTS, DAY, KEYS, SECONDS
from reporter.audit.console_file import IS_WHOLE, ROW, STEP, UNREAD, Export, read
from reporter.audit.console_measures import measured
from reporter.audit.console_totals import totalled
from reporter.audit.evidence import Evidence
from reporter.audit.tables import SIDE
from reporter.checks.rule import EQUAL
from reporter.errors import UsageError
from reporter.model import Count, Text
from reporter.phones import to_e164
from reporter.tables import PLACE, TEXT

__all__ = ["Export", "compare", "read"]

#: on which side a row stands
ONLY, TWICE, ABSENT = "only in the file", "twice in the file", "not in the file"

_ROWS = Text("控制台导出文件的行与报告的观众（或日期）", "Rows of the console's export against viewers (or days)")
_STRANGERS = Text(
    "{stray} 行在报告里没有对应，报告的 {absent} 位观众（或日期）不在文件里，{twice} 行与别的行说的是同一位",
    "{stray:row has|rows have} no counterpart in the report, {absent:viewer or day has|viewers or days have} no row "
    "in the file, {twice:row is|rows are} about one that another row is about too",
)
_NO_ROOM = Text(
    "有的行没有房间号，或其房间不在报告里：没有比较",
    "rows of rooms that the report does not have, or of no room: compared with nothing",
)
_COLUMNS = Text("控制台导出文件中用到的列", "Columns of the console's export that are looked at")
_UNKNOWN = Text(
    "没有比较的列：{}（若是报告也有的数，用 --map 说明）",
    "columns that nothing is compared with: {}; where the report has one too, say so with --map",
)
_HEAD = Text("控制台导出文件的表头行", "Row of the console's export that names its columns")
_TITLED = Text(
    "表头在第 {} 行；其上为标题，未使用", "the columns are named in row {}; what stands above is a title, and not used"
)
_TWO_ROWS = Text("表头占两行，上下合并读取", "the head has two rows, which are read together")
#: headers that a finding names; its rows have all
_MOST_NAMED = 8


def compare(export: Export, evidence: Evidence) -> Iterator[Found]:
    """Yield how the file's rows meet the report's, room by room, and each column that both have.

    What is compared with nothing is told too: columns that are not known, and rows of other rooms or of none. Raises
    `UsageError` where neither the file nor the audit says which room it is about.
    """
    by_day = DAY in export.keys
    ours = _days(evidence) if by_day else _viewers(evidence)
    yield from _headed(export)
    yield from _looked_at(export)
    yield from totalled(export)
    yield from _elsewhere(export, ours)
    for place, rows, own in _rooms(export, ours):
        keyed, matched = (_by_day if by_day else _by_viewer)(rows, own)
        yield _matching(where_of(*place), keyed, own, matched)
        for column in export.measures:
            found = measured(where_of(*place), column, matched, own)
            if found is not None:
                yield found


def _headed(export: Export) -> Iterator[Found]:
    """Tell which row was taken for the head where it is not simply the first one."""
    if export.head == export.first:
        return
    rows = "+".join(str(one) for one in export.head)
    above = export.head[0] > export.first[0]
    why = Text(_TITLED.zh.format(rows), _TITLED.en.format(rows)) if above else _TWO_ROWS
    check = Check("console-head", _HEAD, lambda *_: iter(()))
    yield check.found(export.name, str(export.first[0]), rows, "explained", why)


def _looked_at(export: Export) -> Iterator[Found]:
    """Tell of the columns that are not: a name is no figure, and a figure under a strange header might be."""
    if not export.unknown:
        return
    check = Check("console-columns", _COLUMNS, lambda *_: iter(()))
    more = len(export.unknown) - _MOST_NAMED
    named = ", ".join(export.unknown[:_MOST_NAMED]) + (f" +{more}" if more > 0 else "")
    sides = str(len(export.columns) + len(export.unknown)), str(len(export.columns))
    why = Text(_UNKNOWN.zh.format(named), _UNKNOWN.en.format(named))
    yield check.found(export.name, *sides, "explained", why, pl.DataFrame({"header": export.unknown}))


def _elsewhere(export: Export, ours: pl.DataFrame) -> Iterator[Found]:
    """Tell of the rows whose room is none of the report's, or that name none where others do."""
    if "room_id" not in export.rows.columns:
        return
    is_ours = pl.col("room_id").is_in(ours["room_id"].unique().implode()).fill_null(value=False)
    strange = export.rows.filter(~is_ours)
    if strange.height:
        check = Check("console-rows", _ROWS, lambda *_: iter(()))
        sides = str(export.rows.height), str(export.rows.height - strange.height)
        yield check.found(export.name, *sides, "unexplained", _NO_ROOM, _shown(strange))


def _rooms(export: Export, ours: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], pl.DataFrame, pl.DataFrame]]:
    """Yield each room that the file is about: its place, its rows of the file, and ours."""
    places = ours.select(PLACE).unique(maintain_order=True)
    names_rooms = "room_id" in export.rows.columns
    if not names_rooms and places.height != 1:
        told = ", ".join(where_of(*place) for place in places.iter_rows()) or "no rooms with such rows"
        raise UsageError(f"--against {export.name}: which room is it about? Name one with --room; there are {told}")
    for place in places.iter_rows():
        own = ours.filter(pl.col(name) == value for name, value in zip(PLACE, place, strict=True))
        rows = export.rows.filter(pl.col("room_id") == place[2]) if names_rooms else export.rows
        if rows.height or not names_rooms:
            yield place, rows.drop("room_id", strict=False), own


def _viewers(evidence: Evidence) -> pl.DataFrame:
    """Return a row a room and viewer: who it is, what the platform sums up, and of the period `of_period_…`."""
    at = [*PLACE, "viewer_id"]
    totals, activity = evidence.tables["viewer_totals"], evidence.tables["activity"]
    watched = pl.col("watch_seconds")
    # a length that one visit does not say makes the sum unknown, not shorter
    of_period = pl.when(watched.is_not_null().all()).then(watched.sum())
    visits = (
        evidence.tables["visits"]
        .drop_nulls("viewer_id")
        .group_by(at)
        .agg(of_period_watch_seconds=of_period, of_period_visits=pl.len().cast(pl.Float64))
    )
    told = [name for name in SECONDS if name in totals.columns]
    counted = [name for name in COUNTS if name in activity.columns]
    summed = totals.drop_nulls("viewer_id").select(*at, *told, "visits", *SOURCE)
    acts = activity.drop_nulls("viewer_id").select(*at, *counted)
    both = summed.join(acts, on=at, how="full", coalesce=True).join(visits, on=at, how="full", coalesce=True)
    who = evidence.tables["viewers"].drop_nulls("viewer_id").select("vendor", "account", "viewer_id", *KEYS[1:])
    known = both.join(who.unique(["vendor", "account", "viewer_id"]), on=["vendor", "account", "viewer_id"], how="left")
    numbers = [pl.col(name).cast(pl.Float64) for name in (*told, "visits", *counted)]
    return _normal(_with_absent(known.with_columns(numbers)))


def _with_absent(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which who has no visit in the period has 0, where the room has visits: nobody left that open."""
    seconds, visits = pl.col("of_period_watch_seconds"), pl.col("of_period_visits")
    was_absent = visits.is_null() & (visits.count().over(PLACE) > 0)
    return rows.with_columns(pl.when(was_absent).then(0.0).otherwise(one).name.keep() for one in (seconds, visits))


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
        left = left.join(met.select(ROW), on=ROW, how="anti", maintain_order="left")
    matched = pl.concat(found, how="diagonal_relaxed").sort(ROW)
    viewer = "viewer_id_ours" if "viewer_id_ours" in matched.columns else "viewer_id"
    matched = matched.with_columns(pl.col(viewer).alias("viewer"))
    return rows, matched


def _matching(where: str, rows: pl.DataFrame, own: pl.DataFrame, matched: pl.DataFrame) -> Found:
    check = Check("console-rows", _ROWS, lambda *_: iter(()))
    who = "viewer" if "viewer" in matched.columns else "key"
    ours = own.with_columns(
        (pl.col("viewer_id") if who == "viewer" else pl.col(DAY).str.replace_all("-", "")).alias(who)
    )
    stray = rows.join(matched.select(ROW), on=ROW, how="anti", maintain_order="left").drop("key", strict=False)
    twice = matched.filter(pl.col(who).is_duplicated())
    absent = ours.join(matched.select(who), on=who, how="anti", maintain_order="left")
    sides = str(rows.height), str(own.height)
    if stray.is_empty() and twice.is_empty() and absent.is_empty():
        return check.found(where, *sides, "agrees", EQUAL)
    if own.height == rows.height:
        # as many, and not the same ones: equal numbers would say that all is well
        sides = str(rows.height), f"{own.height - absent.height}/{own.height}"
    parts = {ONLY: stray, TWICE: twice, ABSENT: absent}
    told = [part.select(pl.lit(side).alias(SIDE), pl.all()) for side, part in parts.items() if part.height]
    why = _why(stray.height, absent.height, twice.height)
    return check.found(where, *sides, "unexplained", why, _shown(pl.concat(told, how="diagonal_relaxed")))


def _why(stray: int, absent: int, twice: int) -> Text:
    counts = {"stray": Count(str(stray)), "absent": Count(str(absent)), "twice": Count(str(twice))}
    return Text(_STRANGERS.zh.format(**counts), _STRANGERS.en.format(**counts))


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows without what was noted of their digits, and of unreadable cells where all could be read."""
    read_well = [name for name in rows.columns if name.startswith(UNREAD) and not rows[name].count()]
    return rows.drop(*read_well, *(name for name in rows.columns if name.startswith((STEP, IS_WHOLE))))
