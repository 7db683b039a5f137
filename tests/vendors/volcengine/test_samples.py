"""Each sample of samples/volcengine is read into the rows and issues of the golden file beside it.

After a change that is meant, `python tests/vendors/volcengine/test_samples.py` writes the goldens anew;
read what git says of them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Match, Period, Pull, Reply
from reporter.vendors.base import Answer
from reporter.vendors.volcengine import VOLCENGINE, VolcengineAccount

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "volcengine"
ZONE = "Asia/Shanghai"
PERIOD = Period(
    "2026-W47",
    datetime(2026, 11, 16, tzinfo=ZoneInfo(ZONE)),
    datetime(2026, 11, 23, tzinfo=ZoneInfo(ZONE)),
    ZONE,
)
AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ACCOUNT = VolcengineAccount(vendor="volcengine", access_key="env:AK", secret_key="env:SK")

CASES = sorted(path for path in SAMPLES.glob("*/*.json") if not path.name.endswith(".golden.json"))
GOLDENS = sorted(SAMPLES.glob("*/*.golden.json"))


def _golden_of(case: Path) -> Path:
    return case.with_suffix(".golden.json")


def _pull(case: Path) -> Pull:
    """Return the pull that asked for a sample: of the room that the sample names, if it names one."""
    call, body = case.parent.name, json.loads(case.read_text(encoding="utf-8"))
    room = str((body["Result"].get("ActMsg") or {}).get("Id", "1770637083012345678"))
    if call == "GetAccountUserTrackData":
        return Pull("volcengine", "volc", call, ACCOUNT, PERIOD, params=(("UserId", "1810621234567890998"),))
    if call == "ListActivityAPI":
        match = Match(name="公开课*", tags=(("行业", ("教育", "金融")),), status=("live", "replay"))
        return Pull("volcengine", "volc", call, ACCOUNT, PERIOD, match=match)
    return Pull("volcengine", "volc", call, ACCOUNT, PERIOD, room=room, detail="visits")


def _golden_text(case: Path) -> str:
    reply = Reply("reply", 1, case.read_bytes(), AS_OF)
    tables, issues = VOLCENGINE.endpoints[case.parent.name].read(_pull(case), (reply,), AS_OF)
    rows = {
        name: [{column: value for column, value in row.items() if value is not None} for row in frame.to_dicts()]
        for name, frame in tables.items()
    }
    told = [f"{issue.level} {issue.code}: {issue.message.en} | {issue.where}" for issue in issues]
    return json.dumps({"tables": rows, "issues": told}, ensure_ascii=False, indent=1, default=str) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_is_read_into_its_golden(case: Path) -> None:
    assert _golden_text(case) == _golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_passes_the_check_of_replies(case: Path) -> None:
    VOLCENGINE.check(Answer(200, {}, json.loads(case.read_text(encoding="utf-8"))))


def test_golden_without_a_sample_is_none() -> None:
    assert [_golden_of(case) for case in CASES] == GOLDENS


def test_samples_cover_every_call() -> None:
    assert {case.parent.name for case in CASES} == set(VOLCENGINE.endpoints)


if __name__ == "__main__":
    for each in CASES:
        _golden_of(each).write_text(_golden_text(each), encoding="utf-8")
