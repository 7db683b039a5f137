from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from reporter import tables
from reporter.model import Period, Pull, Pulled, Reply
from reporter.normalise.logged import with_log_counts, with_log_keys
from reporter.tables import Row

START = datetime(2026, 11, 16, tzinfo=UTC)
AS_OF = START + timedelta(days=7)
PERIOD = Period("2026-W47", START, AS_OF, "UTC")
WHO: Row = {"vendor": "volcengine", "account": "a", "viewer_id": "v"}
PLACE: Row = {**WHO, "room_id": "1"}


def _visit(row_no: int, comments: int | None, left_at: datetime | None = START) -> Row:
    counts = {"row_comments": comments, "row_likes": 0, "row_sign_ins": 1}
    return {**PLACE, "reply_id": "r", "row_no": row_no, "row_visits": 1, "left_at": left_at, **counts}


@pytest.mark.parametrize(
    ("visits", "logged"),
    [
        # a row's counts stand on each of its visits, and count once
        ([_visit(1, 3), _visit(1, 3), _visit(2, 4)], (7, 0, 2, False)),
        # with one row unknown their sum is
        ([_visit(1, 3), _visit(2, None)], (None, 0, 2, False)),
        # still there, or left as the list was read
        ([_visit(1, 3), _visit(2, 4, None)], (7, 0, 2, True)),
        ([_visit(1, 3, AS_OF - timedelta(minutes=1))], (3, 0, 1, True)),
        ([], (None, None, None, None)),
    ],
)
def test_rows_of_the_log_are_added_up_for_each_viewer(visits: list[Row], logged: tuple[object, ...]) -> None:
    activity = tables.frame("activity", [{**PLACE, "comments": 7}])
    found = with_log_counts(activity, tables.frame("visits", visits), AS_OF)
    assert found.select("log_comments", "log_likes", "log_sign_ins", "log_moves").row(0) == logged
    assert sorted(found.columns) == sorted(activity.columns)


def _pulled(call: str, room: str, reply_id: str) -> Pulled:
    reply = Reply(reply_id, 1, b"{}", START)
    return Pulled(Pull("volcengine", "a", call, None, PERIOD, room=room), (reply,), "complete", rows=1, claimed=1)


PULLED = (_pulled("list", "1", "list 1"), _pulled("log", "1", "log 1"), _pulled("list", "2", "list 2"))


def _compared(*rows: Row) -> tuple[object, ...]:
    totals = tables.frame("viewer_totals", [PLACE, {**PLACE, "room_id": "2"}])
    found = with_log_keys(totals, tables.frame("viewers", [{**WHO, **row} for row in rows]), PULLED)
    assert found["room_id"].to_list() == ["1", "2"]
    assert found.filter(pl.col("room_id") == "2").select("phone_in_log", "external_id_in_log").row(0) == (None, None)
    return found.select("phone_in_log", "external_id_in_log").row(0)


@pytest.mark.parametrize(
    ("listed", "logged", "ending"),
    [
        ("19000101106", "19000101106", "same"),
        ("+86 190-0010-1106", "008619000101106", "same"),
        ("+86 21 5550 0100", "021-55500100", "same"),
        ("+44 7700 900123", "00447700900123", "same"),
        ("１９０００１０１１０６", "19000101106", "same"),
        ("19000101106", "19000101107", "other"),
        ("19000101106", "190****1106", "masked"),
        ("19000101106", "", None),
        (None, "19000101106", None),
    ],
)
def test_phone_of_the_list_is_held_against_the_log_however_it_is_spelled(
    listed: str | None, logged: str, ending: str | None
) -> None:
    rows: tuple[Row, ...] = ({"reply_id": "list 1", "phone": listed}, {"reply_id": "log 1", "log_phone": logged})
    assert _compared(*rows) == (ending, None)


def test_what_another_room_says_excuses_no_wrong_key() -> None:
    right: Row = {"phone": "19000101106", "external_id": "S1"}
    wrong: Row = {"reply_id": "list 1", "phone": "19000101107", "external_id": "S2"}
    log: Row = {"reply_id": "log 1", "log_phone": "19000101106", "log_external_id": "S1"}
    assert _compared(wrong, {**right, "reply_id": "list 2"}, log) == ("other", "other")


def test_second_row_of_the_log_with_another_phone_is_not_hidden_by_the_first() -> None:
    rows: list[Row] = [{"reply_id": "log 1", "log_phone": phone} for phone in ("19000101106", "19000101107")]
    assert _compared({"reply_id": "list 1", "phone": "19000101106"}, *rows) == ("other", None)
