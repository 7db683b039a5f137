"""Metrics of plays, which know no persons, and of popularity, where real and virtual never mix."""

from __future__ import annotations

import polars as pl

from reporter.metrics.metric import MEDIA, Measure, Metric, Only, Ratio, seconds, total
from reporter.model import Text
from reporter.report import Definition, Unit

_PLAYER = Text(
    "只统计使用阿里云播放器 SDK 的播放，纯音频不计；日期为北京时间",
    "only plays in Aliyun's own player count, audio does not; days are UTC+8",
)
_VIEWER_DAYS = Text(
    "一人多日或看多个视频会重复计，不是人数",
    "who plays on several days, or several media, counts each time: these are no persons",
)
_LOOK = Text(
    "拉取时刻看到的在线人数，不是直播中的最高值",
    "as seen when the data was pulled, which is not the highest while live",
)


_WEIGHED = Only(
    pl.col("viewers").is_not_null(),
    Text("平台没有给出当日人数，无法加权", "the platform gives no viewers of that day to weigh it by"),
)


def _looked(code: str, label: Text, formula: Text, column: str) -> Metric:
    """Return a metric of what a look at the rooms showed."""
    definition = Definition(code, label, "count", formula, "max", ("volcengine",), _LOOK)
    return Metric(definition, Measure("popularity", pl.col(column).max(), None, needs=column))


def _vendors_own(code: str, label: Text, unit: Unit, bias: Text) -> Metric:
    """Return the platform's own average, days weighted by their viewers: the column of plays has the metric's name."""
    formula = Text(
        "平台每日均值按当日人数加权平均，不由合计重算",
        "the platform's own average of each day, weighted by its viewers; not made from the sums",
    )
    told = pl.col(code).is_not_null() & pl.col("viewers").is_not_null()
    viewers = pl.col("viewers").filter(told).sum().replace(0, None)
    value = ((pl.col(code) * pl.col("viewers")).sum() / viewers).round(9)
    return Metric(
        Definition(code, label, unit, formula, "none", MEDIA, bias),
        Measure("plays", value, None, needs=code, only=_WEIGHED),
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        Definition(
            "plays",
            Text("播放次数", "Plays"),
            "count",
            Text("每日播放次数之和", "sum of each day's plays"),
            "sum",
            MEDIA,
            _PLAYER,
        ),
        Measure("plays", total("plays"), needs="plays"),
    ),
    Metric(
        Definition(
            "play_seconds",
            Text("播放时长", "Play time"),
            "seconds",
            Text("每日播放时长之和", "sum of each day's play time"),
            "sum",
            MEDIA,
            _PLAYER,
        ),
        Measure("plays", seconds("micro_seconds"), 0.0, needs="micro_seconds"),
    ),
    Metric(
        Definition(
            "average_play_seconds",
            Text("次均播放时长", "Average play"),
            "seconds",
            Text("播放时长 ÷ 播放次数", "play time over plays"),
            "ratio",
            MEDIA,
            Text("由合计重算，不平均平台的日均值", "made from the sums, never from the platform's own daily averages"),
        ),
        Ratio("play_seconds", "plays"),
    ),
    Metric(
        Definition(
            "play_viewer_days",
            Text("播放人次（按日）", "Viewer-days of plays"),
            "count",
            Text("各视频每日播放人数之和", "sum of each media's viewers of each day"),
            "sum",
            MEDIA,
            _VIEWER_DAYS,
        ),
        Measure("plays", total("viewers"), needs="viewers"),
    ),
    Metric(
        Definition(
            "play_seconds_per_viewer_day",
            Text("人均播放时长（按日）", "Play time a viewer-day"),
            "seconds",
            Text("播放时长 ÷ 播放人次（按日）", "play time over viewer-days"),
            "ratio",
            MEDIA,
            _VIEWER_DAYS,
        ),
        Ratio("play_seconds", "play_viewer_days"),
    ),
    _vendors_own(
        "vendor_seconds_per_viewer",
        Text("平台所报人均播放时长", "Play time a viewer, as the platform says"),
        "seconds",
        Text(
            "平台文档的示例中此值实为次均：与按日人均、次均播放时长并列，供核对",
            "in the example of the platform's manual it is per play: to be seen beside the two that are made from sums",
        ),
    ),
    Metric(
        Definition(
            "plays_per_viewer_day",
            Text("人均播放次数（按日）", "Plays a viewer-day"),
            "per_viewer",
            Text("播放次数 ÷ 播放人次（按日）", "plays over viewer-days"),
            "ratio",
            MEDIA,
            _VIEWER_DAYS,
        ),
        Ratio("plays", "play_viewer_days"),
    ),
    _vendors_own(
        "vendor_plays_per_viewer",
        Text("平台所报人均播放次数", "Plays a viewer, as the platform says"),
        "per_viewer",
        Text("由平台的日均值加权得出，供核对", "made from the platform's own daily averages, to be compared with"),
    ),
    _looked(
        "popularity_real",
        Text("真实人气", "Popularity, real"),
        Text("单个房间真实在线人数的最高值", "highest number of real viewers online in one room"),
        "online_real",
    ),
    _looked(
        "popularity_virtual",
        Text("虚拟人气", "Popularity, virtual"),
        Text(
            "单个房间虚拟在线人数的最高值，从不计入真实人数",
            "highest number of made-up viewers shown in one room; never added to real ones",
        ),
        "online_virtual",
    ),
)
