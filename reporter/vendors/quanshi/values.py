"""Values that only Quanshi spells so."""

from __future__ import annotations

import polars as pl

from reporter.tables import TEXT
from reporter.vendors.parse import count, dashed
from reporter.vendors.plain import Parser, words

_ROLES = {4: "host", 5: "speaker", 6: "attendee"}
_IDENTITIES = {"主持人": "host", "联席主持人": "host", "主讲人": "speaker", "参会人": "attendee", "观众": "attendee"}
_MODES = {0: "live", 1: "replay"}


def role(value: object) -> str | None:
    """Return a role from its number: 4 host, 5 speaker, 6 attendee."""
    number = count(value)
    if number is not None and number not in _ROLES:
        raise ValueError("an unknown role")
    return None if number is None else _ROLES[number]


def identity(value: object) -> str | None:
    """Return a role from its Chinese word."""
    word = dashed(value)
    if word is not None and word not in _IDENTITIES:
        raise ValueError("an unknown identity")
    return None if word is None else _IDENTITIES[word]


def live_type(value: object) -> str | None:
    """Return live or replay from 0 or 1."""
    number = count(value)
    if number is not None and number not in _MODES:
        raise ValueError("neither live nor replay")
    return None if number is None else _MODES[number]


def places(value: object) -> str | None:
    """Return a location without the "-" that stands for an unknown one, in a list ("-,陕西西安") too."""
    words = dashed(value)
    known = [word for word in (words or "").split(",") if word.strip() not in ("", "-")]
    return ",".join(known) or None


def _one_place(spelled: pl.Expr) -> pl.Expr:
    is_one = ~spelled.str.contains(",", literal=True) & ~spelled.str.strip_chars().is_in(["", "-"])
    return pl.when(is_one).then(spelled)


ROLE = words(role, {str(number): word for number, word in _ROLES.items()})
IDENTITY = words(identity, _IDENTITIES)
LIVE_TYPE = words(live_type, {str(number): word for number, word in _MODES.items()})
PLACES = Parser(places, _one_place, TEXT)
