from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from reporter import catalogue
from reporter.lock import alone


def _run(out: Path, client: str, label: str, start: str, **changes: Any) -> None:
    folder = out / client / label
    folder.mkdir(parents=True)
    told = {
        "client": client,
        "as_of": "2026-11-23T01:30:00+00:00",
        "period": {
            "label": label,
            "start": f"{start}T00:00:00+08:00",
            "end": "2026-11-23T00:00:00+08:00",
            "timezone": "Asia/Shanghai",
        },
        "status": "complete",
        "files": [{"path": "a.html", "kind": "page"}, {"path": "data/x.parquet", "kind": "data"}],
        "issues": [{"level": "info"}, {"level": "warning"}],
    }
    (folder / "run.json").write_text(json.dumps({**told, **changes}), encoding="utf-8")


def test_index_lists_runs_by_client_the_newest_first(tmp_path: Path) -> None:
    _run(tmp_path, "beta", "2026-W47", "2026-11-16")
    _run(tmp_path, "acme", "2026-W46", "2026-11-09")
    _run(tmp_path, "acme", "2026-W47", "2026-11-16", status="partial")
    catalogue.write(tmp_path, "zh")
    shown = (tmp_path / "index.html").read_text(encoding="utf-8")
    places = [shown.index(text) for text in (">acme<", "acme/2026-W47/a.html", "acme/2026-W46/a.html", ">beta<")]
    assert places == sorted(places)
    assert "2026-11-16 – 2026-11-22" in shown
    assert "不完整 · 提醒 1" in shown
    assert "parquet" not in shown


def test_index_passes_over_what_is_no_run(tmp_path: Path) -> None:
    _run(tmp_path, "acme", "2026-W47", "2026-11-16")
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "y" / "run.json").write_text("no json", encoding="utf-8")
    assert [one.client for one in catalogue.entries(tmp_path)] == ["acme"]


def test_what_a_killed_run_left_of_the_index_is_cleared_and_no_more(tmp_path: Path) -> None:
    _run(tmp_path, "acme", "2026-W47", "2026-11-16")
    for name in (".index.html.3a87c290.part", ".index.html.lock", ".index.html.owner", ".other.html.3a87c290.part"):
        (tmp_path / name).touch()
    catalogue.write(tmp_path, "zh")
    assert {path.name for path in tmp_path.iterdir()} == {"acme", "index.html", ".other.html.3a87c290.part"}


def test_run_that_ends_beside_another_waits_and_lists_both(tmp_path: Path) -> None:
    _run(tmp_path, "acme", "2026-W47", "2026-11-16")
    with ThreadPoolExecutor() as pool:
        with alone([tmp_path / "index.html"], "the index"):
            ended = pool.submit(catalogue.write, tmp_path, "zh")
            _run(tmp_path, "beta", "2026-W47", "2026-11-16")
            assert not (tmp_path / "index.html").exists()
        ended.result()
    assert "beta/2026-W47/a.html" in (tmp_path / "index.html").read_text(encoding="utf-8")
