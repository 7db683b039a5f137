"""Charts: what to draw, as Vega-Lite; vl-convert draws it as SVG (page) or PNG (mail), without a browser or a network.

Each kind of chart is a function from points to a `Spec`, which writes Vega-Lite's own JSON: loading a library that
writes it takes as long as drawing three charts. `svg` draws one twice, for a wide and for a narrow screen, and the
page's style shows the one that fits. The text in a chart is data; what comes back is read once more, tag by tag: only
drawing (no script, link, image, style or handler) is called markup.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from reporter.html.theme import ACCENTS, FIELD_SHADES, WRITING
from reporter.shades import LIGHT, on_paper, series
from reporter.shortened import told_apart

#: beyond this many categories a chart's labels no longer fit; the table beneath has them all
MOST_BARS = 24
#: pixels that a label may take; Vega is told no limit, since it cuts an emoji in two and then cannot draw it
_LABEL, _NARROW_LABEL, _NO_LIMIT = 150, 92, 0
#: a point's category, group and value, as its row names them
_CATEGORY = {"field": "c", "type": "nominal"}
_GROUP = {"field": "g", "type": "nominal"}
_VALUE = {"field": "v", "type": "quantitative"}


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


#: a part of a chart, as Vega-Lite names it: https://vega.github.io/vega-lite/docs/
Json = dict[str, Any]
#: a chart that can be drawn at any width
Spec = Callable[[Frame], Json]


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

    def spec(frame: Frame) -> Json:
        drawn = readable(points, frame)
        names, groups = _names(drawn), _groups(drawn)
        lies = frame.is_narrow or _are_long(names, frame.width)
        lying = max(frame.height, 26 * len(names) + 12 * len(names) * (len(groups) - 1))
        height = lying if lies else frame.height
        at = _axes(names, groups, axis, _counts(points), lies=lies)
        at["color"] = {**_GROUP, "sort": groups, "title": None, "scale": _scale(groups, brand)}
        size = {"width": frame.width, "height": height}
        known = [one for one in drawn if not is_gap(one)]
        bars = {**_values(known), "mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": at}
        unknown = [Point(one.x, one.group, 0) for one in drawn if is_gap(one)]
        if not unknown:
            return size | bars
        right, up = (6, 0) if lies else (0, -8)
        sign = {"type": "text", "fontSize": 12, "fontWeight": 600, "dx": right, "dy": up}
        signs = {**_values(unknown), "mark": sign, "encoding": {**at, "text": {"value": "?"}}}
        return {**size, "layer": [bars, signs]}

    return spec


def _axes(names: Sequence[str], groups: Sequence[str], axis: str, counts: Json, *, lies: bool) -> Json:
    """Return where the bars of groups stand by category and value, lying or upright."""
    along, up = ("y", "x") if lies else ("x", "y")
    labels = {"labelLimit": _NO_LIMIT} if lies else {"labelAngle": 0, "labelLimit": _NO_LIMIT}
    return {
        along: {**_CATEGORY, "sort": names, "title": None, "axis": labels},
        f"{along}Offset": {**_GROUP, "sort": groups},
        up: {**_VALUE, "title": axis, "axis": counts},
    }


def ranked_bars(points: Sequence[Point], *, brand: str, axis: str) -> Spec:
    """Return lying bars with their values at the end, one a category, in the order given."""

    def spec(frame: Frame) -> Json:
        drawn = readable(points[:MOST_BARS], frame)
        words = {"type": "text", "align": "left", "dx": 4, "fontSize": 12}
        return {
            "width": frame.width,
            "height": 26 * len(drawn),
            **_values(drawn),
            "encoding": {
                "y": {**_CATEGORY, "sort": None, "title": None, "axis": {"labelLimit": _NO_LIMIT}},
                "x": {**_VALUE, "title": axis, "axis": _counts(points, 4)},
            },
            "layer": [
                {"mark": {"type": "bar", "cornerRadiusEnd": 2, "color": colors(brand)[0]}},
                {"mark": words, "encoding": {"text": {**_VALUE, "format": ",d"}}},
            ],
        }

    return spec


def histogram(points: Sequence[Point], *, brand: str, axis: str, title: str) -> Spec:
    """Return standing bars without gaps, one a class of values in the order given; `title` names the classes' unit."""

    def spec(frame: Frame) -> Json:
        angle = {"labelAngle": -45 if frame.is_narrow else 0}
        return {
            "width": frame.width,
            "height": frame.height,
            **_values(readable(points, frame)),
            "mark": {"type": "bar", "color": colors(brand)[0], "cornerRadiusEnd": 2},
            "encoding": {
                "x": {**_CATEGORY, "sort": None, "title": title, "scale": {"paddingInner": 0.08}, "axis": angle},
                "y": {**_VALUE, "title": axis, "axis": _counts(points)},
            },
        }

    return spec


def lines_of_minutes(points: Sequence[Point], *, brand: str, axis: str, title: str, is_part: bool = False) -> Spec:
    """Return one line a group over minutes; `is_part`: the values are parts of one, shown as percentages."""
    ends = [float(one.x) for one in _to_the_end(points)]

    def spec(frame: Frame) -> Json:
        drawn = readable(_to_the_end(points), frame, group_labels=2)
        groups = _groups(drawn)
        columns, minutes = (1, 6) if frame.is_narrow else (3, 10)
        legend = {"columns": columns, "labelLimit": _NO_LIMIT, "symbolType": "stroke"}
        heights = {"format": ".0%", "tickCount": 5} if is_part else _counts(points)
        return {
            "width": frame.width,
            "height": frame.height,
            **_values(drawn),
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            "encoding": {
                "x": {"field": "c", "type": "quantitative", "title": title, "axis": _whole(ends, minutes)},
                "y": {**_VALUE, "title": axis, "axis": heights},
                "color": {**_GROUP, "sort": groups, "title": None, "scale": _scale(groups, brand), "legend": legend},
            },
        }

    return spec


def trend(points: Sequence[Point], *, brand: str, axis: str, order: Sequence[str] = ()) -> Spec:
    """Return lines with their points, one a group, categories in the order given; `order` has those without any too.

    A line is broken where its group has no value.
    """
    points = with_gaps(points, order or [str(one.x) for one in points])

    def spec(frame: Frame) -> Json:
        drawn = readable(points, frame)
        groups, names = _groups(drawn), _names(drawn)
        angle, dots = {"labelAngle": -45 if frame.is_narrow else 0}, {"size": 60, "filled": True}
        return {
            "width": frame.width,
            "height": frame.height,
            **_values(drawn),
            "mark": {"type": "line", "invalid": "break-paths-show-domains", "point": dots, "strokeWidth": 2},
            "encoding": {
                "x": {**_CATEGORY, "sort": names, "title": None, "axis": angle},
                "y": {**_VALUE, "title": axis, "axis": _counts(points)},
                "color": {**_GROUP, "sort": groups, "title": None, "scale": _scale(groups, brand)},
            },
        }

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

    def spec(frame: Frame) -> Json:
        drawn = readable(points, frame)
        names = _names(drawn)
        over = {"orient": "top", "labelAngle": 0, "labelLimit": _NO_LIMIT}
        shade = {**_VALUE, "legend": None, "scale": {"domain": [0, most], "range": [*FIELD_SHADES]}}
        field = {"type": "rect", "color": colors(brand)[0], "cornerRadius": 3}
        words = {"type": "text", "fontSize": 14, "fontWeight": 600, "color": WRITING}
        return {
            "width": min(frame.width, 90 * len(names)),
            "height": 46 * len(names),
            **_values(drawn),
            "encoding": {
                "x": {**_CATEGORY, "sort": names, "title": None, "axis": over},
                "y": {**_GROUP, "sort": names, "title": None, "axis": {"labelLimit": _NO_LIMIT}},
            },
            "layer": [
                {"mark": field, "encoding": {"opacity": shade}},
                {"mark": words, "encoding": {"text": {**_VALUE, "format": ",d"}}},
            ],
        }

    return spec


def _scale(groups: Sequence[str], brand: str) -> Json:
    palette = colors(brand)
    return {"domain": groups, "range": [palette[place % len(palette)] for place in range(len(groups))]}


def _counts(points: Sequence[Point], most: int = 5) -> Json:
    """Return an axis of counts, from 0 on."""
    return _whole([0.0, *(one.value for one in points if not math.isnan(one.value))], most)


def _whole(values: Sequence[float], most: int) -> Json:
    """Return an axis of about `most` whole numbers, each named once.

    Vega's own least step lets halves of a short axis through, which would be written 0, 1, 1, 2, 2; it takes the whole
    step that is nearest above 7/10 of what is asked for.
    """
    span = max(values, default=0.0) - min(values, default=0.0)
    return {"format": ",d", "tickCount": min(most, max(1, int(span * 1.4)))}


def _values(points: Sequence[Point]) -> Json:
    rows = [{"c": one.x, "g": one.group, "v": None if math.isnan(one.value) else one.value} for one in points]
    return {"data": {"values": rows}}


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
