"""SQL over the tables of finished runs, read-only: one SELECT, as polars understands it.

    a run's folder, or all runs of the store -> Stored (tables by name, moments in the reports' zone)
    one SELECT or WITH -> guard -> ask(stored) -> a frame

No query reads a file, a socket or another database, and none can change a table: whatever is not one SELECT, and
every function that opens files, is refused before polars sees it.
"""

from __future__ import annotations

from reporter.query.ask import Found, ask
from reporter.query.describe import Described, describe
from reporter.query.stored import Part, Stored, of_frames, of_parts

__all__ = ["Described", "Found", "Part", "Stored", "ask", "describe", "of_frames", "of_parts"]
