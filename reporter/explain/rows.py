"""The rows behind a figure, one by one, for who wants to see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

import polars as pl

from reporter import labels
from reporter.explain.explanation import Explanation
from reporter.explain.feeds import Ground
from reporter.explain.origins import ROW
from reporter.explain.whys import COUNTED, text
from reporter.model import Language, Text

_NAMES = {
    "excluded": Text("去向", "What became of rows"),
    "replies": Text("回复", "Replies"),
    "rows": Text("行", "Rows"),
}
#: headers that no table of the report has, or has another word for
_HEADERS = {
    "endpoint": Text("接口", "Call"),
    "room": Text("房间", "Room"),
    "page": Text("页", "Page"),
    "request_id": Text("请求 ID", "Request id"),
    "fetched_at": Text("拉取时间", "Fetched"),
    "parameters": Text("参数", "Parameters"),
    "rows": Text("行数", "Rows"),
    "counted": Text("计入", "Counted"),
    "why": Text("去向", "What became of it"),
}
_SHOWN = ("event", "viewer_id", "mode", "joined_at", "left_at", "watch_seconds")


def rows_of(ground: Ground, one: Explanation, language: Language) -> pl.DataFrame:
    """Return each row of the replies: where it stands, whether it is counted, else why not, and what it says.

    Columns: vendor, account, endpoint, room, page, reply_id, row_no, counted, why, person_id, and of a visit its
    event, viewer, mode, times and seconds (of several visits in one row, the first).
    """
    columns = ("vendor", "account", "endpoint", "room", "page", "reply_id")
    replies = pl.DataFrame(
        [[getattr(reply, name) for name in columns] for reply in one.replies],
        schema={name: pl.Int64 if name == "page" else pl.String for name in columns},
        orient="row",
    )
    visits = ground.origins.tables["visits"].select(*ROW, *_SHOWN).unique(ROW, keep="first", maintain_order=True)
    placed = one.placed.join(replies, on="reply_id", how="left", validate="m:1", maintain_order="left")
    shown = placed.join(visits, on=ROW, how="left", validate="m:1", maintain_order="left")
    return shown.select(
        *columns, "row_no", _why(one, language), "person_id", *_SHOWN, counted=pl.col("why").is_null()
    ).select(*columns, "row_no", "counted", "why", "person_id", *_SHOWN)


def frames_of(ground: Ground, one: Explanation, language: Language) -> dict[str, pl.DataFrame]:
    """Return an explanation as tables: `excluded` (rows, why), `replies` and `rows`, as `rows_of` gives them."""
    why = [(one.rows, COUNTED.in_(language)), *((each.rows, each.why.in_(language)) for each in one.excluded)]
    replies = [
        {**asdict(each), "parameters": json.dumps(dict(each.parameters), ensure_ascii=False)} for each in one.replies
    ]
    return {
        "excluded": pl.DataFrame(why, schema={"rows": pl.Int64, "why": pl.String}, orient="row"),
        **({"replies": pl.DataFrame(replies)} if replies else {}),
        "rows": rows_of(ground, one, language),
    }


def worded(frames: Mapping[str, pl.DataFrame], language: Language) -> dict[str, pl.DataFrame]:
    """Return the tables of an explanation with names and headers in the reader's words."""
    return {
        _NAMES[name].in_(language): frame.rename(lambda column: _header(column, language))
        for name, frame in frames.items()
    }


def _header(column: str, language: Language) -> str:
    own = _HEADERS.get(column)
    return labels.column("visits", column, language) if own is None else own.in_(language)


def _why(one: Explanation, language: Language) -> pl.Series:
    """Return the sentence of each row that is left out."""
    told = one.placed.select("why", "zh", "en")
    sentences = {
        (code, zh, en): text(code, Text(zh or "", en or "")).in_(language)
        for code, zh, en in told.drop_nulls("why").unique().iter_rows()
    }
    return pl.Series("why", [sentences.get(key) for key in told.iter_rows()], dtype=pl.String)
