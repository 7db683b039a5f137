from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reporter.fetch.pace import Gate, interval
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
    pace = Pace("scope", "call", interval=1.015, spacing=1.0)
    late, sends = [0.0, 0.01, 0.3, 0.0, 0.012, 0.0] * 20, list[float]()
    gate = Gate(bench.store, pace, bench.clock.as_clock())

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


def test_pace_holds_at_the_server_across_processes() -> None:
    """Three processes, one account: see `pacing.py`, which measures longer pulls and other rates by hand."""
    measured = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("pacing.py")), "2", "3", "15"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen = json.loads(measured.stdout)
    assert (seen["calls"], seen["gaps_too_short"]) == (15, 0)
