from __future__ import annotations

import polars as pl

from reporter.tables import ADDED_MODES, SCHEMAS, WATCHED_MODES, known_sum, micro


def test_known_sum_keeps_what_nobody_says_apart_from_zero() -> None:
    rows = pl.DataFrame({"key": ["a", "a", "b", "c"], "x": [1, None, None, 0]})
    summed = rows.group_by("key", maintain_order=True).agg(known_sum(pl.col("x")))
    assert summed.rows() == [("a", 1), ("b", None), ("c", 0)]


def test_micro_is_whole_whatever_floats_lose() -> None:
    rows = pl.DataFrame({"seconds": [0.1 + 0.2, 1e-7, None]})
    assert rows.select(micro("seconds")).rows() == [(300_000,), (0,), (None,)]


def test_sum_of_watching_is_the_sum_of_its_parts_without_previews() -> None:
    assert set(ADDED_MODES) <= set(SCHEMAS["attendance"])
    parts = [mode for name in ("live_seconds", "replay_seconds", "vod_seconds") for mode in ADDED_MODES[name]]
    assert tuple(parts) == WATCHED_MODES == ADDED_MODES["watch_sum_seconds"]
