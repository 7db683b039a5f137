"""`reporter query`: SQL over the tables of finished runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter import oneline
from reporter.cli import columns, options, screen
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.query import Found, Part, Stored
    from reporter.store import RunRecord, Store

#: rows that a terminal shows; a pipe and a file get all
_SHOWN = 200


@click.command("query")
@click.argument("sql", metavar="[SQL]", required=False)
@click.option("--run", "run", metavar="RUN", help="Only this run: its folder, its id, or CLIENT[/PERIOD].")
@click.option("--tables", "lists_tables", is_flag=True, help="List tables and columns with their units.")
@click.option(
    "-o",
    "--out",
    "out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the result to FILE: .xlsx, .csv, .parquet or .html.",
)
@options.store
@options.as_json
@options.logged
def command(sql: str | None, run: str | None, lists_tables: bool, out: Path | None, store_url: str, json_: bool) -> int:
    """Ask the tables of a run, or of all stored periods, in SQL: one SELECT or WITH, in polars' dialect.

    \b
    reporter query --tables
    reporter query "select mode, sum(watch_seconds) / 3600 as hours from visits group by mode" --run acme
    reporter query "select * from attendance where attended" -o attended.xlsx

    Without --run the newest run of every client and period is there, told apart by report_client and report_period.
    Instants are of the reports' zone, ISO 8601 with offset where they are shown, and may be compared with such text.
    Queries only read. Without SQL there is a prompt with history and completion; SQL may also come from a pipe.
    What the tables hold is not masked: phones and addresses are whole.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    if lists_tables:
        return _list_tables(json_=json_)
    if out is not None:
        _check_name(out)
    if sql is None and not sys.stdin.isatty():
        sql = sys.stdin.read()
    if sql is not None:
        _check_sql(sql)
    with ExitStack() as stack:
        stored = _stored(stack, run, store_url)
        if sql is None:
            from reporter.cli.query_prompt import converse  # noqa: PLC0415 - only a conversation needs it

            return converse(stored)
        _give(stored, sql, out, json_=json_)
    return 0


def _list_tables(*, json_: bool) -> int:
    from reporter.query import describe  # noqa: PLC0415 - after the words of the command are read

    found = describe()
    if json_:
        tables: dict[str, list[dict[str, object]]] = {}
        for one in found:
            label = {"zh": one.label.zh, "en": one.label.en}
            told: dict[str, object] = {"column": one.column, "type": one.type, "unit": one.unit, "label": label}
            tables.setdefault(one.table, []).append(told)
        click.echo(json.dumps({"tables": tables}, ensure_ascii=False, indent=1))
        return 0
    rows = [(one.table, one.column, one.type, one.unit, one.label.en, one.label.zh) for one in found]
    columns.table(("table", "column", "type", "unit", "label", "标签"), rows)
    screen.say('`reporter query "select …"` asks them; null means that the platform does not say')
    return 0


def _check_name(out: Path) -> None:
    from reporter import answers  # noqa: PLC0415 - only a file needs it

    answers.check_name(out)


def _check_sql(sql: str) -> None:
    """Refuse what is no query before anything is opened."""
    from reporter.query import guard  # noqa: PLC0415 - after the words of the command are read

    guard.check(sql)


def _give(stored: Stored, sql: str, out: Path | None, *, json_: bool) -> None:
    from reporter import answers, query  # noqa: PLC0415 - after the words of the command are read

    found = query.ask(stored, sql)
    if out is not None:
        answer = answers.Answer(_one_line(sql), {"query": found}, timezone=stored.timezone)
        screen.told_issues(tuple(answers.write(answer, out)))
        screen.say(f"{_rows(found.height)} in {out}")
    if json_:
        click.echo(json.dumps(answers.as_json(found, stored.timezone), ensure_ascii=False, indent=1))
    elif out is None:
        show(found, stored.timezone)


def show(found: Found, timezone: str) -> None:
    """Print a result as a table: all of it into a pipe, the first rows on a terminal."""
    from reporter import answers  # noqa: PLC0415 - after the words of the command are read

    most = _SHOWN if sys.stdout.isatty() else found.height
    text = answers.as_text(found.head(most), timezone)
    numbers = {place for place, dtype in enumerate(text.dtypes) if dtype.is_numeric()}
    columns.table(text.columns, [[_cell(value) for value in row] for row in text.iter_rows()], right=numbers)
    more = f"; the first {most} are shown, -o FILE writes all" if most < found.height else ""
    screen.say(f"{_rows(found.height)}{more}")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    text = "" if value is None else str(value)
    return oneline.shown(text)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _one_line(sql: str) -> str:
    return " ".join(sql.split())


def _stored(stack: ExitStack, word: str | None, store_url: str) -> Stored:
    """Return the tables to ask: of one run, or of the newest finished run of every client and period."""
    from reporter.query import of_parts  # noqa: PLC0415 - after the words of the command are read
    from reporter.store import Store, exists  # noqa: PLC0415 - likewise

    store = stack.enter_context(Store.open(store_url)) if exists(store_url) else None
    if word is not None:
        return of_parts([_of_word(store, word)])
    if store is None:
        raise UsageError(f"there is no store at {store_url}; name one with --store, or the folder of a run with --run")
    newest: dict[tuple[str, str], RunRecord] = {}
    for one in sorted((one for one in store.runs() if one.finished_at is not None), key=_finished):
        newest[one.client, one.label] = one
    if not newest:
        raise UsageError("the store holds no finished run yet; run a report first: reporter run CONFIG")
    return of_parts(list(_parts(store, list(newest.values()))))


def _parts(store: Store, records: list[RunRecord]) -> Iterator[Part]:
    """Yield the tables of runs; one that is nowhere whole any more is left out, and that is said."""
    missing = []
    for one in records:
        try:
            yield _of_word(store, one.run_id)
        except UsageError as fault:
            missing.append(fault)
            screen.say(f"left out: {fault}")
    if len(missing) == len(records):
        raise missing[0]


def _finished(record: RunRecord) -> tuple[str, str]:
    return (record.finished_at.isoformat() if record.finished_at else "", record.run_id)


def _of_word(store: Store | None, word: str) -> Part:
    """Return the tables of a run: those in its folder, or made again where that holds another run by now."""
    from reporter import finished, manifest  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli.named import find, remade, stands  # noqa: PLC0415 - likewise
    from reporter.query import of_frames  # noqa: PLC0415 - likewise

    path = Path(word)
    folder = path.parent if path.name == manifest.NAME else path
    if (folder / manifest.NAME).is_file():
        return _of_folder(store, folder)
    named = find(store, word)
    if stands(named):
        return _of_folder(store, named.folder)
    record = named.run.record
    screen.say(f"{record.client}/{record.label}: its folder is gone or holds another run; making its tables again")
    again = remade(store, named, env=options.environment())
    return of_frames(again.tables, record.client, record.label, finished.period(named.run).timezone)


def _of_folder(store: Store | None, folder: Path) -> Part:
    from reporter import finished, manifest  # noqa: PLC0415 - after the words of the command are read
    from reporter.query import Part  # noqa: PLC0415 - likewise

    record = manifest.read(folder)
    period = record["period"]
    tables = finished.scanned(folder)
    _tell_changed(store, record, folder)
    return Part(record["client"], period["label"], period["timezone"], tables)


def _tell_changed(store: Store | None, record: dict[str, Any], folder: Path) -> None:
    """Say which tables are not as the run wrote them: by the record of the store, where it has the run."""
    from reporter import finished  # noqa: PLC0415 - loaded by now

    run = store.finished(record["run_id"]) if store is not None else None
    told = record if run is None else finished.record(run)
    touched = finished.changed_since(told, folder, {"data"})
    if touched:
        named = ", ".join(touched)
        screen.say(
            f"note: changed since the run wrote them, and asked as they are now: {named} in {folder}; "
            f"`reporter rebuild {record['client']}/{record['period']['label']}` makes them again"
        )
