"""Visits against the vendor's own sums of the same viewers, room by room.

The sums run from the room's beginning to the pull, visits only over the period. What was read of a viewer outside
the period is known (`outside_visits`, `outside_seconds`), so the two must come to the same to the second; where
they do not, something else must explain it. A viewer whom one side alone knows is held against nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import polars as pl

from reporter.checks.rule import EQUAL, UNEXPLAINED, Rule, room_column, room_of, seconds
from reporter.keys import by_named
from reporter.model import Detail, Finding, Outcome, Pulled, Text
from reporter.tables import LIVE_MODES, MICRO, PLACE, TEXT, WATCHED_MODES, Tables, known_sum, live_spans, micro

_VIEWER = [*PLACE, "viewer_id"]
#: how far back Volcengine's log reaches; what was watched before stands in the list's sums alone
LOG_REACH = timedelta(days=90)
#: the log has nobody who watched for no longer than this
_LEAST_LOGGED = 60 * MICRO

_MORE = Text(
    "有观众的观看多于平台的汇总，汇总从房间开始累计，不应更少",
    "some viewers' visits come to more than the platform's sum of them, which runs from the room's beginning",
)
_UNSUMMED = Text(
    "有观众有观看记录，平台的汇总里却没有这些人",
    "some viewers have visits and are missing from the platform's sums",
)
_UNREAD = Text(
    "有观看记录的时长无法读取，按空值处理，平台的汇总已计入",
    "some visits have a length that could not be read and is taken as null; the platform's sum holds them",
)
_LESS = Text(
    "有观众的观看（含本期之外已读到的）少于平台的汇总，可能缺记录",
    "some viewers' visits, those read outside the period included, come to less than the platform's sum: "
    "records may be missing",
)
_OUTSIDE = Text(
    "汇总从房间开始累计到拉取时；加上不在本期开始的观看，两边相同",
    "the sums run from the room's beginning to the pull; "
    "with the visits that start outside the period both sides are the same",
)
_OPEN = Text(
    "没有离开时间的观看时长未知，平台的汇总已计入",
    "visits without a time of leaving have no length here; the platform's sum holds them",
)
_REACH = Text(
    "房间 90 天前已开播，观看记录只能查到近 90 天，汇总从房间开始累计",
    "the room was live more than 90 days ago: its log reaches back no further, its sums run from the beginning",
)
_BRIEF = Text(
    "观看记录不含观看不足一分钟的观众，平台的汇总已计入",
    "the log leaves out viewers who watched for no more than a minute; the platform's sum holds them",
)
_UNNAMED = Text(
    "其余观众只出现在没有身份标识的汇总行里，这些行的合计不少于他们的观看",
    "the other viewers can only be in summary rows without any id, which come to no less than their visits",
)
_PAGE = Text(
    "观看按进入到离开计，平台的汇总只计播放，差额在页面停留时长之内",
    "visits last from joining to leaving, the platform's sum counts playing only; "
    "the rest is within its time on the page",
)
#: why sides may differ, the gravest first: the flag of a viewer, how it ends, and what is said
_REASONS: tuple[tuple[str, Outcome, Text], ...] = (
    ("more", "unexplained", _MORE),
    ("unsummed", "unexplained", _UNSUMMED),
    ("less", "unexplained", _LESS),
    ("unread", "unexplained", _UNREAD),
    ("old", "explained", _REACH),
    ("open", "explained", _OPEN),
    ("brief", "explained", _BRIEF),
    ("unnamed", "explained", _UNNAMED),
    ("paged", "explained", _PAGE),
    ("outside", "explained", _OUTSIDE),
)
#: a track has seconds and no time of leaving, a visit of the log has both or neither
_IS_TRACK = pl.col("left_at").is_null() & pl.col("watch_seconds").is_not_null()


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is compared: a sum over the visits that `where` keeps, and the columns of viewer_totals that it meets.

    Both are whole microseconds if `is_time`, else counts; `tolerance` is allowed a visit, in the same unit.
    `detail` is how deep a room must have been pulled to have such visits, None where every room has them.
    """

    vendor: str
    visits: pl.Expr
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


def _find(rule: Rule, tables: Tables, pulled: Sequence[Pulled], *, measure: _Measure) -> Iterator[Finding]:
    rooms = tables["rooms"].select(PLACE).unique(maintain_order=True)
    by_room = (
        _judged(_compared(tables, pulled, measure), tables, measure)
        .group_by(PLACE)
        .agg(pl.col("theirs").sum(), known_sum(pl.col("shown")), *(pl.col(flag).any() for flag, _, _ in _REASONS))
    )
    for row in rooms.join(by_room, on=PLACE, how="inner", validate="1:1", maintain_order="left").iter_rows(named=True):
        verdict, why = _ending(row)
        where = room_of(row["vendor"], row["account"], row["room_id"])
        theirs, ours = (seconds(row[side]) if measure.is_time else str(row[side]) for side in ("theirs", "shown"))
        yield rule.finding(where, theirs, ours, verdict, why)


def _compared(tables: Tables, pulled: Sequence[Pulled], measure: _Measure) -> pl.DataFrame:
    """Return each viewer whom either side knows: `ours`, `whole` (with what was left out), `theirs`, `allowed`.

    `open_for` is what visits that had not ended when the platform added up may have come to by then.

    A viewer of whom the vendor gives no sum, though it names him, is not compared. `shown` is `ours`, null where no
    visit of the viewer has a known length: such a one adds nothing here, and is not shown as 0.
    """
    visits = tables["visits"].filter(pl.col("vendor") == measure.vendor, measure.where)
    rooms = _rooms(tables, visits, pulled, measure)
    watched = visits.filter(pl.col("mode").is_in(WATCHED_MODES), pl.col("viewer_id").is_not_null())
    totals, watched = (rows.join(rooms, on=PLACE, how="semi") for rows in (tables["viewer_totals"], watched))
    both = (
        _told(totals, measure)
        .join(
            by_named(_watched(watched, measure), totals, PLACE),
            on=_VIEWER,
            how="full",
            coalesce=True,
            validate="1:1",
        )
        .filter(pl.col("theirs").is_not_null() | pl.col("is_named").is_null())
    )
    numbers = ("ours", "theirs", "left_out", "times", "outside_visits", "open", "joined", "outside_open_seconds")
    flags = ("is_boundless", "unreadable", "is_named")
    filled = both.with_columns(
        pl.col(numbers).fill_null(0),
        pl.col(flags).fill_null(value=False),
        shown=pl.when(pl.col("times").is_null()).then(0).otherwise("ours"),
    )
    since = (pl.col("as_of").dt.epoch("s") * pl.col("open") - pl.col("joined")).fill_null(0) * MICRO
    return filled.with_columns(
        # who had not left when the platform added up can have watched until then, and no longer
        open_for=pl.when(pl.lit(measure.is_time)).then(since + micro("outside_open_seconds")).otherwise(0),
        whole=pl.col("ours") + pl.col("left_out"),
        allowed=(pl.col("times") + pl.col("outside_visits")) * measure.tolerance,
    )


def _rooms(tables: Tables, visits: pl.DataFrame, pulled: Sequence[Pulled], measure: _Measure) -> pl.DataFrame:
    """Return the rooms that can be compared: those with such visits, and those that were asked for them.

    Of a room whose call failed one side is not there at all, and the report says so already.
    """
    rooms = tables["rooms"].select(PLACE).filter(pl.col("vendor") == measure.vendor).unique(maintain_order=True)
    if measure.detail is not None:
        asked = _places(one for one in pulled if one.pull.detail == measure.detail)
        rooms = rooms.join(pl.concat([asked, visits.select(PLACE)]), on=PLACE, how="semi")
    return rooms.join(_places(one for one in pulled if one.verdict == "failed"), on=PLACE, how="anti")


def _places(pulled: Iterable[Pulled]) -> pl.DataFrame:
    rows = [(one.pull.vendor, one.pull.account, one.pull.room) for one in pulled if one.pull.room is not None]
    return pl.DataFrame(rows, schema=dict.fromkeys(PLACE, TEXT), orient="row")


def _watched(visits: pl.DataFrame, measure: _Measure) -> pl.DataFrame:
    """Return each viewer's visits; a length is unknown because nobody left yet, or because it could not be read."""
    unknown, left = pl.col("watch_seconds").is_null(), pl.col("left_at").is_not_null()
    is_open, joined = unknown & ~left, pl.col("joined_at")
    return visits.group_by(_VIEWER).agg(
        measure.visits.alias("ours"),
        pl.len().cast(pl.Int64).alias("times"),
        open=is_open.sum().cast(pl.Int64),
        joined=joined.filter(is_open).dt.epoch("s").sum(),
        is_boundless=(is_open & joined.is_null()).any() & pl.lit(measure.is_time),
        unreadable=(unknown & left).any() & pl.lit(measure.is_time),
    )


def _told(totals: pl.DataFrame, measure: _Measure) -> pl.DataFrame:
    """Return what the vendor sums up of each viewer (null: nothing), with what of it was left out."""
    return (
        totals.drop_nulls("viewer_id")
        .group_by(_VIEWER)
        .agg(
            known_sum(measure.amount).alias("theirs"),
            measure.left_out.sum().alias("left_out"),
            pl.col("outside_visits", "outside_open_seconds").sum(),
            micro("page_seconds").sum(),
            pl.col("as_of").max(),
            is_named=pl.lit(value=True),
        )
    )


def _judged(compared: pl.DataFrame, tables: Tables, measure: _Measure) -> pl.DataFrame:
    """Add a flag for each of the reasons for which a viewer's two sides are not the same."""
    of_log = pl.lit(measure.is_of_log)
    over = pl.col("whole") > pl.col("theirs") + pl.col("allowed")
    under = pl.col("whole") < pl.col("theirs") - pl.col("allowed")
    is_paged = of_log & (pl.col("whole") <= pl.col("page_seconds") + pl.col("allowed")).fill_null(value=False)
    is_old = of_log & (pl.col("begun") < pl.col("as_of") - LOG_REACH).fill_null(value=False)
    is_brief = of_log & (pl.col("times") + pl.col("outside_visits") == 0) & (pl.col("theirs") <= _LEAST_LOGGED)
    excused = is_old | is_brief
    is_open = pl.col("is_boundless") | (pl.col("whole") + pl.col("open_for") >= pl.col("theirs") - pl.col("allowed"))
    stray = ~pl.col("is_named") & (pl.col("ours") > 0)
    is_unnamed = pl.col("ours").filter(stray).sum().over(PLACE) <= pl.col("nobody")
    return _with_rooms(compared, tables, measure).with_columns(
        more=over & pl.col("is_named") & ~is_paged,
        unsummed=stray & ~is_unnamed,
        unnamed=stray & is_unnamed,
        less=under & ~excused & ~is_open & ~pl.col("unreadable"),
        unread=under & ~excused & pl.col("unreadable"),
        old=under & is_old,
        open=under & ~excused & is_open & ~pl.col("unreadable"),
        brief=under & is_brief & ~is_old,
        paged=over & pl.col("is_named") & is_paged,
        outside=pl.col("left_out") > 0,
    )


def _with_rooms(compared: pl.DataFrame, tables: Tables, measure: _Measure) -> pl.DataFrame:
    """Add when a room was first live (`begun`), and the sums of its summary rows that name no viewer (`nobody`).

    Volcengine's rows without an id are of those who did not log in, and never of somebody whom the log names.
    """
    begun = live_spans(tables["rooms"]).group_by(PLACE).agg(pl.col("start").min().alias("begun"))
    unnamed = tables["viewer_totals"].filter(pl.col("viewer_id").is_null(), pl.col("vendor") == "quanshi")
    nobody = unnamed.group_by(PLACE).agg(measure.amount.sum().alias("nobody"))
    return (
        compared.join(begun, on=PLACE, how="left", validate="m:1")
        .join(nobody, on=PLACE, how="left", validate="m:1")
        .with_columns(pl.col("nobody").fill_null(0))
    )


def _rows(tables: Tables, pulled: Sequence[Pulled], *, measure: _Measure) -> pl.DataFrame:
    """Return the viewers whose sides are not the same: the vendor's, ours, and ours with what lies outside."""
    judged = _judged(_compared(tables, pulled, measure), tables, measure)
    flags = {outcome: [flag for flag, one, _ in _REASONS if one == outcome] for outcome in ("unexplained", "explained")}
    sources = tables["viewer_totals"].select(*_VIEWER, "reply_id", "row_no").unique(_VIEWER, keep="first")
    placed = judged.join(sources, on=_VIEWER, how="left", validate="m:1", maintain_order="left")
    unit = MICRO if measure.is_time else 1
    sides = {"theirs": "expected", "shown": "found", "whole": "found_of_all_times"}
    unexplained = pl.any_horizontal(flags["unexplained"])
    return (
        placed.filter(unexplained | pl.any_horizontal(flags["explained"]))
        .select(
            room_column(),
            unexplained.alias(UNEXPLAINED),
            "room_id",
            "viewer_id",
            *((pl.col(column) / unit).alias(name) for column, name in sides.items()),
            "reply_id",
            "row_no",
        )
        .sort("room_id", "viewer_id", maintain_order=True)
    )


def _ending(row: Mapping[str, object]) -> tuple[Outcome, Text]:
    """Return the gravest of a room's reasons."""
    return next(((verdict, why) for flag, verdict, why in _REASONS if row[flag]), ("agrees", EQUAL))


_WATCH_TIME = known_sum(micro("watch_seconds"))
_EVERY = pl.lit(value=True)

#: what is compared, by rule; the times of joining and leaving of the log are whole seconds, each cut on its own
_MEASURES = {
    "quanshi-duration": _Measure("quanshi", _WATCH_TIME, "watch_seconds", "outside_seconds", _EVERY),
    "quanshi-times": _Measure("quanshi", pl.len().cast(pl.Int64), "visits", "outside_visits", _EVERY, is_time=False),
    "quanshi-live": _Measure(
        "quanshi", _WATCH_TIME, "live_seconds", "outside_live_seconds", pl.col("mode").is_in(LIVE_MODES)
    ),
    "quanshi-replay": _Measure(
        "quanshi", _WATCH_TIME, "replay_seconds", "outside_replay_seconds", pl.col("mode") == "replay"
    ),
    "volcengine-duration": _Measure(
        "volcengine", _WATCH_TIME, "watch_seconds", "outside_seconds", ~_IS_TRACK, tolerance=MICRO, detail="visits"
    ),
    "volcengine-tracks": _Measure(
        "volcengine", _WATCH_TIME, "watch_seconds", "outside_seconds", _IS_TRACK, detail="tracks"
    ),
}


def _rule(code: str, zh: str, en: str) -> Rule:
    measure = _MEASURES[code]
    return Rule(code, Text(zh, en), partial(_find, measure=measure), partial(_rows, measure=measure))


RULES = (
    _rule("quanshi-duration", "全时：观看记录与观众汇总的时长", "Quanshi: visits against viewerDetails, watch time"),
    _rule("quanshi-times", "全时：观看记录与观众汇总的次数", "Quanshi: visits against viewerDetails, number of visits"),
    _rule(
        "quanshi-live",
        "全时：观看记录与观众汇总的直播时长",
        "Quanshi: visits against viewerDetails, time of watching live",
    ),
    _rule(
        "quanshi-replay",
        "全时：观看记录与观众汇总的回放时长",
        "Quanshi: visits against viewerDetails, time of watching replays",
    ),
    _rule(
        "volcengine-duration",
        "火山引擎：观看记录与观众列表的时长",
        "Volcengine: visit log against the list of viewers, watch time",
    ),
    _rule(
        "volcengine-tracks",
        "火山引擎：观众轨迹与观众列表的时长",
        "Volcengine: tracks against the list of viewers, watch time",
    ),
)
