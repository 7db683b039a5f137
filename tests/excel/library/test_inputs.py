"""What `write_xlsx` is given: paths that are none, URLs, queries that fail, rows that are not what they said."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reporter.errors import OutputError
from reporter.excel import write_xlsx
from tests.excel.library.conftest import Write, body, cells

LETTERS = pl.DataFrame({"a": ["x", "y"], "b": [1, 2]})


@pytest.mark.parametrize("path", [5, None, b"out.xlsx"])
def test_path_that_is_no_path_is_refused_by_its_type(path: Any) -> None:
    with pytest.raises(OutputError, match=rf"path={path!r} is a {type(path).__name__}; give text or a pathlib\.Path"):
        write_xlsx({"t": LETTERS}, path)


def test_workbook_goes_through_a_link_and_never_over_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "link.xlsx").symlink_to("there.xlsx")
    write_xlsx({"t": LETTERS}, tmp_path / "link.xlsx")
    assert (tmp_path / "link.xlsx").is_symlink()
    assert cells(tmp_path / "there.xlsx")["t"][0] == ["a", "b"]
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(OutputError, match=r"pipe\.xlsx is a pipe"):
        write_xlsx({"t": LETTERS}, str(tmp_path / "pipe.xlsx"))
    assert (tmp_path / "pipe.xlsx").is_fifo()


@pytest.mark.parametrize("name", ["a\0b.xlsx", "a\ud800b.xlsx"])
def test_path_that_no_system_takes_is_an_error_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="is no path"):
        write_xlsx({"t": LETTERS}, f"{tmp_path}/{name}")


@pytest.mark.parametrize("scheme", ["s3", "gs", "az", "abfss", "hf", "http", "HTTPS", "file"])
def test_url_of_a_parquet_file_is_refused_and_no_connection_opened(tmp_path: Path, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/in.parquet"
        with pytest.raises(OutputError, match=f"sheet 't': {url} is a URL, .*; give a file's path"):
            write_xlsx({"t": url}, tmp_path / "no.xlsx")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("path", ["", ".", Path(), "/"])
def test_path_without_a_name_is_refused_and_no_folder_searched(tmp_path: Path, path: str | Path) -> None:
    LETTERS.write_parquet(tmp_path / "in.parquet")
    with (
        contextlib.chdir(tmp_path),
        pytest.raises(OutputError, match=r"'\S?' names no file; give a Parquet file"),
    ):
        write_xlsx({"t": path}, "no.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["in.parquet"]


def test_folder_that_looks_like_a_scheme_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "s3:" / "bucket").mkdir(parents=True)
    LETTERS.write_parquet(tmp_path / "s3:" / "bucket" / "in.parquet")
    with contextlib.chdir(tmp_path):
        for path in ("s3:/bucket/in.parquet", Path("s3://bucket/in.parquet")):
            assert write_xlsx({"t": path}, tmp_path / "out.xlsx") == []


def test_parquet_path_that_no_system_takes_is_an_error_of_ours(tmp_path: Path) -> None:
    for name in ("a\0b.parquet", "a\ud800b.parquet"):
        with pytest.raises(OutputError, match=r"sheet 't': .* cannot be read as a Parquet file"):
            write_xlsx({"t": f"{tmp_path}/{name}"}, tmp_path / "no.xlsx")


def _raising(fault: Exception) -> Callable[..., Any]:
    def raised(_: Any) -> Any:
        raise fault

    return raised


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (RuntimeError("no luck"), "RuntimeError: no luck"),
        (KeyError("k"), "KeyError: '?k'?"),
        (ValueError("of no worth"), "ValueError: of no worth"),
        (TypeError("not such"), "TypeError: not such"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_a_function_of_a_query_raises_is_told_by_sheet_and_expression(
    tmp_path: Path, fault: Exception, said: str
) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    by_value = pl.col("b").map_elements(_raising(fault), return_dtype=pl.Int64)
    for query, where in [
        (LETTERS.lazy().with_columns(by_value), r' in col\("b"\)\.python_udf\(\)'),
        (LETTERS.lazy().map_batches(_raising(fault), schema=LETTERS.schema), ""),
    ]:
        with pytest.raises(
            OutputError, match=f"^sheet 'bad': its frame cannot be read: {said}{where}; nothing"
        ) as told:
            write_xlsx({"good": LETTERS, "bad": query}, path)
        assert type(told.value.__cause__) is type(fault)
        assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (pl.col("b").cast(pl.String), "column 'b': its frame's schema says Int64 and its rows have String"),
        (pl.col("b").cast(pl.Int32), "column 'b': its frame's schema says Int64 and its rows have Int32"),
        (pl.struct("b").alias("b"), "column 'b': its frame's schema says Int64 and its rows have Struct"),
        (pl.col("b").alias("c"), "column 'c': its frame's schema says no such column and its rows have Int64"),
    ],
)
def test_rows_that_are_not_what_their_schema_says_are_refused_by_sheet_and_column(
    tmp_path: Path, changed: pl.Expr, said: str
) -> None:
    query = LETTERS.lazy().map_batches(
        lambda one: one.with_columns(changed), schema=LETTERS.schema, validate_output_schema=False
    )
    with pytest.raises(OutputError, match=f"sheet 'bad', {said}.*; mend the schema"):
        write_xlsx({"bad": query}, tmp_path / "no.xlsx")
    assert not [*tmp_path.iterdir()]


def test_rows_whose_columns_come_in_another_order_are_written_by_name(write: Write) -> None:
    query = LETTERS.lazy().map_batches(
        lambda one: one.select("b", "a"), schema=LETTERS.schema, validate_output_schema=False
    )
    assert body(write(query)) == [["x", 1.0], ["y", 2.0]]
