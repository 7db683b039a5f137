"""A finished run made again from the store alone: no network, no secrets, nothing written.

What a run used is linked in the store, its config and lists are kept there, and its past is pinned; so the
same version gives the same bytes. Whoever wants to know whether a file is what the run made compares.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reporter import __version__, fetch, pipeline
from reporter import config as configs
from reporter import plan as planning
from reporter.errors import StoreError
from reporter.model import Period
from reporter.report import Report
from reporter.vendors.base import Access

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.model import Issue, Pulled, RunManifest
    from reporter.report import Past
    from reporter.store import FinishedRun, Store
    from reporter.tables import Tables


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A run made again: what it reports, its unmasked tables, its files by path, and the replies that it stands on.

    `record` is what its run.json would say now: nothing was sent for it.
    """

    config: Config
    report: Report
    tables: Tables
    files: Mapping[str, bytes]
    pulls: tuple[Pulled, ...]
    record: RunManifest


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a run was made from, read again from the store: its job, its pulls with their replies, and its past."""

    job: pipeline.Job
    pulls: tuple[Pulled, ...]
    past: tuple[Past, ...]

    def build(self) -> tuple[Report, Tables, list[Issue]]:
        """Return the report, its unmasked tables and every issue of its data, as the run had them."""
        return pipeline.build(self.job, self.pulls, past=self.past, as_of=self.as_of)

    @property
    def as_of(self) -> datetime:
        """When the run began, in UTC."""
        return self.job.as_of.astimezone(UTC)


def kept_config(store: Store, run: FinishedRun) -> Config:
    """Return the config as it was at the run, from the store.

    Raises `ConfigError` where it cannot be read so, and `StoreError` where it is damaged or not there.
    """
    sources = store.sources(run.record.run_id)
    if not sources:
        raise StoreError(
            f"the store keeps no config of run {run.record.run_id}; `reporter archive verify` says what else"
        )
    name = Path(sources[0][0]).name
    return configs.as_kept(sources, store.folder / (run.origin.config_path or name))


def replay(
    store: Store, run: FinishedRun, config: Config, *, env: Mapping[str, str], version: str = __version__
) -> Replayed:
    """Return what a run was made from; replies that are gone from the store (pruned) make its pulls short or failed.

    `env` is looked in for the key that hashes, where the config hashes, and for what names the accounts of a
    run that an old version made; `version` is what its files say made them.
    """
    record = run.record
    # the run's own zone: another config may name another, and its days would be no days of this period
    period = Period(record.label, record.start, record.end, str(record.start.tzinfo))
    job = pipeline.Job(
        config=config,
        access=_access(config, run, env),
        privacy=configs.privacy(config, env=env),
        period=period,
        rooms=config.rooms(period),
        as_of=record.as_of,
        pinned=True,
        version=version,
    )
    pulled = fetch.fetch(
        planning.first_pulls(config, job.access, period),
        job.access,
        store=store,
        run_id=record.run_id,
        period=period,
        replay=True,
    )
    return Replayed(job, tuple(pulled), pipeline.past_of(store, record.client, record.run_id))


def rebuild(
    store: Store, run: FinishedRun, config: Config, *, env: Mapping[str, str], version: str = __version__
) -> Rebuilt:
    """Make a run again from its `config`, as `kept_config` gives it, or from another.

    `env`, `version` and what is pruned are as in `replay`. Files that the kept config names are as the run kept them.
    """
    with with_kept_files(store, run, replay(store, run, config, env=env, version=version)) as again:
        report, tables, issues = again.build()
        files = render(run, again, report, tables, issues)
    record = pipeline.record_of(again.job, report, tables, issues, files, run_id=run.record.run_id)
    return Rebuilt(config, report, tables, files, again.pulls, record)


def is_own(store: Store, run: FinishedRun, config: Config) -> bool:
    """Say whether a config is the run's own, also where a list that it kept has lost a person since."""
    return config.sha256 in {run.record.config_sha256, configs.sha256_of(store.sources(run.record.run_id))}


def is_erased(store: Store, run: FinishedRun) -> bool:
    """Say whether somebody erased since the run is gone from what it was made from: a reply, or a list it kept."""
    ended = run.record.finished_at or run.record.started_at
    if not any(one.at > ended for one in store.tombstones()):
        return False
    run_id = run.record.run_id
    return store.erasure_changed(run_id, ended) or configs.sha256_of(store.sources(run_id)) != run.record.config_sha256


@contextmanager
def with_kept_files(store: Store, run: FinishedRun, again: Replayed) -> Iterator[Replayed]:
    """Yield a run read again, its templates as it kept them; what is built of it is rendered within."""
    config = again.job.config
    with tempfile.TemporaryDirectory() as folder:
        kept = _with_kept_files(store, run, config, Path(folder)) if is_own(store, run, config) else config
        yield replace(again, job=replace(again.job, config=kept))


def render(run: FinishedRun, again: Replayed, report: Report, tables: Tables, issues: list[Issue]) -> dict[str, bytes]:
    """Return the files of a run made again, by path, its page printed where the run had it printed."""
    is_printed = any(file["path"].endswith(".pdf") for file in json.loads(run.manifest)["files"])
    return pipeline.render(again.job, report, tables, issues, is_printed=is_printed)


def _access(config: Config, run: FinishedRun, env: Mapping[str, str]) -> dict[str, Access]:
    """Return the accounts that the run used, named as they are in the store, without their secrets."""
    places = run.origin.places
    if not places:
        return configs.access(config, env=env, names_only=True)
    return {name: _place_of(config, name, places.get(name)) for name in config.accounts}


def _place_of(config: Config, name: str, place: tuple[str, str | None] | None) -> Access:
    """Return an account where the run had it; one that only another config names is of no scope, and has no replies."""
    scope, url = ("", None) if place is None else place
    account = config.accounts[name].model_copy(update={"base_url": url, "proxy": None})
    return Access(name, config.vendors[config.accounts[name].vendor], account, {}, scope)


def _with_kept_files(store: Store, run: FinishedRun, config: Config, folder: Path) -> Config:
    """Return the config with its templates as the run kept them: files of those names may be others by now."""
    kept = dict(store.sources(run.record.run_id))

    def put(path: Path | None) -> Path | None:
        name = next((one for one in kept if path is not None and path.as_posix().endswith(f"/{one}")), None)
        if path is None or name is None:
            return path
        copy = folder / str(len(list(folder.iterdir()))) / path.name
        copy.parent.mkdir()
        copy.write_bytes(kept[name])
        return copy

    book, page = config.workbook, config.html
    if book is not None:
        book = replace(book, template=put(book.template))
    if page is not None and isinstance(page.template, Path):
        page = replace(page, template=put(page.template) or page.template)
    return replace(config, workbook=book, html=page)
