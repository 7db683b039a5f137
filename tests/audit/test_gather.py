"""What an audit asks for is nobody's run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from reporter import fetch
from reporter.audit.gather import Asking, of_job


def test_pull_of_an_audit_is_not_gone_on_with_by_the_reports_own_run(chain: Callable[..., Any]) -> None:
    made = chain(7, 0.2)
    job, sandbox = made.job(), made.sandbox

    def answer(request: httpx.Request) -> httpx.Response:
        told = sandbox.answer(request)
        return httpx.Response(told.status_code, headers=told.headers, content=told.content)

    clock = fetch.Clock(now=made.clock.now, sleep=made.clock.sleep)
    case = of_job(made.store, job, Asking(clock=clock, transport=httpx.MockTransport(answer)), now=made.now)
    assert case.evidence is not None
    assert sum(one.requests for one in case.evidence.pulls) > 0
    assert [one.is_of_audit for one in made.store.runs()] == [True]
    begun = made.store.begin_run(
        client=job.config.client,
        period=job.period,
        config_sha256=job.config.sha256,
        as_of=job.as_of,
        sources=(),
        now=made.clock.now(),
    )
    assert not begun.resumed
