"""What a call costs us beside the waiting, and what memory a long pull takes: `python tests/benchmarks/pull.py`.

20,000 calls (or as many as the first word says) of one account through the real fetch into a real store on disk,
the vendor in process and the clock sped up, so that nothing is waited for; then the same run is gone on with, one
pull more. Prints tables; ends 1 where a call costs 5 ms or more, memory grows by a kilobyte a call or more once the
pull is under way, or the run that goes on takes 2 s or more to its first new request.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from reporter.fetch import Clock, fetch
from reporter.model import Period, Pull, Pulled
from reporter.store import Store
from reporter.vendors import VENDORS
from reporter.vendors.base import Access

_NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
_PERIOD = Period("2026-W46", _NOW - timedelta(days=7), _NOW, "UTC")
_MOST_SECONDS, _MOST_BYTES, _MOST_RESUMING = 0.005, 1000, 2.0
_ROW = (
    b'{"VideoTitle":"\xe7\xac\xac12\xe8\xaf\xbe","VideoDuration":3600.0,"MediaId":"m","DAU":1.0,"PlaySuccessVv":1.0,'
    b'"PlayDurationPerUv":9.5,"PlayDuration":9.5,"PlayPerVv":1.0}'
)
_PAGE = b'{"RequestId":"r","TotalCount":10,"PageNo":1,"PageSize":100,"QoeInfoList":[%s]}' % b",".join([_ROW] * 10)


class _SpedUp:
    """A clock on which every wait is over at once; the monotonic one stays real, as deadlines need it."""

    def __init__(self) -> None:
        self._slept = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._slept

    async def sleep(self, seconds: float) -> None:
        self._slept += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What had been spent when so many calls were answered: seconds, seconds of the processor, bytes held."""

    calls: int
    at: float
    processor: float
    resident: int


@dataclass(slots=True)
class _Vendor:
    """Answers every call with one page of ten rows, and samples ten times on the way to `expected`."""

    expected: int
    answered: int = 0
    samples: list[_Sample] = field(default_factory=list)

    def answer(self, _request: httpx.Request) -> httpx.Response:
        self.answered += 1
        if self.answered % max(1, self.expected // 10) == 0:
            self.samples.append(_Sample(self.answered, time.perf_counter(), time.process_time(), _resident()))
        return httpx.Response(200, content=_PAGE)


def _resident() -> int:
    """Return the memory that this process holds now, in bytes; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    return int(status.read_text(encoding="ascii").split()[1]) * 4096 if status.exists() else 0


def _sync_seconds(folder: str) -> float:
    """Return what the disk takes to make a page durable, which every reply waits for once."""
    taken = []
    with (Path(folder) / "sync").open("wb") as file:
        for _ in range(200):
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main(words: Sequence[str]) -> int:
    """Pull, go on, measure, print."""
    calls = int(words[0]) if words else 20_000
    vendor = VENDORS["aliyun"]
    account = vendor.account(vendor="aliyun", access_key="env:AK", secret_key="env:SK")  # type: ignore[call-arg] # its own model has them
    access = Access("vod", vendor, account, {"access_key": "ak", "secret_key": "sk"}, scope="benchmark")
    day = (("PlayDate", "20261110"),)
    pulls = [
        Pull("aliyun", "vod", "DescribeVodMediaPlayData", account, _PERIOD, f"m{number}", params=day)
        for number in range(calls + 1)
    ]
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/reporter.db") as store:
        run = store.begin_run(
            client="b", period=_PERIOD, config_sha256="c" * 64, as_of=_NOW, sources=(), now=datetime.now(UTC)
        )

        def pull(some: Sequence[Pull], answer: Callable[[httpx.Request], httpx.Response]) -> list[Pulled]:
            clock = _SpedUp()
            return fetch(
                some,
                {"vod": access},
                store=store,
                run_id=run.run_id,
                period=_PERIOD,
                clock=Clock(now=clock.now, sleep=clock.sleep),
                transport=httpx.MockTransport(answer),
            )

        sync, at_first, at_last = _sync_seconds(folder), _Vendor(calls), _Vendor(1)
        began = _Sample(0, time.perf_counter(), time.process_time(), _resident())
        pulled = pull(pulls[:-1], at_first.answer)
        assert all(one.verdict == "complete" for one in pulled)
        del pulled
        resumed_at = time.perf_counter()
        assert all(one.verdict == "complete" for one in pull(pulls, at_last.answer))
        resumed = time.perf_counter() - resumed_at
    assert at_last.answered == 1
    return _told(began, at_first.samples, sync, (at_last.samples[0].at - resumed_at, resumed))


def _told(began: _Sample, seen: Sequence[_Sample], sync: float, resuming: tuple[float, float]) -> int:
    print("| calls | ms a call so far | of them the processor's | memory, MiB |\n|---:|---:|---:|---:|")
    for one in seen:
        took, used = (one.at - began.at) / one.calls, (one.processor - began.processor) / one.calls
        print(f"| {one.calls:,} | {took * 1000:.2f} | {used * 1000:.2f} | {one.resident / 2**20:.1f} |")
    first, last = seen[1], seen[-1]
    cost, growth = (last.at - began.at) / last.calls, (last.resident - first.resident) / (last.calls - first.calls)
    print(f"\n{cost * 1000:.2f} ms a call, {growth:.0f} bytes a call from the {first.calls:,}th on")
    print(f"a sync of this disk takes {sync * 1000:.2f} ms; each reply waits for one")
    first_at, all_at = resuming
    print(f"gone on with, {last.calls:,} stored: first request after {first_at:.2f} s, all after {all_at:.1f} s")
    return 0 if cost < _MOST_SECONDS and growth < _MOST_BYTES and first_at < _MOST_RESUMING else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
