"""A thousand hostile texts through every surface of `write_xlsx`: cells, headers, sheet names, lists, categories."""

from __future__ import annotations

import random
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from reporter.excel import write_xlsx
from reporter.excel.text import clean
from tests.excel.library.conftest import Write, body, cells, column, decoded

_PIECES = [
    *("=", "+", "-", "@", "\t", "\r", "\n", "\r\n", " ", "\u00a0", "\u3000", "\ufeff", "'", '"', "|", "%", "{", "}"),
    *(
        "<",
        ">",
        "&",
        "&amp;",
        "]]>",
        "<!--",
        "<?",
        "</t>",
        "</is></c>",
        "&#10;",
        "&lt;",
        "\x00",
        "\x01",
        "\x08",
        "\x0b",
    ),
    *("\x1f", "\x7f", "\x85", "\u2028", "\u202e", "\ufffe", "\uffff", "_x0041_", "_x000D_", "_x", "_xFFFE_", "x0041_"),
    *(
        "SUM(A1)",
        "cmd|' /C calc'!A0",
        "HYPERLINK(",
        "#N/A",
        "#REF!",
        "TRUE",
        "1e5",
        "007",
        "1-2",
        "00:01:00",
        "6%",
        "½",
    ),
    *(
        "😀",
        "👩‍👩‍👧",
        "é",
        "e\u0301",
        "中文",
        "ß",
        "İ",
        "\u0600",
        "\U0010ffff",
        "A1",
        "$A$1",
        "[1]!x",
        "file://",
        "http://x",
    ),
]


@pytest.fixture(scope="module")
def thousand(hostile: list[str]) -> list[str]:
    """Return the recorded texts and as many drawn ones as make a thousand, the same each time."""
    chance, found = random.Random(7), dict.fromkeys(hostile)
    while len(found) < 1000:
        found["".join(chance.choices(_PIECES, k=chance.randrange(1, 6)))] = None
    return [*found]


def _shown(texts: list[str]) -> list[str | None]:
    return [clean(text)[0] or None for text in texts]


@pytest.mark.parametrize("compress", ["small", "fast"])
def test_hostile_cells_read_back_equal(write: Write, thousand: list[str], compress: str) -> None:
    frame = pl.DataFrame({"text": thousand, "category": thousand, "list": [[one, None] for one in thousand]})
    frame = frame.with_columns(pl.col("category").cast(pl.Categorical))
    written = write(frame, compress=compress)
    assert body(written) == [[one, one, one] for one in _shown(thousand)]
    changed = sum(clean(one)[0] != one for one in thousand)
    assert {issue.where for issue in written.issues} == {"t!text", "t!category", "t!list"}
    assert all(f"：{changed} 处" in issue.message.zh for issue in written.issues)


def test_hostile_cells_among_plain_ones_in_many_chunks_read_back_equal(write: Write, thousand: list[str]) -> None:
    texts = [one for text in thousand for one in (*("plain",) * 24, text)]
    assert column(write(pl.LazyFrame({"s": texts}), compress="fast")) == _shown(texts)


def test_other_readers_agree_on_hostile_cells(write: Write, thousand: list[str]) -> None:
    written = write(pl.DataFrame({"n": range(len(thousand)), "s": thousand}))
    rows = CalamineWorkbook.from_path(written.path).get_sheet_by_name("t").to_python()[1:]
    assert [row[1] or None for row in rows] == _shown(thousand)
    found = [row[1] for row in openpyxl.load_workbook(written.path)["t"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in found if cell.value is not None} == {"s"}
    # openpyxl keeps the escapes of the file
    assert [cell.value and str(cell.value).replace("_x005F_x", "_x") for cell in found] == _shown(thousand)


def test_hostile_headers_read_back_equal(write: Write, thousand: list[str]) -> None:
    written = write(pl.DataFrame({one: [at] for at, one in enumerate(thousand)}))
    head, numbers = written.sheets["t"]
    assert head + [None] * (len(thousand) - len(head)) == _shown(thousand)
    assert numbers == [*map(float, range(len(thousand)))]
    assert len(written.issues) == sum(bool(clean(one)[1]) for one in thousand)


def test_hostile_sheet_names_are_valid_unique_and_all_there(write: Write, thousand: list[str]) -> None:
    written = write({one: pl.DataFrame({"s": [one]}) for one in thousand}, compress="fast")
    names = [*written.sheets]
    assert len({name.casefold() for name in names}) == len(thousand)
    assert all(0 < len(name.encode("utf-16-le")) <= 62 and not set(name) & set("[]:*?/\\\n\t\r") for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)
    found = [column(written, sheet=name)[0] if len(written.sheets[name]) > 1 else None for name in names]
    assert [one or None for one in found] == _shown(thousand)
    assert [decoded(name) for name in CalamineWorkbook.from_path(written.path).sheet_names] == names


def test_lone_surrogate_in_a_sheet_name_becomes_a_replacement_character(write: Write) -> None:
    assert [*write({"a\ud83d": pl.DataFrame({"s": ["x"]})}).sheets] == ["a\ufffd"]


def test_no_part_links_out_or_holds_a_formula(write: Write, thousand: list[str]) -> None:
    written = write({thousand[1]: pl.DataFrame({one: [one] for one in thousand})})
    with zipfile.ZipFile(written.path) as file:
        for name in file.namelist():
            root = ET.fromstring(file.read(name))  # noqa: S314 - our own file
            tags = {element.tag.split("}")[-1] for element in root.iter()}
            assert not tags & {"f", "hyperlink", "externalReference", "oleObject", "ddeLink"}, name
            assert "TargetMode" not in ET.tostring(root, encoding="unicode"), name


def test_libreoffice_saves_hostile_cells_as_they_are(
    need_program: Callable[[str], Path], thousand: list[str], tmp_path: Path
) -> None:
    soffice, path = need_program("soffice"), tmp_path / "in.xlsx"
    # it mends texts that look escaped wrongly, and takes shorter numbers for escapes too
    texts = [one for one in thousand if not re.search("_x[0-9A-Fa-f]+_", one)]
    write_xlsx({"t": pl.DataFrame({"n": range(len(texts)), "s": texts})}, path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    arguments = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run([str(soffice), profile, *arguments, str(path)], check=True, capture_output=True, timeout=300)
    rows = CalamineWorkbook.from_path(tmp_path / "out" / "in.xlsx").get_sheet_by_name("t").to_python()[1:]
    assert [row[0] for row in rows] == [*map(float, range(len(texts)))]
    assert [row[1] or None for row in rows] == _shown(texts)


def test_xml_is_the_same_whether_a_chunk_is_screened_or_not(write: Write) -> None:
    plain = pl.DataFrame({"s": ["plain"] * 20_000 + ["a & b"]})
    assert column(write(plain, compress="fast")) == [*plain["s"]]
    assert cells(write(plain.lazy(), compress="small").path)["t"][-1] == ["a & b"]
