"""What a report's rows become, case by case, and that no row is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.model import Issue
from reporter.vendors.quanshi import fields
from reporter.vendors.quanshi.spans import live_spans

DETAILS = "event/report/details"
Rows = dict[str, list[dict[str, Any]]]
Read = Callable[..., tuple[Rows, list[Issue]]]
NINE = 1_763_377_200  # 2025-11-17 11:00:00 UTC


def _body(**lists: Any) -> dict[str, Any]:
    return {"code": 200, "data": {"eventId": 609768, "report": lists}, "requestId": "MADEUP"}


def _codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("row", "viewer_id"),
    [
        ({"distinctId": "D", "mobile": "M", "email": "E"}, "D"),
        ({"distinctId": "", "mobile": "M", "email": "E"}, "M"),
        ({"distinctId": None, "mobile": "-", "email": "E", "extId": "X"}, "E"),
        ({"extId": "X", "viewerId": "V"}, "X"),
        ({"viewerId": "V"}, "V"),
    ],
)
def test_viewer_is_known_by_the_best_id_there_is(read: Read, row: dict[str, Any], viewer_id: str) -> None:
    rows, _ = read(DETAILS, _body(lives=[{"online_time": NINE, "live_type": 0, **row}]), room="609768")
    assert rows["visits"][0]["viewer_id"] == viewer_id


def test_row_without_any_id_is_a_visit_of_nobody_and_told(read: Read) -> None:
    rows, issues = read(DETAILS, _body(lives=[{"online_time": NINE, "live_type": 0, "name": "网友1"}]), room="609768")
    assert rows["viewers"] == []
    assert "viewer_id" not in rows["visits"][0]
    assert _codes(issues) == ["no-viewer-id"]


def test_row_without_an_online_time_is_told_and_left_out(read: Read) -> None:
    lives = [{"distinctId": "D", "live_type": 0}, {"distinctId": "D", "live_type": 0, "online_time": "soon"}]
    rows, issues = read(DETAILS, _body(lives=lives), room="609768")
    assert rows["visits"] == []
    assert [(issue.code, issue.message.en.rpartition(" (")[2]) for issue in issues] == [
        ("bad-instant", "1 time)"),
        ("no-online-time", "2 times)"),
    ]


def test_visit_that_ends_before_it_begins_has_no_end(read: Read) -> None:
    stay = {"distinctId": "D", "live_type": 0, "online_time": NINE, "offline_time": NINE - 1}
    rows, issues = read(DETAILS, _body(lives=[stay]), room="609768")
    assert "left_at" not in rows["visits"][0]
    assert _codes(issues) == ["backwards"]


def test_unknown_words_and_numbers_are_null_and_told(read: Read) -> None:
    stay = {"distinctId": "D", "live_type": 7, "online_time": NINE, "iden": "巡检", "chat_num": "many"}
    rows, issues = read(DETAILS, _body(lives=[stay]), room="609768")
    assert {"mode", "role", "comments"} & set(rows["visits"][0]) == set()
    assert sorted(_codes(issues)) == ["bad-count", "bad-identity", "bad-live-type"]


def test_unknown_role_is_told_and_its_word_stands_in(read: Read) -> None:
    stay = {"distinctId": "D", "online_time": NINE, "role": 7, "iden": "主讲人"}
    rows, issues = read(DETAILS, _body(interactions=[stay]), room="609768")
    assert rows["visits"][0]["role"] == "speaker"
    assert _codes(issues) == ["bad-role"]


def test_summary_is_of_the_viewer_whose_key_it_names(read: Read) -> None:
    lives = [{"distinctId": "session-1", "email": "a@example.com", "online_time": NINE, "live_type": 0, "vote_num": 2}]
    rows, _ = read(DETAILS, _body(lives=lives, viewerDetails=[{"email": "a@example.com", "times": 1}]), room="609768")
    assert rows["viewer_totals"][0]["viewer_id"] == "session-1"
    assert rows["activity"][0]["votes"] == 2


def test_summary_of_somebody_with_no_raw_row_is_kept_under_its_own_key(read: Read) -> None:
    rows, _ = read(
        DETAILS, _body(viewerDetails=[{"mobile": "19000100041", "name": "王语嫣", "times": 1}]), room="609768"
    )
    assert rows["viewers"][0]["phone"] == rows["viewer_totals"][0]["viewer_id"] == "19000100041"


def test_anonymous_summary_is_matched_by_name_and_online_time_where_unique(read: Read) -> None:
    lives = [
        {"viewerId": "V1", "name": "网友1", "online_time": NINE, "live_type": 0},
        {"viewerId": "V2", "name": "网友1", "online_time": NINE + 60, "live_type": 0},
    ]
    details = [{"name": "网友1", "online_time": NINE + 60, "mobile": "-"}, {"online_time": NINE}]
    rows, issues = read(DETAILS, _body(lives=lives, viewerDetails=details), room="609768")
    assert [row.get("viewer_id") for row in rows["viewer_totals"]] == ["V2", None]
    assert _codes(issues) == ["unknown-viewer"]


def test_raw_counts_stand_in_where_the_summary_has_none(read: Read) -> None:
    lives = [
        {"distinctId": "D", "mobile": "D", "online_time": NINE, "live_type": 0, "chat_num": 3, "praise_num": 5}
    ] * 2
    details = [{"mobile": "D", "chat_num": 9, "praise_num": None}]
    rows, _ = read(DETAILS, _body(lives=lives, viewerDetails=details), room="609768")
    assert (rows["activity"][0]["comments"], rows["activity"][0]["likes"]) == (9, 10)


def test_reply_about_another_event_gives_no_rows_and_an_error(read: Read) -> None:
    rows, issues = read(DETAILS, _body(lives=[{"distinctId": "D", "online_time": NINE}] * 3), room="1")
    assert all(found == [] for found in rows.values())
    assert [(issue.level, issue.code) for issue in issues] == [("error", "other-event")]
    assert issues[0].message.en.endswith("(3 times)")


def test_issues_hold_no_personal_data(read: Read) -> None:
    stay = {
        "distinctId": "19000100041",
        "mobile": "19000100041",
        "name": "王语嫣",
        "online_time": "王语嫣",
        "iden": "王语嫣",
    }
    _, issues = read(DETAILS, _body(lives=[stay]), room="609768")
    assert issues
    assert not [issue for issue in issues if "王语嫣" in str(issue) or "19000100041" in str(issue)]


HOUR = timedelta(hours=1)
START = datetime(2025, 11, 17, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stays", "spans"),
    [
        ([], None),
        ([(0, 1)], ["2025-11-17T11:00:00Z/2025-11-17T12:00:00Z"]),
        ([(2, 3), (0, 1)], ["2025-11-17T11:00:00Z/2025-11-17T14:00:00Z"]),
        ([(0, 4), (1, 2)], ["2025-11-17T11:00:00Z/2025-11-17T15:00:00Z"]),
        (
            [(0, 1), (168, 170)],
            ["2025-11-17T11:00:00Z/2025-11-17T12:00:00Z", "2025-11-24T11:00:00Z/2025-11-24T13:00:00Z"],
        ),
        ([(1, 1)], None),
    ],
)
def test_live_spans_are_the_sittings_of_hosts_and_speakers(
    stays: list[tuple[int, int]], spans: list[str] | None
) -> None:
    assert live_spans((START + start * HOUR, START + end * HOUR) for start, end in stays) == spans


def test_attendees_make_no_live_span(read: Read) -> None:
    stays = [
        {"distinctId": "A", "role": 6, "online_time": NINE - 900, "offline_time": NINE + 900},
        {"distinctId": "S", "role": 5, "online_time": NINE, "offline_time": NINE + 60},
        {"distinctId": "H", "role": 4, "online_time": NINE + 60, "offline_time": None},
    ]
    rows, _ = read(DETAILS, _body(interactions=stays), room="609768")
    assert rows["rooms"][0]["live_spans"] == ["2025-11-17T11:00:00Z/2025-11-17T11:01:00Z"]


def test_host_among_the_viewers_makes_a_live_span_and_not_by_a_replay(read: Read) -> None:
    stays = [
        {"distinctId": "H", "iden": "主持人", "live_type": 0, "online_time": NINE, "offline_time": NINE + 60},
        {"distinctId": "H", "iden": "主持人", "live_type": 1, "online_time": NINE + 600, "offline_time": NINE + 900},
        {"distinctId": "A", "iden": "观众", "live_type": 0, "online_time": NINE - 900, "offline_time": NINE + 900},
    ]
    rows, _ = read(DETAILS, _body(lives=stays), room="609768")
    assert rows["rooms"][0]["live_spans"] == ["2025-11-17T11:00:00Z/2025-11-17T11:01:00Z"]


def test_rows_of_one_viewer_in_the_summary_are_added_up_and_told(read: Read) -> None:
    """A host who was in the app and on the web: two rows, though the page promises one."""
    lives = [{"distinctId": "D", "mobile": "19000100021", "online_time": NINE, "live_type": 0, "chat_num": 3}]
    one = {"mobile": "19000100021", "name": "王一", "online_time": NINE}
    details = [
        one
        | {"watchDuration": "00:30:00", "liveWatchDuration": "00:30:00", "times": 1, "chat_num": 3, "type": "直播端"},
        {"mobile": "19000100022", "watchDuration": "00:00:10"},
        one | {"watchDuration": "01:10:00", "liveWatchDuration": "-", "times": 2, "chat_num": None, "type": "互动端"},
    ]
    rows, issues = read(DETAILS, _body(lives=lives, viewerDetails=details), room="609768")
    told = [(row["viewer_id"], row["watch_seconds"], row.get("visits")) for row in rows["viewer_totals"]]
    assert told == [("D", 6000.0, 3), ("19000100022", 10.0, None)]
    assert [row.get("comments") for row in rows["activity"]] == [3, None]
    assert [(issue.code, issue.where.split()[-3:]) for issue in issues] == [("viewer-summed", ["r1", "row", "4"])]


def test_every_e_mail_that_rows_give_a_viewer_is_kept(read: Read) -> None:
    stay = {"distinctId": "D", "mobile": "19000100021", "online_time": NINE, "live_type": 0, "name": "王一"}
    lives = [stay | {"email": email} for email in ("a@example.com", "b@example.com", "", "a@example.com")]
    details = [{"mobile": "19000100021", "email": "c@example.com"}]
    rows, _ = read(DETAILS, _body(lives=lives, viewerDetails=details), room="609768")
    assert [(row["viewer_id"], row["email"], row.get("name")) for row in rows["viewers"]] == [
        ("D", "c@example.com", "王一"),
        ("D", "a@example.com", None),
        ("D", "b@example.com", None),
    ]


@pytest.mark.parametrize(
    ("raw", "told", "held"),
    [([2, 1], 3, 3), ([2, 1], 7, 3), ([2, None], 2, 2), ([2, None], 7, None), ([2, None], 1, 2), ([None], None, 0)],
)
def test_counts_of_the_raw_rows_stand_beside_the_summarys_unless_silent_rows_may_hold_the_rest(
    read: Read, raw: list[int | None], told: int | None, held: int | None
) -> None:
    lives = [{"distinctId": "D", "mobile": "M", "online_time": NINE, "live_type": 0, "chat_num": one} for one in raw]
    rows, _ = read(DETAILS, _body(lives=lives, viewerDetails=[{"mobile": "M", "chat_num": told}]), room="609768")
    assert rows["activity"][0].get("raw_comments") == held


ANY = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.just("-")
)
NAMES = st.sampled_from([*sorted(fields.LIVE | fields.INTERACTION | fields.SUMMARY), "new"])
ROW = st.dictionaries(NAMES, ANY | st.integers(NINE, NINE + 9999), max_size=12) | ANY
LIST = st.none() | st.lists(ROW, max_size=4)


@settings(deadline=None)
@given(lives=LIST, interactions=LIST, details=LIST)
def test_rows_in_are_rows_out_and_rows_told(read: Read, lives: Any, interactions: Any, details: Any) -> None:
    body = _body(lives=lives, interactions=interactions, viewerDetails=details)
    rows, issues = read(DETAILS, body, room="609768")
    told = {issue.code: int(issue.message.en.rsplit("(", 1)[1].split()[0]) for issue in issues}
    raw, summed = [*(lives or []), *(interactions or [])], details or []
    unreadable = [row for row in raw if not isinstance(row, dict)]
    assert len(raw) == len(rows["visits"]) + told.get("no-online-time", 0) + len(unreadable)
    assert len(summed) == len(rows["viewer_totals"]) + told.get("viewer-summed", 0)
    assert len(rows["viewer_totals"]) == len(rows["activity"])
    assert told.get("no-object", 0) == len(unreadable) + sum(not isinstance(row, dict) for row in summed)
    assert _codes(issues).count("null-list") == [lives, interactions, details].count(None)
