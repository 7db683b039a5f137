"""Volcengine's live watching and replays apart: swapped, or of other days, they add up to the same all the same.

The list gives both of each viewer. They are held against the visits, which are live where they overlap a live span
of the room, and against what the rows of the log say themselves; both with what was read outside the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of, seconds
from reporter.checks.sides import LOG_REACH, begun_of
from reporter.model import Finding, Outcome, Text
from reporter.tables import LIVE_MODES, MICRO, PLACE, TEXT, Tables, known_sum, micro

_VIEWER = [*PLACE, "viewer_id"]
_MODES: Mapping[str, tuple[str, ...]] = {"live": LIVE_MODES, "replay": ("replay",)}

_OTHER = Text(
    "有观众的直播与回放时长和平台的不同，多于直播时段之外的部分所能解释：日期、时段或两者可能弄错",
    "some viewers' watching is live for one side and replay for the other, by more than lies outside the live times: "
    "days or live times may be wrong, or both durations exchanged",
)
_MISSING = Text(
    "观看记录少于列表的部分无法分为直播与回放，见 volcengine-duration",
    "what the log has less than the list cannot be told live from replay; volcengine-duration says why it is less",
)
_SPLIT = Text(
    "与直播时段重叠的一次观看整次算作直播，平台把它分开计",
    "a visit that overlaps a live time is live as a whole; the platform splits it",
)
_PAGE = Text(
    "观看按进入到离开计，平台只计播放，差额在该观众的总差额之内",
    "visits last from joining to leaving, the platform counts playing only; no more is missing than of both together",
)
_OUTSIDE = Text(
    "汇总从房间开始累计到拉取时；加上不在本期开始的观看，两边相同",
    "the sums run from the room's beginning to the pull; "
    "with the visits that start outside the period both sides are the same",
)
_LOG_DIFFERS = Text(
    "同一观众的直播或回放时长，列表与观看记录自报的不同",
    "the list and the log's own durations give a viewer another time of watching live, or of replays",
)
_LOG_REACH = Text(
    "房间 90 天前已开播，观看记录只能查到近 90 天，列表从房间开始累计",
    "the room was live more than 90 days ago: its log reaches back no further, the list counts from the beginning",
)
_LOG_MOVES = Text(
    "观看记录多于列表的观众尚未离开或刚离开，列表稍后才计入",
    "whom the log counts more of is still there or has just left: the list counts that a little later",
)
#: why sides may differ, the gravest first: the flag of a viewer, how it ends, and what is said
_Reasons = tuple[tuple[str, Outcome, Text], ...]
_OF_VISITS: _Reasons = (
    ("other", "unexplained", _OTHER),
    ("missing", "explained", _MISSING),
    ("split", "explained", _SPLIT),
    ("paged", "explained", _PAGE),
    ("outside", "explained", _OUTSIDE),
)
_OF_LOG: _Reasons = (
    ("other", "unexplained", _LOG_DIFFERS),
    ("old", "explained", _LOG_REACH),
    ("moving", "explained", _LOG_MOVES),
)


def _totals(held: Held) -> pl.DataFrame:
    """Return the list's sums of each viewer of Volcengine, with when the room was first live (`begun`)."""
    return held.once("log modes of the list", lambda: _with_begun(held.tables))


def _with_begun(tables: Tables) -> pl.DataFrame:
    ours = tables["viewer_totals"].filter(pl.col("vendor") == "volcengine", pl.col("viewer_id").is_not_null())
    return ours.join(begun_of(tables["rooms"]), on=PLACE, how="left", validate="m:1", maintain_order="left")


def _by_visits(held: Held, mode: str) -> pl.DataFrame:
    """Return each viewer whom both sides know: `theirs` and `ours` of a mode in microseconds, and why they differ.

    Both modes together may be more or less than the list's: `volcengine-duration` judges that, and here it is
    allowed. A live visit may hold playing that the platform calls replay, and no replay visit any that it calls live.
    """
    theirs, whole = micro(f"{mode}_seconds"), _whole(mode)
    excess = _whole("live") + _whole("replay") - micro("live_seconds") - micro("replay_seconds")
    lacks, idle = (-excess).clip(0), excess.clip(0)
    beyond, none = _known("beyond_live_seconds"), pl.lit(0)
    more, less = (none, beyond) if mode == "live" else (beyond, none)
    allowed = (pl.col("times") + pl.col("outside_visits").fill_null(0)) * MICRO
    over, under = theirs - whole - allowed, whole - theirs - allowed
    is_other = (over > lacks + more) | (under > idle + less)
    is_split = ((over > 0) & (over <= more)) | ((under > idle) & (under <= idle + less))
    return held.once("log modes by visits", lambda: _compared(held)).select(
        *_VIEWER,
        "reply_id",
        "row_no",
        theirs=theirs,
        ours=pl.col(mode),
        whole=whole,
        other=is_other,
        missing=(over > more) & ~is_other,
        split=is_split & ~is_other,
        paged=(under > 0) & (under <= idle),
        outside=(over <= 0) & (under <= 0) & (whole != pl.col(mode)),
    )


def _compared(held: Held) -> pl.DataFrame:
    """Return the list's viewers of whom the log has visits, in the period or outside, beside what these come to.

    One of whose visits nobody can tell live from replay is left out, and so is a room a call of which failed.
    """
    failed = [one.pull for one in held.pulled if one.verdict == "failed" and one.pull.room is not None]
    places = [(one.vendor, one.account, one.room) for one in failed]
    gone = pl.DataFrame(places, schema=dict.fromkeys(PLACE, TEXT), orient="row")
    visited = _visited(held.tables)
    has_log = visited.select(PLACE).unique()
    return (
        _totals(held)
        .drop_nulls(["live_seconds", "replay_seconds"])
        .join(has_log, on=PLACE, how="semi")
        .join(gone, on=PLACE, how="anti")
        .join(visited, on=_VIEWER, how="left", validate="1:1", maintain_order="left")
        .filter(
            pl.col("times").is_not_null() | (pl.col("outside_visits") > 0), ~pl.col("is_unclear").fill_null(value=False)
        )
        .with_columns(pl.col(*_MODES, "times").fill_null(0))
    )


def _whole(mode: str) -> pl.Expr:
    """Return a mode's time of the period and of what was read outside it."""
    return pl.col(mode) + _known(f"outside_{mode}_seconds")


def _known(column: str) -> pl.Expr:
    return micro(column).fill_null(0)


def _visited(tables: Tables) -> pl.DataFrame:
    """Return what each viewer's visits of the log come to live and as replays, and how many there are."""
    visits = tables["visits"].select(*_VIEWER, "row_visits", "mode", "watch_seconds")
    logged = visits.filter(pl.col("row_visits").is_not_null(), pl.col("viewer_id").is_not_null())
    time = micro("watch_seconds")
    return logged.group_by(_VIEWER).agg(
        *(pl.when(pl.col("mode").is_in(modes)).then(time).sum().alias(mode) for mode, modes in _MODES.items()),
        times=pl.len().cast(pl.Int64),
        is_unclear=pl.col("mode").is_null().any(),
    )


def _by_log(held: Held, mode: str) -> pl.DataFrame:
    """Return each viewer of whom the list and the log's rows both give a mode's time, both of all times."""
    theirs, ours = micro(f"{mode}_seconds"), micro(f"log_{mode}_seconds")
    logged = held.once("log modes of the log", lambda: _logged(held))
    both = logged.drop_nulls([f"{mode}_seconds", f"log_{mode}_seconds"])
    reaches_back = (pl.col("begun") < pl.col("as_of") - LOG_REACH).fill_null(value=False)
    is_old = (ours < theirs) & reaches_back
    is_moving = (ours > theirs) & pl.col("log_moves").fill_null(value=False)
    return both.select(
        *_VIEWER,
        "reply_id",
        "row_no",
        theirs=theirs,
        ours=ours,
        whole=ours,
        other=(ours != theirs) & ~is_old & ~is_moving,
        old=is_old,
        moving=is_moving,
    )


def _logged(held: Held) -> pl.DataFrame:
    """Return the list's viewers of whom the log gives a time, with whether it was still moving."""
    moves = held.tables["activity"].select(*_VIEWER, "log_moves").unique(_VIEWER, keep="first")
    told = _totals(held).filter(pl.any_horizontal(pl.col(f"log_{mode}_seconds").is_not_null() for mode in _MODES))
    return told.join(moves, on=_VIEWER, how="left", validate="m:1", maintain_order="left")


_JUDGES = {"visits": (_by_visits, _OF_VISITS), "log": (_by_log, _OF_LOG)}


def _find(rule: Rule, held: Held, *, source: str, mode: str) -> Iterator[Finding]:
    """Yield a finding a room: what the list adds up (expected), what the visits or the log's rows come to (found)."""
    judge, reasons = _JUDGES[source]
    by_room = (
        judge(held, mode)
        .group_by(PLACE, maintain_order=True)
        .agg(pl.col("theirs").sum(), known_sum(pl.col("ours")), *(pl.col(flag).any() for flag, _, _ in reasons))
    )
    for row in by_room.iter_rows(named=True):
        verdict, why = next(((one, text) for flag, one, text in reasons if row[flag]), ("agrees", EQUAL))
        where = room_of(row["vendor"], row["account"], row["room_id"])
        yield rule.finding(where, seconds(row["theirs"]), seconds(row["ours"]), verdict, why)


def _rows(held: Held, *, source: str, mode: str) -> pl.DataFrame:
    """Return the viewers whose sides are not the same: the list's, ours, and ours with what lies outside."""
    judge, reasons = _JUDGES[source]
    sides = {"theirs": "expected", "ours": "found", "whole": "found_of_all_times"}
    return (
        judge(held, mode)
        .filter(pl.any_horizontal(flag for flag, _, _ in reasons))
        .select(
            room_column(),
            pl.col("other").alias(UNEXPLAINED),
            "room_id",
            "viewer_id",
            *((pl.col(column) / MICRO).alias(name) for column, name in sides.items()),
            "reply_id",
            "row_no",
        )
        .sort("room_id", "viewer_id", maintain_order=True)
    )


def _rule(code: str, source: str, mode: str, label: Text) -> Rule:
    return Rule(code, label, partial(_find, source=source, mode=mode), partial(_rows, source=source, mode=mode))


RULES = (
    _rule(
        "volcengine-live",
        "visits",
        "live",
        Text(
            "火山引擎：观看与观众列表的直播时长",
            "Volcengine: visits against the list of viewers, time of watching live",
        ),
    ),
    _rule(
        "volcengine-replay",
        "visits",
        "replay",
        Text(
            "火山引擎：观看与观众列表的回放时长",
            "Volcengine: visits against the list of viewers, time of watching replays",
        ),
    ),
    _rule(
        "volcengine-log-live",
        "log",
        "live",
        Text(
            "火山引擎：观看记录自报与观众列表的直播时长",
            "Volcengine: the visit log's own durations against the list of viewers, time of watching live",
        ),
    ),
    _rule(
        "volcengine-log-replay",
        "log",
        "replay",
        Text(
            "火山引擎：观看记录自报与观众列表的回放时长",
            "Volcengine: the visit log's own durations against the list of viewers, time of watching replays",
        ),
    ),
)
