"""Visits against the vendor's own sums of the same viewers, room by room.

The sums run from the room's beginning to the pull, visits only over the period. What was read of a viewer outside
the period is known (`outside_visits`, `outside_seconds`), so the two must come to the same to the second; where
they do not, something else must explain it. Viewers whom only one side knows are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Rule, room_column, room_of, seconds
from reporter.model import Finding, Outcome, Pulled, Text
from reporter.tables import MICRO, PLACE, WATCHED_MODES, Tables, live_spans, micro

_VIEWER = [*PLACE, "viewer_id"]
#: how far back Volcengine's log reaches; what was watched before stands in the list's sums alone
_LOG_REACH = timedelta(days=90)

_MORE = Text(
    "有观众的观看多于平台的汇总，汇总从房间开始累计，不应更少",
    "some viewers' visits come to more than the platform's sum of them, which runs from the room's beginning",
)
_LESS = Text(
    "有观众的观看（含本期之外已读到的）少于平台的汇总，可能缺记录",
    "some viewers' visits, those read outside the period included, come to less than the platform's sum: "
    "records may be missing",
)
_OUTSIDE = Text(
    "汇总从房间开始累计到拉取时；加上不在本期开始的观看，两边相同",
    "the sums run from the room's beginning to the pull; "
    "with the visits that start outside the period both sides are the same",
)
_OPEN = Text(
    "没有离开时间的观看时长未知，平台的汇总已计入",
    "visits without a time of leaving have no length here; the platform's sum holds them",
)
_REACH = Text(
    "房间 90 天前已开播，观看记录只能查到近 90 天，汇总从房间开始累计",
    "the room was live more than 90 days ago: its log reaches back no further, its sums run from the beginning",
)
_PAGE = Text(
    "观看按进入到离开计，平台的汇总只计播放，差额在页面停留时长之内",
    "visits last from joining to leaving, the platform's sum counts playing only; "
    "the rest is within its time on the page",
)
#: why sides may differ, the gravest first: the flag of a viewer, how it ends, and what is said
_REASONS: tuple[tuple[str, Outcome, Text], ...] = (
    ("more", "unexplained", _MORE),
    ("less", "unexplained", _LESS),
    ("old", "explained", _REACH),
    ("open", "explained", _OPEN),
    ("paged", "explained", _PAGE),
    ("outside", "explained", _OUTSIDE),
)
#: a track has seconds and no time of leaving, a visit of the log has both or neither
_IS_TRACK = pl.col("left_at").is_null() & pl.col("watch_seconds").is_not_null()


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is compared: a sum over the visits that `where` keeps, and the columns of viewer_totals that it meets.

    Both are whole microseconds if `is_time`, else counts; `tolerance` is allowed a visit, in the same unit.
    """

    vendor: str
    visits: pl.Expr
    total: str
    outside: str
    where: pl.Expr
    is_time: bool = True
    tolerance: int = 0


def _find(rule: Rule, tables: Tables, _pulled: Sequence[Pulled], *, measure: _Measure) -> Iterator[Finding]:
    rooms = tables["rooms"].select(PLACE).unique(maintain_order=True)
    by_room = (
        _judged(_compared(tables, measure), tables)
        .group_by(PLACE)
        .agg(pl.col("ours", "theirs").sum(), *(pl.col(flag).any() for flag, _, _ in _REASONS))
    )
    for row in rooms.join(by_room, on=PLACE, how="inner", validate="1:1", maintain_order="left").iter_rows(named=True):
        verdict, why = _ending(row)
        where = room_of(row["vendor"], row["account"], row["room_id"])
        theirs, ours = (seconds(row[side]) if measure.is_time else str(row[side]) for side in ("theirs", "ours"))
        yield rule.finding(where, theirs, ours, verdict, why)


def _compared(tables: Tables, measure: _Measure) -> pl.DataFrame:
    """Return each viewer to be compared: `ours`, `whole` (with what was left out), `theirs`, and what is `allowed`."""
    visits = tables["visits"].filter(
        pl.col("vendor") == measure.vendor,
        pl.col("mode").is_in(WATCHED_MODES),
        pl.col("viewer_id").is_not_null(),
        measure.where,
    )
    ours = visits.group_by(_VIEWER).agg(
        measure.visits.alias("ours"), pl.len().cast(pl.Int64).alias("times"), opened=pl.col("watch_seconds").has_nulls()
    )
    theirs = _told(tables["viewer_totals"].join(visits, on=PLACE, how="semi"), measure)
    both = theirs.join(ours, on=_VIEWER, how="left", validate="1:1").filter(
        pl.col("ours").is_not_null() | pl.col("is_whole")
    )
    counted = pl.col("times").fill_null(0) + pl.col("outside_visits")
    return both.with_columns(
        pl.col("ours").fill_null(0),
        opened=pl.col("opened").fill_null(value=False) | (pl.col("outside_open") > 0),
        whole=pl.col("ours").fill_null(0) + pl.col("left_out"),
        allowed=counted * measure.tolerance,
    )


def _told(totals: pl.DataFrame, measure: _Measure) -> pl.DataFrame:
    """Return what the vendor sums up of each viewer, with what was left out and whether visits must be known.

    Quanshi sends both in one reply. Volcengine's log leaves out who stayed for less than a minute: a viewer of whom
    it has nothing is not compared.
    """
    amount = micro if measure.is_time else pl.col
    known = totals.drop_nulls(["viewer_id", measure.total])
    return known.group_by(_VIEWER).agg(
        amount(measure.total).sum().alias("theirs"),
        amount(measure.outside).sum().alias("left_out"),
        pl.col("outside_visits", "outside_open").sum(),
        micro("page_seconds").sum(),
        pl.col("as_of").max(),
        is_whole=(pl.col("vendor") == "quanshi").first() | pl.col("outside_visits").is_not_null().any(),
    )


def _judged(compared: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Add a flag for each of the reasons for which a viewer's two sides are not the same."""
    begun = live_spans(tables["rooms"]).group_by(PLACE).agg(pl.col("start").min().alias("begun"))
    over = pl.col("whole") > pl.col("theirs") + pl.col("allowed")
    under = pl.col("whole") < pl.col("theirs") - pl.col("allowed")
    paged = over & (pl.col("whole") <= pl.col("page_seconds") + pl.col("allowed")).fill_null(value=False)
    is_old = (pl.col("vendor") == "volcengine") & (pl.col("begun") < pl.col("as_of") - _LOG_REACH)
    old, opened = under & is_old.fill_null(value=False), under & pl.col("opened")
    return compared.join(begun, on=PLACE, how="left", validate="m:1").with_columns(
        more=over & ~paged,
        less=under & ~old & ~opened,
        old=old,
        open=opened & ~old,
        paged=paged,
        outside=pl.col("left_out") > 0,
    )


def _rows(tables: Tables, *, measure: _Measure) -> pl.DataFrame:
    """Return the viewers whose sides are not the same: the vendor's, ours, and ours with what lies outside."""
    judged = _judged(_compared(tables, measure), tables)
    flags = {outcome: [flag for flag, one, _ in _REASONS if one == outcome] for outcome in ("unexplained", "explained")}
    sources = tables["viewer_totals"].select(*_VIEWER, "reply_id", "row_no").unique(_VIEWER, keep="first")
    placed = judged.join(sources, on=_VIEWER, how="left", validate="m:1", maintain_order="left")
    unit = MICRO if measure.is_time else 1
    sides = {"theirs": "expected", "ours": "found", "whole": "found_of_all_times"}
    unexplained = pl.any_horizontal(flags["unexplained"])
    return (
        placed.filter(unexplained | pl.any_horizontal(flags["explained"]))
        .select(
            room_column(),
            unexplained.alias(UNEXPLAINED),
            "room_id",
            "viewer_id",
            *((pl.col(column) / unit).alias(name) for column, name in sides.items()),
            "reply_id",
            "row_no",
        )
        .sort("room_id", "viewer_id", maintain_order=True)
    )


def _ending(row: Mapping[str, object]) -> tuple[Outcome, Text]:
    """Return the gravest of a room's reasons."""
    return next(((verdict, why) for flag, verdict, why in _REASONS if row[flag]), ("agrees", EQUAL))


_WATCH_TIME = micro("watch_seconds").sum()
_EVERY = pl.lit(value=True)

#: what is compared, by rule; the times of joining and leaving of the log are whole seconds, each cut on its own
_MEASURES = {
    "quanshi-duration": _Measure("quanshi", _WATCH_TIME, "watch_seconds", "outside_seconds", _EVERY),
    "quanshi-times": _Measure("quanshi", pl.len().cast(pl.Int64), "visits", "outside_visits", _EVERY, is_time=False),
    "volcengine-duration": _Measure(
        "volcengine", _WATCH_TIME, "watch_seconds", "outside_seconds", ~_IS_TRACK, tolerance=MICRO
    ),
    "volcengine-tracks": _Measure("volcengine", _WATCH_TIME, "watch_seconds", "outside_seconds", _IS_TRACK),
}


def _rule(code: str, label: Text) -> Rule:
    measure = _MEASURES[code]
    return Rule(code, label, partial(_find, measure=measure), partial(_rows, measure=measure))


RULES = (
    _rule(
        "quanshi-duration",
        Text("全时：观看记录与观众汇总的时长", "Quanshi: visits against viewerDetails, watch time"),
    ),
    _rule(
        "quanshi-times",
        Text("全时：观看记录与观众汇总的次数", "Quanshi: visits against viewerDetails, number of visits"),
    ),
    _rule(
        "volcengine-duration",
        Text("火山引擎：观看记录与观众列表的时长", "Volcengine: visit log against the list of viewers, watch time"),
    ),
    _rule(
        "volcengine-tracks",
        Text("火山引擎：观众轨迹与观众列表的时长", "Volcengine: tracks against the list of viewers, watch time"),
    ),
)
