"""The writer as a library: any polars frames to one workbook, through the same path as the report's own rows.

`inputs` opens frames, `names` makes their sheets' names valid, `design` draws what is no row with openpyxl,
`sheets` writes the rows; the file takes its place when all of it is there.
"""

from __future__ import annotations

from reporter.excel.library.write import write_xlsx

__all__ = ["write_xlsx"]
