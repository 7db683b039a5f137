"""What an audit's rows say of themselves, in the reader's language."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl
import pytest

from reporter.audit import answer, console
from reporter.audit.check import Check, Found
from reporter.audit.gather import Case
from reporter.audit.tables import apart
from reporter.checks.rule import EQUAL
from reporter.model import Text

if TYPE_CHECKING:
    from pathlib import Path

    from reporter.audit.evidence import Evidence
    from reporter.model import Language

VOLC = "172183460671"
#: of the rule that holds persons against visits
PERSONS = ["lost", "stray", "twice", "of a list"]


def _of_console(seen: Evidence, path: Path) -> list[Found]:
    """Return what is found in an export with every kind of row that is not in order."""
    likes = pl.col("likes").cast(pl.Int64).cast(pl.String)
    own = seen.tables["activity"].filter(pl.col("room_id") == VOLC)
    rows = own.select(likes.alias("点赞数"), pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号"))
    cells = pl.Series("点赞数", ["x", "987654", None])
    planted = pl.concat([rows.head(3).with_columns(cells), rows.slice(3).head(-1), rows.slice(3, 1)])
    pl.concat([planted, rows.head(1).with_columns(用户ID=pl.lit("7"))]).write_csv(path)
    return list(console.compare(console.read(path), seen))


def _of_tables() -> Found:
    written, made = pl.DataFrame({"person_id": ["a", "b"]}), pl.DataFrame({"person_id": ["a", "c"]})
    data = io.BytesIO()
    written.write_parquet(data)
    return _found("table-again", apart(data.getvalue(), made)[0])


def _found(code: str, rows: pl.DataFrame) -> Found:
    return Check(code, Text("表", "table"), lambda *_: iter(())).found("here", "1", "2", "unexplained", EQUAL, rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_say_what_is_wrong_with_them_in_the_language_of_the_audit(
    seen: Evidence, tmp_path: Path, language: Language
) -> None:
    persons = _found("people-kept", pl.DataFrame({"person_id": ["a"] * len(PERSONS), "side": PERSONS}))
    found = (*_of_console(seen, tmp_path / "console.csv"), _of_tables(), persons)
    told = answer.answer([Case("acme", language, "Asia/Shanghai", found, None)]).frames
    said = {
        word
        for frame in told.values()
        for name in {"出处", "差别", "Side", "Difference"} & {*frame.columns}
        for word in frame[name].drop_nulls()
    }
    assert len(said) == len({"written", "made again"}) + len(PERSONS) + 6
    assert {word.isascii() for word in said} == {language == "en"}
