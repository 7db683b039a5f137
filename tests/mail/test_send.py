"""`reporter send` as its user types it: dry, to oneself, to the client, and what the ledger says afterwards."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest

from reporter.cli.named import find
from reporter.files import sha256
from reporter.store import Store
from tests.mail.conftest import WEEK, Desk
from tests.mail.forging import edit_config
from tests.mail.servers import inbox, read_plain

ALL = ["ops@acme.example", "boss@acme.example", "me@agency.example"]
CONTRACT = {"key", "client", "period", "recipient", "state", "reason", "message_id", "sha256"}


def smtp(server: Any) -> dict[str, str]:
    return {"SMTP_URL": server.url}


def test_dry_run_shows_who_would_get_what_and_opens_no_connection(desk: Desk) -> None:
    with inbox() as server:
        ended = desk("send", f"out/acme/{WEEK}", env=smtp(server))
        assert (ended.code, server.connections) == (0, 0)
    for shown in (
        *ALL,
        f"Acme 直播周报 {WEEK}",
        f"Acme 直播周报_{WEEK}.xlsx",
        "encoded",
        "of 20 MB",
        "passed",
        "planned",
    ):
        assert shown in ended.stdout
    assert desk("send", "status", "--json").rows == []


def test_report_with_a_logo_is_mailed_with_it_though_its_file_is_gone(
    desk: Desk, rerun: Callable[..., None], png: Callable[..., bytes]
) -> None:
    logo = desk.folder / "logo.png"
    logo.write_bytes(png(80, 40))
    edit_config(desk, "outputs:\n", 'brand: {color: "#123456", logo: logo.png}\noutputs:\n')
    rerun()
    logo.unlink()
    dry = desk("send", "acme", "--json")
    assert (dry.code, set(dry.states.values())) == (0, {"planned"}), dry.stderr
    with inbox() as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
    message: Any = email.message_from_bytes(server.mails[0][2], policy=policy.default)
    (shown,) = [part for part in message.walk() if str(part["Content-ID"]).startswith("<logo")]
    assert shown.get_content() == png(80, 40)


def test_rows_as_json_have_the_contracts_keys(desk: Desk) -> None:
    rows = desk("send", "acme", "--json").rows
    assert set(rows[0]) >= CONTRACT
    assert [row["recipient"] for row in rows] == ALL
    assert {row["state"] for row in rows} == {"planned"}
    assert len({row["key"] for row in rows}) == 3
    assert len({row["message_id"] for row in rows}) == 1
    record = json.loads((desk.run_folder() / "run.json").read_bytes())
    (book,) = [file for file in record["files"] if file["kind"] == "workbook"]
    assert {row["sha256"] for row in rows} == {book["sha256"]}


@pytest.mark.parametrize("word", ["acme", f"acme/{WEEK}", f"out/acme/{WEEK}", f"./out/acme/{WEEK}/run.json", "id"])
def test_run_is_named_by_folder_id_or_client(made: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.chdir(made)
    folder = made / "out" / "acme" / WEEK
    run_id = json.loads((folder / "run.json").read_bytes())["run_id"]
    with Store.open("sqlite:///reporter.db") as store:
        named = find(store, run_id if word == "id" else word)
    assert (named.run.record.run_id, named.folder.resolve()) == (run_id, folder.resolve())


def test_each_client_gets_its_own_workbook_once(desk: Desk) -> None:
    with inbox() as server:
        first = desk("send", "acme", "bolt", "--yes", "--json", env=smtp(server))
        again = desk("send", "acme", "bolt", "--yes", "--json", env=smtp(server))
        assert server.connections == 1
    assert (first.code, again.code) == (0, 0)
    assert set(first.states.values()) == {"accepted"}
    assert len(server.mails) == 2
    for client, (_, recipients, raw) in zip(("acme", "bolt"), server.mails, strict=True):
        assert recipients == (f"ops@{client}.example", f"boss@{client}.example", "me@agency.example")
        message: Any = email.message_from_bytes(raw, policy=policy.default)
        (attached,) = message.iter_attachments()
        assert attached.get_filename() == f"{client.title()} 直播周报_{WEEK}.xlsx"
        assert attached.get_payload(decode=True) == desk.workbook(client).read_bytes()
        assert "Bcc" not in message
        pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
        html = message.get_body(("html",)).get_content()
        shown = set(re.findall(r'src="cid:([^"]+)"', html))
        assert {part["Content-ID"].strip("<>") for part in pictures} == shown
        assert shown
        assert all(part.get_payload(decode=True).startswith(b"\x89PNG") for part in pictures)
        assert len(html.encode()) < 102_400
        assert not {"http:", "https:", "<svg", "data:", "<script", "<style"} & set(
            re.findall(r"https?:|<svg|data:|<script|<style", html)
        )
        assert "观看人数" in message.get_body(("plain",)).get_content()


def test_status_and_resolve_tell_and_settle(desk: Desk) -> None:
    with inbox(rcpt={"boss@acme.example": "550 nobody of that name"}) as server:
        sent = desk("send", "acme", "--yes", "--json", env=smtp(server))
    assert (sent.code, sent.states["boss@acme.example"]) == (1, "refused")
    status = desk("send", "status", "acme", "--json")
    assert (status.code, status.states) == (0, sent.states)
    key = next(row["key"] for row in status.rows if row["state"] == "refused")
    refused = desk("send", "resolve", key, "--lost")
    assert (refused.code, "only what is unknown" in refused.stderr) == (2, True)
    assert desk("send", "resolve", "nothing", "--lost").code == 2
    assert desk("send", "resolve", key).code == 2


def test_unknown_waits_for_a_person_who_says_what_became_of_it(desk: Desk) -> None:
    with inbox(data="thanks a lot") as server:
        sent = desk("send", "acme", "--yes", "--json", env=smtp(server))
        assert (sent.code, set(sent.states.values())) == (1, {"unknown"})
        server.data = ""
        assert desk("send", "acme", "--yes", "--json", env=smtp(server)).code == 1
        assert server.mails == []
        keys = {row["recipient"]: row["key"] for row in sent.rows}
        assert desk("send", "resolve", keys["ops@acme.example"], "--lost").code == 0
        assert desk("send", "resolve", keys["boss@acme.example"][:6], "--delivered").code == 0
        again = desk("send", "acme", "--yes", "--json", env=smtp(server))
    assert again.states == {
        "ops@acme.example": "accepted",
        "boss@acme.example": "accepted",
        "me@agency.example": "unknown",
    }
    assert server.delivered == ["ops@acme.example"]


def test_copy_to_me_goes_to_the_own_address_alone_and_never_counts(desk: Desk) -> None:
    with inbox() as server:
        for _ in range(2):
            ended = desk("send", "acme", "--to-me", "--json", env=smtp(server))
            assert (ended.code, ended.states) == (0, {"me@agency.example": "accepted"})
        assert desk("send", "status", "--json").rows == []
        assert desk("send", "acme", "--yes", "--json", env=smtp(server)).code == 0
    assert server.delivered == ["me@agency.example", "me@agency.example", *ALL]
    ids = [email.message_from_bytes(raw)["Message-ID"] for *_, raw in server.mails]
    assert ids[0] != ids[2]
    assert b"acme.example" not in server.mails[0][2].partition(b"\r\n\r\n")[0]


def test_changed_content_of_a_period_needs_revise_and_the_mail_says_what_changed(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    with inbox() as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
        rerun()
        held = desk("send", "acme", "--yes", "--json", env=smtp(server))
        assert (held.code, set(held.states.values())) == (5, {"held"})
        assert "--revise" in held.reason
        assert desk("send", "acme", "--to-me", "--json", env=smtp(server)).code == 0
        revised = desk("send", "acme", "--yes", "--revise", "--json", env=smtp(server))
        assert (revised.code, set(revised.states.values())) == (0, {"accepted"})
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
    assert [recipients for _, recipients, _ in server.mails] == [tuple(ALL), ("me@agency.example",), tuple(ALL)]
    mails: list[Any] = [email.message_from_bytes(raw, policy=policy.default) for *_, raw in server.mails]
    first, mine, last = mails
    for one in (mine, last):
        plain = one.get_body(("plain",)).get_content()
        assert "更正：本邮件替代此前发送的同期报告" in plain
        assert "数据未变；报告已重新生成，版式或说明可能有更新。" in plain
    assert first["Message-ID"] != last["Message-ID"]


def test_corrected_recipient_alone_gets_what_the_others_have_got(desk: Desk, rerun: Callable[..., None]) -> None:
    with inbox(rcpt={"boss@acme.example": "550 no such user"}) as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 1
        edit_config(desk, "cc: [boss@acme.example]", "cc: [chief@acme.example]")
        rerun()
        dry = desk("send", "acme")
        assert (dry.code, "it goes to those alone who have not got that" in dry.stdout) == (0, True)
        for revise in (("--revise",), ("--revise",), ()):  # whoever types it again sends nothing again
            again = desk("send", "acme", "--yes", *revise, "--json", env=smtp(server))
            assert (again.code, again.states) == (
                0,
                {"ops@acme.example": "accepted", "chief@acme.example": "accepted", "me@agency.example": "accepted"},
            )
    assert [recipients for _, recipients, _ in server.mails] == [
        ("ops@acme.example", "me@agency.example"),
        ("chief@acme.example",),
    ]
    letters: list[Any] = [email.message_from_bytes(raw, policy=policy.default) for *_, raw in server.mails]
    first, second = letters
    assert first["Message-ID"] == second["Message-ID"]
    assert (str(second["To"]), second["Cc"]) == (str(first["To"]), "chief@acme.example")
    assert "更正" not in second.get_body(("plain",)).get_content()
    rows = desk("send", "status", "acme", "--json").rows
    assert {(row["recipient"], row["state"]) for row in rows} == {
        ("ops@acme.example", "accepted"),
        ("me@agency.example", "accepted"),
        ("boss@acme.example", "refused"),
        ("chief@acme.example", "accepted"),
    }
    assert len({row["content_sha256"] for row in rows}) == 1
    book = sha256(desk.workbook().read_bytes())
    assert [row["recipient"] for row in rows if row["sha256"] == book] == ["chief@acme.example"]


def test_corrected_recipient_of_a_changed_content_waits_for_revise_which_goes_to_all(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    with inbox() as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
        edit_config(desk, "cc: [boss@acme.example]", "cc: [chief@acme.example]")
        edit_config(desk, "name: 第12课", "name: 第13课")
        rerun()
        held = desk("send", "acme", "--yes", "--json", env=smtp(server))
        assert (held.code, set(held.states.values()), len(server.mails)) == (5, {"held"}, 1)
        server.rcpt["chief@acme.example"] = "451 greylisted"
        revised = desk("send", "acme", "--yes", "--revise", "--json", env=smtp(server))
        assert (revised.code, revised.states["chief@acme.example"]) == (1, "deferred")
        server.rcpt.clear()
        # to replace what was sent was said once: whoever was deferred is tried again without a word
        again = desk("send", "acme", "--yes", "--only-failed", "--json", env=smtp(server))
    assert (again.code, set(again.states.values())) == (0, {"accepted"})
    assert [recipients for _, recipients, _ in server.mails[1:]] == [
        ("ops@acme.example", "me@agency.example"),
        ("chief@acme.example",),
    ]
    first, second, third = (email.message_from_bytes(raw)["Message-ID"] for *_, raw in server.mails)
    assert (first != second, second == third) == (True, True)
    assert "更正" in read_plain(server.mails[2][2])


def test_copy_to_me_of_a_corrected_recipients_mail_says_nothing_of_a_correction(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    with inbox() as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
        edit_config(desk, "cc: [boss@acme.example]", "cc: [chief@acme.example]")
        rerun()
        assert desk("send", "acme", "--to-me", env=smtp(server)).code == 0
    assert server.mails[1][1] == ("me@agency.example",)
    assert "更正" not in read_plain(server.mails[1][2])


def test_period_in_which_nobody_came_is_mailed_and_says_so_to_the_sender_and_in_both_bodies(
    desk: Desk, vendors: dict[str, str]
) -> None:
    path = desk.folder / "acme.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(one for one in lines if "- {account: " not in one or "qs" in one), encoding="utf-8")
    monday = f"{datetime.strptime(f'{WEEK}-1', '%G-W%V-%u'):%Y-%m-%d}"  # noqa: DTZ007 - a day of the calendar
    assert desk("run", "acme.yaml", "--out", "out", "--period", monday, env=vendors).code == 0
    dry = desk("send", f"acme/{monday}", "--eml", "letters")
    assert (dry.code, "nobody came in this period" in dry.stdout) == (0, True)
    data = (desk.folder / "letters" / f"acme_{monday}.eml").read_bytes()
    message: Any = email.message_from_bytes(data, policy=policy.default)
    assert message["Subject"] == f"Acme 直播周报 {monday}"
    for kind in ("plain", "html"):
        assert "本期没有观看记录" in message.get_body((kind,)).get_content()
    assert "nobody came" not in desk("send", f"acme/{WEEK}").stdout


def test_only_failed_sends_nothing_that_was_not_tried_and_says_so(desk: Desk) -> None:
    with inbox() as server:
        ended = desk("send", "acme", "--yes", "--only-failed", env=smtp(server))
        assert (ended.code, server.connections) == (1, 0)
        assert "all accepted" not in ended.stderr
        assert "not all was tried" in ended.stderr
        assert desk("send", "acme", "--to-me", "--only-failed", env=smtp(server)).code == 0
    assert server.delivered == ["me@agency.example"]


def test_only_failed_leaves_what_was_held_back_with_its_reason(desk: Desk) -> None:
    book = desk.workbook()
    right = book.read_bytes()
    with inbox() as server:
        book.write_bytes(desk.workbook("bolt").read_bytes())
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 5
        book.write_bytes(right)
        ended = desk("send", "acme", "--yes", "--only-failed", "--json", env=smtp(server))
    assert (ended.code, set(ended.states.values())) == (5, {"held"})
    assert "is not the file that the run made" in ended.reason


def test_same_days_by_another_label_need_revise(desk: Desk, vendors: dict[str, str]) -> None:
    monday = datetime.strptime(f"{WEEK}-1", "%G-W%V-%u")  # noqa: DTZ007 - a day of the calendar
    days = f"{monday:%Y-%m-%d}..{monday + timedelta(days=6):%Y-%m-%d}"
    with inbox() as server:
        assert desk("send", "acme", "--yes", env=smtp(server)).code == 0
        assert desk("run", "acme.yaml", "--out", "out", "--period", days, env=vendors).code == 0
        again = desk("send", f"acme/{days}", "--yes", "--json", env=smtp(server))
    assert (again.code, set(again.states.values()), len(server.mails)) == (5, {"held"}, 1)
    assert "--revise" in again.reason


def test_eml_is_the_mail_without_bcc(desk: Desk) -> None:
    assert desk("send", "acme", "--eml", "letters", "--json").code == 0
    (path,) = (desk.folder / "letters").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (path.name, message["Subject"]) == (f"acme_{WEEK}.eml", f"Acme 直播周报 {WEEK}")
    assert b"me@agency.example" not in path.read_bytes()


def test_address_of_a_server_that_cannot_be_used_is_2(desk: Desk) -> None:
    ended = desk("send", "acme", "--yes", "--json", env={"SMTP_URL": "smtp://mail.example:25"})
    assert (ended.code, ended.stdout) == (2, "")
    assert desk("send", "acme", "--yes").code == 2
    assert desk("send", "status", "--json").rows == []


def test_server_too_small_for_the_files_is_told_in_the_talk_the_rows_and_the_ledger(desk: Desk) -> None:
    assert desk("send", "acme", "--eml", "letters", "--json").code == 0
    most = (desk.folder / "letters" / f"acme_{WEEK}.eml").stat().st_size - 1
    with inbox(size=most) as server:
        ended = desk("send", "acme", "--yes", "--json", env=smtp(server))
    said = re.compile(rf"files (in one zip|left out), since they are too large.*[(]the server takes {most:,} bytes[)]$")
    assert (ended.code, len(server.mails)) == (0, 1)
    assert [line for line in ended.stderr.splitlines() if line.startswith(f"acme {WEEK}: ") and said.search(line)]
    assert all(said.search(row["reason"]) for row in ended.rows)
    kept = desk("send", "status", "--json").rows
    assert {(row["key"], row["reason"]) for row in ended.rows} == {(row["key"], row["reason"]) for row in kept}


def test_files_too_large_for_max_mb_are_told_by_a_dry_run_too(desk: Desk, rerun: Callable[..., None]) -> None:
    assert desk("send", "acme", "--eml", "letters", "--json").code == 0
    most = (desk.folder / "letters" / f"acme_{WEEK}.eml").stat().st_size - 200
    path = desk.folder / "acme.yaml"
    path.write_text(f"{path.read_text(encoding='utf-8')}  max_mb: {most / 1_000_000:.6f}\n", encoding="utf-8")
    rerun()
    dry = desk("send", "acme", "--json")
    assert (dry.code, set(dry.states.values())) == (0, {"planned"})
    assert all("since they are too large" in row["reason"] for row in dry.rows)


def test_server_that_does_not_answer_defers_everybody(desk: Desk) -> None:
    with inbox() as server:
        pass
    ended = desk("send", "acme", "--yes", "--json", env=smtp(server))
    assert (ended.code, set(ended.states.values())) == (1, {"deferred"})


def test_word_that_names_no_run_is_2_and_says_what_there_is(desk: Desk) -> None:
    for word in ("nobody", "acme/2020-W01", "out"):
        ended = desk("send", word)
        assert ended.code == 2
    assert f"acme/{WEEK}" in desk("send", "nobody").stderr
    assert desk("send").code == 2
    assert desk("send", "acme", "--yes", "--to-me").code == 2


def test_secrets_of_the_vendors_are_not_needed(desk: Desk) -> None:
    assert not [name for name in desk.env if name.startswith("DEMO_")]
    assert desk("send", "acme", "--json").code == 0


def test_passwords_are_in_no_output_and_not_in_the_store(desk: Desk) -> None:
    url = "smtp://canary-user:canary-password@127.0.0.1:9"
    ended = desk("send", "acme", "--yes", "--log", "log.txt", env={"SMTP_URL": url})
    assert ended.code == 1
    written = b"".join(path.read_bytes() for path in desk.folder.iterdir() if path.is_file())
    assert not [text for text in (ended.stdout, ended.stderr) if "canary" in text]
    assert b"canary" not in written


def test_empty_word_is_2_and_says_what_to_write(desk: Desk) -> None:
    run, key = desk("send", ""), desk("send", "resolve", "", "--lost")
    assert (run.code, "RUN is empty" in run.stderr) == (2, True)
    assert (key.code, "KEY is empty" in key.stderr) == (2, True)
