"""New and returning: the persons of this period, held against those of every stored period before it.

A person is known again by any key by which two viewers of one period would be one person (`reporter.people.links`):
a viewer's id, a phone, an address, an external id within its account, and elsewhere where phones and addresses do
not contradict. A key that too many share in either period (a reception's phone) tells nobody. Where a period is
missing among those that are stored, nobody can say who is new, so that there is no figure: not one with a week
left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from reporter import seen
from reporter.metrics.past import broken_off, chain
from reporter.model import Period
from reporter.report import Past
from reporter.rules import Identity, MatchKey
from reporter.tables import OTHER_KEYS

#: what contradicts an external id, and what stands for none of it and for any
_SURE = ("key_phone", "key_email")
_NONE, _ANY = "-", "*"


def keys_of(tables: Mapping[str, pl.DataFrame], client: str, identity: Identity) -> pl.DataFrame:
    """Return the keys of everybody in `people`, by all their viewers: person_id, token, is_kept and is_asked.

    What is kept stands in the store for later periods, what is asked is looked for in earlier ones: the same but for
    external ids, which two viewers may have and contradict each other.
    """
    people = tables["people"]
    viewers = people.select("person_id").join(tables["viewers"], on="person_id", how="inner", maintain_order="left")
    both = {"is_kept": pl.lit(value=True), "is_asked": pl.lit(value=True)}
    found = [people.select("person_id", kind=pl.lit("viewer"), key="viewer_ids", **both).explode("key")]
    for kind in identity.match_on:
        held = _held(viewers, kind)
        if kind == "external_id":
            found += _external_ids(held, identity.min_id_length, both)
        else:
            found.append(held.select("person_id", kind=pl.lit(kind), key="key", **both))
    named = pl.concat(found).drop_nulls().unique(maintain_order=True)
    token = seen.tokens(client, named["kind"], named["key"]).alias("token")
    return named.select("person_id", "is_kept", "is_asked", token)


def _held(viewers: pl.DataFrame, kind: MatchKey) -> pl.DataFrame:
    """Return the keys of a kind that join: person_id, vendor, account, key, and what an external id must agree with.

    A viewer's own stands with the viewer's phone and address; a further one was told of without either.
    """
    columns = ("person_id", "vendor", "account", "key", *_SURE)
    is_shared = pl.col("shared_keys").list.contains(kind).fill_null(value=False)
    own = viewers.filter(~is_shared).with_columns(key=f"key_{kind}").select(columns)
    nothing = [pl.lit(None, pl.String).alias(name) for name in _SURE]
    further = viewers.with_columns(*nothing, key=f"key_{OTHER_KEYS[kind]}").select(columns).drop_nulls("key")
    return pl.concat([own.drop_nulls("key"), further.explode("key")])


def _external_ids(held: pl.DataFrame, shortest: int, both: Mapping[str, pl.Expr]) -> list[pl.DataFrame]:
    """Return the external ids: as their account's own, and with what must not contradict them.

    A viewer leaves behind his phone (`-` for none) and a sign for any; who has a phone asks for his own or for none,
    who has none for any. So of two viewers one finds the other where not both have phones that differ; addresses
    likewise.
    """
    own = pl.concat_str("vendor", "account", "key", separator="/")
    far = held.filter(pl.col("key").str.len_chars() >= shortest)
    kept = [pl.concat_list(pl.col(name).fill_null(_NONE), pl.lit(_ANY)).alias(name) for name in _SURE]
    asked = [
        pl.when(pl.col(name).is_null())
        .then(pl.concat_list(pl.lit(_ANY)))
        .otherwise(pl.concat_list(name, pl.lit(_NONE)))
        .alias(name)
        for name in _SURE
    ]
    return [
        held.select("person_id", kind=pl.lit("own external_id"), key=own, **both),
        _spread(far.with_columns(kept)).with_columns(is_kept=pl.lit(value=True), is_asked=pl.lit(value=False)),
        _spread(far.with_columns(asked)).with_columns(is_kept=pl.lit(value=False), is_asked=pl.lit(value=True)),
    ]


def _spread(held: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each pair of a phone and an address of each viewer's lists of them."""
    each = held.explode(_SURE[0]).explode(_SURE[1])
    return each.select("person_id", kind=pl.lit("external_id"), key=pl.concat_str("key", *_SURE, separator="\n"))


def packed(keys: pl.DataFrame) -> bytes:
    """Return the keys as the store keeps them for later periods: persons by a number, not by their id."""
    kept = keys.filter("is_kept").sort("person_id", "token")
    return seen.packed(kept.select("token", person=pl.col("person_id").rle_id()))


def can_tell(past: Sequence[Past], period: Period) -> bool:
    """Say whether the past says who was seen before: there is one, none of it is missing, and all of it has keys."""
    linked = chain(past, period)
    return bool(linked) and all(one.seen is not None for one in linked) and broken_off(past, period) is None


def returning(keys: pl.DataFrame, past: Sequence[Past], period: Period) -> pl.DataFrame:
    """Return who of the period (person_id) was seen before (is_returning), where `can_tell` says that it is known."""
    blobs = [one.seen for one in chain(past, period) if one.seen is not None]
    known = pl.concat([seen.unpacked(blob).select("token") for blob in blobs]).unique()
    again = keys.filter("is_asked").with_columns(is_returning=pl.col("token").is_in(known["token"].implode()))
    return again.group_by("person_id", maintain_order=True).agg(pl.col("is_returning").any())
