"""The whole chain against a plain pandas script: `python -m tests.benchmarks.chain [FOLDER] [ROUNDS]`.

FOLDER keeps the stored week between calls (see `week.py`; made when it is not there: some minutes). In each round
`reporter run --offline` and `plain_pandas.py` (it needs pandas: extra `bench`) run in turn, each in a process of its
own, start-up included; printed are the median of each and of the rounds' ratios. Both find their modules compiled, as
an installer leaves them; FOLDER keeps what Python compiles. Then the last run is made once more in this process, one
room after the other, which a run has partly side by side, so that their seconds are their own.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from reporter import checks, excel, html, metrics, pipeline, privacy, rebuild
from reporter.normalise import normalise
from reporter.sandbox import Sandbox
from reporter.store import Store
from tests.benchmarks.week import environment, store_week

T = TypeVar("T")


def _export(folder: Path) -> Path:
    """Lay the stored replies out as files, as the peer reads them."""
    replies = folder / "replies"
    if replies.exists():
        return replies
    with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        for number, reply in enumerate(store.scan()):
            place = replies / reply.endpoint.replace("/", "-") / f"{reply.room}-{number:06d}.json"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(reply.body)
    return replies


def _as_installed(folder: Path) -> dict[str, str]:
    """Return the environment in which Python keeps what it compiles, in FOLDER."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _timed(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, cwd=folder, env={**_as_installed(folder), **env}, check=True, capture_output=True)
    return time.perf_counter() - began


def _rounds(folder: Path, replies: Path, env: Mapping[str, str], rounds: int) -> str:
    """Print how both compare and return the id of the last run of ours."""
    peer_script = str(Path(__file__).with_name("plain_pandas.py"))
    ours, theirs = list[float](), list[float]()
    _start_up(folder, env)
    _timed([sys.executable, "-c", "import pandas, openpyxl, reporter.outputs"], folder, env)
    with tempfile.TemporaryDirectory() as out:
        for _ in range(rounds):
            run = [sys.executable, "-m", "reporter", "run", "week.yaml", "--offline", "--out", out]
            ours.append(_timed(run, folder, env))
            theirs.append(_timed([sys.executable, peer_script, str(replies), f"{out}/plain.xlsx"], folder, env))
        (record,) = Path(out).glob("*/*/run.json")
        run_id: str = json.loads(record.read_text(encoding="utf-8"))["run_id"]
    ratio = statistics.median(theirs[i] / ours[i] for i in range(rounds))
    print(f"| reporter run --offline | {statistics.median(ours):.1f} s |")
    print(f"| plain pandas script | {statistics.median(theirs):.1f} s |")
    print(f"| ratio, median of {rounds} | {ratio:.1f} |\n")
    return run_id


class _Rooms:
    """What each room takes when it works alone, in seconds of all processors and of the clock."""

    def __init__(self) -> None:
        self.spent = list[tuple[str, float, float]]()

    def timed(self, room: str, work: Callable[[], T]) -> T:
        """Do a room's work and keep what it took."""
        processors, clock = time.process_time(), time.perf_counter()
        done = work()
        self.spent.append((room, time.process_time() - processors, time.perf_counter() - clock))
        return done


def _by_room(folder: Path, env: Mapping[str, str], run_id: str) -> None:
    rooms = _Rooms()
    with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        run = store.finished(run_id)
        assert run is not None, "the rounds before left it there"
        config = rebuild.kept_config(store, run)
        again = rooms.timed("store, fetch (offline)", lambda: rebuild.replay(store, run, config, env=env))
        job, pulled = again.job, again.pulls
        tables, _ = rooms.timed("normalise", lambda: normalise(pulled, job.rooms, job.period, again.as_of))
        joined, _ = rooms.timed("people", lambda: pipeline.join_people(job, tables, pulled))
        needed = rooms.timed("who returns", lambda: pipeline.for_figures(job, joined, again.past, pulled))
        counted = rooms.timed("what counts", lambda: metrics.world(joined.tables, needed, job.period))
        rooms.timed("figures", lambda: metrics.figures(counted, {}))
        curves = rooms.timed("curves", lambda: metrics.curves(counted))
        rooms.timed("masks", lambda: privacy.mask(joined.tables, {**joined.derived, "curves": curves}, job.privacy))
        rooms.timed("checks", lambda: checks.check(joined.tables, pulled))
        rooms.timed("who was seen", lambda: metrics.keys_of(joined.tables, config.client, config.identity))
        report, tables, _ = again.build()
    rooms.timed("workbook", lambda: excel.workbook(report))
    rooms.timed("page", lambda: html.page(report))
    rooms.timed("parquet", lambda: [frame.write_parquet(io.BytesIO()) for frame in tables.values()])
    print("| room, alone | seconds of processors | seconds |\n|---|---:|---:|")
    print(f"| start-up | {_start_up(folder, env):.2f} | |")
    for room, processors, clock in rooms.spent:
        print(f"| {room} | {processors:.2f} | {clock:.2f} |")


def _start_up(folder: Path, env: Mapping[str, str]) -> float:
    """Return the seconds of processors of a run that finds no store: it begins, loads all but the writers, and ends."""
    words = [sys.executable, "-m", "reporter", "run", "week.yaml", "--offline", "--store", "sqlite:///none.db"]
    before = os.times()
    ended = subprocess.run(
        words, cwd=folder, env={**_as_installed(folder), **env}, check=False, capture_output=True, text=True
    )
    after = os.times()
    assert "there is no store" in ended.stderr, ended.stderr
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(words: Sequence[str]) -> int:
    """Store the week where it is not yet, run both, print."""
    folder = (Path(words[0]) if words else Path(tempfile.gettempdir()) / "reporter-week").resolve()
    store_week(folder)
    env = environment(Sandbox(scale=0.1))
    run_id = _rounds(folder, _export(folder), env, int(words[1]) if len(words) > 1 else 3)
    _by_room(folder, env, run_id)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
