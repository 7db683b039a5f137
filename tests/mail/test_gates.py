"""What must never leave is held back, however right it looks: another client's file, row or run, anything personal."""

from __future__ import annotations

import email
import io
import json
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reporter import __version__, printing
from reporter.config import Mail
from reporter.errors import HeldError
from reporter.files import sha256
from reporter.mail import gates, reading
from reporter.mail.container import holds_more
from reporter.mail.kept import config_of
from reporter.rebuild import Rebuilt, kept_config, rebuild
from reporter.store import FinishedRun, Store
from tests.mail.conftest import LATER, WEEK, Desk
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


@dataclass(frozen=True)
class Again:
    """A finished run, its workbook, and what the store makes of it again."""

    run: FinishedRun
    name: str
    book: bytes
    made: Rebuilt

    def held(self, book: bytes) -> str:
        """Return why a workbook in place of the right one is held back."""
        folder = gates.Folder(Path(), {self.name: book}, {self.name: "workbook"})
        (reason,) = gates.same_content(folder, [self.name], self.made, self.run)
        return reason

    def edited(self, edit: Callable[[openpyxl.Workbook], object]) -> bytes:
        """Return the workbook changed as Excel would."""
        book, data = openpyxl.load_workbook(io.BytesIO(self.book)), io.BytesIO()
        edit(book)
        book.save(data)
        return data.getvalue()


@pytest.fixture(scope="session")
def again(made: Path) -> Again:
    """A client's run, made again once: what holds a changed file back is asked of the gate itself."""
    folder = made / "out" / "acme" / WEEK
    with Store.open(f"sqlite:///{made / 'reporter.db'}") as store:
        run = store.finished(json.loads((folder / "run.json").read_bytes())["run_id"])
        assert run is not None
        rebuilt = rebuild(store, run, kept_config(store, run), env={})
    name = f"acme_{WEEK}.xlsx"
    return Again(run, name, (folder / name).read_bytes(), rebuilt)


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


def test_changed_cell_is_held_and_named_and_not_quoted(again: Again) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["B3"] = "13812345678"

    reason = again.held(again.edited(change))
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
def test_anything_added_to_a_workbook_is_held(again: Again, edit: Callable[[Any], None]) -> None:
    reason = again.held(again.edited(edit))
    assert "what the run's replies give" in reason
    assert "13812345678" not in reason


def commented(data: bytes) -> bytes:
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = "李四 13812345678".encode()
    return made.getvalue()


def repacked(data: bytes, comment: bytes = b"", level: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in book.infolist():
            one = zipfile.ZipInfo(entry.filename)
            one.comment, one.compress_type = comment, zipfile.ZIP_DEFLATED
            archive.writestr(one, book.read(entry), compresslevel=level)
    return made.getvalue()


@pytest.mark.parametrize("way", ["before", "comment", "entry", "behind a part"])
def test_bytes_hidden_in_the_zip_file_of_a_workbook_are_held_though_every_part_is_right(again: Again, way: str) -> None:
    forged = {
        "before": b"another workbook" + again.book,
        "comment": commented(again.book),
        "entry": repacked(again.book, comment=b"13812345678"),
        "behind a part": stuffed(again.book, b"13812345678"),
    }[way]
    assert reading.parts_of(forged) == reading.parts_of(again.book)
    assert "holds more in its zip file than the parts" in again.held(forged)


def stuffed(data: bytes, more: bytes) -> bytes:
    """Return a workbook whose last part has bytes behind the end of its packed ones, all lengths told right."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        last, start = book.infolist()[-1], book.start_dir
    tail = bytearray(data[start:])
    entry, size = tail.rfind(b"PK\x01\x02"), struct.pack("<I", last.compress_size + len(more))
    tail[entry + 20 : entry + 24] = size
    ending = tail.rfind(b"PK\x05\x06")
    tail[ending + 16 : ending + 20] = struct.pack("<I", start + len(more))
    head = bytearray(data[:start])
    head[last.header_offset + 18 : last.header_offset + 22] = size
    return bytes(head) + more + bytes(tail)


def test_parts_packed_in_another_way_with_nothing_between_them_are_the_same_workbook(again: Again) -> None:
    packed = repacked(again.book, level=9)
    assert packed != again.book
    assert not holds_more(packed)


def test_stored_tables_with_rows_of_another_client_are_held(desk: Desk, forger: Forger) -> None:
    mine, theirs = (desk.run_folder(client) / "data" / "visits.parquet" for client in ("acme", "bolt"))
    pl.concat([pl.read_parquet(mine), pl.read_parquet(theirs).head(1)]).write_parquet(mine)
    forger.cover_up(in_store=True)
    assert "data/visits.parquet holds other rows than the run's replies give" in held(desk, "acme")


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("visits", {"room_id": "172183460671"}),
        ("rooms", {"room_id": "609812"}),
        ("activity", {"vendor": "aliyun", "account": "vod", "room_id": None}),
        ("viewers", {"account": "another"}),
        ("viewers", {"reply_id": "0" * 24}),
        ("people", {"viewer_ids": ["quanshi/qs/nobody"]}),
    ],
)
def test_rows_of_another_room_account_reply_or_viewer_are_held(
    again: Again, table: str, changed: dict[str, Any]
) -> None:
    made = again.made
    assert gates.own_rooms(made.tables, made, ()) == []
    frame = made.tables[table]
    stranger = frame.head(1).with_columns(
        pl.lit(value, frame.schema[name]).alias(name) for name, value in changed.items()
    )
    (reason,) = gates.own_rooms({**made.tables, table: pl.concat([frame, stranger])}, made, ())
    assert f"table {table} " in reason
    assert "acme" in reason
    assert "172183460671" not in reason


def spoil(desk: Desk, *statements: str, client: str = "acme") -> None:
    """Change what the store keeps of a client's run; `:run` is its id."""
    run_id = json.loads((desk.run_folder(client) / "run.json").read_bytes())["run_id"]
    with sqlite3.connect(desk.folder / "reporter.db") as database:
        for statement in statements:
            database.execute(statement, {"run": run_id} if ":run" in statement else {})
    database.close()


#: what became of what the store keeps of a run, and what is told of it
SPOILED = {
    "no config at all": ("DELETE FROM run_sources WHERE run_id = :run", "the store keeps no config of run "),
    "damaged": (
        "UPDATE sources SET body = x'00' WHERE sha256 IN (SELECT sha256 FROM run_sources WHERE run_id = :run)",
        "cannot be read: the stored file acme.yaml of run ",
    ),
    "another hash": ("UPDATE runs SET config_sha256 = 'x' WHERE run_id = :run", "not the one that it was made with"),
    "damaged record": ("UPDATE runs SET manifest = '{' WHERE run_id = :run", "the record that the store keeps"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_stored_config_or_record_that_is_damaged_says_nobody_is_to_be_written_to(desk: Desk, how: str) -> None:
    statement, said = SPOILED[how]
    spoil(desk, statement)
    with Store.open(f"sqlite:///{desk.folder / 'reporter.db'}") as store:
        run = store.finished(json.loads((desk.run_folder() / "run.json").read_bytes())["run_id"])
        assert run is not None
        with pytest.raises(HeldError, match=said):
            config_of(store, run)


def test_client_whose_stored_config_is_damaged_is_held_with_its_reason_and_the_others_get_their_mail(
    desk: Desk,
) -> None:
    spoil(desk, SPOILED["damaged"][0])
    with inbox() as server:
        ended = desk("send", "acme", "bolt", "--yes", "--json", env={"SMTP_URL": server.url})
    assert ended.code == 5, ended.stderr
    (mine,) = [row for row in ended.rows if row["client"] == "acme"]
    assert (mine["state"], mine["period"], "cannot be read" in mine["reason"]) == ("held", WEEK, True)
    assert {row["state"] for row in ended.rows if row["client"] == "bolt"} == {"accepted"}
    assert [recipients[0] for _, recipients, _ in server.mails] == ["ops@bolt.example"]


def test_run_whose_stored_config_is_of_another_client_is_held_and_nobody_is_planned(desk: Desk) -> None:
    spoil(
        desk,
        "DELETE FROM run_sources WHERE run_id = :run",
        "UPDATE run_sources SET run_id = :run WHERE run_id = (SELECT run_id FROM runs WHERE client = 'bolt')",
        "UPDATE runs SET config_sha256 = (SELECT config_sha256 FROM runs WHERE client = 'bolt') WHERE run_id = :run",
    )
    reason = held(desk, "acme")
    assert "the config that the store keeps of this run is of client bolt, and the run is of acme" in reason
    assert desk("send", "status", "--json").rows == []


def test_run_that_the_store_does_not_hold_is_held(desk: Desk) -> None:
    (desk.folder / "reporter.db").unlink()
    reason = held(desk, f"out/acme/{WEEK}")
    assert "the store holds no finished run" in reason


def test_run_whose_replies_were_pruned_is_held(desk: Desk) -> None:
    assert desk("archive", "prune", "--before", "2099-01-01", "--yes").code == 0
    assert "no longer holds all replies" in held(desk, "acme")


def make_older(desk: Desk, forger: Forger) -> None:
    """Make the run one that reporter 0.0.9 has made, which differs from this version in nothing but its name."""
    record = forger.folder / "run.json"
    with Store.open(f"sqlite:///{desk.folder / 'reporter.db'}") as store:
        run = store.finished(json.loads(record.read_bytes())["run_id"])
        assert run is not None
        made = rebuild(store, run, kept_config(store, run), env={}, version="0.0.9")
    for name, data in made.files.items():
        (forger.folder / name).write_bytes(data)
    older = {**json.loads(record.read_bytes()), "version": "0.0.9"}
    record.write_text(json.dumps(older, ensure_ascii=False), encoding="utf-8")
    visits = forger.folder / "data" / "visits.parquet"
    pl.read_parquet(visits).drop("location").write_parquet(visits)
    forger.cover_up(in_store=True)


def test_run_of_another_version_leaves_where_this_one_would_make_the_same(desk: Desk, forger: Forger) -> None:
    make_older(desk, forger)
    assert "reporter 0.0.9" in {
        str(cell.value) for row in openpyxl.load_workbook(desk.workbook()).worksheets[0] for cell in row
    }
    with inbox() as server:
        assert desk("send", "acme", "--yes", env={"SMTP_URL": server.url}).code == 0
    assert len(server.mails) == 1


def test_run_of_another_version_that_this_one_makes_otherwise_is_held_with_what_to_type(
    desk: Desk, forger: Forger
) -> None:
    make_older(desk, forger)
    forger.edit_book(add_row)
    run_id = json.loads((forger.folder / "run.json").read_bytes())["run_id"]
    reason = held(desk, "acme")
    assert f"made by reporter 0.0.9, and this is {__version__}: `reporter rebuild {run_id}`" in reason
    assert f"to mail it, run {WEEK} again" in reason


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


def test_file_that_changed_after_one_was_refused_is_5_and_told_in_json_too(desk: Desk) -> None:
    with inbox(rcpt={"boss@acme.example": "550 nobody of that name"}) as server:
        env = {"SMTP_URL": server.url}
        assert desk("send", "acme", "--yes", env=env).code == 1
        shutil.copy(desk.workbook("bolt"), desk.workbook("acme"))
        again = desk("send", "acme", "--yes", "--only-failed", "--json", env=env)
    assert (again.code, again.states["boss@acme.example"]) == (5, "refused")
    assert f"held back: acme {WEEK}: " in again.stderr
    assert "is not the file that the run made" in again.stderr


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


def written(to_me_at: str, allowed: list[str] | None) -> Mail:
    """Return a mail section whose recipients are of acme.example and agency.example."""
    people = {"from": "reports@agency.example", "to": ["ops@acme.example"], "bcc": ["me@agency.example"]}
    return Mail.model_validate({**people, "own": to_me_at, "allowed_domains": allowed})


BOTH = ["acme.example", "agency.example"]


@pytest.mark.parametrize("allowed", [BOTH, ["AGENCY.example", "Acme.Example"], [*BOTH, "third.example"]])
def test_written_list_holds_for_the_own_address_also_where_it_says_what_the_default_would(allowed: list[str]) -> None:
    mail = written("me@elsewhere.example", allowed)
    assert gates.recipients(mail, to_me=False) == []
    (reason,) = gates.recipients(mail, to_me=True)
    assert reason == "no mail leaves for elsewhere.example: allowed_domains does not have it"
    assert gates.recipients(written("me@Agency.example", allowed), to_me=True) == []


def test_list_that_is_not_written_is_the_recipients_domains_and_holds_for_the_own_address_too() -> None:
    mail = written("me@elsewhere.example", None)
    assert gates.recipients(mail, to_me=False) == []
    (reason,) = gates.recipients(mail, to_me=True)
    assert "no mail leaves for elsewhere.example: allowed_domains is not written" in reason
    assert "write it, elsewhere.example included" in reason
    assert gates.recipients(written("me@Acme.example", None), to_me=True) == []


def test_list_that_is_written_as_the_recipients_own_domains_holds_a_copy_to_ourselves(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    lists = "  allowed_domains: [acme.example, agency.example]\n  own: me@elsewhere.example\n"
    edit_config(desk, "  own: me@agency.example\n", lists)
    rerun()
    with inbox() as server:
        ended = desk("send", "acme", "--to-me", "--json", env={"SMTP_URL": server.url})
        assert (ended.code, ended.states, server.connections) == (5, {"me@elsewhere.example": "held"}, 0)
    assert desk("send", "acme", "--json").code == 0


def test_room_that_a_search_found_is_the_clients_own(again: Again) -> None:
    found, made = ("volcengine", "volc", "172183460671"), again.made
    rows = made.tables["rooms"].head(1).with_columns(pl.lit(found[2]).alias("room_id"))
    tables = {
        **made.tables,
        "rooms": rows.with_columns(pl.lit("volcengine").alias("vendor"), pl.lit("volc").alias("account")),
    }
    assert gates.own_rooms(tables, made, [found]) == []
    assert len(gates.own_rooms(tables, made, [])) == 1


def test_config_without_mail_section_or_own_address_is_2(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "  own: me@agency.example\n", "")
    rerun()
    for words, said in ((("acme", "--to-me"), "mail.own is not set"), (("acme", "--yes"), "SMTP_URL is not set")):
        ended = desk("send", *words)
        assert (ended.code, said in ended.stderr) == (2, True)
    path = desk.folder / "bolt.yaml"
    path.write_text(path.read_text(encoding="utf-8").partition("mail:\n")[0], encoding="utf-8")
    rerun("bolt")
    ended = desk("send", "bolt")
    assert (ended.code, "no mail section" in ended.stderr) == (2, True)


def test_password_that_stands_in_the_mail_holds_it(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "  own:", "  encrypt: {password: env:BOOK_PASSWORD}\n  own:")
    rerun()
    ended = desk("send", "acme", "--json", env={"BOOK_PASSWORD": "直播周报"})
    assert (ended.code, "the mail holds the secret mail.encrypt.password at the subject" in ended.reason) == (5, True)
    assert "直播周报" not in ended.reason


CANARY = "canary-s3cret/of=the+server"


def test_secret_in_a_display_name_holds_the_mail(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "[account.manager@agency.example]", f"['{CANARY} <account.manager@agency.example>']")
    rerun()
    assert desk("send", "acme", "--json").code == 0
    url = f"smtp://reports:{quote(CANARY, safe='')}@127.0.0.1:9"
    for key, env in (("mail.smtp", {"SMTP_URL": url}), ("accounts.volc.secret_key", {"DEMO_VOLC_SK": CANARY})):
        ended = desk("send", "acme", "--json", env=env)
        assert (ended.code, ended.reason) == (5, f"the mail holds the secret {key} at a name or an address")


def test_secret_in_an_attached_page_holds_the_mail(desk: Desk, rerun: Callable[..., None]) -> None:
    edit_config(desk, "visits]}\n", "visits]}\n  html: {template: summary}\n")
    edit_config(desk, "  own:", "  attach: [page]\n  own:")
    edit_config(desk, "name: 第12课", f"name: 第12课 {CANARY}")
    rerun()
    ended = desk("send", "acme", "--json", env={"DEMO_QS_SECRET": CANARY})
    assert ended.code == 5
    assert f"acme_{WEEK}.html holds the secret accounts.qs.app_secret at line " in ended.reason
    assert "the mail holds the secret accounts.qs.app_secret at the body" in ended.reason
    assert CANARY not in ended.stdout + ended.stderr


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


def test_phone_in_a_made_workbook_is_held_unless_the_config_writes_it_as_a_title(
    desk: Desk, rerun: Callable[..., None]
) -> None:
    edit_config(desk, "{zh: Acme 直播周报,", "{zh: Acme 热线13912345678,")
    edit_config(desk, "name: 第12课", "name: 第12课 报名热线 13812345678")
    edit_config(desk, "  own:", "  subject: 'Acme 周报，电话 13712345678'\n  own:")
    rerun()
    assert desk("send", "acme", "--json").code == 0
    edit_config(desk, "visits]}\n", "visits], labels: {people.name: 学员 13812345679}}\n")
    rerun(now=(datetime.fromisoformat(LATER) + timedelta(minutes=1)).isoformat())
    reason = held(desk, "acme")
    assert f"acme_{WEEK}.xlsx holds a phone number at sheet4.xml" in reason
    assert "13812345679" not in reason


def test_mail_of_a_run_goes_to_whom_its_config_named_then(desk: Desk) -> None:
    edit_config(desk, "ops@{client}".format(client="acme"), "thief@acme.example")
    assert desk("send", "acme", "--json").rows[0]["recipient"] == "ops@acme.example"


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
