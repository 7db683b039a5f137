"""What `reporter audit` looks at: finished runs, jobs whose replies are pulled first, rooms, a viewer."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from reporter import pipeline
from reporter.audit import console, gather, viewer
from reporter.audit.gather import Case
from reporter.cli import configs, named, options, screen
from reporter.config import Config, ad_hoc, load
from reporter.config.ad_hoc import Base, Named
from reporter.errors import IncompleteError, UsageError
from reporter.store import Store, exists


@dataclass(frozen=True)
class Audited:
    """What was audited; `frames` are a viewer's rows by table, `advice` says how to get what is missing."""

    cases: tuple[Case, ...]
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    advice: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of the command, and the clock."""

    words: Mapping[str, Any]
    now: datetime
    env: Mapping[str, str]

    @property
    def is_offline(self) -> bool:
        return bool(self.words["offline"])

    def period_of_days(self) -> str:
        since, until = self.words["since"], self.words["until"]
        if since:
            return f"{since}..{until}"
        return str(self.words["period"] or "last_week")


def audited(words: Mapping[str, Any]) -> Audited:
    """Return what the words of the command ask for; raises `UsageError`, `ConfigError`, `LockedError`."""
    asked = _Asked(words, options.clock(words["now"]), options.environment())
    export = None if words["against"] is None else console.read(words["against"], words["mapping"])
    if asked.is_offline and not exists(words["store_url"]):
        raise IncompleteError(f"there is no store at {words['store_url']}; {_advice(asked)}")
    with Store.open(words["store_url"]) as store:
        if words["viewer"]:
            return _of_viewer(store, asked, ad_hoc.named(words["viewer"], "--viewer"))
        cases = _of_rooms(store, asked) if words["rooms"] else _of_configs(store, asked)
        if export is None:
            return Audited(tuple(cases), advice=_advice(asked))
        return Audited(tuple(_with_console(export, cases)), advice=_advice(asked))


def _of_configs(store: Store, asked: _Asked) -> list[Case]:
    """Audit each config: its finished run, or a job; all are checked before anything is sent for one."""
    loaded = configs.load_all(asked.words["configs"], asked.now)
    chosen = configs.each(loaded, lambda config: _chosen(store, config, asked))
    return [one if isinstance(one, Case) else _pulled(store, one, asked) for one in chosen]


def _chosen(store: Store, config: Config, asked: _Asked) -> Case | pipeline.Job:
    """Return what is found of the config's finished run, or the job to be pulled where there is none to audit."""
    label = config.reckoned(asked.words["period"], asked.now).label
    is_done = any((one.client, one.label) == (config.client, label) and one.finished_at for one in store.runs())
    found = named.find(store, f"{config.client}/{label}") if is_done else None
    if found is not None and (asked.is_offline or found.run.record.status == "complete"):
        run_id = found.run.record.run_id
        if found.run.record.config_sha256 != config.sha256:
            screen.say(f"note: {config.path} has changed since run {run_id}, which is audited by its own config")
        case = gather.of_run(store, found.run, found.folder, env=asked.env, now=asked.now, redraw=asked.words["redraw"])
        if case is not None:
            return case
        screen.say(f"note: replies of run {run_id} were pruned from the store")
    return _job(config, asked, asked.words["period"])


def _job(config: Config, asked: _Asked, period: str | None) -> pipeline.Job:
    is_pinned = asked.words["now"] is not None
    return pipeline.prepare(
        config, env=asked.env, now=asked.now, period=period, pinned=is_pinned, offline=asked.is_offline
    )


def _pulled(store: Store, job: pipeline.Job, asked: _Asked) -> Case:
    with screen.bars() as progress:
        return gather.of_job(store, job, gather.Asking(asked.is_offline, progress), now=asked.now)


def _of_rooms(store: Store, asked: _Asked) -> list[Case]:
    rooms = [ad_hoc.named(one, "--room") for one in dict.fromkeys(asked.words["rooms"])]
    config = ad_hoc.for_rooms(_base(store, asked, rooms[0]), rooms, asked.period_of_days())
    case = _pulled(store, _job(config, asked, None), asked)
    return [replace(case, name=f"{', '.join(asked.words['rooms'])} {config.reckoned(None, asked.now).label}")]


def _base(store: Store, asked: _Asked, room: Named) -> Base:
    """Return the config that a room's account is in: the one named, else that of the newest run that has it."""
    if asked.words["accounts"] is not None:
        return Base(asked.words["accounts"])
    for record in reversed(store.runs()):
        sources = store.sources(record.run_id)
        finished = store.finished(record.run_id)
        if finished is None or not sources:
            continue
        path = store.folder / (finished.origin.config_path or Path(sources[0][0]).name)
        base = ad_hoc.of_sources(sources, path)
        if ad_hoc.has_account(base, room):
            return base
    raise UsageError(
        f"no finished run has an account {room.vendor}:{room.account}; name a config that has it: --config"
    )


def _of_viewer(store: Store, asked: _Asked, who: Named) -> Audited:
    """Look at one person: in the report of the base's client, where it is a report, and by one track call."""
    base = _base(store, asked, who)
    period = asked.period_of_days()
    # a room of the viewer's name: the account is ready to be used, and no room is asked for
    job = _job(ad_hoc.for_rooms(base, [who], period), asked, None)
    case = _report_of(store, asked, base, period)
    track = None
    if who.vendor == viewer.TRACKING:
        with screen.bars() as progress:
            track = viewer.pull_track(store, job, who.account, who.id, gather.Asking(asked.is_offline, progress))
    person = viewer.look(case, who.vendor, who.account, who.id, track, asked.now)
    name = f"{who.vendor}:{who.account}/{who.id} {job.period.label}"
    made = Case(name, job.config.language, job.config.timezone, person.found, case.evidence if case else None, track)
    return Audited((made,), person.frames, _advice(asked))


def _report_of(store: Store, asked: _Asked, base: Base, period: str) -> Case | None:
    if not ad_hoc.is_report(base):
        return None
    wanted = replace(asked, words={**asked.words, "period": period})
    chosen = _chosen(store, load(base.path, kept=base.kept), wanted)
    return chosen if isinstance(chosen, Case) else _pulled(store, chosen, wanted)


def _with_console(export: console.Export, cases: list[Case]) -> list[Case]:
    if len(cases) != 1:
        raise UsageError("--against compares with one report; name one config")
    (case,) = cases
    if case.evidence is None:
        return cases
    try:
        found = tuple(console.compare(export, case.evidence))
    except UsageError:
        if not case.gaps:
            raise
        found = ()  # what is missing is why there is no such room, and that is told
    return [replace(case, found=(*case.found, *found))]


def _advice(asked: _Asked) -> str:
    words = asked.words
    if not asked.is_offline:
        return "run the same command again: what was pulled is kept, the rest is asked for again"
    named = [str(one) for one in words["configs"]]
    named += [part for room in words["rooms"] for part in ("--room", room)]
    named += ["--viewer", words["viewer"]] if words["viewer"] else []
    for flag, key in (("--from", "since"), ("--to", "until"), ("--config", "accounts"), ("--period", "period")):
        named += [flag, str(words[key])] if words[key] else []
    return f"`reporter audit {shlex.join(named)}` without --offline pulls it first"
