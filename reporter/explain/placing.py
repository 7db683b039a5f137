"""Each row of the replies once: counted, or the reason why it is not."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reporter.explain.origins import ROW, Origins
from reporter.explain.replies import Feed, Source
from reporter.explain.whys import rank
from reporter.model import Text

_SAYS_NOTHING = Text("平台在此没有给出任何内容", "the vendor says nothing there")
#: the rank of a row that is counted, beyond that of every reason
_COUNTED = 1_000


def place(found: Sequence[Source], told: pl.DataFrame, origins: Origins, needed: Sequence[Feed]) -> pl.DataFrame:
    """Return each row of the replies once, counted where any table's row of it is, else with the reason it came to."""
    schema = {"reply_id": pl.String, "rows": pl.Int64}
    replies = pl.DataFrame([(one.reply_id, one.rows) for one in found], schema=schema, orient="row")
    every = replies.with_columns(row_no=pl.int_ranges(1, pl.col("rows") + 1)).explode("row_no").drop_nulls("row_no")
    ranks = {code: rank(code) for code in told["why"].drop_nulls().unique()}
    last = pl.col("why").replace_strict(ranks, default=_COUNTED, return_dtype=pl.Int64)
    best = told.sort(last, descending=True, maintain_order=True).unique(ROW, keep="first", maintain_order=True)
    rows = every.select(ROW).join(
        best.with_columns(is_read=pl.lit(value=True)), on=ROW, how="left", maintain_order="left"
    )
    unread = _unread(rows.filter(pl.col("is_read").is_null()).select(ROW), origins, needed)
    read = rows.filter(pl.col("is_read").is_not_null()).drop("is_read").with_columns(zh="detail", en="detail")
    columns = [*ROW, "person_id", "why", "zh", "en"]
    both = pl.concat([read.select(columns), unread.select(columns)])
    return every.select(ROW).join(both, on=ROW, how="left", maintain_order="left")


def _unread(rows: pl.DataFrame, origins: Origins, needed: Sequence[Feed]) -> pl.DataFrame:
    """Return why no row of the tables that are needed was made of a reply's row."""
    named = {feed.table for feed in needed}
    totals = origins.tables["viewer_totals"]
    elsewhere = totals.head(0) if "viewer_totals" in named else totals
    elsewhere = elsewhere.select(ROW).unique().with_columns(is_elsewhere=pl.lit(value=True))
    told = rows.join(origins.noted, on=ROW, how="left", maintain_order="left")
    told = told.join(elsewhere, on=ROW, how="left", maintain_order="left")
    is_refused = pl.col("reply_id").is_in(list(origins.refused))
    why = (
        pl.when(is_refused)
        .then(pl.lit("refused"))
        .when(pl.col("is_elsewhere").is_not_null())
        .then(pl.lit("summary"))
        .otherwise(pl.lit("unread"))
    )
    return told.with_columns(
        why=why,
        zh=pl.col("zh").fill_null(_SAYS_NOTHING.zh),
        en=pl.col("en").fill_null(_SAYS_NOTHING.en),
        person_id=pl.lit(None, pl.String),
    )
