"""Connected components of a graph of numbered nodes, all edges at once, round by round."""

from __future__ import annotations

import polars as pl


def components(size: int, edges: pl.DataFrame) -> pl.Series:
    """Return for each node 0 … size - 1 the smallest node that any chain of edges leads to (itself if none).

    `edges` has the integer columns `u` and `v`; loops and edges told twice change nothing.
    """
    if edges.is_empty():
        return pl.int_range(size, dtype=pl.Int64, eager=True)
    import numpy as np  # noqa: PLC0415 - most commands join nobody

    u, v = (edges[name].to_numpy().astype(np.int64, copy=False) for name in ("u", "v"))
    leader = np.arange(size)
    while len(u):
        # each leader follows the smallest beside it. One that has none smaller is followed by all beside it within
        # two rounds, or follows itself: so two rounds halve the leaders, whatever the graph
        np.minimum.at(leader, np.maximum(u, v), np.minimum(u, v))
        while not np.array_equal(further := leader[leader], leader):
            leader = further
        u, v = leader[u], leader[v]
        is_apart = u != v
        u, v = u[is_apart], v[is_apart]
    return pl.Series(leader)
