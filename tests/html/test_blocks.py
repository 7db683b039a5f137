"""Each block on its own: rows in, text and numbers out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from reporter import tables
from reporter.excel.sheets.curves import with_minutes
from reporter.html import canvas, charts
from reporter.html.blocks import (
    audience,
    events,
    figures,
    gaps,
    glossary,
    issues,
    leaving,
    overlap,
    people,
    plays,
    sources,
    story,
    trend,
    watching,
    who,
)
from reporter.html.blocks.base import Block, Table
from reporter.model import Finding, Issue, Pull, Pulled, Text
from reporter.report import Definition, Figure, Report

Make = Callable[..., Report]


def _rows(made: Block | None) -> list[tuple[str, ...]]:
    assert made is not None
    table = made.table or (made.chart.table if made.chart else None)
    assert isinstance(table, Table)
    return [tuple(cell.text for cell in row) for row in table.rows]


def test_card_shows_the_figure_and_its_change_in_the_readers_style(make_report: Make) -> None:
    cards = {card.label: (card.value, card.change, card.trend) for card in figures.cards(make_report())}
    assert cards["观看人数"] == ("1,312", "-20.0%", "down")
    assert cards["观看时长"] == ("1,250.0 小时", "+12.5%", "up")


def test_card_without_a_period_before_shows_no_change(make_report: Make) -> None:
    cards = {card.label: (card.change, card.trend) for card in figures.cards(make_report(language="en"))}
    assert cards["live people"] == ("", "")


def test_card_that_no_vendor_can_give_is_unavailable_never_zero(make_report: Make) -> None:
    assert {card.label: card.value for card in figures.cards(make_report())}["付费金额"] == "不可得"
    assert {card.label: card.value for card in figures.cards(make_report(language="en"))}["paid"] == "n/a"


def test_card_of_a_ratio_changes_in_points(make_report: Make) -> None:
    rate = Definition("attendance_rate", Text("到课率", "rate"), "ratio", Text("", ""), "ratio", ())
    given = (Figure("attendance_rate", "total", "", 0.825, 0.8),)
    for language, change in (("zh", "+2.5 个百分点"), ("en", "+2.5 pp")):
        (card,) = figures.cards(make_report(definitions=(rate,), figures=given, language=language))
        assert (card.value, card.change) == ("82.5%", change)


def test_audience_by_event_has_its_numbers_and_words(make_report: Make) -> None:
    made = audience.by_event(make_report())
    assert _rows(made) == [("第12课", "900", "不可得", "")]
    assert made is not None
    assert made.chart is not None
    assert made.chart.alternative == "各场次观众. 第12课 直播: 900"


def test_audience_by_day_names_every_day_with_its_year(make_report: Make) -> None:
    assert _rows(audience.by_day(make_report())) == [("2026-11-09", "700", "", ""), ("2026-11-10", "200", "", "")]


@pytest.mark.parametrize("days", [14, 31, 92])
def test_every_day_of_a_month_or_a_quarter_is_drawn_and_told(make_report: Make, days: int) -> None:
    when = [(datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=day)).date().isoformat() for day in range(days)]
    made = audience.by_day(make_report(figures=tuple(Figure("live_people", "day", day, 5) for day in when)))
    assert [row[0] for row in _rows(made)] == when
    assert made is not None
    assert made.chart is not None
    for frame in (charts.Frame(820, 260), charts.Frame(230, 220, is_narrow=True)):
        drawn = made.chart.spec(frame)
        assert [one["c"][-5:] for one in _values(drawn)] == [day[5:] for day in when]
        assert drawn["height"] == frame.height or days == 14


NOVEMBER = [f"2026-11-{day:02d}" for day in range(1, 21)]


def _by_day(make_report: Make, days: Sequence[str], unknown: Collection[str], **given: Any) -> Block:
    live = (Figure("live_people", "day", day, None if day in unknown else 5) for day in days)
    replay = (Figure("replay_people", "day", day, None) for day in days)
    made = audience.by_day(make_report(figures=(*live, *replay), **given))
    assert made is not None
    return made


@pytest.mark.parametrize("frame", [charts.Frame(820, 260), charts.Frame(230, 220, is_narrow=True)])
def test_day_of_which_nothing_is_known_keeps_its_place_and_is_no_bar_of_0(
    make_report: Make, frame: charts.Frame
) -> None:
    made = _by_day(make_report, NOVEMBER[:4], NOVEMBER[1:3])
    assert made.chart is not None
    drawn = made.chart.spec(frame)
    bars, signs = drawn["layer"]
    known, unknown = (layer["data"]["values"] for layer in (bars, signs))
    at = "y" if frame.is_narrow else "x"
    assert bars["encoding"][at]["sort"] == ["11-01", "11-02", "11-03", "11-04"]
    assert [(one["c"], one["v"]) for one in known] == [("11-01", 5), ("11-04", 5)]
    assert [one["c"] for one in unknown] == ["11-02", "11-03"]
    assert (signs["mark"]["type"], signs["encoding"]["text"]) == ("text", {"value": "?"})
    assert canvas.svg(made.chart.spec).count(">?</text>") == 4
    assert made.note == "标「?」处人数未知（数据未取全），不是 0。"
    assert made.chart.alternative == "每日观众. 11-01 直播: 5, 11-04 直播: 5"


def test_line_of_days_breaks_where_nothing_is_known_and_the_days_stay_on_the_axis(make_report: Make) -> None:
    made = _by_day(make_report, NOVEMBER, NOVEMBER[7:11], language="en")
    assert made.chart is not None
    drawn = made.chart.spec(charts.Frame(820, 260))
    known = [None if 7 <= place < 11 else 5 for place in range(20)]
    assert [one["v"] for one in _values(drawn)] == known
    assert drawn["encoding"]["x"]["sort"] == [day[5:] for day in NOVEMBER]
    assert made.note.startswith("Where a line breaks")


def test_days_that_are_all_known_say_nothing_of_gaps_and_0_is_a_number(make_report: Make) -> None:
    figures_ = tuple(Figure("live_people", "day", day, n) for n, day in enumerate(NOVEMBER[:4]))
    made = audience.by_day(make_report(figures=figures_))
    assert made is not None
    assert made.chart is not None
    assert made.note == ""
    drawn = made.chart.spec(charts.Frame(820, 260))
    assert [one["v"] for one in _values(drawn)] == [0, 1, 2, 3]


def test_more_events_than_bars_are_said_to_be_more(make_report: Make) -> None:
    figures_ = tuple(Figure("live_people", "event", str(number), 5) for number in range(30))
    made = audience.by_event(make_report(figures=figures_))
    assert made is not None
    assert made.note == "图中为前 24 项，下表为全部。"
    assert len(_rows(made)) == 30


def test_curves_count_minutes_only_while_somebody_is_there(full_report: Report) -> None:
    began = datetime(2026, 11, 10, 12, tzinfo=UTC)
    evenings = [(began, 5.0), (began + timedelta(minutes=1), 0.0), (began + timedelta(days=2), 7.0)]
    curves = pl.DataFrame(
        [("concurrency", "两晚", at, value) for at, value in evenings],
        schema=full_report.tables["curves"].schema,
        orient="row",
    )
    report = replace(full_report, tables={**full_report.tables, "curves": curves})
    assert leaving.lines(report, "concurrency").rows() == [("两晚", 1.0, 5.0), ("两晚", 2.0, 7.0)]
    assert _rows(leaving.concurrency(report)) == [("两晚", "7", "2")]
    book = with_minutes(curves).filter(pl.col("value") > 0)
    assert book["minute"].to_list() == leaving.lines(report, "concurrency")["minute"].to_list()


def test_drop_off_says_when_parts_of_the_audience_had_gone(full_report: Report) -> None:
    assert _rows(leaving.drop_off(full_report)) == [
        ("第12课", "0:02:00", "0:03:13", "0:04:00"),
        ("第13课", "0:02:00", "0:03:13", "0:04:00"),
    ]
    made = leaving.drop_off(full_report)
    assert made is not None
    assert made.chart is not None
    assert made.chart.alternative == "直播留存. 一半观众离开: 第12课: 0:03:13, 第13课: 0:03:13"


def _lasting(report: Report, minutes: int, chart: str, value: Callable[[int], float]) -> Report:
    """Return a report of one event that lasts so long, one value a minute."""
    began = datetime(2026, 11, 10, 12, tzinfo=UTC)
    kinds = {"concurrency": [10.0] * minutes} | {chart: [value(minute) for minute in range(minutes)]}
    points = [
        (kind, "长", began + timedelta(minutes=minute), at)
        for kind, values in kinds.items()
        for minute, at in enumerate(values)
    ]
    curves = pl.DataFrame(points, schema=report.tables["curves"].schema, orient="row")
    return replace(report, tables={**report.tables, "curves": curves})


@pytest.mark.parametrize(
    ("minutes", "step", "shown"), [(24, 1, 24), (25, 2, 13), (48, 2, 25), (100, 5, 21), (240, 10, 25)]
)
def test_long_curve_is_printed_in_steps_in_which_minutes_are_told(
    full_report: Report, minutes: int, step: int, shown: int
) -> None:
    made = leaving.concurrency(_lasting(full_report, minutes, "concurrency", lambda _: 7.0))
    assert made is not None
    assert made.chart is not None
    assert made.chart.step == step
    said = f"此处印出 {minutes} 行中的 {shown} 行，全部见网页上本图下方。"
    assert made.chart.on_paper == (said if step > 1 else "")


def _values(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a Vega-Lite chart."""
    return list(drawn["data"]["values"])


def _drawn(made: Block | None) -> tuple[list[tuple[str, ...]], list[tuple[float, float]]]:
    """Return the texts of a chart's table, and (minute, value) of what is drawn."""
    assert made is not None
    assert made.chart is not None
    data = _values(made.chart.spec(charts.Frame(820, 260)))
    return [tuple(cell.text for cell in row) for row in made.chart.table.rows], [(one["c"], one["v"]) for one in data]


def test_no_peak_is_lost_where_a_line_is_thinned_out(full_report: Report) -> None:
    report = _lasting(full_report, 2000, "concurrency", lambda minute: 900.0 if minute == 1234 else 10.0)
    rows, points = _drawn(leaving.concurrency(report))
    assert 200 < len(rows) <= leaving.MOST_POINTS
    assert [row for row in rows if row[1] != "10"] == [("1,234", "900")]
    assert [point for point in points if point[1] != 10] == [(1234, 900)]


def test_curves_have_every_value_that_is_drawn_in_their_table(full_report: Report) -> None:
    made = leaving.concurrency(full_report)
    rows, points = _drawn(made)
    assert made is not None
    assert made.chart is not None
    assert made.chart.table.head == ("第几分钟", "第12课", "第13课")
    assert rows == [("1", "1", "1"), ("2", "4", "4"), ("3", "9", "9"), ("4", "6", "6"), ("5", "2", "2")]
    assert points == [(1, 1), (2, 4), (3, 9), (4, 6), (5, 2)] * 2 + [(6, 2)] * 2


def test_drop_off_tells_the_part_still_there_at_each_minute(full_report: Report) -> None:
    report = _lasting(full_report, 100, "drop_off", lambda minute: 1.0 if minute < 50 else 0.123)
    rows, points = _drawn(leaving.drop_off(report))
    assert len(rows) == 100
    assert (rows[0], rows[49], rows[50], rows[99]) == (
        ("0", "100.0%"),
        ("49", "100.0%"),
        ("50", "12.3%"),
        ("99", "12.3%"),
    )
    assert points == [(0, 1.0), (50, 0.123), (99, 0.123), (100, 0.123)]
    made = leaving.drop_off(report)
    assert made is not None
    assert made.chart is not None
    assert made.chart.table.head == ("第一人进入后的分钟数", "长")


def test_value_of_the_last_minute_is_drawn_as_wide_as_a_minute(full_report: Report) -> None:
    rows, points = _drawn(leaving.concurrency(_lasting(full_report, 1, "concurrency", lambda _: 7.0)))
    assert rows == [("1", "7")]
    assert points == [(1, 7), (2, 7)]


@pytest.mark.parametrize(
    ("seconds", "named"), [(59.9, "0–1"), (60.0, "1–5"), (3599.0, "45–60"), (3600.0, "60–90"), (14400.0, "240+")]
)
def test_watch_time_falls_into_its_half_open_class(make_report: Make, seconds: float, named: str) -> None:
    seen = tables.frame("attendance", [{"event": "e", "person_id": "1", "watch_union_seconds": seconds}])
    made = watching.block(make_report(tables={**tables.empty(), "attendance": seen}))
    assert [row for row in _rows(made) if row[1] != "0"] == [(named, "1")]


def test_devices_and_places_count_people_not_visits(make_report: Make) -> None:
    place = {"vendor": "volcengine", "account": "v", "room_id": "1"}
    visits = tables.frame(
        "visits",
        [
            {**place, "person_id": "1", "device": "IOS", "location": "中国-浙江-杭州"},
            {**place, "person_id": "1", "device": "iOS", "location": "中国,浙江"},
            {**place, "person_id": "2", "device": "Windows", "location": "美国"},
            {**place, "person_id": "3", "device": "Windows", "excluded_by": "role: host"},
        ],
    )
    report = make_report(tables={**tables.empty(), "visits": visits})
    assert _rows(who.devices(report)) == [("Windows", "1"), ("iOS", "1")]
    assert _rows(who.places(report)) == [("浙江", "1"), ("美国", "1")]


def test_overlap_is_a_matrix_of_platforms(full_report: Report) -> None:
    assert _rows(overlap.block(full_report)) == [("全时", "9", "4"), ("火山引擎", "4", "12")]


def test_trend_shows_the_last_four_periods_and_a_gap_as_a_gap(make_report: Make) -> None:
    assert _rows(trend.block(make_report())) == [("2026-W45", "1,640", "不可得"), ("2026-W46", "1,312", "900")]
    assert trend.block(make_report(past=())) is None


def test_trend_keeps_periods_in_order_and_breaks_a_line_where_a_figure_is_missing(make_report: Make) -> None:
    base = make_report()
    (week,) = base.past
    known = {"people": 1640, "live_people": 900}
    past = [
        replace(week, label=f"2026-W{43 + at}", totals=totals)
        for at, totals in enumerate((known, {"live_people": 800}, {}))
    ]
    made = trend.block(replace(base, past=tuple(past)))
    assert made is not None
    assert made.chart is not None
    values = _values(made.chart.spec(charts.Frame(820, 260)))
    assert list(dict.fromkeys(one["c"] for one in values)) == ["2026-W43", "2026-W44", "2026-W45", "2026-W46"]
    assert [one["v"] for one in values if one["g"] == "观看人数"] == [1640, None, None, 1312]


def test_story_never_says_nobody_where_people_are_unknown_or_have_no_name(make_report: Make) -> None:
    base = make_report()
    for said in (None, 0):
        figures = tuple(replace(one, value=said) if one.metric == "people" else one for one in base.figures)
        assert story.nothing(replace(base, figures=figures)) == ""


def test_events_leave_what_was_never_asked_out_and_say_what_is_unavailable(make_report: Make) -> None:
    made = events.block(make_report())
    assert made is not None
    assert made.table is not None
    assert made.table.head == ("场次", "直播人数")
    assert _rows(made) == [("第12课", "900")]


def test_top_people_are_sorted_by_watch_time_past_24_hours(make_report: Make) -> None:
    assert _rows(people.block(make_report())) == [("1", "王小明", "甲公司", "1", "25:01:01")]


def test_plays_that_no_vendor_counts_are_unavailable_never_zero(make_report: Make) -> None:
    given = tables.frame("plays", [{"room_id": "m1", "title": "片"}])
    report = make_report(tables={**tables.empty(), "plays": given})
    assert _rows(plays.block(report)) == [("片", "不可得", "不可得", "不可得")]


def test_play_time_is_written_as_on_its_card(make_report: Make) -> None:
    played = [{"room_id": room, "title": room, "play_seconds": time} for room, time in (("a", 450_583), ("b", 141_804))]
    total = Figure("play_seconds", "total", "", 592_387.0)
    defined = (Definition("play_seconds", Text("播放时长", ""), "seconds", Text("", ""), "sum", ()),)
    given = {**tables.empty(), "plays": tables.frame("plays", played)}
    report = make_report(tables=given, figures=(total,), definitions=defined)
    assert [one.value for one in figures.cards(report)] == ["164.6 小时"]
    assert [row[3] for row in _rows(plays.block(report))] == ["125.2 小时", "39.4 小时"]


def test_sources_show_rows_beside_those_claimed(full_report: Report) -> None:
    assert _rows(sources.block(full_report)) == [
        ("全时", "qs", "event/report/details", "42", "", "完整"),
        ("拓课云", "talk", "vod/watch", "40", "42", "缺数据"),
    ]


def test_issues_of_one_kind_and_place_are_shown_once(make_report: Make) -> None:
    report = make_report()
    assert len(_rows(issues.block(replace(report, issues=report.issues * 3)))) == 1


def test_places_of_issues_and_findings_are_told_in_the_readers_words(make_report: Make) -> None:
    issue = Issue("info", "no-plays", Text("没有播放", ""), "aliyun:vod Describe room m1 reply r1 row 2")
    label = Text("时长", "")
    finding = Finding("sums", label, "quanshi:qs room 5", "1", "2", "unexplained", label)
    report = make_report(issues=(issue,), findings=(finding,))
    assert _rows(issues.block(report)) == [("提示", "没有播放", "aliyun:vod Describe 房间 m1 回复 r1 第 2 行")]
    made = gaps.block(report)
    assert made is not None
    assert made.sentences == ("时长（quanshi:qs 房间 5）：应为 1，实为 2，原因未明。",)


def test_glossary_has_the_figures_of_this_report_only(make_report: Make) -> None:
    report = make_report(figures=(Figure("people", "total", "", 3),))
    assert _rows(glossary.block(report)) == [("观看人数", "观看人数的算法", "")]


def test_story_says_how_many_came_and_when_half_had_left(full_report: Report) -> None:
    told = " ".join(story.block(full_report).sentences)
    assert "1,312 人观看（较上期 -20.0%）" in told
    assert "“第12课”每场直播从第一人进入算起，4 分钟内一半观众已经离开" in told


def test_story_tells_half_of_two_evenings_by_the_figure_of_the_workbook_not_by_their_curves(
    full_report: Report,
) -> None:
    began = datetime(2026, 11, 10, 12, tzinfo=UTC)
    second = began + timedelta(days=1)
    points = [("concurrency", "两晚", at + timedelta(minutes=n), 5.0) for at in (began, second) for n in range(90)]
    points += [("drop_off", "两晚", began, 1.0), ("drop_off", "两晚", second + timedelta(minutes=70), 0.5)]
    curves = pl.DataFrame(points, schema=full_report.tables["curves"].schema, orient="row")
    given = (Figure("people", "total", "", 8), Figure("live_people", "event", "两晚", 8))
    half = Figure("half_left_seconds", "event", "两晚", 4193)
    report = replace(full_report, tables={**full_report.tables, "curves": curves}, figures=(*given, half))
    assert "“两晚”每场直播从第一人进入算起，70 分钟内一半观众已经离开。" in story.block(report).sentences
    assert [row[0::2] for row in _rows(leaving.drop_off(report))] == [("两晚", "1:09:53")]
    unknown = replace(report, figures=(*given, replace(half, value=None)))
    assert "离开" not in "".join(story.block(unknown).sentences)
    assert [row[2] for row in _rows(leaving.drop_off(unknown))] == ["不可得"]


def test_story_of_an_empty_week_is_that_nobody_watched(make_report: Make) -> None:
    report = make_report(tables=tables.empty(), figures=(), past=())
    assert story.block(report).sentences == ("本期没有观看记录。",)


def test_story_of_a_partial_week_does_not_say_that_nobody_watched(make_report: Make) -> None:
    report = make_report(tables=tables.empty(), figures=(), past=(), status="partial")
    assert story.block(report).sentences == ("已取得的数据中没有观看记录。",)


def test_story_of_on_demand_alone_is_its_plays(make_report: Make) -> None:
    plays_ = Definition("plays", Text("播放次数", "plays"), "count", Text("", ""), "sum", ())
    report = make_report(figures=(Figure("plays", "total", "", 1234),), definitions=(plays_,))
    assert story.block(report).sentences == ("点播共播放 1,234 次。",)


def test_story_tells_no_0_of_plays_that_did_not_come(make_report: Make) -> None:
    plays_ = Definition("plays", Text("播放次数", "plays"), "count", Text("", ""), "sum", ())
    base = make_report(status="partial")
    report = replace(
        base, figures=(*base.figures, Figure("plays", "total", "", None)), definitions=(*base.definitions, plays_)
    )
    assert "播放" not in "".join(story.block(report).sentences)


def test_sentences_stand_on_one_line_and_turn_nothing_around(make_full: Make) -> None:
    told = "".join(story.block(make_full("a\n\u202eb\u2066\tc")).sentences)
    assert "“a b c”" in told


def test_gaps_name_each_pull_that_is_not_whole_and_why(make_report: Make) -> None:
    pull = Pull("talkcloud", "talk", "vod/watch", None, make_report().period, "77")
    pulls = [Pulled(replace(pull, room=str(77 + number)), (), "failed", 3) for number in range(12)]
    made = gaps.block(make_report(status="partial", pulls=tuple(pulls)))
    assert made is not None
    assert made.is_alarm
    assert made.sentences[0] == "拓课云 vod/watch 77：失败。"
    assert made.sentences[-1] == "另有 4 处：拉取缺失见下方“问题与说明”，不一致见工作簿的对账表。"
    assert gaps.block(make_report()) is None


def test_gaps_of_one_media_and_reason_are_one_sentence_with_their_days(make_report: Make) -> None:
    base = Pull("aliyun", "vod", "DescribeVodMediaPlayData", None, make_report().period, "m1")

    def failed(room: str, days: Iterable[int], why: str = "超时") -> list[Pulled]:
        asked = [replace(base, room=room, params=(("PlayDate", f"202611{day:02}"),)) for day in days]
        told = (Issue("error", "pull-failed", Text(why, why), "vod"),)
        return [Pulled(one, (), "failed", 3, issues=told) for one in asked]

    pulls = [*failed("m1", range(15, 8, -1)), *failed("m2", (9, 11)), *failed("m2", (12,), "限流")]
    made = gaps.block(make_report(status="partial", pulls=tuple(pulls)))
    assert made is not None
    assert made.sentences == (
        "阿里云点播 DescribeVodMediaPlayData m1 2026-11-09 至 2026-11-15 共 7 天：失败。超时",
        "阿里云点播 DescribeVodMediaPlayData m2 2026-11-09，2026-11-11：失败。超时",
        "阿里云点播 DescribeVodMediaPlayData m2 2026-11-12：失败。限流",
    )
