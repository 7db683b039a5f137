"""What a mail server says, without the password that it was told: a server may repeat what it got. Pure."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from itertools import takewhile

from reporter.mail.leaks import spellings
from reporter.mail.server import Server

_STARS = "***"
#: a shorter secret is struck as a word of its own alone, since it would blank words that are none
_SHORTEST = 6


def hushed(said: str, server: Server) -> str:
    """Return a server's words without the password, however it is spelled, and without what signed us in.

    Struck in any case of letters; also the beginning of one, where the words end in it, and any of base64.
    """
    bare = dict.fromkeys(spellings(server.password), False) if server.password else {}
    told = bare | dict.fromkeys(_signed_in_with(server), True)
    for spelled in sorted(told, key=len, reverse=True):
        said = _without(said, spelled, is_code=told[spelled])
    return said


def _signed_in_with(server: Server) -> Iterator[str]:
    """Yield what AUTH sends, and that without the `=` at its end, which a server may leave away."""
    if server.user:
        for one in (server.user, server.password, f"\0{server.user}\0{server.password}"):
            code = b64encode(one.encode()).decode("ascii")
            yield from (code, code.rstrip("="))


def _without(said: str, spelled: str, *, is_code: bool) -> str:
    """Return words without a spelling; of a code (base64) without any beginning of it, which is no word by chance."""
    if len(spelled) < _SHORTEST:
        return re.sub(rf"(?i)(?<!\w){re.escape(spelled)}(?!\w)", _STARS, said)
    kept, at = "", 0
    for found in re.finditer(rf"(?i){re.escape(spelled[:_SHORTEST])}", said):
        rest = zip(said[found.end() :], spelled[_SHORTEST:], strict=False)
        length = _SHORTEST + sum(1 for _ in takewhile(lambda pair: pair[0].lower() == pair[1].lower(), rest))
        end = found.start() + length
        if found.start() >= at and (is_code or length == len(spelled) or end == len(said)):
            kept += said[at : found.start()] + _STARS
            at = end
    return kept + said[at:]
