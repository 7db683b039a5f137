"""Secrets and people struck out of what a vendor says, before it is shown or stored anywhere."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import quote

from reporter.errors import VendorError
from reporter.fetch.scrub import compact
from reporter.vendors.base import Body, Keys
from reporter.vendors.faults import printable

STARS = "***"
#: a shorter secret would blank words that are none
_SHORTEST = 6
#: tokens made afresh for each send, of which as many may still be on their way
_RECENT = 64
#: in what is data a shorter text, or a number, may rightly be the same as a secret: TalkCloud's token_time is a time
_SHORTEST_IN_DATA = 8
_MOBILE = r"(?:(?:\+|00)?86[ -]?)?[1\uff11][3-9\uff13-\uff19]\d[ .-]?\d{4}[ .-]?\d{4}"
#: a mainland mobile, with or without its country code; any number with a country code; an address
_PERSONAL = re.compile(
    rf"(?<!\d){_MOBILE}(?!\d)|\+\d(?:[ .()-]?\d){{6,14}}(?!\d)|[A-Za-z0-9._%+'-]+@(?:[\w-]+\.)+[\w-]+"
)
#: the same in an id, whose letters and digits are one word: a part of it is nobody's phone
_PERSONAL_ID = re.compile(rf"(?<!\w)(?:{_MOBILE})(?!\w)|[A-Za-z0-9._%+'-]+@(?:[\w-]+\.)+[\w-]+")
_ESCAPED_ASCII = re.compile(r"\\u00([2-7][0-9A-Fa-f])")
_PERCENT = re.compile(r"%[0-9A-F]{2}")


@dataclass(slots=True)
class Secrets:
    """All that an account has signed with: its keys, the tokens that were granted, what its functions made of late."""

    lasting: set[str] = field(default_factory=set, repr=False)
    recent: deque[str] = field(default_factory=lambda: deque(maxlen=_RECENT), repr=False)

    def learn(self, keys: Keys) -> Keys:
        """Return the same keys, of which those that are functions tell here what they make."""
        self.lasting |= {value for value in keys.values() if isinstance(value, str)}
        return {name: value if isinstance(value, str) else self._heard(value) for name, value in keys.items()}

    def strike(self, text: str) -> str:
        """Return a text without the secrets, also without the beginning of one where the text was cut in it."""
        spelled = [one for secret in self._all() if len(secret) >= _SHORTEST for one in _spellings(secret)]
        text = _without(text, spelled)
        for one in spelled:
            text = _without_beginning(text, one)
        return text

    def strike_words(self, words: str) -> str:
        """Return a vendor's words without secrets, phones and addresses."""
        return _PERSONAL.sub(STARS, self.strike(words))

    def strike_id(self, said: str) -> str:
        """Return a vendor's code or request id on one line, without secrets, phones and addresses."""
        return _PERSONAL_ID.sub(STARS, self.strike(printable(said)))

    def strike_error(self, error: VendorError) -> VendorError:
        """Return an error whose words, code and request id say no secret and name nobody."""
        error.what, error.advice = self.strike_words(error.what), self.strike(error.advice)
        error.code, error.request_id = self.strike_id(error.code), self.strike_id(error.request_id)
        error.args = (error.what,)
        return error

    def strike_reply(self, data: bytes, body: Body) -> bytes:
        """Return an accepted reply's bytes without a secret that it repeats, as they are where it repeats none."""
        known = [one for one in self._all() if len(one) >= _SHORTEST_IN_DATA and not one.isdecimal()]
        # a body with escapes may spell a secret in many ways, and is searched as we would write it
        text = json.dumps(body, ensure_ascii=False) if b"\\" in data else data.decode(errors="replace")
        found = [spelled for one in known for spelled in _spellings(one) if spelled in text]
        return struck(data, body, lambda words: _without(words, found)) if found else data

    def _all(self) -> list[str]:
        """Return every secret, the longest first: one may hold another."""
        return sorted({*self.lasting, *self.recent}, key=len, reverse=True)

    def _heard(self, made: Callable[..., str]) -> Callable[..., str]:
        @wraps(made)
        def heard(*args: object) -> str:
            value = made(*args)
            if value not in self.recent:
                self.recent.append(value)
            return value

        return heard


def struck(data: bytes, body: Body, strike: Callable[[str], str]) -> bytes:
    """Return a reply with all its texts and names struck by `strike`, byte for byte as it came where none changes.

    `body` is the decoded reply; a body that is no JSON (None) is struck as it stands, its escaped letters read first.
    """
    if body is not None:
        clean = _each_text(body, strike)
        return data if clean == body else compact(clean)
    # bytes that are no UTF-8 come through as they are
    text = data.decode(errors="surrogateescape").replace("\\/", "/")
    text = _ESCAPED_ASCII.sub(lambda found: chr(int(found[1], 16)), text)
    return strike(text).encode(errors="surrogateescape")


def _each_text(node: Body, strike: Callable[[str], str]) -> Body:
    if isinstance(node, str):
        return strike(node)
    if isinstance(node, list):
        return [_each_text(one, strike) for one in node]
    if isinstance(node, dict):
        return {strike(name): _each_text(one, strike) for name, one in node.items()}
    return node


def _spellings(secret: str) -> Iterator[str]:
    percent = quote(secret, safe="")
    lower = _PERCENT.sub(lambda found: found[0].lower(), percent)
    yield from dict.fromkeys((secret, json.dumps(secret)[1:-1], percent, lower))


def _without(text: str, spelled: Sequence[str]) -> str:
    for one in spelled:
        text = text.replace(one, STARS)
    return text


def _without_beginning(text: str, secret: str) -> str:
    cut = next((length for length in range(len(secret) - 1, _SHORTEST - 1, -1) if text.endswith(secret[:length])), 0)
    return text[:-cut] + STARS if cut else text
