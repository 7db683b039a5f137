"""`reporter rebuild`: a past report made again from the store, and held against what the run wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reporter.cli import columns, options, screen
from reporter.errors import UsageError

if TYPE_CHECKING:
    from reporter.config import Config
    from reporter.rebuilt import Comparison
    from reporter.store import FinishedRun

#: other bytes (DESIGN.md section 7)
_DIFFERS = 4


@click.command("rebuild")
@click.argument("word", metavar="RUN")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rebuilt"),
    show_default=True,
    help="Write to DIR/<client>/<period>/; never the run's own folder.",
)
@click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Build with this config of the same client instead of the run's own.",
)
@options.store
@options.as_json
@options.logged
def command(word: str, out: Path, config_path: Path | None, store_url: str, json_: bool) -> int:
    """Make a past report again from the stored replies, its own config and its own lists: the same bytes, or why not.

    \b
    RUN is a run's folder (out/acme/2026-W46), its run id, or CLIENT[/PERIOD], the newest finished.

    Nothing is sent, no secret of a vendor is needed, and the run itself, its folder and its record are left as they
    are: files go to another folder, run.json last. With --config the same replies are built with another config,
    and what it asks for beyond them is missing, so that the report is partial.

    Ends 0 when every file has the bytes of the run, and 4 when any has not; then it says which, and why as far as
    that can be shown: another version, another config, pruned replies, an erased person, other fonts. Files that
    somebody changed in the run's folder since are named, and are no difference: the run is known by its hashes.
    """  # noqa: D301 - \b is click's mark for text that is not rewrapped
    from reporter import rebuilt  # noqa: PLC0415 - after the words of the command are read
    from reporter.cli.named import find  # noqa: PLC0415 - likewise
    from reporter.store import Store, exists  # noqa: PLC0415 - likewise

    if not exists(store_url):
        raise UsageError(f"there is no store at {store_url}; name the one of the run with --store")
    with Store.open(store_url) as store:
        found = find(store, word)
        folder = rebuilt.target_of(found.run, found.folder, out)
        env, config = options.environment(), _config(config_path)
        comparison = rebuilt.compare(store, found.run, found.folder, env=env, config=config)
        rebuilt.write(comparison, found.run, folder)
    if json_:
        click.echo(json.dumps(_as_dict(found.run, comparison, folder), ensure_ascii=False, indent=1))
    else:
        _print(found.run, comparison, folder)
    return _DIFFERS if comparison.differences else 0


def _config(path: Path | None) -> Config | None:
    if path is None:
        return None
    from reporter import config as configs  # noqa: PLC0415 - only --config needs it

    return configs.load(path)


def _as_dict(run: FinishedRun, comparison: Comparison, folder: Path) -> dict[str, Any]:
    record = run.record
    files = [
        {"path": file.path, "kind": file.kind, "sha256": file.sha256, "bytes": file.bytes}
        for file in comparison.made.record.files
    ]
    return {
        "run_id": record.run_id,
        "client": record.client,
        "period": record.label,
        "status": comparison.made.report.status,
        "folder": str(folder),
        "same": not comparison.differences,
        "files": files,
        "differences": [{"path": path, "what": what} for path, what in comparison.differences.items()],
        "reasons": [reason.en for reason in comparison.reasons],
        "gone": list(comparison.gone),
        "changed": list(comparison.changed),
    }


def _print(run: FinishedRun, comparison: Comparison, folder: Path) -> None:
    rows = [
        (file.path, f"{file.bytes:,}", comparison.differences.get(file.path, "the same bytes"))
        for file in comparison.made.record.files
    ]
    made = {file.path for file in comparison.made.record.files}
    rows += [(path, "", what) for path, what in comparison.differences.items() if path not in made]
    columns.table(("file", "bytes", "against the run"), rows, right={1})
    for reason in comparison.reasons:
        click.echo(f"  why: {reason.en}")
    if comparison.gone:
        screen.say(f"no longer in the run's folder, and made again: {', '.join(comparison.gone)}")
    if comparison.changed:
        screen.say(f"changed in the run's folder since, and made again: {', '.join(comparison.changed)}")
    if not comparison.differences:
        screen.say(f"run {run.record.run_id} gives the same bytes; they are in {folder}")
        return
    share = f"{len(comparison.differences)} of {len(rows)} files differ"
    screen.say(f"{share} from run {run.record.run_id}; what was made now is in {folder}")
    screen.say(f"`reporter diff {run.record.run_id} {folder}` says which rows")
