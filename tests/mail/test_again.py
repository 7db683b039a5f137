"""A period whose report was run again: under which Message-ID it goes, and whether `--revise` is asked for."""

from __future__ import annotations

import email
import sqlite3
from collections.abc import Callable

from tests.mail.conftest import Desk
from tests.mail.forging import edit_config
from tests.mail.servers import HANG_UP, Scripted, inbox, read_plain


def test_mail_that_was_lost_goes_under_its_message_id_after_the_report_was_run_again(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    first, second = Scripted({"dot": HANG_UP}), Scripted()
    unknown = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": f"smtp://127.0.0.1:{first.port}"})
    assert set(unknown.states.values()) == {"unknown"}
    for row in unknown.rows:
        assert desk("send", "resolve", row["key"], "--lost").code == 0
    rerun()
    again = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": f"smtp://127.0.0.1:{second.port}"})
    first.close()
    second.close()
    assert (again.code, set(again.states.values()), len(second.bodies)) == (0, {"accepted"}, 1)
    ids = {email.message_from_bytes(body)["Message-ID"].strip() for body in (*first.bodies, *second.bodies)}
    assert ids == {row["message_id"] for row in again.rows}
    assert "更正" not in read_plain(second.bodies[0])
    assert {row["state"] for row in desk("send", "status", "acme", "--json").rows} == {"accepted"}


def test_content_keeps_its_message_id_when_the_senders_domain_changes(desk: Desk, rerun: Callable[..., None]) -> None:
    with inbox(rcpt={"boss@acme.example": "451 later"}) as server:
        first = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": server.url})
        edit_config(desk, "reports@agency.example", "reports@mail.agency.example")
        rerun()
        server.rcpt.clear()
        again = desk("send", "acme", "--yes", "--only-failed", "--json", env={"SMTP_URL": server.url})
        assert (again.code, set(again.states.values())) == (0, {"accepted"})
    assert [recipients for _, recipients, _ in server.mails[1:]] == [("boss@acme.example",)]
    carried = {email.message_from_bytes(raw)["Message-ID"].strip() for *_, raw in server.mails}
    assert carried == {row["message_id"] for row in (*first.rows, *again.rows)}
    assert len(carried) == 1


def test_report_for_another_audience_waits_for_revise_where_the_same_readers_got_it(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    with inbox() as server:
        smtp = {"SMTP_URL": server.url}
        assert desk("send", "acme", "--yes", env=smtp).code == 0
        edit_config(desk, "workbook: {sheets", "workbook: {audience: internal, sheets")
        rerun()
        held = desk("send", "acme", "--yes", "--json", env=smtp)
        assert (held.code, set(held.states.values()), len(server.mails)) == (5, {"held"}, 1)
        assert "for client eyes, and this is for internal; send --revise" in held.reason
        server.rcpt["boss@acme.example"] = "451 greylisted"
        assert desk("send", "acme", "--yes", "--revise", env=smtp).code == 1
        server.rcpt.clear()
        again = desk("send", "acme", "--yes", "--only-failed", "--json", env=smtp)
        assert (again.code, set(again.states.values())) == (0, {"accepted"})
    assert all("更正：本邮件替代此前发送的同期报告" in read_plain(raw) for *_, raw in server.mails[1:])


def test_report_that_would_replace_one_whose_record_is_damaged_is_held(desk: Desk, rerun: Callable[..., None]) -> None:
    with inbox() as server:
        first = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": server.url}).rows[0]["run_id"]
    rerun()
    with sqlite3.connect(desk.folder / "reporter.db") as database:
        database.execute("UPDATE runs SET manifest = 'null' WHERE run_id = ?", (first,))
    database.close()
    ended = desk("send", "acme", "--revise", "--json")
    assert (ended.code, set(ended.states.values())) == (5, {"held"})
    assert f"run {first}, which was sent, is damaged" in ended.reason
