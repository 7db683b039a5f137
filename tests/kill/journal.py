"""What the vendors were asked before and after a kill, and what of it the store had committed in between."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import httpx

from reporter.sandbox import Sandbox
from reporter.vendors import VENDORS

#: made anew by each process: what is stored of a token is blanked
TOKEN = "token/create"
#: the call of which page 1 is asked for again at a walk's end; what that says is kept by the walk's verdict alone
LOOKS_BACK = "vod/watch"
_PAGE_1 = re.compile(r"[?&]page=1\b")
#: spacing may be short by so much, as the vendors measure it
_SHORT = 0.05


@dataclass(frozen=True)
class Ask:
    """A question as a vendor got it, when (seconds), and the hash of what it answered."""

    at: float
    vendor: str
    call: str
    question: str
    sha256: str


@dataclass(frozen=True)
class Kept:
    """What was committed at a moment: hashes of replies, and the calls of which a walk had its verdict."""

    replies: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()

    def holds(self, ask: Ask) -> bool:
        """Say whether what came of an ask was durable."""
        return ask.call in self.ended if _looks_back(ask) else ask.sha256 in self.replies


class Counting(Sandbox):
    """A sandbox that keeps what it was asked and has answered, in order.

    What it refuses is no reply to keep: its clock stands still, so that a long test is told to sign by it first.
    """

    def __init__(self, now: datetime) -> None:
        super().__init__(now=now, limits=False, weeks=2)
        self.asks: list[Ask] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        response = super().answer(request)
        call = self.calls[-1]
        if call.vendor and not call.code:
            question = f"{request.url.raw_path.decode()} {_without_token(request.content)}"
            sha256 = hashlib.sha256(response.content).hexdigest()
            self.asks.append(Ask(call.at, call.vendor, call.call, question, sha256))
        return response


@dataclass(frozen=True)
class Judged:
    """What a kill came to: asks that were under way, those that were asked again, and what was wrong with it."""

    in_flight: int
    repeats: int
    faults: tuple[str, ...]


def judge(before: Sequence[Ask], kept: Kept, after: Sequence[Ask]) -> Judged:
    """Hold what was asked after a kill against what was asked before it and `kept`; calls for a token aside."""
    first = _told_apart(before, Kept())
    in_flight = [ask for ask in first if not kept.holds(ask)]
    again = Counter(ask.question for ask in _told_apart(after, kept))
    repeats = [ask for ask in first if ask.question in again]
    faults = [f"kept and asked again: {ask.question}" for ask in repeats if kept.holds(ask)]
    faults += [f"asked {times} times after the restart: {question}" for question, times in again.items() if times > 1]
    faults += ["more was repeated than was in flight"] if len(repeats) > len(in_flight) else []
    return Judged(len(in_flight), len(repeats), (*faults, *_too_close(before, after)))


def committed(folder: Path) -> Kept:
    """Return what the store in `folder` holds, read from a copy of it as a dead process left it."""
    with tempfile.TemporaryDirectory() as copied:
        for path in folder.glob("reporter.db*"):
            if path.suffix in (".db", ".db-wal"):
                shutil.copy(path, copied)
        database = sqlite3.connect(Path(copied) / "reporter.db")
        try:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'replies'").fetchone():
                return Kept()
            replies = [row[0] for row in database.execute("SELECT sha256 FROM replies")]
            ended = [row[0] for row in database.execute("SELECT endpoint FROM walks WHERE verdict IS NOT NULL")]
            return Kept(frozenset(replies), frozenset(ended))
        finally:
            database.close()


def wait_until(is_so: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another thread or process brings about."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def too_close(asks: Sequence[Ask], seconds: float) -> list[float]:
    """Return the gaps between asks of one call that are shorter than `seconds`, less what may be missing."""
    gaps = [later.at - sooner.at for sooner, later in pairwise(asks)]
    return [gap for gap in gaps if gap < seconds * (1 - _SHORT)]


def _too_close(before: Sequence[Ask], after: Sequence[Ask]) -> list[str]:
    """Return the calls whose limit was broken from one process to the next."""
    last, found = {(ask.vendor, ask.call): ask for ask in before}, list[str]()
    for place, ask in {(ask.vendor, ask.call): ask for ask in reversed(after)}.items():
        seconds = 1 / VENDORS[ask.vendor].endpoints[ask.call].rate
        if place in last and (gap := too_close([last[place], ask], seconds)):
            found.append(f"{ask.call} came {gap[0]:.3f} s after the one before the kill")
    return found


def _told_apart(asks: Sequence[Ask], kept: Kept) -> list[Ask]:
    """Return the asks but for those of a token, a look back at page 1 told apart from the page itself."""
    told, seen = list[Ask](), set[str]()
    for ask in asks:
        is_first = ask.call == LOOKS_BACK and _PAGE_1.search(ask.question)
        is_again = is_first and (ask.question in seen or ask.sha256 in kept.replies)
        seen.add(ask.question)
        if ask.call != TOKEN:
            told.append(replace(ask, question=f"look back: {ask.question}") if is_again else ask)
    return told


def _looks_back(ask: Ask) -> bool:
    return ask.question.startswith("look back: ")


def _without_token(content: bytes) -> str:
    said = json.loads(content) if content[:1] == b"{" else {}
    return json.dumps({name: value for name, value in said.items() if name != "token"}, sort_keys=True)
