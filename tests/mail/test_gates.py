"""What must never leave is held back, however right it looks: another client's file, row or run, anything personal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import openpyxl
import polars as pl
import pytest

from reporter import __version__
from reporter.config import Mail
from reporter.mail import gates
from reporter.rebuild import kept_config, rebuild
from reporter.store import Store
from tests.mail.conftest import LATER, WEEK, Desk
from tests.mail.forging import Forger, edit_config, held
from tests.mail.servers import inbox


@pytest.fixture
def forger(desk: Desk) -> Forger:
    return Forger(desk)


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


def test_domain_that_reads_like_another_is_another() -> None:
    ops = {"from": "reports@agency.example", "to": ["ops@straße.example"]}
    cases = {"straße.example": False, "Xn--Strae-Oqa.example": False, "strasse.example": True}
    for allowed, is_held in cases.items():
        mail = Mail.model_validate({**ops, "allowed_domains": [allowed]})
        assert bool(gates.recipients(mail, to_me=False)) == is_held


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
