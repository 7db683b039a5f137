from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reporter.archive import at_risk, old_runs
from reporter.archive.files import without
from reporter.archive.person import Person, rewritten, rows_in
from reporter.archive.whose import Shared, grown
from reporter.store import Coverage, RunRecord
from reporter.vendors.personal import PERSONAL

PHONE = Person("19000101106")
VOLC, QUANSHI, TALK = PERSONAL["volcengine"], PERSONAL["quanshi"], PERSONAL["talkcloud"]


def _after(body: Any, person: Person, vendor: str = "volcengine") -> Any:
    made = rewritten(json.dumps(body, ensure_ascii=False).encode(), person, PERSONAL[vendor], "forgotten-1")
    return None if made is None else json.loads(made[0])


def _grown(body: Any, vendor: str = "volcengine") -> tuple[Person, Shared]:
    return grown(PHONE, Counter(rows_in(json.dumps(body).encode(), PHONE, PERSONAL[vendor])))


@pytest.mark.parametrize(
    ("value", "is_theirs"),
    [
        ("19000101106", True),
        ("+86-19000101106", True),
        ("0086 190 0010 1106", True),
        (19000101106, True),
        (8619000101106, True),
        ("19000101107", False),
        ("119000101106", False),
        ("7319000101106", False),
        ("", False),
        (None, False),
        (True, False),
    ],
)
def test_phone_is_known_however_it_is_spelled(value: object, is_theirs: bool) -> None:
    assert PHONE.is_named_by(value) is is_theirs


def test_row_keeps_its_counts_and_times_and_loses_who_it_was() -> None:
    row = {
        "BasicData": {
            "UserId": 1810621234567890998,
            "NickName": "王小明",
            "Telephone": "+86-19000101106",
            "IP": "192.0.2.7",
        },
        "WatchData": {"WatchTime": 3300, "Since": 1794999605, "At": "2026-11-18 19:00:05"},
        "PayData": {"TotalAmount": "2.50"},
        "NewField": "王小明的电话",
    }
    other = {"BasicData": {"UserId": 5, "NickName": "李四", "Telephone": "19000101107"}}
    after = _after({"Result": {"TotalCount": 2, "Users": [row, other]}}, PHONE)
    assert after["Result"]["Users"][1] == other
    assert after["Result"]["Users"][0] == {
        "BasicData": {"UserId": 1810621234567890998, "NickName": "", "Telephone": "", "IP": ""},
        "WatchData": {"WatchTime": 3300, "Since": 1794999605, "At": "2026-11-18 19:00:05"},
        "PayData": {"TotalAmount": "2.50"},
        "NewField": "",
    }


def test_body_without_the_person_is_left_byte_for_byte() -> None:
    body = b'{ "Result": {"Users": [{"Telephone": "19000101107", "x": 1.50}]} }'
    assert rewritten(body, PHONE, VOLC, "s") is None


def test_numbers_keep_their_spelling_in_a_body_that_is_rewritten() -> None:
    body = b'{"Users":[{"Telephone":"19000101106","a":12.30,"b":1e5,"c":0.12345678901234567890}],"d":7.10}'
    made = rewritten(body, PHONE, VOLC, "s")
    assert made == (b'{"Users":[{"Telephone":"","a":12.30,"b":1e5,"c":0.12345678901234567890}],"d":7.10}', 1)


def test_rows_of_the_same_viewer_are_found_by_the_id_that_the_phone_led_to() -> None:
    listed = {"Users": [{"UserId": 1810621, "Telephone": "19000101106"}]}
    person, _shared = _grown(listed)
    assert person.ids == {"1810621"}
    log = {
        "Data": [{"UserId": 1810621, "UserName": "王小明", "JoinAt": [1794999605]}, {"UserId": 0, "UserName": "游客"}]
    }
    after = _after(log, person)
    assert [row["UserName"] for row in after["Data"]] == ["", "游客"]
    assert after["Data"][0]["JoinAt"] == [1794999605]


def test_value_that_another_phones_row_has_too_leads_nowhere() -> None:
    def row(phone: str, email: str, ext_id: str) -> dict[str, str]:
        return {"distinctId": phone, "viewerId": f"v{phone}", "mobile": phone, "email": email, "extId": ext_id}

    rows = [
        row("19000101106", "info@c.example", "guest"),
        row("19000101107", "info@c.example", "e2"),
        row("19000101108", "z@c.example", "guest"),
        {"viewerId": "v9", "distinctId": "info@c.example", "email": "info@c.example"},
        row("19000101109", "y@c.example", "e4"),
    ]
    body = {"data": {"report": {"viewerDetails": rows}}}
    person, shared = _grown(body, "quanshi")
    assert person.ids == {"19000101106", "v19000101106"}
    assert shared == Shared(("distinctId", "email", "extId"), 3)
    after = _after(body, person, "quanshi")["data"]["report"]["viewerDetails"]
    assert after[1:] == rows[1:]
    assert (after[0]["email"], after[0]["mobile"], after[0]["extId"]) == ("", "", "forgotten-1")


def test_value_that_is_nobody_elses_leads_to_rows_without_the_phone() -> None:
    lives = [{"distinctId": "19000101106", "viewerId": "v1", "mobile": "19000101106", "email": "w@x.example"}]
    details = [{"email": "w@x.example", "name": "王"}, {"email": "v@x.example", "name": "李"}]
    body = {"data": {"report": {"lives": lives, "viewerDetails": details}}}
    person, shared = _grown(body, "quanshi")
    assert shared.rows == 0
    after = _after(body, person, "quanshi")["data"]["report"]
    assert [one["name"] for one in after["viewerDetails"]] == ["", "李"]


def test_row_of_another_phone_that_names_this_one_loses_the_number_alone() -> None:
    other = {"UserId": 18106, "Telephone": "19000101107", "NickName": "李四", "EnterReviewTel": "19000101106", "n": 1}
    body = {"Users": [{"UserId": 18105, "Telephone": "19000101106"}, other | {"Dialled": 19000101106}]}
    person, _shared = _grown(body)
    assert person.ids == {"18105"}
    assert _after(body, person)["Users"][1] == {**other, "EnterReviewTel": "", "Dialled": None}


def test_viewer_with_a_new_phone_is_one_person_where_the_id_is_the_vendors_own() -> None:
    rows = [{"UserId": 18105, "Telephone": phone} for phone in ("19000101106", "19000101107")]
    person, shared = _grown({"Users": [*rows, {"UserId": 18105, "UserName": "王"}]})
    assert (set(person.ids), shared.rows) == ({"18105"}, 0)


def test_what_another_row_says_about_the_person_goes_too() -> None:
    person = Person("", frozenset(["1810621"]))
    after = _after({"Data": [{"UserId": 7, "UserName": "李四", "InviterId": 1810621, "InviterName": "王小明"}]}, person)
    assert after["Data"][0] == {"UserId": 7, "UserName": "李四", "InviterId": 1810621, "InviterName": ""}


def test_quanshi_rows_stay_one_persons_under_a_made_up_id() -> None:
    lives = [{"distinctId": "+86-19000101106", "mobile": "+86-19000101106", "extId": None, "name": "网友1009"}]
    details = [{"mobile": "19000101106", "extId": None, "name": "网友1009", "watchDuration": 57}]
    after = _after({"data": {"report": {"lives": lives, "viewerDetails": details}}}, PHONE, "quanshi")
    report = after["data"]["report"]
    assert report["lives"] == [{"distinctId": "forgotten-1", "mobile": "", "extId": "forgotten-1", "name": ""}]
    assert report["viewerDetails"] == [{"mobile": "", "extId": "forgotten-1", "name": "", "watchDuration": 57}]


def test_talkcloud_viewer_is_forgotten_by_id() -> None:
    rows = [{"userId": "李四", "userName": "张三", "visitTime": "00:01:00", "visitRadio": "6%"}, {"userId": "王五"}]
    after = _after({"data": {"data": rows}}, Person("", frozenset(["李四"])), "talkcloud")
    assert after["data"]["data"] == [
        {"userId": "forgotten-1", "userName": "", "visitTime": "00:01:00", "visitRadio": "6%"},
        {"userId": "王五"},
    ]


def test_phone_inside_of_another_rows_words_is_cut_out() -> None:
    after = _after({"Users": [{"UserId": 7, "Remark": "打 19000101106 找他, 不是 190001011067"}]}, PHONE)
    assert after["Users"][0]["Remark"] == "打  找他, 不是 190001011067"


def test_reply_that_is_no_json_loses_the_phone() -> None:
    assert rewritten(b"<p>19000101106</p>", PHONE, VOLC, "s") == (b"<p></p>", 0)


def test_line_of_a_list_is_emptied() -> None:
    body = "手机,姓名\r\n19000101106,王小明\r\n+86-190 0010 1107,李四\r\n".encode("gb18030")
    assert without(body, "19000101106") == "手机,姓名\r\n,\r\n+86-190 0010 1107,李四\r\n".encode("gb18030")
    assert without(body, "19000101108") is None


def test_workbook_loses_the_number() -> None:
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as made:
        made.writestr("xl/sharedStrings.xml", "<t>19000101106</t><t>19000101107</t>")
    cleaned = without(book.getvalue(), "19000101106")
    assert cleaned is not None
    with zipfile.ZipFile(io.BytesIO(cleaned)) as read:
        assert read.read("xl/sharedStrings.xml") == b"<t></t><t>19000101107</t>"


def run(number: int, *, client: str = "acme", finished: bool = True, day: int = 24) -> RunRecord:
    start = datetime(2026, 11, 9, tzinfo=UTC) + timedelta(weeks=number - 46)
    began = datetime(2026, 11, day, tzinfo=UTC)
    return RunRecord(
        f"{client}-{number}", client, f"W{number}", start, start + timedelta(weeks=1), began, began,
        began if finished else None, "complete" if finished else None, "c",
    )  # fmt: skip


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_old_runs_are_those_of_periods_over_by_the_day() -> None:
    runs = [run(44), run(45), run(46)]
    assert list(old_runs(runs, NOW, before=date(2026, 11, 9))) == ["acme-44", "acme-45"]
    assert list(old_runs(runs, NOW, before=date(2026, 11, 8))) == ["acme-44"]


def test_old_runs_are_all_but_each_clients_newest_periods() -> None:
    runs = [run(44), run(45), run(45), run(46), run(44, client="b"), run(45, client="b")]
    assert sorted(old_runs(runs, NOW, keep=2)) == ["acme-44"]


def test_run_that_may_still_be_gone_on_with_is_never_old() -> None:
    runs = [run(44, finished=False), run(45, finished=False, day=20)]
    assert list(old_runs(runs, NOW, before=date(2026, 12, 1))) == ["acme-45"]


def _plays(asked: range, told: range, room: str = "m", vendor: str = "aliyun") -> Coverage:
    """Return days of November, counted from its first, that may be before it."""
    call = {"aliyun": "DescribeVodMediaPlayData", "volcengine": "ListUserBehaviorDataAPIV2"}[vendor]
    days = [frozenset(date(2026, 11, 1) + timedelta(days=number - 1) for number in some) for some in (asked, told)]
    return Coverage(vendor, "main", call, room, *days)


@pytest.mark.parametrize(
    ("vendor", "last", "days_left"), [("aliyun", 15, 23), ("aliyun", -1, 7), ("volcengine", 15, 82)]
)
def test_next_day_after_what_is_stored_is_lost_when_the_window_has_passed(
    vendor: str, last: int, days_left: int
) -> None:
    days = range(last - 6, last + 1)
    (one,) = at_risk([_plays(days, days, vendor=vendor)], NOW)
    assert (one.stored_until, one.days_left) == (date(2026, 11, 1) + timedelta(days=last - 1), days_left)
    assert (one.missing, one.lost) == ((), ())


def test_first_day_that_is_missing_of_any_room_is_the_one_that_is_lost_next() -> None:
    whole, holed = _plays(range(16, 23), range(16, 23)), _plays(range(16, 23), range(19, 22), room="n")
    (one,) = at_risk([whole, holed], NOW)
    assert [day.day for day in one.missing] == [16, 17, 18, 22]
    assert (one.stored_until, one.lost_on, one.days_left) == (date(2026, 11, 22), date(2026, 12, 17), 23)


def test_day_that_is_missing_and_out_of_reach_is_lost_and_hides_no_later_one() -> None:
    (one,) = at_risk([_plays(range(-8, -1), range(-5, -1)), _plays(range(16, 23), range(17, 23))], NOW)
    assert one.lost == (date(2026, 10, 23), date(2026, 10, 24))  # -8 and -7; on the 24th of November 30 days are kept
    assert [str(day) for day in one.missing] == ["2026-10-25", "2026-11-16"]
    assert (one.lost_on, one.days_left) == (date(2026, 11, 25), 1)


def test_day_that_is_not_over_is_not_missing_yet() -> None:
    (one,) = at_risk([_plays(range(23, 30), range(23, 24))], NOW)
    assert (one.missing, one.lost_on) == ((), date(2026, 12, 25))
