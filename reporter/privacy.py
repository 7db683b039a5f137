"""How personal columns leave the house: kept, masked, hashed or dropped. Pure; `data/` is never masked.

A phone shows as 138****0000, an address as a***@x.com, an ip without its last two parts. An id or a name
that is itself a phone or an address is treated like one, and every other text is searched for either:
only the columns of `_PLAIN` (ids of rooms and replies, words of ours, titles) are left as they are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from reporter.errors import UsageError
from reporter.rules import Privacy
from reporter.tables import TEXTS, Tables

Frames = Mapping[str, pl.DataFrame]
#: what turns the different values of a column, none of them null, into what is shown of them
Change = Callable[[pl.Series], pl.Series]

#: text columns that hold nothing personal
_PLAIN = (
    {"vendor", "account", "room_id", "reply_id", "person_id", "event", "mode", "matched_by", "shared_keys"}
    | {"phone_in_log", "external_id_in_log"}
    | {"title", "kind", "status", "url", "tags", "detail", "live_spans"}  # of rooms
    | {"vendors", "other", "chart"}  # of people, overlap and curves
)
#: ids of a vendor's person or of a client's, and names: any of them may be a phone or an address
_NAMES = {
    *("viewer_id", "viewer_ids", "against", "external_id", "key_external_id", "name"),
    *("other_external_ids", "key_other_external_ids", "log_external_id"),
}
_PHONES = ("phone", "key_phone", "other_phones", "key_other_phones", "log_phone")
_EMAILS = ("email", "key_email", "other_emails", "key_other_emails")
#: ids that stand behind their vendor and account
_PLACED = {"viewer_ids", "against"}
_HASH_LENGTH = 16
_STARS = "***"

#: a mainland mobile, with or without its country code or a leading 0
_MOBILE = r"(?:0|(?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})"
#: digits and signs as a Chinese keyboard writes them, and what they are read as
_WIDE, _NARROW = "０１２３４５６７８９＋－＠．", "0123456789+-@."
#: what ends an address in running text, full-width punctuation included
_END = r"""\s@,;:<>()"'/，；：、（）【】《》"""
_ADDRESS = rf"([^{_END}])[^{_END}]*@([^{_END}]+\.[^{_END}]+)"
_IPV4 = r"(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}"
_IPV6 = r"(?i)([0-9a-f]{1,4}:[0-9a-f]{1,4}):[0-9a-f:.]*"


@dataclass(frozen=True, slots=True)
class _Known:
    """Every phone, address and name of the report, so that an id that equals one is known for what it is."""

    phone: pl.Series
    email: pl.Series
    name: pl.Series


def mask(tables: Tables, derived: Frames, privacy: Privacy) -> tuple[Tables, dict[str, pl.DataFrame]]:
    """Return tables and derived frames as `privacy` lets them leave; schemas stay, dropped values are null.

    Where phones, addresses or names are not kept, person_id is a running number, the same in every frame,
    in the order of `people`. Raises `UsageError` where something is to be hashed and the key is empty.
    """
    rules = {privacy.phone, privacy.email, privacy.ip, privacy.name}
    if rules == {"keep"}:
        return dict(tables), dict(derived)
    if "hash" in rules and not privacy.key:
        raise UsageError("privacy: hash needs a secret key; write `privacy: {key: env:NAME}` and set NAME")
    frames = {**tables, **derived}
    known = _Known(*(_values(frames, column) for column in ("phone", "email", "name")))
    masked = {name: _masked(frame, known, privacy) for name, frame in frames.items()}
    if {privacy.phone, privacy.email, privacy.name} != {"keep"}:
        masked = _numbered(masked)
    return {name: masked[name] for name in tables}, {name: masked[name] for name in derived}


def _values(frames: Frames, column: str) -> pl.Series:
    found = [frame[column].drop_nulls() for frame in frames.values() if column in frame.columns]
    return pl.concat(found).unique() if found else pl.Series(dtype=pl.String)


def _masked(frame: pl.DataFrame, known: _Known, privacy: Privacy) -> pl.DataFrame:
    """Return a frame with each text column that may hold something personal made anew."""
    changed = []
    for column in frame.iter_columns():
        if column.name not in _PLAIN and column.dtype in {pl.String, TEXTS}:
            change = _change(column.name, known, privacy)
            changed.append(_each(column, _after_place(change) if column.name in _PLACED else change))
    return frame.with_columns(changed)


def _change(column: str, known: _Known, privacy: Privacy) -> Change:
    """Return how the values of a column are shown."""
    kinds: dict[str, Change] = {
        **dict.fromkeys(_PHONES, partial(_phones, privacy=privacy)),
        **dict.fromkeys(_EMAILS, partial(_addresses, privacy=privacy)),
        "ip": partial(_ips, privacy=privacy),
    }
    if column in _NAMES:
        return partial(_named, is_name=column == "name", known=known, privacy=privacy)
    return kinds.get(column, partial(_searched, privacy=privacy))


def _each(column: pl.Series, change: Change) -> pl.Series:
    """Return a column with its different values changed; what a list drops is left out of it."""
    is_list = column.dtype == TEXTS
    values = (column.explode() if is_list else column).drop_nulls().unique(maintain_order=True)
    if values.is_empty():
        return column
    shown = change(values)
    if not is_list:
        return column.replace_strict(values, shown, default=None, return_dtype=pl.String)
    element = pl.element().replace_strict(values, shown, default=None, return_dtype=pl.String)
    return column.list.eval(element.drop_nulls())


def _after_place(change: Change) -> Change:
    """Return the change of what follows `vendor/account/`."""

    def changed(values: pl.Series) -> pl.Series:
        place, rest = (values.str.extract(r"(?s)^([^/]*/[^/]*/)?(.*)$", group) for group in (1, 2))
        return place.fill_null("") + change(rest)

    return changed


def _phones(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return phones as their rule has it: a mainland mobile in its national form, of another the last four."""
    compact = values.str.replace_all(r"[\s()./\-]", "")
    national = compact.str.replace(f"^{_MOBILE}$", "${1}${2}${3}")
    is_mobile = compact.str.contains(f"^{_MOBILE}$")
    match privacy.phone:
        case "keep":
            return _searched(values, privacy=privacy)
        case "drop":
            return _nothing(values)
        case "hash":
            return _hashed(national.zip_with(is_mobile, compact), privacy.key)
        case "mask":
            ending = compact.str.extract(r"\d(\d{4})$", 1).fill_null("")
            return compact.str.replace(f"^{_MOBILE}$", "${1}****${3}").zip_with(is_mobile, "****" + ending)


def _addresses(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return e-mail addresses as their rule has it; what is none is hidden whole."""
    match privacy.email:
        case "keep":
            return _searched(values, privacy=privacy)
        case "drop":
            return _nothing(values)
        case "hash":
            return _hashed(values.str.strip_chars().str.to_lowercase(), privacy.key)
        case "mask":
            whole = f"^{_ADDRESS}$"
            trimmed = values.str.strip_chars()
            shown = trimmed.str.replace(whole, f"${{1}}{_STARS}@${{2}}")
            return _searched(shown.zip_with(trimmed.str.contains(whole), _stars(values)), privacy=privacy)


def _ips(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return addresses of machines as their rule has it; several in one value are each masked."""
    match privacy.ip:
        case "keep":
            return _searched(values, privacy=privacy)
        case "drop":
            return _nothing(values)
        case "hash":
            return _hashed(values, privacy.key)
        case "mask":
            shown = values.str.replace_all(_IPV4, "${1}.*.*").str.replace_all(_IPV6, "${1}:*")
            return _searched(shown.zip_with(shown.str.contains("*", literal=True), _stars(values)), privacy=privacy)


def _named(values: pl.Series, *, is_name: bool, known: _Known, privacy: Privacy) -> pl.Series:
    """Return ids or names; one that is a phone, an address or (an id) somebody's name is treated like that."""
    is_phone = values.str.contains(rf"^\s*{_MOBILE}\s*$") | values.str.contains(r"^\+\d[\d\s()\-]{5,}$")
    is_phone |= values.is_in(known.phone.implode())
    is_address = values.str.contains(f"^{_ADDRESS}$") | values.is_in(known.email.implode())
    shown = _words(values, privacy=privacy)
    if not is_name:
        shown = shown.zip_with(values.is_in(known.name.implode()), _searched(values, privacy=privacy))
    shown = _addresses(values, privacy=privacy).zip_with(is_address, shown)
    return _phones(values, privacy=privacy).zip_with(is_phone, shown)


def _words(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return names as their rule has it."""
    match privacy.name:
        case "keep":
            return _searched(values, privacy=privacy)
        case "drop":
            return _nothing(values)
        case "hash":
            return _hashed(values, privacy.key)
        case "mask":
            return values.str.head(1) + "**"


def _searched(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return free text with the mobiles and addresses in it hidden, where their rule is not to keep them.

    Full-width digits and signs are read as the narrow ones; a text with nothing to hide stays as it is.
    """
    narrow = values.str.replace_many(list(_WIDE), list(_NARROW))
    shown = _hidden(narrow, privacy=privacy)
    return shown.zip_with((shown != narrow).fill_null(value=False), values)


def _hidden(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    shown = values
    if privacy.phone != "keep":
        instead = "${1}${2}****${4}${5}" if privacy.phone == "mask" else f"${{1}}{_STARS}${{5}}"
        # neighbours share the character between them, which one pass gives to the first only
        for _ in range(2):
            shown = shown.str.replace_all(rf"(^|\D){_MOBILE}(\D|$)", instead)
    if privacy.email != "keep":
        shown = shown.str.replace_all(_ADDRESS, f"${{1}}{_STARS}@${{2}}" if privacy.email == "mask" else _STARS)
    return shown


def _nothing(values: pl.Series) -> pl.Series:
    return pl.Series([None] * len(values), dtype=pl.String)


def _stars(values: pl.Series) -> pl.Series:
    return pl.Series([_STARS] * len(values), dtype=pl.String)


def _hashed(values: pl.Series, key: str) -> pl.Series:
    """Return the first 16 hex digits of each value's HMAC-SHA256."""
    secret = key.encode()
    digests = [hmac.new(secret, value.encode(), hashlib.sha256).hexdigest() for value in values]
    return pl.Series([digest[:_HASH_LENGTH] for digest in digests], dtype=pl.String)


def _numbered(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the frames with person_id as a running number: those of `people` first, then as they come."""
    holding = {name: frame for name, frame in frames.items() if "person_id" in frame.columns}
    first = sorted(holding, key=lambda name: name != "people")
    persons = pl.concat([holding[name]["person_id"] for name in first] or [pl.Series(dtype=pl.String)])
    ids = persons.drop_nulls().unique(maintain_order=True)
    numbers = pl.Series(range(1, len(ids) + 1), dtype=pl.Int64).cast(pl.String)
    shown = pl.col("person_id").replace_strict(ids, numbers, default=None, return_dtype=pl.String)
    return frames | {name: frame.with_columns(shown) for name, frame in holding.items()}
