"""How many people the rosters expect: entries that are about one person, by the keys that join viewers.

A name alone never merges, nor does a key that a roster has under more than `max_shared` names.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.people.components import components
from reporter.rules import Identity, MatchKey

#: the surest key first
LADDER: tuple[MatchKey, ...] = ("phone", "email", "external_id")


def expected(matched: pl.DataFrame, identity: Identity) -> pl.Series:
    """Return for each entry (entry, roster, name, person, `key_` columns) the first one about the same person.

    Whom an entry was matched to decides. One that was matched to nobody is whoever shares a key with it, on any
    roster, through any chain.
    """
    edges = [_alike(matched, kind, identity) for kind in LADDER if kind in identity.match_on]
    none = pl.DataFrame(schema={"u": pl.UInt32(), "v": pl.UInt32()})
    group = components(matched.height, pl.concat([none, *edges]))
    told = matched.select("entry", "person", group=group)
    leader = told.drop_nulls("person").group_by("group").agg(pl.col("person").first().alias("leader"))
    placed = told.join(leader, on="group", how="left", validate="m:1", maintain_order="left")
    who = pl.struct(pl.coalesce("person", "leader"), pl.when(pl.col("leader").is_null()).then("group"))
    return placed.select(pl.col("entry").min().over(who).alias("expected"))["expected"]


def _alike(entries: pl.DataFrame, kind: MatchKey, identity: Identity) -> pl.DataFrame:
    """Return an edge from each entry to the first that has the same key of a kind, and no surer key against it."""
    key, surer = f"key_{kind}", [f"key_{one}" for one in LADDER[: LADDER.index(kind)]]
    held = entries.filter(
        pl.col(key).is_not_null(), pl.col("name").n_unique().over("roster", key) <= identity.max_shared
    )
    # two people of one list may share an address, each with a phone of his own; on two lists it is one person's
    within = [key, "roster"] if kind == "email" else [key]
    torn = held.with_columns(is_torn=_differ(surer, within)).with_columns(pl.col("is_torn").any().over(key))
    apart = [pl.when("is_torn").then(one).alias(one) for one in surer]
    is_short = pl.lit(value=kind == "external_id") & (pl.col(key).str.len_chars() < identity.min_id_length)
    space = pl.when(is_short).then("roster").alias("space")
    same = torn.select("entry", key, space, *apart)
    first = pl.col("entry").min().over(key, "space", *surer)
    return same.select(u="entry", v=first).filter(pl.col("u") != pl.col("v"))


def _differ(keys: Sequence[str], within: Sequence[str]) -> pl.Expr:
    """Say whether entries that are one by `within` show two of any of the keys."""
    several = [pl.col(one).drop_nulls().n_unique().over(within) > 1 for one in keys]
    return pl.any_horizontal(several) if several else pl.lit(value=False)
