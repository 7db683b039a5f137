"""The sandbox: requests in, the vendors' replies out, and the truth for whoever judges.

Nothing here opens a socket; `serve` does. `Sandbox.answer` fits `httpx.MockTransport`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from reporter.sandbox.aliyun import Aliyun
from reporter.sandbox.calls import Answered, Asked, Call, digest
from reporter.sandbox.faults import Plan
from reporter.sandbox.faults_base import FORGETS_TOKENS
from reporter.sandbox.limits import Limiter
from reporter.sandbox.quanshi import PREFIX as QUANSHI
from reporter.sandbox.quanshi import Quanshi
from reporter.sandbox.signatures import Secret
from reporter.sandbox.talkcloud import PATH as TALKCLOUD
from reporter.sandbox.talkcloud import TalkCloud, token_for
from reporter.sandbox.truth import Truth
from reporter.sandbox.volcengine import Volcengine
from reporter.sandbox.world import WEEKS, World

#: made up, and good for nothing outside this sandbox; the names are those of configs/demo.yaml
_ENVIRONMENT = {
    "DEMO_VOLC_AK": "AKDEMOVOLC00000000001",
    "DEMO_VOLC_SK": "demo-volcengine-not-real-0001",
    "DEMO_QS_KEY": "demo-quanshi-key-0001",
    "DEMO_QS_SECRET": "demo-quanshi-not-real-0001",
    "DEMO_TK_KEY": "demo-talkcloud-key-0001",
    "DEMO_TK_TIME": "1767225600",
    "DEMO_ALI_AK": "LTAIdemo0000000000001",
    "DEMO_ALI_SK": "demo-aliyun-not-real-0001",
}


class Sandbox:
    """The four vendors, with one account each, from a seed.

    `now` is the vendors' clock (aware; a moment stands still), `clock` that of the rate limits in seconds,
    `limits=False` lets every call through, `weeks` is how many weeks of visits the vendors remember.
    `lag` is how long after a day's end Aliyun has counted it: none by default, so that a demo works on a
    Monday morning too; the vendor takes until 09:00. `faults` is what goes wrong on purpose.
    """

    def __init__(  # noqa: PLR0913 - the world, its clocks, and what is switched off or on in it
        self,
        seed: int = 7,
        scale: float = 1,
        now: Callable[[], datetime] | datetime | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        limits: bool = True,
        weeks: int = WEEKS,
        lag: timedelta = timedelta(0),
        faults: Plan | None = None,
    ) -> None:
        """Build the world and the vendors; nothing is drawn but the people."""
        self.calls: list[Call] = []
        self.faults = faults or Plan()
        self._seed = seed
        self._now = _as_callable(now)
        self._clock = clock
        env, world, limiter = _ENVIRONMENT, World(seed, scale, weeks), Limiter(clock, limits)
        self._quanshi = Quanshi(world, limiter, {env["DEMO_QS_KEY"]: Secret(env["DEMO_QS_SECRET"])})
        self._vendors: dict[str, Volcengine | Quanshi | TalkCloud | Aliyun] = {
            "volcengine": Volcengine(world, limiter, {env["DEMO_VOLC_AK"]: Secret(env["DEMO_VOLC_SK"])}),
            "quanshi": self._quanshi,
            "talkcloud": TalkCloud(world, limiter, frozenset({env["DEMO_TK_KEY"]})),
            "aliyun": Aliyun(world, limiter, {env["DEMO_ALI_AK"]: Secret(env["DEMO_ALI_SK"])}, lag),
        }
        self.truth = Truth(world, self._now)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request as the vendor would that it is meant for; a path of nobody's is a 404."""
        request.read()
        now = self._now().astimezone(UTC)
        asked = Asked(request, now, digest(self._seed, "request", len(self.calls)))
        name = _vendor_of(asked)
        answered = self._vendors[name].answer(asked) if name else Answered("", {"error": "nobody lives here"}, 404)
        call = Call(self._clock(), name, answered.call, answered.key, answered.status, answered.code, answered.room)
        self.calls.append(call)
        reply = self.faults.meet(request, call, answered.response(now), now)
        if FORGETS_TOKENS in reply.extensions:
            self._quanshi.forget_tokens()
        return reply

    def credentials(self) -> dict[str, str]:
        """Return the environment for configs/demo.yaml, but for REPORTER_DEMO_URL."""
        token = token_for(_ENVIRONMENT["DEMO_TK_KEY"], _ENVIRONMENT["DEMO_TK_TIME"])
        return {**_ENVIRONMENT, "DEMO_TK_TOKEN": token}


def _as_callable(now: Callable[[], datetime] | datetime | None) -> Callable[[], datetime]:
    if now is None:
        return lambda: datetime.now(UTC)
    return (lambda: now) if isinstance(now, datetime) else now


def _vendor_of(asked: Asked) -> str:
    """Tell the vendors apart on one port: by path, by Aliyun's headers or parameters, by an Action."""
    if QUANSHI in asked.path:
        return "quanshi"
    if asked.path.endswith(TALKCLOUD):
        return "talkcloud"
    query = asked.query
    if "x-acs-action" in asked.request.headers or "SignatureMethod" in query or "SignatureNonce" in query:
        return "aliyun"
    return "volcengine" if "Action" in query else ""
