"""What an audit looks at: replies counted again, their rows as they came, and the tables made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from reporter.audit.recount import Recount, recount
from reporter.model import Issue, Period, Pulled
from reporter.normalise import as_sent
from reporter.rebuild import Replayed
from reporter.report import Report
from reporter.tables import COUNT, INSTANT, TEXT, Tables
from reporter.vendors.base import Access, Endpoint, Telling

_NOTED: dict[str, pl.DataType] = {"reply_id": TEXT, "row_no": COUNT, "code": TEXT, "zh": TEXT, "en": TEXT}


@dataclass(frozen=True)
class Evidence:
    """One report's replies and tables; `now` is when the audit looks (UTC).

    `told` are the issues of reading the replies, `noted` the single rows that they are about (reply_id, row_no, code,
    zh, en). `raw` are the rows of the report's rooms as they were sent, of all times; `tables` are the report's own,
    unmasked.
    """

    recounts: tuple[Recount, ...]
    raw: Tables
    told: tuple[Issue, ...]
    noted: pl.DataFrame
    tables: Tables
    issues: tuple[Issue, ...]
    report: Report
    access: Mapping[str, Access]
    now: datetime

    @property
    def period(self) -> Period:
        """The period that the report is about."""
        return self.report.period

    @property
    def pulls(self) -> tuple[Pulled, ...]:
        """The pulls, with rows and claims as their replies say them."""
        return tuple(one.pulled for one in self.recounts)

    @cached_property
    def replies(self) -> pl.DataFrame:
        """A row a reply: reply_id, call, room, page, fetched_at (UTC), request_id."""
        rows = [
            (reply.reply_id, one.pull.endpoint, one.pull.room, reply.page, reply.fetched_at, reply.request_id)
            for one in self.pulls
            for reply in one.replies
        ]
        schema = {"reply_id": TEXT, "call": TEXT, "of_room": TEXT, "page": pl.Int64(), "fetched_at": INSTANT}
        return pl.DataFrame(rows, schema={**schema, "request_id": TEXT}, orient="row").unique("reply_id")

    def by_call(self) -> Iterator[tuple[str, Endpoint, Sequence[Recount]]]:
        """Yield each call of each account, as `vendor:account call`, with its walks."""
        calls: dict[tuple[str, str, str], list[Recount]] = {}
        for one in self.recounts:
            pull = one.pulled.pull
            calls.setdefault((pull.vendor, pull.account, pull.endpoint), []).append(one)
        for (vendor, account, call), walks in calls.items():
            yield f"{vendor}:{account} {call}", self.access[account].vendor.endpoints[call], walks


def evidence(again: Replayed, *, now: datetime) -> Evidence:
    """Return what is known of a report whose pulls have ended; raises `StoreError` for a damaged reply."""
    job = again.job
    recounts = tuple(recount(one, job.access[one.pull.account].vendor) for one in again.pulls)
    report, tables, issues = again.build()
    telling = Telling()
    raw, told = as_sent(again.pulls, job.rooms, job.period, again.as_of, telling=telling)
    noted = pl.concat([pl.DataFrame(schema=_NOTED), *(one.select(list(_NOTED)) for one in telling.noted)])
    return Evidence(recounts, raw, tuple(told), noted, tables, tuple(issues), report, job.access, now)
