"""Drawing charts with vl-convert, and making sure that what comes back is drawing and nothing more."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser

import vl_convert
from markupsafe import Markup

from reporter import easel
from reporter.errors import OutputError
from reporter.html.charts import Frame, Spec
from reporter.html.theme import FONTS, MEASURED, configured

#: the drawings of one chart: which of them is seen is the style's affair (`style.css` has the same names)
_FRAMES = {"wide": Frame(820, 260), "narrow": Frame(230, 220, is_narrow=True)}
#: a picture has one size for all: narrow, so that on a phone its words can be read
_MAIL = Frame(280, 190, is_narrow=True)
#: what Vega draws with; anything else in its SVG is refused
_DRAWING = {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clippath", "lineargradient", "stop"}


def svg(spec: Spec, draw: easel.Draw = easel.svg) -> Markup:
    """Return a chart as inline SVG, once for wide and once for narrow screens; the same chart gives the same bytes."""
    charts = {name: json.dumps(configured(spec(frame), MEASURED)) for name, frame in _FRAMES.items()}
    return Markup("").join(_checked(draw(chart), name) for name, chart in charts.items())


def png(spec: Spec) -> bytes:
    """Return a chart as PNG, for mail: on white, finer than it is shown."""
    chart = configured(spec(_MAIL), ", ".join(FONTS))
    chart["config"]["background"] = "#ffffff"
    return vl_convert.vegalite_to_png(json.dumps(chart), vl_version=easel.VEGA_LITE, scale=2)


def _checked(drawn: str, name: str) -> Markup:
    """Return a drawing as markup under its name; raises `OutputError` where it is more than that."""
    _Reader().feed(drawn)
    # the size is the page's affair: the view box keeps the shape, and the style may not blow it up
    sized = re.sub(
        r'<svg\b([^>]*?) width="([\d.]+)" height="[\d.]+"',
        rf'<svg class="{name}" aria-hidden="true" style="max-width:\2px"\1',
        _own_clips(drawn),
        count=1,
    )
    return Markup(sized)  # noqa: S704 - read tag by tag above


def _own_clips(drawn: str) -> str:
    """Number the clips of one drawing from 0 under a name of its own: Vega counts them through the process."""
    seen: dict[str, int] = {}
    pattern = re.compile(r'(<clipPath id="|clip-path="url\(#)(clip\d+)(?=["\)])')
    numbered = pattern.sub(lambda found: f"{found[1]}@-{seen.setdefault(found[2], len(seen))}", drawn)
    name = hashlib.sha256(numbered.encode()).hexdigest()[:8]
    return re.sub(r'(<clipPath id="|clip-path="url\(#)@-', rf"\g<1>c{name}-", numbered)


class _Reader(HTMLParser):
    """Raises `OutputError` for a tag or attribute that is more than drawing."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse every tag but those of drawing, and every handler and link."""
        bad = [name for name, _ in attrs if name.startswith("on") or name.endswith("href")]
        if tag not in _DRAWING or bad:
            raise OutputError(f"a chart came back with <{tag} {' '.join(bad)}> in it, which is more than drawing")
