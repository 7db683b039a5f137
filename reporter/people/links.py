"""Which two viewers are one person, and by which key; which keys join nobody, and why.

A key is a kind and a value: an external id that looks like a mobile is no phone. A name is no key. Inside,
a value is the number of the first viewer who has it: numbers are compared, not a million texts, and a star of
edges to that viewer joins all who share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import polars as pl

from reporter.keys import tidy_email
from reporter.model import Issue, Text
from reporter.people.components import components
from reporter.people.viewers import count_issues
from reporter.phones import to_e164
from reporter.rules import Identity, MatchKey
from reporter.tables import OTHER_KEYS, TEXT

_KINDS: tuple[MatchKey, ...] = get_args(MatchKey)
KIND = pl.Enum(_KINDS)
_ID = "external_id"
#: what contradicts an external id
_SURE = ("phone", "email")

#: where a viewer was told of, for issues
_PLACE = pl.format("{}:{}", "vendor", "account")
_ROW = pl.format("reply {} row {}", pl.col("reply_id").fill_null("?"), pl.col("row_no").cast(pl.String).fill_null("?"))

_SHARED = Text(
    "个观众的{zh}在某个账号下被超过 {limit} 人共用，不用于合并",
    "viewer has|viewers have| {en} that more than {limit} persons of one account share; it joins nobody",
)
_CONFLICT = Text(
    "对观众的外部编号相同，但手机号或邮箱不同，两者之间不凭该编号合并；经由其他观众或其他标识仍可能是同一人",
    "pair of viewers has|pairs of viewers have| one external id but other phones or e-mails: the id does not join one "
    "to the other, though further viewers or keys may make them one person",
)
_WORDS: dict[MatchKey, Text] = {
    "external_id": Text("外部编号", "an external id"),
    "phone": Text("手机号", "a phone"),
    "email": Text("邮箱", "an e-mail"),
}


@dataclass(frozen=True, slots=True)
class Links:
    """What joins whom.

    keys       viewer, kind, is_shared (by too many of one account), is_short (an external id that joins
               within its account alone); one row a key that a viewer has
    edges      u, v, kind: two viewers that are one person
    conflicts  u, v: two viewers with one external id that contradict each other
    further    viewer, kind, value, is_short: keys that viewers have beside their own and that not too many share
    """

    keys: pl.DataFrame
    edges: pl.DataFrame
    conflicts: pl.DataFrame
    further: pl.DataFrame


def link(viewers: pl.DataFrame, identity: Identity) -> tuple[Links, list[Issue]]:
    """Return the links between `viewers` (as `number_viewers` gives them) by the rules of `identity`.

    A key on more than `max_shared` persons of one account joins nobody. Phones and e-mails join whoever has
    them, external ids whoever has them within an account; across accounts (other namespaces) only from
    `min_id_length` characters on, and only pairs whose phones and e-mails do not contradict.
    """
    numbered = _numbered(viewers)
    keys = pl.concat([_held(numbered, kind, identity) for kind in identity.match_on] or [_nothing()])
    edges, conflicts = _joined(keys, numbered)
    if keys["is_shared"].any():
        judged = _by_heads(keys, viewers, edges, identity.max_shared)
        if judged["is_shared"].sum() < keys["is_shared"].sum():
            edges, conflicts = _joined(judged, numbered)
        keys = judged
    issues = [*_shared_issues(keys, viewers, identity), *_conflict_issues(conflicts, viewers)]
    return Links(keys.drop("place", "key"), edges, conflicts, no_further()), issues


def _joined(keys: pl.DataFrame, numbered: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the edges that the keys make, but for those that too many share, and the conflicts."""
    usable = keys.filter(~pl.col("is_shared"))
    is_id = pl.col("kind") == _ID
    several = usable.filter(is_id).filter(pl.len().over("key") > 1)
    ids = several.join(numbered.select("viewer", *_SURE), on="viewer", how="left", validate="m:1")
    across, conflicts = _across(ids.filter(~pl.col("is_short")))
    return pl.concat([_star(usable.filter(~is_id)), _within(ids), across]), conflicts


def _by_heads(keys: pl.DataFrame, viewers: pl.DataFrame, edges: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Return the keys with `is_shared` judged by persons: viewers whom the other keys join are one head.

    So are two of an account whose ids are one phone or address in two spellings: a vendor that names viewers by
    their phone makes two of a person who writes it in two ways.
    """
    crowded = keys.filter("is_shared")
    alike = _spellings(viewers[crowded["viewer"].unique(maintain_order=True)])
    person = components(viewers.height, pl.concat([edges.select("u", "v"), alike]))
    heads = crowded.with_columns(person.gather(crowded["viewer"]).alias("head"))
    counted = heads.group_by("kind", "key", "place").agg(pl.col("head").n_unique())
    still = counted.filter(pl.col("head") > limit).select("kind", "key", is_still=pl.lit(value=True)).unique()
    judged = keys.join(still, on=["kind", "key"], how="left", validate="m:1", maintain_order="left")
    return judged.with_columns(is_shared=pl.col("is_still").fill_null(value=False)).drop("is_still")


def _spellings(viewers: pl.DataFrame) -> pl.DataFrame:
    """Return an edge from each viewer whose id is a phone or an address to the account's first who has the same."""
    spelled = viewers.select("viewer", "vendor", "account", phone=to_e164(viewers["viewer_id"]), email="viewer_id")
    # a viewer with several keys of a kind has several rows here: one id is one head
    named = spelled.with_columns(one=pl.coalesce("phone", tidy_email(pl.col("email")), "email"))
    first = pl.col("viewer").min().over("vendor", "account", "one")
    return named.select(u="viewer", v=first).filter(pl.col("u") != pl.col("v"))


def no_further() -> pl.DataFrame:
    """Return `Links.further` where every viewer has one key of a kind at most."""
    return pl.DataFrame(schema={"viewer": pl.UInt32(), "kind": KIND, "value": TEXT, "is_short": pl.Boolean()})


def with_keys(told: pl.DataFrame, viewers: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Return the `viewers` table (with `viewer`) with each viewer's keys as they are compared, and which are shared.

    Whoever else asks whether two viewers are one person (a later period) takes the keys from here.
    """
    shared = links.keys.filter("is_shared").group_by("viewer").agg(shared_keys=pl.col("kind").sort().cast(TEXT))
    marked = told.drop("shared_keys").join(shared, on="viewer", how="left", validate="m:1", maintain_order="left")
    spelled = [viewers[kind].gather(told["viewer"]).alias(f"key_{kind}") for kind in _KINDS]
    named = marked.with_columns(*spelled)
    for kind, other in OTHER_KEYS.items():
        of_kind = links.further.filter(pl.col("kind") == kind)
        lists = of_kind.group_by("viewer").agg(pl.col("value").sort().alias(f"key_{other}"))
        named = named.drop(f"key_{other}").join(lists, on="viewer", how="left", validate="m:1", maintain_order="left")
    return named.select(told.columns)


def _numbered(viewers: pl.DataFrame) -> pl.DataFrame:
    """Return viewer, place (a number for its account), id_length, and each kind of key as a number, or null."""
    is_next = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ("vendor", "account"))
    first = {kind: pl.col("viewer").min().over(kind) for kind in _KINDS}
    return viewers.select(
        "viewer",
        *(pl.when(pl.col(kind).is_not_null()).then(number).alias(kind) for kind, number in first.items()),
        place=is_next.cum_sum(),
        id_length=pl.col(_ID).str.len_chars(),
    )


def _held(numbered: pl.DataFrame, kind: MatchKey, identity: Identity) -> pl.DataFrame:
    """Return viewer, kind, key, place, is_shared, is_short of those who have a key of a kind."""
    short = pl.col("id_length") < identity.min_id_length if kind == _ID else pl.lit(value=False)
    held = numbered.drop_nulls(kind).select("viewer", "place", kind=pl.lit(kind, KIND), key=kind, is_short=short)
    crowds = held.filter(pl.len().over("key") > identity.max_shared).group_by("key", "place").len()
    shared = crowds.filter(pl.col("len") > identity.max_shared)["key"].unique()
    return held.with_columns(is_shared=pl.col("key").is_in(shared.implode()))


def _nothing() -> pl.DataFrame:
    number, flag = pl.UInt32(), pl.Boolean()
    schema = {"viewer": number, "place": number, "kind": KIND, "key": number, "is_short": flag, "is_shared": flag}
    return pl.DataFrame(schema=schema)


def _star(keys: pl.DataFrame) -> pl.DataFrame:
    """Return an edge from each viewer to the first one who has the same key."""
    return keys.filter(pl.col("viewer") != pl.col("key")).select("kind", u="viewer", v="key")


def _within(ids: pl.DataFrame) -> pl.DataFrame:
    """Return the edges of external ids inside the namespace of their account."""
    return _star(ids.with_columns(pl.col("viewer").min().over("key", "place").alias("key")))


def _across(ids: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the edges between accounts by external ids, and the pairs that contradict each other.

    Where no two viewers of an id have other phones or e-mails, a star says the same as all pairs.
    """
    torn = [(pl.col(key).min() != pl.col(key).max()).over("key") for key in _SURE]
    told = ids.with_columns(is_torn=pl.any_horizontal(torn).fill_null(value=False))
    pairs = _pairs(told.filter("is_torn"))
    differ = [pl.col(key) != pl.col(f"{key}_right") for key in _SURE]
    contradict = pl.any_horizontal(differ).fill_null(value=False)
    edges = pairs.filter(~contradict).select("kind", "u", "v")
    return pl.concat([_star(told.filter(~pl.col("is_torn"))), edges]), pairs.filter(contradict).select("u", "v")


def _pairs(ids: pl.DataFrame) -> pl.DataFrame:
    """Return each two viewers of other accounts that have one external id; `max_shared` keeps them few."""
    return (
        ids.join(ids, on="key", how="inner")
        .filter(pl.col("viewer") > pl.col("viewer_right"), pl.col("place") != pl.col("place_right"))
        .rename({"viewer": "u", "viewer_right": "v"})
        .sort("u", "v")
    )


def _shared_issues(keys: pl.DataFrame, viewers: pl.DataFrame, identity: Identity) -> list[Issue]:
    issues = []
    for kind in identity.match_on:
        shared = keys.filter(pl.col("kind") == kind, pl.col("is_shared")).select("viewer")
        words, limit = _WORDS[kind], identity.max_shared
        message = Text(_SHARED.zh.format(zh=words.zh, limit=limit), _SHARED.en.format(en=words.en, limit=limit))
        issues += count_issues(viewers.join(shared, on="viewer", how="semi"), "shared-key", message)
    return issues


def _conflict_issues(conflicts: pl.DataFrame, viewers: pl.DataFrame) -> list[Issue]:
    """Return one issue for each two accounts whose external ids contradict, with the first pair's rows."""
    one, other = (viewers[conflicts[name]].select(place=_PLACE, row=_ROW) for name in ("v", "u"))
    counted = (
        pl.concat([conflicts, one, other.rename(lambda name: f"{name}_right")], how="horizontal")
        .sort("v", "u")
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
