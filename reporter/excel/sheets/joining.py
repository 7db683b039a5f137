"""What several sheets share: words for codes, names for ids, times for rooms."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reporter import labels, places
from reporter.model import Language, Text
from reporter.report import Report
from reporter.tables import PLACE, live_spans


def spelled(rows: pl.DataFrame, language: Language, **words: Mapping[str, Text]) -> pl.DataFrame:
    """Return rows with the codes of the named columns as readers call them; lists keep their order."""
    expressions = []
    for name, texts in words.items():
        if name not in rows.columns:
            continue
        old_to_new = labels.words(texts, language)
        is_list = rows.schema[name] == pl.List(pl.String)
        column = pl.col(name)
        expressions.append(
            column.list.eval(pl.element().replace(old_to_new))
            if is_list
            else column.cast(pl.String).replace(old_to_new)
        )
    return rows.with_columns(expressions)


def with_rules(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return rows with the rule that took each out, if one did, as readers call it."""
    rules = rows["excluded_by"].drop_nulls().unique().to_list()
    return spelled(rows, language, excluded_by={rule: places.of_rule(rule) for rule in rules})


def with_person(report: Report, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the person's `name`, `phone` and `company` beside `person_id`, where they are known."""
    people = report.tables["people"].select("person_id", "name", "phone", "company")
    return rows.join(people, on="person_id", how="left", validate="m:1", maintain_order="left")


def with_room(report: Report, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the `event` and `title` of their room, where it is known; `title` of the row's own wins."""
    rooms = report.tables["rooms"].select(*PLACE, "event", "title").unique(PLACE, keep="first", maintain_order=True)
    joined = rows.join(rooms, on=PLACE, how="left", validate="m:1", maintain_order="left", suffix="_of_room")
    if "title_of_room" in joined.columns:
        joined = joined.with_columns(pl.coalesce("title", "title_of_room"))
    return joined


def with_live_times(report: Report, rooms: pl.DataFrame) -> pl.DataFrame:
    """Return rooms with `started_at` and `ended_at` of what was live in the period, and all of it as `live_times`.

    A room's own start may lie years back (it goes live again each week); where its spans are not known, it is
    all there is. `live_times` is wall clock of the report's zone.
    """
    own = rooms.filter(pl.col("live_spans").is_null(), pl.col("started_at").is_not_null())
    spans = pl.concat([live_spans(rooms), own.select(*PLACE, start="started_at", end="ended_at")])
    period = report.period
    in_period = (pl.col("start") < period.end_utc) & (pl.col("end").is_null() | (pl.col("end") > period.start_utc))
    told = (
        spans.filter(in_period)
        .group_by(PLACE, maintain_order=True)
        .agg(
            pl.col("start").min().alias("started_at"),
            pl.col("end").max().alias("ended_at"),
            _said(period.timezone).str.join("\n").alias("live_times"),
        )
    )
    return rooms.drop("started_at", "ended_at").join(told, on=PLACE, how="left", validate="m:1", maintain_order="left")


def _said(timezone: str) -> pl.Expr:
    """Return a span as `2026-11-16 20:01–21:01`, the end with its day where that is another one."""
    start, end = (pl.col(name).dt.convert_time_zone(timezone) for name in ("start", "end"))
    is_same_day = start.dt.date() == end.dt.date()
    until = pl.when(is_same_day).then(end.dt.to_string("%H:%M")).otherwise(end.dt.to_string("%Y-%m-%d %H:%M"))
    return start.dt.to_string("%Y-%m-%d %H:%M") + pl.lit("–") + until.fill_null("")
