"""The words that a config may choose columns by are those of the sheets, no more and no fewer."""

from __future__ import annotations

from pathlib import Path

from reporter import columns, labels, metrics
from reporter.config.json_schema import schema
from reporter.excel.sheets import SHEETS

DOCS = Path(__file__).resolve().parent.parent / "docs" / "workbook.md"
#: sheets that are pages; the tables of the about sheet have names of their own
PAGES = {"contents", "about", "overview"}


def test_every_sheet_of_a_table_has_its_columns_and_so_have_the_tables_of_the_about_sheet() -> None:
    assert set(columns.OFFERED) == {sheet.code for sheet in SHEETS} - PAGES | {"rooms", "sources"}


def test_events_may_show_every_metric_of_the_registry() -> None:
    assert list(columns.EVENT_FIGURES) == [one.code for one in metrics.definitions()]


def test_no_table_has_two_columns_of_one_name_or_of_one_header() -> None:
    for table, offered in columns.OFFERED.items():
        assert len(set(columns.names(table))) == len(columns.names(table))
        for language in ("zh", "en"):
            headers = [labels.column(table, one.name, language) for one in offered]
            assert len({header.casefold() for header in headers}) == len(headers), table
            assert not [header for header in headers if "_" in header], table


def test_schema_offers_editors_the_same_words() -> None:
    shape = schema()["$defs"]["WorkbookShape"]["properties"]
    chosen = {table: tuple(one["items"]["enum"]) for table, one in shape["columns"]["properties"].items()}
    assert chosen == {table: columns.names(table) for table in columns.OFFERED}
    named = [f"{table}.{name}" for table in columns.OFFERED for name in columns.names(table)]
    assert list(shape["labels"]["properties"]) == named
    assert shape["columns"]["additionalProperties"] is shape["labels"]["additionalProperties"] is False


def test_docs_name_the_columns_of_each_table() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    for table in columns.OFFERED:
        told = ", ".join(f"`{one.name}`" for one in columns.OFFERED[table])
        assert [line for line in lines if line.startswith(f"| `{table}` | {told}")], table
