"""The whole chain against a plain pandas script: `python -m tests.benchmarks.chain [FOLDER] [ROUNDS]`.

FOLDER keeps the stored week between calls (see `week.py`; made when it is not there: some minutes). In each round
`reporter run --offline` and `plain_pandas.py` (it needs pandas: extra `bench`) run in turn, each in a process of its
own, start-up included; printed are the median of each and of the rounds' ratios. Then the run is made once more in this
process, room by room, under cProfile.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from reporter import pipeline
from reporter.config import load
from reporter.sandbox import Sandbox
from reporter.store import Store
from tests.benchmarks.week import environment, store_week

#: (room, file, function): where each room is entered from the pipeline
_ROOMS = (
    ("store, fetch (offline)", "reporter/fetch/__init__.py", "fetch"),
    ("normalise", "reporter/normalise/__init__.py", "normalise"),
    ("people", "reporter/people/join.py", "join"),
    ("metrics: figures", "reporter/metrics/figures.py", "figures"),
    ("metrics: curves", "reporter/metrics/curves.py", "curves"),
    ("privacy", "reporter/privacy.py", "mask"),
    ("checks", "reporter/checks/__init__.py", "check"),
    ("excel", "reporter/excel/__init__.py", "workbook"),
    ("html", "reporter/html/__init__.py", "page"),
    ("parquet", "reporter/pipeline.py", "_parquet"),
    ("write and hash", "reporter/pipeline.py", "_write"),
)


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


def _timed(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(words, cwd=folder, env={**os.environ, **env}, check=True, capture_output=True)
    return time.perf_counter() - began


def _rounds(folder: Path, replies: Path, env: Mapping[str, str], rounds: int) -> None:
    peer_script = str(Path(__file__).with_name("plain_pandas.py"))
    ours, theirs = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as out:
        for _ in range(rounds):
            run = [sys.executable, "-m", "reporter", "run", "week.yaml", "--offline", "--out", out]
            ours.append(_timed(run, folder, env))
            theirs.append(_timed([sys.executable, peer_script, str(replies), f"{out}/plain.xlsx"], folder, env))
    ratio = statistics.median(theirs[i] / ours[i] for i in range(rounds))
    print(f"| reporter run --offline | {statistics.median(ours):.1f} s |")
    print(f"| plain pandas script | {statistics.median(theirs):.1f} s |")
    print(f"| ratio, median of {rounds} | {ratio:.1f} |\n")


def _by_room(folder: Path, env: Mapping[str, str]) -> None:
    job = pipeline.prepare(load(folder / "week.yaml"), env=env, now=datetime.now(UTC), offline=True)
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as out, Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        profile.enable()
        pipeline.run(job, store=store, out=Path(out), options=pipeline.Options(offline=True))
        profile.disable()
    stats = pstats.Stats(profile)
    spent = {
        (file, name): cumulative
        for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items()  # type: ignore[attr-defined] # it has them
    }
    print("| room | seconds |\n|---|---:|")
    for room, file, name in _ROOMS:
        found = [seconds for (place, called), seconds in spent.items() if called == name and place.endswith(file)]
        print(f"| {room} | {sum(found):.2f} |")
    print(f"| all, under the profiler | {stats.total_tt:.2f} |")  # type: ignore[attr-defined] # likewise


def main(words: Sequence[str]) -> int:
    """Store the week where it is not yet, run both, print."""
    folder = (Path(words[0]) if words else Path(tempfile.gettempdir()) / "reporter-week").resolve()
    store_week(folder)
    env = environment(Sandbox(scale=0.1))
    _rounds(folder, _export(folder), env, int(words[1]) if len(words) > 1 else 3)
    _by_room(folder, env)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
