"""Metrics of when a live audience drains away: the points at which a part of it has left for good."""

from __future__ import annotations

import polars as pl

from reporter.metrics.metric import LIVE, Measure, Metric
from reporter.model import Text
from reporter.report import Definition
from reporter.tables import MICRO

_SESSIONS = Text(
    "只用同时有进入与离开时间的直播观看；每场直播各自从第一人进入起算，直播时段不重叠即为另一场",
    "only of live visits with times of joining and leaving; each session counts from its own first arrival, "
    "and live times that do not overlap are different sessions",
)


def _left(code: str, zh: str, en: str, part: float) -> Metric:
    """Return the time by which `part` of a session's audience has left for good: an instant at which somebody left."""
    definition = Definition(
        code,
        Text(f"{zh}观众离开的时点", f"Time until {en} had left"),
        "seconds",
        Text(
            f"从一场直播第一人进入到其{zh}观众不再回来的时长；合计为各场的所有观众",
            f"from the first arrival at a live session until {en} of its audience had left for good; "
            "in total over the audiences of all sessions",
        ),
        "none",
        LIVE,
        _SESSIONS,
    )
    value = pl.col("micro_seconds").quantile(part, interpolation="equiprobable") / MICRO
    return Metric(definition, Measure("stays", value, None, needs="micro_seconds"))


METRICS: tuple[Metric, ...] = (
    _left("quarter_left_seconds", "四分之一", "a quarter", 0.25),
    _left("half_left_seconds", "一半", "half", 0.5),
    _left("three_quarters_left_seconds", "四分之三", "three quarters", 0.75),
)
