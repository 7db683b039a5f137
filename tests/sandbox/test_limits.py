from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reporter.sandbox import Sandbox
from reporter.sandbox.limits import Limit, Limiter


def test_limiter_lets_a_span_less_five_percent_pass() -> None:
    now = [100.0]
    limiter = Limiter(lambda: now[0])
    assert limiter.take(Limit(2, 1), "v", "k", "c") == 0
    now[0] += 0.5
    assert limiter.take(Limit(2, 1), "v", "k", "c") == 0
    assert limiter.take(Limit(2, 1), "v", "k", "c") == pytest.approx(0.45)
    now[0] += 0.45
    assert limiter.take(Limit(2, 1), "v", "k", "c") == 0


def test_limiter_counts_each_account_and_call_apart() -> None:
    limiter = Limiter(lambda: 0.0)
    asked = [("v", "k", "c"), ("v", "k", "d"), ("v", "l", "c"), ("w", "k", "c")]
    assert [limiter.take(Limit(1, 1), *place) for place in asked] == [0, 0, 0, 0]
    assert limiter.take(Limit(1, 1), "v", "k", "c") > 0


_ROOM = {"ActivityId": 172183460671}
_SPANS, _USERS = "ListAnActivityStartAndEndTimeAPI", "ListAccountUserData"
_DAY = {"PlayDate": "20261120", "PageNo": 1, "PageSize": 1}


@pytest.mark.parametrize(
    ("ask", "calls", "seconds", "status", "code"),
    [
        (lambda caller: caller.volcengine(_SPANS, get=_ROOM), 120, 60, 429, "FlowLimitExceeded"),
        (lambda caller: caller.volcengine(_USERS, PageToken="init", **_ROOM), 1, 1, 429, "FlowLimitExceeded"),
        (lambda caller: caller.volcengine("GetAccountUserTrackData", UserId=1), 1, 1, 429, "FlowLimitExceeded"),
        (lambda caller: caller.quanshi("user/search/email", email="ops@example.com"), 2, 1, 200, "429"),
        (lambda caller: caller.talkcloud(videoInfo="1"), 2, 1, 429, "-1"),
        (lambda caller: caller.aliyun(**_DAY), 5, 1, 400, "Throttling.User"),
    ],
)
def test_one_call_too_many_is_throttled_in_the_vendors_way(
    clock: Any,
    make_caller: Callable[[Sandbox], Any],
    ask: Callable[[Any], Any],
    calls: int,
    seconds: int,
    status: int,
    code: str,
) -> None:
    sandbox = Sandbox(now=clock, clock=clock.seconds)
    caller = make_caller(sandbox)
    for _ in range(calls + 1):
        ask(caller)
    *admitted, refused = sandbox.calls
    assert not {call.code for call in admitted} & {code, "429"}
    assert (refused.status, refused.code) == (status, code)
    clock.move(seconds=seconds)
    ask(caller)
    assert sandbox.calls[-1].code != code


def test_aliyun_says_how_many_milliseconds_to_wait(clock: Any, make_caller: Callable[[Sandbox], Any]) -> None:
    caller = make_caller(Sandbox(now=clock, clock=clock.seconds))
    replies = [caller.aliyun(**_DAY) for _ in range(6)]
    assert 900 < int(replies[-1].headers["x-acs-retry-after"]) <= 951
