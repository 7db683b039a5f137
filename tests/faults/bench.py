"""One config a vendor, rich in pages, pulled through the real fetch from the sandbox with a fault in it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from reporter import pipeline, plan
from reporter.config import load
from reporter.fetch import Clock, fetch
from reporter.model import Pull, Pulled
from reporter.normalise import normalise
from reporter.sandbox import Sandbox
from reporter.sandbox.faults import FAULTS, Plan, Strike, as_client_sees
from reporter.store import Store
from reporter.vendors.base import Access, Cursor, Endpoint

NOW = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
_NEVER = 10**9
_HEAD = "client: acme\nperiod: 2026-W46\naccounts:\n"
_CONFIGS = {
    "volcengine": """\
  volc:
    {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK, detail: list}
events:
  - name: 产品公开日
    rooms: [{account: volc, room: "172183460671", detail: visits}]
  - name: 第12课
    rooms: [{account: volc, room: "172183460688", detail: tracks}]
rooms:
  - {account: volc, match: {name: "公开课*", status: [live]}}
""",
    "quanshi": """\
  qs:
    {vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
     user_email: ops@example.com}
events:
  - name: 第12课
    rooms: [{account: qs, room: "609768"}]
  - name: 产品公开日
    rooms: [{account: qs, room: "609812"}]
""",
    "talkcloud": """\
  talk:
    {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
     token_time: env:DEMO_TK_TIME}
events:
  - name: 第12课
    rooms: [{account: talk, video: "8602268011035296205"}]
  - name: 周日夜读
    rooms: [{account: talk, video: "3701925924894146889"}]
""",
    "aliyun": """\
  vod: {vendor: aliyun, base_url: env:URL, access_key: env:DEMO_ALI_AK, secret_key: env:DEMO_ALI_SK}
events:
  - name: 第12课
    period: 2026-11-10..2026-11-12
    rooms: [{account: vod, media: 9ae2af636ca6c10412f44891fc000001}]
  - name: 新人训练营
    period: 2026-11-13..2026-11-15
    rooms: [{account: vod, media: 9ae2af636ca6c10412f44891fc000002}]
""",
}
#: what is asked for a page, and what is asked instead so that there are many; Aliyun's pages cannot be smaller
_SMALLER = {
    b'"PageItemCount":100': b'"PageItemCount":2',
    b'"PageItemCount":500': b'"PageItemCount":60',
    b'"PageSize":1000': b'"PageSize":40',
}
#: what differs between two replies to one question
_PASSING = re.compile(rb'"(RequestId|requestId|timeStamp|SystemTime|token)":("[^"]*"|\d+)')
#: as many viewers, so that TalkCloud's pages of 20 are several
_SCALES = {"talkcloud": 2.0}


class FakeClock:
    """Time that only sleeping moves on."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def as_clock(self) -> Clock:
        return Clock(self.now, self.monotonic, self.sleep, lambda: 0.5)


@dataclass(frozen=True)
class Ended:
    """What a pull came to: how each walk ended, the rows of every table with their number, and the plan."""

    pulled: Sequence[Pulled]
    rows: Counter[str]
    codes: Counter[str]
    plan: Plan

    @property
    def is_whole(self) -> bool:
        return all(one.verdict == "complete" for one in self.pulled)

    def outcome(self, clean: Ended) -> str:
        """Return complete, loud, or what went wrong in silence."""
        lost, added = clean.rows - self.rows, self.rows - clean.rows
        if self.is_whole and not lost and not added:
            return "complete"
        # a run of such pulls is complete and mailed: no warning makes up for rows that are not in it
        if all(one.is_whole for one in self.pulled) and self.rows.total() < clean.rows.total():
            return "silent loss"
        if not self.is_whole or self.codes - clean.codes:
            return "loud"
        return "silent loss" if lost else "silent duplicate"


def _small(access: Access) -> Access:
    """Return an account whose vendor signs by the frozen clock and is asked for small pages."""
    vendor = access.vendor
    endpoints = {name: replace(one, request=partial(_asked, one)) for name, one in vendor.endpoints.items()}
    frozen: Any = vendor.auth
    return replace(
        access,
        vendor=replace(
            vendor, endpoints=endpoints, auth=lambda keys, account: frozen(keys, account, clock=lambda: NOW)
        ),
    )


def _asked(endpoint: Endpoint, pull: Pull, cursor: Cursor) -> httpx.Request:
    request = endpoint.request(pull, cursor)
    content = request.content
    for usual, smaller in _SMALLER.items():
        content = content.replace(usual, smaller)
    if content == request.content:
        return request
    headers = {"Content-Type": request.headers["Content-Type"]}
    return httpx.Request(request.method, request.url, headers=headers, content=content)


def _print(pulled: Sequence[Pulled]) -> bytes:
    """Return what is the same for pulls that ended alike with the same replies, whatever the ids of their requests."""
    made = hashlib.sha256()
    for one in pulled:
        made.update(repr((one.pull, one.verdict, one.rows, one.claimed, one.issues)).encode())
        for reply in one.replies:
            made.update(_PASSING.sub(b"", reply.body) + b"\0")
    return made.digest()


@dataclass(frozen=True)
class Bench:
    """A folder for configs, and for each vendor a job and a sandbox, made once; each pull has a store of its own.

    `read` keeps the rows of replies that came before: what is after the store is a function of them alone.
    """

    folder: Path
    made: dict[str, tuple[Sandbox, pipeline.Job]] = field(default_factory=dict)
    read: dict[bytes, tuple[Counter[str], Counter[str]]] = field(default_factory=dict)
    whole: dict[str, Ended] = field(default_factory=dict)

    def pull(self, vendor: str, *strikes: Strike) -> Ended:
        """Pull everything of one vendor with these faults."""
        if vendor not in self.made:
            self.made[vendor] = self._make(vendor)
        sandbox, job = self.made[vendor]
        sandbox.faults = Plan(strikes)
        access = {name: _small(one) for name, one in job.access.items()}
        with Store.open("sqlite:///:memory:") as store:
            run = store.begin_run(
                client="acme", period=job.period, config_sha256="c" * 64, as_of=NOW, sources=(), now=NOW
            )
            pulled = fetch(
                plan.first_pulls(job.config, access, job.period),
                access,
                store=store,
                run_id=run.run_id,
                period=job.period,
                clock=FakeClock().as_clock(),
                transport=httpx.MockTransport(lambda request: as_client_sees(sandbox.answer(request))),
            )
            rows, codes = self._rows(job, pulled)
        codes = codes + Counter(issue.code for one in pulled for issue in (*one.issues, *one.notes))
        return Ended(pulled, rows, codes, sandbox.faults)

    def _rows(self, job: pipeline.Job, pulled: Sequence[Pulled]) -> tuple[Counter[str], Counter[str]]:
        """Return the rows of all tables with their number, and the codes of what was wrong with them."""
        key = _print(pulled)
        if key not in self.read:
            tables, issues = normalise(pulled, job.config.rooms(job.period), job.period, NOW)
            rows = Counter(
                f"{name} {sorted((key, value) for key, value in row.items() if key not in ('reply_id', 'row_no'))}"
                for name, frame in tables.items()
                for row in frame.iter_rows(named=True)
            )
            self.read[key] = rows, Counter(one.code for one in issues)
        return self.read[key]

    def clean(self, vendor: str) -> Ended:
        """Pull without a fault, once; `plan.fitting` tells how many replies each fault could meet, in its order."""
        if vendor not in self.whole:
            self.whole[vendor] = self.pull(vendor, *(Strike(name, nth=_NEVER) for name in FAULTS))
        return self.whole[vendor]

    def _make(self, vendor: str) -> tuple[Sandbox, pipeline.Job]:
        sandbox = Sandbox(now=NOW, limits=False, weeks=2, scale=_SCALES.get(vendor, 1))
        env = {**sandbox.credentials(), "URL": "http://127.0.0.1:1"}
        path = self.folder / f"{vendor}.yaml"
        path.write_text(_HEAD + _CONFIGS[vendor], encoding="utf-8")
        return sandbox, pipeline.prepare(load(path), env=env, now=NOW)
