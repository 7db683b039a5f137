"""Metrics of plays, which know no persons, and of popularity, where real and virtual never mix."""

from __future__ import annotations

import polars as pl

from reporter.metrics.metric import MEDIA, Measure, Metric, Ratio, seconds, total
from reporter.model import Text
from reporter.report import Definition

_PLAYER = Text(
    "只统计使用阿里云播放器 SDK 的播放，纯音频不计；日期为北京时间",
    "only plays in Aliyun's own player count, audio does not; days are UTC+8",
)
_LOOK = Text(
    "拉取时刻看到的在线人数，不是直播中的最高值",
    "as seen when the data was pulled, which is not the highest while live",
)


def _looked(code: str, label: Text, formula: Text, column: str) -> Metric:
    """Return a metric of what a look at the rooms showed."""
    definition = Definition(code, label, "count", formula, "max", ("volcengine",), _LOOK)
    return Metric(definition, Measure("popularity", pl.col(column).max(), None))


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
        Measure("plays", total("plays")),
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
        Measure("plays", seconds("micro_seconds"), 0.0),
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
