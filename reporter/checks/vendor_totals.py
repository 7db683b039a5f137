"""Visits against the vendor's own sums of the same viewers, room by room.

The sums run from the room's beginning to the pull, visits only over the period, so visits may well be fewer:
that is explained. They may never be more. Viewers whom only one side knows are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, Rule, room_of, seconds
from reporter.model import Pulled, Text
from reporter.report import Finding, Outcome
from reporter.tables import MICRO, PLACE, WATCHED_MODES, Tables, micro

_VIEWER = [*PLACE, "viewer_id"]
_MORE = Text(
    "有观众的观看多于平台的汇总，汇总从房间开始累计，不应更少",
    "some viewers' visits come to more than the platform's sum of them, which runs from the room's beginning",
)
_QUANSHI_LESS = Text(
    "汇总从活动开始累计到拉取时，观看只取本期开始的",
    "the sums run from the event's beginning to the pull, visits are those that start in the period",
)
_VOLCENGINE_LESS = Text(
    "汇总从房间开始累计到拉取时，观看只取本期开始的；没有离开时间的观看时长未知",
    "the sums run from the room's beginning to the pull, visits are those that start in the period; "
    "a visit without a time of leaving has no length",
)
_PAGE = Text(
    "观看按进入到离开计，平台的汇总只计播放，差额在页面停留时长之内",
    "visits last from joining to leaving, the platform's sum counts playing only; "
    "the rest is within its time on the page",
)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is compared: a sum over visits, and the column of viewer_totals that it meets.

    Both are whole microseconds if `is_time`, else counts; `tolerance` is allowed a visit, in the same unit.
    """

    vendor: str
    visits: pl.Expr
    total: str
    less: Text
    is_time: bool = True
    tolerance: int = 0


def _find(rule: Rule, tables: Tables, _pulled: Sequence[Pulled], *, measure: _Measure) -> Iterator[Finding]:
    compared = _compared(tables, measure)
    rooms = tables["rooms"].select(PLACE).unique(maintain_order=True)
    by_room = compared.group_by(PLACE).agg(
        pl.col("ours", "theirs").sum(),
        pl.col("more").any(),
        pl.col("less").any(),
        pl.col("paged").any(),
        pl.len().alias("viewers"),
    )
    for row in rooms.join(by_room, on=PLACE, how="inner", validate="1:1", maintain_order="left").iter_rows(named=True):
        verdict, why = _judged(row, measure)
        where = room_of(row["vendor"], row["account"], row["room_id"])
        theirs, ours = (_shown(row[side], measure) for side in ("theirs", "ours"))
        yield rule.finding(where, theirs, ours, verdict, why)


def _compared(tables: Tables, measure: _Measure) -> pl.DataFrame:
    """Return each viewer whom both sides know: `ours`, `theirs`, and which way they differ."""
    visits = tables["visits"].filter(
        pl.col("vendor") == measure.vendor, pl.col("mode").is_in(WATCHED_MODES), pl.col("viewer_id").is_not_null()
    )
    ours = visits.group_by(_VIEWER).agg(
        measure.visits.alias("ours"), (pl.len() * measure.tolerance).cast(pl.Int64).alias("allowed")
    )
    totals = tables["viewer_totals"].drop_nulls(["viewer_id", measure.total])
    theirs = totals.group_by(_VIEWER).agg(
        (micro(measure.total) if measure.is_time else pl.col(measure.total)).sum().alias("theirs"),
        micro("page_seconds").sum(),
    )
    over = pl.col("ours") > pl.col("theirs") + pl.col("allowed")
    paged = over & (pl.col("ours") <= pl.col("page_seconds") + pl.col("allowed"))
    return ours.join(theirs, on=_VIEWER, how="inner", validate="1:1").with_columns(
        more=over & ~paged.fill_null(value=False),
        paged=paged,
        less=pl.col("ours") < pl.col("theirs") - pl.col("allowed"),
    )


def _judged(row: dict[str, object], measure: _Measure) -> tuple[Outcome, Text]:
    if row["more"]:
        return "unexplained", _MORE
    if row["less"]:
        return "explained", measure.less
    return ("explained", _PAGE) if row["paged"] else ("agrees", EQUAL)


def _shown(value: int, measure: _Measure) -> str:
    return seconds(value) if measure.is_time else str(value)


_WATCH_TIME = micro("watch_seconds").sum()

RULES = (
    Rule(
        "quanshi-duration",
        Text("全时：观看记录与观众汇总的时长", "Quanshi: visits against viewerDetails, watch time"),
        partial(_find, measure=_Measure("quanshi", _WATCH_TIME, "watch_seconds", _QUANSHI_LESS)),
    ),
    Rule(
        "quanshi-times",
        Text("全时：观看记录与观众汇总的次数", "Quanshi: visits against viewerDetails, number of visits"),
        partial(_find, measure=_Measure("quanshi", pl.len().cast(pl.Int64), "visits", _QUANSHI_LESS, is_time=False)),
    ),
    Rule(
        "volcengine-duration",
        Text("火山引擎：观看记录与观众列表的时长", "Volcengine: visits against the list of viewers, watch time"),
        # times of joining and leaving are whole seconds, each cut on its own
        partial(
            _find,
            measure=_Measure("volcengine", _WATCH_TIME, "watch_seconds", _VOLCENGINE_LESS, tolerance=MICRO),
        ),
    ),
)
