"""Whom no key joined, and how many people two vendors have in common."""

from __future__ import annotations

import polars as pl

from reporter.people.links import Links

#: one vendor has nobody to match and overlaps with nobody
_LEAST_VENDORS = 2
_OVERLAP = {"vendor": pl.String, "other": pl.String, "people": pl.Int64}


def unmatched(persons: pl.DataFrame, seen: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Return the viewers of the period that are a person alone: vendor, account, viewer_id, name, reason.

    There are none where one vendor alone has viewers. `reason` is `no key`, `conflict` (its external id is
    another's with other phones or e-mails), `shared key`, `short id`, or `no partner`.
    """
    alone = persons.filter(pl.len().over("person") == 1).join(seen, on="viewer", how="semi")
    if persons["vendor"].n_unique() < _LEAST_VENDORS:
        alone = alone.clear()
    held = links.keys.group_by("viewer").agg(
        useless=(pl.col("is_shared") | pl.col("is_short")).all(), is_shared=pl.col("is_shared").any()
    )
    in_conflict = pl.concat([links.conflicts["u"], links.conflicts["v"]])
    reason = (
        pl.when(pl.col("useless").is_null())
        .then(pl.lit("no key"))
        .when(pl.col("viewer").is_in(in_conflict.implode()))
        .then(pl.lit("conflict"))
        .when(pl.col("useless") & pl.col("is_shared"))
        .then(pl.lit("shared key"))
        .when(pl.col("useless"))
        .then(pl.lit("short id"))
        .otherwise(pl.lit("no partner"))
    )
    told = alone.join(held, on="viewer", how="left", validate="1:1", maintain_order="left")
    return told.select("vendor", "account", "viewer_id", "name", reason=reason)


def overlap(people: pl.DataFrame) -> pl.DataFrame:
    """Return vendor, other, people for each two vendors that saw anybody, both ways round.

    A vendor with itself is its people. Empty where one vendor alone saw anybody.
    """
    met = people.select("person_id", vendor="vendors").explode("vendor").drop_nulls("vendor")
    vendors = met.select("vendor").unique(maintain_order=True)
    if vendors.height < _LEAST_VENDORS:
        return pl.DataFrame(schema=_OVERLAP)
    both = met.join(met.rename({"vendor": "other"}), on="person_id", how="inner")
    counted = both.group_by("vendor", "other").agg(people=pl.len().cast(pl.Int64))
    return (
        vendors.join(vendors.rename({"vendor": "other"}), how="cross")
        .join(counted, on=["vendor", "other"], how="left", validate="1:1")
        .with_columns(pl.col("people").fill_null(0))
        .sort("vendor", "other")
    )
