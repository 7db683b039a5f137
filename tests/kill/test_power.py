"""The power goes out: what was committed is there, every file is the old one or the new one, and the run goes on.

A file system of its own lies in a file; with the run stopped in its tracks that file is copied as it stands, and
the copy is mounted, as after a power cut: what was not synced is lost. On demand, and for root alone:
`python -m pytest -m soak tests/kill/test_power.py`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kill.journal import committed, judge, wait_until

if TYPE_CHECKING:
    from tests.kill.conftest import Bench

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounting wants Linux and root"),
]

_MIB = 1024 * 1024
_SIZE = 64 * _MIB
Files = dict[str, bytes]


@contextmanager
def _mounted(image: Path, folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-o", "loop", image, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def _disk(image: Path) -> Path:
    with image.open("wb") as file:
        file.truncate(_SIZE)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    return image


@pytest.mark.parametrize("seed", range(10))
def test_power_cut_loses_nothing_that_was_committed(
    bench: Bench, whole: Files, need_program: Callable[[str], Path], tmp_path: Path, seed: int
) -> None:
    need_program("mkfs.ext4")
    after = random.Random(seed).uniform(0.2, 4)
    with _mounted(_disk(tmp_path / "disk"), tmp_path / "before") as disk, replace(bench, folder=disk).round("r") as one:
        subprocess.run(
            ["sync", "-f", one.folder], check=True
        )  # the config is there; what follows is the run's own to sync
        process = one.start()
        wait_until(lambda: (one.folder / "reporter.db").exists() or process.poll() is not None)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGSTOP)
        shutil.copy(tmp_path / "disk", tmp_path / "after the cut")
        live = committed(one.folder)
        process.kill()
        one.end(process)
        asked = one.asked()
        with _mounted(tmp_path / "after the cut", tmp_path / "after") as copied:
            again = replace(one, folder=copied / "r")
            kept = committed(again.folder)
            # one commit may have been written and not yet synced: nobody had been told of it
            assert len(live.replies - kept.replies) <= 1
            found = [path for path in (again.folder / "out").rglob("[!.]*") if path.is_file()]
            for path in (path for path in found if path.name != "run.json"):
                assert path.read_bytes() == whole[path.relative_to(again.folder / "out").as_posix()], path
            again.finish()
            assert again.files() == whole
            assert not judge(asked, kept, again.asked()[len(asked) :]).faults
