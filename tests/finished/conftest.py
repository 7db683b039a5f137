"""A small project with one finished run, for whoever opens, explains or makes again what is finished."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter import config as configs
from reporter import pipeline
from reporter.sandbox import Sandbox
from reporter.sandbox.serve import Server
from reporter.store import FinishedRun, Store

CONFIG = """\
client: acme
title: Acme 周报
period: last_week
accounts:
  volc: {vendor: volcengine, base_url: env:URL, access_key: env:DEMO_VOLC_AK, secret_key: env:DEMO_VOLC_SK}
  qs:
    {vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
     user_email: ops@example.com}
events:
  - name: 第12课
    rooms: [{account: volc, room: "172183460688", detail: list}, {account: qs, room: "609768"}]
rooms:
  - {account: volc, match: {name: "公开课*"}}
rosters: [{name: 名单, file: lists/roster.csv, columns: {phone: 手机}}]
brand: {color: "#123456", logo: logo.png}
outputs: {workbook: {sheets: [about, events]}, html: {template: summary}}
"""
#: one red pixel
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6338c3c0000002"
    "6800cd25e29c6e0000000049454e44ae426082"
)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one finished run, its vendors gone."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "configs" / "lists").mkdir(parents=True)
    (folder / "configs" / "acme.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "configs" / "lists" / "roster.csv").write_text("手机\n13800000000\n", encoding="utf-8")
    (folder / "configs" / "logo.png").write_bytes(LOGO)
    now = datetime.now(UTC)
    with Server(Sandbox(now=lambda: datetime.now(UTC), limits=False, weeks=2)) as server:
        env = {**Sandbox(now=now).credentials(), "URL": server.url}
        job = pipeline.prepare(configs.load(folder / "configs" / "acme.yaml"), env=env, now=now)
        with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
            outcome = pipeline.run(job, store=store, out=folder / "out", options=pipeline.Options())
    assert outcome.exit_code == 0
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The project moved to another folder, and all that is beside the store taken away."""
    moved = tmp_path / "moved"
    shutil.copytree(made, moved)
    shutil.rmtree(moved / "configs")
    return moved


@pytest.fixture
def store(project: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{project / 'reporter.db'}") as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> FinishedRun:
    """The project's only run."""
    found = store.finished(store.runs()[0].run_id)
    assert found is not None
    return found
