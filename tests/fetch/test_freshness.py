"""When a stored reply is final, to the second, and what is kept of replies that were refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx
import pytest

from reporter.fetch.reuse import settled_at
from reporter.model import Match, Period, Pull
from reporter.vendors import VENDORS

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench

Says = Callable[..., Callable[[httpx.Request], httpx.Response]]
SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = Period(
    "2026-W46", datetime(2026, 11, 9, tzinfo=SHANGHAI), datetime(2026, 11, 16, tzinfo=SHANGHAI), "Asia/Shanghai"
)


@pytest.mark.parametrize("vendor", ["volcengine", "quanshi", "talkcloud"])
def test_reply_is_final_twelve_hours_after_the_periods_end(vendor: str) -> None:
    pull = Pull(vendor, "a", "call", None, WEEK)
    assert settled_at(VENDORS[vendor], pull) == datetime(2026, 11, 16, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("day", "final"), [("20261109", 10), ("20261115", 16)])
def test_day_of_aliyun_is_final_at_nine_of_the_day_after(day: str, final: int) -> None:
    pull = Pull("aliyun", "a", "call", None, WEEK, params=(("PlayDate", day),))
    assert settled_at(VENDORS["aliyun"], pull) == datetime(2026, 11, final, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("early", "asked_again"), [(timedelta(microseconds=1), True), (timedelta(0), False)])
def test_reply_is_provisional_until_the_very_instant(bench: Bench, early: timedelta, asked_again: bool) -> None:
    bench.rooms["a"] = [1]
    bench.clock.moment -= early  # the clock stands at the settle time
    bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    bench.clock.moment += timedelta(days=1)
    bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    assert len(bench.sent) == 1 + asked_again


def test_walk_is_as_fresh_as_its_oldest_page(bench: Bench) -> None:
    bench.rooms["a"] = [1, 2, 3]
    bench.clock.moment -= timedelta(seconds=0.2)  # the second page comes half a second later
    bench.fetch(bench.pull("a"), run_id=bench.begin("acme"))
    bench.fetch(bench.pull("a"), run_id=bench.begin("other"))
    assert len(bench.sent) == 4


def test_provisional_reply_is_asked_again_by_the_next_run_and_then_stays(bench: Bench) -> None:
    bench.rooms["a"] = [1]
    bench.clock.moment -= timedelta(hours=10)
    bench.fetch(bench.pull("a"), run_id=bench.begin("monday"))
    bench.clock.moment += timedelta(hours=10)
    bench.rooms["a"] = [1, 2]
    assert bench.fetch(bench.pull("a"), run_id=bench.begin("tuesday"))[0].rows == 2
    assert bench.fetch(bench.pull("a"), run_id=bench.begin("wednesday"))[0].rows == 2
    assert len(bench.sent) == 2


def test_refused_reply_is_put_aside_without_the_accounts_keys(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[1] = [1], says(text="<html>wrong key made-up</html>")
    bench.pull("a")
    bench.access["main"] = replace(bench.access["main"], keys={"key": "made-up"})
    bench.fetch(bench.pull("a"))
    (one,) = bench.store.rejections()
    assert one.body == b"<html>wrong key ***</html>"
    assert (one.endpoint, one.room, one.page, one.attempt, one.status) == ("rows", "a", 1, 1, 200)
    assert one.run_id


def test_refused_reply_of_a_token_call_keeps_no_words(bench: Bench, says: Says) -> None:
    bench.slips["token"] = says("BadKey")
    bench.fetch(bench.pull(None, "user", then=(bench.pull("a"),)))
    (one,) = bench.store.rejections()
    assert (one.endpoint, one.code, one.body) == ("token", "BadKey", b"")


def test_call_that_never_got_an_answer_leaves_nothing_aside(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.slips[1] = [1], says(fault=httpx.ConnectError)
    bench.fetch(bench.pull("a"))
    assert bench.store.rejections() == []
    assert bench.clock.now() > datetime(2026, 11, 16, 12, 0, tzinfo=UTC)


def test_rooms_that_a_search_found_stand_in_the_runs_record(bench: Bench) -> None:
    bench.rooms["a"], run_id = ["x", "y", "x"], bench.begin("acme")
    bench.fetch(bench.pull("a", "find", match=Match()), run_id=run_id)
    assert bench.store.rooms_found(run_id) == (("toy", "main", "x"), ("toy", "main", "y"))
    again = bench.begin("other")
    bench.fetch(bench.pull("a", "find", match=Match()), run_id=again, offline=True)
    assert bench.store.rooms_found(again) == (("toy", "main", "x"), ("toy", "main", "y"))


def test_run_that_goes_on_keeps_the_rooms_that_its_search_found_before(bench: Bench, says: Says) -> None:
    bench.rooms["a"], bench.rooms["x"], bench.rooms["y"] = ["x"], [1], [2]
    bench.slips["x"], run_id = says("NoSuchRoom"), bench.begin("acme")
    bench.clock.moment -= timedelta(hours=10)  # not settled: another run would ask anew
    bench.fetch(bench.pull("a", "find", match=Match()), run_id=run_id)
    del bench.slips["x"]
    bench.rooms["a"] = ["x", "y"]
    pulled = bench.fetch(bench.pull("a", "find", match=Match()), run_id=run_id)
    assert [one.pull.room for one in pulled[1:]] == ["x"]
    assert bench.store.rooms_found(run_id) == (("toy", "main", "x"),)
    another = bench.fetch(bench.pull("a", "find", match=Match()), run_id=bench.begin("other"))
    assert [one.pull.room for one in another[1:]] == ["x", "y"]
