"""What DESIGN.md section 7 says of `write_xlsx`, sentence by sentence."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from polars._typing import TimeUnit
from python_calamine import CalamineWorkbook

from reporter.errors import OutputError, UsageError
from reporter.excel import write_xlsx
from tests.excel.library.conftest import Write, body, column

NAN, INF = float("nan"), float("inf")
LETTERS = pl.DataFrame({"a": ["x", "y"], "b": [1, 2]})


def test_eager_lazy_and_parquet_frames_are_written_alike(write: Write, tmp_path: Path) -> None:
    LETTERS.write_parquet(tmp_path / "in.parquet")
    written = write(
        {
            "eager": LETTERS,
            "lazy": LETTERS.lazy(),
            "path": tmp_path / "in.parquet",
            "text": str(tmp_path / "in.parquet"),
        }
    )
    assert [*written.sheets] == ["eager", "lazy", "path", "text"]
    assert all(sheet == [["a", "b"], ["x", 1.0], ["y", 2.0]] for sheet in written.sheets.values())
    assert written.issues == []


def test_lazy_frames_keep_the_order_of_their_rows(write: Write) -> None:
    frame = pl.DataFrame({"n": range(35_000)})
    assert column(write(frame.lazy().with_columns(m=pl.col("n") * 2), compress="fast")) == [*map(float, range(35_000))]


@pytest.mark.parametrize("dtype", [pl.Int64, pl.UInt64, pl.Int128])
def test_integer_column_past_fifteen_digits_is_text_whole(write: Write, dtype: type[pl.DataType]) -> None:
    written = write(pl.DataFrame({"id": pl.Series([7, None, 10**15, 8602268011035296205], dtype=dtype)}))
    assert column(written) == ["7", None, "1000000000000000", "8602268011035296205"]
    (issue,) = written.issues
    assert (issue.code, issue.where) == ("cell-long-number", "t!id")
    assert "2 处，首处在数据第 3 行" in issue.message.zh
    assert "2, first in data row 3" in issue.message.en


def test_long_number_far_down_makes_the_column_text_from_the_top(write: Write) -> None:
    numbers = [*range(25_000), 10**15]
    for frame in (pl.DataFrame({"n": numbers}), pl.LazyFrame({"n": numbers})):
        written = write({"before": LETTERS, "t": frame, "after": LETTERS}, compress="fast")
        assert column(written) == [*map(str, numbers)]
        assert [*written.sheets] == ["before", "t", "after"]
        assert "1 处，首处在数据第 25001 行" in written.issues[0].message.zh


def test_decimal_past_fifteen_significant_digits_is_text_and_others_are_numbers(write: Write) -> None:
    frame = pl.DataFrame(
        {
            "paid": pl.Series([Decimal("1234567890123.00"), None], dtype=pl.Decimal(38, 2)),
            "sum": pl.Series([Decimal("12345678901234.56"), Decimal("1.50")], dtype=pl.Decimal(38, 2)),
        }
    )
    written = write(frame)
    assert body(written) == [[1234567890123.0, "12345678901234.56"], [None, "1.50"]]
    assert written.said == {("cell-long-number", "t!sum")}


def test_lists_and_arrays_are_joined_and_their_nulls_left_out(write: Write) -> None:
    frame = pl.DataFrame(
        {
            "list": [["a", None, "b"], [], None],
            "array": pl.Series([[1, 2], [None, 3], None], dtype=pl.Array(pl.Int64, 2)),
            "days": [[date(2026, 6, 15)], [date(1800, 1, 1), None], []],
            "times": [[datetime(2026, 6, 15, 16, tzinfo=UTC)], None, None],
        },
        schema_overrides={"times": pl.List(pl.Datetime("us", "UTC"))},
    )
    written = write(frame, timezone="Asia/Shanghai")
    assert body(written) == [
        ["a, b", "1, 2", "2026-06-15", "2026-06-16 00:00:00"],
        [None, "3", "1800-01-01", None],
        [None, None, None, None],
    ]


class _Anything:
    pass


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([{"x": 1}]),
        pl.Series([[{"x": 1}]]),
        pl.Series([[["x"]]]),
        pl.Series([b"x"]),
        pl.Series([[b"x"]]),
        pl.Series([[[1]]], dtype=pl.Array(pl.Array(pl.Int8, 1), 1)),
        pl.Series([_Anything()], dtype=pl.Object),
    ],
    ids=lambda one: str(one.dtype)[:20],
)
def test_what_no_cell_can_show_is_refused_by_sheet_and_column_before_writing(column: pl.Series, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"'second'.*'bad'"):
        write_xlsx({"first": LETTERS, "second": pl.DataFrame({"good": [1], "bad": column})}, path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.xlsx"]


def test_null_and_the_empty_text_are_no_cells(write: Write) -> None:
    written = write(pl.DataFrame({"a": ["", None, "x"], "b": [None, 1, None], "c": pl.Series([None] * 3)}))
    assert written.sheets["t"][1:] == [[], [None, 1.0], ["x"]]
    assert written.issues == []


def test_nan_and_infinities_are_empty_with_an_issue(write: Write) -> None:
    written = write(pl.DataFrame({"n": [1.5, NAN, INF, -INF, None]}))
    assert column(written) == [1.5, None, None, None, None]
    assert written.said == {("cell-not-finite", "t!n")}
    assert "3 处，首处在数据第 2 行" in written.issues[0].message.zh


def test_naive_moments_stay_and_zoned_ones_are_shown_in_the_zone(write: Write) -> None:
    moment = datetime(2026, 6, 15, 16)  # noqa: DTZ001 - wall clock
    frame = pl.DataFrame({"naive": [moment], "zoned": [moment.replace(tzinfo=UTC)]})
    written = write(frame, timezone="Asia/Shanghai")
    assert body(written) == [[46188 + 16 / 24, 46189.0]]
    assert body(write(frame)) == [[46188 + 16 / 24, 46188 + 16 / 24]]


@pytest.mark.parametrize(("count", "text"), [(-1, "-0:00:00.000000001"), (-1_001, "-0:00:00.000001001")])
def test_duration_of_less_than_a_microsecond_is_negative_too(write: Write, count: int, text: str) -> None:
    written = write(pl.Series("span", [count], dtype=pl.Int64).cast(pl.Duration("ns")).to_frame())
    assert column(written) == [text]
    assert written.said == {("cell-negative-duration", "t!span")}


def test_times_in_a_list_keep_their_fractions(write: Write) -> None:
    clocks = pl.Series("at", [[time(12, 0, 0, 500_000), time(23, 59, 59)]], dtype=pl.List(pl.Time))
    assert column(write(clocks.to_frame())) == ["12:00:00.500, 23:59:59"]


def test_long_numbers_found_one_after_another_begin_the_sheet_anew_once(write: Write) -> None:
    rows, columns, asked = 90_000, 6, list[int]()
    long = {f"c{at}": pl.int_range(rows, eager=True).scatter(rows * at // columns, 10**16) for at in range(columns)}

    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        asked.append(frame.height)
        return frame

    written = write(pl.DataFrame(long).lazy().map_batches(counted, streamable=True), compress="fast")
    assert sum(asked) == 2 * rows
    assert written.said == {("cell-long-number", f"t!c{at}") for at in range(columns)}


def test_before_1900_and_negative_durations_are_text_with_an_issue(write: Write) -> None:
    frame = pl.DataFrame(
        {
            "day": [date(1899, 12, 31), date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1)],
            "moment": [datetime(1899, 12, 31, 23, 59, 59), None, None, datetime(1900, 1, 1)],  # noqa: DTZ001 - wall clock
            "span": [timedelta(seconds=-3661), timedelta(hours=100), timedelta(0), None],
        }
    )
    written = write(frame)
    assert column(written, 0) == ["1899-12-31", 1.0, 59.0, 61.0]
    assert column(written, 1) == ["1899-12-31 23:59:59", None, None, 1.0]
    assert column(written, 2) == ["-1:01:01", 100 / 24, 0.0, None]
    early, negative = "cell-early-date", "cell-negative-duration"
    assert written.said == {(early, "t!day"), (early, "t!moment"), (negative, "t!span")}


def test_years_past_9999_are_text_with_an_issue(write: Write) -> None:
    written = write(pl.DataFrame({"day": pl.Series([3_000_000, 0], dtype=pl.Int32).cast(pl.Date)}))
    assert column(written) == ["+10183-09-21", 25569.0]
    assert written.said == {("cell-late-date", "t!day")}


#: microseconds before the end of 9999 -> whether its serial is rounded up to one that Excel does not have
LAST_MOMENTS = [(1, True), (15, True), (17, False), (500_000, False)]


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize(("before", "is_late"), LAST_MOMENTS)
def test_moment_whose_serial_would_be_rounded_past_9999_is_text(
    write: Write, before: int, zone: str | None, *, is_late: bool
) -> None:
    moment = datetime(9999, 12, 31, 23, 59, 59, 999_999) - timedelta(microseconds=before - 1)  # noqa: DTZ001 - wall clock
    written = write(pl.DataFrame({"at": pl.Series([moment], dtype=pl.Datetime("us")).dt.replace_time_zone(zone)}))
    if is_late:
        assert column(written) == [f"{moment:%Y-%m-%d %H:%M:%S.%f}"]
        assert written.said == {("cell-late-date", "t!at")}
    else:
        (serial,) = column(written)
        assert isinstance(serial, float)
        assert 2_958_465.999 < serial < 2_958_466
        assert written.issues == []


@pytest.mark.parametrize(("rows", "sheets"), [(1_048_574, 1), (1_048_575, 1), (1_048_576, 2)])
def test_rows_past_a_sheet_go_on_in_the_next_under_the_same_header(tmp_path: Path, rows: int, sheets: int) -> None:
    path = tmp_path / "out.xlsx"
    issues = write_xlsx({"t": pl.LazyFrame({"n": [0]}).select(n=pl.int_range(rows))}, path, compress="fast")
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["t", "t (2)"][:sheets]
    first = book.get_sheet_by_name("t")
    assert first.height == min(rows, 1_048_575) + 1
    assert [(issue.code, issue.where) for issue in issues] == [("sheet-continued", "t!A1")][: sheets - 1]
    if sheets > 1:
        assert book.get_sheet_by_name("t (2)").to_python() == [["n"], [1_048_575.0]]


def test_more_columns_than_a_sheet_takes_is_an_error(write: Write, tmp_path: Path) -> None:
    wide = pl.DataFrame({f"c{at}": [at] for at in range(16_385)})
    with pytest.raises(OutputError, match="16,385 columns"):
        write_xlsx({"t": wide}, tmp_path / "no.xlsx")
    assert body(write(wide.drop("c16384"), compress="fast")) == [[*map(float, range(16_384))]]


def test_no_sheets_is_an_error_and_no_columns_an_empty_sheet(write: Write, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="one sheet at least"):
        write_xlsx({}, tmp_path / "no.xlsx")
    assert not (tmp_path / "no.xlsx").exists()
    assert write({"t": pl.DataFrame(), "u": LETTERS.clear()}).sheets == {"t": [], "u": [["a", "b"]]}


def test_sheet_names_that_excel_takes_stay_and_others_are_made_valid_and_unique(write: Write) -> None:
    wanted = [
        "Data",
        "data",
        "a/b",
        "a_b",
        "",
        "History",
        "'x'",
        "n" * 31,
        "n" * 32,
        " edge ",
        "😀" * 16,
        "a\x01",
        "Data (2)",
    ]
    written = write(dict.fromkeys(wanted, LETTERS))
    names = [*written.sheets]
    kept = {"Data", "a_b", "n" * 31, " edge ", "Data (2)"}
    assert {name for name, old in zip(names, wanted, strict=True) if name == old} == kept
    assert len({name.casefold() for name in names}) == len(wanted)
    assert names[1] == "data (3)"
    assert all(len(name.encode("utf-16-le")) <= 62 for name in names)
    renamed = {f"{name}!A1" for name, old in zip(names, wanted, strict=True) if name != old}
    assert {issue.where for issue in written.issues if issue.code == "sheet-renamed"} == renamed


def test_sheet_name_that_looks_escaped_stays_beside_what_it_would_be_read_as(write: Write) -> None:
    wanted = ["_x0041_", "A", "_x005F_", "_x0041_x0042_", "_x41_", "_x" + "0" * 29]
    written = write({name: pl.DataFrame({"n": [name]}) for name in wanted})
    assert written.issues == []
    assert [*written.sheets] == wanted
    assert [column(written, sheet=name) for name in wanted] == [[name] for name in wanted]
    with zipfile.ZipFile(written.path) as file:
        book = file.read("xl/workbook.xml").decode()
    assert 'name="_x005F_x0041_"' in book
    assert "'_x005F_x0041_'!$A$1:$A$2</definedName>" in book


def test_a_continued_sheet_takes_no_name_that_another_has(tmp_path: Path) -> None:
    path, many = tmp_path / "out.xlsx", pl.LazyFrame({"n": [0]}).select(n=pl.int_range(1_048_576))
    write_xlsx({"t": many, "T (2)": LETTERS}, path, compress="fast")
    assert CalamineWorkbook.from_path(path).sheet_names == ["t", "t (3)", "T (2)"]


def test_headers_stay_with_a_filter_and_no_table(write: Write) -> None:
    headers = ["=1+1", "", " two ", "7", "a\nb", "_x0041_"]
    written = write(pl.DataFrame({header: ["x"] for header in headers}))
    assert [cell or "" for cell in written.sheets["t"][0]] == headers
    sheet = openpyxl.load_workbook(written.path)["t"]
    assert sheet.auto_filter.ref == "A1:F2"
    assert sheet.freeze_panes == "A2"
    assert not sheet.tables


def test_unshowable_header_is_told_by_its_cell(write: Write) -> None:
    written = write(pl.DataFrame({"a": [1], "b\x07": ["c\x07"]}))
    assert written.sheets["t"] == [["a", "b\u2407"], [1.0, "c\u2407"]]
    assert written.said == {("cell-characters", "t!B1"), ("cell-characters", "t!b\u2407")}


def test_each_column_and_kind_is_one_issue_with_its_count_over_all_chunks(write: Write) -> None:
    texts = ["ok"] * 12_345 + ["a\x01", "b" * 40_000] + ["ok"] * 20_000 + ["c\x02"]
    written = write(pl.DataFrame({"s": texts, "n": [1.0] * len(texts)}), compress="fast")
    said = {issue.code: issue.message.en for issue in written.issues}
    assert said.keys() == {"cell-characters", "cell-cut"}
    assert said["cell-characters"].endswith("2, first in data row 12346")
    assert said["cell-cut"].endswith("1, first in data row 12347")
    assert len(column(written)) == len(texts)


@pytest.mark.parametrize(("length", "is_cut"), [(32_766, False), (32_767, False), (32_768, True)])
def test_text_is_cut_at_32767_utf16_units(write: Write, length: int, *, is_cut: bool) -> None:
    texts = ["a" * length, "😀" * (length // 2) + "b" * (length % 2)]
    written = write(pl.DataFrame({"s": texts}))
    assert (column(written) != texts) is is_cut
    assert bool(written.issues) is is_cut
    assert all(len(str(cell).encode("utf-16-le")) <= 2 * 32_767 for cell in column(written))


def test_flags_formats_and_styles_are_excels_own(write: Write) -> None:
    frame = pl.DataFrame(
        {
            "id": ["007"],
            "yes": [True],
            "day": [date(2026, 6, 15)],
            "long": [timedelta(hours=30)],
            "n": [3],
            "p": [Decimal("1.50")],
        }
    )
    sheet = openpyxl.load_workbook(write(frame).path)["t"]
    assert [cell.value for cell in sheet[2]][:2] == ["007", True]
    assert [cell.number_format for cell in sheet[2]] == ["@", "General", "yyyy-mm-dd", "[h]:mm:ss", "0", "0.00"]


@pytest.mark.parametrize(
    "options",
    [
        {"compress": "smal"},
        *[{"timezone": one} for one in ("Mars/Base", "", "localtime", "right/UTC", "../UTC", None, 8, ["UTC"])],
    ],
)
def test_unknown_options_are_refused_by_value(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=repr(next(iter(options.values())))):
        write_xlsx({"t": LETTERS}, tmp_path / "no.xlsx", **options)
    assert not [*tmp_path.iterdir()]


def test_what_is_no_frame_is_refused_by_sheet_and_type(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="'t' is a list"):
        write_xlsx({"t": [1]}, tmp_path / "no.xlsx")  # type: ignore[dict-item] # what is refused
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("sheets", "said"), [([LETTERS], "sheets is a list"), ({1: LETTERS}, "sheet name 1 is no text; write '1'")]
)
def test_sheets_that_have_no_names_are_refused(tmp_path: Path, sheets: Any, said: str) -> None:
    with pytest.raises(OutputError, match=said):
        write_xlsx(sheets, tmp_path / "no.xlsx")
    assert not [*tmp_path.iterdir()]


def test_missing_parquet_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere\.parquet"):
        write_xlsx({"t": tmp_path / "nowhere.parquet"}, tmp_path / "no.xlsx")
    assert not [*tmp_path.iterdir()]


def test_old_file_stays_when_a_lazy_frame_fails_half_way(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    half_way = pl.LazyFrame({"n": ["1"] * 50_000 + ["x"]}).select(pl.col("n").cast(pl.Int64))
    for failing in (half_way, half_way.select("m")):
        with pytest.raises(OutputError, match=r"sheet 'bad': its frame cannot be read: .*mend the query"):
            write_xlsx({"good": LETTERS, "bad": failing}, path)
        assert path.read_bytes() == b"old"
        assert [one.name for one in tmp_path.iterdir()] == ["out.xlsx"]


def test_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    pl.DataFrame({"s": [str(number) * 9 for number in range(20_000)]}).write_parquet(path)
    data = bytearray(path.read_bytes())
    data[1_000:-2_000] = bytes(len(data) - 3_000)
    path.write_bytes(data)
    with pytest.raises(OutputError, match="sheet 't': its frame cannot be read"):
        write_xlsx({"t": path}, tmp_path / "no.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["in.parquet"]


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_xlsx({"t": LETTERS}, tmp_path / "file" / "out.xlsx")


def _widths(frame: pl.DataFrame | pl.LazyFrame, path: Path) -> list[float]:
    """Return the widths of a frame's columns as the sheet's XML has them."""
    write_xlsx({"t": frame}, path, compress="fast")
    with zipfile.ZipFile(path) as file, file.open("xl/worksheets/sheet1.xml") as part:
        return [float(one) for one in re.findall(rb'<col width="([^"]*)"', part.read(100_000))]


@pytest.mark.parametrize(("place", "width"), [(0, 42), (8_000, 42), (9_999, 42), (10_000, 8)])
def test_widths_are_those_of_the_first_ten_thousand_rows(tmp_path: Path, place: int, width: int) -> None:
    frame = pl.DataFrame({f"c{at}": ["a"] * 10_001 for at in range(20)})
    frame = frame.with_columns(c0=pl.when(pl.int_range(10_001) == place).then(pl.lit("w" * 40)).otherwise("c0"))
    for given in (frame, frame.lazy().filter(pl.col("c1") == "a")):
        assert _widths(given, tmp_path / "out.xlsx") == [width, *[8] * 19]


@pytest.mark.parametrize(
    ("texts", "width"),
    [
        (["w" * 39, "\n".join(["ab"] * 40)], 41),
        (["\n".join(["ab"] * 40), "\n".join(["ab"] * 9 + ["宽" * 15])], 32),
        (["€" * 10, "a" * 15], 17),
        (["😀" * 10, "e\u0301" * 20], 22),
        (["长" * 10, "a" * 19, None, ""], 22),
        (["ab" * 900, "x"], 48),
        ([None, ""], 8),
    ],
)
def test_width_is_that_of_the_widest_line_not_of_the_longest_text(
    tmp_path: Path, texts: list[str | None], width: int
) -> None:
    frame = pl.DataFrame({"s": texts}, schema={"s": pl.String})
    assert _widths(frame, tmp_path / "out.xlsx") == [width]


@pytest.mark.parametrize(
    ("numbers", "width"),
    [
        (pl.Series("n", [-1_234_567_890, 5, None]), 13),
        (pl.Series("n", [99, 1_234_567_890, -7]), 12),
        (pl.Series("n", ["-0.0000001", "123456.5"], dtype=pl.String).cast(pl.Decimal(38, 7)), 16),
        (pl.Series("n", [None, None], dtype=pl.Int64), 8),
    ],
)
def test_width_of_numbers_is_that_of_the_lowest_or_the_highest(tmp_path: Path, numbers: pl.Series, width: int) -> None:
    assert _widths(numbers.to_frame(), tmp_path / "out.xlsx") == [width]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_moments_of_any_year_are_numbers_or_text_with_an_issue(write: Write, unit: TimeUnit, zone: str | None) -> None:
    counts = pl.Series("at", [2**63 - 1, 0, -(2**63) + 1], dtype=pl.Int64).cast(pl.Datetime(unit, zone))
    written = write(counts.to_frame(), timezone="Asia/Shanghai")
    late, epoch, early = column(written)
    assert epoch == (25569.0 if zone is None else 25569 + 8 / 24)
    if unit == "ns":
        at = datetime(2262, 4, 11, 23, 47, 16, 854_775) - datetime(1899, 12, 30)  # noqa: DTZ001 - wall clock
        assert late == pytest.approx(at / timedelta(days=1) + (zone is not None) * 8 / 24, rel=1e-12)
        assert early == ("1677-09-21 00:12:43.145224" if zone is None else "1677-09-21 08:18:26.145224")
    else:
        shown = {"ms": "+292278994-08-17 07:12:55.807", "us": "+294247-01-10 04:00:54.775807"}
        assert late == shown[unit]
        assert str(early).startswith("-29")
    assert ("cell-early-date", "t!at") in written.said


def test_days_of_any_year_and_those_in_lists_are_text_with_an_issue(write: Write) -> None:
    days = pl.Series([2**31 - 1, 95_746_000, 0, -(2**31)], dtype=pl.Int32).cast(pl.Date)
    moments = pl.Series([2**63 - 1, 0], dtype=pl.Int64).cast(pl.Datetime("ms", "UTC"))
    written = write(pl.DataFrame({"day": days, "list": [days, None, None, None], "at": [moments, None, None, None]}))
    assert column(written) == ["+5881580-07-11", "+264113-08-24", 25569.0, "-5877641-06-23"]
    assert column(written, 1)[0] == "+5881580-07-11, +264113-08-24, 1970-01-01, -5877641-06-23"
    assert column(written, 2)[0] == "+292278994-08-17 07:12:55.807, 1970-01-01 00:00:00"
    assert {code for code, _ in written.said} == {"cell-early-date", "cell-late-date"}


@pytest.mark.parametrize(("unit", "a_day"), [("ms", 86_400_000), ("us", 86_400_000_000), ("ns", 86_400_000_000_000)])
def test_durations_of_any_length_are_parts_of_a_day_or_text(write: Write, unit: TimeUnit, a_day: int) -> None:
    counts = pl.Series("span", [2**63 - 1, 90_061_000, -(2**63)], dtype=pl.Int64).cast(pl.Duration(unit))
    longest, short, negative = column(write(counts.to_frame()))
    assert longest == pytest.approx((2**63 - 1) / a_day, rel=1e-12)
    assert short == pytest.approx(90_061_000 / a_day)
    assert str(negative).startswith("-")
