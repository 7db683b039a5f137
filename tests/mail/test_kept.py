"""What the store keeps of a run, damaged or another client's: nobody is written to by it, and nobody else suffers."""

from __future__ import annotations

import json
import sqlite3

import pytest

from reporter.errors import HeldError
from reporter.mail.kept import config_of
from reporter.store import Store
from tests.mail.conftest import WEEK, Desk
from tests.mail.forging import held
from tests.mail.servers import inbox


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


#: columns of a run's record, and what nobody can read in them
UNREADABLE = {
    "manifest": [
        "null",
        '{"files": [{"path": 5, "kind": "data", "sha256": "x"}]}',
        '{"files": [{"path": "a", "kind": 5, "sha256": "x"}]}',
        '{"files": [{"path": "a", "kind": "workbook", "sha256": 7}]}',
        '{"files": [], "tables": null}',
    ],
    "totals": ["null", "[]", "no JSON", '{"people": "x"}', '{"people": [1]}'],
    "places": ["null", '{"volc": 5}'],
}


@pytest.mark.parametrize("column", UNREADABLE)
def test_client_whose_stored_record_is_of_another_shape_is_held_alone(desk: Desk, column: str) -> None:
    with Store.open(f"sqlite:///{desk.folder / 'reporter.db'}") as store:
        (other,) = [one.run_id for one in store.runs() if one.client == "bolt"]
    for text in UNREADABLE[column]:
        with sqlite3.connect(desk.folder / "reporter.db") as database:
            database.execute(f"UPDATE runs SET {column} = ? WHERE client = 'acme'", (text,))  # noqa: S608 - ours
        database.close()
        ended = desk("send", "acme", "bolt", "--json")
        assert ended.code == 5, (text, ended.stderr)
        (mine,) = [row for row in ended.rows if row["client"] == "acme"]
        assert (mine["state"], "damaged" in mine["reason"]) == ("held", True), text
        others = [(row["state"], row["run_id"]) for row in ended.rows if row["client"] == "bolt"]
        assert others == [("planned", other)] * 3, text


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
