"""Charts: altair says what to draw, vl-convert draws it as SVG (page) or PNG (mail), without a browser or a network.

Each kind of chart is a function from points to a `Spec`; `svg` draws one twice, for a wide and for a narrow screen, and
the page's style shows the one that fits. The text in a chart is data; what comes back is read once more, tag by tag:
only drawing (no script, link, image, style or handler) is called markup.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

import altair as alt
from altair.utils.schemapi import debug_mode

from reporter.html.theme import ACCENTS, FIELD_SHADES, WRITING
from reporter.shades import LIGHT, on_paper, series
from reporter.shortened import told_apart

#: beyond this many categories a chart's labels no longer fit; the table beneath has them all
MOST_BARS = 24
#: pixels that a label may take; Vega is told no limit, since it cuts an emoji in two and then cannot draw it
_LABEL, _NARROW_LABEL, _NO_LIMIT = 150, 92, 0


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart: where it stands on the axis, which colour it has, how high it is.

    `x` is a category, a number (minutes, ratio) or, where the axis is time, ISO wall clock.
    """

    x: str | float
    group: str
    value: float


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that a drawing has: width and height in pixels, and whether labels must save room."""

    width: int
    height: int
    is_narrow: bool = False


#: a chart that can be drawn at any width
Spec = Callable[[Frame], Any]


def colors(brand: str) -> tuple[str, ...]:
    """Return the colours of a chart's groups, the brand's first, in a shade that can be seen on light paper."""
    return series(on_paper(brand, LIGHT), ACCENTS)


def readable(points: Sequence[Point], frame: Frame, *, group_labels: int = 1) -> list[Point]:
    """Return points with names that can be drawn: one line, no control or direction marks, cut, still told apart.

    `group_labels` says how many labels' room the name of a group has.
    """
    named = _distinct([one.group for one in points], group_labels * _limit(frame))
    places = _distinct([one.x for one in points if isinstance(one.x, str)], _limit(frame))
    return [
        Point(places.get(one.x, one.x) if isinstance(one.x, str) else one.x, named[one.group], one.value)
        for one in points
    ]


def _distinct(texts: Sequence[str], room: int) -> dict[str, str]:
    """Return the name of each text, of `room` pixels at most, told from the others."""
    return told_apart({text: _plain(text, room) for text in texts}, room, _pixels)


def _plain(text: str, room: int) -> str:
    # the drawer dies of some control characters, and of labels of thousands of letters
    part = text if len(text) <= 4 * room else text[: 2 * room] + text[-2 * room :]
    return " ".join("".join(" " if category(letter)[0] in "CZ" else letter for letter in part).split())


def _pixels(text: str) -> int:
    """Return about how wide a text is drawn: a letter takes 7 pixels, an ideograph 13."""
    return sum(7 if letter.isascii() else 13 for letter in text)


def grouped_bars(points: Sequence[Point], *, brand: str, axis: str) -> Spec:
    """Return bars side by side, one group a category, categories in the order given; lying where labels are long.

    A point that is a gap is a question mark where its bar would begin: no bar at all would be a 0.
    """
    held = set(list(dict.fromkeys(one.x for one in points))[:MOST_BARS])
    points = [one for one in points if one.x in held]

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        drawn = readable(points, frame)
        names, groups = _names(drawn), _groups(drawn)
        lies = frame.is_narrow or _are_long(names, frame.width)
        lying = max(frame.height, 26 * len(names) + 12 * len(names) * (len(groups) - 1))
        height = lying if lies else frame.height
        at = _axes(names, groups, axis, _counts(points), lies=lies)
        at["color"] = alt.Color("g:N", sort=groups, title=None, scale=_scale(groups, brand))
        known = [one for one in drawn if not is_gap(one)]
        bars = _placed(known, frame, height).mark_bar(cornerRadiusEnd=2).encode(**at)
        unknown = [Point(one.x, one.group, 0) for one in drawn if is_gap(one)]
        if not unknown:
            return bars
        right, up = (6, 0) if lies else (0, -8)
        signs = _placed(unknown, frame, height).mark_text(fontSize=12, fontWeight=600, dx=right, dy=up)
        return bars + signs.encode(**at, text=alt.value("?"))

    return spec


def _axes(names: Sequence[str], groups: Sequence[str], axis: str, counts: alt.Axis, *, lies: bool) -> dict[str, Any]:
    """Return where the bars of groups stand by category and value, lying or upright."""
    if lies:
        return {
            "y": alt.Y("c:N", sort=names, title=None, axis=alt.Axis(labelLimit=_NO_LIMIT)),
            "yOffset": alt.YOffset("g:N", sort=groups),
            "x": alt.X("v:Q", title=axis, axis=counts),
        }
    return {
        "x": alt.X("c:N", sort=names, title=None, axis=alt.Axis(labelAngle=0, labelLimit=_NO_LIMIT)),
        "xOffset": alt.XOffset("g:N", sort=groups),
        "y": alt.Y("v:Q", title=axis, axis=counts),
    }


def _placed(points: Sequence[Point], frame: Frame, height: int) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=_rows(points)), width=frame.width, height=height)


def ranked_bars(points: Sequence[Point], *, brand: str, axis: str) -> Spec:
    """Return lying bars with their values at the end, one a category, in the order given."""

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        rows = _rows(readable(points[:MOST_BARS], frame))
        base = alt.Chart(alt.InlineData(values=rows), width=frame.width, height=26 * len(rows)).encode(
            y=alt.Y("c:N", sort=None, title=None, axis=alt.Axis(labelLimit=_NO_LIMIT)),
            x=alt.X("v:Q", title=axis, axis=_counts(points, 4)),
        )
        words = base.mark_text(align="left", dx=4, fontSize=12).encode(text=alt.Text("v:Q", format=",d"))
        return base.mark_bar(cornerRadiusEnd=2, color=colors(brand)[0]) + words

    return spec


def histogram(points: Sequence[Point], *, brand: str, axis: str, title: str) -> Spec:
    """Return standing bars without gaps, one a class of values in the order given; `title` names the classes' unit."""

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        rows = _rows(readable(points, frame))
        angle = -45 if frame.is_narrow else 0
        return (
            alt.Chart(alt.InlineData(values=rows), width=frame.width, height=frame.height)
            .mark_bar(color=colors(brand)[0], cornerRadiusEnd=2)
            .encode(
                x=alt.X(
                    "c:N", sort=None, title=title, scale=alt.Scale(paddingInner=0.08), axis=alt.Axis(labelAngle=angle)
                ),
                y=alt.Y("v:Q", title=axis, axis=_counts(points)),
            )
        )

    return spec


def lines_of_minutes(points: Sequence[Point], *, brand: str, axis: str, title: str, is_part: bool = False) -> Spec:
    """Return one line a group over minutes; `is_part`: the values are parts of one, shown as percentages."""
    ends = [float(one.x) for one in _to_the_end(points)]

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        drawn = readable(_to_the_end(points), frame, group_labels=2)
        rows, groups = _rows(drawn), _groups(drawn)
        columns, minutes = (1, 6) if frame.is_narrow else (3, 10)
        return (
            alt.Chart(alt.InlineData(values=rows), width=frame.width, height=frame.height)
            .mark_line(interpolate="step-after", strokeWidth=2)
            .encode(
                x=alt.X("c:Q", title=title, axis=_whole(ends, minutes)),
                y=alt.Y("v:Q", title=axis, axis=alt.Axis(format=".0%", tickCount=5) if is_part else _counts(points)),
                color=alt.Color(
                    "g:N",
                    sort=groups,
                    title=None,
                    scale=_scale(groups, brand),
                    legend=alt.Legend(columns=columns, labelLimit=_NO_LIMIT, symbolType="stroke"),
                ),
            )
        )

    return spec


def trend(points: Sequence[Point], *, brand: str, axis: str, order: Sequence[str] = ()) -> Spec:
    """Return lines with their points, one a group, categories in the order given; `order` has those without any too.

    A line is broken where its group has no value.
    """
    points = with_gaps(points, order or [str(one.x) for one in points])

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        drawn = readable(points, frame)
        rows, groups, names = _rows(drawn), _groups(drawn), _names(drawn)
        return (
            alt.Chart(alt.InlineData(values=rows), width=frame.width, height=frame.height)
            .mark_line(
                invalid="break-paths-show-domains", point=alt.OverlayMarkDef(size=60, filled=True), strokeWidth=2
            )
            .encode(
                x=alt.X("c:N", sort=names, title=None, axis=alt.Axis(labelAngle=-45 if frame.is_narrow else 0)),
                y=alt.Y("v:Q", title=axis, axis=_counts(points)),
                color=alt.Color("g:N", sort=groups, title=None, scale=_scale(groups, brand)),
            )
        )

    return spec


def with_gaps(points: Sequence[Point], order: Sequence[str]) -> list[Point]:
    """Return a point for each category and group, categories in order; one that is not known has no number."""
    known = {(one.x, one.group): one for one in points}
    groups = dict.fromkeys(one.group for one in points)
    return [known.get((x, group), Point(x, group, math.nan)) for x in dict.fromkeys(order) for group in groups]


def is_gap(point: Point) -> bool:
    """Say whether a point of `with_gaps` is of what is not known."""
    return math.isnan(point.value)


def _to_the_end(points: Sequence[Point]) -> list[Point]:
    """Return points over minutes with one more a group: what the last one says holds for its whole minute."""
    lasts = {one.group: one for one in points}
    return [*points, *(Point(float(one.x) + 1, one.group, one.value) for one in lasts.values() if one.value)]


def matrix(points: Sequence[Point], *, brand: str) -> Spec:
    """Return a square of counts, a row and a column a name (`x` and `group`), the count written in each field."""
    most = max((one.value for one in points), default=1)

    def spec(frame: Frame) -> Any:  # noqa: ANN401 - altair's own methods are not typed
        drawn = readable(points, frame)
        rows, names = _rows(drawn), _names(drawn)
        side = min(frame.width, 90 * len(names))
        base = alt.Chart(alt.InlineData(values=rows), width=side, height=46 * len(names)).encode(
            x=alt.X("c:N", sort=names, title=None, axis=alt.Axis(orient="top", labelAngle=0, labelLimit=_NO_LIMIT)),
            y=alt.Y("g:N", sort=names, title=None, axis=alt.Axis(labelLimit=_NO_LIMIT)),
        )
        shade = alt.Opacity("v:Q", legend=None, scale=alt.Scale(domain=[0, most], range=FIELD_SHADES))
        fields = base.mark_rect(color=colors(brand)[0], cornerRadius=3).encode(opacity=shade)
        return fields + base.mark_text(fontSize=14, fontWeight=600, color=WRITING).encode(
            text=alt.Text("v:Q", format=",d")
        )

    return spec


def _scale(groups: Sequence[str], brand: str) -> alt.Scale:
    palette = colors(brand)
    return alt.Scale(domain=list(groups), range=[palette[place % len(palette)] for place in range(len(groups))])


def _counts(points: Sequence[Point], most: int = 5) -> alt.Axis:
    """Return an axis of counts, from 0 on."""
    return _whole([0.0, *(one.value for one in points if not math.isnan(one.value))], most)


def _whole(values: Sequence[float], most: int) -> alt.Axis:
    """Return an axis of about `most` whole numbers, each named once.

    Vega's own least step lets halves of a short axis through, which would be written 0, 1, 1, 2, 2; it takes the whole
    step that is nearest above 7/10 of what is asked for.
    """
    span = max(values, default=0.0) - min(values, default=0.0)
    return alt.Axis(format=",d", tickCount=min(most, max(1, int(span * 1.4))))


def _rows(points: Sequence[Point]) -> list[dict[str, str | float | None]]:
    return [{"c": one.x, "g": one.group, "v": None if math.isnan(one.value) else one.value} for one in points]


def _names(points: Sequence[Point]) -> list[str]:
    return list(dict.fromkeys(str(one.x) for one in points))


def _groups(points: Sequence[Point]) -> list[str]:
    return list(dict.fromkeys(one.group for one in points))


def _limit(frame: Frame) -> int:
    return _NARROW_LABEL if frame.is_narrow else _LABEL


def _are_long(names: Sequence[str], width: int) -> bool:
    """Say whether names would run into each other side by side."""
    room = width / max(1, len(names)) - 8
    return any(_pixels(name) > room for name in names)


def as_dict(spec: Spec, frame: Frame) -> dict[str, Any]:
    """Return a chart as Vega-Lite, for whoever draws it.

    Tests hold every chart against Vega-Lite's schema; at work that would take as long as the drawing.
    """
    with debug_mode(arg=False):
        return dict(spec(frame).to_dict(validate=False))
