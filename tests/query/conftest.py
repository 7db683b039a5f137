"""A finished run's folder, made from rows alone, and the store that knows it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.model import Period
from reporter.store import Origin, Store
from reporter.tables import Row, empty, frame

ZONE = ZoneInfo("Asia/Shanghai")
JOINED = dt.datetime(2026, 11, 16, 11, 30, tzinfo=dt.UTC)


def _file(path: Path, folder: Path) -> dict[str, Any]:
    data = path.read_bytes()
    told = {"path": path.relative_to(folder).as_posix(), "kind": "data", "bytes": len(data)}
    return {**told, "sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REPORTER_STORE", raising=False)
    return tmp_path


@pytest.fixture
def finished(project: Path) -> Callable[..., Path]:
    """Return a maker of finished runs of a week, a visit for each name, in `out/CLIENT/LABEL` and in the store."""

    def make(week: int, *names: str, client: str = "acme") -> Path:
        start = dt.datetime(2026, 11, 9, tzinfo=ZONE) + dt.timedelta(weeks=week - 46)
        period = Period(f"2026-W{week}", start, start + dt.timedelta(weeks=1), "Asia/Shanghai")
        folder = project / "out" / client / period.label
        (folder / "data").mkdir(parents=True, exist_ok=True)
        rows: list[Row] = [
            {"viewer_id": name, "mode": "live", "joined_at": JOINED, "watch_seconds": 60.5, "client": "wechat"}
            for name in names
        ]
        for table, rows_of in {**empty(), "visits": frame("visits", rows)}.items():
            rows_of.write_parquet(folder / "data" / f"{table}.parquet")
        with Store.open(f"sqlite:///{project / 'reporter.db'}") as store:
            origin = Origin(folder.relative_to(project).as_posix())
            begun = store.begin_run(
                client=client, period=period, config_sha256="a", as_of=JOINED, sources=(), now=JOINED, origin=origin
            )
            told = {
                "run_id": begun.run_id,
                "client": client,
                "period": {"label": period.label, "timezone": period.timezone},
                "files": [_file(path, folder) for path in sorted((folder / "data").iterdir())],
            }
            (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
            store.finish_run(begun.run_id, "complete", json.dumps(told), {})
        return folder

    return make
