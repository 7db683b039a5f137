"""Persons: viewers that any chain of links connects."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import polars as pl

from reporter.people.components import components
from reporter.people.links import Links
from reporter.people.word_sets import word_sets
from reporter.rules import Identity
from reporter.tables import VIEWER

#: the tables that name viewers
_NAMING = ("viewers", "visits", "activity", "viewer_totals")
_HEX = 16
#: person_id as the number that its digits are: the order is the same, and numbers sort faster than texts
PERSON_ORDER = pl.col("person_id").str.slice(1).str.to_integer(base=16, dtype=pl.UInt64)


def name_persons(viewers: pl.DataFrame, links: Links, client: str) -> pl.DataFrame:
    """Return the viewers with `person` (the number of the person's first viewer) and `person_id`.

    person_id hashes the client and the person's smallest vendor/account/viewer_id: the same in every run
    while that viewer is there, another for another client.
    """
    numbered = viewers.with_columns(components(viewers.height, links.edges).cast(pl.UInt32).alias("person"))
    is_first = numbered["person"] == numbered["viewer"]
    ids = _person_ids(client, numbered["node"].filter(is_first))
    # a person's place among the persons is how many first viewers come before its own
    place = (is_first.cum_sum() - 1).gather(numbered["person"])
    return numbered.with_columns(ids.gather(place).alias("person_id"))


def _person_ids(client: str, nodes: pl.Series) -> pl.Series:
    salt = f"{client}\n".encode()
    # one call into C a person, half a microsecond each; a hash in numpy would have to be one of our own making
    digests = [sha256(salt + node).digest() for node in nodes.cast(pl.Binary)]
    hexed = pl.Series(digests, dtype=pl.Binary).bin.slice(0, _HEX // 2).bin.encode("hex")
    return pl.select(pl.lit("p") + hexed).to_series()


def matched_by(persons: pl.DataFrame, links: Links, identity: Identity) -> pl.DataFrame:
    """Return person and matched_by: the kinds of key that joined its viewers, in the config's order.

    A person that is one viewer alone has no row.
    """
    return word_sets(persons["person"].gather(links.edges["u"]), links.edges["kind"], identity.match_on, "matched_by")


def stamp(tables: Mapping[str, pl.DataFrame], persons: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tables with `person_id`, and the viewer's number as `viewer`, on every row that names a viewer."""
    known = persons.select(*VIEWER, "person_id", "viewer")
    return {
        name: frame.drop("person_id")
        .join(known, on=VIEWER, how="left", validate="m:1", maintain_order="left")
        .select(*frame.columns, "viewer")
        if name in _NAMING
        else frame
        for name, frame in tables.items()
    }
