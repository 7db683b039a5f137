"""Persons: viewers that any chain of links connects."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import polars as pl

from reporter.people.components import components
from reporter.people.links import Links
from reporter.rules import Identity
from reporter.tables import TEXTS, VIEWER

#: the tables that name viewers
_NAMING = ("viewers", "visits", "activity", "viewer_totals")
_HEX = 16


def name_persons(viewers: pl.DataFrame, links: Links, client: str) -> pl.DataFrame:
    """Return the viewers with `person` (the number of the person's first viewer) and `person_id`.

    person_id hashes the client and the person's smallest vendor/account/viewer_id: the same in every run
    while that viewer is there, another for another client.
    """
    person = components(viewers.height, links.edges).cast(pl.UInt32).alias("person")
    first = viewers["node"].gather(person.unique().sort())
    ids = pl.DataFrame(
        {
            "person": person.unique().sort(),
            "person_id": pl.Series([_person_id(client, node) for node in first], dtype=pl.String),
        }
    )
    return viewers.with_columns(person).join(ids, on="person", how="left", validate="m:1", maintain_order="left")


def _person_id(client: str, node: str) -> str:
    return "p" + sha256(f"{client}\n{node}".encode()).hexdigest()[:_HEX]


def matched_by(persons: pl.DataFrame, links: Links, identity: Identity) -> pl.DataFrame:
    """Return person and matched_by: the kinds of key that joined its viewers, in the config's order."""
    order = {kind: place for place, kind in enumerate(identity.match_on)}
    kinds = (
        links.edges.join(persons.select("viewer", "person"), left_on="u", right_on="viewer", how="left", validate="m:1")
        .select("person", "kind")
        .unique()
        .sort("person", pl.col("kind").replace_strict(order, return_dtype=pl.UInt8))
        .group_by("person")
        .agg(matched_by="kind")
    )
    everybody = persons.select("person").unique()
    return everybody.join(kinds, on="person", how="left", validate="1:1").with_columns(
        pl.col("matched_by").fill_null(pl.lit([], TEXTS))
    )


def stamp(tables: Mapping[str, pl.DataFrame], persons: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tables with `person_id` on every row that names a viewer."""
    known = persons.select(*VIEWER, "person_id")
    return {
        name: frame.drop("person_id")
        .join(known, on=VIEWER, how="left", validate="m:1", maintain_order="left")
        .select(frame.columns)
        if name in _NAMING
        else frame
        for name, frame in tables.items()
    }
