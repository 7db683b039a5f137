"""The audit of a usual week: `python -m tests.benchmarks.audit [FOLDER] [SCALE] [ROUNDS]`.

FOLDER keeps the stored week between calls (see `week.py`). Scale 10 is a client's usual week: some 3,200 people of
four vendors, 3,500 viewers' records, 10,000 visits. The week's report is made once; in each round `reporter audit`
runs in a process of its own, start-up included. Printed are the median of the wall clock and of the processor's time
(on a machine that others use the second says more), and how the checks ended.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from reporter.sandbox import Sandbox
from tests.benchmarks.week import environment, store_week

_SCALE, _ROUNDS = 10.0, 5


def _timed(words: list[str], folder: Path, env: dict[str, str]) -> tuple[float, float, str]:
    """Return the seconds of the wall clock and of the processor, and the first line that was printed."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(words, cwd=folder, env=env, check=True, capture_output=True, text=True)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, used, ended.stdout.partition("\n")[0]


def main(words: list[str]) -> int:
    """Make the week's report where it is not made yet, then audit it."""
    folder = Path(words[0] if words else "/tmp/reporter-week-audit")  # noqa: S108 - a benchmark's own
    scale = float(words[1]) if len(words) > 1 else _SCALE
    rounds = int(words[2]) if len(words) > 2 else _ROUNDS
    store_week(folder, scale)
    env = {**os.environ, **environment(Sandbox(scale=scale, now=datetime.now(UTC)))}
    command = [sys.executable, "-m", "reporter"]
    if not (folder / "out").exists():
        _timed([*command, "run", "week.yaml", "--offline"], folder, env)
    made = [_timed([*command, "audit", "week.yaml", "--offline"], folder, env) for _ in range(rounds)]
    print(made[0][2])
    print(f"wall clock, median of {rounds}: {statistics.median(one[0] for one in made):.2f} s")
    print(f"processor, median of {rounds}: {statistics.median(one[1] for one in made):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
