"""Secrets and people struck out of what a vendor says, before it is shown or stored anywhere."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import quote

from reporter.errors import VendorError
from reporter.vendors.base import Keys

STARS = "***"
#: a shorter secret would blank words that are none
_SHORTEST = 6
#: tokens made afresh for each send, of which as many may still be on their way
_RECENT = 64
#: a mainland mobile, with or without its country code, and an address
_PERSONAL = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)|[A-Za-z0-9._%+-]+@(?:[\w-]+\.)+[\w-]+"
)


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
        for secret in sorted({*self.lasting, *self.recent}, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                for spelled in _spellings(secret):
                    text = _without(text, spelled)
        return text

    def strike_words(self, words: str) -> str:
        """Return a vendor's words without secrets, phones and addresses."""
        return _PERSONAL.sub(STARS, self.strike(words))

    def strike_error(self, error: VendorError) -> VendorError:
        """Return an error whose words, code and request id say no secret, and whose words name nobody."""
        error.what, error.advice = self.strike_words(error.what), self.strike(error.advice)
        error.code, error.request_id = self.strike(error.code), self.strike(error.request_id)
        error.args = (error.what,)
        return error

    def _heard(self, made: Callable[..., str]) -> Callable[..., str]:
        @wraps(made)
        def heard(*args: object) -> str:
            value = made(*args)
            if value not in self.recent:
                self.recent.append(value)
            return value

        return heard


def _spellings(secret: str) -> Iterator[str]:
    yield from dict.fromkeys((secret, json.dumps(secret)[1:-1], quote(secret, safe="")))


def _without(text: str, secret: str) -> str:
    text = text.replace(secret, STARS)
    cut = next((length for length in range(len(secret) - 1, _SHORTEST - 1, -1) if text.endswith(secret[:length])), 0)
    return text[:-cut] + STARS if cut else text
