"""Explain: one figure of a finished run walked down to the vendors' replies, offline and with nothing written.

    question -> value, from the rows that the metric counts
             -> feeds: which table rows go in, why the others do not     <- origins: every row that was read
             -> replies: calls, parameters, times, request ids           <- the run's own walks

Every row of every reply that the figure stands on is either counted or left out for one reason: rows and excluded
come to the replies' rows, always.
"""

from __future__ import annotations

from reporter.explain.explanation import Excluded, Explanation, Gap, explain, ground
from reporter.explain.feeds import Ground
from reporter.explain.question import metric_of
from reporter.explain.remarks import remarks
from reporter.explain.replies import Source
from reporter.explain.rows import frames_of, rows_of, worded
from reporter.explain.whys import COUNTED

__all__ = [
    "COUNTED",
    "Excluded",
    "Explanation",
    "Gap",
    "Ground",
    "Source",
    "explain",
    "frames_of",
    "ground",
    "metric_of",
    "remarks",
    "rows_of",
    "worded",
]
