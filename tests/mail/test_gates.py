"""What must never leave is held back, however right it looks: another client's file, row or run, anything personal."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reporter.files import sha256
from tests.mail.conftest import WEEK, Desk
from tests.mail.servers import inbox


@dataclass(frozen=True)
class Forger:
    """Changes what a run left, and covers it up: in run.json, and in the store's own record if asked."""

    desk: Desk
    client: str = "acme"

    @property
    def folder(self) -> Path:
        return self.desk.run_folder(self.client)

    def cover_up(self, *, in_store: bool) -> None:
        """Write the hashes of the files as they are now where the right ones stood."""
        path = self.folder / "run.json"
        record = json.loads(path.read_bytes())
        for file in record["files"]:
            data = (self.folder / file["path"]).read_bytes()
            file.update(sha256=sha256(data), bytes=len(data))
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        path.write_text(text, encoding="utf-8")
        if in_store:
            with sqlite3.connect(self.desk.folder / "reporter.db") as database:
                database.execute("UPDATE runs SET manifest = ? WHERE run_id = ?", (text, record["run_id"]))
            database.close()

    def edit_book(self, edit: Callable[[openpyxl.Workbook], None]) -> None:
        """Change the workbook as Excel would, and cover it up everywhere."""
        path = self.desk.workbook(self.client)
        book = openpyxl.load_workbook(path)
        edit(book)
        book.save(path)
        self.cover_up(in_store=True)


@pytest.fixture
def forger(desk: Desk) -> Forger:
    return Forger(desk)


def held(desk: Desk, *words: str) -> str:
    """Send a client's run, and return why nothing was sent."""
    with inbox() as server:
        ended = desk("send", *words, "--yes", "--json", env={"SMTP_URL": server.url})
    assert (ended.code, server.connections) == (5, 0), ended.stdout + ended.stderr
    assert {row["state"] for row in ended.rows} == {"held"}
    return ended.reason


def add_row(book: openpyxl.Workbook) -> None:
    sheet = book["观看记录"] if "观看记录" in book.sheetnames else book.worksheets[-1]
    sheet.append(["另一个客户的观众"] * 3)


@pytest.mark.parametrize("in_store", [False, True])
def test_workbook_of_another_client_is_held(desk: Desk, forger: Forger, in_store: bool) -> None:
    shutil.copy(desk.workbook("bolt"), desk.workbook("acme"))
    forger.cover_up(in_store=in_store)
    reason = held(desk, "acme")
    assert ("differs from what the run's replies give" if in_store else "is not what run") in reason


def test_swapped_folders_are_held(desk: Desk) -> None:
    acme, bolt = desk.run_folder("acme"), desk.run_folder("bolt")
    acme.rename(acme.with_name("aside"))
    bolt.rename(acme)
    acme.with_name("aside").rename(bolt)
    assert "is not the folder of bolt" in held(desk, f"out/acme/{WEEK}")
    assert "is not what run" in held(desk, "acme")


def test_extra_row_is_held_though_every_hash_agrees(desk: Desk, forger: Forger) -> None:
    forger.edit_book(add_row)
    assert "differs from what the run's replies give at sheet" in held(desk, "acme")


def test_changed_cell_is_held_and_named_and_not_quoted(desk: Desk, forger: Forger) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["B3"] = "13812345678"

    forger.edit_book(change)
    reason = held(desk, "acme")
    assert "sheet1.xml B3" in reason
    assert "13812345678" not in reason


@pytest.mark.parametrize(
    "edit",
    [
        lambda book: setattr(book.properties, "keywords", "13812345678"),
        lambda book: book.create_sheet("另一页"),
        lambda book: setattr(book.worksheets[0]["A1"], "comment", Comment("看 13812345678", "x")),
        lambda book: book.defined_names.add(DefinedName("x", attr_text='"13812345678"')),
    ],
    ids=["property", "sheet", "comment", "defined name"],
)
def test_anything_added_to_a_workbook_is_held(desk: Desk, forger: Forger, edit: Callable[[Any], None]) -> None:
    forger.edit_book(edit)
    assert "13812345678" not in held(desk, "acme")


def test_stored_tables_with_rows_of_another_client_are_held(desk: Desk, forger: Forger) -> None:
    mine, theirs = (desk.run_folder(client) / "data" / "visits.parquet" for client in ("acme", "bolt"))
    pl.concat([pl.read_parquet(mine), pl.read_parquet(theirs).head(1)]).write_parquet(mine)
    forger.cover_up(in_store=True)
    assert "data/visits.parquet holds other rows than the run's replies give" in held(desk, "acme")


def test_run_that_the_store_does_not_hold_is_held(desk: Desk) -> None:
    (desk.folder / "reporter.db").unlink()
    reason = held(desk, f"out/acme/{WEEK}")
    assert "the store holds no finished run" in reason


def test_run_whose_replies_were_pruned_is_held(desk: Desk) -> None:
    assert desk("archive", "prune", "--before", "2099-01-01", "--yes").code == 0
    assert "no longer holds all replies" in held(desk, "acme")


def test_missing_file_and_edited_record_are_held(desk: Desk) -> None:
    desk.workbook("acme").unlink()
    assert "is missing" in held(desk, "acme")
    path = desk.run_folder("bolt") / "run.json"
    path.write_bytes(path.read_bytes().replace(b'"status": "complete"', b'"status":  "complete"'))
    assert "is not what run" in held(desk, "bolt")


def test_gates_hold_for_a_copy_to_ourselves_and_for_a_dry_run(desk: Desk, forger: Forger) -> None:
    forger.edit_book(add_row)
    with inbox() as server:
        for words in (("--to-me",), ()):
            ended = desk("send", "acme", "--json", *words, env={"SMTP_URL": server.url})
            assert (ended.code, {row["state"] for row in ended.rows}) == (5, {"held"})
        assert server.connections == 0
    assert "HELD" in desk("send", "acme").stdout
    assert desk("send", "status", "--json").rows == []


def test_file_that_changed_after_it_was_sent_is_told(desk: Desk) -> None:
    with inbox() as server:
        env = {"SMTP_URL": server.url}
        assert desk("send", "acme", "--yes", env=env).code == 0
        shutil.copy(desk.workbook("bolt"), desk.workbook("acme"))
        again = desk("send", "acme", "--yes", "--json", env=env)
    assert (again.code, set(again.states.values())) == (5, {"accepted"})
    assert len(server.mails) == 1


def test_one_client_held_back_does_not_stop_the_others(desk: Desk, forger: Forger) -> None:
    forger.edit_book(add_row)
    with inbox() as server:
        ended = desk("send", "acme", "bolt", "--yes", "--json", env={"SMTP_URL": server.url})
    assert ended.code == 5
    assert {row["client"]: row["state"] for row in ended.rows} == {"acme": "held", "bolt": "accepted"}
    assert len(server.mails) == 1


def edit_config(desk: Desk, old: str, new: str, client: str = "acme") -> None:
    path = desk.folder / f"{client}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_recipient_outside_of_the_allowed_domains_is_held(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "  own:", "  allowed_domains: [Acme.example]\n  own:")
    rerun()
    assert "no mail leaves for agency.example" in held(desk, "acme")
    with inbox() as server:
        assert desk("send", "acme", "--to-me", env={"SMTP_URL": server.url}).code == 5
        assert server.connections == 0


def test_partial_run_is_held(desk: Desk, vendors: dict[str, str]) -> None:
    edit_config(desk, '"609768"', '"999999"')
    ended = desk("run", "acme.yaml", "--out", "out", "--allow-partial", env=vendors)
    assert ended.code == 3, ended.stderr
    assert "the run is partial" in held(desk, "acme")


def test_phone_that_a_client_may_see_leaves_and_what_the_config_writes_does_too(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    edit_config(desk, "name: 第12课", "name: 第12课 报名热线 13812345678")
    edit_config(desk, "mail:\n", "privacy: {phone: keep}\nmail:\n")
    rerun()
    assert desk("send", "acme", "--json").code == 0


def test_mail_of_a_run_goes_to_whom_its_config_named_then(desk: Desk) -> None:
    edit_config(desk, "ops@{client}".format(client="acme"), "thief@acme.example")
    assert desk("send", "acme", "--json").rows[0]["recipient"] == "ops@acme.example"


def test_page_and_encrypted_workbook_are_attached_as_asked(desk: Desk, rerun: Callable[..., None]) -> None:
    import email  # noqa: PLC0415 - this test alone looks inside
    from email import policy  # noqa: PLC0415 - likewise
    from io import BytesIO  # noqa: PLC0415 - likewise

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
