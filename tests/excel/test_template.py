from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from reporter.errors import OutputError
from reporter.excel import workbook
from reporter.excel.template import themed
from reporter.excel.theme import load
from reporter.model import Language
from reporter.report import Layout, Report
from reporter.rules import Brand
from reporter.shades import LIGHT, contrast

THEME = """<?xml version="1.0"?><a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Acme">
<a:themeElements><a:clrScheme name="Acme">
<a:dk1><a:sysClr val="windowText" lastClr="101820"/></a:dk1><a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1>
<a:accent1><a:srgbClr val="0A7D3C"/></a:accent1><a:accent2><a:srgbClr val="C0504D"/></a:accent2>
<a:accent3><a:hslClr hue="1" sat="1" lum="1"/></a:accent3></a:clrScheme>
<a:fontScheme name="Acme"><a:minorFont><a:latin typeface="Georgia"/><a:ea typeface=""/>
<a:font script="Jpan" typeface="Meiryo"/><a:font script="Hans" typeface="SimSun"/></a:minorFont></a:fontScheme>
</a:themeElements></a:theme>"""


def _template(path: Path, theme: str | bytes = THEME) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("xl/theme/theme1.xml", theme)
    return path


@pytest.mark.parametrize(("language", "font"), [("zh", "SimSun"), ("en", "Georgia")])
def test_template_gives_fonts_and_colours_and_ours_stay_where_it_has_none(
    tmp_path: Path, language: Language, font: str
) -> None:
    ours = load("light", Brand(), language)
    theirs = themed(ours, _template(tmp_path / "acme.xlsx"), Brand(), language)
    assert (theirs.font, theirs.ink, theirs.accent, theirs.second) == (font, "101820", "0a7d3c", "c0504d")
    assert (theirs.third, theirs.others) == (ours.third, ours.others)


@pytest.mark.parametrize("color", ["FFFFFF", "FFFF00", "C8C8C8"])
def test_colours_that_cannot_be_read_on_white_are_darker_shades(tmp_path: Path, color: str) -> None:
    pale = re.sub('(val|lastClr)="[0-9A-F]{6}"', f'\\1="{color}"', THEME)
    theirs = themed(load("light", Brand(), "zh"), _template(tmp_path / "acme.xlsx", pale), Brand(), "zh")
    fill, words = theirs.header
    assert contrast(theirs.ink, LIGHT) >= 4.5
    assert contrast(fill, words) >= 4.5
    assert min(contrast(one, LIGHT) for one in (fill, theirs.accent, theirs.second)) >= 3


def test_colour_of_the_brand_goes_before_that_of_the_template(tmp_path: Path) -> None:
    brand = Brand(color="#8a1c1c")
    assert themed(load("light", brand, "zh"), _template(tmp_path / "acme.xlsx"), brand, "zh").accent == "8a1c1c"


def test_workbook_wears_the_theme_of_its_template_and_says_what_was_not_taken(
    made_up: Callable[..., Report], tmp_path: Path
) -> None:
    path = _template(tmp_path / "acme.xlsx")
    data, issues = workbook(replace(made_up(), layout=Layout(template=str(path))))
    book = openpyxl.load_workbook(io.BytesIO(data))
    header = book["人员"]["A1"]
    assert (header.fill.fgColor.rgb, header.font.name) == ("000a7d3c", "SimSun")
    assert [(issue.level, issue.code) for issue in issues] == [("info", "template-theme")]
    assert "取用模板主题" in [cell.value for cell in book["问题"]["B"]]


@pytest.mark.parametrize(
    "theme",
    [
        "",
        "<a:theme",
        "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/hostname'>]><x>&y;</x>",
        '<?xml version="1.0" encoding="no-such"?><a/>',
    ],
)
def test_template_without_a_readable_theme_is_an_issue_and_the_workbook_is_ours(
    made_up: Callable[..., Report], tmp_path: Path, theme: str
) -> None:
    path = _template(tmp_path / "acme.xlsx", theme)
    data, issues = workbook(replace(made_up(), layout=Layout(template=str(path))))
    assert openpyxl.load_workbook(io.BytesIO(data))["人员"]["A1"].fill.fgColor.rgb == "001664ff"
    assert [issue.code for issue in issues] == ["template-unused"]


def test_file_that_is_no_workbook_is_named_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "acme.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")
    with pytest.raises(OutputError, match=r"acme\.xlsx"):
        themed(load("light", Brand(), "zh"), tmp_path / "acme.xlsx", Brand(), "zh")
