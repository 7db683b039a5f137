"""The keys of viewers who have more than one of a kind: a phone here, another there. Each joins them to whoever has it.

A viewer is one row, with one phone. So each further key is a row beside, of the same viewer, while links are looked
for, and is folded back into its viewer once they are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from reporter.model import Issue, Text
from reporter.people.links import Links, link
from reporter.people.viewers import count_issues, tidy_viewers
from reporter.rules import Identity
from reporter.tables import OTHER_KEYS, VIEWER, empty

_SEVERAL = Text(
    "个观众在其他行中另有手机号、邮箱或外部编号，均用于合并，显示先出现的",
    "viewers have other phones, e-mails or external ids in other rows; all of them join, the first is shown",
)
_OWNER, _IS_OWN, _KEYS = "owner", "is_own", tuple(OTHER_KEYS)


def link_all(
    viewers: pl.DataFrame, tables: Mapping[str, pl.DataFrame], identity: Identity
) -> tuple[Links, list[Issue]]:
    """Return what `link` says of `viewers` (as `number_viewers` gives them), by all the keys that they have."""
    further, unreadable = _further(viewers, tables["viewers"])
    if further.is_empty():
        links, issues = link(viewers, identity)
        return links, [*unreadable, *issues]
    own = viewers.rename({"viewer": _OWNER}).with_columns(pl.lit(value=True).alias(_IS_OWN))
    both = pl.concat([own, further], how="diagonal").sort("node", _OWNER, maintain_order=True)
    links, issues = link(both.with_row_index("viewer"), identity)
    several = viewers.join(further.select(viewer=_OWNER), on="viewer", how="semi")
    told = count_issues(several, "several-keys", _SEVERAL)
    return _folded(links, both.with_columns(pl.col(_IS_OWN).fill_null(value=False))), [*unreadable, *told, *issues]


def _further(viewers: pl.DataFrame, told: pl.DataFrame) -> tuple[pl.DataFrame, list[Issue]]:
    """Return a row a further key, with its viewer as `owner`, no other key, and no key that the viewer has already."""
    parts = [
        told.select(*VIEWER, pl.col(column).alias(key), "reply_id", "row_no").drop_nulls().explode(key)
        for key, column in OTHER_KEYS.items()
    ]
    spelled = pl.concat(parts, how="diagonal")
    if spelled.is_empty():
        return spelled.with_columns(pl.lit(0, pl.UInt32).alias(_OWNER)), []
    rows = pl.concat([told.clear(), spelled], how="diagonal_relaxed")
    tidy, issues = tidy_viewers(empty() | {"viewers": rows.select(told.columns)})
    own = viewers.select(*VIEWER, "node", *(pl.col(key).alias(f"own_{key}") for key in _KEYS), owner="viewer")
    placed = tidy.unique([*VIEWER, *_KEYS], maintain_order=True).join(
        own, on=VIEWER, how="inner", validate="m:1", maintain_order="left"
    )
    is_new = pl.any_horizontal(
        pl.col(key).ne_missing(pl.col(f"own_{key}")) & pl.col(key).is_not_null() for key in _KEYS
    )
    return placed.filter(is_new).drop(f"own_{key}" for key in _KEYS), issues


def keys_of(persons: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return every key of every viewer: viewer, person, vendor, account, phone, email, external_id (tidy or null).

    A viewer's own keys are one row (`is_own`), each further key is a row of its own.
    """
    columns = ["viewer", "vendor", "account", *_KEYS]
    own = persons.select(*columns, pl.lit(value=True).alias(_IS_OWN))
    further, _ = _further(persons, tables["viewers"])
    if further.is_empty():
        return own.with_columns(persons["person"])
    beside = further.rename({_OWNER: "viewer"}).select(*columns, pl.lit(value=False).alias(_IS_OWN))
    every = pl.concat([own, beside])
    return every.with_columns(persons["person"].gather(every["viewer"]))


def _folded(links: Links, both: pl.DataFrame) -> Links:
    """Return links between viewers out of links between their keys; `keys` are those of the viewers' own rows."""
    owner, is_own = both[_OWNER], both[_IS_OWN].gather(links.keys["viewer"])
    edges = _owners(links.edges, owner, "u", "v")
    return replace(
        links,
        keys=_owners(links.keys.filter(is_own), owner, "viewer"),
        edges=edges.filter(pl.col("u") != pl.col("v")),
        conflicts=_owners(links.conflicts, owner, "u", "v").unique(maintain_order=True),
        further=_owners(_valued(links.keys.filter(~is_own), both), owner, "viewer"),
    )


def _valued(keys: pl.DataFrame, both: pl.DataFrame) -> pl.DataFrame:
    """Return the keys that not too many share, as `Links.further` has them; a further key's row has no other."""
    values = both.select(pl.coalesce(_KEYS).alias("value"))["value"]
    joining = keys.filter(~pl.col("is_shared"))
    return joining.select("viewer", "kind", values.gather(joining["viewer"]), "is_short")


def _owners(numbers: pl.DataFrame, owner: pl.Series, *names: str) -> pl.DataFrame:
    return numbers.with_columns(owner.gather(numbers[name]).alias(name) for name in names)
