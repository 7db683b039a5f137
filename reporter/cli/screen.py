"""What a person sees while a run works and when it has ended; all of it on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from reporter.model import WORST_FIRST, Issue, Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

    from reporter.pipeline import Outcome

#: how many issues are told on the terminal; all of them stand on the issues sheet and in run.json
_TOLD = 8


def say(line: str) -> None:
    """Print one line of talk; control characters of names and titles never reach the terminal."""
    with suppress(OSError):  # nobody listens any more (`| head`): talk never stops work
        click.echo("".join(char if char.isprintable() else "\ufffd" for char in line), err=True)


@contextmanager
def bars() -> Iterator[Callable[[Progress], None] | None]:
    """Yield a callback that draws one bar a vendor's call, or None where no terminal looks on."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - likewise
    from rich.progress import Progress as Bars  # noqa: PLC0415 - likewise

    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as drawn:
        tasks: dict[tuple[str, str], TaskID] = {}

        def draw(progress: Progress) -> None:
            key = (progress.account, progress.endpoint)
            if key not in tasks:
                tasks[key] = drawn.add_task(f"{progress.account} {progress.endpoint}")
            drawn.update(tasks[key], completed=progress.done, total=progress.total)

        yield draw


def told(outcome: Outcome) -> None:
    """Print how a run ended: its verdicts, its gaps, the issues that matter, and its files."""
    record = outcome.manifest
    verdicts = Counter(one.verdict for one in record.pulls)
    requests, rows = sum(one.requests for one in record.pulls), sum(one.rows for one in record.pulls)
    shares = ", ".join(f"{verdicts[name]} {name}" for name in reversed(WORST_FIRST) if verdicts[name])
    say(f"{record.client} {record.period.label}: {requests} requests, {rows} rows, {len(record.pulls)} pulls: {shares}")
    for one in record.pulls:
        if not one.is_whole:
            told_issues(one.issues, prefix=f"{one.verdict}: ")
    told_issues(tuple(issue for issue in record.issues if issue.level == "warning" and issue.code != "gap"))
    if outcome.built:
        for file in record.files:
            if file.kind != "data":
                say(f"  {outcome.folder / file.path}  ({file.bytes:,} bytes)")
        say(f"  {outcome.folder / 'run.json'}")
    else:
        say("data is incomplete, so nothing was built; run again, or build with --allow-partial")


def told_issues(issues: tuple[Issue, ...], prefix: str = "") -> None:
    """Print issues, one line each; past the first few only how many there are."""
    for issue in issues[:_TOLD]:
        say(f"  {prefix}{issue.where}: {issue.message.en}" if issue.where else f"  {prefix}{issue.message.en}")
    if len(issues) > _TOLD:
        say(f"  … and {len(issues) - _TOLD} more, on the issues sheet and in run.json")
