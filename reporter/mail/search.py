"""Is there anything personal in a text that the privacy rules keep from leaving? Pure.

Looked for are mainland mobiles and addresses by their shape, and every phone and ip of the run's own tables by its
value; stream keys and the config's own secrets always. What the config itself writes (titles, event names, addresses)
is taken out first, and so are the ids of rooms, which may look like a phone; a secret is let through nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from ipaddress import IPv6Address, ip_address

import polars as pl

from reporter.mail.leaks import Leaks, leaks_of
from reporter.mail.reading import Said
from reporter.rules import Privacy

Frames = Mapping[str, pl.DataFrame]

#: a mainland mobile, with or without its country code or a leading 0; decimals of a number are none, and one point
#: or slash divides no phone
_MOBILE = re.compile(
    r"(?<!\d)(?<!\d\.)(?:0|(?:\+|00)?86[ -]?)?1[3-9]\d"
    r"(?:(?: - |[ -])?\d{4}(?: - |[ -])?|([./])\d{4}\1)\d{4}(?!\d)"
)
_ADDRESS = re.compile(r"[\w.%+\-]*[\w%+\-]@(?:[\w-]+\.)+[^\W\d_][\w-]+")
#: anything that may be a phone of whatever country
_DIGITS = re.compile(r"\+?\d(?:[\s()./_\u00b7\u2022\u2027\u22c5\u30fb\-]{0,2}\d){6,}")
_IPS = (
    re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    re.compile(r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}"),
)
#: a country's code before the rest of a phone: one or two digits, else three
_COUNTRY = re.compile(r"\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(?=\D*\d)")
_STREAM = re.compile(
    r"(?i)\brtmps?://|\bsrt://|\bwebrtc://|txsecret|wssecret|volcsecret|auth_key=|"
    r"push_?url|streaming_?code|stream_?key|push_?path"
)
#: whether any of the above is worth looking for
_WORTH = re.compile(
    r"[@＠]|\d(?:[\s()./_\u00b7\u2022\u2027\u22c5\u30fb\-]{0,3}\d){6}|\.\d+\.|:|(?i:secret|push|stream|auth_key)"
)
#: digits of a phone that is looked for by its value; shorter ones are counts and codes
_LEAST_DIGITS = 7
#: digits of a foreign phone without its country's code
_LEAST_ABROAD = 8
#: digits of a phone that is looked for beside other numbers too: `No.1.13812345678`; a shorter one may be decimals
_LEAST_BESIDE, _MOST_BESIDE = 10, 15
#: what privacy shows of a hashed value; its digits may look like a phone
_HASH = re.compile(r"[0-9a-f]{16}")
#: what is not seen in a text, and what looks like a hyphen
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DASH = re.compile("[\u2010-\u2015\u2212\u2e3a\u2e3b\u30fc]")
#: an id in running text
_TOKEN = re.compile(r"[A-Za-z0-9_-]{5,}")
_GONE = "\ufffc"


@dataclass(frozen=True, slots=True)
class Search:
    """What may not leave, ready to be looked for; `ids` and `allowed` are taken out of a text before."""

    privacy: Privacy
    phones: frozenset[str]
    ips: frozenset[str]
    ids: frozenset[str]
    allowed: re.Pattern[str] | None
    leaks: Leaks

    def find(self, said: Said) -> str | None:
        """Return what a text holds that it must not ("a phone number"), None where it is clean."""
        key = self.leaks.find(said.text)
        return self._personal(said) if key is None else f"the secret {key}"

    def _personal(self, said: Said) -> str | None:
        text = _narrow(said.text)
        if said.is_number or not _WORTH.search(text):
            is_phone = said.is_number and self.privacy.phone != "keep" and self._is_phone(said.text)
            return "a phone number" if is_phone else None
        text = _TOKEN.sub(lambda found: _GONE if self._is_id(found[0]) else found[0], text)
        text = self.allowed.sub(_GONE, text) if self.allowed else text
        if _STREAM.search(text):
            return "a stream key or the place that a stream is pushed to"
        if self.privacy.phone != "keep" and self._holds_phone(text):
            return "a phone number"
        if self.privacy.email != "keep" and _ADDRESS.search(text):
            return "an e-mail address"
        if self.privacy.ip != "keep" and self._holds_ip(text):
            return "an ip address"
        return None

    def _is_id(self, token: str) -> bool:
        """Say whether a word is a room's or a reply's id, or a hash where the rules hash."""
        return token in self.ids or (self.privacy.key != "" and _HASH.fullmatch(token) is not None)

    def _holds_phone(self, text: str) -> bool:
        if _MOBILE.search(text):
            return True
        return any(not self.phones.isdisjoint(_readings(one)) for one in _DIGITS.findall(text))

    def _holds_ip(self, text: str) -> bool:
        return any(_ip(one) in self.ips for pattern in _IPS for one in pattern.findall(text))

    def _is_phone(self, number: str) -> bool:
        """Say whether a number's cell holds a mobile: whole, and of that shape."""
        try:
            value = Decimal(number)
        except InvalidOperation:
            return False
        return value == value.to_integral_value() and bool(_MOBILE.fullmatch(f"{value:f}".partition(".")[0]))


def search_for(
    privacy: Privacy, frames: Frames, phones: Iterable[str], allowed: Iterable[str], secrets: Mapping[str, str]
) -> Search:
    """Return the search for a run: `frames` are its unmasked tables, `phones` those of its lists, `allowed` texts.

    `secrets` are the config's, by key.
    """
    known = {spelled for one in (*_column(frames, "phone"), *phones) for spelled in _spellings(one)}
    strict = Search(
        privacy,
        frozenset(one for one in known if len(one) >= _LEAST_DIGITS),
        frozenset(map(_ip, _column(frames, "ip"))),
        frozenset(_column(frames, "room_id") | _column(frames, "reply_id")),
        None,
        leaks_of(secrets),
    )
    # only what would be found itself is taken out: an event named `138` would else tear phones apart
    texts = {one for one in allowed if strict.find(Said("", one)) is not None}
    return replace(strict, allowed=_any_of(texts)) if texts else strict


def _any_of(texts: Collection[str]) -> re.Pattern[str]:
    """Return what matches any of some texts, each as a whole: not the end of a longer address or number."""
    longest_first = sorted({_narrow(one) for one in texts}, key=lambda one: (-len(one), one))
    return re.compile("|".join(map(_whole, longest_first)))


def _whole(text: str) -> str:
    if _ADDRESS.fullmatch(text):
        return rf"(?<![A-Za-z0-9._%+-]){re.escape(text)}(?![A-Za-z0-9_-]|[.][A-Za-z0-9])"
    return rf"(?<!\d){re.escape(text)}(?!\d)"


def _narrow(text: str) -> str:
    """Return text as it is read: full-width signs as narrow ones, any dash as a hyphen, nothing that is not seen."""
    if text.isascii():
        return text
    return _DASH.sub("-", _UNSEEN.sub("", unicodedata.normalize("NFKC", text)))


def _column(frames: Frames, name: str) -> set[str]:
    return {value for frame in frames.values() if name in frame.columns for value in frame[name].drop_nulls().unique()}


def _readings(digits: str) -> Iterator[str]:
    """Yield the phones that a run of numbers may be read as: all of it, or some of its numbers without the others."""
    yield _compact(digits)
    numbers = re.findall(r"\d+", digits)
    for first in range(len(numbers)):
        joined = ""
        for number in numbers[first:]:
            joined += number
            if len(joined) > _MOST_BESIDE:
                break
            if len(joined) >= _LEAST_BESIDE:
                yield _compact(joined)


def _ip(text: str) -> str:
    """Return an address in its one spelling, `::ffff:1.2.3.4` as 1.2.3.4; what is none stays."""
    try:
        one = ip_address(text)
        return str((one.ipv4_mapped if isinstance(one, IPv6Address) else None) or one)
    except ValueError:
        return text


def _spellings(phone: str) -> set[str]:
    """Return a known phone's digits, and those of a foreign one as its own country writes it."""
    home = _COUNTRY.sub("", phone.strip(), count=1)
    abroad = {re.sub(r"\D", "", home)} if home != phone.strip() and not phone.strip().startswith("+86") else set[str]()
    least = {one for one in abroad if len(one) >= _LEAST_ABROAD}
    return {_compact(phone), *least, *(f"0{one}" for one in least)}


def _compact(phone: str) -> str:
    """Return a phone's digits in their national form, so that two spellings are one."""
    digits = re.sub(r"\D", "", phone)
    mobile = re.fullmatch(r"(?:0|(?:00)?86)?(1[3-9]\d{9})", digits)
    if mobile:
        return mobile[1]
    # a line in a mainland town: 010-62345678 is +86 10 6234 5678
    line = re.fullmatch(r"(?:00)?860?([1-9]\d{9,10})", digits)
    return f"0{line[1]}" if line else digits
