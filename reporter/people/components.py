"""Connected components of a graph of numbered nodes, without a Python loop over its edges."""

from __future__ import annotations

import polars as pl


def components(size: int, edges: pl.DataFrame) -> pl.Series:
    """Return for each node 0 … size - 1 the smallest node that any chain of edges leads to (itself if none).

    `edges` has the integer columns `u` and `v`. Each round hooks every node that has a smaller neighbour
    onto the smallest of these, follows the hooks to their ends, and goes on with what is left of the graph
    between the ends; a node that was hooked is gone, so the rounds are few (ten for a million viewers).
    """
    label = pl.int_range(size, dtype=pl.Int64, eager=True)
    rest = _directed(edges.select(pl.col("u", "v").cast(pl.Int64)))
    while not rest.is_empty():
        hooks = rest.group_by("u").agg(pl.col("v").min())
        parent = _ends(pl.int_range(size, dtype=pl.Int64, eager=True).scatter(hooks["u"], hooks["v"]))
        label = parent.gather(label)
        rest = _directed(pl.DataFrame({"u": parent.gather(rest["u"]), "v": parent.gather(rest["v"])}))
    return label


def _directed(edges: pl.DataFrame) -> pl.DataFrame:
    """Return the edges from the larger node to the smaller, each once, loops left out."""
    return (
        edges.select(u=pl.max_horizontal("u", "v"), v=pl.min_horizontal("u", "v"))
        .filter(pl.col("u") != pl.col("v"))
        .unique()
    )


def _ends(parent: pl.Series) -> pl.Series:
    """Return where each chain of parents ends; parents are smaller, so that every chain has an end."""
    while not (further := parent.gather(parent)).equals(parent):
        parent = further
    return parent
