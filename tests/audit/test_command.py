"""`reporter audit`: what it looks at, what it prints and writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from reporter.cli.audit import command
from reporter.errors import ConfigError, IncompleteError, UsageError
from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server
from reporter.store import Store

if TYPE_CHECKING:
    from tests.audit.conftest import Project

ROOM = "volcengine:volc/172183460671"
TRACKED = "172183460688"


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str

    @property
    def checks(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = json.loads(self.stdout)["checks"]
        return told


Audit = Callable[..., Ended]


def _audit(project: Project, *words: str) -> Ended:
    runner = CliRunner(env={**project.env, "REPORTER_STORE": project.url})
    ended = runner.invoke(command, list(words), standalone_mode=False)
    if ended.exception is not None:
        raise ended.exception
    return Ended(ended.return_value, ended.stdout, ended.stderr)


def _days(project: Project) -> tuple[str, str]:
    """Return the first and the last day of the finished week."""
    with Store.open(project.url) as store:
        record = project.run(store).record
    return f"{record.start:%Y-%m-%d}", f"{record.end - timedelta(days=1):%Y-%m-%d}"


def test_finished_run_that_is_as_it_was_ends_0_and_says_of_each_check_how_it_ended(finished_week: Project) -> None:
    ended = _audit(finished_week, str(finished_week.config), "--offline", "--json")
    assert ended.code == 0
    assert all({"check", "where", "expected", "found", "verdict", "why"} <= one.keys() for one in ended.checks)
    assert {one["verdict"] for one in ended.checks} == {"agrees", "explained"}
    looked_at = {"stored-replies", "file-bytes", "table-again", "figures-again", "claimed-rows", "volcengine-duration"}
    assert looked_at <= {one["check"] for one in ended.checks}


def test_changed_table_ends_4_and_its_rows_are_written_with_reply_row_and_request(
    project: Project, tmp_path: Path
) -> None:
    path = project.out / "data" / "visits.parquet"
    rows = pl.read_parquet(path)
    pl.concat([rows, rows.head(1)]).write_parquet(path)
    ended = _audit(project, str(project.config), "--offline", "-o", str(tmp_path / "audit.xlsx"))
    assert ended.code == 4
    assert "table-again" in ended.stdout.splitlines()[3]
    assert str(tmp_path / "audit.xlsx") in ended.stderr.splitlines()[-1]
    book = load_workbook(tmp_path / "audit.xlsx")
    assert book.sheetnames[:2] == ["说明", "核查项"]
    header, row = ([cell.value for cell in each] for each in book["table-again"].iter_rows())
    told = dict(zip(header, row, strict=True))
    assert (told["回复编号"], told["回复内行号"]) == rows.select("reply_id", "row_no").row(0)
    assert told["平台请求编号"]
    assert told["接口"]


def test_room_of_the_command_line_is_audited_from_the_store_with_the_config_of_the_run_that_has_it(
    finished_week: Project,
) -> None:
    since, until = _days(finished_week)
    ended = _audit(finished_week, "--room", ROOM, "--from", since, "--to", until, "--offline", "--json")
    assert ended.code == 0
    rooms = {one["where"] for one in ended.checks if " room " in one["where"]}
    assert rooms
    assert all("172183460671" in one for one in rooms)


def test_room_that_is_not_stored_ends_3_offline_and_names_the_command_that_pulls_it(finished_week: Project) -> None:
    words = ("--room", "volcengine:volc/1790000001600", "--from", "2026-01-05", "--to", "2026-01-06")
    ended = _audit(finished_week, *words, "--offline")
    assert ended.code == 3
    assert f"`reporter audit {' '.join(words)}` without --offline" in ended.stderr.splitlines()[-1]


def test_file_of_a_console_beside_missing_data_ends_3_not_2(finished_week: Project, tmp_path: Path) -> None:
    (tmp_path / "console.csv").write_text("用户ID,点赞数\n1,1\n", encoding="utf-8")
    words = ("--room", "volcengine:volc/1790000001600", "--from", "2026-01-05", "--to", "2026-01-06", "--offline")
    assert _audit(finished_week, *words, "--against", str(tmp_path / "console.csv")).code == 3


def test_no_store_at_all_ends_3_offline_and_makes_none(finished_week: Project, tmp_path: Path) -> None:
    runner = CliRunner(env={"REPORTER_STORE": f"sqlite:///{tmp_path / 'none.db'}"})
    ended = runner.invoke(command, ["--room", ROOM, "--offline"], standalone_mode=False)
    assert isinstance(ended.exception, IncompleteError)
    assert ended.exception.exit_code == 3
    assert not (tmp_path / "none.db").exists()
    assert finished_week.config.exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name what to audit"),
        (("--room", "volc/172183460671"), "write VENDOR:ACCOUNT/ID"),
        (("--room", "volcengin:volc/1"), "`volcengin` is none of the vendors .*write `volcengine`"),
        (("--room", ROOM, "--from", "2026-11-02"), "--from and --to go together"),
        (("--room", ROOM, "--viewer", ROOM), "name one of CONFIG, --room and --viewer"),
        (("--room", ROOM, "-o", "audit.csv"), r"end it in \.xlsx or \.html"),
        (("--room", ROOM, "--map", "a=phone"), "--map says what the columns of --against are"),
        (("--viewer", ROOM, "--against", "console.csv"), "use it with CONFIG or --room"),
        (("--room", "volcengine:other/1", "--offline"), "no finished run has an account volcengine:other"),
    ],
)
def test_words_that_cannot_work_say_what_to_write(finished_week: Project, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _audit(finished_week, *words)


def test_account_that_a_config_has_of_another_vendor_is_refused(finished_week: Project) -> None:
    with pytest.raises(UsageError, match="volc is an account of volcengine, not of quanshi"):
        _audit(finished_week, "--room", "quanshi:volc/1", "--config", str(finished_week.config))


def test_person_is_looked_up_in_every_table_and_in_the_track_of_their_viewer(finished_week: Project) -> None:
    with Store.open(finished_week.url) as store:
        run = finished_week.run(store)
    totals = pl.read_parquet(finished_week.folder / run.origin.folder / "data" / "viewer_totals.parquet")
    viewer_id = totals.filter(pl.col("room_id") == TRACKED)["viewer_id"][0]
    ended = _audit(
        finished_week, "--viewer", f"volcengine:volc/{viewer_id}", "--period", run.record.label, "--offline", "--json"
    )
    told = json.loads(ended.stdout)
    assert ended.code == 0
    assert {one["viewer_id"] for one in told["viewer"]["track"]} == {viewer_id}
    assert {one["person_id"] for one in told["viewer"]["visits"]} == {told["viewer"]["records"][0]["person_id"]}
    tracked = [one for one in told["checks"] if one["check"] == "viewer-track"]
    assert {one["verdict"] for one in tracked} == {"agrees"}
    assert any(TRACKED in one["where"] for one in tracked)


def test_viewer_whom_no_report_knows_is_told_so(finished_week: Project) -> None:
    with Store.open(finished_week.url) as store:
        label = finished_week.run(store).record.label
    with pytest.raises(UsageError, match="has no row of this viewer"):
        _audit(finished_week, "--viewer", "quanshi:qs/nobody", "--period", label, "--offline")


ACCOUNTS = """\
accounts:
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}
"""


def test_room_needs_no_config_but_its_account_and_is_pulled_where_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    now = datetime.now(UTC)
    words = ["--room", f"volcengine:volc/{TRACKED}", "--config", str(tmp_path / "accounts.yaml"), "--json"]
    with Server(Sandbox(now=lambda: datetime.now(UTC), limits=False, weeks=2)) as server:
        env = {**Sandbox(now=now).credentials(), "URL": server.url, "REPORTER_STORE": f"sqlite:///{tmp_path / 'a.db'}"}
        first = CliRunner(env=env).invoke(command, words, standalone_mode=False)
    assert first.exception is None
    assert first.return_value == 0
    again = CliRunner(env=env).invoke(command, [*words, "--offline"], standalone_mode=False)
    assert again.return_value == 0
    checks = [json.loads(ended.stdout)["checks"] for ended in (first, again)]
    assert checks[0] == checks[1]
    assert not list(tmp_path.glob("out/**/*"))


def test_accounts_that_are_wrong_are_complained_about_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS.replace("access_key: env:", "access_key: "), encoding="utf-8")
    env = {"REPORTER_STORE": f"sqlite:///{tmp_path / 'a.db'}"}
    words = ["--room", ROOM, "--config", str(tmp_path / "accounts.yaml")]
    ended = CliRunner(env=env).invoke(command, words, standalone_mode=False)
    assert isinstance(ended.exception, ConfigError)
    assert "accounts.yaml:2:" in str(ended.exception)
