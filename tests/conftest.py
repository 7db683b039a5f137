"""What every room's tests may rely on."""

from __future__ import annotations

import os
import random
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from reporter import fetch, metrics, pipeline, plan
from reporter.config import load
from reporter.model import Issue, Pulled
from reporter.rebuild import Replayed
from reporter.report import Past, Report
from reporter.resources import find
from reporter.sandbox import Sandbox, Truth
from reporter.store import Store
from reporter.tables import Tables

#: other names that a program goes by
_ALSO = {"soffice": ("libreoffice",), "chromium": ("chromium-browser", "google-chrome")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: one that is left for the end has the machine wait for it."""
    items.sort(key=lambda item: item.path.name != "test_kill.py")


@pytest.fixture(scope="session")
def need_program() -> Callable[[str], Path]:
    """Return a function that finds a program; where it is missing the test is skipped, and fails when CI=true."""

    def find(name: str) -> Path:
        for known in (name, *_ALSO.get(name, ())):
            if path := shutil.which(known):
                return Path(path)
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must run every test; see .ci/run")
        pytest.skip(f"{name} is not installed")

    return find


def _part(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


@pytest.fixture(scope="session")
def png() -> Callable[..., bytes]:
    """Return a maker of whole PNG pictures of so many pixels: red, or drawn from a seed, which nothing makes small."""

    def make(wide: int, high: int, seed: int | None = None) -> bytes:
        drawn = None if seed is None else random.Random(seed)
        rows = b"".join(b"\0" + (drawn.randbytes(3 * wide) if drawn else b"\xcc\0\0" * wide) for _ in range(high))
        header = wide.to_bytes(4) + high.to_bytes(4) + bytes((8, 2, 0, 0, 0))
        parts = (_part(b"IHDR", header), _part(b"IDAT", zlib.compress(rows)), _part(b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(parts)

    return make


class _Hurried:
    """A clock that stands where its sandbox's does, as signatures need, and sleeps by moving on."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self.slept = timedelta(0)

    def now(self) -> datetime:
        return self.started + self.slept

    async def sleep(self, seconds: float) -> None:
        self.slept += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Made:
    """A report that came out of the whole chain but for sockets and waiting, and what its sandbox knows."""

    truth: Truth
    report: Report
    tables: Tables
    issues: list[Issue]
    bounds: tuple[datetime, datetime]
    again: Replayed


@dataclass
class Chain:
    """The demo's config against a sandbox that stands still; `bend` changes what the vendors send."""

    sandbox: Sandbox
    store: Store
    now: datetime
    bend: Callable[[bytes], bytes] = bytes
    clock: _Hurried = field(init=False)

    def __post_init__(self) -> None:
        self.clock = _Hurried(self.now)

    def job(self, period: str | None = None) -> pipeline.Job:
        """Return the demo's config made ready for this sandbox."""
        env = {**self.sandbox.credentials(), "REPORTER_DEMO_URL": "http://127.0.0.1:1"}
        return pipeline.prepare(load(find("configs/demo.yaml")), env=env, now=self.now, period=period)

    def pull(self, period: str | None = None) -> tuple[pipeline.Job, str, list[Pulled]]:
        """Pull one period in a run of its own; return the job, the run's id, and its pulls."""
        job = self.job(period)
        begun = self.store.begin_run(
            client="demo",
            period=job.period,
            config_sha256=job.config.sha256,
            as_of=job.as_of,
            sources=(),
            now=self.clock.now(),
        )
        pulled = fetch.fetch(
            plan.first_pulls(job.config, job.access, job.period),
            job.access,
            store=self.store,
            run_id=begun.run_id,
            period=job.period,
            clock=fetch.Clock(now=self.clock.now, sleep=self.clock.sleep),
            transport=httpx.MockTransport(self._answer),
        )
        return job, begun.run_id, list(pulled)

    def run(self, period: str | None = None) -> Made:
        """Pull and build one period, and keep it as a finished run that later ones are compared with."""
        job, run_id, pulled = self.pull(period)
        stored = self.store.past("demo", run_id)
        past = tuple(Past(one.label, one.start, one.totals, one.seen) for one in stored)
        report, tables, issues = pipeline.build(job, pulled, past=past, as_of=job.as_of)
        again = Replayed(job, tuple(pulled), past)
        seen = metrics.packed(metrics.keys_of(tables, "demo", job.config.identity))
        self.store.finish_run(run_id, report.status, "{}", metrics.totals(report.figures), seen=seen)
        return Made(self.sandbox.truth, report, tables, issues, (job.period.start, job.period.end), again)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        response = self.sandbox.answer(request)
        return httpx.Response(response.status_code, headers=response.headers, content=self.bend(response.content))


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Chain]]:
    """Return a maker of chains from seed, scale and bend, each with a store of its own."""
    stores: list[Store] = []

    def make(seed: int = 7, scale: float = 1.0, bend: Callable[[bytes], bytes] = bytes) -> Chain:
        # the real time, by which signatures are made; a session is longer than they are good for
        started = datetime.now(UTC)
        sandbox = Sandbox(seed=seed, scale=scale, now=started, limits=False)
        stores.append(Store.open(f"sqlite:///{tmp_path_factory.mktemp('chain') / 'store.db'}"))
        return Chain(sandbox, stores[-1], started, bend)

    yield make
    for store in stores:
        store.close()
