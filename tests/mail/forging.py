"""What tests of the gates do to a run, and how they see that nothing was sent."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from reporter.files import sha256
from tests.mail.conftest import Desk
from tests.mail.servers import inbox


@dataclass(frozen=True)
class Forger:
    """Changes what a run left, and covers it up: in run.json, and in the store's own record if asked."""

    desk: Desk
    client: str = "acme"

    @property
    def folder(self) -> Path:
        return self.desk.run_folder(self.client)

    def cover_up(self, *, in_store: bool) -> None:
        """Write the hashes of the files as they are now where the right ones stood."""
        path = self.folder / "run.json"
        record = json.loads(path.read_bytes())
        for file in record["files"]:
            data = (self.folder / file["path"]).read_bytes()
            file.update(sha256=sha256(data), bytes=len(data))
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        path.write_text(text, encoding="utf-8")
        if in_store:
            with sqlite3.connect(self.desk.folder / "reporter.db") as database:
                database.execute("UPDATE runs SET manifest = ? WHERE run_id = ?", (text, record["run_id"]))
            database.close()

    def edit_book(self, edit: Callable[[openpyxl.Workbook], None]) -> None:
        """Change the workbook as Excel would, and cover it up everywhere."""
        path = self.desk.workbook(self.client)
        book = openpyxl.load_workbook(path)
        edit(book)
        book.save(path)
        self.cover_up(in_store=True)


def held(desk: Desk, *words: str) -> str:
    """Send a client's run, and return why nothing was sent."""
    with inbox() as server:
        ended = desk("send", *words, "--yes", "--json", env={"SMTP_URL": server.url})
    assert (ended.code, server.connections) == (5, 0), ended.stdout + ended.stderr
    assert {row["state"] for row in ended.rows} == {"held"}
    return ended.reason


def edit_config(desk: Desk, old: str, new: str, client: str = "acme") -> None:
    path = desk.folder / f"{client}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
