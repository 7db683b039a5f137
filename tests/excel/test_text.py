from __future__ import annotations

import pytest

from reporter.excel.text import MOST_NAME_UNITS, MOST_UNITS, clean, escape, sheet_name, units


@pytest.mark.parametrize(
    ("text", "shown", "codes"),
    [
        ("=1+1", "=1+1", ()),
        (" 两端 ", " 两端 ", ()),
        ("a\tb\nc", "a\tb\nc", ()),
        ("a\x85b", "a\x85b", ()),
        ("a\x00b\x1f", "a\u2400b\u241f", ("cell-characters",)),
        ("\x7f", "\u2421", ("cell-characters",)),
        ("\ufffe\uffff", "\ufffd\ufffd", ("cell-characters",)),
        ("a\ud83db", "a\ufffdb", ("cell-characters",)),
        ("a\r\nb\rc", "a\nb\nc", ("cell-characters",)),
    ],
)
def test_text_keeps_what_a_cell_can_show(text: str, shown: str, codes: tuple[str, ...]) -> None:
    assert clean(text) == (shown, codes)


@pytest.mark.parametrize("length", [MOST_UNITS - 1, MOST_UNITS])
def test_text_as_long_as_a_cell_takes_stays(length: int) -> None:
    assert clean("a" * length) == ("a" * length, ())


def test_text_one_unit_too_long_is_cut_with_a_mark_that_counts_what_went() -> None:
    text = "a" * (MOST_UNITS + 1)
    shown, codes = clean(text)
    assert codes == ("cell-cut",)
    assert units(shown) == MOST_UNITS
    head, _, mark = shown.partition("…[cut ")
    assert int(mark.removesuffix("]")) == len(text) - len(head)


def test_text_is_never_cut_inside_a_surrogate_pair() -> None:
    shown, _ = clean("😀" * 20_000)
    assert units(shown) <= MOST_UNITS
    head, _, mark = shown.partition("…[cut ")
    assert set(head) == {"😀"}
    assert int(mark.removesuffix("]")) == 40_000 - units(head)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
        ("_x004_", "_x004_"),
        ("plain", "plain"),
    ],
)
def test_text_that_looks_escaped_is_escaped(text: str, spelled: str) -> None:
    assert escape(text) == spelled


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("人员", (), "人员"),
        ("a/b:c*d?e[f]g\\h", (), "a_b_c_d_e_f_g_h"),
        ("'quoted'", (), "quoted"),
        ("History", (), "History_"),
        ("", (), "_"),
        ("人员", ("人员",), "人员 (2)"),
        ("Visits", ("VISITS", "visits (2)"), "Visits (3)"),
        ("a" * MOST_NAME_UNITS, (), "a" * MOST_NAME_UNITS),
        ("a" * (MOST_NAME_UNITS + 1), (), "a" * MOST_NAME_UNITS),
        ("a" * 40, ("a" * MOST_NAME_UNITS,), "a" * 27 + " (2)"),
        ("😀" * 16, (), "😀" * 15),
        ("a" * 30 + "'b", (), "a" * 30),
    ],
)
def test_sheet_name_is_valid_and_unique(wanted: str, taken: tuple[str, ...], name: str) -> None:
    assert sheet_name(wanted, taken) == name


@pytest.mark.parametrize(
    ("one", "other"), [("ß", "ss"), ("ﬁ", "fi"), ("ŉ", "ʼn"), ("ﬀ", "ff"), ("ᾳ", "αι"), ("é", "e")]
)
def test_sheet_name_stays_beside_one_of_other_characters(one: str, other: str) -> None:
    assert (sheet_name(one, [other]), sheet_name(other, [one])) == (one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[
            ("É", "é"),
            ("Σ", "ς"),
            ("σ", "ς"),
            ("ß", "ẞ"),
            ("ᾳ", "ᾼ"),
            ("Ж", "ж"),
            ("Ａ", "ａ"),
            ("𐐀", "𐐨"),
            ("\u212a", "k"),
        ],
        *[("İ", "i"), ("ı", "I"), ("ǅ", "ǆ"), ("µ", "Μ"), ("Maße", "MAßE")],
    ],
)
def test_sheet_name_gives_way_to_one_that_differs_in_case_alone(one: str, other: str) -> None:
    assert (sheet_name(one, [other]), sheet_name(other, [one])) == (f"{one} (2)", f"{other} (2)")
