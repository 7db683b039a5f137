"""Files exported from a platform's console against the report: columns by name or by a map, rows by who they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from reporter.audit import console
from reporter.audit.console_cells import number
from reporter.audit.console_columns import columns_of
from reporter.audit.evidence import Evidence
from reporter.errors import UsageError
from tests.audit.exporting import VOLC, compared_with, found_by_check, of_volc, totals_of, xlsx

QUANSHI, VIDEO, MEDIA = "609768", "8602268011035296205", "9ae2af636ca6c10412f44891fc000001"


def test_export_in_chinese_agrees_column_by_column(seen: Evidence, tmp_path: Path) -> None:
    rows = totals_of(seen, VOLC).select(
        pl.col("viewer_id").alias("用户ID"),
        pl.col("room_id").alias("直播间ID"),
        pl.col("live_seconds").alias("直播观看时长（秒）"),
        (pl.col("watch_seconds") / 60).round(1).alias("观看总时长(分钟)"),
        pl.col("comments").alias("评论数"),
    )
    assert compared_with(seen, xlsx(tmp_path / "console.xlsx", rows)) == {
        "console-rows": "agrees",
        "console-live-seconds": "agrees",
        "console-watch-seconds": "agrees",
        "console-comments": "agrees",
    }


def test_export_in_english_with_clock_times_agrees(seen: Evidence, tmp_path: Path) -> None:
    seconds = pl.col("watch_seconds").cast(pl.Int64)
    clock = pl.format("{}:{}:{}", seconds // 3600, seconds // 60 % 60, seconds % 60)
    rows = totals_of(seen, QUANSHI).select(
        pl.col("viewer_id").alias("Viewer id"),
        pl.col("room_id").alias("Room ID"),
        clock.alias("Watch time"),
        pl.col("visits").alias("Visits"),
    )
    rows.write_csv(tmp_path / "console.csv")
    found = compared_with(seen, tmp_path / "console.csv")
    assert found == {"console-rows": "agrees", "console-watch-seconds": "agrees", "console-visits": "agrees"}


def test_value_that_is_another_is_named_with_its_row_and_reply(seen: Evidence, tmp_path: Path) -> None:
    totals = totals_of(seen, VOLC)
    rows = totals.select(
        pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号"), pl.col("likes").alias("点赞数")
    )
    likes = pl.when(pl.int_range(pl.len()) == 2).then(pl.col("点赞数") + 9).otherwise("点赞数")
    changed = rows.with_columns(点赞数=likes)
    path = xlsx(tmp_path / "console.xlsx", changed)
    (found,) = [one for one in console.compare(console.read(path), seen) if one.finding.verdict == "unexplained"]
    assert (found.finding.check, found.finding.where) == ("console-likes", f"volcengine:volc room {VOLC} 点赞数")
    assert int(float(found.finding.expected)) - int(float(found.finding.found)) == 9
    (row,) = found.rows.iter_rows(named=True)
    assert (row["viewer"], row["file_row"]) == (totals["viewer_id"][2], 4)
    assert (row["reply_id"], row["row_no"]) == totals.select("reply_id", "row_no").row(2)


def test_viewers_of_one_side_alone_and_rows_that_stand_twice_are_unexplained(seen: Evidence, tmp_path: Path) -> None:
    rows = totals_of(seen, VOLC).select(
        pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号"), pl.col("likes").alias("点赞数")
    )
    stranger = rows.head(1).with_columns(用户ID=pl.lit("7"))
    path = xlsx(tmp_path / "console.xlsx", pl.concat([rows.slice(1), rows.slice(1, 1), stranger]))
    (found,) = [one for one in console.compare(console.read(path), seen) if one.finding.check == "console-rows"]
    assert found.finding.verdict == "unexplained"
    assert found.rows["side"].value_counts().sort("side").rows() == [
        ("not in the file", 1),
        ("only in the file", 1),
        ("twice in the file", 2),
    ]


def test_number_of_rows_stands_against_the_number_of_viewers(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen)
    n = rows.height
    cases = {
        "short": (
            rows.slice(1),
            str(n - 1),
            str(n),
            "0 rows have no counterpart in the report, 1 viewer or day has no",
        ),
        "double": (pl.concat([rows, rows.head(1)]), str(n + 1), str(n), "2 rows are about one that another row is"),
        "other": (pl.concat([rows.slice(1), rows.slice(1, 1)]), str(n), f"{n - 1}/{n}", "1 viewer or day has no row"),
    }
    for other, expected, known, why in cases.values():
        finding = found_by_check(seen, tmp_path, other)["console-rows"].finding
        assert (finding.expected, finding.found, finding.verdict) == (expected, known, "unexplained")
        assert why in finding.why.en


def test_rows_meet_by_phone_however_it_is_spelled(seen: Evidence, tmp_path: Path) -> None:
    bare = pl.col("phone").str.replace(r"^\+86-?", "")
    totals = totals_of(seen, VOLC).filter(
        pl.col("phone").is_not_null() & ~bare.is_duplicated() & bare.str.starts_with("1")
    )
    spelled = pl.format("+86 {} {} {}", bare.str.slice(0, 3), bare.str.slice(3, 4), bare.str.slice(7))
    rows = totals.select(spelled.alias("手机号码"), pl.col("room_id").alias("房间号"), pl.col("likes").alias("点赞"))
    found = list(console.compare(console.read(xlsx(tmp_path / "console.xlsx", rows)), seen))
    assert {one.finding.check: one.finding.verdict for one in found}["console-likes"] == "agrees"
    (rows_found,) = [one for one in found if one.finding.check == "console-rows"]
    assert set(rows_found.rows["side"]) == {"not in the file"}


def _at(place: int, cell: str | None) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == place).then(pl.lit(cell)).otherwise("点赞数").alias("点赞数")


@pytest.mark.parametrize(("cell", "what"), [("1.2万", "no number"), ("nan", "no number"), ("", "on one side alone")])
def test_cell_that_cannot_be_compared_is_unexplained_with_its_row(
    seen: Evidence, tmp_path: Path, cell: str, what: str
) -> None:
    found = found_by_check(seen, tmp_path, of_volc(seen).with_columns(_at(2, cell)))
    likes = found["console-likes"]
    assert likes.finding.verdict == "unexplained"
    assert likes.rows.select("file_row", "difference", "cell").rows() == [(4, what, cell if cell != "" else None)]
    assert found["console-rows"].finding.verdict == "agrees"


def test_column_of_which_no_cell_can_be_read_is_unexplained(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen).with_columns(pl.lit("many").alias("点赞数"))
    likes = found_by_check(seen, tmp_path, rows)["console-likes"]
    assert (likes.finding.verdict, likes.finding.expected, likes.rows.height) == ("unexplained", "-", rows.height)


def test_cells_that_are_empty_on_both_sides_agree(seen: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "console.csv"
    of_volc(seen).with_columns(_at(2, None)).write_csv(path)
    third = totals_of(seen, VOLC)["viewer_id"][2]
    is_third = (pl.col("room_id") == VOLC) & (pl.col("viewer_id") == third)
    likes = pl.when(~is_third).then("likes").alias("likes")
    silent = replace(seen, tables={**seen.tables, "activity": seen.tables["activity"].with_columns(likes)})
    assert compared_with(silent, path)["console-likes"] == "agrees"
    assert compared_with(seen, path)["console-likes"] == "unexplained"


def test_figure_that_the_report_has_not_is_told_and_not_called_equal(seen: Evidence, tmp_path: Path) -> None:
    plays = found_by_check(seen, tmp_path, of_volc(seen, pl.lit(3).alias("播放次数")))["console-plays"]
    assert plays.finding.verdict == "explained"
    assert "nothing was compared" in plays.finding.why.en
    empty = found_by_check(seen, tmp_path, of_volc(seen, pl.lit("-").alias("播放次数")))["console-plays"]
    assert empty.finding.verdict == "agrees"


def test_console_of_the_periods_days_may_list_those_who_did_not_come_with_0(seen: Evidence, tmp_path: Path) -> None:
    rows = totals_of(seen, VOLC).select(pl.col("viewer_id").alias("用户ID"), pl.col("room_id").alias("房间号"))
    visits = seen.tables["visits"].filter((pl.col("room_id") != VOLC) | (pl.col("viewer_id") != rows["用户ID"][0]))
    came = (
        visits.filter(pl.col("room_id") == VOLC)
        .group_by(用户ID="viewer_id")
        .agg(观看时长=pl.col("watch_seconds").sum())
    )
    shorter = replace(seen, tables={**seen.tables, "visits": visits})
    of_days = rows.join(came, on="用户ID", how="left", maintain_order="left")
    assert of_days["观看时长"].null_count() == 1
    zeros = found_by_check(shorter, tmp_path, of_days.with_columns(pl.col("观看时长").fill_null(0)))
    assert zeros["console-watch-seconds"].finding.verdict == "agrees"
    empty = found_by_check(shorter, tmp_path, of_days)["console-watch-seconds"]
    assert (empty.finding.verdict, empty.rows["difference"].to_list()) == ("unexplained", ["on one side alone"])


def test_column_without_a_header_is_named_by_its_number_where_it_holds_something(
    seen: Evidence, tmp_path: Path
) -> None:
    path = tmp_path / "console.csv"
    path.write_text(f"用户ID,房间号,,点赞数,\n1,{VOLC},,2,7\n", encoding="utf-8")
    (columns,) = [one for one in console.compare(console.read(path), seen) if one.finding.check == "console-columns"]
    assert columns.rows["header"].to_list() == ["[5]"]


def test_headers_that_are_compared_with_nothing_are_named(seen: Evidence, tmp_path: Path) -> None:
    found = found_by_check(seen, tmp_path, of_volc(seen, pl.lit(3).alias("小红心"), pl.lit(4).alias("点赞次数")))
    columns = found["console-columns"]
    assert (columns.finding.verdict, columns.finding.expected, columns.finding.found) == ("explained", "5", "3")
    assert "小红心, 点赞次数" in columns.finding.why.en
    assert columns.rows["header"].to_list() == ["小红心", "点赞次数"]


def test_rows_of_a_strange_room_or_of_none_are_counted_and_unexplained(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen)
    rooms = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("999")).when(pl.int_range(pl.len()) == 1).then(pl.lit(""))
    path = xlsx(tmp_path / "console.xlsx", pl.concat([rows, rows.head(2).with_columns(房间号=rooms)]))
    strange, own, *_ = console.compare(console.read(path), seen)
    assert (strange.finding.check, strange.finding.verdict) == ("console-rows", "unexplained")
    assert (strange.finding.expected, strange.finding.found) == (str(rows.height + 2), str(rows.height))
    assert strange.rows["file_row"].to_list() == [rows.height + 2, rows.height + 3]
    assert own.finding.verdict == "agrees"
    alone = xlsx(tmp_path / "alone.xlsx", rows.with_columns(房间号=pl.lit("999")))
    assert compared_with(seen, alone) == {"console-rows": "unexplained"}


def test_sums_are_told_to_the_last_digit(seen: Evidence, tmp_path: Path) -> None:
    rows = of_volc(seen).with_columns(_at(0, "1234567"))
    finding = found_by_check(seen, tmp_path, rows)["console-likes"].finding
    assert finding.expected == str(1234567 + sum(int(one) for one in rows["点赞数"][1:]))


def test_headers_that_nobody_knows_are_told_by_a_map(seen: Evidence, tmp_path: Path) -> None:
    rows = totals_of(seen, VOLC).select(
        pl.col("viewer_id").alias("学员"), pl.col("room_id").alias("课室"), pl.col("likes").alias("小红心")
    )
    path = xlsx(tmp_path / "console.xlsx", rows)
    with pytest.raises(UsageError, match=r"no column says whom .*学员, 课室, 小红心.*--map HEADER=COLUMN"):
        console.read(path)
    mapping = ["学员=viewer_id", "课室=room_id", "小红心=likes"]
    assert compared_with(seen, path, mapping) == {"console-rows": "agrees", "console-likes": "agrees"}


def test_days_of_plays_are_compared_by_their_date(seen: Evidence, tmp_path: Path) -> None:
    plays = seen.tables["plays"].filter(pl.col("room_id") == MEDIA)
    rows = plays.select(
        pl.col("day").dt.strftime("%Y/%m/%d").alias("日期"),
        pl.col("room_id").alias("媒资ID"),
        pl.col("plays").alias("播放次数"),
        pl.col("play_seconds").alias("播放时长"),
    )
    assert compared_with(seen, xlsx(tmp_path / "console.xlsx", rows)) == {
        "console-rows": "agrees",
        "console-plays": "agrees",
        "console-play-seconds": "agrees",
    }


def test_console_that_was_asked_for_the_periods_days_agrees_with_the_periods_visits(
    seen: Evidence, tmp_path: Path
) -> None:
    visits = seen.tables["visits"].filter(pl.col("room_id") == VIDEO)
    rows = (
        visits.group_by("viewer_id")
        .agg(pl.col("watch_seconds").sum(), pl.len())
        .select(
            pl.col("viewer_id").alias("userId"),
            pl.lit(VIDEO).alias("视频ID"),
            pl.col("watch_seconds").alias("观看时长"),
        )
    )
    path = xlsx(tmp_path / "console.xlsx", rows)
    assert compared_with(seen, path) == {"console-rows": "agrees", "console-watch-seconds": "agrees"}


def test_export_that_names_no_room_needs_one_that_is_audited_alone(seen: Evidence, tmp_path: Path) -> None:
    rows = pl.DataFrame({"用户ID": ["1"], "点赞数": [1]})
    with pytest.raises(UsageError, match=r"which room is it about\? Name one with --room"):
        compared_with(seen, xlsx(tmp_path / "console.xlsx", rows))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("1:02:03", 3723.0),
        ("02:03", 123.0),
        ("1 day, 1:00:00", 90_000.0),
        ("1小时2分3秒", 3723.0),
        ("2分钟", 120.0),
        ("1h 2m 3s", 3723.0),
        ("1,234", 1234.0),
        ("¥12.50", 12.5),
        ("-", None),
        ("", None),
        ("n/a", None),
        ("1e3", 1000.0),
    ],
)
def test_cells_are_read_as_consoles_write_them(text: str, seconds: float | None) -> None:
    assert number(text, 1.0) == seconds


@pytest.mark.parametrize("text", ["1.2万", "nan", "inf", "1_000", "12%", "soon"])
def test_cell_that_is_no_number_is_not_taken_for_an_empty_one(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        number(text, 1.0)


def test_number_of_minutes_is_seconds() -> None:
    (column,) = columns_of(["观看时长（分钟）"])
    assert (column.name, number("2.5", column.factor), column.is_time) == ("watch_seconds", 150.0, True)


def test_slip_in_a_map_names_the_near_match() -> None:
    with pytest.raises(UsageError, match="did you mean watch_seconds"):
        columns_of(["时长"], ["时长=watch_second"])
    with pytest.raises(UsageError, match="did you mean '观看时长'"):
        columns_of(["观看时长"], ["看时长=watch_seconds"])
