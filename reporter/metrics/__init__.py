"""One registry of metrics: every figure of a report, by total, event, day and vendor, from one entry each.

`metric` says what an entry is, `watching`, `staying`, `arriving`, `joining` and `playing` hold the entries, `world`
makes the rows that count, `sources` shapes them for a scope, `figures` runs the entries over them; `missing` says
what did not come; `past` and `returning` hold a period against the stored ones. Adding a metric
is one entry: code, label, unit, formula in words, additivity, vendors, bias, and an expression.
"""

from __future__ import annotations

from reporter.metrics.curves import curves
from reporter.metrics.figures import REGISTRY, definitions, figures
from reporter.metrics.metric import Measure, Metric, Ratio
from reporter.metrics.missing import missing
from reporter.metrics.past import gaps, previous_of, totals, with_gaps
from reporter.metrics.returning import can_tell, keys_of, packed, returning
from reporter.metrics.world import World, world

__all__ = [
    "REGISTRY",
    "Measure",
    "Metric",
    "Ratio",
    "World",
    "can_tell",
    "curves",
    "definitions",
    "figures",
    "gaps",
    "keys_of",
    "missing",
    "packed",
    "previous_of",
    "returning",
    "totals",
    "with_gaps",
    "world",
]
