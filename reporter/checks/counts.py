"""What Quanshi's viewerDetails counts of a viewer, against the viewer's raw rows, over the event's whole life.

Both come in one reply. The activity sheet shows what viewerDetails says, attendance sums the raw rows of the period.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of
from reporter.model import Finding, Outcome, Text
from reporter.tables import PLACE, Tables

_DIFFER = Text(
    "观众汇总与观看记录的次数不一致；互动表采用汇总的数，考勤按观看记录累计",
    "viewerDetails and the raw rows differ; the activity sheet shows the former, attendance adds up the latter",
)
_SILENT = Text(
    "部分观看记录不报此次数（如互动端），差额在其中",
    "some raw rows do not give this count (those of the app, for one), and may hold the rest",
)


def _find(rule: Rule, held: Held, *, column: str) -> Iterator[Finding]:
    """Yield a finding a room: what viewerDetails counts (expected), what the raw rows come to (found)."""
    told, raw = pl.col(column), pl.col(f"raw_{column}")
    by_room = (
        _counted(held.tables, column)
        .group_by(PLACE, maintain_order=True)
        .agg(
            told.sum().alias("expected"),
            raw.sum().alias("found"),
            (told != raw).any().alias("differs"),
            raw.is_null().any().alias("silent"),
        )
    )
    for row in by_room.iter_rows(named=True):
        where = room_of(row["vendor"], row["account"], row["room_id"])
        yield rule.finding(where, str(row["expected"]), str(row["found"]), *_ending(row))


def _rows(held: Held, *, column: str) -> pl.DataFrame:
    """Return the viewers of whom the two do not say the same: what viewerDetails counts, what the raw rows come to."""
    told, raw = pl.col(column), pl.col(f"raw_{column}")
    differs = (told != raw).fill_null(value=False)
    return (
        _counted(held.tables, column)
        .filter(differs | raw.is_null())
        .select(
            room_column(),
            differs.alias(UNEXPLAINED),
            "room_id",
            "viewer_id",
            told.alias("expected"),
            raw.alias("found"),
            "reply_id",
            "row_no",
        )
    )


def _counted(tables: Tables, column: str) -> pl.DataFrame:
    """Return the viewers of whom viewerDetails says this count."""
    return tables["activity"].filter(pl.col("vendor") == "quanshi").drop_nulls(["viewer_id", column])


def _ending(row: dict[str, object]) -> tuple[Outcome, Text]:
    if row["differs"]:
        return "unexplained", _DIFFER
    return ("explained", _SILENT) if row["silent"] else ("agrees", EQUAL)


def _rule(column: str, zh: str, en: str) -> Rule:
    label = Text(f"全时：观看记录与观众汇总的{zh}", f"Quanshi: raw rows against viewerDetails, {en}")
    return Rule(
        f"quanshi-{column.replace('_', '-')}", label, partial(_find, column=column), partial(_rows, column=column)
    )


RULES = (
    _rule("comments", "聊天数", "comments"),
    _rule("likes", "点赞数", "likes"),
    _rule("questions", "提问数", "questions"),
    _rule("hand_raises", "举手数", "hand raises"),
    _rule("goods_clicks", "商品点击数", "clicks on goods"),
)
