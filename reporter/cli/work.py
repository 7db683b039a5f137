"""What `run`, `plan` and `demo` share: configs made into jobs, and one job done with bars on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reporter import pipeline
from reporter.cli import configs, options, screen
from reporter.config import Config, periods
from reporter.store import Store, exists


def jobs(
    paths: Sequence[Path],
    *,
    period: str | None,
    now: str | None,
    store_to_catch_up: str | None = None,
    offline: bool = False,
) -> list[pipeline.Job]:
    """Return a job for each config, secrets resolved; raises with the complaints about all, before anything is sent.

    With `store_to_catch_up` each config's missed periods come first, as that store knows them. `offline`:
    nothing will be sent, so only the secrets that name an account are needed.
    """
    env, moment = options.environment(), options.clock(now)
    wanted = [
        (config, one)
        for config in configs.load_all(paths, moment)
        for one in (*_missed(config, store_to_catch_up, period, moment), period)
    ]

    def prepared(one: tuple[Config, str | None]) -> pipeline.Job:
        config, label = one
        return pipeline.prepare(config, env=env, now=moment, period=label, pinned=now is not None, offline=offline)

    return configs.each(wanted, prepared)


def run_one(
    job: pipeline.Job, *, store_url: str, out: Path, wanted: pipeline.Options, held: Sequence[Path] = ()
) -> pipeline.Outcome:
    """Run one job against the store that was chosen; `held` are places whose locks are held already."""
    with Store.open(store_url) as store, screen.bars() as progress:
        return pipeline.run(job, store=store, out=out, options=wanted, progress=progress, held=held)


def _missed(config: Config, store_url: str | None, period: str | None, moment: datetime) -> list[str]:
    """Return the labels of the periods since the last one of this kind that was finished, oldest first."""
    if store_url is None or not exists(store_url):
        return []
    with Store.open(store_url) as store:
        finished = [one for one in store.runs() if one.client == config.client and one.status == "complete"]
    done, oldest = {one.label for one in finished}, min((one.start for one in finished), default=moment)
    missed, before = list[str](), periods.before(config.reckoned(period, moment))
    while before.label not in done:
        if before.end <= oldest:
            return []
        missed.insert(0, before.label)
        before = periods.before(before)
    return missed
