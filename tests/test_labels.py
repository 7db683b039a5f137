from __future__ import annotations

import pytest

from reporter import labels
from reporter.model import Language
from reporter.tables import SCHEMAS


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_of_a_table_has_a_label_in_both_languages(table: str) -> None:
    for name in SCHEMAS[table]:
        text = labels.COLUMNS.get(f"{table}.{name}") or labels.COLUMNS[name]
        assert text.zh
        assert text.en


def test_labels_of_a_table_differ_from_column_to_column() -> None:
    for language in ("zh", "en"):
        for table, schema in SCHEMAS.items():
            headers = [labels.column(table, name, language) for name in schema]
            assert len({header.casefold() for header in headers}) == len(headers), table


@pytest.mark.parametrize(("language", "label"), [("zh", "火山引擎"), ("en", "Volcengine")])
def test_vendor_is_called_what_readers_call_it(language: Language, label: str) -> None:
    assert labels.vendor("volcengine", language) == label


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00:00"), (59.6, "0:01:00"), (90061, "25:01:01"), (-61, "-0:01:01"), (-0.4, "0:00:00"), (None, "")],
)
def test_clock_passes_24_hours(seconds: float | None, shown: str) -> None:
    assert labels.clock(seconds) == shown


def test_word_without_a_label_stays_as_it_is() -> None:
    assert labels.verdict("unheard-of", "zh") == "unheard-of"
    assert labels.issue("some-code", "en") == "some-code"
