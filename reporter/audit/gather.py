"""From a run or a job to a case: everything that was found. Reads the store and folders; what lacks is pulled first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import polars as pl

from reporter import fetch, rebuild
from reporter import plan as planning
from reporter.audit import files, integrity
from reporter.audit.check import Check, Found
from reporter.audit.evidence import Evidence, evidence
from reporter.checks.rule import EQUAL
from reporter.errors import ConfigError, StoreError
from reporter.lock import alone, places
from reporter.model import Language, Progress, Pull, Pulled, Text
from reporter.pipeline import Job
from reporter.rebuild import Replayed
from reporter.store import AUDITS, FinishedRun, Store

#: of a report whose own config cannot be read
_LANGUAGE: Language = "en"
_DAMAGED = Text(
    "本地库中的回复已损坏或缺失，不能由它重做", "stored replies are damaged or gone, and nothing is made from them"
)
_STORED = Text("本地库中的回复完好（重新计算哈希）", "Stored replies as they were stored, hashed again")


@dataclass(frozen=True)
class Case:
    """What an audit found out about one report. `evidence` is None where stored replies are damaged.

    `track` is what was asked about one viewer beside it.
    """

    name: str
    language: Language
    timezone: str
    found: tuple[Found, ...]
    evidence: Evidence | None = field(repr=False)
    track: Pulled | None = field(default=None, repr=False)

    @property
    def gaps(self) -> tuple[Pulled, ...]:
        """The pulls that are short or failed: data is missing."""
        pulls = (() if self.evidence is None else self.evidence.pulls) + (() if self.track is None else (self.track,))
        return tuple(one for one in pulls if not one.is_whole)

    @property
    def unexplained(self) -> int:
        """How many findings nothing known explains."""
        return sum(one.finding.verdict == "unexplained" for one in self.found)


def of_run(
    store: Store, run: FinishedRun, folder: Path, *, env: Mapping[str, str], now: datetime, redraw: bool = False
) -> Case | None:
    """Return what is found of a finished run by its own config; None where its replies were pruned from the store.

    Workbook and page are drawn again where they are not as the run wrote them, or in any case (`redraw`).
    Raises `ConfigError` where the config of then cannot be read any more.
    """
    record, read = run.record, files.read(folder, run)
    name, zone = f"{record.client} {record.label}", str(record.start.tzinfo)
    stored, hashed = tuple(_stored(store, record.run_id)), tuple(files.hashed(read, run))
    if any(one.finding.verdict == "unexplained" for one in stored):
        return Case(name, _language(store, run), zone, (*stored, *hashed), None)
    config = rebuild.kept_config(store, run)
    replayed = rebuild.replay(store, run, config, env=env)
    if record.status == "complete" and not all(one.is_whole for one in replayed.pulls):
        return None
    seen, made = made_again(store, run, replayed, now=now, redraw=redraw or read.must_be_drawn(run))
    found = (*stored, *hashed, *files.compared(read, run, made), *integrity.examine(seen))
    return Case(name, config.language, zone, found, seen)


def _language(store: Store, run: FinishedRun) -> Language:
    """Return the language of a run whose replies or files are damaged: its config may be one of them."""
    try:
        return rebuild.kept_config(store, run).language
    except (ConfigError, StoreError):
        return _LANGUAGE


def made_again(
    store: Store, run: FinishedRun, replayed: Replayed, *, now: datetime, redraw: bool
) -> tuple[Evidence, files.Again]:
    """Return a run's evidence, and its tables made again from the replies, with its files where they are drawn."""
    with rebuild.with_kept_files(store, run, replayed) as again:
        seen = evidence(again, now=now)
        made = rebuild.render(run, again, seen.report, seen.tables, list(seen.issues)) if redraw else {}
    return seen, files.Again(seen.report, seen.tables, made, rebuild.is_erased(store, run))


@dataclass(frozen=True, slots=True)
class Asking:
    """How what the store lacks is asked for: not at all (`offline`), who hears of it, what stands in for the world."""

    offline: bool = False
    progress: Callable[[Progress], None] | None = None
    clock: fetch.Clock | None = None
    transport: httpx.AsyncBaseTransport | None = None


def of_job(store: Store, job: Job, asking: Asking, *, now: datetime) -> Case:
    """Return what is found of a report that was never made: what the store lacks is pulled first, nothing is written.

    Raises `LockedError` while a run of the same client and period is at work.
    """
    config, name = job.config, f"{job.config.client} {job.period.label}"
    run_id, pulled = pull(store, job, planning.first_pulls(config, job.access, job.period), asking)
    stored = tuple(_stored(store, run_id))
    if any(one.finding.verdict == "unexplained" for one in stored):
        return Case(name, config.language, config.timezone, stored, None)
    seen = evidence(Replayed(job, pulled, ()), now=now)
    return Case(name, config.language, config.timezone, (*stored, *integrity.examine(seen)), seen)


def pull(store: Store, job: Job, pulls: Sequence[Pull], asking: Asking) -> tuple[str, tuple[Pulled, ...]]:
    """Pull what the store lacks as `run` would, in a run of its own that writes no file; return its id and pulls."""
    config, period = job.config, job.period
    # the folder that a run writes is nobody's business here
    wanted = [place for place in places(Path(), config.client, period.label, store.file) if place != Path()]
    with alone(wanted, f"{config.client} {period.label}"):
        begun = store.begin_run(
            client=f"{AUDITS}{config.client}",
            period=period,
            config_sha256=config.sha256,
            as_of=job.as_of,
            pinned=job.pinned,
            sources=config.sources,
            now=datetime.now(UTC),
        )
        pulled = fetch.fetch(
            pulls,
            job.access,
            store=store,
            run_id=begun.run_id,
            period=period,
            offline=asking.offline,
            progress=asking.progress,
            clock=asking.clock,
            transport=asking.transport,
        )
    return begun.run_id, tuple(pulled)


def _stored(store: Store, run_id: str) -> Iterator[Found]:
    verified = store.verify(run_id)
    total = verified.replies + verified.files
    damaged = len(verified.damages)
    check = Check("stored-replies", _STORED, lambda *_: iter(()))
    rows = pl.DataFrame([(one.what, one.why) for one in verified.damages], schema=["reply", "why"], orient="row")
    sides = str(total), str(total - damaged)
    if damaged:
        yield check.found("store", *sides, "unexplained", _DAMAGED, rows)
    else:
        yield check.found("store", *sides, "agrees", EQUAL)


def all_replies(cases: Sequence[Case]) -> pl.DataFrame:
    """Return a row a reply of all cases, as `Evidence.replies` has them."""
    frames = [case.evidence.replies for case in cases if case.evidence is not None]
    return pl.concat(frames).unique("reply_id") if frames else pl.DataFrame()
