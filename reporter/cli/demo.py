"""`reporter demo`: a sandbox on loopback, then the whole chain, two weeks of it."""

from __future__ import annotations

import time
from pathlib import Path

import click

from reporter.cli import options, screen

#: the demo's own database, so that a real reporter.db in the same folder is never touched
_STORE = "demo.db"


@click.command("demo")
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"), show_default=True
)
@click.option(
    "--scale",
    metavar="N",
    type=click.FloatRange(0.1, 1000),
    default=1.0,
    show_default=True,
    help="Times as many viewers.",
)
@options.logged
def command(out: Path, scale: float) -> int:
    """Make a real report from a sandbox of the four vendors on this machine; nothing leaves it.

    A sandbox that speaks the protocols of Volcengine, Quanshi, TalkCloud and Aliyun VOD is started on a
    loopback port; the week before last and last week are pulled from it at the vendors' own rate limits,
    joined and written under DIR, from a fresh store inside DIR.
    """
    from reporter import pipeline  # noqa: PLC0415 - the whole machinery: after the words of the command are read
    from reporter.cli import work  # noqa: PLC0415 - likewise
    from reporter.config import load, periods  # noqa: PLC0415 - likewise
    from reporter.files import make_folder  # noqa: PLC0415 - likewise
    from reporter.resources import find  # noqa: PLC0415 - likewise
    from reporter.sandbox import Sandbox  # noqa: PLC0415 - likewise
    from reporter.sandbox.serve import Server  # noqa: PLC0415 - likewise
    from reporter.store import remove  # noqa: PLC0415 - likewise

    began, now = time.monotonic(), options.clock(None)
    store_url = f"sqlite:///{out / _STORE}"
    make_folder(out)
    remove(store_url)
    sandbox = Sandbox(scale=scale, now=lambda: options.clock(None))
    with Server(sandbox) as server:
        screen.say(f"the four vendors answer at {server.url}; two weeks are pulled at the vendors' own limits")
        env = {**sandbox.credentials(), "REPORTER_DEMO_URL": server.url}
        config = load(find("configs/demo.yaml"), now=now)
        last = config.reckoned(None, now)
        outcomes = []
        for label in (periods.before(last).label, last.label):
            job = pipeline.prepare(config, env=env, now=now, period=label)
            outcomes.append(work.run_one(job, store_url=store_url, out=out, wanted=pipeline.Options()))
            screen.told(outcomes[-1])
    page = out / config.client / last.label / f"{config.client}_{last.label}.html"
    screen.say(f"done in {time.monotonic() - began:.0f} s. Open {page}, or the workbook beside it.")
    screen.say("Next: copy configs/example.yaml, put in your rooms, and try `reporter check yours.yaml`.")
    return max(outcome.exit_code for outcome in outcomes)
