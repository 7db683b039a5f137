"""`reporter explain` on a finished run: what it prints, what it writes, and that nothing of the run is touched."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from reporter.cli.explain import command
from reporter.errors import UsageError
from reporter.store import FinishedRun, Store

Ask = Callable[..., Result]


@pytest.fixture
def ask(project: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.chdir(project)

    def asked(*words: str) -> Result:
        result = CliRunner().invoke(command, list(words), standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return result

    return asked


def told(result: Result) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_json_has_the_shape_of_the_contract_and_rows_come_to_the_replies(ask: Ask, run: FinishedRun) -> None:
    answer = told(ask("acme", "--metric", "people", "--json"))
    assert answer["value"] == run.totals["people"]
    assert (answer["metric"], answer["event"], answer["person"], answer["unit"]) == ("people", None, None, "people")
    assert answer["rows"] + sum(one["rows"] for one in answer["excluded"]) == sum(
        one["rows"] for one in answer["replies"]
    )
    assert {"why", "rows"} <= set(answer["excluded"][0])
    shape = {"vendor", "account", "endpoint", "room", "request_id", "fetched_at", "rows", "parameters"}
    assert all(shape <= set(one) for one in answer["replies"])
    assert all(datetime.fromisoformat(one["fetched_at"]).utcoffset() is not None for one in answer["replies"])
    assert "reckoned" not in str(answer["remarks"])


def test_file_that_was_changed_after_the_run_is_named(ask: Ask, project: Path, run: FinishedRun) -> None:
    words = ("acme", "--metric", "people", "--json")
    before = ask(*words)
    assert "changed since" not in before.stderr
    folder = project / run.origin.folder
    (folder / "data" / "visits.parquet").write_bytes(b"other")
    (folder / "data" / "plays.parquet").unlink()
    after = ask(*words)
    assert "note: changed since the run wrote them: data/visits.parquet in " in after.stderr
    assert after.stdout == before.stdout


def test_viewers_of_a_room_pulled_as_a_list_are_counted_in_its_list(ask: Ask) -> None:
    answer = told(ask("acme", "--metric", "people", "--event", "172183460688", "--json"))
    lists = [one for one in answer["replies"] if one["endpoint"] == "ListAccountUserData"]
    assert answer["event"] == "第12课"
    assert [one["room"] for one in lists] == ["172183460688"]
    assert all(one["counted"] for one in lists)


def test_nothing_of_the_run_is_touched(ask: Ask, project: Path) -> None:
    def state() -> dict[str, str]:
        files = (path for path in project.rglob("*") if path.is_file() and ".db" not in path.name)
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = state()
    ask("acme", "--metric", "comments")
    assert state() == before


def test_figure_in_the_readers_language_with_every_part_on_the_terminal(ask: Ask) -> None:
    printed = ask("acme", "--metric", "live_seconds").stdout
    assert "直播观看时长  live_seconds" in printed
    assert "直播与互动各次观看时长之和" in printed
    assert "ListUserBehaviorDataAPIV2" in printed
    english = ask("acme", "--metric", "live_seconds", "--language", "en").stdout
    assert "sum of all live and interactive visits" in english
    assert "counted" in english


@pytest.mark.parametrize("ending", ["xlsx", "html", "csv", "parquet"])
def test_every_row_is_written_with_its_reason(ask: Ask, project: Path, ending: str) -> None:
    answer = told(ask("acme", "--metric", "live_people", "--json", "-o", f"rows.{ending}"))
    path = project / f"rows.{ending}"
    assert path.stat().st_mode & 0o077 == 0
    if ending == "html":
        assert "Request id" in path.read_text(encoding="utf-8")
    if ending != "parquet":
        return
    rows = pl.read_parquet(path)
    assert rows["counted"].sum() == answer["rows"]
    assert rows.filter(~pl.col("counted"))["why"].null_count() == 0
    by_reason = dict(rows.drop_nulls("why").group_by("why").len().iter_rows())
    assert by_reason == {one["why"]: one["rows"] for one in answer["excluded"]}


def test_figure_that_no_vendor_can_give_says_so(ask: Ask) -> None:
    answer = told(ask("acme", "--metric", "plays", "--json", "--language", "en"))
    assert (answer["value"], answer["rows"], answer["replies"]) == (None, 0, [])
    assert answer["remarks"] == ["not available: no platform that was asked can give it; it is not 0"]
    roster = told(ask("acme", "--metric", "roster_people", "--json", "--language", "en"))
    assert (roster["value"], roster["rows"], roster["replies"]) == (1, 0, [])
    assert "from the config: 1 roster, 1 person, each once" in roster["remarks"][0]


def test_pruned_replies_are_told_as_gaps(ask: Ask, store: Store, run: FinishedRun) -> None:
    store.prune([run.record.run_id], datetime.now(UTC), is_rehearsal=False)
    answer = told(ask("acme", "--metric", "people", "--json", "--language", "en"))
    assert answer["rows"] == 0
    assert any(remark.startswith(f"{len(answer['gaps'])} pulls are short") for remark in answer["remarks"])
    one = told(ask("acme", "--metric", "questions", "--json", "--language", "en"))
    assert any(remark.startswith("1 pull is short") for remark in one["remarks"])
    assert any("the run itself reckoned" in remark for remark in answer["remarks"])


def test_replies_that_are_gone_while_their_walks_record_stands_are_told_as_gaps(ask: Ask, project: Path) -> None:
    with sqlite3.connect(project / "reporter.db") as database:
        gone = "SELECT walk_id FROM walks WHERE endpoint = 'event/report/details'"
        database.execute(f"DELETE FROM replies WHERE walk_id IN ({gone})")  # noqa: S608 - the test's own words
    database.close()
    answer = told(ask("acme", "--metric", "people", "--json", "--language", "en"))
    (gap,) = answer["gaps"]
    assert (gap["endpoint"], gap["verdict"]) == ("event/report/details", "failed")
    assert "1 of 1 page is no longer stored (1)" in gap["issues"][-1]
    assert any("event/report/details" in remark for remark in answer["remarks"])


def test_unknown_figure_ends_with_the_nearest_and_an_unknown_ending_before_any_work(ask: Ask) -> None:
    with pytest.raises(UsageError, match="did you mean `people`"):
        ask("acme", "--metric", "peopel")
    with pytest.raises(UsageError, match="end it in"):
        ask("acme", "--metric", "people", "-o", "rows.doc")
