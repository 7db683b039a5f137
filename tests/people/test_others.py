from __future__ import annotations

from typing import Any

import polars as pl

from reporter import tables
from reporter.people.others import link_all
from reporter.people.viewers import number_viewers, tidy_viewers
from reporter.rules import Identity

VOLC, QUANSHI = {"vendor": "volcengine", "account": "v"}, {"vendor": "quanshi", "account": "q"}
ONE, TWO = "19000100021", "19000100022"


def _links(*rows: dict[str, Any], identity: Identity = Identity()) -> tuple[set[tuple[str, str, str]], list[str]]:  # noqa: B008 - frozen
    """Return who is joined to whom by what, and the codes of the issues."""
    made = tables.empty() | {"viewers": tables.frame("viewers", [{"reply_id": "r", "row_no": 1} | row for row in rows])}
    tidy, _ = tidy_viewers(made)
    viewers = number_viewers(tidy)
    links, issues = link_all(viewers, made, identity)
    name = viewers["viewer_id"].to_list()
    edges = {
        (name[u], name[v], kind) for u, v, kind in links.edges.select("u", "v", pl.col("kind").cast(pl.String)).rows()
    }
    assert not links.keys.select("viewer", "kind").is_duplicated().any()
    return edges, [issue.code for issue in issues]


def test_second_phone_of_a_viewer_joins_like_the_first() -> None:
    edges, codes = _links(
        VOLC | {"viewer_id": "1", "phone": ONE, "other_phones": [TWO]},
        QUANSHI | {"viewer_id": "x", "phone": f"+86-{TWO}"},
        QUANSHI | {"viewer_id": "y", "phone": ONE},
    )
    assert {frozenset(edge[:2]) for edge in edges} == {frozenset("1x"), frozenset("1y")}
    assert {edge[2] for edge in edges} == {"phone"}
    assert codes == ["several-keys"]


def test_other_e_mails_and_external_ids_join_as_well() -> None:
    edges, _ = _links(
        VOLC | {"viewer_id": "1", "email": "a@example.com", "other_emails": ["B@example.com"]},
        VOLC | {"viewer_id": "2", "external_id": "S1", "other_external_ids": ["S2"]},
        VOLC | {"viewer_id": "3", "external_id": "S2"},
        QUANSHI | {"viewer_id": "x", "email": "b@example.com"},
    )
    assert {(frozenset(edge[:2]), edge[2]) for edge in edges} == {
        (frozenset("1x"), "email"),
        (frozenset("23"), "external_id"),
    }


def test_same_phone_in_another_spelling_is_no_other_phone() -> None:
    edges, codes = _links(
        VOLC | {"viewer_id": "1", "phone": ONE, "other_phones": [f"+86-{ONE}"]},
        QUANSHI | {"viewer_id": "x", "phone": ONE},
    )
    assert {frozenset(edge[:2]) for edge in edges} == {frozenset("1x")}
    assert codes == []


def test_other_phone_that_cannot_be_read_is_told_and_one_that_too_many_share_joins_nobody() -> None:
    many = [VOLC | {"viewer_id": str(number), "phone": TWO} for number in range(2, 8)]
    edges, codes = _links(
        VOLC | {"viewer_id": "1", "phone": ONE, "other_phones": [TWO, "138****0000"]},
        *many,
        QUANSHI | {"viewer_id": "x", "phone": ONE},
    )
    assert {frozenset(edge[:2]) for edge in edges} == {frozenset("1x")}
    assert codes == ["phone-unreadable", "several-keys", "shared-key"]
