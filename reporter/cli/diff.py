"""`reporter diff`: what two runs, workbooks or Parquet files have different, and why."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from reporter import oneline
from reporter.cli import columns, options, screen
from reporter.errors import UsageError
from reporter.model import Language

if TYPE_CHECKING:
    from reporter.diff import Difference, Side, TableDiff
    from reporter.store import Store

#: changes of a table that are told on the terminal
_TOLD = 10
_DIFFERS = 4
#: letters of a value that a line shows
_WIDE = 40


@click.command("diff")
@click.argument("sides", metavar="A B", nargs=-1)
@click.option("--key", "keys", metavar="COLUMN", multiple=True, help="What names a row; again for each column.")
@click.option(
    "--tolerance",
    "tolerances",
    metavar="COLUMN=N",
    multiple=True,
    help="Take values of a column for equal that are at most N apart (seconds, of times); again for each column.",
)
@click.option("--table", "tables", metavar="NAME", multiple=True, help="Compare this table or sheet; again for each.")
@click.option(
    "-o",
    "--out",
    "out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every change to FILE: .xlsx or .html.",
)
@click.option(
    "--language",
    type=click.Choice(get_args(Language)),
    default="en",
    show_default=True,
    help="The language of the file's headers and sentences.",
)
@options.store
@options.as_json
@options.logged
def command(  # noqa: PLR0913, PLR0917 - a command has its options
    sides: tuple[str, ...],
    keys: tuple[str, ...],
    tolerances: tuple[str, ...],
    tables: tuple[str, ...],
    out: Path | None,
    language: Language,
    store_url: str,
    json_: bool,
) -> int:
    """Say what B has that A has not, what A has that B has not, and what changed, row by row.

    A and B are each a run (its folder, its id, or CLIENT[/PERIOD]), a workbook (.xlsx) or a Parquet file. Rows are
    paired by what names them (a visit by viewer, room, mode and time), in whatever order they stand; other columns
    can be named with --key. Sheets have their headers in row 1; a row of totals at the end is passed over.

    \b
    reporter diff acme/2026-W45 acme/2026-W46
    reporter diff out/acme/2026-W46 other/acme/2026-W46 --tolerance watch_seconds=1 -o diff.xlsx
    reporter diff old.xlsx new.xlsx --table Visits --key "Viewer id"

    The largest changes come first. Between two runs of one period it also says why: new replies, late data, a
    changed rule, config or version. Ends 0 when they are the same and 4 when they differ.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    if len(sides) != 2:  # noqa: PLR2004 - two sides
        raise UsageError(f"name two sides to compare, A and B, not {len(sides)}; give --key once for each column")
    limits = dict(_tolerance(one) for one in tolerances)
    if out is not None:
        _check_name(out)
    from reporter.diff import diff  # noqa: PLC0415 - after the words of the command are read

    with ExitStack() as stack:
        store = None if all(_is_file(word) for word in sides) else _store(stack, store_url)
        a, b = (_side(store, word) for word in sides)
        found = diff(a, b, key=keys, tolerances=limits, tables=tables)
        zone = _zone(found)
        if out is not None:
            _write(found, out, language, zone)
        _print_json(found, zone) if json_ else _tell(found, zone, out)
    return _DIFFERS if found.differs else 0


def _tolerance(word: str) -> tuple[str, float]:
    column, is_given, number = word.rpartition("=")
    try:
        limit = float(number)
    except ValueError:
        limit = math.nan
    if not is_given or not column or not limit >= 0 or math.isinf(limit):
        raise UsageError(f"--tolerance {word}: write COLUMN=N, N a number from 0 on, such as watch_seconds=1")
    return column, limit


def _check_name(out: Path) -> None:
    from reporter import answers  # noqa: PLC0415 - only a file needs it

    answers.check_name(out, tables=2)


def _store(stack: ExitStack, store_url: str) -> Store | None:
    """Return the store where there is one: folders can be compared without, and then fewer reasons are known."""
    from reporter.store import Store, exists  # noqa: PLC0415 - after the words of the command are read

    return stack.enter_context(Store.open(store_url)) if exists(store_url) else None


def _is_file(word: str) -> bool:
    return Path(word).is_file() and Path(word).name != "run.json"


def _side(store: Store | None, word: str) -> Side:
    from reporter import diff, finished, manifest  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli.named import find, remade, stands  # noqa: PLC0415 - likewise

    path = Path(word)
    if _is_file(word):
        return diff.of_file(path, word)
    folder = path.parent if path.name == manifest.NAME else path
    if (folder / manifest.NAME).is_file():
        return diff.of_folder(folder, word, _sources(store, manifest.read(folder)))
    named = find(store, word)
    sources = _sources(store, finished.record(named.run))
    if stands(named):
        return diff.of_folder(named.folder, word, sources)
    screen.say(f"{word}: its folder is gone or holds another run; making its tables again from the store")
    again = remade(store, named, env=options.environment())
    return diff.of_tables(again.tables, word, finished.record(named.run), sources)


def _sources(store: Store | None, record: Mapping[str, Any]) -> tuple[tuple[str, bytes], ...]:
    """Return the config that a run.json names by its hash, from the store, with its lists; nothing where it has none.

    What `rebuild --config` made stands under the id of the run, whose own config is another.
    """
    wanted = record.get("config_sha256")
    made = [one for one in (store.runs() if store is not None else []) if one.config_sha256 == wanted]
    if store is None or not made:
        return ()
    return store.sources(min(made, key=lambda one: one.run_id != record.get("run_id")).run_id)


def _zone(found: Difference) -> str:
    """Return the zone of the runs, UTC where there is none or they differ."""
    zones = {side.record["period"]["timezone"] for side in (found.a, found.b) if side.record}
    return str(zones.pop()) if len(zones) == 1 else "UTC"


def _write(found: Difference, out: Path, language: Language, zone: str) -> None:
    from reporter import answers, diff  # noqa: PLC0415 - only a file needs it
    from reporter.diff.wording import WORDS  # noqa: PLC0415 - likewise

    title = WORDS["title"].in_(language).format(a=found.a.word, b=found.b.word)
    frames = diff.frames(found, language, zone)
    answer = answers.Answer(title, frames, diff.sentences(found, language), language, zone)
    screen.told_issues(tuple(answers.write(answer, out)))


def _print_json(found: Difference, zone: str) -> None:
    from reporter import diff  # noqa: PLC0415 - after the words of the command are read

    click.echo(json.dumps(diff.as_json(found, zone), ensure_ascii=False, indent=1))


def _tell(found: Difference, zone: str, out: Path | None) -> None:
    from reporter import diff  # noqa: PLC0415 - after the words of the command are read

    header = ("table", "added", "removed", "changed", "duplicate keys", "columns that differ")
    columns.table(header, [_line(table) for table in found.tables], right={1, 2, 3, 4})
    for table in found.tables:
        _tell_changes(table, zone)
    for sentence in diff.sentences(found, "en"):
        click.echo(f"- {sentence}")
    if out is not None:
        screen.say(f"every change is in {out}")
    elif found.differs:
        screen.say(
            "`-o diff.xlsx` writes every row that differs; `reporter explain RUN --metric M` walks a figure down"
        )


def _line(table: TableDiff) -> tuple[str, ...]:
    counts = (table.added, table.removed, table.changed, table.duplicate_keys)
    by_count = sorted(table.columns, key=lambda one: -one.count)
    return (table.name, *(f"{one:,}" for one in counts), ", ".join(f"{one.name} {one.count:,}" for one in by_count))


def _tell_changes(table: TableDiff, zone: str) -> None:
    """Print the largest changes of a table, those with a size first."""
    from reporter import answers  # noqa: PLC0415 - after the words of the command are read
    from reporter.diff.frames import changes  # noqa: PLC0415 - likewise

    found = answers.as_text(changes(table, _TOLD, zone), zone)
    if not found.height:
        return
    click.echo(f"\n{table.name}, the largest changes:")
    rows = [[_shown(value) for value in row] for row in found.iter_rows()]
    columns.table((*table.key, "column", "a", "b", "change"), rows, right={len(table.key) + 3})
    if table.changed > found.height:
        click.echo(f"  … in {table.changed:,} rows in all")


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:+,.6g}"
    text = "—" if value is None else str(value)
    shown = oneline.shown(text)
    return shown if len(shown) <= _WIDE else f"{shown[: _WIDE - 1]}…"
