"""Clocks: cursors that die of age restart their walk and nothing else, and a clock that is wrong loses nothing.

Volcengine's PageToken lives 3 minutes, its ScrollId 20 (https://www.volcengine.com/docs/3019/1169973 and
/167660); both vendors here that sign by time refuse what is a quarter of an hour off. The sandbox plays them.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from reporter import pipeline, plan
from reporter.config import load
from reporter.fetch import Clock, fetch
from reporter.model import Pull, Pulled
from reporter.sandbox import Sandbox
from reporter.store import Store
from reporter.vendors.base import Access, Cursor, Endpoint

START = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
CONFIG = """\
client: acme
period: 2026-W46
accounts:
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}
events:
  - name: 产品公开日
    rooms: [{account: volc, room: "172183460671"}, {account: vod, media: 9ae2af636ca6c10412f44891fc000001}]
"""
#: what is asked for a page, and what is asked instead so that there are several
SMALLER = {b'"PageItemCount":500': b'"PageItemCount":60', b'"PageSize":1000': b'"PageSize":40'}
LIST, LOG = "ListAccountUserData", "ListUserBehaviorDataAPIV2"
DIES = {LIST: timedelta(minutes=3), LOG: timedelta(minutes=20)}


class StoppedError(Exception):
    """The process ends here."""


@dataclass
class Time:
    """The vendors' clock, and ours, which is `wrong` by so much; only sleeping, and a test, move them."""

    moment: datetime = START
    wrong: timedelta = timedelta(0)
    slept: list[float] = field(default_factory=list)

    def vendors(self) -> datetime:
        return self.moment

    def now(self) -> datetime:
        return self.moment + self.wrong

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def as_clock(self) -> Clock:
        return Clock(self.now, lambda: self.vendors().timestamp(), self.sleep, lambda: 0.5)


@dataclass
class Bench:
    """One store and one vendor; `after` hears of each answer, by its call and number."""

    store: Store
    job: pipeline.Job
    sandbox: Sandbox
    time: Time
    asked: Counter[str] = field(default_factory=Counter)
    after: Callable[[str, int], None] = lambda _call, _number: None

    def fetch(self) -> dict[str, Pulled]:
        """Begin the run or go on with it; return how each call ended, of Aliyun's that of the last day asked."""
        access = {name: _small(one, self.time.now) for name, one in self.job.access.items()}
        run = self.store.begin_run(
            client="acme", period=self.job.period, config_sha256="c", as_of=START, sources=(), now=self.time.now()
        )
        pulled = fetch(
            plan.first_pulls(self.job.config, access, self.job.period),
            access,
            store=self.store,
            run_id=run.run_id,
            period=self.job.period,
            clock=self.time.as_clock(),
            transport=httpx.MockTransport(self._answer),
        )
        return {one.pull.endpoint: one for one in pulled}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        call = request.headers.get("x-acs-action") or request.url.params["Action"]
        self.asked[call] += 1
        answer = self.sandbox.answer(request)
        self.after(call, self.asked[call])
        return answer


def _small(access: Access, now: Callable[[], datetime]) -> Access:
    vendor, signs = access.vendor, cast("Any", access.vendor.auth)
    endpoints = {name: replace(one, request=partial(_asked, one)) for name, one in vendor.endpoints.items()}
    return replace(access, vendor=replace(vendor, endpoints=endpoints, auth=partial(signs, clock=now)))


def _asked(endpoint: Endpoint, pull: Pull, cursor: Cursor) -> httpx.Request:
    request = endpoint.request(pull, cursor)
    content = request.content
    for usual, smaller in SMALLER.items():
        content = content.replace(usual, smaller)
    if content == request.content:
        return request
    return httpx.Request(request.method, request.url, headers={"Content-Type": "application/json"}, content=content)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    time = Time()
    sandbox = Sandbox(now=time.vendors, limits=False, weeks=2)
    (tmp_path / "acme.yaml").write_text(CONFIG, encoding="utf-8")
    env = {**sandbox.credentials(), "URL": "http://127.0.0.1:1"}
    job = pipeline.prepare(load(tmp_path / "acme.yaml"), env=env, now=START)
    with Store.open(f"sqlite:///{tmp_path / 'reporter.db'}") as store:
        yield Bench(store, job, sandbox, time)


def bodies(pulled: Pulled) -> list[Any]:
    """Return a pull's rows: the replies, less what is new in each (ids of requests and cursors)."""
    results = [json.loads(reply.body)["Result"] for reply in pulled.replies]
    return [{name: value for name, value in one.items() if name not in ("PageToken", "ScrollId")} for one in results]


def waits(bench: Bench, call: str, pause: timedelta) -> Callable[[str, int], None]:
    """Let time pass after a call's first answer, so that the cursor in it is as old before it is used."""

    def wait(asked: str, number: int) -> None:
        if (asked, number) == (call, 1):
            bench.time.moment += pause

    return wait


def stops(asked: str, number: int) -> None:
    if (asked, number) == (LIST, 2):
        raise StoppedError


@pytest.mark.parametrize("call", [LIST, LOG])
def test_cursor_that_died_of_age_restarts_its_walk_alone(tmp_path: Path, bench: Bench, call: str) -> None:
    clean = bench.fetch()
    once = Counter(bench.asked)
    assert once[call] >= 3
    bench.asked.clear()
    bench.after = waits(bench, call, DIES[call])
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as bench.store:
        pulled = bench.fetch()
    # twenty minutes are too long for the list's cursor as well, if it was under way
    assert {LOG: {LIST, LOG}, LIST: {LIST}}[call] >= (bench.asked - once).keys()
    assert (bench.asked - once)[call] == 2
    assert {one.verdict for one in pulled.values()} == {"complete"}
    assert bodies(pulled[call]) == bodies(clean[call])
    assert len(pulled[call].replies) == once[call]


@pytest.mark.parametrize("call", [LIST, LOG])
def test_cursor_that_is_nearly_too_old_goes_on(bench: Bench, call: str) -> None:
    bench.after = waits(bench, call, DIES[call] - timedelta(seconds=5))
    pulled = bench.fetch()[call]
    assert (pulled.verdict, pulled.requests) == ("complete", len(pulled.replies))


def test_run_that_goes_on_after_its_cursor_died_restarts_that_walk_alone(tmp_path: Path, bench: Bench) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        clean = replace(bench, store=other).fetch()
    once = Counter(bench.asked)
    bench.asked.clear()
    bench.after = stops
    with pytest.raises(StoppedError):
        bench.fetch()
    before = bench.asked[LIST]
    bench.after = lambda _call, _number: None
    bench.time.moment += DIES[LIST]
    pulled = bench.fetch()
    assert {one.verdict for one in pulled.values()} == {"complete"}
    assert bodies(pulled[LIST]) == bodies(clean[LIST])
    assert bench.asked[LIST] == before + 1 + once[LIST]
    # of each other call one may have been in flight
    assert max((bench.asked - once)[call] for call in once if call != LIST) <= 1


@pytest.mark.parametrize("minutes", [20, -20])
def test_clock_that_is_twenty_minutes_off_pulls_the_same_by_the_vendors_clock(
    tmp_path: Path, bench: Bench, minutes: int
) -> None:
    clean = bench.fetch()
    bench.time.wrong = timedelta(minutes=minutes)
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as bench.store:
        pulled = bench.fetch()
    assert {one.verdict for one in pulled.values()} == {"complete"}
    assert [bodies(pulled[call]) for call in (LIST, LOG)] == [bodies(clean[call]) for call in (LIST, LOG)]


def test_clock_that_jumps_back_an_hour_while_pulling_loses_nothing_and_never_waits_long(
    tmp_path: Path, bench: Bench
) -> None:
    clean = bench.fetch()
    bench.asked.clear()
    bench.time.slept.clear()

    def jump(asked: str, number: int) -> None:
        if (asked, number) == (LOG, 2):
            bench.time.wrong -= timedelta(hours=1)

    bench.after = jump
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as bench.store:
        pulled = bench.fetch()
    assert {one.verdict for one in pulled.values()} == {"complete"}
    assert [bodies(pulled[call]) for call in (LIST, LOG)] == [bodies(clean[call]) for call in (LIST, LOG)]
    assert min(bench.time.slept) >= 0
    # a slot that lies more than a minute ahead was left by a clock that has been set back
    assert max(bench.time.slept) < 62
