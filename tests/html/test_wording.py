"""Words around numbers: one has the form of one, on the page, in the letter and in its plain twin."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

import pytest

from reporter.excel.wording import WORDS as WORKBOOK
from reporter.html import Entry, drawing, index, letter, page
from reporter.html.blocks import story
from reporter.html.wording import LETTER, WORDS
from reporter.mail.wording import WORDS as MAIL
from reporter.metrics import REGISTRY
from reporter.model import Count, Language, Text
from reporter.report import Definition, Figure, Report

Make = Callable[..., Report]

MANY_AFTER_ONE = re.compile(r"\b1 (are|were|have|more are|[a-z]*people|(?!was )[a-z]+[^s\W]s)\b")


@pytest.mark.parametrize(
    ("forms", "one", "many"),
    [
        ("", "1", "1,312"),
        ("person|people", "1 person", "1,312 people"),
        ("row is|rows are| left out", "1 row is left out", "1,312 rows are left out"),
        ("in all", "1 in all", "1,312 in all"),
    ],
)
def test_count_takes_the_form_that_its_number_asks_for(forms: str, one: str, many: str) -> None:
    assert (format(Count("1"), forms), format(Count("1,312"), forms)) == (one, many)


def test_counted_sentence_has_the_form_of_its_number() -> None:
    said = Text("行未计入", "row is|rows are| left out")
    assert [said.counted(count).en for count in (1, 0, 2)] == [
        "1 row is left out",
        "0 rows are left out",
        "2 rows are left out",
    ]
    assert said.counted(1).zh == "1 行未计入"
    assert said.counted(1941) == Text("1,941 行未计入", said.counted(1941).en)
    assert said.counted(1941).en.startswith("1,941 ")


@pytest.mark.parametrize("words", [WORDS, LETTER, MAIL, WORKBOOK], ids=["page", "letter", "mail", "workbook"])
def test_no_sentence_says_many_of_one(words: dict[str, Text]) -> None:
    ones: defaultdict[str, Count] = defaultdict(lambda: Count("1"))
    told = {key: text.en.format_map(ones) for key, text in words.items() if key not in {"show_all", "cut"}}
    assert {key: said for key, said in told.items() if MANY_AFTER_ONE.search(said)} == {}


def _of_one(make_report: Make) -> Report:
    people = Definition("people", Text("人数", "People"), "people", Text("", ""), "union", ())
    peak = Definition("peak_concurrency", Text("最高在线", "Peak"), "people", Text("", ""), "max", ())
    average = Definition("average_watch_seconds", Text("人均", "Average"), "seconds", Text("", ""), "ratio", ())
    totals = (Figure("people", "total", "", 1), Figure("peak_concurrency", "total", "", 1))
    more = (Figure("average_watch_seconds", "total", "", 60.0), Figure("people", "event", "Lesson 12", 1))
    return make_report(
        language="en", title="Acme", definitions=(people, peak, average), figures=(*totals, *more), past=()
    )


def test_week_of_one_person_is_told_in_the_form_of_one(make_report: Make) -> None:
    report = _of_one(make_report)
    made = letter(drawing(report))
    for told in (page(report)[0].decode(), made.html, made.plain):
        assert "1 person watched 1 event." in told
        assert "and at most 1 was online at once." in told


def test_index_counts_one_warning_as_one() -> None:
    entries = [Entry("acme", label, "", "", is_partial=False, issues=n, files=()) for n, label in ((1, "a"), (2, "b"))]
    told = index(entries, "en").decode()
    assert "· 1 warning<" in told
    assert "· 2 warnings<" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_story_calls_who_came_anew_and_again_what_the_cards_call_them(make_report: Make, language: Language) -> None:
    codes = {"new_people": 58, "returning_people": 209}
    report = make_report(
        language=language,
        figures=tuple(Figure(code, "total", "", value) for code, value in codes.items()) + make_report().figures,
        definitions=tuple(one.definition for one in REGISTRY),
    )
    told = " ".join(story.block(report).sentences).lower()
    labels = [one.definition.label.in_(language).lower() for one in REGISTRY if one.definition.code in codes]
    assert [label in told for label in labels] == [True, True]


@pytest.mark.parametrize(("word", "code"), [("peak", "peak_concurrency"), ("viewers", "play_viewer_days")])
def test_head_of_a_figure_is_its_name_in_the_registry(word: str, code: str) -> None:
    assert [WORDS[word]] == [one.definition.label for one in REGISTRY if one.definition.code == code]


@pytest.mark.parametrize(
    ("word", "code"),
    [("stayed", "average_watch_seconds"), ("peak_was", "peak_concurrency"), ("people_note", "watch_union_seconds")],
)
def test_chinese_sentence_names_a_figure_as_the_registry_does(word: str, code: str) -> None:
    (label,) = (one.definition.label for one in REGISTRY if one.definition.code == code)
    assert label.zh in WORDS[word].zh
