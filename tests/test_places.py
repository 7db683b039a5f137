from __future__ import annotations

import pytest

from reporter import places
from reporter.errors import Where

#: every form in which a problem's place is written: pulls, their replies and rows, lists, events
FORMS = [
    (str(Where("aliyun", "vod", "Describe", "9ae2", 3, 2)), "aliyun:vod Describe 房间 9ae2 第 3 页 第 2 次尝试"),
    (str(Where("aliyun", "", "Describe", "9ae2")), "aliyun Describe 房间 9ae2"),
    ("talkcloud:talk vod/watch room 86 reply 6ff5 row 1,013", "talkcloud:talk vod/watch 房间 86 回复 6ff5 第 1,013 行"),
    ("quanshi:qs event/report/details reply bc87", "quanshi:qs event/report/details 回复 bc87"),
    ("quanshi:qs viewers reply bc87 row 154", "quanshi:qs 观众 回复 bc87 第 154 行"),
    (
        "quanshi:qs reply bc8 row 2 and aliyun:vod reply ? row ?",
        "quanshi:qs 回复 bc8 第 2 行 与 aliyun:vod 回复 ? 第 ? 行",
    ),
    ("volcengine:volc visits", "volcengine:volc 观看记录"),
    ("volcengine:volc room 172", "volcengine:volc 房间 172"),
    ("event 新人训练营", "场次 新人训练营"),
    ("event room 3 and row 4", "场次 room 3 and row 4"),
    ("roster 华东 row 大区 row 7", "名单 华东 row 大区 第 7 行"),
    ("roster 华东 entry 2", "名单 华东 第 2 条"),
    ("roster 华东 column phone", "名单 华东 phone 列"),
]
#: what is told in other words to every reader: lists of staff, and rules that take visits out
IN_BOTH = [
    ("phone_in staff.csv row ?", "员工名单 staff.csv 第 ? 行", "staff list staff.csv row ?"),
    ("phone_in: staff.csv", "员工名单：staff.csv", "Staff list: staff.csv"),
    ("role: host", "身份：主持人", "Role: Host"),
    ("role: guest", "身份：guest", "Role: guest"),
]
#: what is the same for every reader
PLAIN = ["", "2026-W46", "问题!A1", "excluded", "brand.logo"]


@pytest.mark.parametrize(("where", "told"), FORMS)
def test_place_of_an_issue_is_told_in_the_readers_words_and_keeps_names_and_ids(where: str, told: str) -> None:
    assert (places.of_issue(where, "zh"), places.of_issue(where, "en")) == (told, where)


@pytest.mark.parametrize(("where", "zh", "en"), IN_BOTH)
def test_rule_that_takes_visits_out_and_its_list_are_told_in_words(where: str, zh: str, en: str) -> None:
    assert (places.of_issue(where, "zh"), places.of_issue(where, "en")) == (zh, en)


@pytest.mark.parametrize("where", PLAIN)
def test_place_without_words_of_ours_stays(where: str) -> None:
    assert places.of_issue(where, "zh") == where


def test_place_of_a_finding_is_told_likewise_but_for_an_event_which_has_its_bare_name() -> None:
    assert places.of_finding("aliyun:vod DescribeVodMediaPlayData room 9ae2", "zh").endswith(" 房间 9ae2")
    assert places.of_finding("event 5", "zh") == "event 5"
    assert (places.of_finding("people", "zh"), places.of_finding("people", "en")) == ("人员", "people")


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ("5400.25 s", "5400.25 秒", "5400.25 s"),
        ("7 d", "7 天", "7 d"),
        ("31", "31", "31"),
        ("-", "-", "-"),
        ("row s", "row s", "row s"),
        ("", "", ""),
    ],
)
def test_sides_of_a_check_have_their_units_in_words(said: str, zh: str, en: str) -> None:
    assert (places.amount(said, "zh"), places.amount(said, "en")) == (zh, en)
