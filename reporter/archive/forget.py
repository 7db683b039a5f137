"""One person erased from the whole store: replies, the files that runs were made from, run records.

Rows stay, so that counts and sums hold; who they were about is gone, and a salted hash says that somebody was
erased. What stands in folders under `--out`, and in mail that was sent, is not ours to reach from here.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reporter import seen
from reporter.archive import files
from reporter.archive.person import Person, Row, rewritten, rows_in, without_digits
from reporter.archive.whose import Shared, grown
from reporter.errors import UsageError
from reporter.store import Eraser, Store, StoredReply, Tombstone
from reporter.vendors.personal import PERSONAL

#: rounds of the tombstone's hash: a second's work a hundred phones, and years for all of them
_ROUNDS = 600_000
_FEWEST_DIGITS = 7

#: what tells accounts apart: vendor and scope
_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Who:
    """Whom to forget: a phone wherever it stands, or one account's viewer."""

    kind: str
    digits: str = ""
    vendor: str = ""
    account: str = ""
    viewer_id: str = ""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was found, or erased: replies with the person, their rows in them, files of runs that name them.

    `left`: by account (vendor:account) what of theirs others have too, whose rows were left as they are.
    """

    replies: int
    rows: int
    files: int
    left: tuple[tuple[str, Shared], ...] = ()


def phone(text: str) -> Who:
    """Return a phone to forget, its country's 86 left out; raises `UsageError` for what is none."""
    digits = re.sub(r"[\s().+-]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) < _FEWEST_DIGITS:
        raise UsageError("--phone takes a phone's digits, such as 13800000000 or +86-13800000000")
    mainland = re.fullmatch(r"(?:00)?86(1\d{10})", digits)
    return Who("phone", mainland[1] if mainland else digits)


def viewer(text: str) -> Who:
    """Return a viewer to forget from `VENDOR:ACCOUNT/ID`; raises `UsageError` for what is none."""
    found = re.fullmatch(r"([a-z]+):([^/]+)/(.+)", text)
    if found is None or found[1] not in PERSONAL:
        raise UsageError(f"--viewer takes VENDOR:ACCOUNT/ID, VENDOR one of {', '.join(PERSONAL)}")
    return Who("viewer", "", found[1], found[2], found[3])


def forget(store: Store, who: Who, now: datetime, *, is_rehearsal: bool) -> Forgotten:
    """Erase a person everywhere in one transaction; with `is_rehearsal` only count what would be rewritten.

    Raises `UsageError` for an account of which nothing is stored, `StoreError` where a stored reply is damaged.
    """
    persons, left = _persons(store, who)
    stand_in = f"forgotten-{secrets.token_hex(8)}"

    def reply(one: StoredReply) -> tuple[bytes, int] | None:
        person = persons.get((one.vendor, one.scope), Person(who.digits))
        return rewritten(one.body, person, PERSONAL[one.vendor], stand_in) if one.vendor in PERSONAL else None

    if is_rehearsal:
        found = [made for one in store.scan() if (made := reply(one)) is not None]
        named = [
            name for run in store.runs() for name, body in store.sources(run.run_id) if files.names(body, who.digits)
        ]
        return Forgotten(len(found), sum(rows for _body, rows in found), len(set(named)), left)
    eraser = Eraser(
        reply, lambda _name, body: files.without(body, who.digits), _text_of(who), _seen_without(store, who, persons)
    )
    erased = store.erase(eraser, _tombstone(who, now))
    return Forgotten(erased.replies, erased.rows, erased.files, left)


def is_forgotten(tombstone: Tombstone, who: Who) -> bool:
    """Say whether a tombstone is this person's."""
    return tombstone.digest == _digest(who, tombstone.salt)


def _persons(store: Store, who: Who) -> tuple[dict[_Place, Person], tuple[tuple[str, Shared], ...]]:
    """Return who the person is in each account, and by account what of theirs is shared with others."""
    first, rows, names = _first(store, who), dict[_Place, Counter[Row]](), dict[_Place, str]()
    for one in store.scan():
        place = (one.vendor, one.scope)
        if one.vendor in PERSONAL:
            names[place] = f"{one.vendor}:{one.account or '?'}"
            person = first.get(place, Person(who.digits))
            rows.setdefault(place, Counter()).update(rows_in(one.body, person, PERSONAL[one.vendor]))
    made = {place: grown(first.get(place, Person(who.digits)), found) for place, found in rows.items()}
    left = tuple((names[place], shared) for place, (_person, shared) in made.items() if shared.rows)
    return {place: person for place, (person, _shared) in made.items()}, left


def _first(store: Store, who: Who) -> dict[_Place, Person]:
    if who.kind == "phone":
        return {}
    known = {(one.vendor, one.account, one.scope) for one in store.scan()}
    places = [(vendor, scope) for vendor, account, scope in known if (vendor, account) == (who.vendor, who.account)]
    if not places:
        names = sorted({f"{vendor}:{account}" for vendor, account, _scope in known if account})
        raise UsageError(f"nothing of {who.vendor}:{who.account} is stored; there is {', '.join(names) or 'nothing'}")
    return {place: Person("", frozenset([who.viewer_id])) for place in places}


def _seen_without(store: Store, who: Who, persons: Mapping[_Place, Person]) -> Callable[[str, bytes], bytes]:
    """Return what takes the person out of who was seen: by the phone, and by every id found in an account."""
    accounts = {(one.vendor, one.scope): one.account for one in store.scan()}
    keys = [("phone", f"{prefix}{who.digits}") for prefix in ("+86", "+") if who.digits]
    keys += [
        ("viewer", f"{vendor}/{accounts.get((vendor, scope), who.account)}/{viewer_id}")
        for (vendor, scope), person in persons.items()
        for viewer_id in sorted(person.ids)
    ]
    if who.kind == "viewer":
        keys.append(("viewer", f"{who.vendor}/{who.account}/{who.viewer_id}"))
    return lambda client, blob: seen.without(blob, {seen.token(client, kind, key) for kind, key in keys})


def _text_of(who: Who) -> Callable[[str], str]:
    return lambda text: without_digits(text, who.digits)


def _tombstone(who: Who, now: datetime) -> Tombstone:
    salt = secrets.token_hex(16)
    return Tombstone(who.kind, salt, _digest(who, salt), now)


def _digest(who: Who, salt: str) -> str:
    words = f"{who.kind}\x00{who.digits}\x00{who.vendor}\x00{who.account}\x00{who.viewer_id}"
    return hashlib.pbkdf2_hmac("sha256", words.encode(), bytes.fromhex(salt), _ROUNDS).hex()
