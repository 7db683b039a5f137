"""Which two viewers are one person, and by which key; which keys join nobody, and why.

A key is a kind and a value: an external id that looks like a mobile is no phone. A name is no key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reporter.model import Issue, Text
from reporter.people.viewers import count_issues
from reporter.rules import Identity, MatchKey

_KEY = ("kind", "value")

_SHARED = Text(
    "个观众的{zh}在某个账号下被超过 {limit} 个观众共用，不用于合并",
    "viewers have {en} that more than {limit} viewers of one account share; it joins nobody",
)
_CONFLICT = Text(
    "对观众的外部编号相同，但手机号或邮箱不同，未据此合并",
    "pairs of viewers have one external id but other phones or e-mails, and are not joined by it",
)
_WORDS: dict[MatchKey, Text] = {
    "external_id": Text("外部编号", "an external id"),
    "phone": Text("手机号", "a phone"),
    "email": Text("邮箱", "an e-mail"),
}


@dataclass(frozen=True, slots=True)
class Links:
    """What joins whom.

    keys       viewer, kind, value, is_shared (by too many of one account), is_short (an external id that
               joins within its account alone)
    edges      u, v, kind: two viewers that are one person
    conflicts  u, v: two viewers with one external id that contradict each other
    """

    keys: pl.DataFrame
    edges: pl.DataFrame
    conflicts: pl.DataFrame


def link(viewers: pl.DataFrame, identity: Identity) -> tuple[Links, list[Issue]]:
    """Return the links between `viewers` (as `number_viewers` gives them) by the rules of `identity`.

    A key on more than `max_shared` viewers of one account joins nobody. Phones and e-mails join whoever has
    them, external ids whoever has them within an account; across accounts (other namespaces) only from
    `min_id_length` characters on, and only pairs whose phones and e-mails do not contradict.
    """
    keys = _keys(viewers, identity)
    usable = keys.filter(~pl.col("is_shared"))
    is_id = pl.col("kind") == "external_id"
    anywhere = _stars(usable.filter(~is_id), _KEY)
    within = _stars(usable.filter(is_id), (*_KEY, "vendor", "account"))
    across, conflicts = _across(usable.filter(is_id & ~pl.col("is_short")), viewers)
    edges = pl.concat([anywhere, within, across]).unique().sort("u", "v", "kind")
    issues = [*_shared_issues(keys, viewers, identity), *_conflict_issues(conflicts, viewers)]
    return Links(keys.drop("vendor", "account"), edges, conflicts), issues


def _keys(viewers: pl.DataFrame, identity: Identity) -> pl.DataFrame:
    """Return viewer, vendor, account, kind, value, is_shared, is_short: one row a key that a viewer has."""
    held = [
        viewers.select("viewer", "vendor", "account", kind=pl.lit(kind), value=pl.col(kind)).drop_nulls("value")
        for kind in identity.match_on
    ]
    nothing = viewers.clear().select("viewer", "vendor", "account", kind=pl.lit(""), value=pl.lit(""))
    keys = pl.concat([nothing, *held])
    times = keys.group_by(*_KEY, "vendor", "account").len()
    shared = times.filter(pl.col("len") > identity.max_shared).select(_KEY).unique().with_columns(is_shared=True)
    is_id = pl.col("kind") == "external_id"
    return keys.join(shared, on=_KEY, how="left", validate="m:1", maintain_order="left").with_columns(
        pl.col("is_shared").fill_null(value=False),
        is_short=is_id & (pl.col("value").str.len_chars() < identity.min_id_length),
    )


def _stars(keys: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return an edge from each viewer of a group to the smallest one."""
    smallest = keys.group_by(by).agg(v=pl.col("viewer").min())
    return (
        keys.join(smallest, on=by, how="left", validate="m:1")
        .filter(pl.col("viewer") != pl.col("v"))
        .select(pl.col("viewer").alias("u"), "v", "kind")
    )


def _across(ids: pl.DataFrame, viewers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the edges between accounts by external ids, and the pairs that contradict each other.

    Where no two viewers of an id have other phones or e-mails, a star says the same as all pairs.
    """
    told = ids.join(viewers.select("viewer", "phone", "email"), on="viewer", how="left", validate="m:1")
    differs = pl.any_horizontal(pl.col(key).min() != pl.col(key).max() for key in ("phone", "email"))
    torn = told.group_by("value").agg(differs.alias("is_torn")).filter("is_torn")
    pairs = _pairs(told.join(torn, on="value", how="semi"))
    stars = _stars(told.join(torn, on="value", how="anti"), _KEY)
    differ = [pl.col(key) != pl.col(f"{key}_right") for key in ("phone", "email")]
    contradict = pl.any_horizontal(differ).fill_null(value=False)
    edges = pairs.filter(~contradict).select("u", "v", "kind")
    return pl.concat([stars, edges]), pairs.filter(contradict).select("u", "v")


def _pairs(ids: pl.DataFrame) -> pl.DataFrame:
    """Return each two viewers of other accounts that have one external id; `max_shared` keeps them few."""
    one = ids.select("viewer", "vendor", "account", "value", "phone", "email", "kind")
    other_account = (pl.col("vendor") != pl.col("vendor_right")) | (pl.col("account") != pl.col("account_right"))
    return (
        one.join(one, on="value", how="inner")
        .filter((pl.col("viewer") > pl.col("viewer_right")) & other_account)
        .rename({"viewer": "u", "viewer_right": "v"})
        .sort("u", "v")
    )


def _shared_issues(keys: pl.DataFrame, viewers: pl.DataFrame, identity: Identity) -> list[Issue]:
    issues = []
    for kind in identity.match_on:
        shared = keys.filter((pl.col("kind") == kind) & pl.col("is_shared")).select("viewer")
        words, limit = _WORDS[kind], identity.max_shared
        message = Text(_SHARED.zh.format(zh=words.zh, limit=limit), _SHARED.en.format(en=words.en, limit=limit))
        issues += count_issues(viewers.join(shared, on="viewer", how="semi"), "shared-key", message)
    return issues


def _conflict_issues(conflicts: pl.DataFrame, viewers: pl.DataFrame) -> list[Issue]:
    """Return one issue for each two accounts whose external ids contradict, with the first pair's rows."""
    origin = viewers.select("viewer", place=pl.format("{}:{}", "vendor", "account"), row=_origin())
    placed = conflicts.join(origin, left_on="v", right_on="viewer", how="left", validate="m:1").join(
        origin, left_on="u", right_on="viewer", how="left", validate="m:1"
    )
    counted = (
        placed.sort("v", "u")
        .group_by("place", "place_right", maintain_order=True)
        .agg(pl.len().alias("times"), pl.col("row", "row_right").first())
    )
    return [
        Issue(
            "warning",
            "id-conflict",
            _CONFLICT.counted(row["times"]),
            f"{row['place']} {row['row']} and {row['place_right']} {row['row_right']}",
        )
        for row in counted.iter_rows(named=True)
    ]


def _origin() -> pl.Expr:
    return pl.format(
        "reply {} row {}", pl.col("reply_id").fill_null("?"), pl.col("row_no").cast(pl.String).fill_null("?")
    )
