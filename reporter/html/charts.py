"""Charts as inline SVG: altair says what to draw, vl-convert draws it, without a browser or a network.

The text in a chart is data; vl-convert escapes it, and what comes back is read once more, tag by tag:
only drawing (no script, link, image, style or handler) is called markup.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

import altair as alt
import vl_convert
from markupsafe import Markup

from reporter.errors import OutputError

#: font families that charts are measured and drawn with; run.json names them
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "sans-serif")

#: what Vega draws with; anything else in its SVG is refused
_DRAWING = {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clippath", "lineargradient", "stop"}
_WIDTH = 640
#: beyond this many categories a bar chart's labels no longer fit; the table beneath has them all
MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class Series:
    """One value of a chart: where it stands on the axis, which colour it has, how high it is."""

    category: str
    group: str
    value: float


def grouped_bars(values: Sequence[Series], *, colors: Sequence[str], axis: str) -> Markup:
    """Return grouped bars, one group a category in the order given; `axis` labels the value axis."""
    categories = list(dict.fromkeys(one.category for one in values))[:MOST_BARS]
    groups = list(dict.fromkeys(one.group for one in values))
    rows = [{"c": one.category, "g": one.group, "v": one.value} for one in values if one.category in categories]
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=_WIDTH, height=240)
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("c:N", sort=categories, title=None, axis=alt.Axis(labelAngle=_angle(categories), labelLimit=140)),
            xOffset=alt.XOffset("g:N", sort=groups),
            y=alt.Y("v:Q", title=axis, axis=alt.Axis(tickMinStep=1, format=",d")),
            color=alt.Color(
                "g:N", sort=groups, title=None, scale=alt.Scale(domain=groups, range=list(colors[: len(groups)]))
            ),
        )
    )
    return _drawn(chart)


def line(values: Sequence[Series], *, color: str, axis: str) -> Markup:
    """Return one line with its points, categories in the order given."""
    categories = [one.category for one in values]
    rows = [{"c": one.category, "v": one.value} for one in values]
    chart = (
        alt.Chart(alt.InlineData(values=rows), width=_WIDTH, height=200)
        .mark_line(point=alt.OverlayMarkDef(size=60, color=color), color=color)
        .encode(
            x=alt.X("c:N", sort=categories, title=None, axis=alt.Axis(labelAngle=_angle(categories))),
            y=alt.Y("v:Q", title=axis, axis=alt.Axis(tickMinStep=1, format=",d")),
        )
    )
    return _drawn(chart)


def _angle(categories: Sequence[str]) -> int:
    """Tilt the labels where they would run into each other."""
    return -30 if sum(len(one) * (2 if not one.isascii() else 1) for one in categories) > _WIDTH // 8 else 0


def _drawn(chart: alt.Chart) -> Markup:
    styled = chart.configure(font=", ".join(FONTS), background="transparent").configure_view(stroke=None)
    styled = styled.configure_axis(labelFontSize=12, titleFontSize=12, gridColor="#8884", domainColor="#8888")
    styled = styled.configure_legend(orient="top", labelFontSize=12)
    svg = vl_convert.vegalite_to_svg(styled.to_json(), vl_version=_version())
    _Reader().feed(svg)
    svg = _own_clips(svg)
    # the size is the page's affair: the view box keeps the shape
    return Markup(re.sub(r'(<svg\b[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1))  # noqa: S704 - checked above


def _own_clips(svg: str) -> str:
    """Number the clips of one drawing from 0 under a name of its own: Vega counts them through the process."""
    seen: dict[str, int] = {}
    pattern = re.compile(r'(<clipPath id="|clip-path="url\(#)(clip\d+)(?=["\)])')
    numbered = pattern.sub(lambda found: f"{found[1]}@-{seen.setdefault(found[2], len(seen))}", svg)
    name = hashlib.sha256(numbered.encode()).hexdigest()[:8]
    return re.sub(r'(<clipPath id="|clip-path="url\(#)@-', rf"\g<1>c{name}-", numbered)


def _version() -> str:
    """Return the Vega-Lite version that altair writes, as vl-convert names it (`6.1`)."""
    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


class _Reader(HTMLParser):
    """Raises `OutputError` for a tag or attribute that is more than drawing."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse every tag but those of drawing, and every handler and link."""
        bad = [name for name, _ in attrs if name.startswith("on") or name.endswith("href")]
        if tag not in _DRAWING or bad:
            raise OutputError(f"a chart came back with <{tag} {' '.join(bad)}> in it, which is more than drawing")
