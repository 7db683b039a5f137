"""Visits against the vendor's own sums of the same viewers, room by room.

The sums run from the room's beginning to the pull, visits only over the period. What was read of a viewer outside
the period is known (`outside_visits`, `outside_seconds`), so the two must come to the same to the second; where
they do not, something else must explain it. A viewer whom one side alone knows is held against nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of, seconds
from reporter.checks.sides import LOG_REACH, MEASURES, VIEWER, Measure, compared
from reporter.model import Finding, Outcome, Text
from reporter.tables import MICRO, PLACE, known_sum

#: the log has nobody who watched for no longer than this
_LEAST_LOGGED = 60 * MICRO

_MORE = Text(
    "有观众的观看多于平台的汇总，汇总从房间开始累计，不应更少",
    "some viewers' visits come to more than the platform's sum of them, which runs from the room's beginning",
)
_UNSUMMED = Text(
    "有观众有观看记录，平台的汇总里却没有这些人",
    "some viewers have visits and are missing from the platform's sums",
)
_UNREAD = Text(
    "有观看记录的时长无法读取，按空值处理，平台的汇总已计入",
    "some visits have a length that could not be read and is taken as null; the platform's sum holds them",
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
_BRIEF = Text(
    "观看记录不含观看不足一分钟的观众，平台的汇总已计入",
    "the log leaves out viewers who watched for no more than a minute; the platform's sum holds them",
)
_UNNAMED = Text(
    "其余观众只出现在没有身份标识的汇总行里，这些行的合计不少于他们的观看",
    "the other viewers can only be in summary rows without any id, which come to no less than their visits",
)
_PAGE = Text(
    "观看按进入到离开计，平台的汇总只计播放，差额在页面停留时长之内",
    "visits last from joining to leaving, the platform's sum counts playing only; "
    "the rest is within its time on the page",
)
#: why sides may differ, the gravest first: the flag of a viewer, how it ends, and what is said
_REASONS: tuple[tuple[str, Outcome, Text], ...] = (
    ("more", "unexplained", _MORE),
    ("unsummed", "unexplained", _UNSUMMED),
    ("less", "unexplained", _LESS),
    ("unread", "unexplained", _UNREAD),
    ("old", "explained", _REACH),
    ("open", "explained", _OPEN),
    ("brief", "explained", _BRIEF),
    ("unnamed", "explained", _UNNAMED),
    ("paged", "explained", _PAGE),
    ("outside", "explained", _OUTSIDE),
)


def _find(rule: Rule, held: Held, *, measure: Measure) -> Iterator[Finding]:
    rooms = held.tables["rooms"].select(PLACE).unique(maintain_order=True)
    by_room = (
        _judged(compared(held, measure), measure)
        .group_by(PLACE)
        .agg(pl.col("theirs").sum(), known_sum(pl.col("shown")), *(pl.col(flag).any() for flag, _, _ in _REASONS))
    )
    for row in rooms.join(by_room, on=PLACE, how="inner", validate="1:1", maintain_order="left").iter_rows(named=True):
        verdict, why = _ending(row)
        where = room_of(row["vendor"], row["account"], row["room_id"])
        theirs, ours = (seconds(row[side]) if measure.is_time else str(row[side]) for side in ("theirs", "shown"))
        yield rule.finding(where, theirs, ours, verdict, why)


def _judged(compared: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """Add a flag for each of the reasons for which a viewer's two sides are not the same."""
    of_log = pl.lit(measure.is_of_log)
    over = pl.col("whole") > pl.col("theirs") + pl.col("allowed")
    under = pl.col("whole") < pl.col("theirs") - pl.col("allowed")
    is_paged = of_log & (pl.col("whole") <= pl.col("page_seconds") + pl.col("allowed")).fill_null(value=False)
    is_old = of_log & (pl.col("begun") < pl.col("as_of") - LOG_REACH).fill_null(value=False)
    is_brief = of_log & (pl.col("times") + pl.col("outside_visits") == 0) & (pl.col("theirs") <= _LEAST_LOGGED)
    excused = is_old | is_brief
    is_open = pl.col("is_boundless") | (pl.col("whole") + pl.col("open_for") >= pl.col("theirs") - pl.col("allowed"))
    stray = ~pl.col("is_named") & (pl.col("ours") > 0)
    is_unnamed = pl.col("ours").filter(stray).sum().over(PLACE) <= pl.col("nobody")
    return compared.with_columns(
        more=over & pl.col("is_named") & ~is_paged,
        unsummed=stray & ~is_unnamed,
        unnamed=stray & is_unnamed,
        less=under & ~excused & ~is_open & ~pl.col("unreadable"),
        unread=under & ~excused & pl.col("unreadable"),
        old=under & is_old,
        open=under & ~excused & is_open & ~pl.col("unreadable"),
        brief=under & is_brief & ~is_old,
        paged=over & pl.col("is_named") & is_paged,
        outside=pl.col("left_out") > 0,
    )


def _rows(held: Held, *, measure: Measure) -> pl.DataFrame:
    """Return the viewers whose sides are not the same: the vendor's, ours, and ours with what lies outside."""
    judged = _judged(compared(held, measure), measure)
    flags = {outcome: [flag for flag, one, _ in _REASONS if one == outcome] for outcome in ("unexplained", "explained")}
    sources = held.tables["viewer_totals"].select(*VIEWER, "reply_id", "row_no").unique(VIEWER, keep="first")
    placed = judged.join(sources, on=VIEWER, how="left", validate="m:1", maintain_order="left")
    unit = MICRO if measure.is_time else 1
    sides = {"theirs": "expected", "shown": "found", "whole": "found_of_all_times"}
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


def _rule(code: str, zh: str, en: str) -> Rule:
    measure = MEASURES[code]
    return Rule(code, Text(zh, en), partial(_find, measure=measure), partial(_rows, measure=measure))


RULES = (
    _rule("quanshi-duration", "全时：观看记录与观众汇总的时长", "Quanshi: visits against viewerDetails, watch time"),
    _rule("quanshi-times", "全时：观看记录与观众汇总的次数", "Quanshi: visits against viewerDetails, number of visits"),
    _rule(
        "quanshi-live",
        "全时：观看记录与观众汇总的直播时长",
        "Quanshi: visits against viewerDetails, time of watching live",
    ),
    _rule(
        "quanshi-replay",
        "全时：观看记录与观众汇总的回放时长",
        "Quanshi: visits against viewerDetails, time of watching replays",
    ),
    _rule(
        "volcengine-duration",
        "火山引擎：观看记录与观众列表的时长",
        "Volcengine: visit log against the list of viewers, watch time",
    ),
    _rule(
        "volcengine-tracks",
        "火山引擎：观众轨迹与观众列表的时长",
        "Volcengine: tracks against the list of viewers, watch time",
    ),
)
