"""Every vendor's person in one frame, numbered, with phones and addresses brought to one spelling."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reporter.keys import NOTHING, tidy_email, tidy_id
from reporter.model import Issue, Level, Text
from reporter.phones import to_e164
from reporter.tables import VIEWER

_TOLD = ("name", "phone", "email", "external_id", "company", "role", "reply_id", "row_no")
_UNREADABLE = {
    "phone": Text("个手机号无法识别，不用于合并", "phone|phones| cannot be read as one line's number, joining nobody"),
    "email": Text("个邮箱无法识别，不用于合并", "e-mail address|e-mail addresses| cannot be read, joining nobody"),
    "external_id": Text(
        "个外部编号为空值或打码，不用于合并",
        "external id is masked or stands for none and joins|external ids are masked or stand for none and join| nobody",
    ),
}


def tidy_viewers(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, list[Issue]]:
    """Return one row a viewer with its keys in one spelling; those that only visits or counts name have none.

    `phone` is E.164, `email` trimmed and lower case, ids and names trimmed; null is nothing or unreadable
    (masked, or no key at all), the latter with an issue.
    """
    told = tables["viewers"].select(*VIEWER, *_TOLD).drop_nulls("viewer_id")
    tidy = told.with_columns(_said("name"), _said("external_id"), _said("company"), _said("phone"), _said("email"))
    clean = tidy.with_columns(
        to_e164(tidy["phone"]),
        external_id=tidy_id(pl.col("external_id")),
        email=tidy_email(pl.col("email")),
    )
    viewers = pl.concat([clean, _untold(tables, told)], how="diagonal")
    return viewers, [issue for key in _UNREADABLE for issue in _unreadable(tidy, clean, key)]


def number_viewers(viewers: pl.DataFrame) -> pl.DataFrame:
    """Return the viewers in the order of `node` (vendor/account/viewer_id), `viewer` counting them from 0."""
    nodes = viewers.with_columns(node=pl.concat_str(VIEWER, separator="/"))
    return nodes.sort("node").with_row_index("viewer")


def _untold(tables: Mapping[str, pl.DataFrame], told: pl.DataFrame) -> pl.DataFrame:
    """Return the viewers whom only visits or counts name, each once."""
    named = [tables[name].select(VIEWER) for name in ("visits", "activity", "viewer_totals")]
    return pl.concat(named).drop_nulls("viewer_id").join(told, on=VIEWER, how="anti").unique()


def _said(column: str) -> pl.Expr:
    trimmed = pl.col(column).str.strip_chars()
    return pl.when(~trimmed.is_in(NOTHING)).then(trimmed).alias(column)


def _unreadable(tidy: pl.DataFrame, clean: pl.DataFrame, key: str) -> list[Issue]:
    lost = tidy.filter(tidy[key].is_not_null() & clean[key].is_null())
    return count_issues(lost, f"{key.replace('_', '-')}-unreadable", _UNREADABLE[key])


def count_issues(viewers: pl.DataFrame, code: str, message: Text, level: Level = "warning") -> list[Issue]:
    """Return one issue for each account among `viewers`: how many, and the first one's reply and row."""
    counted = viewers.group_by("vendor", "account", maintain_order=True).agg(
        pl.len().alias("times"), pl.col("reply_id", "row_no").first()
    )
    return [
        Issue(
            level,
            code,
            message.counted(row["times"]),
            f"{row['vendor']}:{row['account']} viewers reply {row['reply_id']} row {row['row_no']}",
        )
        for row in counted.iter_rows(named=True)
    ]
