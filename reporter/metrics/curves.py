"""What charts are drawn from: who was online when, the audience by day, and how an audience drains away.

One frame (chart, event, at, value). `concurrency` has the most persons online within each minute, by an exact
sweep; `audience` the persons of each day (event null, at the day's start); `drop_off` the part of the audiences of an
event's live sessions that has not left for good, at each minute in which somebody did: each session counts from its
first arrival, and is told at the clock of the event's first, so that those of several evenings are one curve.
"""

from __future__ import annotations

import polars as pl

from reporter.metrics.sources import midnights, online, stays
from reporter.metrics.world import World
from reporter.tables import INSTANT, TEXT

SCHEMA: dict[str, pl.DataType] = {"chart": TEXT, "event": TEXT, "at": INSTANT, "value": pl.Float64()}
_MINUTE = "1m"
_STAYS = {"event": TEXT, "session": pl.Int64(), "joined_at": INSTANT, "left_at": INSTANT}


def curves(counted: World) -> pl.DataFrame:
    """Return the points of every chart: by chart, then event in the order of the rooms, then time.

    Only live visits with both times make a curve; an event without them has none.
    """
    order = pl.DataFrame({"event": counted.keys("event")}, schema={"event": TEXT}).with_row_index("place")
    charts = [_concurrency(online(counted, "event")), _audience(counted), _drop_off(stays(counted, "event"))]
    shaped = [chart.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()) for chart in charts]
    numbered = [chart.with_columns(number=pl.lit(number)) for number, chart in enumerate(shaped)]
    return (
        pl.concat(numbered)
        .join(order, on="event", how="left", validate="m:1")
        .sort("number", "place", "at")
        .select(*SCHEMA)
    )


def _concurrency(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the highest number online in each minute, with the 0 before the first and after the last of a run.

    `steps` are `sources.online`: they end at midnights too, which are whole minutes.
    """
    # a step reaches into the minute of its last instant, `until` itself is no part of it
    last = (pl.col("until") - pl.duration(microseconds=1)).dt.truncate(_MINUTE)
    minutes = (
        steps.drop_nulls("event")
        .filter(pl.col("online") > 0)
        .with_columns(pl.datetime_ranges(pl.col("at").dt.truncate(_MINUTE), last, _MINUTE).alias("at"))
        .explode("at")
        .group_by("event", "at")
        .agg(pl.col("online").max().alias("value"))
    )
    beside = [minutes.select("event", pl.col("at").dt.offset_by(by), value=pl.lit(0)) for by in ("-1m", "1m")]
    quiet = pl.concat(beside).unique().join(minutes, on=["event", "at"], how="anti")
    columns = ["event", "at", pl.col("value").cast(pl.Float64)]
    return pl.concat([minutes.select(columns), quiet.select(columns)]).with_columns(chart=pl.lit("concurrency"))


def _audience(counted: World) -> pl.DataFrame:
    days = pl.DataFrame(
        {"day": counted.keys("day"), "at": midnights(counted.period)[:-1]}, schema={"day": TEXT, "at": INSTANT}
    )
    seen = counted.presence.drop_nulls("day").group_by("day").agg(pl.col("person_id").n_unique().alias("value"))
    return (
        days.join(seen, on="day", how="left", validate="1:1")
        .filter(pl.lit(seen.height > 0))
        .with_columns(pl.col("value").fill_null(0), chart=pl.lit("audience"), event=pl.lit(None, TEXT))
    )


def _drop_off(left: pl.DataFrame | None) -> pl.DataFrame:
    """Return the part still to leave: 1 when the first comes, 0 when the last has gone; `left` are `sources.stays`."""
    known = pl.DataFrame(schema=_STAYS) if left is None else left.select(*_STAYS)
    opened = pl.col("joined_at").min().over("event", "session").dt.truncate(_MINUTE)
    lasted = pl.col("left_at").dt.truncate(_MINUTE).dt.offset_by(_MINUTE) - pl.col("opened")
    timed = known.with_columns(opened=opened).with_columns(began=pl.col("opened").min().over("event"), lasted=lasted)
    gone = timed.group_by("event", at=pl.col("began") + pl.col("lasted")).agg(gone=pl.len().cast(pl.Int64))
    everybody = pl.col("gone").sum().over("event")
    still = 1 - pl.col("gone").cum_sum().over("event") / everybody
    first = timed.select("event", at="began", value=pl.lit(1.0)).unique()
    return pl.concat([first, gone.sort("event", "at").select("event", "at", value=still)]).with_columns(
        chart=pl.lit("drop_off")
    )
