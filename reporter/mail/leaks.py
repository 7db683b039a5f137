"""Does a secret of the config (a vendor's key, the mail server's password) stand in a text? Pure."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

#: characters from which on a secret is found within a longer word too; a shorter one, such as 2026, stands alone
_LONG = 8


@dataclass(frozen=True, slots=True)
class Leaks:
    """Secrets ready to be looked for: their spellings, each with the config's key that it belongs to."""

    long: Mapping[str, str]
    short: Mapping[re.Pattern[str], str]

    def find(self, text: str) -> str | None:
        """Return the key of a secret that stands in a text, None where there is none."""
        for spelling, key in self.long.items():
            if spelling in text:
                return key
        return next((key for pattern, key in self.short.items() if pattern.search(text)), None)


def leaks_of(secrets: Mapping[str, str]) -> Leaks:
    """Return what looks for secrets, which are given by their keys (`mail.smtp`, `accounts.volc.secret_key`)."""
    spelled = {spelling: key for key, value in secrets.items() for spelling in spellings(value)}
    return Leaks(
        {one: key for one, key in spelled.items() if len(one) >= _LONG},
        {_as_a_word(one): key for one, key in spelled.items() if len(one) < _LONG},
    )


def spellings(value: str) -> Iterator[str]:
    """Yield a secret as it may be written down: bare, in a URL, in a script, in base64; of a URL its password too."""
    for one in filter(None, (value, *_passwords(value))):
        yield from (one, quote(one, safe=""), json.dumps(one)[1:-1], b64encode(one.encode()).decode())


def _passwords(value: str) -> tuple[str, ...]:
    try:
        password = urlsplit(value).password or ""
    except ValueError:
        return ()
    return password, unquote(password)


def _as_a_word(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])")
