"""A stored week of many viewers, for benchmarks of what comes after the pull.

`python tests/benchmarks/week.py FOLDER [SCALE]` leaves FOLDER with `week.yaml`, its rosters and `reporter.db`: the
demo's week pulled from the sandbox in process, without waiting. Scale 180 makes about 100,000 viewers and 240 MB of
replies.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from reporter import fetch, pipeline, plan
from reporter.config import load
from reporter.resources import find
from reporter.sandbox import Sandbox
from reporter.store import Store

SCALE = 180.0


class SpedUp:
    """A clock on which every wait is over at once; it goes with the real one, by which requests are signed."""

    def __init__(self) -> None:
        """Start now."""
        self._slept = timedelta(0)

    def now(self) -> datetime:
        """Return the instant that it is here."""
        return datetime.now(UTC) + self._slept

    async def sleep(self, seconds: float) -> None:
        """Be `seconds` later at once."""
        self._slept += timedelta(seconds=seconds)


def environment(sandbox: Sandbox) -> dict[str, str]:
    """Return the environment in which the week's config can be run."""
    return {**sandbox.credentials(), "REPORTER_DEMO_URL": "http://127.0.0.1:1"}


def store_week(folder: Path, scale: float = SCALE) -> None:
    """Pull the week into `folder`, unless it is there already."""
    config, database = folder / "week.yaml", folder / "reporter.db"
    if database.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(find("configs/rosters"), folder / "rosters", dirs_exist_ok=True)
    clock, now = SpedUp(), datetime.now(UTC)
    label = load(find("configs/demo.yaml"), now=now).reckoned(None, now).label
    words = find("configs/demo.yaml").read_text(encoding="utf-8")
    config.write_text(words.replace("period: last_week", f"period: {label}"), encoding="utf-8")
    sandbox = Sandbox(scale=scale, now=now, limits=False, weeks=2)
    job = pipeline.prepare(load(config), env=environment(sandbox), now=now)
    unfinished = database.with_suffix(".part")
    with Store.open(f"sqlite:///{unfinished}") as store:
        run = store.begin_run(
            client="demo",
            period=job.period,
            config_sha256=job.config.sha256,
            as_of=job.as_of,
            sources=job.config.sources,
            now=now,
        )
        pulled = fetch.fetch(
            plan.first_pulls(job.config, job.access, job.period),
            job.access,
            store=store,
            run_id=run.run_id,
            period=job.period,
            clock=fetch.Clock(now=clock.now, sleep=clock.sleep),
            transport=httpx.MockTransport(sandbox.answer),
        )
    worst = {one.verdict for one in pulled} - {"complete"}
    if worst:
        raise SystemExit(f"the week was not pulled whole: {worst}")
    unfinished.rename(database)


def main(words: Sequence[str]) -> int:
    """Store the week and say how large it is."""
    folder = Path(words[0])
    store_week(folder, float(words[1]) if len(words) > 1 else SCALE)
    with Store.open(f"sqlite:///{folder / 'reporter.db'}") as store:
        kept = store.holdings()
    print(f"{sum(one.replies for one in kept):,} replies, {sum(one.byte_count for one in kept) / 1e6:.0f} MB as kept")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
