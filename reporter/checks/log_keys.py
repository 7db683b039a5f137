"""Who a viewer is by Volcengine's list of a room, against the room's log: it joins people, so a wrong one joins others.

Findings and rows count and name viewers by their ids; no phone and no external id stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of
from reporter.model import Finding, Outcome, Text
from reporter.tables import PLACE

_OTHER = Text(
    "同一房间同一用户 ID，列表与观看记录所报的标识不同，人员可能合并有误",
    "the list and the log of one room give one viewer id different keys: people may be joined wrongly",
)
_MASKED = Text(
    "一边的标识被平台打码，无法比较",
    "one side's key is masked by the platform and cannot be compared",
)


def _find(rule: Rule, held: Held, *, column: str) -> Iterator[Finding]:
    """Yield a finding a room: viewers for whom both give the key (expected), and those whose keys are the same."""
    ending = pl.col(column)
    by_room = (
        held.tables["viewer_totals"]
        .drop_nulls(column)
        .group_by(PLACE, maintain_order=True)
        .agg(
            pl.len().alias("both"),
            *((ending == word).sum().alias(word) for word in ("same", "masked", "other")),
        )
    )
    for row in by_room.iter_rows(named=True):
        where = room_of(row["vendor"], row["account"], row["room_id"])
        yield rule.finding(where, str(row["both"]), str(row["same"]), *_verdict(row))


def _verdict(row: dict[str, int]) -> tuple[Outcome, Text]:
    if row["other"]:
        return "unexplained", _OTHER
    return ("explained", _MASKED) if row["masked"] else ("agrees", EQUAL)


def _rows(held: Held, *, column: str) -> pl.DataFrame:
    shown = ("room_id", "viewer_id", column, "reply_id", "row_no")
    differing = held.tables["viewer_totals"].filter(pl.col(column) != "same")
    return differing.select(room_column(), (pl.col(column) == "other").alias(UNEXPLAINED), *shown)


def _rule(key: str, zh: str, en: str) -> Rule:
    label = Text(f"火山引擎：观看记录与观众列表的{zh}", f"Volcengine: visit log against the list of viewers, {en}")
    column = f"{key}_in_log"
    code = f"volcengine-log-{key.replace('_', '-')}"
    return Rule(code, label, partial(_find, column=column), partial(_rows, column=column))


RULES = (
    _rule("phone", "手机号", "phones"),
    _rule("external_id", "外部编号", "external ids"),
)
