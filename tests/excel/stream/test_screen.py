from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from reporter.excel.stream.screen import Facts, facts, settled
from reporter.excel.stream.shapes import Source

PLAIN = ["plain", "中文", "a b", "é", "x_y", "\x85", "\u2028", "x" * 32_767]


def _facts(values: Sequence[str | None]) -> Facts:
    source = Source(0, "s", pl.String(), "text")
    chunk = pl.DataFrame({"0": values}, schema={"0": pl.String})
    return settled(chunk, (source,), facts(chunk, (source,)))[0]


def test_plain_text_needs_nothing() -> None:
    assert _facts(PLAIN) == Facts(has_gaps=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, Facts(has_gaps=True)),
        ("", Facts(has_gaps=True, has_empty=True)),
        *[(f"a{sign}b", Facts(has_gaps=False, has_markup=True)) for sign in "&<>"],
        *[(edge, Facts(has_gaps=False, has_edges=True)) for edge in (" a", "a ", "\ta", "a\t", "\na", "a\n", " ")],
        *[(inner, Facts(has_gaps=False)) for inner in ("a b", "a\tb", "a\nb")],
        ("a_x0041_b", Facts(has_gaps=False, has_escapes=True)),
        ("a_x004_b", Facts(has_gaps=False)),
        ("x" * 32_768, Facts(has_gaps=False, is_unsafe=True)),
    ],
)
def test_one_text_among_plain_ones_is_seen(text: str | None, expected: Facts) -> None:
    for values in ([*PLAIN, text], [text, *PLAIN], [text]):
        assert _facts(values) == expected


@pytest.mark.parametrize("code", [*range(9), *range(0x0B, 0x20), 0x7F, 0xFFFE, 0xFFFF])
def test_every_character_that_no_cell_shows_is_seen(code: int) -> None:
    assert _facts([*PLAIN, f"a{chr(code)}b"]).is_unsafe


def test_column_of_nothing_needs_nothing() -> None:
    assert _facts([None, None]) == Facts(has_gaps=True)
