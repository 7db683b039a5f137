"""What a person sees while a run works and when it has ended; all of it on stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from reporter import oneline
from reporter.model import WORST_FIRST, Issue, Progress, Pulled

if TYPE_CHECKING:
    from rich.progress import TaskID

    from reporter.pipeline import Outcome

#: how many issues of a kind are told on the terminal; a report that is built has all of them on its issues sheet and in
#: run.json, one that is not has neither
_TOLD = 8


def say(line: str) -> None:
    """Print one line of talk; control characters of names and titles never reach the terminal."""
    with suppress(OSError):  # nobody listens any more (`| head`): talk never stops work
        click.echo(oneline.shown(line), err=True)


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


def told(outcome: Outcome, *, is_offline: bool = False) -> None:
    """Print how a run ended: its verdicts, its gaps, the issues that matter, and its files."""
    record = outcome.manifest
    verdicts = Counter(one.verdict for one in record.pulls)
    requests, rows = sum(one.requests for one in record.pulls), sum(one.rows for one in record.pulls)
    shares = ", ".join(f"{verdicts[name]} {name}" for name in reversed(WORST_FIRST) if verdicts[name])
    say(f"{record.client} {record.period.label}: {requests} requests, {rows} rows, {len(record.pulls)} pulls: {shares}")
    for (verdict, _), found in _gaps(record.pulls).items():
        told_issues(found, prefix=f"{verdict}: ", is_built=outcome.built)
    warnings = tuple(issue for issue in record.issues if issue.level == "warning" and issue.code != "gap")
    told_issues(warnings, is_built=outcome.built)
    for line in _written(outcome, is_offline=is_offline):
        say(line)


def told_issues(issues: Sequence[Issue], prefix: str = "", *, is_built: bool = True) -> None:
    """Print issues, one line each; past the first few only how many there are, and where to find them."""
    for issue in issues[:_TOLD]:
        say(f"  {prefix}{issue.where}: {issue.message.en}" if issue.where else f"  {prefix}{issue.message.en}")
    if len(issues) > _TOLD:
        where = "on the issues sheet and in run.json" if is_built else "in what `--json` prints"
        say(f"  {prefix}… and {len(issues) - _TOLD} more, {where}")


def _gaps(pulls: Sequence[Pulled]) -> dict[tuple[str, str], list[Issue]]:
    """Return the issues of pulls that are not whole, by verdict and code: one refusal may cost thousands of pulls."""
    gaps: dict[tuple[str, str], list[Issue]] = {}
    for one in pulls:
        for issue in () if one.is_whole else one.issues:
            gaps.setdefault((one.verdict, issue.code), []).append(issue)
    return gaps


def _written(outcome: Outcome, *, is_offline: bool) -> Iterator[str]:
    """Yield what a run has written; where it has not, that it has not, what is kept, and what to do."""
    if outcome.built:
        shown = (file for file in outcome.manifest.files if file.kind != "data")
        yield from (f"  {outcome.folder / file.path}  ({file.bytes:,} bytes)" for file in shown)
        yield f"  {outcome.folder / 'run.json'}"
        return
    yield f"data is incomplete, so nothing was built: {outcome.folder} is as it was, with no run.json of this run"
    more = "--allow-partial builds in spite of the gaps, and --json prints every pull's verdict and issues"
    if is_offline:
        yield f"the store does not hold all of it: run without --offline, and only the rest is asked for; {more}"
    else:
        yield f"what came is kept in the store: run again, and only the rest is asked for; {more}"
