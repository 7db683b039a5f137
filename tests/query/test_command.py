"""`reporter query` over finished runs: what it prints, writes and refuses."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from reporter.cli.query import command
from reporter.errors import UsageError

Finished = Callable[..., Path]
Told = Callable[..., str]


@pytest.fixture
def told() -> Told:
    """Return a function that gives what the command prints on stdout; `typed` comes from a pipe."""

    def run(*words: str, typed: str | None = None) -> str:
        ended = CliRunner().invoke(command, list(words), input=typed, catch_exceptions=False, standalone_mode=False)
        if ended.exception:
            raise ended.exception
        return ended.stdout

    return run


def test_newest_run_of_every_period_is_asked(finished: Finished, told: Told) -> None:
    finished(46, "a", "b")
    finished(47, "c")
    finished(47, "d", client="beta")
    asked = "select report_client, report_period, count(*) as n from visits group by all order by all"
    assert json.loads(told(asked, "--json")) == [
        {"report_client": "acme", "report_period": "2026-W46", "n": 2},
        {"report_client": "acme", "report_period": "2026-W47", "n": 1},
        {"report_client": "beta", "report_period": "2026-W47", "n": 1},
    ]


def test_later_run_of_a_period_stands_for_it(finished: Finished, told: Told) -> None:
    finished(46, "a")
    finished(46, "a", "b", "c")
    assert json.loads(told("select count(*) as n from visits", "--json")) == [{"n": 3}]


def test_period_that_is_nowhere_whole_is_left_out_and_said(finished: Finished) -> None:
    (finished(46, "a") / "data" / "visits.parquet").unlink()
    finished(47, "b")
    words = ["select report_period from visits", "--json"]
    ended = CliRunner().invoke(command, words, catch_exceptions=False, standalone_mode=False)
    assert json.loads(ended.stdout) == [{"report_period": "2026-W47"}]
    assert "left out: " in ended.stderr


@pytest.mark.parametrize("is_store_there", [True, False])
def test_tables_that_were_changed_after_their_run_are_named(
    finished: Finished, project: Path, is_store_there: bool
) -> None:
    folder = finished(46, "a", "b")
    words = ["select count(*) as n from visits", "--json", "--run", str(folder)]

    def asked() -> tuple[Any, str]:
        ended = CliRunner().invoke(command, words, catch_exceptions=False, standalone_mode=False)
        return json.loads(ended.stdout), ended.stderr

    if not is_store_there:
        (project / "reporter.db").unlink()
    assert asked() == ([{"n": 2}], "")
    path = folder / "data" / "visits.parquet"
    pl.read_parquet(path).head(1).write_parquet(path)
    rows, said = asked()
    assert rows == [{"n": 1}]
    assert "changed since the run wrote them" in said
    assert "data/visits.parquet" in said


@pytest.mark.parametrize("word", ["out/acme/2026-W46", "out/acme/2026-W46/run.json", "acme/2026-W46"])
def test_one_run_is_named_by_folder_or_period(finished: Finished, told: Told, word: str) -> None:
    finished(46, "a")
    finished(47, "b")
    assert json.loads(told("select viewer_id from visits", "--json", "--run", word)) == [{"viewer_id": "a"}]


def test_folder_of_a_run_needs_no_store(finished: Finished, told: Told, project: Path) -> None:
    folder = finished(46, "a")
    (project / "reporter.db").unlink()
    assert json.loads(told("select count(*) as n from visits", "--json", "--run", str(folder))) == [{"n": 1}]


def test_instants_are_iso_with_offset_on_the_terminal_and_in_json(finished: Finished, told: Told) -> None:
    finished(46, "a")
    asked = "select joined_at, watch_seconds from visits"
    assert told(asked).splitlines() == [
        "  joined_at                  watch_seconds",
        "  2026-11-16T19:30:00+08:00           60.5",
    ]
    assert json.loads(told(asked, "--json"))[0]["joined_at"] == "2026-11-16T19:30:00+08:00"


def test_results_are_written_by_the_safe_writer(finished: Finished, told: Told, project: Path) -> None:
    finished(46, "8602268011035296205", "=1+1")
    for name in ("a.xlsx", "a.csv", "a.parquet"):
        told("select viewer_id, joined_at from visits order by viewer_id", "-o", name)
        assert stat.S_IMODE((project / name).stat().st_mode) == 0o600
    sheet = openpyxl.load_workbook(project / "a.xlsx")["query"]
    cells = [cell.value for cell in sheet["A"]]
    assert cells == ["viewer_id", "8602268011035296205", "=1+1"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert "'=1+1,2026-11-16T19:30:00+08:00" in (project / "a.csv").read_text(encoding="utf-8-sig")
    assert pl.read_parquet(project / "a.parquet")["viewer_id"].to_list() == ["8602268011035296205", "=1+1"]


def test_query_may_come_from_a_pipe(finished: Finished, told: Told) -> None:
    finished(46, "a")
    assert told(typed="select count(*) as n from visits\n").split() == ["n", "1"]


def test_tables_are_listed_with_units_without_a_store(told: Told, project: Path) -> None:
    lines = [line.split() for line in told("--tables").splitlines()]
    assert ["visits", "watch_seconds", "float", "seconds", "Watched", "观看时长"] in lines
    document: dict[str, Any] = json.loads(told("--tables", "--json"))
    assert {"column": "day", "type": "date", "unit": "day (UTC+8)", "label": {"zh": "日期", "en": "Day"}} in document[
        "tables"
    ]["plays"]
    assert not list(project.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("drop table visits",), "`DROP` is no query"),
        (("select * from read_csv('reporter.db')",), "`read_csv` reads files"),
        (("select 1", "-o", "a.txt"), "end it in"),
        (("select 1", "--run", "nobody"), "nobody names no finished run"),
        (("select nothing from visits",), "there is no column `nothing`"),
        (("",), "the query is empty"),
    ],
)
def test_what_cannot_be_asked_is_refused(finished: Finished, told: Told, words: tuple[str, ...], said: str) -> None:
    finished(46, "a")
    with pytest.raises(UsageError) as fault:
        told(*words)
    assert said in str(fault.value)
    assert fault.value.exit_code == 2


def test_no_store_is_made_by_asking(told: Told, project: Path) -> None:
    with pytest.raises(UsageError, match="there is no store at"):
        told("select 1")
    assert not list(project.iterdir())


def test_query_changes_nothing(finished: Finished, told: Told, project: Path) -> None:
    folder = finished(46, "a")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told("select * from visits")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert {path.name for path in project.iterdir()} <= {"out", "reporter.db", "reporter.db-wal", "reporter.db-shm"}
