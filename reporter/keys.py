"""E-mail addresses and ids as they are compared; phones are in `phones`."""

from __future__ import annotations

import polars as pl

#: a masked address (w***@example.com) is many people's
_EMAIL = r"^[^@\s*]+@[^@\s*]+\.[^@\s*]+$"
#: what stands in a form where nothing was said, and what programs write for an id that they do not have
NOTHING = ("", "-")
_NO_ID = r"(?i)^(?:0+|null|nil|none|undefined|nan|n/a|无)$"


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
