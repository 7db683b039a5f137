from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Issue
from reporter.vendors.base import Answer, Cursor
from reporter.vendors.talkcloud import TALKCLOUD, TalkcloudAccount
from reporter.vendors.talkcloud.account import UserIdIs
from reporter.vendors.talkcloud.read import FIELDS, key_column

WATCH = "vod/watch"
VIDEO = "3701925924894146889"
Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]


def _page(*rows: Any) -> dict[str, Any]:
    return {"result": 0, "data": {"total": len(rows), "current_page": 1, "last_page": 1, "data": list(rows)}}


def _row(user_id: str | None, name: str | None = None) -> dict[str, Any]:
    return {"userId": user_id, "userName": name, "assetId": VIDEO, "videoTitle": "第12课", "visitTime": "00:01:00"}


@pytest.mark.parametrize(
    ("user_id", "user_id_is", "column"),
    [
        ("19000100031", "auto", "phone"),
        ("+86-19000100031", "auto", "phone"),
        ("8619000100031", "auto", "phone"),
        ("+44 20 7946 0018", "auto", "phone"),
        ("a@example.com", "auto", "email"),
        ("S2026-0007", "auto", "external_id"),
        ("123456", "auto", "external_id"),
        ("12345678901", "auto", "external_id"),
        ("李四", "auto", None),
        ("student 李", "auto", None),
        ("Li Si", "auto", None),
        ("19000100031", "external_id", "external_id"),
        ("李四", "external_id", "external_id"),
        ("S2026-0007", "phone", "phone"),
        ("S2026-0007", "email", "email"),
        ("S2026-0007", "name", None),
        ("190-0010-0031", "auto", "phone"),
        ("0086-19000100031", "auto", "phone"),
        ("(+86)19000100031", "auto", "phone"),
        ("（+86）190 0010 0031", "auto", "phone"),
        ("１９０００１０００３１", "auto", "phone"),
        ("tel:19000100031", "auto", "phone"),
        (" 19000100031", "auto", "phone"),
        ("19000100031\u3000", "auto", "phone"),
        ("(+44)20 7946 0018", "auto", "phone"),
        ("a@example.com ", "auto", "email"),
        ("a＠example.com", "auto", "email"),
        ("S2026-0007 ", "auto", "external_id"),
        (" 李四 ", "auto", None),
        ("02079460018", "auto", "external_id"),  # a line of some country, and as well a number that somebody counts by
        ("01062785001", "auto", "external_id"),
        ("010-62785001", "auto", "external_id"),
        ("0019000100031", "auto", "external_id"),
        ("008619000100031", "auto", "external_id"),
        ("190****0031", "auto", "external_id"),
        ("19000100031 19000100032", "auto", None),
    ],
)
def test_user_id_is_what_the_account_says_or_what_it_looks_like(
    user_id: str, user_id_is: UserIdIs, column: str | None
) -> None:
    assert _key(user_id, user_id_is) == column


def _key(user_id: str, user_id_is: UserIdIs) -> str | None:
    key: str | None = key_column(pl.Series([user_id]), pl.Series([user_id_is])).item()
    return key


@settings(deadline=None)
@given(digits=st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_plain_digits_are_a_phone_as_a_mainland_mobile_alone(digits: str) -> None:
    is_mobile = re.fullmatch(r"(86)?1[3-9][0-9]{9}", digits) is not None
    assert _key(digits, "auto") == ("phone" if is_mobile else "external_id")


@settings(deadline=None)
@given(
    text=st.from_regex(r"[A-Za-z0-9@+. -]{1,16}", fullmatch=True), around=st.sampled_from([" ", "\u3000", "\t", "\xa0"])
)
def test_blanks_around_a_user_id_make_no_other_kind_of_it(text: str, around: str) -> None:
    assert _key(f"{around}{text}{around}", "auto") == _key(text, "auto")


def test_keys_of_a_user_id_are_trimmed_and_the_viewer_stays_as_spelt(read: Read) -> None:
    rows, _ = read(
        WATCH, _page(_row(" １９０００１０００３１"), _row("a@example.com "), _row("EMP000123 ")), room=VIDEO
    )
    told = [[row.get(key) for key in ("viewer_id", "phone", "email", "external_id")] for row in rows["viewers"]]
    assert told == [
        [" １９０００１０００３１", "19000100031", None, None],
        ["a@example.com ", None, "a@example.com", None],
        ["EMP000123 ", None, None, "EMP000123"],
    ]


@pytest.mark.parametrize("user_id", ["-", " - ", "0", "null", "undefined", "N/A", "无", " "])
def test_user_id_that_stands_for_none_makes_no_viewer_of_all_who_come_so(read: Read, user_id: str) -> None:
    rows, issues = read(WATCH, _page(_row(user_id, "甲"), _row(user_id, "乙"), _row("S1")), room=VIDEO)
    assert [row["viewer_id"] for row in rows["viewers"]] == ["S1"]
    assert [row.get("viewer_id") for row in rows["visits"]] == [None, None, "S1"]
    (issue,) = issues
    assert (issue.code, issue.level, issue.message.en[-9:]) == ("no-viewer-id", "info", "(2 times)")


def test_name_that_a_program_might_write_for_none_is_a_name_where_user_ids_are_names(
    read: Read, account: TalkcloudAccount
) -> None:
    options = account.model_copy(update={"user_id_is": "name"})
    rows, _ = read(WATCH, _page(_row("Nan"), _row("-")), room=VIDEO, options=options)
    assert [row["viewer_id"] for row in rows["viewers"]] == ["Nan"]


def test_user_id_that_is_a_name_stands_in_for_a_missing_one(read: Read, account: TalkcloudAccount) -> None:
    options = account.model_copy(update={"user_id_is": "name"})
    rows, _ = read(WATCH, _page(_row("李四"), _row("王五", "小五")), room=VIDEO, options=options)
    assert [(row["viewer_id"], row["name"]) for row in rows["viewers"]] == [("李四", "李四"), ("王五", "小五")]


def test_viewer_has_one_row_a_reply_with_the_first_name_given(read: Read) -> None:
    pages = [_page(_row("S1"), _row("S1", "甲"), _row("S1", "乙")), _page(_row("S1", "丙"))]
    rows, _ = read(WATCH, *pages, room=VIDEO)
    assert [(row["reply_id"], row["row_no"], row["name"]) for row in rows["viewers"]] == [
        ("r1", 1, "甲"),
        ("r2", 1, "丙"),
    ]
    assert [(row["reply_id"], row["row_no"]) for row in rows["visits"]] == [("r1", 1), ("r1", 2), ("r1", 3), ("r2", 1)]


def test_row_without_a_user_id_is_a_visit_of_nobody_and_told(read: Read) -> None:
    rows, issues = read(WATCH, _page(_row("", "游客")), room=VIDEO)
    assert rows["viewers"] == []
    assert len(rows["visits"]) == 1
    assert [issue.code for issue in issues] == ["no-viewer-id"]


def test_asset_id_that_comes_as_a_number_is_the_same_video(read: Read) -> None:
    rows, _ = read(WATCH, _page(_row("S1") | {"assetId": int(VIDEO)}), room=VIDEO)
    assert rows["visits"][0]["room_id"] == VIDEO


def test_null_list_is_a_page_without_rows_where_none_are_counted_and_told(read: Read) -> None:
    body = {"result": 0, "data": {"total": "0", "current_page": 1, "last_page": 0, "data": None}}
    TALKCLOUD.check(Answer(200, {}, body))
    rows, issues = read(WATCH, body, room=VIDEO)
    assert (rows["visits"], [issue.code for issue in issues]) == ([], ["null-list", "not-watched"])
    assert TALKCLOUD.endpoints[WATCH].rows(body) == 0
    assert TALKCLOUD.endpoints[WATCH].next_cursor(body, Cursor()) is None


def test_row_that_is_no_object_is_told_as_such_and_not_as_another_video(read: Read) -> None:
    _, issues = read(WATCH, _page("x", None, _row("S1")), room=VIDEO)
    assert [(issue.level, issue.code, issue.message.en[-9:]) for issue in issues] == [
        ("warning", "no-object", "(2 times)")
    ]


ANY = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just(VIDEO)
)
TOLD = ("other-video", "no-object")
ROW = st.dictionaries(st.sampled_from([*sorted(FIELDS), "new"]), ANY, max_size=7) | ANY


@settings(deadline=None)
@given(pages=st.lists(st.lists(ROW, max_size=5), min_size=1, max_size=3))
def test_rows_in_are_rows_out_and_rows_told(read: Read, pages: list[list[Any]]) -> None:
    rows, issues = read(WATCH, *(_page(*page) for page in pages), room=VIDEO)
    told = sum(int(issue.message.en.rsplit("(", 1)[1].split()[0]) for issue in issues if issue.code in TOLD)
    assert sum(len(page) for page in pages) == len(rows["visits"]) + told
    assert len(rows["rooms"]) == 1
