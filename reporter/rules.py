"""The rules that a config sets for people, metrics and outputs, as frozen records. A leaf.

`config` fills them; the rooms that obey them import nothing of `config`. Defaults are those of DESIGN.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MatchKey = Literal["external_id", "phone", "email"]
Masking = Literal["keep", "mask", "hash", "drop"]
Audience = Literal["client", "internal"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is who across vendors: which keys join, and when a key is too common or too short to."""

    match_on: tuple[MatchKey, ...] = ("external_id", "phone", "email")
    max_shared: int = 5
    min_id_length: int = 6


@dataclass(frozen=True, slots=True)
class StaffPhone:
    """A phone of a staff list as written, and the list's file; `row` and `was_number` as of a `RosterEntry`."""

    phone: str
    file: str
    row: int | None = field(default=None, compare=False)
    was_number: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whose visits count for nobody: roles, and the phones of the staff lists."""

    roles: tuple[str, ...] = ()
    phones: tuple[StaffPhone, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One expected person, as the list spells it; None where the list says nothing.

    `row` counts in the file. `was_number` says that a spreadsheet held a phone or an id of it as a number.
    """

    phone: str | None = None
    email: str | None = None
    external_id: str | None = None
    name: str | None = None
    company: str | None = None
    row: int | None = field(default=None, compare=False)
    was_number: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of expected people, read from the file that the config names.

    `missing` are columns that the config names and the file has not; never one of keys, without which people who
    came would be shown as absent.
    """

    name: str
    entries: tuple[RosterEntry, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """When a person counts as having attended an event."""

    min_ratio: float = 0.8
    min_minutes: float = 10
    base: Literal["live", "media"] = "live"


@dataclass(frozen=True, slots=True)
class Privacy:
    """How personal columns leave: in the workbook, on the page and in mail, never in `data/`.

    `key` is the secret of the HMAC where something is hashed, empty where nothing is.
    """

    phone: Masking = "mask"
    email: Masking = "mask"
    ip: Masking = "drop"
    name: Masking = "keep"
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Brand:
    """A client's colour (`#rrggbb`) and logo, the bytes of a PNG: no surface needs the file again."""

    color: str = "#1664ff"
    logo: bytes | None = field(default=None, repr=False)


#: engagement weights by term; terms are watch, comments, questions, votes
DEFAULT_ENGAGEMENT = {"watch": 0.5, "comments": 0.2, "questions": 0.2, "votes": 0.1}
