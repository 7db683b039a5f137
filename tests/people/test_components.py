from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.people.components import components

SIZE = 25
graphs = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=60)


def _components(size: int, edges: list[tuple[int, int]]) -> list[int]:
    frame = pl.DataFrame(edges, schema={"u": pl.UInt32, "v": pl.UInt32}, orient="row")
    return components(size, frame).to_list()


def _union_find(size: int, edges: list[tuple[int, int]]) -> list[int]:
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for u, v in edges:
        low, high = sorted((root(u), root(v)))
        parent[high] = low
    return [root(node) for node in range(size)]


def test_components_without_edges_are_the_nodes() -> None:
    assert _components(3, []) == [0, 1, 2]


def test_components_without_nodes_are_none() -> None:
    assert _components(0, []) == []


def test_components_follow_a_chain_to_its_smallest_node() -> None:
    assert _components(6, [(5, 3), (3, 4), (4, 1), (2, 2)]) == [0, 1, 2, 1, 1, 1]


def test_components_of_a_long_chain_in_any_order_are_one() -> None:
    nodes = [(number * 7919) % 10_007 for number in range(10_007)]
    assert set(_components(10_007, list(pairwise(nodes)))) == {0}


def test_components_of_a_star_around_its_largest_node_are_one() -> None:
    assert set(_components(10_000, [(9_999, leaf) for leaf in range(9_999)])) == {0}


@settings(deadline=None)  # the first example loads numpy
@given(graphs)
def test_components_equal_those_of_union_find(edges: list[tuple[int, int]]) -> None:
    assert _components(SIZE, edges) == _union_find(SIZE, edges)
