"""Two sides held against each other by business key: what was added, removed and changed, and why.

    side (a run, a workbook, a Parquet file) -+
                                              +-> pair: tables by name, rows by key -> compare -> Difference
    side                                     -+                            run.json of both -> reasons

A side is read a column at a time, so that two tables of a million rows need little more memory than one column of
each; counts are of all rows, lists hold the largest changes. Nothing is written.
"""

from __future__ import annotations

from reporter.diff.compare import TableDiff
from reporter.diff.difference import Difference, diff
from reporter.diff.frames import as_json, frames, sentences
from reporter.diff.side import Side, Sided, of_file, of_folder, of_tables

__all__ = [
    "Difference",
    "Side",
    "Sided",
    "TableDiff",
    "as_json",
    "diff",
    "frames",
    "of_file",
    "of_folder",
    "of_tables",
    "sentences",
]
