"""Checks of visits one by one: their length, their clocks, what overlaps, and who is behind them."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from reporter.audit.check import BAD, ODD, SOURCE, of_rows
from reporter.audit.evidence import Evidence
from reporter.model import Text
from reporter.tables import LIVE_MODES, PLACE, live_spans

_DAY = 86_400.0
#: nobody is surprised by so many seconds before a room opens and after it closes; and by so many more with a reason
_AROUND, _LONG_AROUND = 900.0, 3_600.0
#: clocks of vendors and their own log may be so far apart
_CLOCKS = timedelta(minutes=5)
#: so many seconds more than between joining and leaving are rounding
_ROUNDING = 60.0
#: so many viewers with one address, device, joining and leaving are one visit told several times
_MANY, _OFFICE = 3, 6
_SHOWN = (
    *PLACE,
    "viewer_id",
    "mode",
    "joined_at",
    "left_at",
    "watch_seconds",
    "device",
    "client",
    "ip",
)
_VIEWER = (*PLACE, "viewer_id")
_SCREEN = ("device", "client", "ip")

_TOO_LONG = Text(
    "观看长于直播场次（含前后一小时），或一次长于一天",
    "visits last longer than their room was live, an hour around it included, or longer than a day",
)
_STAYED = Text(
    "进场早或离场晚，超出直播时段不到一小时", "came early or stayed on, less than an hour beyond the live time"
)
_MORE_THAN_STAY = Text("观看时长超过进入到离开的时长", "more seconds were watched than lie between joining and leaving")
_FUTURE = Text("观看的时间晚于拉取该回复的时间", "visits lie after the moment at which their reply came")
_SAME_START = Text(
    "同一观众在同一设备上同时开始两段直播观看，可能重复计入",
    "a viewer starts two live visits at one moment on one device: told twice, perhaps",
)
_SECOND_SCREEN = Text(
    "同一观众的观看重叠：同时开着两个窗口或设备", "a viewer's visits overlap: two windows or devices at once"
)
_COPIED = Text(
    "多个观众的地址、设备、进入与离开时间完全相同",
    "several viewers have one address, one device and the same times of joining and leaving",
)
_SHARED = Text(
    "多个观众共用一个地址与同类设备（办公室、教室）",
    "viewers share an address and a kind of device (an office, a class)",
)


def _placed(evidence: Evidence) -> pl.DataFrame:
    return evidence.tables["visits"].select(*_SHOWN, *SOURCE)


def _lengths(evidence: Evidence) -> pl.DataFrame:
    """Judge visits by the live time of their room; one without times (a track) by all of it."""
    visits = _placed(evidence).filter(pl.col("watch_seconds").is_not_null()).with_row_index("nr")
    spans = live_spans(evidence.tables["rooms"]).drop_nulls("end")
    live = visits.filter(pl.col("mode").is_in(LIVE_MODES))
    pairs = live.select("nr", *PLACE, "joined_at", "left_at").join(spans, on=PLACE, how="inner")
    met = pairs.filter(
        pl.col("left_at").is_null() | ((pl.col("joined_at") < pl.col("end")) & (pl.col("left_at") > pl.col("start")))
    )
    length = (pl.col("end") - pl.col("start")).dt.total_microseconds() / 1e6
    room = met.group_by("nr").agg(
        together=(pl.col("end").max() - pl.col("start").min()).dt.total_microseconds() / 1e6,
        summed=length.sum(),
        times=pl.len(),
        is_track=pl.col("left_at").is_null().any(),
    )
    allowed = pl.when("is_track").then(pl.col("summed") + _AROUND * (pl.col("times") - 1)).otherwise("together")
    limits = room.select("nr", live_seconds=allowed)
    beyond = pl.col("watch_seconds") - pl.col("live_seconds")
    judged = visits.join(limits, on="nr", how="left", validate="1:1", maintain_order="left").drop("nr")
    return judged.with_columns(
        ((beyond > _LONG_AROUND).fill_null(value=False) | (pl.col("watch_seconds") > _DAY)).alias(BAD),
        (beyond > _AROUND).fill_null(value=False).alias(ODD),
    )


def _stays(evidence: Evidence) -> pl.DataFrame:
    visits = evidence.raw["visits"].select(*_SHOWN, *SOURCE).drop_nulls(["joined_at", "left_at", "watch_seconds"])
    stay = (pl.col("left_at") - pl.col("joined_at")).dt.total_microseconds() / 1e6
    return visits.with_columns(stay_seconds=stay).with_columns(
        (pl.col("watch_seconds") > pl.col("stay_seconds") + _ROUNDING).alias(BAD)
    )


def _future(evidence: Evidence) -> pl.DataFrame:
    visits = evidence.raw["visits"].select(*_SHOWN, *SOURCE).filter(pl.col("joined_at").is_not_null())
    fetched = evidence.replies.select("reply_id", "fetched_at")
    told = visits.join(fetched, on="reply_id", how="left", validate="m:1", maintain_order="left")
    last = pl.max_horizontal("joined_at", "left_at")
    return told.with_columns((last > pl.col("fetched_at") + _CLOCKS).alias(BAD))


def _overlaps(evidence: Evidence) -> pl.DataFrame:
    visits = _placed(evidence).drop_nulls(["viewer_id", "joined_at", "left_at"]).sort(*_VIEWER, "joined_at", "left_at")
    before = visits.with_columns(
        is_same_screen=pl.all_horizontal(
            pl.col(name).eq_missing(pl.col(name).shift().over(_VIEWER)) for name in _SCREEN
        ),
        is_same_start=pl.col("joined_at") == pl.col("joined_at").shift().over(_VIEWER),
        reach=pl.col("left_at").shift().over(_VIEWER),
    ).with_columns(reach=pl.col("reach").cum_max().over(_VIEWER))
    told_twice = pl.col("is_same_screen") & pl.col("is_same_start") & pl.col("mode").is_in(LIVE_MODES)
    return before.with_columns(told_twice.alias(BAD), (pl.col("reach") > pl.col("joined_at")).alias(ODD)).drop(
        "is_same_screen", "is_same_start", "reach"
    )


def _devices(evidence: Evidence) -> pl.DataFrame:
    visits = _placed(evidence).drop_nulls(["viewer_id", "ip", "joined_at", "left_at"])
    return visits.with_columns(
        (pl.col("viewer_id").n_unique().over(*PLACE, *_SCREEN, "joined_at", "left_at") >= _MANY).alias(BAD),
        (pl.col("viewer_id").n_unique().over(*PLACE, *_SCREEN) >= _OFFICE).alias(ODD),
    )


CHECKS = (
    of_rows(
        "visit-length",
        Text("观看时长不超过直播时长的观看", "Visits no longer than their room was live"),
        _lengths,
        bad=_TOO_LONG,
        odd=_STAYED,
    ),
    of_rows(
        "watched-stay",
        Text("观看时长不超过停留的观看", "Visits with no more watched than stayed"),
        _stays,
        bad=_MORE_THAN_STAY,
    ),
    of_rows(
        "clock-future", Text("早于拉取时间的观看", "Visits before the moment of their reply"), _future, bad=_FUTURE
    ),
    of_rows(
        "overlaps",
        Text("不与同一观众其他观看重叠的观看", "Visits that overlap no other of their viewer"),
        _overlaps,
        bad=_SAME_START,
        odd=_SECOND_SCREEN,
    ),
    of_rows(
        "one-device",
        Text("不与其他观众共用设备的观看", "Visits on a device of their viewer's own"),
        _devices,
        bad=_COPIED,
        odd=_SHARED,
    ),
)
