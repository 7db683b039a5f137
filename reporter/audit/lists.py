"""Checks of one list against another: rows told twice, viewers whom only one call knows, and nobody's rows."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from reporter.audit.check import BAD, ODD, SOURCE, of_rows
from reporter.audit.evidence import Evidence
from reporter.model import Text
from reporter.normalise.reading import CALL, OF_ROOM
from reporter.tables import PLACE, TEXT, VIEWER, live_spans

_VIEWER_AT = (*PLACE, "viewer_id")
#: Volcengine's log leaves out who stayed for less than a minute; whoever has so many seconds stayed for longer once
_SEEN_SECONDS = 600.0
#: what a list of one room says once of each: table, and the column that tells of what
_ONCE = {"viewer_totals": "viewer_id", "activity": "viewer_id", "plays": "day"}
#: how far back Volcengine's log reaches
_LOG_REACH = timedelta(days=90)
#: a room with so many visits of which more than half are nobody's has lost its ids
_FEW, _HALF = 10, 0.5

_DOUBLED = Text("有的行完全相同，或同一观众（日期）出现两次", "rows are equal, or tell of one viewer (or day) twice")
_EQUAL_ROWS = Text(
    "拓课云的行没有编号与时间，相同的行可能是再次观看",
    "TalkCloud's rows have no ids or times: equal rows may be a second viewing",
)
_NOBODY = Text(
    "房间多半的观看没有观众标识，标识可能丢失", "most of the room's visits name no viewer: the ids may have been lost"
)
_ANONYMOUS = Text("观看没有观众标识（未登录），不属于任何人", "visits of viewers without any id, who did not log in")
_UNLISTED = Text(
    "观看记录里的观众不在平台的观众汇总里", "the log tells of viewers whom the list of viewers does not have"
)
_STILL_THERE = Text(
    "第一次进入且尚未离开的观众还不在平台的汇总里",
    "viewers who came for the first time and are still there are not listed yet",
)
_UNLOGGED = Text("平台汇总有观看时长的观众，观看记录里没有", "viewers with time watched in the list are not in the log")
_OLD = Text(
    "房间 90 天前已开播，观看记录查不到更早的观看",
    "the room was live more than 90 days ago: its log does not reach back there",
)


def _doubles(evidence: Evidence) -> pl.DataFrame:
    """Judge visits that are equal in everything, and what a list has once for each viewer or day."""
    once = [_once(evidence.raw[table], table, key) for table, key in _ONCE.items()]
    return pl.concat([_equal_visits(evidence.raw["visits"]), *once])


def _equal_visits(visits: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in visits.columns if name not in SOURCE]
    # hashed, since a struct of so many columns is slow to compare
    is_double = visits.select(columns).hash_rows(seed=0).is_duplicated()
    told = visits.with_columns(is_double.alias("is_double"), has_times=pl.col("joined_at").is_not_null())
    return _shown(
        told,
        "visits",
        "viewer_id",
        pl.col("is_double") & pl.col("has_times"),
        pl.col("is_double") & ~pl.col("has_times"),
    )


def _once(rows: pl.DataFrame, table: str, key: str) -> pl.DataFrame:
    # what an account's track says of a room stands beside the room's own list
    own = rows.filter(pl.col(key).is_not_null(), pl.col(OF_ROOM))
    return _shown(own, table, key, pl.struct(*PLACE, key, CALL).is_duplicated(), pl.lit(value=False))


def _shown(rows: pl.DataFrame, table: str, key: str, bad: pl.Expr, odd: pl.Expr) -> pl.DataFrame:
    told = pl.lit(table).alias("table"), pl.col(key).cast(TEXT).alias("what")
    return rows.select(*PLACE, *told, *SOURCE, bad.alias(BAD), odd.alias(ODD))


def _nobodies(evidence: Evidence) -> pl.DataFrame:
    visits = evidence.raw["visits"].select(*PLACE, "viewer_id", "joined_at", "watch_seconds", *SOURCE)
    nobody = pl.col("viewer_id").is_null()
    known = evidence.tables["viewers"].select(*VIEWER, is_known=pl.lit(value=True)).unique()
    told = visits.join(known, on=VIEWER, how="left", validate="m:1", maintain_order="left")
    lost = (nobody.sum().over(PLACE) > _HALF * pl.len().over(PLACE)) & (pl.len().over(PLACE) >= _FEW)
    return told.with_columns(
        ((nobody & lost) | (~nobody & pl.col("is_known").is_null())).alias(BAD), nobody.alias(ODD)
    ).drop("is_known")


def _listed(evidence: Evidence) -> pl.DataFrame:
    """Judge the visits of rooms whose vendor sums up viewers: each is of one of those."""
    totals = evidence.raw["viewer_totals"].select(_VIEWER_AT).drop_nulls().unique()
    visits = (
        evidence.raw["visits"]
        .select(*_VIEWER_AT, "joined_at", "left_at", "watch_seconds", *SOURCE)
        .drop_nulls("viewer_id")
    )
    summed = visits.join(_summed_rooms(evidence), on=PLACE, how="semi")
    listed = totals.with_columns(is_listed=pl.lit(value=True))
    told = summed.join(listed, on=_VIEWER_AT, how="left", validate="m:1", maintain_order="left")
    # a list sums up visits that are over: who is there for the first time, and still is, comes into it later
    is_open = pl.col("left_at").is_null() & pl.col("watch_seconds").is_null()
    is_first = is_open & (pl.len().over(_VIEWER_AT) == 1)
    return told.with_columns(
        (pl.col("is_listed").is_null() & ~is_first).alias(BAD), pl.col("is_listed").is_null().alias(ODD)
    ).drop("is_listed")


def _logged(evidence: Evidence) -> pl.DataFrame:
    """Judge the viewers whom a vendor sums up with time enough to be in its log: each has a visit."""
    totals = evidence.raw["viewer_totals"].filter(pl.col("watch_seconds") >= _SEEN_SECONDS).drop_nulls("viewer_id")
    of_log = totals.join(_logged_rooms(evidence), on=PLACE, how="semi").select(
        *_VIEWER_AT, "watch_seconds", "as_of", *SOURCE
    )
    visits = evidence.raw["visits"].select(_VIEWER_AT).drop_nulls().unique().with_columns(is_logged=pl.lit(value=True))
    begun = live_spans(evidence.tables["rooms"]).group_by(PLACE).agg(begun=pl.col("start").min())
    told = of_log.join(visits, on=_VIEWER_AT, how="left", validate="m:1", maintain_order="left").join(
        begun, on=PLACE, how="left", validate="m:1", maintain_order="left"
    )
    is_old = (pl.col("vendor") == "volcengine") & (pl.col("begun") < pl.col("as_of") - _LOG_REACH)
    absent = pl.col("is_logged").is_null()
    return told.with_columns((absent & ~is_old.fill_null(value=False)).alias(BAD), (absent & is_old).alias(ODD)).drop(
        "is_logged", "begun", "as_of"
    )


def _summed_rooms(evidence: Evidence) -> pl.DataFrame:
    """Return the rooms of which a list of viewers was read whole, be it empty."""
    return _rooms_of(evidence, {"ListAccountUserData", "event/report/details"})


def _logged_rooms(evidence: Evidence) -> pl.DataFrame:
    """Return the rooms of which a list of visits was asked for."""
    return _rooms_of(evidence, {"ListUserBehaviorDataAPIV2", "event/report/details"})


def _rooms_of(evidence: Evidence, calls: set[str]) -> pl.DataFrame:
    rooms = {
        (one.pull.vendor, one.pull.account, one.pull.room)
        for one in evidence.pulls
        if one.pull.endpoint in calls and one.is_whole and one.replies
    }
    return pl.DataFrame(sorted(rooms), schema=dict.fromkeys(PLACE, TEXT), orient="row")


CHECKS = (
    of_rows("double-rows", Text("不重复的行数", "Rows that are told once"), _doubles, bad=_DOUBLED, odd=_EQUAL_ROWS),
    of_rows(
        "missing-identity", Text("有观众标识的观看", "Visits with a viewer"), _nobodies, bad=_NOBODY, odd=_ANONYMOUS
    ),
    of_rows(
        "listed-viewers",
        Text("观众在平台汇总里的观看", "Visits of viewers in the platform's list"),
        _listed,
        bad=_UNLISTED,
        odd=_STILL_THERE,
    ),
    of_rows(
        "logged-viewers",
        Text("有观看记录的汇总观众", "Viewers of the list with a visit in the log"),
        _logged,
        bad=_UNLOGGED,
        odd=_OLD,
    ),
)
