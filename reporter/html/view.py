"""A report as the page shows it: plain text in the reader's language, charts drawn, nothing left to compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from reporter import shades
from reporter.html import canvas, logo, numbers
from reporter.html.blocks import BLOCKS
from reporter.html.blocks.base import Block, tell
from reporter.html.charts import Spec
from reporter.html.wording import WORDS
from reporter.report import Report

LANGUAGES = {"zh": "zh-CN", "en": "en"}
#: words of the page that have places to fill are told by the blocks that know what with
_FILLED = {"footer"}


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the template may touch; `drawn` has the charts by their block's code.

    `color` is the brand's own, `on_light` and `on_dark` its shades that can be seen on either paper.
    """

    language: str
    title: str
    period: str
    as_of: str
    is_partial: bool
    color: str
    on_light: str
    on_dark: str
    logo: str
    words: dict[str, str]
    blocks: tuple[Block, ...]
    drawn: dict[str, Markup]


def view(report: Report, draw: Callable[[Spec], Markup] = canvas.svg) -> View:
    """Return what the page shows of a report; `draw` makes markup of a chart."""
    period = report.period
    blocks = tuple(made for make in BLOCKS if (made := make(report)) is not None)
    words = {key: text.in_(report.language) for key, text in WORDS.items() if key not in _FILLED}
    return View(
        language=LANGUAGES[report.language],
        title=report.title,
        period=f"{numbers.days(period)} ({period.timezone})",
        as_of=numbers.moment(report.as_of, period.timezone),
        is_partial=report.status == "partial",
        color=report.brand.color,
        on_light=shades.on_paper(report.brand.color, shades.LIGHT),
        on_dark=shades.on_paper(report.brand.color, shades.DARK),
        logo="" if report.brand.logo is None else logo.scaled(report.brand.logo).address(),
        words={**words, "footer": tell(report, "footer", version=report.version, timezone=period.timezone)},
        blocks=blocks,
        drawn={one.code: draw(one.chart.spec) for one in blocks if one.chart is not None},
    )
