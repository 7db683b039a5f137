"""One person everywhere: every row of a report that is theirs, and for a Volcengine id what its track says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from reporter.audit.check import SOURCE, Check, Found, plain, where_of
from reporter.audit.evidence import Evidence
from reporter.audit.gather import Asking, Case, pull
from reporter.checks.rule import EQUAL
from reporter.errors import UsageError
from reporter.model import Issue, Outcome, Pull, Pulled, Text
from reporter.normalise.reading import CALL, OF_ROOM, read_all
from reporter.pipeline import Job
from reporter.store import Store
from reporter.tables import PLACE, VIEWER, Tables
from reporter.vendors import VENDORS

#: the one vendor with a call about a viewer
TRACKING, TRACK = "volcengine", "GetAccountUserTrackData"
#: tables of a report that have a row for a person
_TABLES = ("visits", "viewer_totals", "activity", "attendance")
#: what a track and the list of viewers both say of a room
_SECONDS, _COUNTS = ("live_seconds", "replay_seconds"), ("comments", "sign_ins")

_TRACKED = Text("观众轨迹与报告中的汇总", "The viewer's track against the report's sums")
_RECORDS = Text("报告中这个人的观众记录", "Records of the person in the report")
_SINCE = Text("轨迹拉取得更晚，此后又有观看", "the track was pulled later: there was more watching since")
_UNTRACKED = Text("轨迹没有取到", "the track did not come")
_APART = Text("轨迹与汇总不同", "the track is not what the sums say")
_UNLISTED = Text(
    "轨迹里有这个房间，报告的汇总里没有这名观众", "the track has this room, whose list in the report has not the viewer"
)


@dataclass(frozen=True)
class Person:
    """What is known of the person behind a viewer: tables by name, and how they agree."""

    frames: Mapping[str, pl.DataFrame]
    found: tuple[Found, ...]
    track: Pulled | None = field(default=None, repr=False)


def pull_track(store: Store, job: Job, account: str, viewer_id: str, asking: Asking) -> Pulled:
    """Return the one track call of a Volcengine viewer, from the store where it is settled or nothing may be sent."""
    asked = (("UserId", viewer_id),)
    track = Pull(TRACKING, account, TRACK, job.access[account].account, job.period, params=asked)
    _, (pulled,) = pull(store, job, [track], asking)
    return pulled


def look(case: Case | None, vendor: str, account: str, viewer_id: str, track: Pulled | None, now: datetime) -> Person:
    """Return a person's rows: those of the report, where there is one, and those of the track.

    Raises `UsageError` for a viewer whom neither has.
    """
    tables, told = _tracked(track, now)
    mine = {} if case is None or case.evidence is None else _of_report(case.evidence, vendor, account, viewer_id)
    if not mine and track is None:
        where = "no report" if case is None else case.name
        raise UsageError(f"--viewer {vendor}:{account}/{viewer_id}: {where} has no row of this viewer")
    frames = dict(mine)
    if track is not None:
        frames["track"] = _shown(tables["visits"])
        frames["track_activity"] = _shown(tables["activity"])
    found = [*_asked(track), *_records(mine, f"{vendor}:{account}")]
    if case is not None and case.evidence is not None and track is not None:
        found += _against(case.evidence, tables, (vendor, account, viewer_id))
    found += _issues_of(told)
    if case is not None and "records" in mine:
        found += _theirs(case, mine["records"]["viewer_id"])
    return Person(frames, tuple(found), track)


def _tracked(track: Pulled | None, now: datetime) -> tuple[Tables, list[Issue]]:
    return read_all([] if track is None else [track], now.astimezone(UTC), VENDORS)


def _of_report(evidence: Evidence, vendor: str, account: str, viewer_id: str) -> dict[str, pl.DataFrame]:
    """Return the rows of the person behind a viewer; nothing where the report does not know the viewer."""
    viewers = evidence.tables["viewers"]
    own = viewers.filter(
        *(pl.col(name) == value for name, value in zip(VIEWER, (vendor, account, viewer_id), strict=True))
    )
    if own.is_empty():
        return {}
    person = own["person_id"][0]
    same = viewers.filter(pl.col("person_id") == person)
    tables = {name: evidence.tables[name].filter(pl.col("person_id") == person) for name in _TABLES}
    return {"records": _shown(same), **{name: _shown(rows) for name, rows in tables.items()}}


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows without columns that say nothing."""
    named = rows.drop(CALL, OF_ROOM, strict=False)
    return named.select(name for name in named.columns if not named[name].is_null().all() or name in SOURCE)


def _asked(track: Pulled | None) -> Iterator[Found]:
    check = Check("pulls-whole", Text("轨迹拉取完整的次数", "Pulls of tracks that are whole"), lambda *_: iter(()))
    if track is not None:
        where = f"{track.pull.vendor}:{track.pull.account} {track.pull.endpoint}"
        if track.is_whole:
            yield check.found(where, "1", "1", "agrees", EQUAL)
        else:
            yield check.found(where, "1", "0", "unexplained", _UNTRACKED)


def _records(mine: Mapping[str, pl.DataFrame], where: str) -> Iterator[Found]:
    check = Check("viewer-records", _RECORDS, lambda *_: iter(()))
    if "records" in mine:
        count = str(mine["records"].height)
        yield check.found(where, count, count, "agrees", EQUAL, mine["records"])


def _against(evidence: Evidence, tracked: Tables, viewer: tuple[str, str, str]) -> Iterator[Found]:
    """Yield a finding for each of the report's rooms that the track or the list has with the viewer."""
    check = Check("viewer-track", _TRACKED, lambda *_: iter(()))
    listed = _listed(evidence, viewer)
    ours = _by_room(tracked)
    rooms = evidence.tables["rooms"].select(PLACE)
    both = rooms.join(ours, on=PLACE, how="inner").join(listed, on=PLACE, how="left", suffix="_listed")
    for row in both.iter_rows(named=True):
        known = _known(row)
        where = where_of(row["vendor"], row["account"], row["room_id"])
        verdict, why = _judged(known)
        yield check.found(where, _said(known, 0), _said(known, 1), verdict, why)


def _known(row: Mapping[str, float | None]) -> dict[str, tuple[float, float]]:
    """Return what both sides say: the list's, the track's."""
    known = {}
    for name in (*_SECONDS, *_COUNTS):
        listed, tracked = row.get(f"{name}_listed"), row.get(name)
        if listed is not None and tracked is not None:
            known[name] = (listed, tracked)
    return known


def _judged(known: Mapping[str, tuple[float, float]]) -> tuple[Outcome, Text]:
    if not known:
        return "unexplained", _UNLISTED
    if all(one == other for one, other in known.values()):
        return "agrees", EQUAL
    is_later = all(other >= one for one, other in known.values())
    return ("explained", _SINCE) if is_later else ("unexplained", _APART)


def _said(known: Mapping[str, tuple[float, float]], side: int) -> str:
    return ", ".join(f"{name} {plain(pair[side])}" for name, pair in known.items()) or "-"


def _listed(evidence: Evidence, viewer: tuple[str, str, str]) -> pl.DataFrame:
    is_own = [pl.col(name) == value for name, value in zip(VIEWER, viewer, strict=True)]
    totals = evidence.raw["viewer_totals"].filter(*is_own, pl.col(OF_ROOM)).unique(PLACE, keep="first")
    counts = evidence.raw["activity"].filter(*is_own, pl.col(OF_ROOM)).unique(PLACE, keep="first")
    return totals.select(*PLACE, *_SECONDS).join(counts.select(*PLACE, *_COUNTS), on=PLACE, how="full", coalesce=True)


def _by_room(tracked: Tables) -> pl.DataFrame:
    visits, activity = tracked["visits"], tracked["activity"]
    seconds = {f"{mode}_seconds": _watched_in(mode) for mode in ("live", "replay")}
    watched = visits.group_by(PLACE).agg(**seconds, is_watched=pl.lit(value=True))
    counts = activity.select(*PLACE, *_COUNTS).unique(PLACE, keep="first")
    both = counts.join(watched, on=PLACE, how="full", coalesce=True)
    unwatched = pl.col("is_watched").is_null()
    return both.with_columns(pl.when(unwatched).then(0.0).otherwise(name).alias(name) for name in _SECONDS)


def _watched_in(mode: str) -> pl.Expr:
    """Return the seconds of the visits of a mode: 0 where there is none, null where none of them says a length."""
    time = pl.col("watch_seconds").filter(pl.col("mode") == mode)
    return pl.when((time.len() == 0) | (time.count() > 0)).then(time.sum())


def _issues_of(told: list[Issue]) -> Iterator[Found]:
    check = Check("viewer-issues", Text("读取轨迹时的问题", "What reading the track told"), lambda *_: iter(()))
    for issue in told:
        if issue.level != "info":
            yield check.found(issue.where, "0", "1", "explained", issue.message)


def _theirs(case: Case, viewer_ids: pl.Series) -> Iterator[Found]:
    """Yield the report's findings whose rows are the person's, with those rows alone."""
    for one in case.found:
        if "viewer_id" in one.rows.columns:
            rows = one.rows.filter(pl.col("viewer_id").is_in(viewer_ids.drop_nulls().unique().implode()))
            if rows.height:
                yield Found(one.finding, rows)
