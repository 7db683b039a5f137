from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from reporter.rules import Roster, RosterEntry

BARE, SPELT = "19000101106", "+86-19000101106"


def _visit(account: str, viewer_id: str, **more: Any) -> dict[str, Any]:
    return {"account": account, "room_id": f"{account}-1", "viewer_id": viewer_id, "mode": "live", **more}


def _names(joined: Any, viewers: list[dict[str, Any]], visits: list[dict[str, Any]], **rules: Any) -> list[str]:
    done, _ = joined(viewers=[{"phone": BARE, **viewer} for viewer in viewers], visits=visits, **rules)
    return list(done.tables["people"]["name"])


def test_a_person_has_all_viewers_and_the_vendors_where_it_was_seen(joined: Any) -> None:
    done, _ = joined(
        viewers=[
            {"account": "volc", "viewer_id": "9", "phone": BARE, "external_id": "E2026000017"},
            {"account": "qs", "viewer_id": SPELT, "phone": SPELT, "email": " Wang@example.com"},
            {"account": "talk", "viewer_id": "wang", "email": "wang@example.com", "company": "示例科技"},
        ],
        visits=[_visit("talk", "wang", mode="vod"), _visit("volc", "9")],
    )
    assert done.tables["people"].drop("person_id").to_dicts() == [
        {
            "vendor": None,
            "account": None,
            "room_id": None,
            "name": None,
            "phone": "+8619000101106",
            "email": "wang@example.com",
            "company": "示例科技",
            "vendors": ["volcengine", "talkcloud"],
            "viewer_ids": ["quanshi/qs/+86-19000101106", "talkcloud/talk/wang", "volcengine/volc/9"],
            "matched_by": ["phone", "email"],
            "reply_id": None,
            "row_no": None,
        }
    ]


def test_matched_by_is_empty_for_a_person_with_one_viewer(joined: Any) -> None:
    done, _ = joined(viewers=[{"viewer_id": "1", "phone": BARE}], visits=[_visit("volc", "1")])
    assert done.tables["people"]["matched_by"].to_list() == [[]]


def test_people_are_those_with_a_visit_or_on_a_list_and_nobody_of_another_week(joined: Any) -> None:
    done, _ = joined(
        viewers=[{"viewer_id": viewer_id} for viewer_id in "abc"],
        visits=[_visit("volc", "a")],
        viewer_totals=[{"room_id": "volc-1", "viewer_id": "b"}, {"room_id": "volc-2", "viewer_id": "c"}],
        details={"volc-1": "visits", "volc-2": "list"},
    )
    assert sorted(done.tables["people"]["viewer_ids"].to_list()) == [["volcengine/volc/a"], ["volcengine/volc/c"]]
    assert done.tables["attendance"].height == 1


def test_a_name_is_that_of_the_first_account_in_the_configs_order(joined: Any) -> None:
    viewers = [
        {"account": "qs", "viewer_id": "a", "name": "王全"},
        {"account": "volc", "viewer_id": "b", "name": "王火"},
    ]
    visits = [_visit("qs", "a"), _visit("volc", "b")]
    assert _names(joined, viewers, visits) == ["王火"]
    assert _names(joined, viewers, visits, account_order=("qs", "volc")) == ["王全"]


def test_a_name_of_one_account_is_that_of_the_latest_visit(joined: Any, at: Any) -> None:
    viewers = [{"account": "qs", "viewer_id": one, "name": f"王{one}"} for one in "abc"]
    visits = [_visit("qs", "a", joined_at=at(0)), _visit("qs", "b", joined_at=at(5)), _visit("qs", "c")]
    assert _names(joined, viewers, visits) == ["王b"]


@pytest.mark.parametrize(
    "made_up", ["网友1009", "用户6", "手机用户0010", "游客", "游客ab-1", "匿名观众", "Guest 12", "  ", None]
)
def test_a_made_up_name_comes_last(joined: Any, made_up: str | None) -> None:
    viewers: list[dict[str, Any]] = [
        {"account": "volc", "viewer_id": "a", "name": made_up},
        {"account": "qs", "viewer_id": "b", "name": "王"},
    ]
    assert _names(joined, viewers, [_visit("volc", "a")]) == ["王"]


def test_a_made_up_name_is_better_than_none_and_a_real_one_may_begin_like_it(joined: Any) -> None:
    alone: list[dict[str, Any]] = [{"account": "volc", "viewer_id": "a", "name": "网友1009"}]
    assert _names(joined, alone, [_visit("volc", "a")]) == ["网友1009"]
    real: list[dict[str, Any]] = [{"account": "volc", "viewer_id": "a", "name": "用户研究部王敏"}]
    other: list[dict[str, Any]] = [{"account": "qs", "viewer_id": "b", "name": "王"}]
    assert _names(joined, real + other, [_visit("volc", "a")]) == ["用户研究部王敏"]


def test_a_rosters_word_is_taken_first_and_what_it_leaves_out_is_the_vendors(joined: Any) -> None:
    roster = Roster("报名名单", (RosterEntry(phone=f"86{BARE}", name="王小明", company="青禾教育"),))
    viewers = [{"viewer_id": "a", "phone": BARE, "name": "小王", "email": "wang@example.com", "company": "示例科技"}]
    done, _ = joined(viewers=viewers, visits=[_visit("volc", "a")], rosters=(roster,))
    assert done.tables["people"].select("name", "phone", "email", "company").rows() == [
        ("王小明", "+8619000101106", "wang@example.com", "青禾教育")
    ]


def test_people_and_all_else_come_in_the_same_order_whatever_the_order_of_the_rows(joined: Any, at: Any) -> None:
    viewers = [{"viewer_id": str(number), "phone": f"190001011{number % 7:02}"} for number in range(30)]
    visits = [_visit("volc", str(number), joined_at=_minute(at, number), watch_seconds=60.0) for number in range(30)]
    one, _ = joined(viewers=viewers, visits=visits)
    other, _ = joined(viewers=viewers[::-1], visits=visits[::-1])
    assert one.tables["people"].equals(other.tables["people"])
    assert one.tables["attendance"].equals(other.tables["attendance"])
    assert one.tables["people"]["person_id"].is_sorted()


def _minute(at: Any, number: int) -> datetime:
    moment: datetime = at(number)
    return moment
