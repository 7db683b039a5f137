from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from reporter.errors import UnavailableError
from reporter.fetch import Clock, Limits
from reporter.fetch.retry import Failure, asked_pause, pause
from reporter.vendors.base import Answer

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]
NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param({"code": "Throttled", "status": 400}, id="throttled"),
        pytest.param({"code": "Busy", "status": 500}, id="busy"),
        pytest.param({"status": 502, "text": "<html>bad gateway</html>"}, id="bad gateway"),
        pytest.param({"text": "<html>log in, please</html>"}, id="login page"),
        pytest.param({"text": '{"code":"","rows":[1'}, id="cut off"),
        pytest.param({"text": ""}, id="empty"),
        pytest.param({"text": '{"code":""}'}, id="no rows"),
        pytest.param({"text": "null"}, id="null"),
        pytest.param({"text": "[" * 100_000}, id="deep"),
        pytest.param({"fault": httpx.ReadError}, id="reset"),
        pytest.param({"fault": httpx.ConnectError}, id="no connection"),
        pytest.param({"fault": httpx.RemoteProtocolError}, id="broken off"),
        pytest.param({"fault": httpx.ReadTimeout}, id="silence"),
    ],
)
@pytest.mark.parametrize("number", [1, 2, 3], ids=["first", "middle", "last"])
def test_fault_that_passes_leaves_no_trace_but_a_request(
    bench: Bench, says: Says, slip: dict[str, str], number: int
) -> None:
    bench.rooms["a"], bench.slips[number] = [1, 2, 3, 4, 5], says(**slip)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.rows, pulled.requests, pulled.issues) == ("complete", 5, 4, ())
    assert len({request.headers["X-Nonce"] for request in bench.sent}) == 4


def test_pauses_double_up_to_five_tries(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("Busy")
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests) == ("failed", 5)
    assert bench.clock.slept == [1, 2, 4, 8]


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_pauses_are_anywhere_between_nothing_and_the_longest(chance: float) -> None:
    clock, failure = Clock(chance=lambda: chance), Failure(UnavailableError("it failed"))
    pauses = [pause(failure, tries, 0, clock, Limits(tries=9)) for tries in range(1, 9)]
    assert pauses == [chance * longest for longest in (1, 2, 4, 8, 16, 30, 30, 30)]


def test_pauses_of_our_own_accord_end_with_their_budget() -> None:
    clock, failure = Clock(chance=lambda: 1.0), Failure(UnavailableError("it failed"))
    assert pause(failure, 2, 118, clock, Limits()) == 2
    assert pause(failure, 2, 118.5, clock, Limits()) is None


@pytest.mark.parametrize(
    ("headers", "slept"),
    [({"Retry-After": "7"}, 7), ({"x-acs-retry-after": "2500"}, 2.5), ({"Retry-After": "-7"}, 1)],
)
def test_pause_that_the_vendor_asks_for_is_kept(
    bench: Bench, says: Says, headers: dict[str, str], slept: float
) -> None:
    bench.rooms["a"], bench.slips[1] = [1], says("Throttled", status=429, headers=headers)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, bench.clock.slept) == ("complete", [slept])


def test_pause_beyond_the_cap_is_told_and_not_waited_for(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("Throttled", status=429, headers={"Retry-After": "3600"})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests, bench.clock.slept) == ("failed", 1, [])
    assert "the vendor asks to come back at 2026-11-16 13:00:00 UTC" in pulled.issues[0].message.en


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "0"}, 0),
        ({"Retry-After": "Mon, 16 Nov 2026 12:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 16 Nov 2026 11:00:00 GMT"}, 0),
        # the vendor's clock is ten minutes ahead of ours, or behind
        ({"Retry-After": "Mon, 16 Nov 2026 12:11:00 GMT", "Date": "Mon, 16 Nov 2026 12:10:00 GMT"}, 60),
        ({"Retry-After": "Mon, 16 Nov 2026 11:51:00 GMT", "Date": "Mon, 16 Nov 2026 11:50:00 GMT"}, 60),
        ({"Retry-After": "Mon, 16 Nov 2026 12:00:30 GMT", "Date": "today"}, 30),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "999999999999"}, 3650 * 86_400),
        ({"x-acs-retry-after": "9" * 400}, 3650 * 86_400),
        ({"Retry-After": "Mon, 99999999999 Nov 2026 11:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_asked_pause_reads_seconds_and_dates(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_pause(Answer(429, headers, None), NOW) == seconds


def test_day_that_is_not_ready_is_short_at_once(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("NotReady", status=502)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests, pulled.rows, bench.clock.slept) == ("short", 1, 0, [])
    assert pulled.issues[0].code == "not-ready"


def test_stale_signature_is_made_anew_once_by_the_vendors_clock(bench: Bench, says: Says) -> None:
    bench.rooms["a"] = [1]
    bench.slips[1] = says("Stale", status=400, headers={"Date": "Mon, 16 Nov 2026 12:20:00 GMT"})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, bench.sent[1].headers["X-Offset"]) == ("complete", "1200.0")


def test_clock_found_once_is_kept_when_a_reply_does_not_tell(bench: Bench, says: Says) -> None:
    bench.rooms |= {"a": [1, 2, 3], "b": [1]}
    bench.slips[1] = says("Stale", status=400, headers={"Date": "Mon, 16 Nov 2026 12:20:00 GMT"})
    bench.slips[3] = says("Stale", status=400)
    (pulled,) = bench.fetch(bench.pull("a"))
    assert pulled.verdict == "complete"
    assert [request.headers["X-Offset"] for request in bench.sent] == ["0.0", "1200.0", "1200.0", "1200.0"]


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"])
def test_vendors_clock_that_no_calendar_holds_is_not_signed_by(bench: Bench, says: Says, date: str) -> None:
    bench.slips["a"] = says("Stale", status=400, headers={"Date": date})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.issues[0].code) == ("failed", "clock")
    assert [request.headers["X-Offset"] for request in bench.sent] == ["0.0", "0.0"]


def test_clock_that_stays_wrong_fails_loudly(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says("Stale", status=400, headers={"Date": "Mon, 16 Nov 2026 12:20:00 GMT"})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests, pulled.issues[0].code) == ("failed", 2, "clock")


def test_clock_that_stays_wrong_for_three_calls_stops_the_account(bench: Bench, says: Says) -> None:
    names = "abcdefghij"
    stale = says("Stale", status=400, headers={"Date": "Mon, 16 Nov 2026 12:20:00 GMT"})
    bench.slips.update(dict.fromkeys(names, stale))
    pulled = bench.fetch(*(bench.pull(name) for name in names))
    assert {one.verdict for one in pulled} == {"failed"}
    assert len(bench.sent) < 2 * len(names)


def test_unknown_item_is_skipped_and_the_rest_goes_on(bench: Bench, says: Says) -> None:
    bench.rooms["b"], bench.slips["a"] = [1], says("NoSuchRoom")
    first, second = bench.fetch(bench.pull("a"), bench.pull("b"))
    assert (first.verdict, first.requests, first.issues[0].code) == ("failed", 1, "unknown-item")
    assert second.verdict == "complete"


@pytest.mark.parametrize("code", ["BadKey", "NeverHeardOf"])
def test_refusal_and_unknown_codes_stop_the_account(bench: Bench, says: Says, code: str) -> None:
    bench.account("other")
    bench.rooms["z"] = [1]
    bench.slips["a"] = says(code, status=403)
    pulls = [bench.pull(room) for room in "abcdefgh"]
    *stopped, other = bench.fetch(*pulls, bench.pull("z", account="other"))
    assert {pulled.verdict for pulled in stopped} == {"failed"}
    assert [pulled.requests for pulled in stopped] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert {pulled.issues[0].code for pulled in stopped[1:]} == {"not-asked"}
    assert "toy:main rows room a page 1 try 1 (it says no)" in stopped[1].issues[0].message.en
    assert other.verdict == "complete"


def test_account_is_given_up_when_nobody_answers(bench: Bench, says: Says) -> None:
    bench.slips.update({room: says(fault=httpx.ConnectError) for room in "abcdefgh"})
    pulled = bench.fetch(*(bench.pull(room) for room in "abcdefgh"))
    assert {one.verdict for one in pulled} == {"failed"}
    assert len(bench.sent) < 4 * 5 + 1


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/login%1b[2J%0aforged?token=k", "redirects to /login%1b[2J%0aforged, and"),
        ("", "redirects to nowhere, and"),
    ],
)
def test_redirect_is_told_as_it_came_but_for_its_query(bench: Bench, says: Says, place: str, told: str) -> None:
    bench.slips["a"] = says("", status=302, headers={"Location": place})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert told in pulled.issues[0].message.en


def test_redirect_is_refused_and_named(bench: Bench, says: Says) -> None:
    bench.slips["a"] = says(status=302, headers={"Location": "https://elsewhere.example/login?next=secret"})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert (pulled.verdict, pulled.requests) == ("failed", 5)
    assert "redirects to https://elsewhere.example/login, and a signed call does not follow" in (
        pulled.issues[0].message.en
    )


@pytest.mark.parametrize("told", ["999999999999", "9" * 400, "Mon, 99999999999 Nov 2026 11:00:00 GMT"])
def test_pause_that_no_calendar_holds_ends_the_call_in_one_line(bench: Bench, says: Says, told: str) -> None:
    bench.rooms["a"] = [1]
    for number in range(1, 9):
        bench.slips[number] = says("Throttled", status=429, headers={"Retry-After": told})
    (pulled,) = bench.fetch(bench.pull("a"))
    assert pulled.verdict == "failed"
    assert [issue.code for issue in pulled.issues] == ["throttled"]
