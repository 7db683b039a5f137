"""Checks of seconds and counts: slips of unit, parts against their whole, watching beyond the media's length."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl

from reporter.audit.check import BAD, ODD, SOURCE, Check, Found, of_rows, where_of
from reporter.audit.evidence import Evidence
from reporter.checks.rule import EQUAL
from reporter.model import Text
from reporter.tables import PLACE

_VIEWER_AT = (*PLACE, "viewer_id")
#: factors by which a slip of unit multiplies: milliseconds, minutes and hours taken for seconds, and the other way
_FACTORS = (1000.0, 60.0, 3600.0, 1 / 60, 1 / 1000)
#: a factor is one of these where it is within such a part of it
_NEAR = 0.1
#: of so many rows a factor of their own is told
_FEW = 3
#: nobody watches one video for longer at a time
_DAY = 86_400.0
#: a ratio is rounded to 1 % of the media's length, which is reckoned from ratios itself; and to whole seconds
_ROUNDED, _SECOND = 0.02, 2.0
#: ratios from which a length can be reckoned, and above which a visit is longer than its media was worth
_TELLING, _AGAIN, _TOO_MUCH = 0.2, 1.0, 1.5

_SLIP = Text(
    "时长相差约 {} 倍，单位可能有误（毫秒、分钟）",
    "seconds differ by a factor of about {}: a unit was taken for another",
)
_PARTS = Text(
    "合计不等于其各部分之和，或大于页面停留", "a sum is not that of its parts, or is more than the time on the page"
)
_BEYOND = Text(
    "观看时长与完播率或片长不符", "the time watched is not what the completion and the media's length come to"
)
_REWATCHED = Text("观看超过片长，一次观看中有重看", "more than the media's length was watched: parts of it again")
_PLAYS = Text(
    "播放人数多于次数，或时长超过次数与片长之积",
    "more viewers than plays, or more time than all plays of the whole media take",
)


def _units(check: Check, evidence: Evidence) -> Iterator[Found]:
    """Yield a finding a room: by which factor its visits, and its vendor's sums, are off."""
    for compared in (_against_stay(evidence), _against_sums(evidence), _against_day(evidence)):
        for place, rows in compared.group_by(PLACE, maintain_order=True):
            factor = _factor(rows["factor"].median(), rows.height)
            sides = str(rows.height), str(rows.height if factor is None else 0)
            if factor is None:
                yield check.found(where_of(*place), *sides, "agrees", EQUAL)
            else:
                why = Text(_SLIP.zh.format(factor), _SLIP.en.format(factor))
                yield check.found(where_of(*place), *sides, "unexplained", why, rows)


def _factor(median: object, rows: int) -> str | None:
    if not isinstance(median, float) or rows < _FEW:
        return None
    near = next((one for one in _FACTORS if abs(median / one - 1) <= _NEAR), None)
    return None if near is None else f"{near:g}" if near > 1 else f"1/{1 / near:g}"


def _against_stay(evidence: Evidence) -> pl.DataFrame:
    stay = (pl.col("left_at") - pl.col("joined_at")).dt.total_microseconds() / 1e6
    visits = evidence.raw["visits"].filter(stay > 0, pl.col("watch_seconds") > 0)
    return visits.select(
        *_VIEWER_AT, "watch_seconds", stay_seconds=stay, factor=pl.col("watch_seconds") / stay, **_source()
    )


def _against_sums(evidence: Evidence) -> pl.DataFrame:
    visits = evidence.raw["visits"].group_by(_VIEWER_AT).agg(visits_seconds=pl.col("watch_seconds").sum())
    totals = evidence.raw["viewer_totals"].filter(pl.col("watch_seconds") > 0).drop_nulls("viewer_id")
    both = totals.join(visits, on=_VIEWER_AT, how="inner", maintain_order="left").filter(pl.col("visits_seconds") > 0)
    factor = pl.col("watch_seconds") / pl.col("visits_seconds")
    return both.select(*_VIEWER_AT, "watch_seconds", "visits_seconds", factor=factor, **_source())


def _against_day(evidence: Evidence) -> pl.DataFrame:
    """Compare visits of videos that have no times with the longest that anybody watches one: a slip goes far beyond."""
    videos = evidence.raw["visits"].filter(pl.col("mode") == "vod", pl.col("watch_seconds") > 0)
    factor = pl.when(pl.col("watch_seconds") > _DAY).then(1000.0).otherwise(1.0)
    return videos.select(*_VIEWER_AT, "watch_seconds", factor=factor, **_source())


def _source() -> dict[str, pl.Expr]:
    return {name: pl.col(name) for name in SOURCE}


def _parts(evidence: Evidence) -> pl.DataFrame:
    totals = evidence.raw["viewer_totals"]
    shown = (
        "visits",
        "live_visits",
        "replay_visits",
        "watch_seconds",
        "live_seconds",
        "replay_seconds",
        "page_seconds",
    )
    seconds = (pl.col("watch_seconds") - pl.col("live_seconds") - pl.col("replay_seconds")).abs() > _SECOND
    visits = pl.col("visits") != pl.col("live_visits") + pl.col("replay_visits")
    page = pl.col("watch_seconds") > pl.col("page_seconds") + _SECOND
    bad = pl.any_horizontal(one.fill_null(value=False) for one in (seconds, visits, page))
    return totals.select(*_VIEWER_AT, *shown, *SOURCE, bad.alias(BAD))


def _media(evidence: Evidence) -> pl.DataFrame:
    """Judge visits that say how much of the media they are; its length is what most of them come to."""
    visits = evidence.raw["visits"].drop_nulls(["completion_ratio", "watch_seconds"])
    telling = visits.filter(pl.col("completion_ratio") >= _TELLING)
    lengths = telling.group_by(PLACE).agg(
        media_seconds=(pl.col("watch_seconds") / pl.col("completion_ratio")).median(), telling=pl.len()
    )
    known = visits.join(lengths.filter(pl.col("telling") >= _FEW), on=PLACE, how="inner", maintain_order="left")
    off = (pl.col("watch_seconds") - pl.col("completion_ratio") * pl.col("media_seconds")).abs()
    bad = (off > _ROUNDED * pl.col("media_seconds") + _SECOND) | (pl.col("completion_ratio") > _TOO_MUCH)
    return known.select(
        *_VIEWER_AT,
        "watch_seconds",
        "completion_ratio",
        "media_seconds",
        *SOURCE,
        bad.alias(BAD),
        (pl.col("completion_ratio") > _AGAIN).alias(ODD),
    )


def _plays(evidence: Evidence) -> pl.DataFrame:
    plays = evidence.raw["plays"]
    most = pl.col("plays") * (pl.col("media_seconds") + 1)
    bad = pl.any_horizontal(
        one.fill_null(value=False)
        for one in (
            pl.col("viewers") > pl.col("plays"),
            pl.col("play_seconds") > most,
            (pl.col("plays") > 0) & (pl.col("viewers") <= 0),
        )
    )
    return plays.select(*PLACE, "day", "viewers", "plays", "play_seconds", "media_seconds", *SOURCE, bad.alias(BAD))


CHECKS = (
    Check("units", Text("时长单位一致的行数", "Rows whose seconds are seconds"), partial(_units)),
    of_rows(
        "sum-parts", Text("合计等于各部分之和的观众", "Viewers whose sums are those of their parts"), _parts, bad=_PARTS
    ),
    of_rows(
        "media-length",
        Text("与片长相符的观看", "Visits that fit the media's length"),
        _media,
        bad=_BEYOND,
        odd=_REWATCHED,
    ),
    of_rows(
        "play-sums", Text("人数、次数与时长相符的日期", "Days whose viewers, plays and time fit"), _plays, bad=_PLAYS
    ),
)
