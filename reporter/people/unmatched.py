"""Whom no key joined, whose keys contradict, and how many people two vendors have in common."""

from __future__ import annotations

import polars as pl

from reporter.model import Issue, Text
from reporter.people.links import Links

#: one account has no other to find a partner in, one vendor overlaps with nobody
_SEVERAL = 2
#: why nobody could be the same person, be there another account or not
_ANYWHERE = ("no key", "shared key")
_SEVERAL_PHONES = Text(
    "个人有不止一个手机号，凭相同的邮箱或外部编号（直接，或经由其他观众相连）合并为一人；请在「未匹配」表核对是否其实是两人："
    "若是，请在平台更正其邮箱或外部编号，或从 identity.match_on 去掉该项",
    "person has more than one phone and was|persons have more than one phone and were| made one by an e-mail or "
    "external id that the viewers share, with each other or with further viewers between them; check on the sheet "
    "Unmatched whether each is really two people: if so, correct that key on the platform or take its kind out of "
    "identity.match_on",
)
_OVERLAP = {"vendor": pl.String, "other": pl.String, "people": pl.Int64}


def unmatched(persons: pl.DataFrame, seen: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Return the viewers of the period that no key joined or that keys contradict, in the order of viewers.

    Columns are vendor, account, viewer_id, name, person_id, reason, against (the viewer contradicted). `reason`:
    `no key`, `shared key`, `short id` or `no partner` of those who are a person alone (the latter two only where
    several accounts have viewers); `conflict`, a row a pair and side, where an external id is another's with other
    phones or e-mails; `several phones` of those whom another key made one person with the holder of another phone.
    """
    here = persons.join(seen, on="viewer", how="semi")
    parts = [_alone(here, persons, links), _contradicted(here, persons, links), _several_phones(here)]
    told = ("viewer", "vendor", "account", "viewer_id", "name", "person_id", "reason", "against")
    both = pl.concat([part.select(told) for part in parts])
    return both.sort("viewer", "reason", "against", nulls_last=True).drop("viewer")


def _alone(here: pl.DataFrame, persons: pl.DataFrame, links: Links) -> pl.DataFrame:
    lonely = persons.filter(~pl.col("person").is_duplicated()).select("viewer")
    in_conflict = pl.concat([links.conflicts["u"], links.conflicts["v"]])
    alone = here.join(lonely, on="viewer", how="semi").filter(~pl.col("viewer").is_in(in_conflict.implode()))
    held = (
        links.keys.join(alone, on="viewer", how="semi")
        .group_by("viewer")
        .agg(useless=(pl.col("is_shared") | pl.col("is_short")).all(), is_shared=pl.col("is_shared").any())
    )
    reason = (
        pl.when(pl.col("useless").is_null())
        .then(pl.lit("no key"))
        .when(pl.col("useless") & pl.col("is_shared"))
        .then(pl.lit("shared key"))
        .when(pl.col("useless"))
        .then(pl.lit("short id"))
        .otherwise(pl.lit("no partner"))
    )
    told = alone.join(held, on="viewer", how="left", validate="1:1")
    marked = told.with_columns(reason=reason, against=pl.lit(None, pl.String))
    several = persons.select("vendor", "account").n_unique() >= _SEVERAL
    return marked if several else marked.filter(pl.col("reason").is_in(_ANYWHERE))


def _contradicted(here: pl.DataFrame, persons: pl.DataFrame, links: Links) -> pl.DataFrame:
    """Return each conflict from both its sides, as far as they were seen."""
    sides = [links.conflicts.select(viewer=one, other=two) for one, two in (("u", "v"), ("v", "u"))]
    pairs = pl.concat(sides).with_columns(reason=pl.lit("conflict"))
    named = pairs.with_columns(against=persons["node"].gather(pairs["other"]))
    return here.join(named, on="viewer", how="inner")


def _several_phones(here: pl.DataFrame) -> pl.DataFrame:
    doubtful = here.filter(has_several_phones())
    return doubtful.drop_nulls("phone").with_columns(reason=pl.lit("several phones"), against=pl.lit(None, pl.String))


def has_several_phones() -> pl.Expr:
    """Return whether a row's `person` has more than one phone among the rows."""
    return (pl.col("phone").min() != pl.col("phone").max()).over("person").fill_null(value=False)


def phone_doubts(persons: pl.DataFrame) -> list[Issue]:
    """Return an issue where another key made one person of viewers with different phones."""
    doubtful = persons.filter(pl.col("person").is_duplicated()).filter(has_several_phones())
    if doubtful.is_empty():
        return []
    first = doubtful.drop_nulls("reply_id").head(1).iter_rows(named=True)
    where = [f"{row['vendor']}:{row['account']} viewers reply {row['reply_id']} row {row['row_no']}" for row in first]
    times = doubtful["person"].n_unique()
    return [Issue("warning", "several-phones", _SEVERAL_PHONES.counted(times), "".join(where))]


def overlap(people: pl.DataFrame) -> pl.DataFrame:
    """Return vendor, other, people for each two vendors that saw anybody, both ways round.

    A vendor with itself is its people. Empty where one vendor alone saw anybody.
    """
    met = people.select("person_id", vendor="vendors").explode("vendor").drop_nulls("vendor")
    vendors = met.select("vendor").unique(maintain_order=True)
    if vendors.height < _SEVERAL:
        return pl.DataFrame(schema=_OVERLAP)
    both = met.join(met.rename({"vendor": "other"}), on="person_id", how="inner")
    counted = both.group_by("vendor", "other").agg(people=pl.len().cast(pl.Int64))
    return (
        vendors.join(vendors.rename({"vendor": "other"}), how="cross")
        .join(counted, on=["vendor", "other"], how="left", validate="1:1")
        .with_columns(pl.col("people").fill_null(0))
        .sort("vendor", "other")
    )
