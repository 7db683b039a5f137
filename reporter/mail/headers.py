"""Header fields as they travel: ASCII, folded, other letters as encoded words. Pure.

Written here and not by the standard library, which has let line breaks, NUL and lists pass, and which spells
long names of attachments in pieces that some readers do not put together again.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

from reporter import oneline
from reporter.addresses import Mailbox
from reporter.errors import HeldError

#: octets of UTF-8 in one encoded word: 75 characters in all (RFC 2047, 2), base64 and its frame taken off
_WORD = 45
#: characters of a header line before it is folded (RFC 5322, 2.1.1)
_LINE = 76
#: characters of plain text that need no folding within a word
_PLAIN = 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
#: what RFC 5987 lets stand as it is in `filename*`
_PLAIN_IN_EXTENDED = "!#$&+-.^_`|~"


def field(name: str, value: str) -> bytes:
    """Return `Name: value` with its line end, `value` ASCII and folded where it has blanks.

    Raises `HeldError` for what would begin a header of its own, and for what is no ASCII.
    """
    if not _NAME.fullmatch(name) or _BREAKS.search(value) or not value.isascii():
        raise HeldError(f"the header {name[:40]!r} holds a line break or another character that no header may hold")
    line, lines = f"{name}:", list[str]()
    for word in value.split(" "):
        if line.strip() and len(line) + 1 + len(word) > _LINE and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]).encode("ascii") + b"\r\n"


def text(value: str) -> str:
    """Return unstructured text for a header: as it is where it is plain ASCII, else as encoded words."""
    checked = one_line(value)
    is_plain = checked.isascii() and "=?" not in checked and "  " not in checked and len(checked) <= _PLAIN
    return checked if is_plain else words(checked)


def words(value: str) -> str:
    """Return encoded words, blanks between them; no character is cut in two."""
    parts, part = list[str](), ""
    for char in value:
        if len((part + char).encode()) > _WORD:
            parts.append(part)
            part = ""
        part += char
    return " ".join(f"=?UTF-8?B?{b64encode(one.encode()).decode()}?=" for one in [*parts, part])


def mailbox(box: Mailbox) -> str:
    """Return `name <address>` for From, To, Cc and Reply-To."""
    name = one_line(box.name)
    if not name:
        return box.wire
    if not name.isascii() or "=?" in name or "  " in name or len(name) > _PLAIN:
        return f"{words(name)} <{box.wire}>"
    return f"{name} <{box.wire}>" if _PLAIN_PHRASE.fullmatch(name) else f'"{_escaped(name)}" <{box.wire}>'


def mailboxes(boxes: Sequence[Mailbox]) -> str:
    """Return several, as one header holds them."""
    return ", ".join(mailbox(box) for box in boxes)


def typed(media_type: str, name: str) -> str:
    """Return a Content-Type with a file's name as an encoded word: for old Outlook, QQ Mail, all without RFC 2231.

    The other spelling is that of `attached` alone, as Thunderbird has it: where one field has two, ripMIME saves the
    file once more, under a name made of both.
    """
    checked = one_line(name)
    return f'{media_type}; name="{checked if _is_plain(checked) else words(checked)}"'


def attached(name: str) -> str:
    """Return a Content-Disposition with a file's name: `filename*` (RFC 2231, in one piece), a plain one as it is."""
    checked = one_line(name)
    if _is_plain(checked):
        return f'attachment; filename="{checked}"'
    extended = quote(checked, safe=_PLAIN_IN_EXTENDED)
    return f"attachment; filename*=UTF-8''{extended}"


def one_line(value: str) -> str:
    """Return text that stands on one line, by the rule of `oneline`; raises `HeldError` for any other."""
    found = oneline.fault(value)
    if found:
        raise HeldError(f"a subject, name or file name {found}; take it out")
    return value


def _is_plain(name: str) -> bool:
    return name.isascii() and not set(name) & set('"\\')


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
