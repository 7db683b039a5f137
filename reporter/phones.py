"""Phones as E.164. A mainland mobile is told by one expression; every other spelling once by phonenumbers.

Both ways agree on a plain mainland mobile, whatever its prefix (a test holds them to it), also on ones that
no operator has been given yet: a vendor has verified the number, or the sandbox has made it up.
"""

from __future__ import annotations

import re

import polars as pl

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLAIN = rf"^(?:\+?86|0086)?({_MOBILE.pattern})$"
_CHINA = 86
#: joints of no width and marks of direction, which address books put around what is copied out of them
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_EDGES = f" \t\r\n\u00a0\u3000\"'=‘’“”,;，；、。{_UNSEEN}"
_LABEL = r"(?:(?i:tel|phone|mobile|mob|cell)\.?|[\u4e00-\u9fff]+)?[:：]?"
_JOINTS = r"\-‐‑‒–—―−－.．·"
#: what phonenumbers may see: it reads letters as keys of a dial pad, so that 1380000XXXX would be somebody's line,
#: and leaves other masks out; three dashes or dots in a row are a mask as well
_SPELLED = re.compile(rf"{_LABEL}(?!.*[{_JOINTS}]{{3}})[\d+＋()（）\[\]/／\s{_UNSEEN}{_JOINTS}]+", re.DOTALL)


def to_e164(spelled: pl.Series) -> pl.Series:
    """Return each phone in E.164, null where there is none or it names no one line.

    A number without a country code is read in China. Masked numbers (138****0000, 1380000XXXX), whatever else
    holds letters but for a label before it (tel:), and extensions of a switchboard are no one's key and null.
    """
    name = spelled.name
    frame = pl.DataFrame({"spelled": spelled.cast(pl.String)}).with_columns(plain=_mobile(pl.col("spelled")))
    others = frame.filter(pl.col("plain").is_null())["spelled"].drop_nulls().unique(maintain_order=True)
    if others.is_empty():
        return frame["plain"].alias(name)
    read = {other: parse_phone(other) for other in others}
    rest = pl.col("spelled").replace_strict(read, default=None, return_dtype=pl.String)
    return frame.select(pl.coalesce("plain", rest))["plain"].alias(name)


def _mobile(spelled: pl.Expr) -> pl.Expr:
    return pl.lit("+86") + spelled.str.replace_all("[ -]", "").str.extract(_PLAIN)


def parse_phone(spelled: str) -> str | None:
    """Return one phone in E.164 by phonenumbers, or None where it names no one line."""
    import phonenumbers  # noqa: PLC0415 - its metadata takes a while to load, and most reports need none of it

    if not _SPELLED.fullmatch(spelled.strip(_EDGES)):
        return None
    try:
        number = phonenumbers.parse(spelled, "CN")
    except phonenumbers.NumberParseException:
        return None
    in_china = number.country_code == _CHINA
    is_mobile = in_china and _MOBILE.fullmatch(str(number.national_number))
    is_line = phonenumbers.is_valid_number(number) or (not in_china and phonenumbers.is_possible_number(number))
    if number.extension or not (is_mobile or is_line):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
