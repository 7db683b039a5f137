"""Why two runs of one period differ, from what their run.json and their configs say."""

from __future__ import annotations

from typing import Any

import pytest

from reporter import config as configs
from reporter.diff import Side
from reporter.diff.reasons import reasons

PERIOD = {
    "label": "2026-W46",
    "start": "2026-11-09T00:00:00+08:00",
    "end": "2026-11-16T00:00:00+08:00",
    "timezone": "Asia/Shanghai",
}


def _pull(**changes: Any) -> dict[str, Any]:
    return {
        "vendor": "volcengine",
        "account": "volc",
        "endpoint": "ListAccountUserData",
        "room": "172183460671",
        "params": {},
        "requests": 1,
        "rows": 100,
        "claimed": 100,
        "verdict": "complete",
        **changes,
    }


def _side(*pulls: dict[str, Any], sources: tuple[tuple[str, bytes], ...] = (), **changes: Any) -> Side:
    record = {
        "client": "acme",
        "version": "0.1.0",
        "config_sha256": "a",
        "as_of": "2026-11-20T01:00:00+00:00",
        "period": PERIOD,
        "status": "complete",
        "pulls": list(pulls or [_pull()]),
        **changes,
    }
    return Side("x", {}, record=record, sources=sources)


def _told(a: Side, b: Side, language: str = "en") -> list[str]:
    return [one.zh if language == "zh" else one.en for one in reasons(a, b, ())]


def test_changed_version_is_a_reason_in_both_languages() -> None:
    sides = _side(), _side(_pull(requests=0), version="0.2.0")
    assert _told(*sides)[0] == "changed version: 0.1.0 → 0.2.0"
    assert _told(*sides, "zh")[0] == "软件版本不同：0.1.0 → 0.2.0"


def test_run_held_against_itself_asked_nothing_anew() -> None:
    pull = _pull(requests=3)
    assert any("new replies" in one for one in _told(_side(pull, run_id="a"), _side(pull, run_id="b")))
    assert not any("new replies" in one for one in _told(_side(pull, run_id="a"), _side(pull, run_id="a")))


def test_new_replies_are_named_by_call_and_room_with_their_rows() -> None:
    again = _side(_pull(rows=104, claimed=104), as_of="2026-11-21T01:00:00+00:00")
    assert _told(_side(), again) == [
        "new replies: B (as of 2026-11-21 09:00) asked the platforms anew in 1 of its 1 pull",
        "volcengine:volc ListAccountUserData room 172183460671: 100 → 104 rows",
    ]


def test_later_run_is_found_whichever_side_it_is() -> None:
    again = _side(_pull(rows=104), as_of="2026-11-21T01:00:00+00:00")
    assert _told(again, _side())[0].startswith("new replies: A (as of 2026-11-21 09:00)")


def test_gap_that_was_filled_is_a_reason() -> None:
    found = _told(_side(_pull(rows=40, verdict="short"), status="partial"), _side())
    assert "status: Partial → Complete" in found
    assert "volcengine:volc ListAccountUserData room 172183460671: 40 → 100 rows (Short → Complete)" in found


def test_data_that_was_not_final_is_late_by_the_vendors_own_rule() -> None:
    early = _side(as_of="2026-11-16T01:00:00+00:00")
    assert _told(early, _side(_pull(rows=104)))[-1] == (
        "late data: A was pulled at 2026-11-16 09:00, and figures of Volcengine are final from 2026-11-16 12:00 on"
    )
    settled = _side(as_of="2026-11-16T04:00:00+00:00")
    assert not [one for one in _told(settled, _side(_pull(rows=104))) if one.startswith("late data")]


def test_days_of_media_are_final_at_nine_of_the_day_after() -> None:
    pull = _pull(vendor="aliyun", endpoint="DescribeVodMediaPlayData", params={"PlayDate": "20261115"})
    pull["params"]["PlayDate"] = "2026-11-15"
    early = _side(pull, as_of="2026-11-16T00:30:00+00:00")
    assert _told(early, _side({**pull, "rows": 120}))[-1].endswith("Aliyun VOD are final from 2026-11-16 09:00 on")


def test_stored_replies_are_said_to_be_the_same() -> None:
    assert _told(_side(), _side(_pull(requests=0), version="2")) == [
        "changed version: 0.1.0 → 2",
        "no new replies: B asked the platforms nothing anew, and stands on the replies of the other",
    ]


def test_calls_for_a_token_are_no_new_replies() -> None:
    token = _pull(vendor="quanshi", endpoint="token/create", rows=0, claimed=None)
    assert _told(_side(token, _pull()), _side(token, _pull(requests=0)))[-1].startswith("no new replies: ")


def test_pulls_of_one_side_alone_are_counted_by_call() -> None:
    more = [_pull(room=str(room)) for room in range(3)]
    found = _told(_side(), _side(_pull(), *more))
    assert found[-1] == "3 pulls of B alone: volcengine:volc ListAccountUserData ×3"


def test_one_of_a_kind_is_told_in_ones_form() -> None:
    again = _side(_pull(rows=1), _pull(room="7"), as_of="2026-11-21T01:00:00+00:00")
    found = _told(_side(), again)
    assert "asked the platforms anew in 2 of its 2 pulls" in found[0]
    assert found[1].endswith("100 → 1 row")
    assert found[-1] == "1 pull of B alone: volcengine:volc ListAccountUserData ×1"
    assert _told(_side(), again, "zh")[-1] == "只有 B 拉取了 1 项：volcengine:volc ListAccountUserData ×1"


def test_other_period_or_client_needs_no_other_reason() -> None:
    other = _side(version="9", period={**PERIOD, "label": "2026-W47", "end": "2026-11-23T00:00:00+08:00"})
    assert _told(_side(), other) == ["different periods: A is 2026-W46, B is 2026-W47"]
    assert _told(_side(), _side(client="beta")) == ["A is client acme, B is client beta"]


def test_same_instants_are_the_same_period_however_it_is_called() -> None:
    named = {**PERIOD, "label": "2026-11-09..2026-11-15", "start": "2026-11-08T16:00:00+00:00"}
    assert not _told(_side(), _side(period=named))[0].startswith("different periods")


BASE = "accounts: {volc: {vendor: volcengine, access_key: env:AK, secret_key: env:SK}}\nattendance: {min_ratio: 0.8}\n"
NEAR = "extends: _base.yaml\nclient: acme\nexclude: [{role: host}, {phone_in: staff.csv}]\nlanguage: zh\n"


def _sources(near: str = NEAR, base: str = BASE, staff: bytes = b"13900001111\n") -> tuple[tuple[str, bytes], ...]:
    return ("acme.yaml", near.encode()), ("_base.yaml", base.encode()), ("staff.csv", staff)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (_sources(base=BASE.replace("0.8", "0.5")), ["changed rule: attendance.min_ratio: 0.8 → 0.5"]),
        (_sources(near=NEAR.replace("zh", "en")), ["changed config: language: zh → en"]),
        (_sources(near=NEAR.replace("{role: host}, ", "")), ["changed rule: exclude[0].role: host → —"]),
        (_sources(staff=b"13900002222\n"), ["changed config: the file staff.csv is another"]),
        (
            _sources(near=NEAR + "attendance: {min_minutes: 5}\n"),
            ["changed rule: attendance.min_minutes: — → 5"],
        ),
        (
            _sources(near=NEAR + "mail: {from: a@b.c}\n"),
            ["changed config: its spelling or its mail section; the same values"],
        ),
        (_sources(near=NEAR + "# a remark\n"), ["changed config: its spelling or its mail section; the same values"]),
    ],
)
def test_changed_keys_of_configs_are_named_bases_merged_in(
    after: tuple[tuple[str, bytes], ...], said: list[str]
) -> None:
    found = _told(_side(sources=_sources()), _side(_pull(requests=0), sources=after, config_sha256="b"))
    assert found[: len(said)] == said


def test_more_changes_than_are_told_are_counted() -> None:
    many = "".join(f"title{number}: x\n" for number in range(11))
    found = _told(_side(sources=_sources()), _side(sources=_sources(near=NEAR + many), config_sha256="b"))
    assert "changed config: 3 more keys" in found


def test_changes_tell_text_before_and_after() -> None:
    found = configs.changes(_sources(), _sources(base=BASE.replace("0.8", "0.50")))
    assert found == [configs.Changed("attendance.min_ratio", "0.8", "0.50")]


def test_files_that_were_changed_after_their_run_are_named() -> None:
    touched = Side("x", {}, record=_side().record, touched=("data/visits.parquet",))
    assert _told(touched, _side(_pull(requests=0)))[0] == "files of A were changed after its run: data/visits.parquet"


def test_where_nothing_recorded_explains_it_that_is_said() -> None:
    assert _told(_side(), _side(_pull(requests=0)))[0].startswith("nothing that the runs recorded explains it")


def test_files_and_workbooks_have_no_reasons() -> None:
    assert _told(_side(), Side("x", {})) == []
