from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from reporter import tables
from reporter.html.view import view
from reporter.model import Period, Pull, Pulled, Text
from reporter.report import Definition, Figure, Report

Make = Callable[..., Report]

ZONE = ZoneInfo("Asia/Shanghai")
WEEK = Period("2026-W46", datetime(2026, 11, 9, tzinfo=ZONE), datetime(2026, 11, 16, tzinfo=ZONE), "Asia/Shanghai")


def test_card_shows_the_figure_and_its_change_in_the_readers_style(make_report: Make) -> None:
    cards = {card.label: (card.value, card.change) for card in view(make_report()).cards}
    assert cards["观看人数"] == ("1,312", "-20.0%")
    assert cards["观看时长"] == ("1,250.0 小时", "+12.5%")


def test_card_without_a_period_before_shows_no_change(make_report: Make) -> None:
    cards = {card.label: card.change for card in view(make_report(language="en")).cards}
    assert cards["live people"] == ""


def test_card_that_no_vendor_can_give_is_unavailable_never_zero(make_report: Make) -> None:
    assert {card.label: card.value for card in view(make_report()).cards}["付费金额"] == "不可得"
    assert {card.label: card.value for card in view(make_report(language="en")).cards}["paid"] == "n/a"


def test_period_is_shown_with_both_days_inclusive_and_its_zone(make_report: Make) -> None:
    shown = view(make_report())
    assert shown.period == "2026-11-09 – 2026-11-15 (Asia/Shanghai)"
    assert shown.as_of == "2026-11-17 09:30"


def test_watch_time_in_tables_passes_24_hours(make_report: Make) -> None:
    assert view(make_report()).people.rows == (("1", "王小明", "甲公司", "1", "25:01:01"),)


def test_events_table_leaves_what_was_never_asked_empty_and_says_what_is_unavailable(make_report: Make) -> None:
    shown = view(make_report()).events
    assert shown.head == ("场次", "观看人数", "直播人数", "观看时长")
    assert shown.rows == (("第12课", "", "900", ""),)


def test_charts_come_with_their_numbers_and_words(make_report: Make) -> None:
    by_event, by_day, trend = view(make_report()).charts
    assert by_event.table.rows == (("第12课", "900", "不可得", ""),)
    assert by_day.alternative == "每日观众: 2026-11-09 直播 700"
    assert trend.table.rows == (("2026-W45", "1,640"), ("2026-W46", "1,312"))


def test_trend_needs_a_period_before(make_report: Make) -> None:
    assert [chart.title for chart in view(make_report(past=())).charts] == ["各场次观众", "每日观众"]


def test_card_of_a_ratio_changes_in_points(make_report: Make) -> None:
    rate = Definition("attendance_rate", Text("到课率", "rate"), "ratio", Text("", ""), "ratio", ())
    figures = (Figure("attendance_rate", "total", "", 0.825, 0.8),)
    for language, change in (("zh", "+2.5 个百分点"), ("en", "+2.5 pp")):
        (card,) = view(make_report(definitions=(rate,), figures=figures, language=language)).cards
        assert (card.value, card.change) == ("82.5%", change)


def test_plays_that_no_vendor_counts_are_unavailable_never_zero(make_report: Make) -> None:
    plays = tables.frame("plays", [{"room_id": "m1", "title": "片"}])
    assert view(make_report(tables={**tables.empty(), "plays": plays})).plays.rows == (("片", "不可得", "不可得", ""),)


def test_issues_of_one_kind_and_place_are_shown_once(make_report: Make) -> None:
    report = make_report()
    shown = view(replace(report, issues=report.issues * 2)).issues
    assert (shown.head, shown.rows) == (("级别", "内容", "位置"), (("警告", "新字段", "quanshi:qs"),))


def test_sources_add_up_a_calls_pulls_and_show_the_worst_verdict(make_report: Make) -> None:
    lost = Pulled(Pull("quanshi", "qs", "event/report/details", None, WEEK, "609769"), (), "short", 2, 8, 10)
    report = make_report(language="en")
    (row,) = view(replace(report, pulls=(*report.pulls, lost))).sources.rows
    assert row == ("Quanshi", "qs", "event/report/details", "50", "10", "Short")
    assert view(report).sources.head == ("Platform", "Account", "Call", "Rows", "Rows claimed", "Verdict")


def test_empty_week_has_no_charts_and_no_rows(make_report: Make) -> None:
    shown = view(make_report(tables=tables.empty(), figures=(), pulls=(), issues=(), past=()))
    assert (shown.cards, shown.charts, shown.people.rows, shown.events.rows) == ((), (), (), ())
