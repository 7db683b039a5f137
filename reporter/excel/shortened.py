"""Names as short as a chart has room for, in columns of a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from reporter import shortened
from reporter.excel.widths import width


def told_apart(names: Sequence[str], room: int) -> list[str]:
    """Return names of `room` columns at most, each told from the others; equal names stay equal."""
    plain = {name: name if width(name) <= room else " ".join(name.split()) for name in names}
    shown = shortened.told_apart(plain, room, width)
    return [shown[name] for name in names]
