"""What Volcengine's list and its tracks say of the same viewer in the same room; the list is what a report shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Held, Rule, room_column, room_of
from reporter.model import Finding, Text
from reporter.tables import PLACE

_DIFFER = Text(
    "列表与轨迹不一致，报告采用列表的数",
    "the list and the tracks differ; the report shows what the list says",
)


def _find(rule: Rule, held: Held, *, column: str) -> Iterator[Finding]:
    """Yield a finding a room with viewers of whom both speak: the list's sum (expected), the tracks' (found)."""
    listed, tracked = pl.col(column), pl.col(f"track_{column}")
    both = held.tables["activity"].filter(listed.is_not_null(), tracked.is_not_null())
    by_room = both.group_by(PLACE, maintain_order=True).agg(
        listed.sum().alias("expected"), tracked.sum().alias("found"), (listed != tracked).any().alias("differs")
    )
    for row in by_room.iter_rows(named=True):
        where = room_of(row["vendor"], row["account"], row["room_id"])
        sides = str(row["expected"]), str(row["found"])
        if row["differs"]:
            yield rule.finding(where, *sides, "unexplained", _DIFFER)
        else:
            yield rule.finding(where, *sides, "agrees", EQUAL)


def _rows(held: Held, *, column: str) -> pl.DataFrame:
    track = f"track_{column}"
    differing = held.tables["activity"].filter(pl.col(column) != pl.col(track))
    shown = ("room_id", "viewer_id", column, track, "reply_id", "row_no")
    return differing.select(room_column(), pl.lit(value=True).alias(UNEXPLAINED), *shown)


def _rule(column: str, zh: str, en: str) -> Rule:
    label = Text(f"火山引擎：观众列表与轨迹的{zh}", f"Volcengine: list of viewers against tracks, {en}")
    return Rule(
        f"volcengine-track-{column.replace('_', '-')}",
        label,
        partial(_find, column=column),
        partial(_rows, column=column),
    )


#: prizes are left out: the list counts them, a track names kinds
RULES = (
    _rule("comments", "评论数", "comments"),
    _rule("sign_ins", "签到数", "sign-ins"),
    _rule("paid_amount", "支付金额", "amount paid"),
)
