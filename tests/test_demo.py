"""`reporter demo` as a stranger runs it: from a checkout, an editable install, and a wheel outside it.

The three run side by side (they mostly wait for the vendors' rate limits), in folders of their own.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from reporter.files import sha256
from reporter.tables import SCHEMAS

ROOT = Path(__file__).resolve().parent.parent
WAYS = ("checkout", "editable", "wheel")
#: nine calls, of which Quanshi's has two more that fetch its token
NINE_CALLS = {
    "GetCustomActMsgAPI",
    "GetAccountUserTrackData",
    "ListActivityAPI",
    "ListAnActivityStartAndEndTimeAPI",
    "ListAccountUserData",
    "ListUserBehaviorDataAPIV2",
    "user/search/email",
    "token/create",
    "event/report/details",
    "vod/watch",
    "DescribeVodMediaPlayData",
}


@dataclass(frozen=True)
class Demo:
    code: int
    stdout: str
    stderr: str
    folders: tuple[Path, ...]

    def runs(self) -> list[dict[str, Any]]:
        return [json.loads((folder / "run.json").read_bytes()) for folder in self.folders]


def _wheel(folder: Path) -> Path:
    """Build the wheel and unpack it where it is imported from, without its checkout."""
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True)
    wheel = next(folder.glob("reporter-*.whl"))
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True)
    return target


def _start(way: str, folder: Path) -> subprocess.Popen[str]:
    command, path = [sys.executable, "-m", "reporter"], ""
    if way == "checkout":
        path = str(ROOT)
    elif way == "editable":
        command = [str(Path(sysconfig.get_path("scripts")) / "reporter")]
    else:
        path = str(_wheel(folder))
    environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "120"}
    return subprocess.Popen(
        [*command, "demo", "--out", "made"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Demo]:
    folders = {way: tmp_path_factory.mktemp(way) for way in WAYS}
    started = {way: _start(way, folder) for way, folder in folders.items()}
    ended = {}
    for way, process in started.items():
        stdout, stderr = process.communicate(timeout=300)
        made = tuple(sorted((folders[way] / "made" / "demo").glob("2*")))
        ended[way] = Demo(process.returncode, stdout, stderr, made)
    return ended


@pytest.fixture(params=WAYS)
def demo(request: pytest.FixtureRequest, demos: dict[str, Demo]) -> Demo:
    return demos[request.param]


def test_demo_ends_well_and_says_where_the_files_are(demo: Demo) -> None:
    assert demo.code == 0, demo.stderr
    assert demo.stdout == ""
    assert str(Path("made") / "demo" / demo.folders[1].name) in demo.stderr
    assert demo.stderr.splitlines()[-1].startswith("Next: ")


def test_demo_makes_two_complete_weeks(demo: Demo) -> None:
    assert len(demo.folders) == 2
    for folder, run in zip(demo.folders, demo.runs(), strict=True):
        assert run["status"] == "complete"
        assert len(run["files"]) == 11
        for file in run["files"]:
            assert sha256((folder / file["path"]).read_bytes()) == file["sha256"]
        assert {pull["verdict"] for pull in run["pulls"]} == {"complete"}


def test_demo_makes_each_call_and_asks_nothing_again_that_is_final(demo: Demo) -> None:
    first, second = ({pull["endpoint"] for pull in run["pulls"] if pull["requests"]} for run in demo.runs())
    assert first == NINE_CALLS
    assert "GetAccountUserTrackData" not in second


def test_demo_sees_a_person_on_three_vendors(demo: Demo) -> None:
    people = pl.read_parquet(demo.folders[1] / "data" / "people.parquet")
    assert people["vendors"].list.len().max() == 3


def test_demo_leaves_every_table_private_and_with_its_schema(demo: Demo) -> None:
    data = demo.folders[1] / "data"
    assert sorted(path.stem for path in data.iterdir()) == sorted(SCHEMAS)
    for path in data.iterdir():
        assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
        assert pl.read_parquet_schema(path) == pl.Schema(SCHEMAS[path.stem])


def test_demo_writes_a_workbook_that_opens_with_its_nine_sheets(demo: Demo) -> None:
    book = CalamineWorkbook.from_path(next(demo.folders[1].glob("*.xlsx")))
    assert {"说明", "摘要", "场次", "人员", "考勤", "明细", "点播", "问题", "口径"} <= set(book.sheet_names)


def test_demo_shows_the_week_before_on_the_second_page(demo: Demo) -> None:
    first, second = demo.folders
    assert first.name in next(second.glob("*.html")).read_text(encoding="utf-8")


def test_demo_leaves_nothing_half_written(demo: Demo) -> None:
    assert not list(demo.folders[0].parent.parent.rglob("*.part"))
