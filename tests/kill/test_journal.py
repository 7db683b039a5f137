"""The judge of a kill: what it calls a fault, and what it lets pass."""

from __future__ import annotations

from tests.kill.journal import LOOKS_BACK, TOKEN, Ask, Judged, Kept, judge

FIRST = Ask(0.0, "aliyun", "DescribeVodMediaPlayData", "day 1", "a")
SECOND = Ask(1.0, "aliyun", "DescribeVodMediaPlayData", "day 2", "b")
PAGE = Ask(0.0, "talkcloud", LOOKS_BACK, "watch?page=1", "p")


def later(ask: Ask, seconds: float = 10.0) -> Ask:
    return Ask(ask.at + seconds, ask.vendor, ask.call, ask.question, ask.sha256)


def test_question_in_flight_may_be_asked_again() -> None:
    assert judge([FIRST, SECOND], Kept(frozenset("a")), [later(SECOND)]) == Judged(1, 1, ())


def test_question_whose_reply_was_kept_may_not() -> None:
    judged = judge([FIRST, SECOND], Kept(frozenset("ab")), [later(SECOND)])
    assert judged.faults == ("kept and asked again: day 2", "more was repeated than was in flight")


def test_question_is_asked_again_once() -> None:
    judged = judge([FIRST], Kept(), [later(FIRST), later(FIRST, 20)])
    assert judged.faults == ("asked 2 times after the restart: day 1",)


def test_token_is_asked_for_by_each_process() -> None:
    token = Ask(0.0, "quanshi", TOKEN, "token", "t")
    assert judge([token], Kept(), [later(token)]) == Judged(0, 0, ())


def test_look_back_at_page_1_is_kept_by_the_walks_verdict() -> None:
    before = [PAGE, later(PAGE, 5)]
    assert judge(before, Kept(frozenset("p")), [later(PAGE)]) == Judged(1, 1, ())
    assert judge(before, Kept(frozenset("p"), frozenset({LOOKS_BACK})), [later(PAGE)]).faults
    assert judge([PAGE], Kept(), [later(PAGE), later(PAGE, 20)]) == Judged(1, 1, ())


def test_limit_holds_from_one_process_to_the_next() -> None:
    kept = Kept(frozenset("a"))
    assert judge([FIRST], kept, [later(SECOND, -0.8)]).faults == ()
    assert judge([FIRST], kept, [later(SECOND, -0.9)]).faults == (
        "DescribeVodMediaPlayData came 0.100 s after the one before the kill",
    )
