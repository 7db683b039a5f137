"""Aliyun's own averages of a day against what its sums come to; ours are always made from the sums."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of, worst
from reporter.model import Finding, Outcome, Text
from reporter.tables import PLACE

#: the vendor rounds; beyond this part of the value, or this much, two averages differ
_PART, _LEAST = 0.01, 0.05
_OTHER = Text("平台的均值与其合计不符", "the platform's average is not what its sums come to")
_PER_PLAY = Text(
    "平台名为“人均”的时长实为次均（播放时长 ÷ 播放次数），平台文档的示例亦如此",
    "what the platform calls per viewer is per play (play time over plays), as in its own manual's example",
)


def _near(theirs: pl.Expr, ours: pl.Expr) -> pl.Expr:
    return (theirs - ours).abs() <= pl.max_horizontal(ours.abs() * _PART, pl.lit(_LEAST))


def _verdicts(plays: pl.DataFrame, theirs: str, top: str) -> pl.DataFrame:
    """Return the days that can be compared, with a `verdict` each."""
    days = plays.filter(pl.col(theirs).is_not_null(), pl.col(top).is_not_null(), pl.col("viewers") > 0)
    per_viewer = _near(pl.col(theirs), pl.col(top) / pl.col("viewers"))
    per_play = (
        pl.lit(top == "play_seconds") & (pl.col("plays") > 0) & _near(pl.col(theirs), pl.col(top) / pl.col("plays"))
    )
    verdict = pl.when(per_viewer).then(pl.lit("agrees")).when(per_play).then(pl.lit("explained"))
    return days.with_columns(verdict.otherwise(pl.lit("unexplained")).alias("verdict"))


def _found(rule: Rule, plays: pl.DataFrame, theirs: str, top: str) -> Iterator[Finding]:
    """Yield a finding a media: of the days compared (expected), how many agree (found)."""
    why: dict[Outcome, Text] = {"agrees": EQUAL, "explained": _PER_PLAY, "unexplained": _OTHER}
    days = _verdicts(plays, theirs, top)
    for (vendor, account, media), rows in days.group_by(PLACE, maintain_order=True):
        verdicts: list[Outcome] = rows["verdict"].to_list()
        verdict, agreeing = worst(verdicts), verdicts.count("agrees")
        where = room_of(str(vendor), str(account), str(media))
        yield rule.finding(where, f"{len(verdicts)} d", f"{agreeing} d", verdict, why[verdict])


def _seconds(rule: Rule, held: Held) -> Iterator[Finding]:
    return _found(rule, held.tables["plays"], "vendor_seconds_per_viewer", "play_seconds")


def _plays(rule: Rule, held: Held) -> Iterator[Finding]:
    return _found(rule, held.tables["plays"], "vendor_plays_per_viewer", "plays")


def _rows(held: Held, *, theirs: str, top: str) -> pl.DataFrame:
    days = _verdicts(held.tables["plays"], theirs, top).filter(pl.col("verdict") != "agrees")
    shown = ("room_id", "day", "viewers", "plays", "play_seconds", theirs, "reply_id", "row_no")
    return days.select(room_column(), (pl.col("verdict") == "unexplained").alias(UNEXPLAINED), *shown)


RULES = (
    Rule(
        "aliyun-seconds-per-viewer",
        Text("阿里云：人均播放时长与合计（相符的天数）", "Aliyun: play time per viewer against sums, days that agree"),
        _seconds,
        partial(_rows, theirs="vendor_seconds_per_viewer", top="play_seconds"),
    ),
    Rule(
        "aliyun-plays-per-viewer",
        Text("阿里云：人均播放次数与合计（相符的天数）", "Aliyun: plays per viewer against sums, days that agree"),
        _plays,
        partial(_rows, theirs="vendor_plays_per_viewer", top="plays"),
    ),
)
