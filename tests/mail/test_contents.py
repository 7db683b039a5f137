"""A file or a table that is not what the store gives is held by the gate itself, asked of one run made again."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from reporter.mail import gates, reading
from reporter.mail.container import holds_more
from reporter.rebuild import Rebuilt, kept_config, rebuild
from reporter.store import FinishedRun, Store
from tests.mail.conftest import WEEK


@dataclass(frozen=True)
class Again:
    """A finished run, its workbook, and what the store makes of it again."""

    run: FinishedRun
    name: str
    book: bytes
    made: Rebuilt

    def held(self, book: bytes) -> str:
        """Return why a workbook in place of the right one is held back."""
        folder = gates.Folder(Path(), {self.name: book}, {self.name: "workbook"})
        (reason,) = gates.same_content(folder, [self.name], self.made, self.run)
        return reason

    def edited(self, edit: Callable[[openpyxl.Workbook], object]) -> bytes:
        """Return the workbook changed as Excel would."""
        book, data = openpyxl.load_workbook(io.BytesIO(self.book)), io.BytesIO()
        edit(book)
        book.save(data)
        return data.getvalue()


@pytest.fixture(scope="session")
def again(made: Path) -> Again:
    """A client's run, made again once: what holds a changed file back is asked of the gate itself."""
    folder = made / "out" / "acme" / WEEK
    with Store.open(f"sqlite:///{made / 'reporter.db'}") as store:
        run = store.finished(json.loads((folder / "run.json").read_bytes())["run_id"])
        assert run is not None
        rebuilt = rebuild(store, run, kept_config(store, run), env={})
    name = f"acme_{WEEK}.xlsx"
    return Again(run, name, (folder / name).read_bytes(), rebuilt)


def test_changed_cell_is_held_and_named_and_not_quoted(again: Again) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["B3"] = "13812345678"

    reason = again.held(again.edited(change))
    assert "sheet1.xml B3" in reason
    assert "13812345678" not in reason


@pytest.mark.parametrize(
    "edit",
    [
        lambda book: setattr(book.properties, "keywords", "13812345678"),
        lambda book: book.create_sheet("另一页"),
        lambda book: setattr(book.worksheets[0]["A1"], "comment", Comment("看 13812345678", "x")),
        lambda book: book.defined_names.add(DefinedName("x", attr_text='"13812345678"')),
    ],
    ids=["property", "sheet", "comment", "defined name"],
)
def test_anything_added_to_a_workbook_is_held(again: Again, edit: Callable[[Any], None]) -> None:
    reason = again.held(again.edited(edit))
    assert "what the run's replies give" in reason
    assert "13812345678" not in reason


def commented(data: bytes) -> bytes:
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = "李四 13812345678".encode()
    return made.getvalue()


def repacked(data: bytes, comment: bytes = b"", level: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in book.infolist():
            one = zipfile.ZipInfo(entry.filename)
            one.comment, one.compress_type = comment, zipfile.ZIP_DEFLATED
            archive.writestr(one, book.read(entry), compresslevel=level)
    return made.getvalue()


@pytest.mark.parametrize("way", ["before", "comment", "entry", "behind a part"])
def test_bytes_hidden_in_the_zip_file_of_a_workbook_are_held_though_every_part_is_right(again: Again, way: str) -> None:
    forged = {
        "before": b"another workbook" + again.book,
        "comment": commented(again.book),
        "entry": repacked(again.book, comment=b"13812345678"),
        "behind a part": stuffed(again.book, b"13812345678"),
    }[way]
    assert reading.parts_of(forged) == reading.parts_of(again.book)
    assert "holds more in its zip file than the parts" in again.held(forged)


def stuffed(data: bytes, more: bytes) -> bytes:
    """Return a workbook whose last part has bytes behind the end of its packed ones, all lengths told right."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        last, start = book.infolist()[-1], book.start_dir
    tail = bytearray(data[start:])
    entry, size = tail.rfind(b"PK\x01\x02"), struct.pack("<I", last.compress_size + len(more))
    tail[entry + 20 : entry + 24] = size
    ending = tail.rfind(b"PK\x05\x06")
    tail[ending + 16 : ending + 20] = struct.pack("<I", start + len(more))
    head = bytearray(data[:start])
    head[last.header_offset + 18 : last.header_offset + 22] = size
    return bytes(head) + more + bytes(tail)


def test_parts_packed_in_another_way_with_nothing_between_them_are_the_same_workbook(again: Again) -> None:
    packed = repacked(again.book, level=9)
    assert packed != again.book
    assert not holds_more(packed)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("visits", {"room_id": "172183460671"}),
        ("rooms", {"room_id": "609812"}),
        ("activity", {"vendor": "aliyun", "account": "vod", "room_id": None}),
        ("viewers", {"account": "another"}),
        ("viewers", {"reply_id": "0" * 24}),
        ("people", {"viewer_ids": ["quanshi/qs/nobody"]}),
    ],
)
def test_rows_of_another_room_account_reply_or_viewer_are_held(
    again: Again, table: str, changed: dict[str, Any]
) -> None:
    made = again.made
    assert gates.own_rooms(made.tables, made, ()) == []
    frame = made.tables[table]
    stranger = frame.head(1).with_columns(
        pl.lit(value, frame.schema[name]).alias(name) for name, value in changed.items()
    )
    (reason,) = gates.own_rooms({**made.tables, table: pl.concat([frame, stranger])}, made, ())
    assert f"table {table} " in reason
    assert "acme" in reason
    assert "172183460671" not in reason


def test_room_that_a_search_found_is_the_clients_own(again: Again) -> None:
    found, made = ("volcengine", "volc", "172183460671"), again.made
    rows = made.tables["rooms"].head(1).with_columns(pl.lit(found[2]).alias("room_id"))
    tables = {
        **made.tables,
        "rooms": rows.with_columns(pl.lit("volcengine").alias("vendor"), pl.lit("volc").alias("account")),
    }
    assert gates.own_rooms(tables, made, [found]) == []
    assert len(gates.own_rooms(tables, made, [])) == 1
