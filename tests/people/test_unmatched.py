from __future__ import annotations

from typing import Any

BARE = "19000101106"
STAFF_NO = "E2026000017"


def _visits(viewers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"account": viewer["account"], "room_id": f"{viewer['account']}-1", "viewer_id": viewer["viewer_id"]}
        for viewer in viewers
    ]


def test_unmatched_says_why_nobody_else_is_the_same_person(joined: Any) -> None:
    reception = [{"account": "volc", "viewer_id": f"f{n}", "phone": "19000102222"} for n in range(6)]
    viewers = [
        {"account": "volc", "viewer_id": "a", "phone": BARE},
        {"account": "qs", "viewer_id": "b", "phone": BARE},
        {"account": "volc", "viewer_id": "c", "name": "李娜"},
        {"account": "qs", "viewer_id": "d", "phone": "19000101199"},
        {"account": "qs", "viewer_id": "e", "external_id": "A17"},
        *reception[:1],
        {"account": "volc", "viewer_id": "g", "external_id": STAFF_NO, "phone": "19000103333"},
        {"account": "qs", "viewer_id": "h", "external_id": STAFF_NO, "phone": "19000104444"},
    ]
    done, _ = joined(viewers=[*viewers, *reception[1:]], visits=_visits(viewers))
    assert done.derived["unmatched"].drop("person_id").rows() == [
        ("quanshi", "qs", "d", None, "no partner", None),
        ("quanshi", "qs", "e", None, "short id", None),
        ("quanshi", "qs", "h", None, "conflict", "volcengine/volc/g"),
        ("volcengine", "volc", "c", "李娜", "no key", None),
        ("volcengine", "volc", "f0", None, "shared key", None),
        ("volcengine", "volc", "g", None, "conflict", "quanshi/qs/h"),
    ]


def test_a_conflict_is_listed_also_where_other_keys_joined_its_viewers(joined: Any) -> None:
    viewers = [
        {"account": "volc", "viewer_id": "g", "external_id": STAFF_NO, "phone": "19000103333"},
        {"account": "qs", "viewer_id": "h", "external_id": STAFF_NO, "phone": "19000104444"},
        {"account": "talk", "viewer_id": "i", "phone": "19000104444"},
    ]
    done, _ = joined(viewers=viewers, visits=_visits(viewers[1:]))
    told = done.derived["unmatched"].select("viewer_id", "reason", "against").rows()
    assert told == [("h", "conflict", "volcengine/volc/g")]  # g was not seen


def test_two_people_with_one_email_are_one_person_and_named(joined: Any) -> None:
    viewers = [
        {"account": "volc", "viewer_id": "a", "email": "wang@example.com", "phone": "19000103333"},
        {"account": "qs", "viewer_id": "b", "email": "wang@example.com", "phone": "19000104444"},
        {"account": "qs", "viewer_id": "c", "email": "wang@example.com"},
        {"account": "qs", "viewer_id": "d", "phone": BARE},
        {"account": "volc", "viewer_id": "e", "phone": BARE},
    ]
    done, issues = joined(viewers=viewers, visits=_visits(viewers))
    assert done.tables["people"].height == 2
    told = done.derived["unmatched"]
    assert told.select("viewer_id", "reason").rows() == [("b", "several phones"), ("a", "several phones")]
    assert told["person_id"].n_unique() == 1
    doubts = [(one.message.en[:9], one.where) for one in issues if one.code == "several-phones"]
    assert doubts == [("1 person ", "quanshi:qs viewers reply r1 row 2")]


def test_one_account_alone_has_unmatched_of_no_key_or_a_shared_one_and_no_partners_to_miss(joined: Any) -> None:
    reception = [{"account": "volc", "viewer_id": f"f{n}", "phone": "19000102222"} for n in range(6)]
    viewers = [
        {"account": "volc", "viewer_id": "a"},
        {"account": "volc", "viewer_id": "b", "phone": BARE},
        {"account": "volc", "viewer_id": "c", "external_id": "A17"},
        *reception,
    ]
    done, _ = joined(viewers=viewers, visits=_visits(viewers[:4]))
    assert done.derived["unmatched"].select("viewer_id", "reason").rows() == [("a", "no key"), ("f0", "shared key")]
    assert done.derived["overlap"].is_empty()


def test_two_accounts_of_one_vendor_have_partners_to_miss(joined: Any) -> None:
    viewers = [{"viewer_id": "a", "phone": BARE}, {"viewer_id": "b", "account": "volc", "phone": "19000102222"}]
    done, _ = joined(viewers=[{"account": "other", **viewers[0]}, viewers[1]], visits=_visits(viewers[1:]))
    assert done.derived["unmatched"].select("viewer_id", "reason").rows() == [("b", "no partner")]


def test_unmatched_leaves_out_viewers_of_other_weeks(joined: Any) -> None:
    viewers = [{"account": "volc", "viewer_id": "a"}, {"account": "qs", "viewer_id": "b"}]
    done, _ = joined(viewers=viewers, visits=_visits(viewers[:1]))
    assert done.derived["unmatched"]["viewer_id"].to_list() == ["a"]


def test_overlap_counts_people_of_each_two_vendors(joined: Any) -> None:
    phones = {"volc": ("1", "2", "3"), "qs": ("2", "3"), "talk": ("3", "4")}
    viewers = [
        {"account": account, "viewer_id": one, "phone": f"1900010110{one}"}
        for account, several in phones.items()
        for one in several
    ]
    done, _ = joined(viewers=viewers, visits=_visits(viewers))
    assert done.derived["overlap"].rows() == [
        ("quanshi", "quanshi", 2),
        ("quanshi", "talkcloud", 1),
        ("quanshi", "volcengine", 2),
        ("talkcloud", "quanshi", 1),
        ("talkcloud", "talkcloud", 2),
        ("talkcloud", "volcengine", 1),
        ("volcengine", "quanshi", 2),
        ("volcengine", "talkcloud", 1),
        ("volcengine", "volcengine", 3),
    ]
