"""New and returning: the persons of this period, held against those of every stored period before it.

A person is known again by any key that both periods have: a viewer's id, a phone, an address, an external id.
Keys that several persons of one period share (a reception's phone) tell nobody. Where a period is missing among
those that are stored, nobody can say who is new, so that there is no figure: not one with a week left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from reporter import seen
from reporter.metrics.past import broken_off, chain
from reporter.model import Period
from reporter.report import Past
from reporter.rules import Identity


def keys_of(tables: Mapping[str, pl.DataFrame], client: str, identity: Identity) -> pl.DataFrame:
    """Return the keys of everybody in `people` as rows of person_id and token, in the order of people."""
    people = tables["people"]
    found = [people.select("person_id", kind=pl.lit("viewer"), key="viewer_ids").explode("key")]
    found += [people.select("person_id", kind=pl.lit(kind), key=kind) for kind in identity.match_on if kind in people]
    if "external_id" in identity.match_on:
        found.append(_external_ids(tables["viewers"], people, identity.min_id_length))
    named = pl.concat(found).drop_nulls().unique(maintain_order=True)
    alone = named.filter(pl.struct("kind", "key").is_unique())
    tokens = [seen.token(client, kind, key) for kind, key in zip(alone["kind"], alone["key"], strict=True)]
    return alone.select("person_id").with_columns(pl.Series("token", tokens, dtype=pl.UInt64))


def _external_ids(viewers: pl.DataFrame, people: pl.DataFrame, shortest: int) -> pl.DataFrame:
    """Return the external ids of the persons; one that several viewers' persons have is no key of any."""
    told = viewers.select("person_id", key=pl.col("external_id").str.strip_chars()).drop_nulls().unique()
    own = told.filter(pl.col("key").is_unique(), pl.col("key").str.len_chars() >= shortest)
    here = people.select("person_id").join(own, on="person_id", how="inner", maintain_order="left")
    return here.select("person_id", kind=pl.lit("external_id"), key="key")


def packed(keys: pl.DataFrame) -> bytes:
    """Return the keys as the store keeps them for later periods: persons by a number, not by their id."""
    return seen.packed(keys.sort("person_id", "token").select("token", person=pl.col("person_id").rle_id()))


def returning(keys: pl.DataFrame, past: Sequence[Past], period: Period) -> pl.DataFrame | None:
    """Return who of the period (person_id) was seen before (is_returning); None where that cannot be told."""
    blobs = [one.seen for one in chain(past, period) if one.seen is not None]
    if not blobs or len(blobs) < len(chain(past, period)) or broken_off(past, period) is not None:
        return None
    known = pl.concat([seen.unpacked(blob).select("token") for blob in blobs]).unique()
    again = keys.with_columns(is_returning=pl.col("token").is_in(known["token"].implode()))
    return again.group_by("person_id", maintain_order=True).agg(pl.col("is_returning").any())
