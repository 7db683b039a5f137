"""A workbook against the same made again: what somebody changed stands first."""

from __future__ import annotations

import io

import openpyxl

from reporter.audit.workbooks import cells_apart


def _book(rows: list[list[object]]) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(made)
    return made.getvalue()


def test_changed_cell_stands_before_all_that_a_program_wrote_in_its_own_way() -> None:
    made = _book([["n", "who"], *([at + 1 / 3, "Ada"] for at in range(50)), ["=SUM(A2:A51)", "all"], [7, "Grace"]])
    kept: list[list[object]] = [[round(at + 1 / 3, 12), "Ada"] for at in range(50)]
    changed = _book([["n", "who"], *kept, [1241.67, "all"], [7, "Linus"]])
    first, second, *others = cells_apart(changed, made)
    assert first == ("sheet1!B53", "Grace", "Linus")
    assert second == ("sheet1!A52", "=SUM(A2:A51)", "1241.67")
    assert len([where for where, _, _ in others if where.startswith("sheet1!A")]) == 50
