"""The people of a period: one row a person, with the best that is known of who it is."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.people.shape import shaped
from reporter.tables import VIEWER

#: names that a vendor makes up for those who give none: 网友1009, 手机用户0010, 游客, guest 12
_MADE_UP = (
    r"^(?:(?:网友|用户|手机用户|微信用户|观众|访客|同学)[\s_-]*[0-9A-Za-z]*|(?:游客|匿名).*"
    r"|(?i:guest|user|visitor|anonymous)[\s_-]*[0-9]*)$"
)
_FACTS = ("name", "phone", "email", "company")


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
    whom. `vendors` are those where the person was seen, in the config's order. Name, phone, e-mail and
    company are the roster's, else the first known of the accounts in the config's order, the viewer with
    the latest visit first; a made-up name comes last.
    """
    here = persons.join(seen.select("person").unique(), on="person", how="semi")
    return shaped(
        "people",
        here.group_by("person")
        .agg(pl.col("person_id").first(), viewer_ids=pl.col("node").sort())
        .join(_known(here, visits, told, account_order), on="person", how="left", validate="1:1")
        .join(_vendors(seen, account_order), on="person", how="left", validate="1:1")
        .join(matched, on="person", how="left", validate="1:1")
        .sort("person_id"),
    )


def _rank(account_order: Sequence[str]) -> pl.Expr:
    places = {account: place for place, account in enumerate(account_order)}
    return pl.col("account").replace_strict(places, default=len(places), return_dtype=pl.UInt32)


def _vendors(seen: pl.DataFrame, account_order: Sequence[str]) -> pl.DataFrame:
    ranked = seen.select("person", "vendor", rank=_rank(account_order))
    return (
        ranked.group_by("person", "vendor")
        .agg(pl.col("rank").min())
        .sort("rank", "vendor")
        .group_by("person")
        .agg(vendors=pl.col("vendor"))
    )


def _known(here: pl.DataFrame, visits: pl.DataFrame, told: pl.DataFrame, account_order: Sequence[str]) -> pl.DataFrame:
    """Return person and the four facts, each the first that is known."""
    latest = visits.drop_nulls("viewer_id").group_by(VIEWER).agg(latest=pl.col("joined_at").max())
    is_made_up = pl.col("name").str.contains(_MADE_UP).fill_null(value=False)
    ranked = (
        here.join(latest, on=VIEWER, how="left", validate="1:1")
        .with_columns(rank=_rank(account_order), is_made_up=is_made_up)
        .sort("rank", "latest", "viewer", descending=[False, True, False], nulls_last=True)
    )
    by_vendor = ranked.group_by("person").agg(
        pl.col("name").sort_by("is_made_up", maintain_order=True).first(ignore_nulls=True),
        pl.col("phone", "email", "company").first(ignore_nulls=True),
    )
    both = by_vendor.join(told, on="person", how="left", validate="1:1", suffix="_told")
    return both.select("person", *(pl.coalesce(f"{fact}_told", fact).alias(fact) for fact in _FACTS))
