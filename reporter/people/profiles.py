"""The people of a period: one row a person, with the best that is known of who it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.people.identity import PERSON_ORDER
from reporter.people.shape import shaped
from reporter.people.word_sets import word_sets
from reporter.tables import TEXTS

#: names that a vendor makes up for those who give none: 网友1009, 手机用户0010, 游客, guest 12
_MADE_UP = (
    r"^(?:(?:网友|用户|手机用户|微信用户|观众|访客|同学)[\s_-]*[0-9A-Za-z]*|(?:游客|匿名).*"
    r"|(?i:guest|user|visitor|anonymous)[\s_-]*[0-9]*)$"
)
_FACTS = ("name", "phone", "email", "company")
#: microseconds, more than lie between any two instants
_EVER = 2**62


def list_people(
    persons: pl.DataFrame,
    seen: pl.DataFrame,
    visits: pl.DataFrame,
    told: pl.DataFrame,
    matched: pl.DataFrame,
    account_order: Sequence[str],
) -> pl.DataFrame:
    """Return the `people` table, in the order of person_id: everybody among `seen`, with all their viewers.

    `persons` are all viewers with their person, `seen` those of the period, `told` what rosters say of
    whom. `vendors` are those where the person was seen, in the order in which the config names them. Name,
    phone, e-mail and company are the roster's, else the first known of the accounts in the config's order,
    the viewer with the latest visit first; a made-up name comes last.
    """
    asked = persons.with_columns(turn=_turn(persons, visits, account_order))
    here = asked.filter(pl.col("person").is_in(seen["person"].unique().implode()))
    grouped = here.select("person", "person_id", "node").sort("person", maintain_order=True)
    ids = grouped.group_by("person", maintain_order=True).agg(pl.col("person_id").first(), viewer_ids="node")
    vendors = word_sets(seen["person"], seen["vendor"], _vendor_order(seen, account_order), "vendors")
    # each has one row for each of the same persons, in the order of their numbers
    beside = (vendors.drop("person"), _known(here, told).drop("person"))
    people = pl.concat([ids, *beside], how="horizontal")
    joined = people.join(matched, on="person", how="left", validate="1:1")
    # whom no key joined has an empty list of them
    return shaped("people", joined.with_columns(pl.col("matched_by").fill_null(pl.lit([], TEXTS))).sort(PERSON_ORDER))


def _rank(account_order: Sequence[str]) -> pl.Expr:
    places = {account: place for place, account in enumerate(account_order)}
    return pl.col("account").replace_strict(places, default=len(places), return_dtype=pl.UInt32)


def _vendor_order(seen: pl.DataFrame, account_order: Sequence[str]) -> list[str]:
    ranked = seen.group_by("vendor").agg(_rank(account_order).min())
    return ranked.sort("account", "vendor")["vendor"].to_list()


def _turn(persons: pl.DataFrame, visits: pl.DataFrame, account_order: Sequence[str]) -> pl.Series:
    """Return for each viewer when it is asked: person by person, accounts in order, the latest visit first.

    The three are packed into one number, which is sorted many times as fast as three columns.
    """
    latest = visits.drop_nulls("viewer").group_by("viewer").agg(pl.col("joined_at").max().dt.epoch("us"))
    recency = pl.repeat(None, persons.height, dtype=pl.Int64, eager=True)
    recency = recency.scatter(latest["viewer"], latest["joined_at"])
    ago = (pl.col("latest").max() - pl.col("latest")).fill_null(_EVER - 1).cast(pl.Int128)
    lead = pl.col("person").cast(pl.Int64) * (len(account_order) + 1) + _rank(account_order)
    return persons.with_columns(latest=recency).select(lead.cast(pl.Int128) * _EVER + ago).to_series()


def _known(here: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return person and the four facts, each the first that is known, persons in order; a made-up name comes last."""
    is_made_up = pl.col("name").str.contains(_MADE_UP)
    facts = here.select("person", "turn", *_FACTS, made_up=pl.when(is_made_up).then("name"))
    ordered = facts.with_columns(pl.when(pl.col("made_up").is_null()).then("name")).sort("turn", maintain_order=True)
    by_vendor = ordered.group_by("person", maintain_order=True).agg(pl.all().first(ignore_nulls=True))
    both = by_vendor.join(told, on="person", how="left", validate="1:1", suffix="_told", maintain_order="left")
    named = both.with_columns(pl.coalesce("name", "made_up"))
    return named.select("person", *(pl.coalesce(f"{fact}_told", fact).alias(fact) for fact in _FACTS))
