"""`reporter audit`: does a report say what its platforms said, and do they agree with themselves?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import columns, options, screen
from reporter.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from reporter.audit.gather import Case
    from reporter.cli.audit_cases import Audited

#: DESIGN.md section 7: data is missing, something is unexplained
_INCOMPLETE, _UNEXPLAINED = 3, 4
_ENDINGS = (".xlsx", ".html")
#: columns of a viewer's rows that a terminal has room for; -o and --json have all
_ON_SCREEN = (
    "vendor",
    "account",
    "room_id",
    "event",
    "viewer_id",
    "name",
    "mode",
    "joined_at",
    "left_at",
    "first_joined_at",
    "watch_seconds",
    "live_seconds",
    "replay_seconds",
    "watch_union_seconds",
    "attended",
    "comments",
    "sign_ins",
    "reply_id",
    "row_no",
)


@click.command("audit")
@click.argument("configs", metavar="[CONFIG]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--room", "rooms", metavar="VENDOR:ACCOUNT/ID", multiple=True, help="A room instead of a config; again.")
@click.option("--viewer", metavar="VENDOR:ACCOUNT/ID", help="Look at one person everywhere.")
@click.option("--from", "since", metavar="DAY", help="The first day of --room or --viewer, such as 2026-11-02.")
@click.option("--to", "until", metavar="DAY", help="The last day, inclusive.")
@click.option(
    "--config",
    "accounts",
    metavar="CONFIG",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where --room and --viewer find the account; may hold accounts alone. Without it: the newest run that has it.",
)
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with an export of a platform's console, .xlsx or .csv.",
)
@click.option("--map", "mapping", metavar="HEADER=COLUMN", multiple=True, help="What a column of --against is; again.")
@click.option(
    "-o",
    "output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write checks and offending rows, each with its reply and row, to an .xlsx or .html.",
)
@options.reckoning
@options.store
@click.option("--offline", is_flag=True, help="Send nothing: audit what is stored.")
@click.option("--redraw", is_flag=True, help="Draw workbook and page again also where their hash is the run's.")
@options.as_json
@options.logged
def command(json_: bool, output: Path | None, **chosen: Any) -> int:  # noqa: ANN401 - click hands over what it parsed
    """Check a report against its platforms' own counts, and its files against the replies they were made from.

    \b
    reporter audit configs/acme.yaml --period 2026-W46
    reporter audit --room volcengine:volc/172183460671 --from 2026-11-02 --to 2026-11-08
    reporter audit --viewer volcengine:volc/1810620026163566 --config configs/acme.yaml
    reporter audit configs/acme.yaml --against console.xlsx --map 学员=phone

    Of a config the newest finished run of the period is looked at: its files and its stored replies are hashed
    again, its tables and figures are made again from the replies, and its workbook and page where their hash is
    another, so that each changed cell is named; the replies are counted again, and every reconcile rule and
    integrity check runs. Where the store has no such run, or has lost its replies, what it
    lacks is pulled first, as `run` would. No run, file or record is changed.

    Each check ends in one line: what was expected, what was found, and agrees, explained (they differ for a known
    reason) or unexplained. Ends 4 when something is unexplained, 3 when data is missing.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    _check_words(output, chosen)
    from reporter.cli import audit_cases  # noqa: PLC0415 - after the words of the command are read

    audited = audit_cases.audited(chosen)
    if output is not None:
        _write(audited, output)
    if json_:
        click.echo(json.dumps(_document(audited), ensure_ascii=False, indent=1))
    else:
        _show(audited, output)
    return _code(audited.cases)


def _check_words(output: Path | None, chosen: dict[str, Any]) -> None:
    ways = [name for name in ("configs", "rooms", "viewer") if chosen[name]]
    if not ways:
        raise UsageError("name what to audit: CONFIG, or --room VENDOR:ACCOUNT/ID, or --viewer VENDOR:ACCOUNT/ID")
    if len(ways) > 1:
        raise UsageError("name one of CONFIG, --room and --viewer; the config of an account goes with --config")
    if bool(chosen["since"]) != bool(chosen["until"]):
        raise UsageError("--from and --to go together: the first day and the last")
    if chosen["since"] and (chosen["period"] or chosen["configs"]):
        raise UsageError("--from and --to are the days of --room or --viewer; the period of a config is --period")
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise UsageError(f"-o {output}: the name says what is written; end it in {' or '.join(_ENDINGS)}")
    if chosen["against"] and chosen["viewer"]:
        raise UsageError("--against compares rooms and days; use it with CONFIG or --room")
    if chosen["mapping"] and not chosen["against"]:
        raise UsageError("--map says what the columns of --against are; name that file too")


def _code(cases: Sequence[Case]) -> int:
    if any(case.gaps for case in cases):
        return _INCOMPLETE
    return _UNEXPLAINED if any(case.unexplained for case in cases) else 0


def _write(audited: Audited, output: Path) -> None:
    from reporter import answers  # noqa: PLC0415 - only `-o` needs it
    from reporter.audit import answer  # noqa: PLC0415 - likewise

    issues = answers.write(answer.answer(audited.cases, audited.frames), output)
    screen.told_issues(tuple(issues))


def _document(audited: Audited) -> dict[str, Any]:
    from reporter import answers  # noqa: PLC0415 - only `--json` needs it
    from reporter.audit import answer  # noqa: PLC0415 - likewise

    timezone = audited.cases[0].timezone
    gaps = [_gap(case) for case in audited.cases if case.gaps]
    viewer = {name: answers.as_json(frame, timezone) for name, frame in audited.frames.items()}
    return {
        "checks": answer.as_json(audited.cases),
        **({"incomplete": gaps} if gaps else {}),
        **({"viewer": viewer} if viewer else {}),
    }


def _gap(case: Case) -> dict[str, Any]:
    pulls = [one.pull for one in case.gaps]
    return {"report": case.name, "pulls": [[one.vendor, one.account, one.endpoint, one.room] for one in pulls]}


def _show(audited: Audited, output: Path | None) -> None:
    from reporter.audit import answer  # noqa: PLC0415 - only the terminal needs it

    for case in audited.cases:
        click.echo(answer.summary(case))
        header = ("check", "where", "expected", "found", "verdict", "why")
        columns.table(header, list(answer.lines(case)), right={2, 3})
    for name, frame in audited.frames.items():
        _show_frame(name, frame, audited.cases[0].timezone)
    for case in audited.cases:
        for one in case.gaps:
            screen.told_issues(one.issues, prefix="missing: ")
    screen.say(_next(audited, output))


def _show_frame(name: str, frame: pl.DataFrame, timezone: str) -> None:
    from reporter import answers  # noqa: PLC0415 - only a viewer's rows need it

    click.echo(f"{name}:")
    shown = answers.as_text(frame.select(one for one in _ON_SCREEN if one in frame.columns), timezone)
    rows = [tuple("" if cell is None else str(cell) for cell in row) for row in shown.iter_rows()]
    columns.table(tuple(shown.columns), rows)


def _next(audited: Audited, output: Path | None) -> str:
    cases = audited.cases
    if any(case.gaps for case in cases):
        return f"data is missing; {audited.advice}"
    if output is not None:
        return f"the offending rows, each with its reply and row, are in {output}"
    if any(case.unexplained for case in cases):
        return "add `-o audit.xlsx` for the offending rows, each with its reply and row"
    return "nothing is unexplained; `-o audit.xlsx` shows the rows behind what is explained"
