"""Metrics of who came as expected, and what they did there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import polars as pl

from reporter.metrics.metric import LISTING, LIVE, PERSONS, Measure, Metric, Only, Ratio, distinct, total
from reporter.model import Language, Text
from reporter.report import Definition

_LIFE_TO_DATE = Text(
    "火山引擎只给累计数：仅计首次直播在本期内的房间，回放期不重复计；全时按每次观看计，不受此限；"
    "含匿名观众与没有观看记录的观众，考勤表上没有他们",
    "Volcengine counts from a room's beginning: of it only rooms first live in the period count, lest a replay week "
    "add twice; Quanshi counts each visit; anonymous viewers and those without a visit are in it, and not on the "
    "attendance sheet",
)
_RULE = Text(
    "门槛见配置的考勤规则；时长基准未知的场次只看分钟数；只有视频的场次按直播不作判定",
    "the threshold is the config's attendance rule; where an event's length is not known, the minutes alone decide; "
    "an event of videos alone is not judged by what is live",
)
_BY_KEYS = Text(
    "靠手机号、邮箱或外部 ID 对应；以其他方式进入的人会算作未到",
    "matched by phone, address or external id; who came under another counts as absent",
)


_MET = Only(pl.col("attended"), Text("此人在该场未达到考勤规则", "a person who did not meet the rule at that event"))
_JUDGED = Only(
    pl.col("attended").is_not_null(),
    Text("此人在该场无法按规则判定", "a person whom the rule could not judge at that event"),
)
_CAME = Only(pl.col("came"), Text("此人不在名单上", "a person who is on no roster"))


def _judged(*, met: bool) -> pl.Expr:
    """Return how many persons the attendance rule could judge, or of them met it; null where it judged nobody."""
    judged = pl.col("attended").is_not_null()
    people = distinct("person_id", pl.col("attended") if met else judged)
    return pl.when(judged.any() | (pl.len() == 0)).then(people)


def _counted(code: str, label: Text, formula: Text, vendors: tuple[str, ...]) -> Metric:
    """Return a metric that adds up one of the counts of what viewers did."""
    bias = _LIFE_TO_DATE if LISTING in vendors else Text("", "")
    definition = Definition(code, label, "count", formula, "sum", vendors, bias)
    return Metric(definition, Measure("actions", _done(code, vendors), needs=code))


def _done(code: str, vendors: tuple[str, ...]) -> pl.Expr:
    """Return the sum of a count over the rows of the vendors that can tell it."""
    return total(code, pl.col("vendor").is_in(vendors))


_TERMS = {
    "watch": Text("观看", "watching"),
    "comments": Text("评论", "comments"),
    "questions": Text("提问", "questions"),
    "votes": Text("投票", "votes"),
}


def weighted(definition: Definition, weights: Mapping[str, float]) -> Definition:
    """Return the definition of engagement with the weights of its terms in the formula."""

    def spelled(language: Language) -> str:
        return " + ".join(f"{weight:g} × {_TERMS[term].in_(language)}" for term, weight in weights.items())

    formula = definition.formula
    return replace(definition, formula=Text(f"{formula.zh}（{spelled('zh')}）", f"{formula.en} ({spelled('en')})"))


METRICS: tuple[Metric, ...] = (
    Metric(
        Definition(
            "attended_people",
            Text("达标人数", "People who attended"),
            "people",
            Text("至少一场达到考勤规则的不同人", "different persons who met the attendance rule at one event or more"),
            "union",
            PERSONS,
            _RULE,
        ),
        Measure("attendance", _judged(met=True), needs="person_id", only=_MET),
    ),
    Metric(
        Definition(
            "judged_people",
            Text("可判定考勤人数", "People judged"),
            "people",
            Text(
                "至少一场可按考勤规则判定的不同人",
                "different persons whom the attendance rule could judge at one event or more",
            ),
            "union",
            PERSONS,
            _RULE,
        ),
        Measure("attendance", _judged(met=False), needs="person_id", only=_JUDGED),
    ),
    Metric(
        Definition(
            "attended_share",
            Text("达标率（占可判定人数）", "Share who attended, of those judged"),
            "ratio",
            Text("达标人数 ÷ 可判定考勤人数", "people who attended over people judged"),
            "ratio",
            PERSONS,
            _RULE,
        ),
        Ratio("attended_people", "judged_people"),
    ),
    Metric(
        Definition(
            "roster_people",
            Text("名单人数", "People expected"),
            "people",
            Text("名单上的不同人，多份名单去重", "different persons on the rosters, each once"),
            "union",
            (),
        ),
        Measure("roster", pl.len(), None),
    ),
    Metric(
        Definition(
            "roster_came",
            Text("名单到场人数", "People expected who came"),
            "people",
            Text("名单上有任何观看的不同人", "different persons on the rosters who watched anything"),
            "union",
            (),
            _BY_KEYS,
        ),
        Measure("roster", pl.col("came").sum(), None, only=_CAME),
    ),
    Metric(
        Definition(
            "attendance_rate",
            Text("到课率（占名单人数）", "Attendance rate, of those expected"),
            "ratio",
            Text(
                "名单到场人数 ÷ 名单人数；没有名单则不可得",
                "people expected who came over people expected; not available without a roster",
            ),
            "ratio",
            (),
            _BY_KEYS,
        ),
        Ratio("roster_came", "roster_people"),
    ),
    _counted(
        "comments", Text("评论数", "Comments"), Text("聊天与评论条数之和", "sum of chat messages and comments"), LIVE
    ),
    _counted("likes", Text("点赞数", "Likes"), Text("点赞次数之和", "sum of likes"), LIVE),
    _counted("questions", Text("提问数", "Questions"), Text("提问次数之和", "sum of questions asked"), ("quanshi",)),
    _counted("votes", Text("投票数", "Votes"), Text("投票次数之和", "sum of votes"), LIVE),
    _counted("sign_ins", Text("签到数", "Sign-ins"), Text("签到次数之和", "sum of sign-ins"), LIVE),
    Metric(
        Definition(
            "paid_amount",
            Text("支付金额", "Amount paid"),
            "money",
            Text("观众支付金额之和（元）", "sum of what viewers paid, in yuan"),
            "sum",
            ("volcengine",),
            _LIFE_TO_DATE,
        ),
        Measure("actions", _done("paid_amount", ("volcengine",)), Decimal("0.00"), needs="paid_amount"),
    ),
    Metric(
        Definition(
            "engagement",
            Text("平均参与度", "Average engagement"),
            "score",
            Text(
                "每人每场参与度的平均：各项 0 至 1，观看为计入时长 ÷ 场次时长，其他为次数 ÷ 3，至多 1；"
                "按权重加权平均，平台给不出的项不进分母",
                "mean over persons and events of a weighted mean of terms from 0 to 1: watching is the time counted "
                "over the event's length, the others are their number over 3, 1 at most; what a platform cannot give "
                "leaves the denominator",
            ),
            "ratio",
            PERSONS,
        ),
        Measure("attendance", pl.col("engagement").mean().round(9), None, needs="engagement"),
    ),
)
