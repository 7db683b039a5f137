"""The index page of an output folder, made anew from the run.json of every finished run beneath it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reporter import html, manifest
from reporter.files import write_whole
from reporter.lock import alone
from reporter.model import Language

NAME = "index.html"
#: seconds to wait for another run that writes it
_PATIENCE = 60
#: the kinds of files that a reader opens, by suffix
_OPENED = {".html": "page", ".pdf": "print", ".xlsx": "workbook"}


def write(out: Path, language: Language) -> None:
    """Write `out`/index.html; raises `OutputError` where it cannot be written.

    Runs of other reports may end at the same moment: one after the other, so that the last one lists them all.
    """
    path = out / NAME
    with alone([path], str(path), busy="is being written by another run", patience=_PATIENCE):
        write_whole(path, html.index(list(entries(out)), language))


def entries(out: Path) -> Iterator[html.Entry]:
    """Yield the finished runs under `out` (`<client>/<period>/`); a run.json that is none is passed over."""
    for path in sorted(out.glob(f"*/*/{manifest.NAME}")):
        try:
            yield _entry(json.loads(path.read_bytes()), path.parent.relative_to(out).as_posix())
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _entry(told: dict[str, Any], folder: str) -> html.Entry:
    period = told["period"]
    first = datetime.fromisoformat(period["start"]).date()
    last = (datetime.fromisoformat(period["end"]) - timedelta(days=1)).date()
    as_of = datetime.fromisoformat(told["as_of"]).astimezone(ZoneInfo(period["timezone"]))
    files = [(file["path"], _OPENED[Path(file["path"]).suffix]) for file in told["files"] if file["kind"] != "data"]
    return html.Entry(
        client=told["client"],
        label=period["label"],
        days=_days(first, last),
        as_of=f"{as_of:%Y-%m-%d %H:%M}",
        is_partial=told["status"] != "complete",
        issues=sum(one["level"] != "info" for one in told["issues"]),
        files=tuple((f"{folder}/{path}", kind) for path, kind in files),
    )


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first} – {last}"
