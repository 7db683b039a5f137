"""Drafts of the tests that need no run behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from reporter.addresses import parse
from reporter.config.models import MailShape
from reporter.mail.draft import Draft
from reporter.mail.message import Attachment, Body, Envelope, Picture
from reporter.mail.parcel import Parcel
from reporter.store import Delivery, FinishedRun, Origin
from reporter.store.runs import RunRecord

AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
PEOPLE = ("ops@acme.example", "boss@acme.example", "me@agency.example")
BODY = Body("<p>您好 <img src='cid:chart1'></p>", "您好\n.dot\n", (Picture("chart1", b"\x89PNG chart"),))
BOOK = Attachment("Acme 直播周报_2026-W47.xlsx", b"PK workbook" * 1000)


def envelope(**changes: Any) -> Envelope:
    """Return the headers of a mail to three people, one of them hidden."""
    usual: dict[str, Any] = {
        "sender": parse("周报 <reports@agency.example>"),
        "to": (parse("运营 <ops@acme.example>"),),
        "cc": (parse("boss@acme.example"),),
        "reply_to": (parse("manager@agency.example"),),
        "subject": "Acme 直播周报 2026-W47",
        "message_id": "<acme.2026-W47.0123456789abcdef@agency.example>",
        "language": "zh",
    }
    return Envelope(**(usual | changes))


def draft(client: str = "acme", parcels: Sequence[Parcel] = (Parcel("whole", (BOOK,), ()),), **mail: Any) -> Draft:
    """Return a draft to `PEOPLE` that every gate has passed; `mail` adds to its section of the config."""
    written = {"from": "周报 <reports@agency.example>", "to": [PEOPLE[0]], "cc": [PEOPLE[1]], "bcc": [PEOPLE[2]]}
    shape = MailShape.model_validate({**written, **mail})
    record = RunRecord("run-1", client, "2026-W47", AT, AT, AT, AT, AT, "complete", "c" * 64)
    head = envelope(message_id=f"<{client}.2026-W47.0123456789abcdef@agency.example>")
    rows = tuple(
        Delivery(f"{client}-{at}", client, "2026-W47", "client", "c" * 64, "w" * 64, one, head.message_id, "run-1")
        for at, one in enumerate(PEOPLE)
    )
    boxes = {row.key: parse(row.recipient) for row in rows}
    run = FinishedRun(record, "{}", {}, Origin())
    config: Any = None  # nothing of it is asked for once a draft is made
    return Draft(run, config, shape, head, rows, boxes, (), tuple(parcels), lambda _: BODY)
