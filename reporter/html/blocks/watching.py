"""How long they stayed: how the people of the period spread over lengths of watching."""

from __future__ import annotations

import polars as pl

from reporter.html import charts
from reporter.html.blocks.base import Block, Chart, counted, in_words, tell
from reporter.report import Report
from reporter.tables import known_sum

#: the classes of watch time: each goes from its minute to the next one's, half-open
CLASSES = (0, 1, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240)


def block(report: Report) -> Block | None:
    """Return the people by the length of their watching, overlaps counted once."""
    people = report.tables["attendance"].group_by("person_id").agg(known_sum(pl.col("watch_union_seconds")).alias("s"))
    minutes = people.drop_nulls("s").select(pl.col("s") / 60)
    if not minutes.height:
        return None
    place = pl.sum_horizontal(pl.col("s") >= edge for edge in CLASSES[1:]).alias("place")
    found: dict[int, int] = dict(minutes.group_by(place).len().iter_rows())
    values = [(_named(number), found.get(number, 0)) for number in range(len(CLASSES))]
    while values and not values[-1][1]:
        values.pop()
    points = [charts.Point(name, "", float(count)) for name, count in values]
    spec = charts.histogram(
        points, brand=report.brand.color, axis=tell(report, "audience"), title=tell(report, "minutes_watched")
    )
    alternative = f"{tell(report, 'watch_time')}. {in_words([(name, float(count)) for name, count in values], 12)}"
    numbers = counted(report, iter(values), tell(report, "minutes_watched"))
    return Block(
        "watch_time",
        tell(report, "watch_time"),
        note=tell(report, "watch_time_means"),
        chart=Chart(alternative, spec, numbers),
    )


def _named(place: int) -> str:
    return f"{CLASSES[place]}–{CLASSES[place + 1]}" if place + 1 < len(CLASSES) else f"{CLASSES[place]}+"
