"""Who is one person: rows of viewers in, groups of viewers out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporter import metrics
from reporter.model import Period
from reporter.report import Past
from reporter.rules import Identity

PHONE, BARE, OTHER = "+86-19000101106", "19000101106", "19000101107"
EMAIL = "wang@example.com"
STAFF_NO = "E2026000017"
KEYS = ("phone", "email", "external_id")


def _viewer(account: str, viewer_id: str, **keys: str | None) -> dict[str, str | None]:
    return {"account": account, "viewer_id": viewer_id, **keys}


def _groups(joined: Any, viewers: list[dict[str, Any]], **rules: Any) -> list[set[str]]:
    done, _ = joined(viewers=viewers, **rules)
    persons: dict[str, set[str]] = {}
    for account, viewer_id, person in done.tables["viewers"].select("account", "viewer_id", "person_id").iter_rows():
        persons.setdefault(person, set()).add(f"{account}/{viewer_id}")
    return sorted(persons.values(), key=sorted)


def _codes(joined: Any, viewers: list[dict[str, Any]], **rules: Any) -> list[str]:
    _, issues = joined(viewers=viewers, **rules)
    return [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({"phone": PHONE}, {"phone": BARE}, True),
        ({"phone": PHONE}, {"phone": OTHER}, False),
        ({"phone": "+852 5123 4567"}, {"phone": "51234567"}, False),
        ({"phone": "+19000101106"}, {"phone": "19000101106"}, False),  # a lookalike in another country
        ({"email": EMAIL}, {"email": " Wang@Example.COM "}, True),
        ({"email": "无"}, {"email": "无"}, False),
        ({"external_id": STAFF_NO}, {"external_id": STAFF_NO}, True),
        ({"external_id": STAFF_NO}, {"external_id": STAFF_NO.lower()}, False),
        ({"external_id": "A17"}, {"external_id": "A17"}, False),  # too short between namespaces
        ({"external_id": "A2345"}, {"external_id": "A2345"}, False),
        ({"external_id": "A23456"}, {"external_id": "A23456"}, True),  # min_id_length
        ({"external_id": STAFF_NO, "phone": PHONE}, {"external_id": STAFF_NO, "email": EMAIL}, True),
        ({"external_id": STAFF_NO, "phone": PHONE}, {"external_id": STAFF_NO, "phone": BARE}, True),
        ({"external_id": STAFF_NO, "phone": PHONE}, {"external_id": STAFF_NO}, True),
        ({"external_id": STAFF_NO, "phone": PHONE}, {"external_id": STAFF_NO, "phone": OTHER}, False),
        ({"external_id": STAFF_NO, "email": EMAIL}, {"external_id": STAFF_NO, "email": "li@example.com"}, False),
        ({"phone": PHONE, "external_id": "E1000001"}, {"phone": BARE, "external_id": "E1000002"}, True),
        ({"external_id": BARE}, {"phone": BARE}, False),  # a lookalike of another namespace
        ({"external_id": EMAIL}, {"email": EMAIL}, False),
        ({"name": "李娜"}, {"name": "李娜"}, False),
        ({"name": "李娜", "company": "示例科技"}, {"name": "李娜", "company": "示例科技"}, False),
        ({"phone": None, "email": "", "external_id": "-"}, {"phone": None, "email": "", "external_id": "-"}, False),
        ({"phone": "190****1106"}, {"phone": "190****1106"}, False),
        ({"email": "w***@example.com"}, {"email": "w***@example.com"}, False),
        ({"external_id": "E2026****17"}, {"external_id": "E2026****17"}, False),
        ({"external_id": "undefined"}, {"external_id": "undefined"}, False),
        ({"external_id": "00000000"}, {"external_id": "00000000"}, False),
    ],
)
def test_two_viewers_of_two_vendors_are_one_person_by_a_shared_key(
    joined: Any, one: dict[str, str], other: dict[str, str], is_same: bool
) -> None:
    groups = _groups(joined, [_viewer("volc", "1", **one), _viewer("qs", "2", **other)])
    assert groups == ([{"volc/1", "qs/2"}] if is_same else [{"qs/2"}, {"volc/1"}])


def test_viewer_ids_join_nobody(joined: Any) -> None:
    assert len(_groups(joined, [_viewer("volc", BARE), _viewer("qs", BARE, phone=BARE)])) == 2


def test_viewers_of_one_account_are_one_person_by_a_shared_key(joined: Any) -> None:
    viewers = [_viewer("qs", PHONE, phone=PHONE), _viewer("qs", BARE, phone=BARE)]
    viewers += [_viewer("qs", "a", external_id="A17"), _viewer("qs", "b", external_id="A17")]
    assert _groups(joined, viewers) == [{f"qs/{PHONE}", f"qs/{BARE}"}, {"qs/a", "qs/b"}]


def test_an_id_of_0_is_nobody_s(joined: Any) -> None:
    """The vendors write it for no id at all."""
    viewers = [_viewer("volc", str(number), external_id="0") for number in range(1, 4)]
    assert len(_groups(joined, viewers)) == 3


def test_a_chain_of_different_keys_is_one_person(joined: Any) -> None:
    viewers = [
        _viewer("volc", "1", phone=PHONE),
        _viewer("qs", "2", phone=BARE, email=EMAIL),
        _viewer("talk", "3", email=EMAIL, external_id=STAFF_NO),
        _viewer("volc", "4", external_id=STAFF_NO),
    ]
    assert len(_groups(joined, viewers)) == 1


def test_a_viewer_of_another_week_links_those_of_this_one(joined: Any) -> None:
    viewers = [
        _viewer("volc", "1", phone=PHONE),
        _viewer("qs", "2", phone=BARE, email=EMAIL),
        _viewer("talk", "3", email=EMAIL),
    ]
    visits = [
        {"account": account, "room_id": account, "viewer_id": one} for account, one in (("volc", "1"), ("talk", "3"))
    ]
    done, _ = joined(viewers=viewers, visits=visits)
    people = done.tables["people"].select("vendors", "viewer_ids", "matched_by").rows()
    assert people == [
        (["volcengine", "talkcloud"], ["quanshi/qs/2", "talkcloud/talk/3", "volcengine/volc/1"], ["phone", "email"])
    ]


def test_an_external_id_that_contradicts_still_joins_within_its_account(joined: Any) -> None:
    viewers = [
        _viewer("qs", "1", external_id=STAFF_NO, phone=PHONE),
        _viewer("qs", "2", external_id=STAFF_NO, phone=OTHER),
        _viewer("volc", "3", external_id=STAFF_NO, phone=OTHER),
    ]
    assert _groups(joined, viewers) == [{"qs/1", "qs/2", "volc/3"}]
    _, issues = joined(viewers=viewers)
    assert {issue.code for issue in issues} == {"id-conflict", "several-phones"}


def test_a_viewer_between_two_that_contradict_joins_them_and_both_issues_are_true_together(joined: Any) -> None:
    viewers = [
        _viewer("volc", "1", external_id=STAFF_NO, phone=PHONE),
        _viewer("qs", "2", external_id=STAFF_NO, phone=OTHER),
        _viewer("talk", "3", external_id=STAFF_NO),
    ]
    assert _groups(joined, viewers) == [{"qs/2", "talk/3", "volc/1"}]
    _, issues = joined(viewers=viewers)
    told = {issue.code: issue.message for issue in issues}
    assert set(told) == {"id-conflict", "several-phones"}
    assert "does not join one to the other, though further viewers or keys may" in told["id-conflict"].en
    assert "with each other or with further viewers between them" in told["several-phones"].en
    assert "经由其他观众" in told["id-conflict"].zh
    assert "经由其他观众" in told["several-phones"].zh


def test_ladder_is_named_in_the_configs_order_and_only_for_what_joined(joined: Any) -> None:
    keys = {"phone": PHONE, "email": EMAIL, "external_id": STAFF_NO}
    viewers = [_viewer("volc", "1", **keys), _viewer("qs", "2", **keys), _viewer("talk", "3", email="li@example.com")]
    visits = [{"account": "volc", "room_id": "1", "viewer_id": "1"}]
    for order in (("external_id", "phone", "email"), ("email", "phone")):
        done, _ = joined(viewers=viewers, visits=visits, identity=Identity(match_on=order))
        assert done.tables["people"]["matched_by"].to_list() == [list(order)]


def test_only_the_keys_that_the_config_names_join(joined: Any) -> None:
    viewers = [_viewer("volc", "1", phone=PHONE, email=EMAIL), _viewer("qs", "2", phone=BARE, email=EMAIL)]
    assert len(_groups(joined, viewers, identity=Identity(match_on=("external_id",)))) == 2


def test_a_conflict_of_external_ids_is_judged_pair_by_pair_and_listed(joined: Any) -> None:
    viewers = [
        _viewer("volc", "1", external_id=STAFF_NO, phone=PHONE),
        _viewer("qs", "2", external_id=STAFF_NO, phone=OTHER),
        _viewer("talk", "3", external_id=STAFF_NO, phone=OTHER),
    ]
    assert _groups(joined, viewers) == [{"qs/2", "talk/3"}, {"volc/1"}]
    _, issues = joined(viewers=viewers)
    assert [(issue.code, issue.where) for issue in issues] == [
        ("id-conflict", "quanshi:qs reply r1 row 2 and volcengine:volc reply r1 row 1"),
        ("id-conflict", "talkcloud:talk reply r1 row 3 and volcengine:volc reply r1 row 1"),
    ]
    assert issues[0].message.en.startswith("1 pair of")


def test_a_key_on_more_than_max_shared_viewers_of_one_account_joins_nobody(joined: Any) -> None:
    viewers = [_viewer("volc", str(number), phone=BARE) for number in range(6)] + [_viewer("qs", "q", phone=BARE)]
    assert len(_groups(joined, viewers)) == 7
    _, issues = joined(viewers=viewers)
    assert [(issue.code, issue.where, issue.message.en[:8]) for issue in issues] == [
        ("shared-key", "quanshi:qs viewers reply r1 row 7", "1 viewer"),
        ("shared-key", "volcengine:volc viewers reply r1 row 1", "6 viewer"),
    ]


def test_a_key_on_max_shared_viewers_of_each_account_joins_them_all(joined: Any) -> None:
    viewers = [_viewer(account, str(number), phone=BARE) for account in ("volc", "qs") for number in range(5)]
    assert len(_groups(joined, viewers)) == 1


def test_a_shared_key_leaves_the_other_keys_of_its_viewers_be(joined: Any) -> None:
    viewers = [_viewer("volc", str(number), phone=BARE) for number in range(6)]
    viewers[0]["email"] = EMAIL
    groups = _groups(joined, [*viewers, _viewer("qs", "q", email=EMAIL)])
    assert {"volc/0", "qs/q"} in groups
    assert len(groups) == 6


def test_keys_that_cannot_be_read_are_counted_and_never_quoted(joined: Any) -> None:
    viewers = [_viewer("volc", "1", phone="190****1106", email="无"), _viewer("volc", "2", phone="12")]
    viewers += [_viewer("volc", "3", external_id="NULL")]
    _, issues = joined(viewers=viewers)
    assert [(issue.code, issue.message.en[:2], issue.where) for issue in issues] == [
        ("phone-unreadable", "2 ", "volcengine:volc viewers reply r1 row 1"),
        ("email-unreadable", "1 ", "volcengine:volc viewers reply r1 row 1"),
        ("external-id-unreadable", "1 ", "volcengine:volc viewers reply r1 row 3"),
    ]
    assert "1106" not in str(issues)


def test_person_id_is_a_hash_of_the_client_and_the_smallest_viewer(joined: Any) -> None:
    viewers = [_viewer("volc", "1", phone=BARE), _viewer("qs", "2", phone=PHONE)]
    person = "p664eaf4278026f8b"  # sha256 of "acme", a new line, "quanshi/qs/2"
    for rows in (viewers, viewers[::-1], [*viewers, _viewer("volc", "9")]):
        done, _ = joined(viewers=rows)
        ids = dict(done.tables["viewers"].select("viewer_id", "person_id").iter_rows())
        assert ids["1"] == ids["2"] == person
    other, _ = joined(viewers=viewers, client="other")
    assert other.tables["viewers"]["person_id"].unique().to_list() != [person]


def test_every_row_that_names_a_viewer_has_a_person_and_no_other_has(joined: Any) -> None:
    done, issues = joined(
        viewers=[_viewer("volc", "1"), {"name": "匿名"}],
        visits=[{"room_id": "100", "viewer_id": "1"}, {"room_id": "100", "viewer_id": "2"}, {"room_id": "100"}],
        activity=[{"room_id": "100", "viewer_id": "1"}],
        viewer_totals=[{"room_id": "100", "viewer_id": "3"}, {"room_id": "100"}],
    )
    named = {
        name: [bool(person) for person in done.tables[name]["person_id"]]
        for name in ("viewers", "visits", "activity", "viewer_totals")
    }
    assert named == {
        "viewers": [True, False],
        "visits": [True, True, False],
        "activity": [True],
        "viewer_totals": [True, False],
    }
    assert [(issue.level, issue.code, issue.where) for issue in issues][:1] == [
        ("info", "visit-of-nobody", "volcengine:volc visits")
    ]


def test_key_is_shared_by_persons_and_not_by_viewers_of_one(joined: Any) -> None:
    alone = Identity(max_shared=1)
    spelt = [_viewer("qs", PHONE, phone=PHONE), _viewer("qs", BARE, phone=BARE)]
    assert _groups(joined, spelt, identity=alone) == [{f"qs/{PHONE}", f"qs/{BARE}"}]
    by_email = [_viewer("qs", one, phone=BARE, external_id=STAFF_NO, email=EMAIL) for one in "ab"]
    assert len(_groups(joined, by_email, identity=alone)) == 2  # every key of theirs is shared by two
    by_id = [_viewer("qs", one, phone=BARE, external_id=STAFF_NO) for one in "abc"]
    assert len(_groups(joined, by_id, identity=Identity(max_shared=2))) == 3
    mailed = [_viewer("qs", one, phone=BARE, email=None if one == "c" else EMAIL) for one in "abc"]
    assert _groups(joined, mailed, identity=Identity(max_shared=2)) == [{"qs/a", "qs/b", "qs/c"}]
    assert _codes(joined, mailed, identity=Identity(max_shared=2)) == []
    assert "shared-key" in _codes(joined, [*mailed, _viewer("qs", "d", phone=BARE)], identity=Identity(max_shared=2))


def test_viewers_show_their_keys_as_they_are_compared_and_which_too_many_share(joined: Any) -> None:
    viewers = [
        _viewer("qs", "1", phone=PHONE, email=" Wang@Example.COM ", external_id=f" {STAFF_NO}"),
        _viewer("qs", "2", phone=BARE, email="-", external_id=STAFF_NO),
        _viewer("qs", "3", phone="190****1106"),
    ]
    done, _ = joined(viewers=viewers, identity=Identity(max_shared=1))
    columns = ("key_phone", "key_email", "key_external_id", "shared_keys")
    assert done.tables["viewers"].select(columns).rows() == [
        ("+8619000101106", EMAIL, STAFF_NO, ["external_id", "phone"]),
        ("+8619000101106", None, STAFF_NO, ["external_id", "phone"]),
        (None, None, None, None),
    ]


def test_viewers_show_their_further_keys_that_join_as_they_are_compared(joined: Any) -> None:
    crowd = [_viewer("qs", str(number), phone="19000101107") for number in range(2, 8)]
    others = ["+86-19000101108", "19000101107", "190****1106", PHONE]
    first = {**_viewer("qs", "1", phone=BARE), "other_phones": others}
    done, _ = joined(viewers=[{**first, "other_emails": [" Wang@Example.COM "]}, *crowd])
    columns = ("key_phone", "key_other_phones", "key_other_emails", "key_other_external_ids", "shared_keys")
    assert done.tables["viewers"].select(columns).row(0) == ("+8619000101106", ["+8619000101108"], [EMAIL], None, None)


def test_an_empty_report_has_every_table_and_frame(joined: Any) -> None:
    done, issues = joined()
    assert issues == []
    assert set(done.derived) == {"roster", "excluded", "unmatched", "overlap"}
    assert all(frame.is_empty() for frame in (*done.tables.values(), *done.derived.values()))


keys = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["volc", "qs", "talk"]),
        "phone": st.none() | st.sampled_from([f"1900010110{number}" for number in range(6)]),
        "email": st.none() | st.sampled_from([f"{letter}@example.com" for letter in "abcdef"]),
        "external_id": st.none() | st.sampled_from(["short", "E2026000001", "E2026000002", "E2026000003"]),
    }
)


def _are_linked(one: dict[str, Any], other: dict[str, Any], shared: set[tuple[str, str]]) -> bool:
    """Say by the words of the design whether two viewers share a key that joins them."""
    same = [key for key in KEYS if one[key] and one[key] == other[key] and (key, one[key]) not in shared]
    if "phone" in same or "email" in same or not same:
        return bool(same)
    contradict = any(one[key] and other[key] and one[key] != other[key] for key in ("phone", "email"))
    return one["account"] == other["account"] or (len(one["external_id"]) >= 6 and not contradict)


def _shared(viewers: list[dict[str, Any]], limit: int) -> set[tuple[str, str]]:
    """Return the keys that more persons of one account have than the limit: first by viewers, then by persons."""
    crowded = _crowded(viewers, list(range(len(viewers))), limit)
    return _crowded(viewers, _heads(viewers, crowded), limit) & crowded


def _crowded(viewers: list[dict[str, Any]], heads: list[int], limit: int) -> set[tuple[str, str]]:
    having: dict[tuple[str, str, str], set[int]] = {}
    for viewer, head in zip(viewers, heads, strict=True):
        for key in KEYS:
            if viewer[key]:
                having.setdefault((viewer["account"], key, viewer[key]), set()).add(head)
    return {(key, value) for (_, key, value), several in having.items() if len(several) > limit}


def _heads(viewers: list[dict[str, Any]], shared: set[tuple[str, str]]) -> list[int]:
    """Return a number for each viewer, the same for those whom a chain of pairs makes one person."""
    heads = list(range(len(viewers)))
    for place, one in enumerate(viewers):
        for other_place, other in enumerate(viewers[:place]):
            if _are_linked(one, other, shared):
                joined = {heads[place], heads[other_place]}
                heads = [min(joined) if head in joined else head for head in heads]
    return heads


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(keys, max_size=14))
def test_persons_are_those_of_the_rules_taken_pair_by_pair(joined: Any, drawn: list[dict[str, Any]]) -> None:
    viewers = [{**viewer, "viewer_id": f"{place:02}"} for place, viewer in enumerate(drawn)]
    groups: dict[int, set[str]] = {}
    for viewer, head in zip(viewers, _heads(viewers, _shared(viewers, 3)), strict=True):
        groups.setdefault(head, set()).add(f"{viewer['account']}/{viewer['viewer_id']}")
    expected = {frozenset(group) for group in groups.values()}
    assert {frozenset(group) for group in _groups(joined, viewers, identity=Identity(max_shared=3))} == expected


def _keys_of_one(joined: Any, viewer: dict[str, Any]) -> Any:
    visit = {"account": viewer["account"], "room_id": "1", "viewer_id": viewer["viewer_id"], "mode": "live"}
    done, _ = joined(viewers=[viewer], visits=[visit])
    return metrics.keys_of(done.tables, "acme", Identity())


others = st.fixed_dictionaries(
    {
        "other_phones": st.none() | st.lists(st.sampled_from(["19000101100", "+86-19000101101", "1900"]), max_size=2),
        "other_emails": st.none() | st.just(["A@example.com"]),
        "other_external_ids": st.none() | st.sampled_from([["E2026000001"], ["short"], ["E2026000002", "short"]]),
    }
)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.builds(dict.__or__, keys, others), st.builds(dict.__or__, keys, others))
def test_viewer_of_a_later_period_returns_where_both_would_be_one_person_of_one_period(
    joined: Any, week: Period, week_before: Period, one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = {**one, "viewer_id": "1"}, {**other, "viewer_id": "2"}
    kept = metrics.packed(_keys_of_one(joined, first))
    again = metrics.returning(_keys_of_one(joined, second), [Past("2026-W46", week_before.start, {}, kept)], week)
    assert again["is_returning"].to_list() == [len(_groups(joined, [first, second])) == 1]
