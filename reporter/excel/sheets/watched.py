"""What the total of the visits counts beyond the figures, with the amounts between them: on the about sheet.

Visits are shown as the platforms give them, those that an exclusion took out and previews too, so their total is that
of no figure; whoever adds up finds here why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reporter import labels
from reporter.excel.content import Entry, Facts
from reporter.excel.sheets import attendance, lists, visits
from reporter.excel.sheets.heading import tell
from reporter.excel.sheets.joining import with_room
from reporter.report import Report
from reporter.tables import MICRO, WATCHED_MODES, micro

#: the sheets that the sentences name
_NAMED = {"visits": visits.SHEET, "excluded": lists.EXCLUDED, "attendance": attendance.SHEET}


def blocks(report: Report, entries: Sequence[Entry]) -> tuple[Facts, ...]:
    """Return the block, none where the visits are not shown, or come to the figures as they are."""
    made = {one.code for one in entries}
    chosen = report.layout.columns.get("visits", ())
    if "visits" not in made or (chosen and "watch_seconds" not in chosen):
        return ()
    parts = _parts(report)
    counted, union = parts["counted"], report.figure("watch_union_seconds")
    known = None if union is None else union.value
    overlap = 0.0 if known is None or not 0 <= known <= counted else counted - float(known)
    if not any(parts[name] for name in ("excluded", "preview", "untold")) and round(overlap) <= 0:
        return ()
    names = {one: sheet.title.in_(report.language) for one, sheet in _NAMED.items()}
    pairs = [*_down_to_counted(report, parts, names, made)]
    if round(overlap) > 0:
        pairs += _down_to_union(report, overlap, counted - overlap)
    return (Facts(tell(report, "watched", **names), tuple(pairs)),)


def _parts(report: Report) -> Mapping[str, float]:
    """Return the seconds of the visits by what they count for: each visit is in one part, in no figure but `counted`.

    `nobody` are those of `counted` that have no row in attendance.
    """
    rows = with_room(report, report.tables["visits"]).with_columns(micro("watch_seconds"))
    is_watched = pl.col("mode").is_in(WATCHED_MODES).fill_null(value=False)
    is_nobodys = pl.any_horizontal(pl.col("person_id", "event").is_null())
    found = rows.select(
        part=pl.when(pl.col("excluded_by").is_not_null())
        .then(pl.lit("excluded"))
        .when(pl.col("mode") == "preview")
        .then(pl.lit("preview"))
        .when(~is_watched)
        .then(pl.lit("untold"))
        .when(is_nobodys)
        .then(pl.lit("nobody"))
        .otherwise(pl.lit("attended")),
        seconds="watch_seconds",
    )
    sums = dict(found.group_by("part").agg(pl.col("seconds").sum()).iter_rows())
    told = {part: sums.get(part, 0) / MICRO for part in ("excluded", "preview", "untold", "nobody")}
    return {**told, "counted": told["nobody"] + sums.get("attended", 0) / MICRO}


def _down_to_counted(
    report: Report, parts: Mapping[str, float], names: Mapping[str, str], made: set[str]
) -> Iterator[tuple[str, str]]:
    whole = parts["counted"] + parts["excluded"] + parts["preview"] + parts["untold"]
    yield tell(report, "watched_all"), tell(report, "watched_all_said", time=labels.clock(whole), **names)
    for part in ("excluded", "preview", "untold"):
        if parts[part]:
            word = "watched_excluded_listed" if part == "excluded" and "excluded" in made else f"watched_{part}_said"
            yield tell(report, f"watched_{part}"), tell(report, word, time=labels.clock(parts[part]), **names)
    word = "watched_counted_attended" if "attendance" in made else "watched_counted_said"
    yield tell(report, "watched_counted"), tell(report, word, time=labels.clock(parts["counted"]), **names)
    if parts["nobody"]:
        said = tell(report, "watched_nobody_said", time=labels.clock(parts["nobody"]), **names)
        yield tell(report, "watched_nobody"), said


def _down_to_union(report: Report, overlap: float, union: float) -> Iterator[tuple[str, str]]:
    yield tell(report, "watched_overlap"), tell(report, "watched_overlap_said", time=labels.clock(overlap))
    yield tell(report, "watched_union"), tell(report, "watched_union_said", time=labels.clock(union))
