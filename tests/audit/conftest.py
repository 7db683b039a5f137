"""A project with one finished run of the demo's week, pulled in process and made offline; each test gets a copy."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reporter import pipeline, rebuild
from reporter.audit import files, gather
from reporter.audit.check import Found
from reporter.audit.evidence import Evidence, evidence
from reporter.audit.files import Again
from reporter.config import load
from reporter.resources import find
from reporter.store import FinishedRun, Store


@dataclass(frozen=True)
class Project:
    """A folder with configs, a store and a finished run; `env` has the secrets, `now` is when the audit looks."""

    folder: Path
    env: dict[str, str]
    now: datetime

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'reporter.db'}"

    @property
    def config(self) -> Path:
        return self.folder / "configs" / "demo.yaml"

    def run(self, store: Store) -> FinishedRun:
        """Return the run whose files are in the folder."""
        found = next(one for one in reversed(store.runs()) if one.finished_at is not None)
        run = store.finished(found.run_id)
        assert run is not None
        return run

    @property
    def out(self) -> Path:
        (record,) = self.folder.glob("out/*/*/run.json")
        return record.parent

    def audit(self, *, redraw: bool = False) -> dict[str, Found]:
        """Audit the finished run; return what is unexplained, by check and where."""
        with Store.open(self.url) as store:
            run = self.run(store)
            case = gather.of_run(store, run, self.folder / run.origin.folder, env={}, now=self.now, redraw=redraw)
        assert case is not None
        return _unexplained(case.found)

    def against(self, made: Again) -> dict[str, Found]:
        """Hold the folder and the store's record against the run as it was made again; return what is unexplained."""
        with Store.open(self.url) as store:
            run = self.run(store)
        folder = files.read(self.folder / run.origin.folder, run)
        return _unexplained([*files.hashed(folder, run), *files.compared(folder, run, made)])


def _unexplained(found: Iterable[Found]) -> dict[str, Found]:
    return {f"{one.finding.check} {one.finding.where}": one for one in found if one.finding.verdict == "unexplained"}


@pytest.fixture(scope="session")
def finished_week(chain: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as it was made; nobody changes it."""
    folder = tmp_path_factory.mktemp("week")
    shutil.copytree(find("configs"), folder / "configs")
    made = chain(7, 0.2)
    _, pulled, _ = made.pull()
    # ended, so that the run that is looked at begins anew, from the replies that this one leaves
    made.store.finish_run(pulled, "complete", "{}", {})
    with sqlite3.connect(made.store.file) as old, sqlite3.connect(folder / "reporter.db") as new:
        old.backup(new)
    old.close()
    new.close()
    env = {**made.sandbox.credentials(), "REPORTER_DEMO_URL": "http://127.0.0.1:1"}
    with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        job = pipeline.prepare(load(folder / "configs" / "demo.yaml"), env=env, now=made.now, offline=True)
        outcome = pipeline.run(job, store=store, out=folder / "out", options=pipeline.Options(offline=True))
    assert outcome.exit_code == 0
    return Project(folder, env, made.now)


@pytest.fixture
def project(finished_week: Project, tmp_path: Path) -> Project:
    """A copy of the project, to do damage to."""
    shutil.copytree(finished_week.folder, tmp_path / "project")
    return Project(tmp_path / "project", finished_week.env, finished_week.now)


@pytest.fixture(scope="session")
def made(finished_week: Project) -> Again:
    """The finished run made again from its replies, once for all tests that only change files."""
    with Store.open(finished_week.url) as store:
        run = finished_week.run(store)
        replayed = rebuild.replay(store, run, rebuild.kept_config(store, run), env={})
        return gather.made_again(store, run, replayed, now=finished_week.now, redraw=True)[1]


@pytest.fixture(scope="session")
def seen(finished_week: Project) -> Evidence:
    """What is known of the finished week; its replies are read, so that the store may be closed."""
    with Store.open(finished_week.url) as store:
        run = finished_week.run(store)
        return evidence(rebuild.replay(store, run, rebuild.kept_config(store, run), env={}), now=finished_week.now)
