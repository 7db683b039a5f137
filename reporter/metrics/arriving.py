"""Metrics of who came for the first time and who came again, against the stored periods before."""

from __future__ import annotations

import polars as pl

from reporter.metrics.metric import PERSONS, Measure, Metric, Only, Ratio, distinct
from reporter.model import Text
from reporter.report import Definition

_PAST = Text(
    "只与已存的各期比较（至多 12 期）：第一份报告之前来过的人算作新观众；中间缺任何一期则不可得；"
    "靠观众号、手机号、邮箱或外部 ID 认出，以其他方式再来的人算作新观众",
    "against the stored periods only, 12 at most: who came before the first of them counts as new; not available where "
    "any period among them is missing; known again by viewer id, phone, address or external id, else taken for new",
)

_NEW = Only(~pl.col("is_returning"), Text("此人此前已出现过", "a person who was seen in an earlier stored period"))
_RETURNING = Only(
    pl.col("is_returning"), Text("此人此前没有出现过", "a person who was seen in no earlier stored period")
)

METRICS: tuple[Metric, ...] = (
    Metric(
        Definition(
            "new_people",
            Text("新观众", "New people"),
            "people",
            Text("此前各期都没有出现过的不同人", "different persons who were seen in no stored period before this one"),
            "union",
            PERSONS,
            _PAST,
        ),
        Measure("arrivals", distinct("person_id", ~pl.col("is_returning")), needs="person_id", only=_NEW),
    ),
    Metric(
        Definition(
            "returning_people",
            Text("回访观众", "Returning people"),
            "people",
            Text("此前至少一期出现过的不同人", "different persons who were seen in a stored period before this one"),
            "union",
            PERSONS,
            _PAST,
        ),
        Measure("arrivals", distinct("person_id", pl.col("is_returning")), needs="person_id", only=_RETURNING),
    ),
    Metric(
        Definition(
            "returning_share",
            Text("回访占比（占观看人数）", "Share of people who returned"),
            "ratio",
            Text("回访观众 ÷ 观看人数", "returning people over people"),
            "ratio",
            PERSONS,
            _PAST,
        ),
        Ratio("returning_people", "people"),
    ),
)
