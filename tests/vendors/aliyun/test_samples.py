"""Each sample of samples/aliyun is read into the rows and issues of the golden file beside it.

After a change that is meant, `python tests/vendors/aliyun/test_samples.py` writes the goldens anew; read what
git says of them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Period, Pull, Reply
from reporter.vendors.aliyun import ALIYUN, AliyunAccount
from reporter.vendors.base import Answer

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "aliyun"
ZONE = ZoneInfo("Asia/Shanghai")
PERIOD = Period("2026-W47", datetime(2026, 11, 16, tzinfo=ZONE), datetime(2026, 11, 23, tzinfo=ZONE), ZONE.key)
AS_OF = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ACCOUNT = AliyunAccount(vendor="aliyun", access_key="env:K", secret_key="env:S")

CASES = sorted(path for path in SAMPLES.rglob("*.json") if not path.name.endswith(".golden.json"))
GOLDENS = sorted(SAMPLES.rglob("*.golden.json"))


def _name(case: Path) -> str:
    return case.relative_to(SAMPLES).with_suffix("").as_posix()


def _call(case: Path) -> str:
    return case.parent.relative_to(SAMPLES).as_posix()


def _golden_of(case: Path) -> Path:
    return case.with_suffix(".golden.json")


def _pull(case: Path) -> Pull:
    """Return the pull that asked for a sample."""
    params = (("PlayDate", "20261117"),)
    return Pull("aliyun", "vod", _call(case), ACCOUNT, PERIOD, room="9ae2af636ca6c10412f44891fc000001", params=params)


def _golden_text(case: Path) -> str:
    reply = Reply("reply", 1, case.read_bytes(), AS_OF)
    tables, issues = ALIYUN.endpoints[_call(case)].read(_pull(case), (reply,), AS_OF)
    rows = {
        name: [{column: value for column, value in row.items() if value is not None} for row in frame.to_dicts()]
        for name, frame in tables.items()
    }
    told = [f"{issue.level} {issue.code}: {issue.message.en} | {issue.where}" for issue in issues]
    return json.dumps({"tables": rows, "issues": told}, ensure_ascii=False, indent=1, default=str) + "\n"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_sample_is_read_into_its_golden(case: Path) -> None:
    assert _golden_text(case) == _golden_of(case).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_sample_passes_the_check_of_replies(case: Path) -> None:
    ALIYUN.check(Answer(200, {}, json.loads(case.read_text(encoding="utf-8"))))


def test_golden_without_a_sample_is_none() -> None:
    assert [_golden_of(case) for case in CASES] == GOLDENS


def test_samples_cover_every_call() -> None:
    assert {_call(case) for case in CASES} == set(ALIYUN.endpoints)


if __name__ == "__main__":
    for each in CASES:
        _golden_of(each).write_text(_golden_text(each), encoding="utf-8")
