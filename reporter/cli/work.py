"""What `run` and `demo` share: configs made into jobs, and one job done with bars on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from reporter import pipeline
from reporter.cli import options, screen
from reporter.config import Config, load, periods
from reporter.errors import Complaint, ConfigError, UsageError
from reporter.store import Store


def load_all(paths: Sequence[Path], env: Mapping[str, str]) -> list[Config]:
    """Return the configs of `paths`, bases (`_name.yaml`) skipped with a note.

    Raises one `ConfigError` with the complaints about all of them, `UsageError` where only bases came.
    """
    loaded, complaints = [], list[Complaint]()
    for path in paths:
        if path.name.startswith("_"):
            screen.say(f"note: {path} is a base for `extends`, skipped")
            continue
        try:
            loaded.append(load(path, env=env))
        except ConfigError as fault:
            complaints += fault.complaints
    if complaints:
        raise ConfigError(complaints)
    if not loaded:
        raise UsageError("only bases were given; name a config whose file does not begin with `_`")
    return loaded


def jobs(
    paths: Sequence[Path],
    *,
    period: str | None,
    now: str | None,
    catch_up: bool = False,
    store_url: str = "",
    offline: bool = False,
) -> list[pipeline.Job]:
    """Return a job for each config, secrets resolved; raises with the complaints about all, before anything is sent.

    `offline`: nothing will be sent, so only the secrets that name an account are needed.
    """
    env, moment = options.environment(), options.clock(now)
    made, complaints = [], list[Complaint]()
    for config in load_all(paths, env):
        wanted = _missed(config, store_url, period, moment) if catch_up else [period]
        for one in wanted:
            try:
                made.append(
                    pipeline.prepare(config, env=env, now=moment, period=one, pinned=now is not None, offline=offline)
                )
            except ConfigError as fault:
                complaints += [one for one in fault.complaints if one not in complaints]
    if complaints:
        raise ConfigError(complaints)
    return made


def run_one(job: pipeline.Job, choices: Mapping[str, Any], held: Path | None = None) -> pipeline.Outcome:
    """Run one job against the store that was chosen; `held` is the folder whose lock is held already."""
    wanted = pipeline.Options(choices["offline"], choices["refresh"], choices["allow_partial"])
    with Store.open(choices["store_url"]) as store, screen.bars() as progress:
        return pipeline.run(
            job,
            store=store,
            out=choices["out"],
            options=wanted,
            progress=progress,
            is_alone=pipeline.folder_of(job, choices["out"]) == held,
        )


def _missed(config: Config, store_url: str, period: str | None, moment: datetime) -> list[str | None]:
    """Return the periods between the newest finished run of this client and now, oldest first, then the asked one."""
    current = periods.resolve(period or config.period, config.timezone, moment)
    with Store.open(store_url) as store:
        newest = max((one.end for one in store.runs() if one.client == config.client and one.status), default=None)
    missed, before = list[str | None](), current
    while newest is not None and before.start > newest:
        before = periods.before(before)
        missed.insert(0, before.label)
    return [*missed, period]
