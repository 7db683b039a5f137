"""One message as bytes: headers checked, a body in two forms, pictures, attachments. Pure.

    multipart/mixed
      multipart/alternative
        text/plain
        multipart/related      (only with pictures)
          text/html, image/png …
      attachments …

All parts are base64, so that no line begins with a dot, none is too long, and nothing on the way changes a byte.
There is never a Bcc header.
"""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from reporter.addresses import Mailbox, ascii_domain
from reporter.mail import headers

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: media types by the end of a file's name
TYPES = {".xlsx": _XLSX, ".html": "text/html", ".pdf": "application/pdf", ".zip": "application/zip"}
#: characters of a digest that stand in a Message-ID
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that the body shows by its content id."""

    content_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """What a reader reads: HTML, the same in plain text, and the pictures of the HTML."""

    html: str
    plain: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as its reader will save it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a message is from and for, and what it is called; `bcc` is for the envelope alone."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    subject: str
    message_id: str
    language: str


def message_id(client: str, label: str, audience: str, content_sha256: str, sender: Mailbox, kind: str = "") -> str:
    """Return the one Message-ID of a content for a client; `kind` sets a copy apart that is no delivery."""
    parts = f"{client}\0{label}\0{audience}\0{content_sha256}\0{kind}"
    digest = hashlib.sha256(parts.encode()).hexdigest()[:_DIGEST]
    # a range of days has two dots in a row, which an id may not have
    return f"<{client}.{label.replace('..', '_')}.{digest}@{ascii_domain(sender.domain)}>"


def compose(envelope: Envelope, body: Body, attachments: Sequence[Attachment], at: datetime) -> bytes:
    """Return the message, lines ended by CRLF; the same arguments give the same bytes.

    Raises `HeldError` where a header would hold what none may hold.
    """
    boundary = hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    parts = [_both(body, boundary), *(_attachment(one) for one in attachments)]
    return _headers(envelope, at) + _multipart("mixed", f"m-{boundary}", parts)


def _headers(envelope: Envelope, at: datetime) -> bytes:
    fields = [
        ("From", headers.mailbox(envelope.sender)),
        ("To", headers.mailboxes(envelope.to)),
        ("Cc", headers.mailboxes(envelope.cc)),
        ("Reply-To", headers.mailboxes(envelope.reply_to)),
        ("Subject", headers.text(envelope.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", envelope.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", {"zh": "zh-CN"}.get(envelope.language, envelope.language)),
        ("MIME-Version", "1.0"),
    ]
    return b"".join(headers.field(name, value) for name, value in fields if value)


def _both(body: Body, boundary: str) -> bytes:
    plain = _part("text/plain; charset=utf-8", _crlf(body.plain))
    html = _part("text/html; charset=utf-8", _crlf(body.html))
    if body.pictures:
        parts = [html, *(_picture(one) for one in body.pictures)]
        html = _multipart("related", f"r-{boundary}", parts, '; type="text/html"')
    return _multipart("alternative", f"a-{boundary}", [plain, html])


def _picture(one: Picture) -> bytes:
    name = headers.one_line(one.content_id)
    more = [("Content-ID", f"<{name}>"), ("Content-Disposition", f'inline; filename="{name.partition("@")[0]}.png"')]
    return _part("image/png", one.data, more)


def _attachment(one: Attachment) -> bytes:
    suffix = f".{one.name.rpartition('.')[2].lower()}"
    media_type = headers.typed(TYPES.get(suffix, "application/octet-stream"), one.name)
    return _part(media_type, one.data, [("Content-Disposition", headers.attached(one.name))])


def _part(content_type: str, data: bytes, more: Sequence[tuple[str, str]] = ()) -> bytes:
    fields = [("Content-Type", content_type), ("Content-Transfer-Encoding", "base64"), *more]
    encoded = encodebytes(data).replace(b"\n", b"\r\n")
    return b"".join(headers.field(name, value) for name, value in fields) + b"\r\n" + encoded


def _multipart(kind: str, boundary: str, parts: Sequence[bytes], more: str = "") -> bytes:
    content_type = headers.field("Content-Type", f'multipart/{kind}{more}; boundary="{boundary}"')
    line = f"--{boundary}".encode()
    inside = b"".join(line + b"\r\n" + part + (b"" if part.endswith(b"\r\n") else b"\r\n") for part in parts)
    return content_type + b"\r\n" + inside + line + b"--\r\n"


def _crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
