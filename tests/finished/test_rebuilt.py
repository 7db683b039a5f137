"""A run made again and held against what it wrote: the same bytes, or which are not and why."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reporter import rebuilt
from reporter.archive import forget, phone
from reporter.cli.rebuild import command
from reporter.config import Config
from reporter.errors import UsageError
from reporter.rebuild import is_erased, kept_config
from reporter.rules import Brand
from reporter.store import Eraser, FinishedRun, Store, StoredReply, Tombstone

Rebuild = Callable[..., Result]


@pytest.fixture
def folder(project: Path, run: FinishedRun) -> Path:
    return project / run.origin.folder


@pytest.fixture
def again(project: Path, monkeypatch: pytest.MonkeyPatch) -> Rebuild:
    monkeypatch.chdir(project)
    return lambda *words: CliRunner().invoke(command, list(words), standalone_mode=False)


def read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_rebuilt_folder_is_the_runs_own_byte_for_byte_and_the_run_stays(
    again: Rebuild, project: Path, folder: Path, run: FinishedRun
) -> None:
    before = read(folder)
    result = again("acme", "--json")
    answer = told(result)
    assert result.return_value == 0
    assert (answer["same"], answer["reasons"], answer["differences"]) == (True, [], [])
    assert read(project / answer["folder"]) == before == read(folder)
    assert answer["folder"] == f"rebuilt/acme/{run.record.label}"


def test_other_config_gives_other_bytes_and_is_named(again: Rebuild, project: Path, folder: Path) -> None:
    before = read(folder)
    text = "\n".join(
        line for line in _config_text(project).splitlines() if "rosters" not in line and "logo" not in line
    )
    (project / "other.yaml").write_text(text.replace("Acme 周报", "Acme 周会"), encoding="utf-8")
    result = again("acme", "--config", "other.yaml", "--json")
    answer = told(result)
    assert result.return_value == 4
    assert {one["path"] for one in answer["differences"]} >= {f"acme_{answer['period']}.xlsx"}
    assert [reason[:7] for reason in answer["reasons"]] == ["config:"]
    assert read(folder) == before
    record = json.loads((project / answer["folder"] / "run.json").read_bytes())
    assert {file["path"]: file["sha256"] for file in record["files"]} == {
        file["path"]: file["sha256"] for file in answer["files"]
    }


def test_config_of_another_client_is_refused(store: Store, run: FinishedRun, folder: Path) -> None:
    other = replace(kept_config(store, run), client="other")
    with pytest.raises(UsageError, match="one client's rows never go into another's file"):
        rebuilt.compare(store, run, folder, env={}, config=other)


def test_own_folder_of_the_run_is_refused_and_what_is_in_it(
    again: Rebuild, project: Path, folder: Path, run: FinishedRun
) -> None:
    before = read(folder)
    for out in (folder.parent.parent, folder, folder / "data"):
        with pytest.raises(UsageError, match="the run's own folder, which rebuild never touches"):
            rebuilt.target_of(run, folder, out)
    result = again("acme", "--out", str(folder.relative_to(project)))
    assert isinstance(result.exception, UsageError)
    assert read(folder) == before


def test_account_that_only_another_config_names_has_no_replies(store: Store, run: FinishedRun, folder: Path) -> None:
    config = kept_config(store, run)
    more = {**config.accounts, "more": config.accounts["volc"]}
    rooms = tuple(replace(room, account="more") if room.account == "volc" else room for room in _listed(config))
    events = tuple(replace(event, rooms=rooms) for event in config.events)
    other = replace(config, accounts=more, events=events, brand=Brand(), sha256="0" * 64)
    compared = rebuilt.compare(store, run, folder, env={}, config=other)
    assert compared.made.report.status == "partial"
    assert {one.pull.account for one in compared.made.pulls if one.verdict == "failed"} == {"more"}


def test_pruned_replies_are_the_reason_that_is_told(store: Store, run: FinishedRun, folder: Path) -> None:
    store.prune([run.record.run_id], datetime.now(UTC), is_rehearsal=False)
    compared = rebuilt.compare(store, run, folder, env={})
    assert compared.differences
    assert len(compared.reasons) == 1
    assert "no longer stored (pruned?)" in compared.reasons[0].en


def _lose(project: Path, page: int, endpoint: str) -> None:
    """Take a page out of the store and leave the record of its walk, as no command of ours does."""
    of_walk = "SELECT walk_id FROM walks WHERE endpoint = ? AND page_count >= ? ORDER BY walk_id LIMIT 1"
    with sqlite3.connect(project / "reporter.db") as database:
        (walk,) = database.execute(of_walk, (endpoint, page)).fetchone()
        database.execute("DELETE FROM replies WHERE page = ? AND walk_id = ?", (page, walk))
    database.close()


def test_walk_whose_replies_are_gone_while_its_record_stands_is_named_and_failed(
    store: Store, run: FinishedRun, folder: Path, project: Path
) -> None:
    _lose(project, 1, "event/report/details")
    compared = rebuilt.compare(store, run, folder, env={})
    (lost,) = [one for one in compared.made.pulls if one.pull.endpoint == "event/report/details"]
    assert (lost.verdict, lost.replies, compared.made.report.status) == ("failed", (), "partial")
    assert compared.differences
    (reason,) = compared.reasons
    assert "event/report/details" in reason.en
    assert "1 of 1 page is no longer stored (1), and the rows that stood there are missing" in reason.en


def test_rebuild_of_a_run_that_lost_a_page_is_partial_and_ends_4(again: Rebuild, project: Path) -> None:
    _lose(project, 1, "ListAccountUserData")
    result = again("acme", "--json")
    answer = told(result)
    assert (result.return_value, answer["status"], answer["same"]) == (4, "partial", False)
    assert ["ListAccountUserData" in reason for reason in answer["reasons"]] == [True]


def _erase(store: Store, is_theirs: Callable[[bytes], bool]) -> None:
    """Erase somebody from the replies that are theirs, as `archive forget` does: each is another, and whole."""

    def without(one: StoredReply) -> tuple[bytes, int] | None:
        return (one.body + b" ", 1) if is_theirs(one.body) else None

    eraser = Eraser(without, lambda _name, _body: None, str, lambda _client, seen: seen)
    store.erase(eraser, Tombstone("phone", "00", "00", datetime.now(UTC)))


def test_erasure_is_a_reason_only_for_a_run_whose_replies_or_lists_it_changed(store: Store, run: FinishedRun) -> None:
    _erase(store, lambda _body: False)
    assert store.tombstones()
    assert not is_erased(store, run)
    _erase(store, lambda body: b"609768" in body)
    assert is_erased(store, run)


def test_person_erased_from_a_list_of_the_run_is_a_reason_and_no_other_config(
    store: Store, run: FinishedRun, folder: Path
) -> None:
    forget(store, phone("13800000000"), datetime.now(UTC), is_rehearsal=False)
    assert not store.erasure_changed(run.record.run_id, run.record.started_at)
    reasons = rebuilt.compare(store, run, folder, env={}).reasons
    assert [reason.en[:37] for reason in reasons] == ["somebody was erased since the run (ar"]


def test_other_version_and_fonts_are_told(store: Store, run: FinishedRun, folder: Path) -> None:
    record = json.loads(run.manifest)
    file = {**record["files"][0], "sha256": "0" * 64}
    then = {**record, "version": "0.0.9", "fonts": ["Songti"], "files": [file, *record["files"][1:]]}
    compared = rebuilt.compare(store, replace(run, manifest=json.dumps(then)), folder, env={})
    assert compared.differences == {file["path"]: "other bytes"}
    assert [reason.en.split(":")[0] for reason in compared.reasons] == ["version", "fonts"]


def test_files_that_are_changed_or_gone_in_the_folder_are_named_and_are_no_difference(
    again: Rebuild, project: Path, folder: Path
) -> None:
    before = read(folder)
    (folder / "data" / "people.parquet").unlink()
    (folder / "data" / "visits.parquet").write_bytes(b"other")
    result = again("acme", "--json", "--out", "new")
    answer = told(result)
    assert (result.return_value, answer["same"], answer["differences"], answer["reasons"]) == (0, True, [], [])
    assert (answer["gone"], answer["changed"]) == (["data/people.parquet"], ["data/visits.parquet"])
    assert read(project / answer["folder"]) == before
    shown = again("acme", "--out", "new")
    assert shown.return_value == 0
    assert "changed in the run's folder since, and made again: data/visits.parquet" in shown.stderr
    assert "gives the same bytes" in shown.stderr


@pytest.mark.parametrize("out", ["out", "other"])
def test_folder_of_a_run_is_never_written_to(again: Rebuild, project: Path, run: FinishedRun, out: str) -> None:
    place = project / out / "acme" / run.record.label
    if out == "other":
        place.mkdir(parents=True)
        (place / "run.json").write_text('{"run_id": "another"}', encoding="utf-8")
    before = read(place)
    result = again("acme", "--out", out)
    assert "--out" in str(result.exception)
    assert read(place) == before


def _config_text(project: Path) -> str:
    with Store.open(f"sqlite:///{project / 'reporter.db'}") as store:
        return store.sources(store.runs()[0].run_id)[0][1].decode()


def _listed(config: Config) -> tuple[Any, ...]:
    return config.events[0].rooms
