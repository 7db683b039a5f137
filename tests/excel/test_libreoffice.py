"""LibreOffice opens a broken sheet as an empty one and says that all is well, so cells are counted."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from reporter.excel import workbook
from reporter.model import Language
from reporter.report import Report


def _counts(data: bytes) -> dict[str, int]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {name: sum(value != "" for row in found for value in row) for name, found in rows.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_libreoffice_keeps_every_cell(
    made_up: Callable[..., Report], need_program: Callable[[str], Path], tmp_path: Path, language: Language
) -> None:
    soffice, data = need_program("soffice"), workbook(made_up(language))[0]
    (tmp_path / "in.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    arguments = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    command = [str(soffice), profile, *arguments, str(tmp_path / "in.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert _counts((tmp_path / "out" / "in.xlsx").read_bytes()) == _counts(data)
