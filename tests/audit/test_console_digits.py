"""How finely a console shows times, where its head is, and what its rows of totals say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reporter.audit import console
from reporter.audit.check import Found
from reporter.audit.console_cells import Step, steps
from reporter.audit.evidence import Evidence
from reporter.errors import UsageError
from tests.audit.exporting import VOLC, compared_with, found_by_check, of_volc, totals_of


@pytest.mark.parametrize(
    ("cells", "factor", "shown"),
    [
        (["1.5", "2"], 3600.0, [Step(360.0)] * 2),
        (["1", "2"], 3600.0, [Step(3600.0, is_whole=True)] * 2),
        (["1", "2"], 1.0, [Step(1.0)] * 2),
        (["0.25", "12.1"], 60.0, [Step(0.6)] * 2),
        # a spreadsheet that cut digits off is not forgiven for them
        (["1.5E+04"], 1.0, [Step(1.0)]),
        (["1:02:03", "02:03"], 60.0, [Step(1.0)] * 2),
        (["1小时2分3秒", "2分钟", "2小时"], 1.0, [Step(1.0), Step(60.0, is_whole=True), Step(60.0, is_whole=True)]),
        (["2小时"], 1.0, [Step(3600.0, is_whole=True)]),
    ],
)
def test_digits_of_a_column_say_how_finely_it_shows_times(cells: list[str], factor: float, shown: list[Step]) -> None:
    assert steps(cells, factor) == shown


def _watched(seen: Evidence, tmp_path: Path, header: str, shown: pl.Expr) -> Found:
    """Compare an export of one room whose column of watching shows `watch_seconds` as `shown`."""
    who = pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号")
    rows = totals_of(seen, VOLC).select(*who, shown.alias(header))
    return found_by_check(seen, tmp_path, rows)["console-watch-seconds"]


_SECONDS = pl.col("watch_seconds")


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("观看时长（小时）", (_SECONDS / 3600).round(1)),
        ("观看时长（小时）", (_SECONDS / 3600).round(2)),
        ("观看时长（小时）", (_SECONDS / 3600).round(0).cast(pl.Int64)),
        ("观看时长（小时）", (_SECONDS / 3600).floor().cast(pl.Int64)),
        ("观看时长（分钟）", (_SECONDS / 60).round(0).cast(pl.Int64)),
        ("观看时长（分钟）", (_SECONDS // 60).cast(pl.Int64)),
        ("观看时长", pl.format("{}小时{}分", (_SECONDS // 3600).cast(pl.Int64), (_SECONDS // 60 % 60).cast(pl.Int64))),
    ],
)
def test_times_that_are_rounded_to_their_last_digit_or_cut_to_whole_units_agree(
    seen: Evidence, tmp_path: Path, header: str, shown: pl.Expr
) -> None:
    assert _watched(seen, tmp_path, header, shown).finding.verdict == "agrees"


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("观看时长（小时）", (_SECONDS / 3600 + 0.9).round(4)),
        ("观看时长（小时）", (_SECONDS / 3600 + 0.06).round(1)),
        ("观看时长（分钟）", (_SECONDS / 60 + 0.95).round(2)),
        # cut where decimals are shown
        ("观看时长（小时）", (_SECONDS / 360).floor() / 10),
        # whole units that are neither rounded nor cut
        ("观看时长（小时）", (_SECONDS / 3600 + 0.9).floor().cast(pl.Int64)),
        ("观看时长（分钟）", (_SECONDS / 60 - 0.9).floor().cast(pl.Int64)),
    ],
)
def test_times_that_are_off_by_more_than_their_digits_leave_open_are_named(
    seen: Evidence, tmp_path: Path, header: str, shown: pl.Expr
) -> None:
    found = _watched(seen, tmp_path, header, shown)
    assert found.finding.verdict == "unexplained"
    assert set(found.rows["difference"]) == {"another value"}


def test_who_is_shown_with_0_has_watched_for_less_than_the_other_rows_show(seen: Evidence, tmp_path: Path) -> None:
    hours = (_SECONDS / 3600).round(3)
    zeros = pl.when(pl.int_range(pl.len()) == 3).then(0.0).otherwise(hours)
    found = _watched(seen, tmp_path, "观看时长（小时）", zeros)
    assert (found.finding.verdict, found.rows["file_row"].to_list()) == ("unexplained", [5])


def test_second_more_of_every_viewer_is_no_rounding_though_no_value_is_off_by_more(
    seen: Evidence, tmp_path: Path
) -> None:
    found = _watched(seen, tmp_path, "观看时长（秒）", (_SECONDS + 1).cast(pl.Int64))
    assert found.finding.verdict == "unexplained"
    assert "together they are" in found.finding.why.en
    assert set(found.rows["difference"]) == {"off with all others"}
    one = pl.when(pl.int_range(pl.len()) == 3).then(_SECONDS + 1).otherwise(_SECONDS)
    assert _watched(seen, tmp_path, "观看时长（秒）", one.cast(pl.Int64)).finding.verdict == "agrees"


def test_head_is_found_below_titles(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen)
    path = tmp_path / "console.csv"
    path.write_text("观众明细\n导出时间：2026-11-27\n\n" + rows.write_csv(), encoding="utf-8")
    head, own, likes = console.compare(console.read(path), seen)
    assert (head.finding.check, head.finding.expected, head.finding.found) == ("console-head", "1", "4")
    assert (head.finding.verdict, own.finding.verdict, likes.finding.verdict) == ("explained", "agrees", "agrees")


def test_head_of_two_rows_is_read_together(seen: Evidence, tmp_path: Path) -> None:
    totals = totals_of(seen, VOLC)
    path = tmp_path / "console.csv"
    body = totals.select("viewer_id", "room_id", "live_seconds", "replay_seconds", "likes")
    top, lower = "用户ID,房间号,直播,回放,互动", ",,观看时长（秒）,观看时长（秒）,点赞数"
    path.write_text(f"{top}\n{lower}\n" + body.write_csv(include_header=False), encoding="utf-8")
    assert compared_with(seen, path) == {
        "console-head": "explained",
        "console-rows": "agrees",
        "console-live-seconds": "agrees",
        "console-replay-seconds": "agrees",
        "console-likes": "agrees",
    }


def test_file_without_a_head_says_which_row_was_nearest(tmp_path: Path) -> None:
    path = tmp_path / "console.csv"
    path.write_text("标题\n用户ID,昵称\n1,甲\n", encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"no column can be compared, whichever of its first 20 .*row 2 has 用户ID, 昵称"
    ):
        console.read(path)


def test_row_of_totals_is_none_of_a_viewer_and_is_held_against_the_rows(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen, (_SECONDS / 60).round(1).alias("观看时长（分钟）"))
    likes, minutes = (
        int(rows["点赞数"].cast(pl.Int64).sum()),
        round(float(totals_of(seen, VOLC)["watch_seconds"].sum()) / 60),
    )
    for word, more, verdict in (("合计", 0, "agrees"), ("Total:", 9, "unexplained")):
        cells = {"用户ID": word, "房间号": "", "点赞数": str(likes + more), "观看时长（分钟）": float(minutes + more)}
        total = pl.DataFrame([cells], schema=rows.schema)
        found = found_by_check(seen, tmp_path, pl.concat([rows, total]))
        assert found["console-rows"].finding.verdict == "agrees"
        assert found["console-likes"].finding.verdict == "agrees"
        assert found["console-total-watch-seconds"].finding.verdict == verdict
        told = found["console-total-likes"].finding
        assert (told.expected, told.found, told.verdict) == (str(likes + more), str(likes), verdict)


@pytest.mark.parametrize(
    ("beat", "header", "step", "places"), [(30, "观看时长（分钟）", 60, 0), (180, "观看时长（小时）", 3600, 1)]
)
def test_console_that_rounds_every_half_up_agrees(
    seen: Evidence, tmp_path: Path, beat: int, header: str, step: int, places: int
) -> None:
    beats = (pl.col("watch_seconds") // beat * beat).cast(pl.Float64)
    totals = seen.tables["viewer_totals"].with_columns(watch_seconds=beats)
    seen = replace(seen, tables={**seen.tables, "viewer_totals": totals})
    shown = ((_SECONDS * 10**places / step + 0.5).floor() / 10**places).round(places)
    found = _watched(seen, tmp_path, header, shown if places else shown.cast(pl.Int64))
    assert found.finding.verdict == "agrees", found.finding.why.en
