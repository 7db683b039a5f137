"""Our own sheets against the rows they are made of: nothing may be lost or counted twice on the way."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, WHERE, Held, Rule, seconds
from reporter.model import Finding, Text
from reporter.tables import ADDED_MODES, MICRO, PLACE, WATCHED_MODES, Tables, known_sum, micro

_LOST = Text("考勤表与观看明细的时长不一致", "the attendance sheet does not hold the seconds of the visits")
_ANONYMOUS = Text(
    "差额为没有身份标识的观看，不属于任何人", "the rest are visits of viewers without any id, which belong to nobody"
)
_LISTED = Text(
    "其余的人来自按名单拉取的房间，这些房间没有观看明细",
    "the others are viewers of rooms pulled as a list, which have no visits",
)
_STRAY = Text("人员表与观看明细的人不一致", "the people sheet does not hold the persons of the visits")


def _attendance(rule: Rule, held: Held) -> Iterator[Finding]:
    """Yield a finding an event: the seconds of its visits, and those of its attendance, person by person."""
    events = (
        _pairs(held.tables)
        .group_by("event")
        .agg(
            known_sum(pl.col("watch_sum_seconds")),
            known_sum(pl.col("watch_sum_seconds_right")),
            known_sum(pl.col("anonymous")),
            pl.col("differs").any(),
        )
    )
    names = held.tables["rooms"].select("event").drop_nulls().unique(maintain_order=True)
    for row in names.join(events, on="event", how="inner", maintain_order="left").iter_rows(named=True):
        nobody, known = row["anonymous"], row["watch_sum_seconds"]
        expected = known if nobody is None else (known or 0) + nobody
        sides = seconds(expected), seconds(row["watch_sum_seconds_right"])
        if row["differs"]:
            yield rule.finding(row["event"], *sides, "unexplained", _LOST)
        else:
            yield rule.finding(
                row["event"], *sides, "explained" if nobody else "agrees", _ANONYMOUS if nobody else EQUAL
            )


def _pairs(tables: Tables) -> pl.DataFrame:
    """Return the microseconds of each event and person, the visits' and the attendance's, and whether they differ.

    Null is a time that nobody knows: 0 stands for it as little as it stands for 0. Who was not there in such a mode
    watched for 0, or for nobody knows how long where no room of the event can tell.
    """
    visits, attendance = _visited(tables), _attended(tables)
    on = ["event", "person_id"]
    # nulls are equal so that `validate` takes nobody of two events for two rows of one; attendance has no nobody
    pairs = visits.join(attendance, on=on, how="full", coalesce=True, nulls_equal=True, validate="1:1")
    differs = [_differs(pl.col(f"{column}_right"), pl.col(column), pl.col(f"was_{column}")) for column in ADDED_MODES]
    is_alone = pl.col("visited").is_null() != pl.col("attended").is_null()
    return pairs.with_columns(differs=pl.any_horizontal(*differs, pl.col("person_id").is_not_null() & is_alone))


def _differs(attended: pl.Expr, visited: pl.Expr, was_there: pl.Expr) -> pl.Expr:
    is_rightly_none = (attended == 0).fill_null(value=False) & ~was_there.fill_null(value=False)
    return attended.ne_missing(visited) & ~is_rightly_none


def _pairs_apart(held: Held) -> pl.DataFrame:
    sides = {"watch_sum_seconds": "expected", "watch_sum_seconds_right": "found"}
    apart = _pairs(held.tables).filter("differs")
    return apart.select(
        pl.col("event").alias(WHERE),
        pl.lit(value=True).alias(UNEXPLAINED),
        "person_id",
        *((pl.col(column) / MICRO).alias(name) for column, name in sides.items()),
    ).sort(WHERE, "person_id")


def _visited(tables: Tables) -> pl.DataFrame:
    """Return the microseconds of the visits that count, by event and person, and of those that are nobody's.

    `was_live_seconds` and its like say whether any visit was of such a mode; one of unknown mode is watching of a kind.
    """
    rooms = tables["rooms"].select(*PLACE, "event").unique(PLACE, keep="first", maintain_order=True)
    visits = tables["visits"].select(*PLACE, "person_id", "mode", "watch_seconds", "excluded_by")
    counted = visits.filter(pl.col("excluded_by").is_null())
    placed = counted.join(rooms, on=PLACE, how="left", validate="m:1").with_columns(micro("watch_seconds"))
    known = pl.col("person_id").is_not_null()
    mode = pl.col("mode")
    return (
        placed.group_by("event", "person_id")
        .agg(
            *(known_sum(_when(known & mode.is_in(modes))).alias(part) for part, modes in ADDED_MODES.items()),
            *((known & _was(modes)).any().alias(f"was_{part}") for part, modes in ADDED_MODES.items()),
            anonymous=known_sum(_when(~known & mode.is_in(WATCHED_MODES))),
            visited=pl.lit(value=True),
        )
        .drop_nulls("event")
    )


def _when(is_added: pl.Expr) -> pl.Expr:
    return pl.when(is_added).then("watch_seconds")


def _was(modes: tuple[str, ...]) -> pl.Expr:
    return pl.col("mode").is_in(modes).fill_null(value=modes == WATCHED_MODES)


def _attended(tables: Tables) -> pl.DataFrame:
    parts = tables["attendance"].select("event", "person_id", *(micro(column) for column in ADDED_MODES))
    return parts.group_by("event", "person_id").agg(
        *(known_sum(pl.col(column)).alias(column) for column in ADDED_MODES), attended=pl.lit(value=True)
    )


def _seen(tables: Tables) -> pl.DataFrame:
    visits = tables["visits"].select("person_id", "excluded_by").filter(pl.col("excluded_by").is_null())
    return visits.select("person_id").drop_nulls().unique(maintain_order=True)


def _persons_apart(held: Held) -> pl.DataFrame:
    """Return the persons whom only one side has: lost, stray (unexplained), and those of rooms pulled as a list."""
    seen = _seen(held.tables)
    people, viewers = (held.tables[name].select("person_id") for name in ("people", "viewers"))
    unseen = people.join(seen, on="person_id", how="anti")
    stray = unseen.join(viewers, on="person_id", how="anti")
    twice = people.filter(pl.col("person_id").is_duplicated())
    parts = {
        "lost": seen.join(people, on="person_id", how="anti"),
        "stray": stray,
        "twice": twice,
        "of a list": unseen.join(viewers, on="person_id", how="semi"),
    }
    return pl.concat(
        rows.select(
            pl.lit("people").alias(WHERE),
            pl.lit(side != "of a list").alias(UNEXPLAINED),
            "person_id",
            pl.lit(side).alias("side"),
        )
        for side, rows in parts.items()
    )


def _people(rule: Rule, held: Held) -> Iterator[Finding]:
    """Yield one finding: the persons of the visits, and those of `people`."""
    seen = _seen(held.tables)
    people, viewers = held.tables["people"].select("person_id"), held.tables["viewers"].select("person_id")
    if seen.is_empty() and people.is_empty():
        return
    unseen = people.join(seen, on="person_id", how="anti")
    is_lost = not seen.join(people, on="person_id", how="anti").is_empty()
    is_stray = not unseen.join(viewers, on="person_id", how="anti").is_empty()
    sides = str(seen.height), str(people.height)
    if is_lost or is_stray or people["person_id"].is_duplicated().any():
        yield rule.finding("people", *sides, "unexplained", _STRAY)
    else:
        alike = unseen.is_empty()
        yield rule.finding("people", *sides, "agrees" if alike else "explained", EQUAL if alike else _LISTED)


RULES = (
    Rule(
        "attendance-seconds",
        Text("考勤表与观看明细的时长", "Attendance against visits, watch time"),
        _attendance,
        _pairs_apart,
    ),
    Rule("people-visits", Text("人员表与观看明细的人数", "People against visits, persons"), _people, _persons_apart),
)
