from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from reporter import metrics
from reporter.cli.metrics import command as listing
from reporter.errors import UsageError

DOCS = Path(__file__).parents[2] / "docs" / "metrics.md"
CODES = [one.code for one in metrics.definitions()]


@pytest.fixture
def told() -> Callable[..., str]:
    """Return a function that gives what the command prints on stdout."""

    def run(*words: str) -> str:
        ended = CliRunner().invoke(listing, list(words), catch_exceptions=False, standalone_mode=False)
        if ended.exception:
            raise ended.exception
        return ended.stdout

    return run


def test_every_figure_is_listed_once_in_the_order_of_the_registry(told: Callable[..., str]) -> None:
    assert [line.split()[0] for line in told().splitlines()[1:]] == CODES


def test_json_gives_all_of_an_entry_in_both_languages(told: Callable[..., str]) -> None:
    listed = json.loads(told("--json"))["metrics"]
    assert [one["code"] for one in listed] == CODES
    people = listed[0]
    assert people.keys() == {"code", "label", "unit", "formula", "additivity", "vendors", "bias"}
    assert (people["label"], people["additivity"]) == ({"zh": "观看人数", "en": "People"}, "union")


def test_figures_that_others_ask_for_by_name_are_there(told: Callable[..., str]) -> None:
    contract = ("people", "live_people", "replay_people", "watch_seconds", "comments", "plays", "play_seconds")
    listed = json.loads(told("--json", *contract))["metrics"]
    assert {one["code"] for one in listed} == set(contract)


def test_one_figure_is_told_with_its_formula_and_bias_in_the_readers_language(told: Callable[..., str]) -> None:
    assert "  算法: 聊天与评论条数之和" in told("comments", "--language", "zh")
    english = told("comments")
    assert "  formula: sum of chat messages and comments" in english
    assert "  known bias: " in english


def test_formula_of_engagement_names_its_weights(told: Callable[..., str]) -> None:
    assert "(0.5 × watching + 0.2 × comments + 0.2 × questions + 0.1 × votes)" in told("engagement")
    (one,) = [one for one in metrics.definitions({"watch": 1, "votes": 0.25}) if one.code == "engagement"]
    assert one.formula.zh.endswith("（1 × 观看 + 0.25 × 投票）")


def test_list_can_be_cut_to_one_platform(told: Callable[..., str]) -> None:
    listed = json.loads(told("--json", "--vendor", "aliyun"))["metrics"]
    assert {tuple(one["vendors"]) for one in listed} == {("aliyun",), ()}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("peple",), "there is no figure `peple`; did you mean `people`?"),
        (("zzz",), "there is no figure `zzz`; `reporter metrics` lists them"),
        (("--vendor", "aliyn"), "there is no platform `aliyn`; did you mean `aliyun`?"),
    ],
)
def test_unknown_word_is_refused_with_the_near_one(told: Callable[..., str], words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match="there is no") as fault:
        told(*words)
    assert str(fault.value) == said
    assert fault.value.exit_code == 2


def test_page_of_the_docs_is_what_the_command_prints(told: Callable[..., str]) -> None:
    assert DOCS.read_text(encoding="utf-8") == told("--markdown", "--language", "en")


def test_command_is_one_of_reporters(command: Callable[..., Any]) -> None:
    ended = command("metrics", "people")
    assert (ended.code, ended.stdout.splitlines()[0]) == (0, "people")
