"""Disks that are full, files that may not be written: one line that names the path, and nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reporter.errors import StoreError
from reporter.store import Store

#: writes pages until the limit on a file's size stops it, as a full disk would
FILL = """
import resource, sys
from datetime import UTC, datetime
from random import Random
from reporter.errors import StoreError
from reporter.model import Period
from reporter.store import Page, Store, WalkKey
url, key, now = sys.argv[1], WalkKey("s", "k" * 64, "toy", "rows"), datetime(2026, 11, 16, tzinfo=UTC)
with Store.open(url) as store:
    run = store.begin_run(client="acme", period=Period("p", now, now, "UTC"), config_sha256="c", as_of=now,
                          sources=(), now=now)
    walk = store.begin_walk(run.run_id, key)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    draw, number = Random(1), 0
    try:
        for number in range(1, 500):
            store.add_page(walk.walk_id, Page(number, draw.randbytes(20_000), now))
    except StoreError as fault:
        print(number - 1)
        print(fault)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on a file's size")
def test_full_disk_names_the_path_and_keeps_what_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "reporter.db"
    ended = subprocess.run(
        [sys.executable, "-c", FILL, f"sqlite:///{path}"], capture_output=True, text=True, check=True, timeout=60
    )
    kept, said = ended.stdout.splitlines()
    assert f"the database {path} cannot be used: " in said
    assert "make room on the disk" in said
    with Store.open(f"sqlite:///{path}") as store:
        assert (store.verify().replies, store.verify().damages) == (int(kept), ())


def test_database_whose_log_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reporter.db"
    Store.open(f"sqlite:///{path}").close()
    (tmp_path / "reporter.db-wal").mkdir()
    with pytest.raises(StoreError, match=r"reporter\.db cannot be used: .*; .*name another place with --store"):
        Store.open(f"sqlite:///{path}")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="file modes hold for nobody here")
def test_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "reporter.db"
    Store.open(f"sqlite:///{path}").close()
    path.chmod(0o400)
    with pytest.raises(StoreError, match=r"reporter\.db cannot be used: .*; .*name another place with --store"):
        Store.open(f"sqlite:///{path}")
