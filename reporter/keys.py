"""E-mail addresses and ids as they are compared, and viewers whose ids are one key in two spellings."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.phones import to_e164
from reporter.tables import known_sum

#: a masked address (w***@example.com) is many people's
_EMAIL = r"^[^@\s*]+@[^@\s*]+\.[^@\s*]+$"
#: what stands in a form where nothing was said, and what programs write for an id that they do not have
NOTHING = ("", "-")
_NO_ID = r"(?i)^(?:0+|null|nil|none|undefined|nan|n/a|无)$"
_DIGITS, _PLAIN_MOBILE = r"^[0-9]+$", r"^0*(?:86)?1[3-9][0-9]{9}$"


def tidy_email(spelled: pl.Expr) -> pl.Expr:
    """Return addresses trimmed and in lower case, null for what is no address."""
    lower = spelled.str.strip_chars().str.to_lowercase()
    return pl.when(lower.str.contains(_EMAIL)).then(lower)


def tidy_id(spelled: pl.Expr) -> pl.Expr:
    """Return external ids trimmed, null for what stands for none and for masked ones."""
    trimmed = spelled.str.strip_chars()
    return pl.when(~stands_for_none(spelled) & ~trimmed.str.contains("*", literal=True)).then(trimmed)


def stands_for_none(spelled: pl.Expr) -> pl.Expr:
    """Return whether an id is what programs write where they have none: nothing, "-", 0, null and their like."""
    trimmed = spelled.str.strip_chars()
    return trimmed.is_in(NOTHING) | trimmed.str.contains(_NO_ID)


def alike(spelled: pl.Series) -> pl.Series:
    """Return keys of any kind as they are compared: phones in E.164, addresses in lower case, all else trimmed.

    Plain digits are a phone as a mainland mobile alone: vendors' own numbers are many, and slow to be read as phones.
    """
    text = pl.col("text")
    may_be_phone = ~text.str.contains(_DIGITS) | text.str.contains(_PLAIN_MOBILE)
    told = pl.DataFrame({"text": spelled}).with_columns(phone=pl.when(may_be_phone).then("text"))
    read = told.with_columns(to_e164(told["phone"]))
    return read.select(pl.coalesce("phone", tidy_email(text), text.str.strip_chars()).alias(spelled.name)).to_series()


def by_named(sums: pl.DataFrame, named: pl.DataFrame, within: Sequence[str]) -> pl.DataFrame:
    """Return sums, one row a viewer, under the ids that `named` has: those of one viewer in two spellings added up.

    A vendor that names viewers by phone or address may spell them in its lists otherwise than in its summary: a
    viewer_id that `named` lacks is the one viewer's there that is alike. `within` are the columns in which a
    viewer_id is somebody's. Numbers are added up as far as they are known; flags hold where any holds.
    """
    place, viewer = list(within), [*within, "viewer_id"]
    here = sums.select(viewer).join(named.select(place).unique(), on=place, how="semi")
    strays = here.join(named.select(viewer), on=viewer, how="anti")
    if strays.is_empty() or named.is_empty():
        return sums
    ids = named.select(viewer).drop_nulls().unique().join(strays, on=place, how="semi")
    stray, known = (one.with_columns(alike=alike(one["viewer_id"])) for one in (strays, ids))
    single = known.group_by(*place, "alike").agg(pl.len(), named=pl.col("viewer_id").first()).filter(pl.col("len") == 1)
    found = stray.join(single, on=[*place, "alike"], how="inner", validate="m:1").select(*viewer, "named")
    if found.is_empty():
        return sums
    renamed = sums.join(found, on=viewer, how="left", validate="1:1")
    together = renamed.with_columns(viewer_id=pl.coalesce("named", "viewer_id"))
    added = [
        pl.col(name).any() if dtype == pl.Boolean else known_sum(pl.col(name))
        for name, dtype in sums.schema.items()
        if name not in viewer
    ]
    return together.group_by(viewer).agg(added).select(sums.columns)
