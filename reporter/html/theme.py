"""What page and charts look like beside the brand's colour: accents, fonts, sizes. One place for both."""

from __future__ import annotations

from typing import Any

#: font families that pictures for mail are drawn with, and the page is shown in; run.json names them
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif")

#: the colours beside the brand's, told apart also by readers who see red and green alike (after Okabe and Ito, 2008)
ACCENTS = ("#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a6ff0")

#: what charts of the page are measured with: faster than a font of 20,000 ideographs, and no narrower
MEASURED = "sans-serif"

#: the ink of the light page's own words, for numbers on a coloured field (`style.css` has the same, and the dark one's)
WRITING = "#1c2330"
#: how much of its colour the palest and the fullest field has: a field of any colour stays so near to its paper that
#: the page's ink can be read on it, a black one on the light paper (4.5:1 and better) as a white one on the dark
FIELD_SHADES = (0.08, 0.34)

#: text and lines that can be read on light and on dark paper; the page's style makes text darker or lighter
_INK, _LINE = "#5b6577", "#8888"


def configured(chart: dict[str, Any], font: str) -> dict[str, Any]:
    """Return a Vega-Lite chart in the theme, its text in `font`."""
    config = {
        "font": font,
        "background": "transparent",
        "view": {"stroke": None},
        "text": {"color": _INK},
        "axis": {
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelColor": _INK,
            "titleColor": _INK,
            "gridColor": "#8883",
            "domainColor": _LINE,
            "tickColor": _LINE,
            "labelOverlap": "greedy",
        },
        "legend": {"orient": "top", "labelFontSize": 12, "labelColor": _INK, "symbolType": "circle"},
    }
    return {**chart, "config": config}
