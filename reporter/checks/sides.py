"""What a vendor sums up of each viewer beside what the visits come to, for all measures of a vendor at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from reporter.checks.rule import Held
from reporter.keys import by_named
from reporter.model import Detail, Pulled
from reporter.tables import LIVE_MODES, MICRO, PLACE, TEXT, WATCHED_MODES, known_sum, live_spans, micro

VIEWER = [*PLACE, "viewer_id"]
#: how far back Volcengine's log reaches; what was watched before stands in the list's sums alone
LOG_REACH = timedelta(days=90)
#: a track has seconds and no time of leaving, a visit of the log has both or neither
_IS_TRACK = pl.col("left_at").is_null() & pl.col("watch_seconds").is_not_null()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared: a sum over the visits that `where` keeps, and the columns of viewer_totals that it meets.

    Both are whole microseconds if `is_time`, else counts; `tolerance` is allowed a visit, in the same unit.
    `detail` is how deep a room must have been pulled to have such visits, None where every room has them.
    """

    code: str
    vendor: str
    total: str
    outside: str
    where: pl.Expr
    is_time: bool = True
    tolerance: int = 0
    detail: Detail | None = None

    @property
    def is_of_log(self) -> bool:
        """Whether visits are Volcengine's log: it reaches 90 days back, leaves out who just looked in, counts pages."""
        return self.detail == "visits"

    @property
    def amount(self) -> pl.Expr:
        """The vendor's sum in the measure's unit."""
        return micro(self.total) if self.is_time else pl.col(self.total)

    @property
    def left_out(self) -> pl.Expr:
        """What was read outside the period, in the measure's unit."""
        return micro(self.outside) if self.is_time else pl.col(self.outside)

    def named(self, column: str) -> str:
        """Return the name of one of `_OWN` of this measure, where those of several stand side by side."""
        return f"{column} of {self.code}"


_EVERY, _LIVE, _REPLAY = (pl.col("mode").is_in(modes) for modes in (WATCHED_MODES, LIVE_MODES, ("replay",)))
_OF_LOG = ("volcengine", "watch_seconds", "outside_seconds")

#: by rule; the times of joining and leaving of the log are whole seconds, each cut on its own
MEASURES = {
    one.code: one
    for one in (
        Measure("quanshi-duration", "quanshi", "watch_seconds", "outside_seconds", _EVERY),
        Measure("quanshi-times", "quanshi", "visits", "outside_visits", _EVERY, is_time=False),
        Measure("quanshi-live", "quanshi", "live_seconds", "outside_live_seconds", _LIVE),
        Measure("quanshi-replay", "quanshi", "replay_seconds", "outside_replay_seconds", _REPLAY),
        Measure("volcengine-duration", *_OF_LOG, ~_IS_TRACK, tolerance=MICRO, detail="visits"),
        Measure("volcengine-tracks", *_OF_LOG, _IS_TRACK, detail="tracks"),
    )
}
#: what each measure has of its own, of the visits and of the vendor's sums, and numbers that all have in common
_OF_VISITS = ("ours", "times", "open", "joined", "is_boundless", "unreadable")
_OWN = (*_OF_VISITS, "theirs", "left_out", "nobody")
_COMMON = ("outside_visits", "outside_open_seconds")


def compared(held: Held, measure: Measure) -> pl.DataFrame:
    """Return each viewer whom either side knows: `ours`, `whole` (with what was left out), `theirs`, `allowed`.

    `open_for` is what visits that had not ended when the platform added up may have come to by then. `begun` is when
    the room was first live, `nobody` the sum of its summary rows that name no viewer.

    A viewer of whom the vendor gives no sum, though it names him, is not compared. `shown` is `ours`, null where no
    visit of the viewer has a known length: such a one adds nothing here, and is not shown as 0.
    """
    beside = [one for one in MEASURES.values() if (one.vendor, one.detail) == (measure.vendor, measure.detail)]
    every = held.once(f"sums of {measure.vendor} {measure.detail}", lambda: _side_by_side(held, beside))
    own = {name: pl.col(measure.named(name)) for name in _OWN}
    told = every.select(*VIEWER, "is_named", "as_of", "page_seconds", "begun", *_COMMON, **own)
    is_one = pl.when("is_named").then(pl.col("theirs").is_not_null()).otherwise(pl.col("times") > 0)
    numbers = ("ours", "theirs", "left_out", "times", "open", "joined", "nobody", *_COMMON)
    filled = told.filter(is_one).with_columns(
        pl.col(numbers).fill_null(0),
        pl.col("is_boundless", "unreadable").fill_null(value=False),
        shown=pl.when(pl.col("times").fill_null(0) == 0).then(0).otherwise("ours"),
    )
    since = (pl.col("as_of").dt.epoch("s") * pl.col("open") - pl.col("joined")).fill_null(0) * MICRO
    return filled.with_columns(
        # who had not left when the platform added up can have watched until then, and no longer
        open_for=pl.when(pl.lit(measure.is_time)).then(since + micro("outside_open_seconds")).otherwise(0),
        whole=pl.col("ours") + pl.col("left_out"),
        allowed=(pl.col("times") + pl.col("outside_visits")) * measure.tolerance,
    )


def _side_by_side(held: Held, measures: Sequence[Measure]) -> pl.DataFrame:
    """Return each viewer whom either side knows, with what both say by each of the measures of one vendor and depth."""
    rooms = _rooms(held, measures[0])
    visits = held.tables["visits"].select(*VIEWER, "mode", "joined_at", "left_at", "watch_seconds")
    is_watched = pl.col("mode").is_in(WATCHED_MODES) & pl.col("viewer_id").is_not_null()
    watched = visits.filter(is_watched).join(rooms, on=PLACE, how="semi")
    totals = held.tables["viewer_totals"].join(rooms, on=PLACE, how="semi")
    sums = watched.group_by(VIEWER).agg(one for measure in measures for one in _of_visits(measure))
    both = _told(totals, measures).join(
        by_named(sums, totals, PLACE), on=VIEWER, how="full", coalesce=True, validate="1:1"
    )
    placed = both.with_columns(pl.col("is_named").fill_null(value=False))
    return placed.join(begun_of(held.tables["rooms"]), on=PLACE, how="left", validate="m:1").join(
        _nobody(held.tables["viewer_totals"], measures), on=PLACE, how="left", validate="m:1"
    )


def _rooms(held: Held, measure: Measure) -> pl.DataFrame:
    """Return the rooms that can be compared: those with such visits, and those that were asked for them.

    Of a room whose call failed one side is not there at all, and the report says so already.
    """
    rooms = held.tables["rooms"].select(PLACE).filter(pl.col("vendor") == measure.vendor).unique(maintain_order=True)
    if measure.detail is not None:
        asked = _places(one for one in held.pulled if one.pull.detail == measure.detail)
        visits = held.tables["visits"].select(*PLACE, "mode", "left_at", "watch_seconds")
        seen = visits.filter(pl.col("vendor") == measure.vendor, measure.where).select(PLACE).unique()
        rooms = rooms.join(pl.concat([asked, seen]), on=PLACE, how="semi")
    return rooms.join(_places(one for one in held.pulled if one.verdict == "failed"), on=PLACE, how="anti")


def _places(pulled: Iterable[Pulled]) -> pl.DataFrame:
    rows = [(one.pull.vendor, one.pull.account, one.pull.room) for one in pulled if one.pull.room is not None]
    return pl.DataFrame(rows, schema=dict.fromkeys(PLACE, TEXT), orient="row")


def _of_visits(measure: Measure) -> list[pl.Expr]:
    """Return what a viewer's visits come to; a length is unknown because nobody left yet, or cannot be read."""
    is_its, is_time = measure.where, pl.lit(measure.is_time)
    unknown, left = pl.col("watch_seconds").is_null(), pl.col("left_at").is_not_null()
    is_open, joined = is_its & unknown & ~left, pl.col("joined_at")
    times = is_its.sum().cast(pl.Int64)
    found = (
        known_sum(pl.when(is_its).then(micro("watch_seconds"))) if measure.is_time else times,
        times,
        is_open.sum().cast(pl.Int64),
        pl.when(is_open).then(joined.dt.epoch("s")).sum(),
        (is_open & joined.is_null()).any() & is_time,
        (is_its & unknown & left).any() & is_time,
    )
    return [one.alias(measure.named(name)) for name, one in zip(_OF_VISITS, found, strict=True)]


def _told(totals: pl.DataFrame, measures: Sequence[Measure]) -> pl.DataFrame:
    """Return what the vendor sums up of each viewer (null: nothing), with what of it was left out."""
    return (
        totals.drop_nulls("viewer_id")
        .group_by(VIEWER)
        .agg(
            *(known_sum(one.amount).alias(one.named("theirs")) for one in measures),
            *(one.left_out.sum().alias(one.named("left_out")) for one in measures),
            pl.col(_COMMON).sum(),
            micro("page_seconds").sum(),
            pl.col("as_of").max(),
            is_named=pl.lit(value=True),
        )
    )


def _nobody(totals: pl.DataFrame, measures: Sequence[Measure]) -> pl.DataFrame:
    """Return the sums of each room's summary rows that name no viewer.

    Volcengine's rows without an id are of those who did not log in, and never of somebody whom the log names.
    """
    unnamed = totals.filter(pl.col("viewer_id").is_null(), pl.col("vendor") == "quanshi")
    return unnamed.group_by(PLACE).agg(one.amount.sum().alias(one.named("nobody")) for one in measures)


def begun_of(rooms: pl.DataFrame) -> pl.DataFrame:
    """Return when each room was first live (`begun`); a room of which that is not known has no row."""
    return live_spans(rooms).group_by(PLACE).agg(pl.col("start").min().alias("begun"))
