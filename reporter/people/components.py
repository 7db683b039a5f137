"""Connected components of a graph of numbered nodes, by scipy's walk through its sparse matrix."""

from __future__ import annotations

import polars as pl


def components(size: int, edges: pl.DataFrame) -> pl.Series:
    """Return for each node 0 … size - 1 the smallest node that any chain of edges leads to (itself if none).

    `edges` has the integer columns `u` and `v`; loops and edges told twice change nothing.
    """
    if edges.is_empty():
        return pl.int_range(size, dtype=pl.Int64, eager=True)
    import numpy as np  # noqa: PLC0415 - loading scipy takes longer than most joins
    from scipy.sparse import coo_array  # noqa: PLC0415 - likewise
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - likewise

    u, v = (edges[name].to_numpy().astype(np.int32, copy=False) for name in ("u", "v"))
    # float64 is what csgraph works on: any other weight would be copied into it
    graph = coo_array((np.ones(len(u)), (u, v)), shape=(size, size)).tocsr()
    count, label = connected_components(graph, directed=False)
    smallest = np.empty(count, np.int64)
    # of several writes to one place the last one stays, so that the nodes are written from the largest down
    smallest[label[::-1]] = np.arange(size - 1, -1, -1)
    return pl.Series(smallest[label])
