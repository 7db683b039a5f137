"""What `run`, `plan` and `demo` share: configs made into jobs, and one job done with bars on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from reporter import pipeline
from reporter import plan as planning
from reporter.cli import configs, options, screen
from reporter.config import Config, periods
from reporter.errors import NothingDueError
from reporter.fetch.known import Knowledge
from reporter.plan import Day
from reporter.store import Store, exists

#: how long a period that was begun in vain is tried again once later ones are there; then it is a person's to make
_TRIED_AGAIN = timedelta(days=35)


def jobs(
    paths: Sequence[Path],
    *,
    period: str | None,
    now: str | None,
    store_to_catch_up: str | None = None,
    offline: bool = False,
) -> list[pipeline.Job]:
    """Return a job for each config, secrets resolved; raises with the complaints about all, before anything is sent.

    With `store_to_catch_up` each config's missed periods come first, as that store knows them, but for those that
    can no longer be made; a config of whose period no day is over yet is left out, for a timer may be early.
    `offline`: nothing will be sent, so only the secrets that name an account are needed.
    """
    env, moment = options.environment(), options.clock(now)
    found = configs.load_all(paths, moment)
    wanted = [
        (config, one)
        for config in (found if store_to_catch_up is None else _due(found, period, moment))
        for one in (*_missed(config, store_to_catch_up, period, moment), period)
    ]

    def prepared(one: tuple[Config, str | None]) -> pipeline.Job:
        config, label = one
        return pipeline.prepare(config, env=env, now=moment, period=label, pinned=now is not None, offline=offline)

    made = configs.each(wanted, prepared)
    return made if store_to_catch_up is None else _within_reach(made, store_to_catch_up)


def run_one(
    job: pipeline.Job, *, store_url: str, out: Path, wanted: pipeline.Options, held: Sequence[Path] = ()
) -> pipeline.Outcome:
    """Run one job against the store that was chosen; `held` are places whose locks are held already."""
    with Store.open(store_url) as store, screen.bars() as progress:
        return pipeline.run(job, store=store, out=out, options=wanted, progress=progress, held=held)


def _within_reach(jobs: Sequence[pipeline.Job], store_url: str) -> list[pipeline.Job]:
    """Leave out, and tell, missed periods of which a vendor no longer tells a day that is not stored either.

    Nothing that is asked would make them whole, and what is whole must not wait for them. The last job of each
    config is the one that was asked for, and is always made.
    """
    asked = {job.config.path: job for job in jobs}
    if len(asked) == len(jobs):
        return list(jobs)
    wanted = list[pipeline.Job]()
    with Store.open(store_url) as store:
        for job in jobs:
            gone = () if job is asked[job.config.path] else _out_of_reach(job, store)
            if gone:
                screen.say(_lost(job, gone))
            else:
                wanted.append(job)
    return wanted


def _lost(job: pipeline.Job, days: Sequence[Day]) -> str:
    """Return which period is lost, why, and what can be done."""
    first, others = days[0], len({one.day for one in days}) - 1
    more = f", nor {others} more days" if others else ""
    return (
        f"{job.config.client} {job.period.label} can no longer be made whole and is left out: {first.account} "
        f"{first.endpoint} no longer tells {first.day}{more}; for what is left: "
        f"reporter run {job.config.path.name} --period {job.period.label} --allow-partial"
    )


def _out_of_reach(job: pipeline.Job, store: Store) -> tuple[Day, ...]:
    pulls = planning.first_pulls(job.config, job.access, job.period)
    look = Knowledge(job.access, store, run=pipeline.unfinished(job, store)).look
    return planning.plan(pulls, job.access, job.as_of, look).out_of_reach


def _due(found: Sequence[Config], period: str | None, moment: datetime) -> list[Config]:
    """Return the configs of whose period a day is over, and tell of the others."""
    due = list[Config]()
    for config in found:
        try:
            config.reckoned(period, moment)
        except NothingDueError as fault:
            screen.say(f"{config.client}: nothing is due yet: {fault}")
        else:
            due.append(config)
    return due


def _missed(config: Config, store_url: str | None, period: str | None, moment: datetime) -> list[str]:
    """Return the labels of the periods that are missing before the one that is asked for, oldest first.

    They are those since the last complete one of this kind, and those of the last weeks that were begun and came to
    nothing, though none was complete before: what failed for a while is made once it can be. Of `this_week` none is
    missing: the next report of the week holds the days of the one before.
    """
    asked = config.period if period is None else period
    if store_url is None or not exists(store_url) or asked == "this_week":
        return []
    with Store.open(store_url) as store:
        mine = [one for one in store.runs() if one.client == config.client]
    complete = [one for one in mine if one.status == "complete"]
    done, begun = ({one.label for one in some} for some in (complete, mine))
    oldest, recent = min((one.start for one in complete), default=moment), moment - _TRIED_AGAIN
    since, again, is_since = list[str](), list[str](), True
    before = periods.before(config.reckoned(period, moment))
    while before.end > recent or (is_since and before.end > oldest):
        is_since = is_since and before.label not in done
        if is_since:
            since.insert(0, before.label)
        if before.label not in done and before.label in begun and before.end > recent:
            again.insert(0, before.label)
        before = periods.before(before)
    # with none complete of this kind, nothing says since when a report is wanted
    return again if is_since else [*(one for one in again if one not in since), *since]
