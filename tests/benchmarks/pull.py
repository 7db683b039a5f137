"""What a call costs us beside the waiting, and what memory a long pull takes: `python tests/benchmarks/pull.py`.

20,000 calls (or as many as the first word says) of one account through the real fetch into a real store on disk,
the vendor in process and the clock sped up, so that nothing is waited for. Prints a table; ends 1 where a call costs
5 ms or more, or memory grows by a kilobyte a call or more once the pull is under way.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from reporter.fetch import Clock, fetch
from reporter.model import Period, Pull
from reporter.store import Store
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

_NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
_PERIOD = Period("2026-W46", _NOW - timedelta(days=7), _NOW, "UTC")
_MOST_SECONDS, _MOST_BYTES = 0.005, 1000
_PAGE = b'{"RequestId":"r","TotalCount":1,"PageNo":1,"PageSize":100,"QoeInfoList":[%s]}'
_ROW = (
    b'{"VideoTitle":"\xe7\xac\xac12\xe8\xaf\xbe","VideoDuration":3600.0,"MediaId":"m","DAU":1.0,"PlaySuccessVv":1.0,'
    b'"PlayDurationPerUv":9.5,"PlayDuration":9.5,"PlayPerVv":1.0}'
)


class _SpedUp:
    """A clock on which every wait is over at once; the monotonic one stays real, as deadlines need it."""

    def __init__(self) -> None:
        self._slept = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._slept

    async def sleep(self, seconds: float) -> None:
        self._slept += timedelta(seconds=seconds)


def _resident() -> int:
    """Return the memory that this process holds now, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text(encoding="ascii").split()[1]) * 4096 if status.exists() else 0


def main(words: Sequence[str]) -> int:
    """Pull, measure, print."""
    calls = int(words[0]) if words else 20_000
    vendor = VENDORS["aliyun"]
    account = vendor.account(vendor="aliyun", access_key="env:AK", secret_key="env:SK")  # type: ignore[call-arg] # its own model has them
    access = Access("vod", vendor, account, {"access_key": "ak", "secret_key": "sk"}, scope="benchmark")
    pulls = [
        Pull(
            "aliyun",
            "vod",
            "DescribeVodMediaPlayData",
            account,
            _PERIOD,
            f"m{number}",
            params=(("PlayDate", "20261110"),),
        )
        for number in range(calls)
    ]
    seen: list[tuple[int, float, int]] = []
    answered = 0

    def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal answered
        answered += 1
        if answered % max(1, calls // 10) == 0:
            seen.append((answered, time.perf_counter(), _resident()))
        return httpx.Response(200, content=_PAGE % _ROW)

    clock = _SpedUp()
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/reporter.db") as store:
        run = store.begin_run(
            client="b", period=_PERIOD, config_sha256="c" * 64, as_of=_NOW, sources=(), now=datetime.now(UTC)
        )
        began = time.perf_counter()
        pulled = fetch(
            pulls,
            {"vod": access},
            store=store,
            run_id=run.run_id,
            period=_PERIOD,
            clock=Clock(now=clock.now, sleep=clock.sleep),
            transport=httpx.MockTransport(answer),
        )
        took = time.perf_counter() - began
    assert all(one.verdict == "complete" for one in pulled)
    return _told(calls, began, took, seen)


def _told(calls: int, began: float, took: float, seen: Sequence[tuple[int, float, int]]) -> int:
    print("| calls | ms a call so far | memory, MiB |\n|---:|---:|---:|")
    for number, moment, resident in seen:
        print(f"| {number:,} | {(moment - began) / number * 1000:.2f} | {resident / 2**20:.1f} |")
    first, last = seen[1], seen[-1]
    growth = (last[2] - first[2]) / (last[0] - first[0])
    print(f"\n{took / calls * 1000:.2f} ms a call, {growth:.0f} bytes a call from the {first[0]:,}th on")
    return 0 if took / calls < _MOST_SECONDS and growth < _MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
