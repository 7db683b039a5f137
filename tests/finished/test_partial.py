"""A report that was built in spite of gaps, made again: the same bytes, what failed told in the same words."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reporter import config as configs
from reporter import pipeline, rebuilt
from reporter.model import RunManifest
from reporter.sandbox import Sandbox
from reporter.sandbox.faults import Plan, Strike
from reporter.sandbox.serve import Server
from reporter.store import Store

CONFIG = """\
client: acme
period: last_week
accounts:
  talk: {vendor: talkcloud, base_url: env:URL, auth_key: env:DEMO_TK_KEY, token: env:DEMO_TK_TOKEN,
    token_time: env:DEMO_TK_TIME}
  qs: {vendor: quanshi, base_url: env:URL, app_key: env:DEMO_QS_KEY, app_secret: env:DEMO_QS_SECRET,
    user_email: ops@example.com}
events:
  - name: 第12课
    rooms: [{account: qs, room: "609768"}, {account: qs, room: "609812"}, {account: talk, video: "8602268011035296205"}]
outputs: {workbook: {audience: internal}, html: {template: summary}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunManifest, RunManifest]:
    """A project whose talk account is refused and whose other token ends midway; its run, and one offline after it."""
    folder = tmp_path_factory.mktemp("partial")
    (folder / "acme.yaml").write_text(CONFIG, encoding="utf-8")
    now, ends = datetime.now(UTC), Plan((Strike("token-ends", call="event/report/details", nth=2),))
    with (
        Server(Sandbox(now=lambda: datetime.now(UTC), limits=False, weeks=2, faults=ends)) as server,
        Store.open(f"sqlite:///{folder / 'reporter.db'}") as store,
    ):
        env = {**Sandbox(now=now).credentials(), "URL": server.url, "DEMO_TK_KEY": "wrong"}
        job = pipeline.prepare(configs.load(folder / "acme.yaml"), env=env, now=now, pinned=True)
        first, second = (
            pipeline.run(
                job,
                store=store,
                out=folder / out,
                options=pipeline.Options(offline=out == "offline", allow_partial=True),
            )
            for out in ("out", "offline")
        )
    return folder, first.manifest, second.manifest


def _codes(manifest: RunManifest) -> set[str]:
    return {issue.code for issue in manifest.issues}


def test_partial_run_and_one_offline_after_it_have_the_same_bytes(
    made: tuple[Path, RunManifest, RunManifest],
) -> None:
    _, first, second = made
    assert first.run_id != second.run_id
    assert {"refused", "token-renewed"} <= _codes(first)
    assert _codes(first) - _codes(second) == {"token-renewed"}
    assert first.status == second.status == "partial"
    assert first.files == second.files


def test_partial_run_is_made_again_to_the_byte(made: tuple[Path, RunManifest, RunManifest]) -> None:
    folder, *both = made
    with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        for manifest, out in zip(both, ("out", "offline"), strict=True):
            run = store.finished(manifest.run_id)
            assert run is not None
            compared = rebuilt.compare(store, run, folder / out / "acme" / manifest.period.label, env={})
            assert (compared.differences, compared.reasons) == ({}, ())
            assert "token-renewed" not in json.dumps([issue.code for issue in compared.made.record.issues])


def test_run_of_an_earlier_version_that_kept_no_reason_says_so(
    made: tuple[Path, RunManifest, RunManifest], tmp_path: Path
) -> None:
    folder, first, _ = made
    with contextlib.closing(sqlite3.connect(folder / "reporter.db")) as there:
        there.execute("VACUUM INTO ?", (str(tmp_path / "old.db"),))
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.execute("DELETE FROM failures")
        old.commit()
    with Store.open(f"sqlite:///{tmp_path / 'old.db'}") as store:
        run = store.finished(first.run_id)
        assert run is not None
        compared = rebuilt.compare(store, run, tmp_path, env={})
    assert [reason.en for reason in compared.reasons] == [
        "why 1 pull failed then is not stored: an earlier version did not keep it"
    ]
