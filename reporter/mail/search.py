"""Is there anything personal in a text that the privacy rules keep from leaving? Pure.

Looked for are mainland mobiles and addresses by their shape, and every phone and ip of the run's own tables by its
value; stream keys and the config's own secrets always. What the config itself writes (titles, event names, addresses)
is taken out first, and so are the ids of rooms, which may look like a phone; a secret is let through nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

import polars as pl

from reporter.mail.leaks import Leaks, leaks_of
from reporter.mail.reading import Said
from reporter.rules import Privacy

Frames = Mapping[str, pl.DataFrame]

#: a mainland mobile, with or without its country code or a leading 0; decimals of a number are none
_MOBILE = re.compile(r"(?<!\d)(?<!\d\.)(?:0|(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_ADDRESS = re.compile(r"[\w.%+\-]*[\w%+\-]@(?:[\w-]+\.)+[^\W\d_][\w-]+")
#: anything that may be a phone of whatever country
_DIGITS = re.compile(r"\+?\d(?:[ ()./\-]{0,2}\d){6,}")
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}")
_STREAM = re.compile(
    r"(?i)\brtmps?://|\bsrt://|\bwebrtc://|txsecret|wssecret|volcsecret|auth_key=|"
    r"push_?url|streaming_?code|stream_?key|push_?path"
)
#: whether any of the above is worth looking for
_WORTH = re.compile(r"[@＠]|\d(?:[\s()./\-]{0,2}\d){6}|\.\d+\.|:|(?i:secret|push|stream|auth_key)")
#: digits of a phone that is looked for by its value; shorter ones are counts and codes
_LEAST_DIGITS = 7
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
        if said.is_number or not _WORTH.search(said.text):
            is_phone = said.is_number and self.privacy.phone != "keep" and self._is_phone(said.text)
            return "a phone number" if is_phone else None
        text = _TOKEN.sub(lambda found: _GONE if found[0] in self.ids else found[0], _narrow(said.text))
        text = self.allowed.sub(_GONE, text) if self.allowed else text
        if _STREAM.search(text):
            return "a stream key or the place that a stream is pushed to"
        if self.privacy.phone != "keep" and self._holds_phone(text):
            return "a phone number"
        if self.privacy.email != "keep" and _ADDRESS.search(text):
            return "an e-mail address"
        if self.privacy.ip != "keep" and any(one in self.ips for one in _IP.findall(text)):
            return "an ip address"
        return None

    def _holds_phone(self, text: str) -> bool:
        return bool(_MOBILE.search(text)) or any(_compact(one) in self.phones for one in _DIGITS.findall(text))

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
    known = {_compact(one) for one in (*_column(frames, "phone"), *phones)}
    strict = Search(
        privacy,
        frozenset(one for one in known if len(one) >= _LEAST_DIGITS),
        frozenset(_column(frames, "ip")),
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
    """Return text with full-width digits, letters and signs as their narrow ones: they are read the same."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _column(frames: Frames, name: str) -> set[str]:
    return {value for frame in frames.values() if name in frame.columns for value in frame[name].drop_nulls().unique()}


def _compact(phone: str) -> str:
    """Return a phone's digits in their national form, so that two spellings are one."""
    digits = re.sub(r"\D", "", phone)
    found = re.fullmatch(r"(?:0|(?:00)?86)?(1[3-9]\d{9})", digits)
    return found[1] if found else digits
