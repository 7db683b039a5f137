"""`reporter diff` over real runs, their workbooks and their files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from reporter.cli.rebuild import command as rebuild_command
from reporter.errors import UsageError
from reporter.excel import write_xlsx
from reporter.store import Store
from reporter.tables import SCHEMAS

Told = Callable[..., tuple[int, str]]
Found = Callable[..., Any]


def _week(project: Path, run: str) -> str:
    return str(json.loads((project / run / "run.json").read_bytes())["period"]["label"])


def _edit(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    change(pl.read_parquet(path)).write_parquet(path)


def test_run_and_itself_are_the_same(project: Path, told: Told, found: Found) -> None:
    assert told("week-one", "week-one")[0] == 0
    document = found("week-one", str(project / "week-one" / "run.json"))
    assert list(document["tables"]) == list(SCHEMAS)
    assert document["reasons"] == []
    for counts in document["tables"].values():
        assert {counts[one] for one in ("added", "removed", "changed")} == {0}
    # a video's visits have no times: one viewer's are of one key
    assert [name for name, counts in document["tables"].items() if counts["duplicate_keys"]] == ["visits"]


@pytest.mark.usefixtures("project")
def test_changed_rule_is_told_with_what_it_changed(told: Told, found: Found) -> None:
    code, shown = told("week-one", "week-two")
    document = found("week-one", "week-two")
    attendance = document["tables"]["attendance"]
    assert code == 4
    assert attendance["changed"] > 0
    assert attendance["columns"] == {"attended": attendance["changed"]}
    assert [one for one in document["tables"].values() if one["changed"]] == [attendance]
    assert document["reasons"] == [
        "changed rule: attendance.min_ratio: — → 0.1",
        "no new replies: B asked the platforms nothing anew, and stands on the replies of the other",
    ]
    assert "- changed rule: attendance.min_ratio: — → 0.1" in shown.splitlines()


@pytest.mark.usefixtures("project")
def test_largest_change_is_named_by_its_key(found: Found) -> None:
    first = found("week-one", "week-two")["tables"]["attendance"]["largest"][0]
    assert first["key"].keys() == {"event", "person_id"}
    assert (first["column"], first["before"], first["after"], first["change"]) == ("attended", "false", "true", None)


def test_changed_cell_of_a_run_is_found_and_its_file_named(project: Path, found: Found) -> None:
    path = project / "week-two" / "data" / "visits.parquet"
    longer = pl.col("watch_seconds") + pl.when(pl.int_range(pl.len()) == 3).then(60).otherwise(0)
    _edit(path, lambda frame: frame.with_columns(longer))
    document = found("week-one", "week-two")
    visits = document["tables"]["visits"]
    assert (visits["added"], visits["removed"], visits["changed"]) == (0, 0, 1)
    assert visits["largest"][0]["change"] == 60
    assert "files of B were changed after its run: data/visits.parquet" in document["reasons"]
    assert found("week-one", "week-two", "--tolerance", "watch_seconds=60")["tables"]["visits"]["changed"] == 0


def test_dropped_and_doubled_rows_are_found(project: Path, found: Found) -> None:
    _edit(project / "week-two" / "data" / "viewers.parquet", lambda frame: pl.concat([frame[1:], frame[-1:]]))
    viewers = found("week-one", "week-two")["tables"]["viewers"]
    assert (viewers["added"], viewers["removed"], viewers["duplicate_keys"]) == (1, 1, 1)


def test_run_whose_folder_is_gone_is_made_again_from_the_store(project: Path, found: Found) -> None:
    with Store.open(f"sqlite:///{project / 'reporter.db'}") as store:
        first, second = (one.run_id for one in store.runs())
    document = found(first, second)
    assert document["tables"]["attendance"] == found("week-one", "week-two")["tables"]["attendance"]
    assert found("acme", second)["tables"]["attendance"]["changed"] == 0
    assert found(f"acme/{_week(project, 'week-two')}", "week-two")["tables"]["visits"]["changed"] == 0


def test_run_whose_folder_and_replies_are_gone_is_refused(project: Path, told: Told) -> None:
    with Store.open(f"sqlite:///{project / 'reporter.db'}") as store:
        ids = [one.run_id for one in store.runs()]
        store.prune(ids, datetime.now(UTC), is_rehearsal=False)
    with pytest.raises(UsageError, match="its replies were pruned"):
        told(ids[0], "week-two")


def test_runs_need_no_store(project: Path, found: Found) -> None:
    (project / "reporter.db").unlink()
    document = found("week-one", "week-two")
    assert document["tables"]["attendance"]["changed"] > 0
    assert document["reasons"][0].startswith("changed config (the store has not the configs of both runs")


def test_workbooks_of_runs_are_compared_by_the_keys_of_their_sheets(project: Path, told: Told, found: Found) -> None:
    books = [str(next((project / run).glob("*.xlsx"))) for run in ("week-one", "week-two")]
    document = found(*books)
    runs = found("week-one", "week-two")["tables"]
    assert document["tables"]["考勤"]["changed"] == runs["attendance"]["changed"]
    assert document["tables"]["明细"]["key"][:1] == ["平台"]
    assert document["tables"]["明细"]["changed"] == 0
    assert document["tables"]["明细"]["duplicate_keys"] == runs["visits"]["duplicate_keys"]
    assert document["left_out"] == ["目录", "说明", "摘要"]
    assert told(books[0], books[0])[0] == 0


def test_file_of_a_table_is_held_against_that_table_of_a_run(project: Path, told: Told, found: Found) -> None:
    path = str(project / "week-one" / "data" / "attendance.parquet")
    assert told(path, "week-one")[0] == 0
    assert list(found(path, "week-two")["tables"]) == ["attendance"]


def test_two_files_of_other_names_need_a_key(tmp_path: Path, found: Found) -> None:
    a, b = tmp_path / "old.parquet", tmp_path / "new.parquet"
    pl.DataFrame({"id": ["x", "y"], "n": [1, 2]}).write_parquet(a)
    pl.DataFrame({"id": ["y", "x"], "n": [2, 5]}).write_parquet(b)
    assert found(str(a), str(b), "--key", "id")["tables"]["old"]["changed"] == 1
    with pytest.raises(UsageError, match="give --key COLUMN") as fault:
        found(str(a), str(b))
    assert fault.value.exit_code == 2


def test_sheets_of_any_workbook_are_compared_by_the_key_that_is_given(tmp_path: Path, found: Found) -> None:
    frame = pl.DataFrame({"手机": ["13900001111", "13900002222"], "分": [1, 2]})
    write_xlsx({"名单": frame}, tmp_path / "a.xlsx")
    write_xlsx({"名单": frame.with_columns(pl.col("分") * 2).reverse()}, tmp_path / "b.xlsx")
    counted = found(str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx"), "--key", "手机")["tables"]["名单"]
    assert (counted["changed"], counted["largest"][0]["key"]) == (2, {"手机": "13900002222"})


def test_sheet_named_like_a_table_has_its_key(tmp_path: Path, found: Found) -> None:
    frame = pl.DataFrame({"person_id": ["a", "b"], "name": ["x", "y"]})
    write_xlsx({"people": frame}, tmp_path / "a.xlsx")
    write_xlsx({"people": frame.head(1)}, tmp_path / "b.xlsx")
    assert found(str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx"))["tables"]["people"]["removed"] == 1


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("week-one",), "name two sides to compare, A and B, not 1"),
        (("week-one", "nothing"), "nothing names no finished run"),
        (("week-one", "acme.yaml"), "acme.yaml is no run, workbook or Parquet file"),
        (("week-one", "week-two", "--table", "vists"), "--table vists: neither side has it; did you mean `visits`?"),
        (("week-one", "week-two", "--tolerance", "watch_second=1"), "did you mean `watch_seconds`?"),
        (("week-one", "week-two", "--tolerance", "watch_seconds"), "write COLUMN=N"),
        (("week-one", "week-two", "--tolerance", "watch_seconds=-1"), "write COLUMN=N"),
        (("week-one", "week-two", "-o", "x.csv"), "holds one table"),
        (("week-one", "week-two", "-o", "x.doc"), "end it in"),
    ],
)
def test_what_cannot_be_compared_is_refused(told: Told, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError) as fault:
        told(*words)
    assert said in str(fault.value)
    assert fault.value.exit_code == 2


def test_key_that_a_table_has_not_leaves_it_its_own(project: Path, found: Found) -> None:
    assert project.is_dir()
    tables = found("week-one", "week-two", "--key", "title")["tables"]
    assert tables["rooms"]["key"] == ["title"]
    assert tables["people"]["key"] == ["person_id"]


@pytest.mark.parametrize(("language", "names"), [("en", ["Notes", "Summary"]), ("zh", ["说明", "汇总"])])
def test_workbook_of_differences_has_reasons_counts_and_every_change(
    project: Path, told: Told, found: Found, language: str, names: list[str]
) -> None:
    told("week-one", "week-two", "-o", "d.xlsx", "--language", language)
    book = openpyxl.load_workbook(project / "d.xlsx")
    assert book.sheetnames[:2] == names
    rows = list(book[book.sheetnames[-1]].iter_rows(values_only=True))
    assert len(rows) - 1 == found("week-one", "week-two")["tables"]["attendance"]["changed"]
    assert any("attendance.min_ratio" in str(row[0]) for row in book[names[0]].iter_rows(values_only=True))


def test_page_of_differences_says_why(project: Path, told: Told) -> None:
    told("week-one", "week-two", "-o", "d.html", "--language", "zh")
    page = (project / "d.html").read_text(encoding="utf-8")
    assert "<li>规则改动：attendance.min_ratio：— → 0.1</li>" in page
    assert "attendance 改动" in page


def test_what_another_config_rebuilt_is_held_against_that_config_and_not_the_runs(project: Path, found: Found) -> None:
    text = (project / "acme.yaml").read_text(encoding="utf-8")
    (project / "other.yaml").write_text(text.replace("0.1", "0.2"), encoding="utf-8")
    for out, config in (("known", "acme.yaml"), ("strange", "other.yaml")):
        words = ["week-one", "--config", config, "--out", out]
        assert CliRunner().invoke(rebuild_command, words, standalone_mode=False).return_value == 4
    (known_folder,), (strange_folder,) = ((project / out / "acme").iterdir() for out in ("known", "strange"))
    # the second run of the store was made with the same config
    assert found("week-one", str(known_folder))["reasons"][0].startswith("changed rule: attendance.min_ratio: ")
    (reason, *_) = found("week-one", str(strange_folder))["reasons"]
    assert reason.startswith("changed config (the store has not the configs of both runs")
