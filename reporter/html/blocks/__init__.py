"""The blocks of the page in the order in which they are read: one file each, one line here.

A block is a function from the report to a `Block`, None where the report has nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable

from reporter.html.blocks import (
    audience,
    events,
    figures,
    gaps,
    glossary,
    issues,
    leaving,
    overlap,
    people,
    plays,
    sources,
    story,
    trend,
    watching,
    who,
)
from reporter.html.blocks.base import Block
from reporter.report import Report

BLOCKS: tuple[Callable[[Report], Block | None], ...] = (
    story.block,
    gaps.block,
    figures.block,
    audience.by_event,
    audience.by_day,
    leaving.concurrency,
    leaving.drop_off,
    watching.block,
    who.devices,
    who.places,
    overlap.block,
    trend.block,
    events.block,
    people.block,
    plays.block,
    sources.block,
    issues.block,
    glossary.block,
)
