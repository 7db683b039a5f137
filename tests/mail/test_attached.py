"""What a config attaches beside the bare workbook: the page, the printed page, an encrypted workbook."""

from __future__ import annotations

import email
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from typing import Any

import pytest

from reporter import printing
from reporter.errors import HeldError
from reporter.mail import reading
from tests.mail.conftest import WEEK, Desk
from tests.mail.forging import edit_config, held
from tests.mail.servers import inbox


def test_page_and_encrypted_workbook_are_attached_as_asked(desk: Desk, rerun: Callable[..., None]) -> None:
    from io import BytesIO  # noqa: PLC0415 - this test alone looks inside

    import msoffcrypto  # type: ignore[import-untyped] # noqa: PLC0415 - likewise; it has no stubs

    edit_config(desk, "visits]}\n", "visits]}\n  html: {template: summary}\n")
    edit_config(desk, "  own:", "  attach: [workbook, page]\n  encrypt: {password: env:BOOK_PASSWORD}\n  own:")
    rerun()
    assert desk("send", "acme").code == 2
    with inbox() as server:
        env = {"SMTP_URL": server.url, "BOOK_PASSWORD": "canary-sesame"}
        assert desk("send", "acme", "--yes", env=env).code == 0
    ((_, _, raw),) = server.mails
    message: Any = email.message_from_bytes(raw, policy=policy.default)
    book, page = (part.get_payload(decode=True) for part in message.iter_attachments())
    assert page == (desk.run_folder() / f"acme_{WEEK}.html").read_bytes()
    assert not zipfile.is_zipfile(BytesIO(book))
    opened, reader = BytesIO(), msoffcrypto.OfficeFile(BytesIO(book))
    reader.load_key(password="canary-sesame")
    reader.decrypt(opened)
    assert opened.getvalue() == desk.workbook().read_bytes()
    assert "工作簿已加密" in message.get_body(("plain",)).get_content()
    assert not [part for part in message.walk() if b"canary" in (part.get_payload(decode=True) or b"")]


def test_file_that_the_run_did_not_make_cannot_be_attached(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "  own:", "  attach: [workbook, pdf]\n  own:")
    rerun()
    assert "mail.attach names a pdf" in held(desk, "acme")


def test_printed_page_is_attached_as_the_run_printed_it(
    desk: Desk, rerun: Callable[..., None], need_program: Callable[[str], Path]
) -> None:
    need_program("chromium")
    edit_config(desk, "visits]}\n", "visits]}\n  html: {template: summary}\n")
    edit_config(desk, "  own:", "  attach: [pdf]\n  own:")
    rerun()
    with inbox() as server:
        assert desk("send", "acme", "--yes", env={"SMTP_URL": server.url}).code == 0
    ((_, _, raw),) = server.mails
    message: Any = email.message_from_bytes(raw, policy=policy.default)
    (printed,) = (part.get_payload(decode=True) for part in message.iter_attachments())
    assert printed == (desk.run_folder() / f"acme_{WEEK}.pdf").read_bytes()


def test_every_text_of_a_printed_page_is_read(need_program: Callable[[str], Path]) -> None:
    need_program("chromium")
    source = "<!doctype html><meta charset=utf-8><title>标题</title><p>手机 13812345679</p>"
    made = printing.pdf(source.encode(), datetime(2026, 11, 23, tzinfo=UTC))
    assert any("13812345679" in said.text for said in reading.printed(made))
    with pytest.raises(HeldError, match="cannot be read"):
        list(reading.printed(b"%PDF-1.4 nothing"))
