from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from reporter.fetch.pace import Gate, Passing, interval, pace
from reporter.store import Pace

if TYPE_CHECKING:
    from tests.fetch.conftest import Bench


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [
        (None, 0.5075),
        ("1/s", 1.015),
        ("30/min", 2.03),
        ("0.5/s", 2.03),
        ("99/s", 0.5075),
        ((("rows", "1/s"), ("scroll", "9/min")), 1.015),
        ((("scroll", "9/min"),), 0.5075),
    ],
)
def test_interval_is_the_lower_of_the_vendors_rate_and_the_accounts(bench: Bench, rate: Any, seconds: float) -> None:
    account = bench.account("main", rate=rate)
    endpoint = bench.access["main"].vendor.endpoints["rows"]
    assert interval(endpoint, account) == pytest.approx(seconds)
    assert interval(replace(endpoint, rate=0.01), account) == pytest.approx(101.5)


def test_sends_that_are_late_never_bring_the_next_too_near(bench: Bench) -> None:
    """Each request goes out a little after its slot: spacing counts from the send, and the rate hardly suffers."""
    paced = Pace("scope", "call", interval=1.015, spacing=1.0)
    late, sends = [0.0, 0.01, 0.3, 0.0, 0.012, 0.0] * 20, list[float]()
    gate = Gate(bench.store, paced, bench.clock.as_clock())

    async def pass_through() -> None:
        for delay in late:
            async with gate.passage() as passing:
                await passing.wait(lambda _seconds: None)
                await bench.clock.sleep(delay)
                sends.append(bench.clock.monotonic())
                await passing.sent()

    asyncio.run(pass_through())
    gaps = [later - sooner for sooner, later in pairwise(sends)]
    assert min(gaps) >= 0.9998
    on_time = [gap for gap in gaps if gap < 1.1]
    assert sum(on_time) / len(on_time) <= 1 / 0.97


@pytest.mark.parametrize("rate", [1, 2, 5, 10])
@pytest.mark.parametrize("latest", [0.004, 0.009, 0.02, 0.05])
def test_late_sends_never_put_more_calls_into_a_second_than_are_allowed(bench: Bench, rate: int, latest: float) -> None:
    bench.account("main")
    endpoint = replace(bench.access["main"].vendor.endpoints["rows"], rate=float(rate))
    gate = Gate(bench.store, pace("scope", endpoint, bench.access["main"].account), bench.clock.as_clock())
    draw, sends = Random(f"{rate} {latest}"), list[float]()

    async def pass_through() -> None:
        for _ in range(100):
            async with gate.passage() as passing:
                await passing.wait(lambda _seconds: None)
                await bench.clock.sleep(draw.uniform(0, latest))
                sends.append(bench.clock.monotonic())
                await passing.sent()

    asyncio.run(pass_through())
    gaps = [later - sooner for sooner, later in pairwise(sends)]
    windows = [later - sooner for sooner, later in zip(sends, sends[rate:], strict=False)]
    assert min(windows) >= 1
    assert min(gaps) * rate >= 0.9699
    if latest <= 0.009 and rate <= 5:
        assert len(gaps) / (sends[-1] - sends[0]) / rate >= 0.97


@pytest.mark.parametrize("late", [0.0, 1.0, 1.4, 1.99, 2.01, 3.5, 60.0])
@pytest.mark.parametrize("seconds", [0.2, 1.0, 20.0])
def test_send_that_a_kill_left_unrecorded_keeps_the_next_an_interval_off(
    bench: Bench, seconds: float, late: float
) -> None:
    """The connection opens `late`; the process sends and dies before it has written so."""
    paced, clock = Pace("scope", "call", seconds, seconds), bench.clock.as_clock()

    async def sends() -> tuple[float, float]:
        killed = Gate(bench.store, paced, clock)
        passing = Passing(killed, AsyncExitStack(), await killed.near(lambda _seconds: None))
        await bench.clock.sleep(late)
        await passing.wait(lambda _seconds: None)
        first = bench.clock.monotonic()
        async with Gate(bench.store, paced, clock).passage() as following:
            await following.wait(lambda _seconds: None)
            return first, bench.clock.monotonic()

    first, second = asyncio.run(sends())
    assert second - first >= seconds - 0.001


@pytest.mark.timed
def test_pace_holds_at_the_server_across_processes() -> None:
    """Three processes, one account: no gap is short, and no second sees more calls than its limit allows."""
    seen = _measured(2, processes=3, calls=15)
    assert (seen["calls"], seen["gaps_too_short"]) == (15, 0)
    assert seen["tightest_window"] >= _WHOLE


@pytest.mark.soak
@pytest.mark.parametrize(("rate", "processes", "calls"), [(1, 1, 60), (2, 3, 90), (5, 1, 300), (5, 3, 300)])
def test_pace_uses_the_rate_that_is_allowed_and_no_more(rate: int, processes: int, calls: int) -> None:
    seen = _measured(rate, processes=processes, calls=calls)
    assert (seen["calls"], seen["gaps_too_short"]) == (calls, 0)
    assert seen["tightest_window"] >= _WHOLE
    assert seen["rate_used"] >= 0.97


#: a window at the server, less what its own clock may be late by when the machine is busy
_WHOLE = 0.99


def _measured(rate: int, *, processes: int, calls: int) -> dict[str, float]:
    """Return what `pacing.py` saw at the server, in a process of its own."""
    words = [str(Path(__file__).with_name("pacing.py")), str(rate), str(processes), str(calls)]
    ended = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=60 + 2 * calls / rate, check=True
    )
    seen: dict[str, float] = json.loads(ended.stdout)
    return seen
