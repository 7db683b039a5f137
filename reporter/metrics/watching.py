"""Metrics of who watched and for how long."""

from __future__ import annotations

import polars as pl

from reporter.metrics.metric import (
    LIVE,
    ON_DEMAND,
    PERSONS,
    Measure,
    Metric,
    Only,
    distinct,
    in_modes,
    seconds,
)
from reporter.model import Text
from reporter.report import Definition
from reporter.tables import LIVE_MODES, MICRO, WATCHED_MODES

_OPEN_VISITS = Text(
    "火山引擎记录中没有离开时间的观看，时长未知，不计入；TalkCloud 无观看时间，不能按日统计",
    "Volcengine visits without a time of leaving add nothing; TalkCloud gives no times, so nothing by day",
)
_TRACKS = Text(
    "火山引擎按轨迹拉取（tracks）时只有首次进入时间：以前进入过的房间，本期回放不计入",
    "Volcengine's tracks say only when a viewer first came: this period's replay of a room entered earlier is missing",
)
_INTERVALS = Text(
    "只用同时有进入与离开时间的直播观看；火山引擎按轨迹拉取时没有，故不可得",
    "only of live visits with times of joining and leaving; not available for rooms pulled as tracks",
)
_SEVERAL = Only(pl.col("vendors") > 1, Text("此人只在一个平台出现过", "a person who was seen on one platform only"))

METRICS: tuple[Metric, ...] = (
    Metric(
        Definition(
            "people",
            Text("观看人数", "People"),
            "people",
            Text(
                "期内有观看的不同人（跨平台合并后），按名单拉取的房间为其全部观众；不含剔除的人",
                "different persons, joined across platforms, with a visit in the period, "
                "or viewers of a room pulled as a list; without the excluded",
            ),
            "union",
            PERSONS,
            _TRACKS,
        ),
        Measure("presence", distinct("person_id"), needs="person_id"),
    ),
    Metric(
        Definition(
            "live_people",
            Text("直播人数", "Live people"),
            "people",
            Text("看过直播（含互动）的不同人", "different persons with a live visit, interactive ones included"),
            "union",
            LIVE,
        ),
        Measure("visits", distinct("number", in_modes(*LIVE_MODES)), modes=LIVE_MODES, needs="number"),
    ),
    Metric(
        Definition(
            "replay_people",
            Text("回放人数", "Replay people"),
            "people",
            Text("看过回放的不同人", "different persons with a replay visit"),
            "union",
            LIVE,
            _TRACKS,
        ),
        Measure("visits", distinct("number", in_modes("replay")), modes=("replay",), needs="number"),
    ),
    Metric(
        Definition(
            "vod_people",
            Text("点播人数", "On-demand people"),
            "people",
            Text("看过点播视频的不同人", "different persons who watched a video on demand"),
            "union",
            ON_DEMAND,
            Text("阿里云点播不提供人，不计入", "Aliyun tells no persons, so its viewers are not in it"),
        ),
        Measure("visits", distinct("number", in_modes("vod")), modes=("vod",), needs="number"),
    ),
    Metric(
        Definition(
            "overlap_people",
            Text("跨平台人数", "People on more than one platform"),
            "people",
            Text("在两个及以上平台出现过的不同人", "different persons seen on two platforms or more"),
            "none",
            PERSONS,
            Text(
                "没有共同手机号、邮箱或外部 ID 的同一人无法识别，实际可能更多",
                "who shares no phone, address or external id across platforms cannot be known again: there may be more",
            ),
        ),
        Measure("presence", distinct("person_id", pl.col("vendors") > 1), needs="person_id", only=_SEVERAL),
    ),
    Metric(
        Definition(
            "watch_seconds",
            Text("观看时长（合计）", "Watch time, summed"),
            "seconds",
            Text(
                "直播、互动、回放、点播各次观看时长之和，预览不计",
                "sum of all live, interactive, replay and on-demand visits; previews apart",
            ),
            "sum",
            PERSONS,
            _OPEN_VISITS,
        ),
        Measure(
            "visits",
            seconds("micro_seconds", in_modes(*WATCHED_MODES)),
            0.0,
            modes=WATCHED_MODES,
            needs="micro_seconds",
        ),
    ),
    Metric(
        Definition(
            "watch_union_seconds",
            Text("观看时长（去重）", "Watch time, overlaps once"),
            "seconds",
            Text(
                "每人每场观看区间的并集，没有区间的观看加其时长，再求和",
                "per person and event the union of the visits with both times, plus the others' seconds; added up",
            ),
            "union",
            PERSONS,
            _OPEN_VISITS,
        ),
        Measure("stretches", seconds("micro_seconds"), 0.0, needs="micro_seconds"),
    ),
    Metric(
        Definition(
            "average_watch_seconds",
            Text("人均观看时长", "Average watch time"),
            "seconds",
            Text("去重观看时长 ÷ 时长大于 0 的人数", "watch time, overlaps once, over the persons who have any"),
            "ratio",
            PERSONS,
            _OPEN_VISITS,
        ),
        Measure("watchers", (pl.col("micro_seconds").sum() / pl.len() / MICRO).round(6), None),
    ),
    Metric(
        Definition(
            "median_watch_seconds",
            Text("观看时长中位数", "Median watch time"),
            "seconds",
            Text(
                "时长大于 0 的人的去重观看时长中位数",
                "median of the watch time, overlaps once, of the persons who have any",
            ),
            "none",
            PERSONS,
            _OPEN_VISITS,
        ),
        Measure("watchers", pl.col("micro_seconds").median() / MICRO, None),
    ),
    Metric(
        Definition(
            "live_seconds",
            Text("直播观看时长", "Live watch time"),
            "seconds",
            Text("直播与互动各次观看时长之和", "sum of all live and interactive visits"),
            "sum",
            LIVE,
            _OPEN_VISITS,
        ),
        Measure(
            "visits", seconds("micro_seconds", in_modes(*LIVE_MODES)), 0.0, modes=LIVE_MODES, needs="micro_seconds"
        ),
    ),
    Metric(
        Definition(
            "replay_seconds",
            Text("回放观看时长", "Replay watch time"),
            "seconds",
            Text("回放各次观看时长之和", "sum of all replay visits"),
            "sum",
            LIVE,
            _TRACKS,
        ),
        Measure("visits", seconds("micro_seconds", in_modes("replay")), 0.0, modes=("replay",), needs="micro_seconds"),
    ),
    Metric(
        Definition(
            "vod_seconds",
            Text("点播观看时长", "On-demand watch time"),
            "seconds",
            Text("可识别到人的点播各次观看时长之和", "sum of all on-demand visits of persons"),
            "sum",
            ON_DEMAND,
            Text("阿里云的播放时长另计，见播放时长", "Aliyun's play time stands apart, see play time"),
        ),
        Measure("visits", seconds("micro_seconds", in_modes("vod")), 0.0, modes=("vod",), needs="micro_seconds"),
    ),
    Metric(
        Definition(
            "completion",
            Text("平均完播度", "Average completion"),
            "ratio",
            Text("点播各次观看完整度的平均", "mean of what part of the video each on-demand visit watched"),
            "ratio",
            ON_DEMAND,
            Text(
                "平台给出整数百分比，可能超过 100%", "the platform rounds to whole percents and may say more than 100%"
            ),
        ),
        Measure(
            "visits",
            pl.col("completion_ratio").filter(in_modes("vod")).mean().round(9),
            None,
            modes=("vod",),
            needs="completion_ratio",
        ),
    ),
    Metric(
        Definition(
            "peak_concurrency",
            Text("最高同时在线", "Peak concurrency"),
            "people",
            Text(
                "一场直播同一时刻在线的最多人数，同一人多处登录算一人；合计为各场最高",
                "the most persons online at one event at one time, somebody online twice counted once; "
                "in total the highest of the events",
            ),
            "max",
            LIVE,
            _INTERVALS,
        ),
        Measure("online", pl.col("online").max(), needs="online"),
    ),
    Metric(
        Definition(
            "average_concurrency",
            Text("平均同时在线", "Average concurrency"),
            "people",
            Text("在线人时 ÷ 有人在线的时长", "time online of all persons over the time in which anybody was online"),
            "ratio",
            LIVE,
            _INTERVALS,
        ),
        Measure(
            "online",
            (
                (pl.col("online") * pl.col("micro_seconds")).sum()
                / pl.col("micro_seconds").filter(pl.col("online") > 0).sum().replace(0, None)
            ).round(9),
            None,
            needs="online",
        ),
    ),
)
