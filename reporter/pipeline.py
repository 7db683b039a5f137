"""The only file that knows the order of the rooms: config in, a finished folder out.

`prepare` does all that can fail before anything is sent; `run` pulls, joins, builds and writes. Files
appear whole, `run.json` last; a partial run builds nothing unless it is allowed to, and then says so on
the first sheet and the page. What makes files is loaded by a run while it reads replies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from reporter import __version__, checks, easel, fetch, manifest, metrics, people, privacy
from reporter import plan as planning
from reporter.config import access as resolve_access
from reporter.config import privacy as resolve_privacy
from reporter.files import PRIVATE, PUBLIC, clear_parts, write_whole
from reporter.lock import alone, places
from reporter.model import Issue, Period, Progress, Pulled, Room, RunManifest
from reporter.normalise import normalise, rooms_of
from reporter.report import Layout, Past, Report
from reporter.rules import Privacy
from reporter.store import Origin

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.store import Run, Store
    from reporter.tables import Tables
    from reporter.vendors.base import Access


@dataclass(frozen=True, slots=True)
class Job:
    """One config made ready: secrets resolved, period reckoned, `as_of` pinned to the minute (UTC)."""

    config: Config
    access: Mapping[str, Access]
    privacy: Privacy
    period: Period
    #: the listed rooms; those that a search finds are known once it has been made
    rooms: tuple[Room, ...]
    as_of: datetime
    #: the clock was given by the user, so the run is for that moment and no other
    pinned: bool = False
    #: what the report says that it was made by; a run that is made again says what it said
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: from the store alone, asking all anew, building in spite of gaps; `pdf` prints the page too."""

    offline: bool = False
    refresh: bool = False
    allow_partial: bool = False
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; `built` is false for a partial run that was not allowed to build."""

    folder: Path
    manifest: RunManifest
    built: bool

    @property
    def exit_code(self) -> int:
        """0 for a complete run, 3 where data is missing, built or not."""
        return 0 if self.manifest.status == "complete" else 3


def prepare(
    config: Config,
    *,
    env: Mapping[str, str],
    now: datetime,
    period: str | None = None,
    pinned: bool = False,
    offline: bool = False,
) -> Job:
    """Return a job with all that a run needs, or raise `ConfigError` or `UsageError`; nothing is sent.

    An `offline` run needs of the secrets only those that name an account in the store.
    """
    reckoned = config.reckoned(period, now)
    return Job(
        config=config,
        access=resolve_access(config, env=env, names_only=offline),
        privacy=resolve_privacy(config, env=env),
        period=reckoned,
        rooms=config.rooms(reckoned),
        as_of=now.astimezone(UTC).replace(second=0, microsecond=0),
        pinned=pinned,
    )


def folder_of(job: Job, out: Path) -> Path:
    """Return `DIR/<client>/<period>`."""
    return out / job.config.client / job.period.label


def run(
    job: Job,
    *,
    store: Store,
    out: Path,
    options: Options,
    progress: Callable[[Progress], None] | None = None,
    held: Sequence[Path] = (),
) -> Outcome:
    """Pull what is missing, build the report and write it under `out`.

    `held` are places whose locks the caller holds already. Raises `LockedError` while another run of the
    same client and period is at work, `OutputError` where a file cannot be written. Gaps in the data are no
    exception but a partial outcome.
    """
    folder = folder_of(job, out)
    wanted = places(folder, job.config.client, job.period.label, store.file)
    with (
        alone([place for place in wanted if place not in held], f"{job.config.client} {job.period.label}"),
        ThreadPoolExecutor(1, "writers") as beside,
    ):
        beside.submit(_load_writers)
        clear_parts(folder)
        begun = store.begin_run(
            client=job.config.client,
            period=job.period,
            config_sha256=job.config.sha256,
            as_of=job.as_of,
            pinned=job.pinned,
            refresh=options.refresh,
            sources=job.config.sources,
            now=datetime.now(UTC),
            origin=_origin(job, store, folder),
        )
        pulled = fetch.fetch(
            planning.first_pulls(job.config, job.access, job.period),
            job.access,
            store=store,
            run_id=begun.run_id,
            period=job.period,
            offline=options.offline,
            refresh=begun.refreshes,
            progress=progress,
        )
        with easel.set_up(rows=sum(one.rows for one in pulled) if job.config.html else 0) as draw:
            return _finish(job, begun, pulled, store=store, folder=folder, options=options, draw=draw)


def _load_writers() -> None:
    """Load what makes the files of a run, a quarter of a second in which replies are read.

    Nobody waits for it and nothing of it is told: whoever needs one of these loads what is not there yet, and meets,
    in its place, whatever kept it from being loaded here.
    """
    from reporter import catalogue, html, outputs  # noqa: F401, PLC0415 - beside the reading of replies


def unfinished(job: Job, store: Store) -> Run | None:
    """Return the run that `run` would go on with, None where it would begin one."""
    return store.unfinished_run(
        client=job.config.client,
        period=job.period,
        config_sha256=job.config.sha256,
        as_of=job.as_of,
        pinned=job.pinned,
        now=datetime.now(UTC),
    )


def _origin(job: Job, store: Store, folder: Path) -> Origin:
    """Return where the run's parts are, so that it can be mailed and made again from the store alone."""
    places = {name: (access.scope, access.account.base_url) for name, access in job.access.items()}
    return Origin(_seen_from(store.folder, folder), _seen_from(store.folder, job.config.path), places)


def _seen_from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return str(path.absolute())


def _finish(
    job: Job,
    begun: Run,
    pulled: Sequence[Pulled],
    *,
    store: Store,
    folder: Path,
    options: Options,
    draw: easel.Draw,
) -> Outcome:
    past = past_of(store, job.config.client, begun.run_id)
    report, tables, issues = build(job, pulled, past=past, as_of=begun.as_of)
    is_built = report.status == "complete" or options.allow_partial
    is_printed = options.pdf or is_mailed_printed(job.config)
    files, seen = dict[str, bytes](), b""
    if is_built:
        with ThreadPoolExecutor(1, "seen") as beside:
            keys = beside.submit(_seen, job, tables)
            files = render(job, report, tables, issues, is_printed=is_printed, draw=draw)
        seen = keys.result()
    record = record_of(job, report, tables, issues, files, run_id=begun.run_id)
    if files:
        told = manifest.to_json(record)
        write(folder, files, told)
        store.finish_run(begun.run_id, report.status, told.decode(), metrics.totals(report.figures), seen=seen)
        from reporter import catalogue  # noqa: PLC0415 - `_load_writers` has it

        catalogue.write(folder.parent.parent, report.language)
    return Outcome(folder, record, built=bool(files))


def _seen(job: Job, tables: Tables) -> bytes:
    """Return the keys by which a later period knows again who was seen in this one."""
    return metrics.packed(metrics.keys_of(tables, job.config.client, job.config.identity))


def record_of(
    job: Job, report: Report, tables: Tables, issues: Sequence[Issue], files: Mapping[str, bytes], *, run_id: str
) -> RunManifest:
    """Return what run.json says of a report and the files that were made of it."""
    from reporter import html, outputs  # noqa: PLC0415 - `_load_writers` has them

    return RunManifest(
        run_id=run_id,
        client=report.client,
        version=report.version,
        config_sha256=job.config.sha256,
        as_of=report.as_of,
        period=job.period,
        status=report.status,
        files=tuple(outputs.described(path, data) for path, data in files.items()),
        pulls=report.pulls,
        tables={name: frame.height for name, frame in tables.items()},
        issues=(*issues, *(note for one in report.pulls for note in one.notes)),
        fonts=html.FONTS,
        checks=report.findings,
    )


def is_mailed_printed(config: Config) -> bool:
    """Say whether the client's mail takes the page along as PDF."""
    return config.mail is not None and "pdf" in config.mail.attach


def past_of(store: Store, client: str, run_id: str) -> tuple[Past, ...]:
    """Return the earlier periods that a run is compared with, as they are pinned to it."""
    return tuple(Past(one.label, one.start, one.totals, one.seen) for one in store.past(client, run_id))


def join(job: Job, pulled: Sequence[Pulled], as_of: datetime) -> tuple[people.Joined, list[Issue]]:
    """Return the tables with persons in them, and what could not be taken or joined: unmasked, with no figures yet."""
    tables, issues = normalise(pulled, job.rooms, job.period, as_of)
    joined, more = join_people(job, tables, pulled)
    return joined, [*issues, *more]


def join_people(job: Job, tables: Tables, pulled: Sequence[Pulled]) -> tuple[people.Joined, list[Issue]]:
    """Return what replies gave as tables with persons in them, and what could not be joined."""
    config = job.config
    return people.join(
        tables,
        client=config.client,
        identity=config.identity,
        exclusions=config.exclusions,
        rosters=config.rosters,
        account_order=tuple(config.accounts),
        attendance=config.attendance,
        engagement=config.engagement,
        rooms=rooms_of(pulled, job.rooms, job.period),
    )


def build(
    job: Job, pulled: Sequence[Pulled], *, past: tuple[Past, ...], as_of: datetime
) -> tuple[Report, Tables, list[Issue]]:
    """Return the report, its unmasked tables and every issue: a pure function of the replies.

    What needs nothing of each other is worked out side by side: polars leaves cores idle on tables of this size.
    """
    config = job.config
    joined, issues = join(job, pulled, as_of)
    all_issues = [*(issue for one in pulled for issue in one.issues), *issues, *metrics.gaps(past, job.period)]
    before = metrics.previous_of(past, job.period)
    with ThreadPoolExecutor(2, "build") as beside:
        findings = beside.submit(checks.check, joined.tables, pulled)
        counted = metrics.world(joined.tables, for_figures(job, joined, past, pulled), job.period)
        shown = beside.submit(_shown, job, joined, counted)
        figures = metrics.figures(counted, before)
    report = Report(
        client=config.client,
        title=config.title.in_(config.language),
        language=config.language,
        period=job.period,
        as_of=as_of,
        version=job.version,
        status="complete" if all(one.is_whole for one in pulled) else "partial",
        audience=config.audience,
        tables=shown.result(),
        figures=figures,
        definitions=metrics.definitions(config.engagement),
        findings=findings.result(),
        pulls=tuple(pulled),
        issues=tuple(all_issues),
        notes=planning.notes([one.pull for one in pulled], job.access, as_of),
        attendance=config.attendance,
        past=metrics.with_gaps(past, job.period),
        layout=_layout(config),
        brand=config.brand,
        privacy=replace(job.privacy, key=""),
    )
    return report, joined.tables, all_issues


def _shown(job: Job, joined: people.Joined, counted: metrics.World) -> dict[str, pl.DataFrame]:
    """Return the tables, and what is derived of them, as the audience may see them."""
    derived = {**joined.derived, "curves": metrics.curves(counted)}
    masked, masked_derived = privacy.mask(joined.tables, derived, job.privacy)
    return {**masked, **masked_derived}


def for_figures(
    job: Job, joined: people.Joined, past: Sequence[Past], pulled: Sequence[Pulled]
) -> Mapping[str, pl.DataFrame]:
    """Return the derived frames with what figures need beside them.

    `missing` is what did not come; `returning` is there where the past says who was seen before.
    """
    config = job.config
    derived = {**joined.derived, "missing": metrics.missing(pulled)}
    if not metrics.can_tell(past, job.period):
        return derived
    keys = metrics.keys_of(joined.tables, config.client, config.identity)
    return {**derived, "returning": metrics.returning(keys, past, job.period)}


def _layout(config: Config) -> Layout:
    page = Layout() if config.html is None else Layout(page=str(config.html.template))
    chosen = config.workbook
    if chosen is None:
        return page
    return replace(
        page,
        sheets=chosen.sheets,
        columns=chosen.columns,
        labels=chosen.labels,
        template=str(chosen.template) if chosen.template else None,
        compress=chosen.compress,
    )


def render(
    job: Job,
    report: Report,
    tables: Tables,
    issues: list[Issue],
    *,
    is_printed: bool = False,
    draw: easel.Draw = easel.svg,
) -> dict[str, bytes]:
    """Return the run's files by path, run.json not among them; what the writers report joins `issues`."""
    from reporter import outputs  # noqa: PLC0415 - `_load_writers` has it

    return outputs.render(job.config, report, tables, issues, is_printed=is_printed, draw=draw)


def write(folder: Path, files: Mapping[str, bytes], told: bytes) -> None:
    """Write a run's files, then run.json, which is `told`; then take away what an earlier one there named and this not.

    Raises `OutputError` for what cannot be written; run.json is then still the earlier one.
    """
    earlier = manifest.files_of(folder)
    for path, data in files.items():
        write_whole(folder / path, data, mode=PRIVATE if path.startswith("data/") else PUBLIC)
    write_whole(folder / manifest.NAME, told)
    for stale in earlier - files.keys():
        (folder / stale).unlink(missing_ok=True)
