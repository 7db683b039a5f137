"""How personal columns leave the house: kept, masked, hashed or dropped. Pure; `data/` is never masked.

A phone shows as 138****0000, an address as a***@x.com, an ip without its last two parts. An id or a name
that is itself a phone or an address is treated like one, an id that has somebody's name in it like a name, and every
other text is searched for either: only the columns of `_PLAIN` (ids of rooms and replies, words of ours, titles) are
left as they are.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

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
_Kind = Literal["phone", "email", "ip", "name", "id", "placed id", "text"]
_KINDS: Mapping[str, _Kind] = {**dict.fromkeys(_PHONES, "phone"), **dict.fromkeys(_EMAILS, "email"), "ip": "ip"}
#: ids that stand behind their vendor and account
_PLACED = {"viewer_ids", "against"}
_HASH_LENGTH = 16
#: what a name is at least, so that it is looked for in an id: two letters, and no number
_NAME = r"^.{2,}$", r"\D"
_OWN_TEXTS = ("id", "name")
_OWN = pl.DataFrame(schema=dict.fromkeys(("id", "before", "name", "after"), pl.String))
_STARS = "***"

#: a mainland mobile, with or without its country code or a leading 0
_NATIONAL = 11
_MOBILE = r"(?:0|(?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})"
#: digits and signs as a Chinese keyboard writes them, and what they are read as
_WIDE, _NARROW = "０１２３４５６７８９＋－＠．", "0123456789+-@."
#: what ends an address in running text, full-width punctuation included
_END = r"""\s@,;:<>()"'/，；：、（）【】《》"""
_ADDRESS = rf"([^{_END}])[^{_END}]*@([^{_END}]+\.[^{_END}]+)"
#: without one of these, four digits in any script or the sign of an address, there is neither in a text
_MAY_HIDE = r"\d{4}|[@＠]"
_IPV4 = r"(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}"
_IPV6 = r"(?i)([0-9a-f]{1,4}:[0-9a-f]{1,4}):[0-9a-f:.]*"


@dataclass(frozen=True, slots=True)
class _Known:
    """Every phone, address and name of the report, so that an id that equals one is known for what it is.

    `own` are the ids that have their person's name in them: `id`, and what stands `before` the `name` and `after` it.
    """

    phone: pl.Series
    email: pl.Series
    name: pl.Series
    own: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of the values of a kind, and whether it is another text, each at the place that its number is."""

    texts: pl.Series
    is_other: pl.Series


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
    phones, emails, names = (_values(frames, column) for column in ("phone", "email", "name"))
    known = _Known(phones, emails, names, _OWN.clear() if privacy.name == "keep" else _own(frames))
    coded = {name: _coded(frame) for name, frame in frames.items()}
    shown = _shown(coded, known, privacy)
    masked = {name: _masked(frame, coded[name], shown) for name, frame in frames.items()}
    if {privacy.phone, privacy.email, privacy.name} != {"keep"}:
        masked = _numbered(masked)
    return {name: masked[name] for name in tables}, {name: masked[name] for name in derived}


def _values(frames: Frames, column: str) -> pl.Series:
    found = [frame[column].drop_nulls() for frame in frames.values() if column in frame.columns]
    return pl.concat(found).unique() if found else pl.Series(dtype=pl.String)


def _own(frames: Frames) -> pl.DataFrame:
    """Return the ids that have the name of their own row in them, as `林思强 2467381` of what a teacher typed.

    Another's name is not looked for: one who calls himself `user` would hide the ids of all.
    """
    parts = [
        _pairs(frame, column)
        for frame in frames.values()
        if "name" in frame.columns
        for column in sorted(_NAMES - {"name"} & {*frame.columns})
    ]
    pairs = pl.concat(parts).unique().sort(pl.col("name").str.len_bytes(), "name", descending=[True, False])
    return pairs.unique("id", keep="first", maintain_order=True).select(_OWN.columns)


def _pairs(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the ids of a column with the name of their row in them; in ASCII, `ANNA` is `Anna`."""
    told = frame.select(pl.col(column).alias("id"), pl.col("name").str.strip_chars())
    if told.schema["id"] == TEXTS:
        told = told.explode("id")
    if column in _PLACED:
        told = told.with_columns(pl.col("id").str.replace("^[^/]*/[^/]*/", ""))
    told = told.filter(pl.all_horizontal(pl.col("name").str.contains(one) for one in _NAME))
    is_ascii = pl.col("id").str.len_bytes() == pl.col("id").str.len_chars()
    low_id, low_name = (pl.when(is_ascii).then(pl.col(one).str.to_lowercase()).otherwise(one) for one in _OWN_TEXTS)
    found = told.with_columns(at=low_id.str.find(low_name, literal=True)).drop_nulls()
    whole, end = pl.col("id").cast(pl.Binary), pl.col("at") + pl.col("name").str.len_bytes()
    before, after = whole.bin.slice(0, pl.col("at")), whole.bin.slice(end, None)
    return found.select("id", "name", before=before.cast(pl.String), after=after.cast(pl.String))


def _within(ids: pl.Series, own: pl.DataFrame, words: Change) -> pl.Series:
    """Return ids with the name that is in them as names are shown; one that is nothing else is dropped with it."""

    def hidden(some: pl.Series) -> pl.Series:
        told = some.to_frame("id").join(own, on="id", how="left", maintain_order="left")
        left = (told["before"] + words(told["name"]).fill_null("") + told["after"]).str.strip_chars()
        return left.set(left == "", None)

    return _where(ids.is_in(own["id"].implode()), ids, hidden, ids)


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the text columns that may hold something personal, each value as a number of its own.

    A text is looked up for its number once; whatever stands for it is then found by the number.
    """
    texts = [name for name, dtype in frame.schema.items() if name not in _PLAIN and dtype == pl.String]
    lists = [name for name, dtype in frame.schema.items() if name not in _PLAIN and dtype == TEXTS]
    return frame.select(pl.col(texts).cast(pl.Categorical), pl.col(lists).cast(pl.List(pl.Categorical)))


def _shown(coded: Frames, known: _Known, privacy: Privacy) -> dict[_Kind, _Shown]:
    """Return what stands for the values of each kind of column: each is looked at once, wherever it occurs."""
    found: dict[_Kind, list[pl.Series]] = {}
    for column in (column for frame in coded.values() for column in frame.iter_columns()):
        values = column if column.dtype == pl.Categorical else column.explode()
        found.setdefault(_kind(column.name), []).append(values.unique().alias(""))
    different = {kind: pl.concat(parts).unique().drop_nulls() for kind, parts in found.items()}
    placed = different.pop("placed id", pl.Series(dtype=pl.Categorical))
    place, rest = _apart(placed.cast(pl.String))
    ids = [*(one for kind, one in different.items() if kind == "id"), rest]
    different["id"] = pl.concat(ids).unique().drop_nulls()
    changes = _changes(known, privacy)
    shown = {kind: _by_number(values, changes[kind](values.cast(pl.String))) for kind, values in different.items()}
    shown["placed id"] = _by_number(placed, place + shown["id"].texts.gather(rest.to_physical()))
    return shown


def _apart(placed: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return what stands before an id, `vendor/account/` or nothing, and the id, numbered as by `_coded`."""
    parts = placed.str.splitn("/", 3).struct.unnest()
    vendor, account, rest = parts.get_columns()
    is_placed = rest.is_not_null()
    place = (vendor + "/" + account + "/").zip_with(is_placed, pl.Series([""]))
    return place, rest.zip_with(is_placed, placed).cast(pl.Categorical)


def _by_number(values: pl.Series, instead: pl.Series) -> _Shown:
    """Return what stands `instead` of each of the values, as `_coded` has them."""
    numbers = values.to_physical()
    size = 0 if values.is_empty() else int(numbers.max()) + 1  # type: ignore[arg-type] # they are numbers
    texts = pl.repeat(None, size, dtype=pl.String, eager=True).scatter(numbers, instead)
    is_other = pl.repeat(value=False, n=size, eager=True).scatter(numbers, instead.ne_missing(values.cast(pl.String)))
    return _Shown(texts, is_other)


def _masked(frame: pl.DataFrame, coded: pl.DataFrame, shown: Mapping[_Kind, _Shown]) -> pl.DataFrame:
    """Return a frame with each text column that shows a value otherwise made anew."""
    made = (_each(column, shown[_kind(column.name)]) for column in coded.iter_columns())
    return frame.with_columns(column for column in made if column is not None)


def _kind(column: str) -> _Kind:
    """Return the kind of a column: values of one kind are all shown alike."""
    if column in _PLACED:
        return "placed id"
    if column in _NAMES:
        return "name" if column == "name" else "id"
    return _KINDS.get(column, "text")


def _changes(known: _Known, privacy: Privacy) -> dict[_Kind, Change]:
    """Return how the values of each kind of column are shown."""
    named = partial(_named, known=known, privacy=privacy)
    return {
        "phone": partial(_phones, privacy=privacy),
        "email": partial(_addresses, privacy=privacy),
        "ip": partial(_ips, privacy=privacy),
        "name": partial(named, is_name=True),
        "id": partial(named, is_name=False),
        "text": partial(_searched, privacy=privacy),
    }


def _each(coded: pl.Series, shown: _Shown) -> pl.Series | None:
    """Return a column as it is shown, None where all of it stays; what a list drops is left out of it."""
    is_text = coded.dtype == pl.Categorical
    numbers = (coded if is_text else coded.explode()).to_physical()
    if not shown.is_other.gather(numbers).any():
        return None
    if is_text:
        return shown.texts.gather(numbers).alias(coded.name)
    held = numbers.drop_nulls().unique()
    element = pl.element().to_physical().replace_strict(held, shown.texts.gather(held), default=None)
    return coded.list.eval(element.drop_nulls())


def _where(chosen: pl.Series, values: pl.Series, change: Change, shown: pl.Series) -> pl.Series:
    """Return `shown` with what is chosen of `values` changed; the others need not be looked at."""
    places = chosen.fill_null(value=False).arg_true()
    # scatter writes into the series that it is asked of
    return shown.clone().scatter(places, change(values.gather(places))) if len(places) else shown


def _phones(values: pl.Series, *, privacy: Privacy) -> pl.Series:
    """Return phones as their rule has it: a mainland mobile in its national form, of another the last four."""
    compact = values.str.replace_all(r"[\s()./\-]", "")
    is_mobile = compact.str.contains(f"^{_MOBILE}$")
    match privacy.phone:
        case "keep":
            return _searched(values, privacy=privacy)
        case "drop":
            return _nothing(values)
        case "hash":
            return _hashed(compact.str.tail(_NATIONAL).zip_with(is_mobile, compact), privacy.key)
        case "mask":
            begun, ending = compact.str.slice(-_NATIONAL, 3), compact.str.extract(r"\d(\d{4})$", 1).fill_null("")
            return (begun + "****" + ending).zip_with(is_mobile, "****" + ending)


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
    words = partial(_words, privacy=privacy)
    if is_name or privacy.name == "keep":
        shown = words(values)
    else:
        within = _within(values, known.own, words)
        is_somebody = values.is_in(known.name.implode())
        shown = _where(is_somebody, values, words, _searched(within, privacy=privacy))
    shown = _where(is_address & ~is_phone, values, partial(_addresses, privacy=privacy), shown)
    return _where(is_phone, values, partial(_phones, privacy=privacy), shown)


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
    return _where(values.str.contains(_MAY_HIDE), values, partial(_found, privacy=privacy), values)


def _found(values: pl.Series, *, privacy: Privacy) -> pl.Series:
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
    holding = [name for name, frame in frames.items() if "person_id" in frame.columns]
    first = sorted(holding, key=lambda name: name != "people")
    coded = {name: frames[name]["person_id"].cast(pl.Categorical) for name in first}
    ids = pl.concat(list(coded.values()) or [pl.Series(dtype=pl.Categorical)]).drop_nulls().unique(maintain_order=True)
    shown = _by_number(ids, pl.int_range(1, len(ids) + 1, eager=True).cast(pl.String))
    numbered = {name: shown.texts.gather(one.to_physical()).alias("person_id") for name, one in coded.items()}
    return frames | {name: frames[name].with_columns(numbered[name]) for name in holding}
