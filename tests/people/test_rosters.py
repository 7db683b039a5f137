from __future__ import annotations

from typing import Any

from reporter.rules import Identity, Roster, RosterEntry

BARE, OTHER = "19000101106", "19000101107"
STAFF_NO = "E2026000017"
VIEWERS = [
    {"account": "volc", "viewer_id": "1", "phone": BARE},
    {"account": "qs", "viewer_id": "2", "email": "li@example.com", "external_id": STAFF_NO},
    {"account": "qs", "viewer_id": "3", "phone": OTHER},
]
VISITS = [{"account": "volc", "room_id": "1", "viewer_id": "1"}, {"account": "qs", "room_id": "2", "viewer_id": "2"}]


def _roster(joined: Any, *entries: RosterEntry, viewers: Any = None, **rules: Any) -> Any:
    return joined(viewers=viewers or VIEWERS, visits=VISITS, rosters=(Roster("报名名单", entries),), **rules)


def _came(joined: Any, *entries: RosterEntry, **rules: Any) -> list[bool]:
    done, _ = _roster(joined, *entries, **rules)
    return list(done.derived["roster"]["came"])


def _issues(issues: list[Any]) -> list[tuple[str, str]]:
    return [(issue.code, issue.where) for issue in issues if issue.code.startswith("roster")]


def test_a_roster_keeps_its_order_and_says_who_came(joined: Any) -> None:
    entries = (
        RosterEntry(phone="13", name="赵"),
        RosterEntry(phone=f"+86 {BARE}", name="王"),
        RosterEntry(email="LI@example.com ", name="李", company="示例科技"),
        RosterEntry(phone=OTHER, name="张"),
    )
    done, issues = _roster(joined, *entries)
    roster, people = done.derived["roster"], done.tables["people"]
    columns = ["roster", "name", "phone", "email", "external_id", "company"]
    assert roster.columns == [*columns, "person_id", "came", "expected"]
    assert roster.select("roster", "name", "phone", "email", "company", "came").rows() == [
        ("报名名单", "赵", "13", None, None, False),
        ("报名名单", "王", "+8619000101106", None, None, True),
        ("报名名单", "李", None, "li@example.com", "示例科技", True),
        ("报名名单", "张", "+8619000101107", None, None, False),
    ]
    assert [bool(person) for person in roster["person_id"]] == [False, True, True, True]
    assert people.height == 2
    assert _issues(issues) == [("roster-unreadable", "roster 报名名单 entry 1")]


def test_an_external_id_finds_nobody_when_short_or_contradicted(joined: Any) -> None:
    viewers = [*VIEWERS, {"account": "volc", "viewer_id": "1", "external_id": "A17"}][1:]
    assert _came(joined, RosterEntry(external_id=STAFF_NO)) == [True]
    assert _came(joined, RosterEntry(external_id=STAFF_NO, email="other@example.com")) == [False]
    assert _came(joined, RosterEntry(external_id="A17"), viewers=viewers) == [False]


def test_a_further_phone_or_e_mail_of_a_viewer_finds_him_as_the_first_does(joined: Any) -> None:
    further = {"other_phones": [f"+86-{OTHER}"], "other_emails": ["Zhao@example.com"], "other_external_ids": ["A17"]}
    viewers = [{**VIEWERS[0], **further}, *VIEWERS[1:]]
    entries = (RosterEntry(phone=OTHER), RosterEntry(email="zhao@example.com"), RosterEntry(external_id="A17"))
    assert _came(joined, *entries, viewers=viewers) == [True, True, False]


def test_the_surest_key_that_finds_anybody_decides(joined: Any) -> None:
    done, _ = _roster(joined, RosterEntry(phone=BARE, email="li@example.com"))
    assert done.derived["roster"]["person_id"].to_list() == [
        person
        for viewer_id, person in done.tables["viewers"].select("viewer_id", "person_id").iter_rows()
        if viewer_id == "1"
    ]
    assert _came(joined, RosterEntry(phone="19000109999", email="li@example.com")) == [True]


def test_a_name_alone_finds_nobody_nor_does_a_key_that_the_config_leaves_out(joined: Any) -> None:
    assert _came(joined, RosterEntry(name="王")) == [False]
    assert _came(joined, RosterEntry(phone=BARE), identity=Identity(match_on=("email",))) == [False]


def test_a_key_that_too_many_share_finds_nobody(joined: Any) -> None:
    viewers = [{"account": "volc", "viewer_id": str(number), "phone": BARE} for number in range(6)]
    assert _came(joined, RosterEntry(phone=BARE), viewers=viewers) == [False]


def test_any_key_of_a_viewer_finds_him_as_the_first_does(joined: Any) -> None:
    more = {
        "other_phones": ["+86-19000101199"],
        "other_emails": ["Wu@example.com"],
        "other_external_ids": ["E2026000099"],
    }
    viewers = [{**VIEWERS[0], "email": "wang@example.com", "external_id": "E2026000001", **more}, *VIEWERS[1:]]
    for entry in (
        RosterEntry(phone="19000101199"),
        RosterEntry(email="wu@example.com"),
        RosterEntry(external_id="E2026000099"),
        RosterEntry(external_id="E2026000001", phone="19000101199"),
    ):
        assert _came(joined, entry, viewers=viewers) == [True]
    assert _came(joined, RosterEntry(external_id="E2026000099", phone=OTHER), viewers=viewers[:1]) == [False]


def test_a_further_key_that_is_short_or_that_too_many_share_finds_nobody(joined: Any) -> None:
    told = {"account": "volc", "other_phones": [OTHER], "other_external_ids": ["A17"]}
    viewers = [{**told, "viewer_id": str(one), "phone": f"1900010111{one}"} for one in range(1, 7)]
    assert _came(joined, RosterEntry(phone=OTHER), RosterEntry(phone="19000101111"), viewers=viewers) == [False, True]
    assert _came(joined, RosterEntry(external_id="A17"), viewers=viewers[:1]) == [False]


def test_an_entry_that_fits_two_persons_is_matched_to_none_and_named(joined: Any) -> None:
    viewers = [
        {"account": "volc", "viewer_id": "1", "external_id": STAFF_NO, "phone": BARE},
        {"account": "qs", "viewer_id": "2", "external_id": STAFF_NO, "phone": OTHER},
    ]
    done, issues = _roster(joined, RosterEntry(), RosterEntry(external_id=STAFF_NO), viewers=viewers)
    assert done.derived["roster"]["came"].to_list() == [False, False]
    assert _issues(issues) == [("roster-ambiguous", "roster 报名名单 entry 2")]


def test_two_entries_of_one_person_both_came_and_are_named(joined: Any) -> None:
    entries = (RosterEntry(email="li@example.com", name="李"), RosterEntry(email="li@example.com", name="李二"))
    done, issues = _roster(joined, *entries)
    assert done.derived["roster"]["came"].to_list() == [True, True]
    assert _issues(issues) == [("roster-same-person", "roster 报名名单 entry 2")]
    assert "李" in done.tables["people"]["name"].to_list()


def test_one_person_on_two_rosters_is_no_issue(joined: Any) -> None:
    rosters = tuple(Roster(name, (RosterEntry(phone=BARE),)) for name in ("甲", "乙"))
    done, issues = joined(viewers=VIEWERS, visits=VISITS, rosters=rosters)
    assert done.derived["roster"].select("roster", "came").rows() == [("甲", True), ("乙", True)]
    assert _issues(issues) == []


def test_a_column_that_a_roster_lacks_and_the_row_of_an_entry_are_named(joined: Any) -> None:
    entries = (RosterEntry(phone="13", row=7), RosterEntry(phone=BARE, row=9), RosterEntry(phone=BARE, row=12))
    _, issues = joined(viewers=VIEWERS, visits=VISITS, rosters=(Roster("甲", entries, ("姓名",)),))
    assert _issues(issues) == [
        ("roster-column-missing", "roster 甲 column 姓名"),
        ("roster-unreadable", "roster 甲 row 7"),
        ("roster-same-person", "roster 甲 row 12"),
    ]


def test_entries_that_share_a_key_are_named_also_where_nobody_came(joined: Any) -> None:
    entries = (
        RosterEntry(email="shared@example.com", name="张三", row=2),
        RosterEntry(email=" Shared@example.com", name="李四", row=3),
        RosterEntry(phone="19000109998", name="王", row=4),
        RosterEntry(phone="+86-19000109998", name="赵", row=5),
        RosterEntry(external_id=STAFF_NO, email="li@example.com", row=6),
        RosterEntry(name="孙", row=7),
        RosterEntry(name="孙", row=8),
    )
    done, issues = _roster(joined, *entries)
    assert done.derived["roster"]["came"].to_list() == [False, False, False, False, True, False, False]
    assert [(one.message.en[:2], one.where) for one in issues if one.code == "roster-shared-key"] == [
        ("2 ", "roster 报名名单 row 3")
    ]
    other_lists = tuple(Roster(name, entries[:1]) for name in ("甲", "乙"))
    assert _issues(joined(viewers=VIEWERS, visits=VISITS, rosters=other_lists)[1]) == []


def test_an_email_that_two_entries_share_is_of_the_one_whose_phone_is_not_another(joined: Any) -> None:
    viewers = [
        {"account": "volc", "viewer_id": "1", "phone": BARE, "email": "b@example.com"},
        {"account": "qs", "viewer_id": "2", "email": "b@example.com"},
    ]
    first = RosterEntry(phone=BARE, email="b@example.com", name="王五", row=2)
    second = RosterEntry(phone=OTHER, email="b@example.com", name="赵六", row=3)
    done, issues = _roster(joined, first, second, viewers=viewers)
    assert done.derived["roster"]["came"].to_list() == [True, False]
    assert _issues(issues) == [("roster-shared-key", "roster 报名名单 row 3")]
    # alone on the list, the address says who it is: one e-mail is one person, whatever phone he gave
    assert _came(joined, second, viewers=viewers) == [True]


def test_phones_that_were_numbers_are_told_with_the_first_row(joined: Any) -> None:
    entries = (RosterEntry(phone=BARE, row=2), RosterEntry(phone=OTHER, row=3, was_number=True))
    _, issues = _roster(joined, *entries)
    (issue,) = [one for one in issues if one.code.startswith("roster")]
    assert (issue.level, issue.code, issue.message.en[:2], issue.where) == (
        "info",
        "roster-numbers",
        "1 ",
        "roster 报名名单 row 3",
    )


def _expected(joined: Any, *lists: tuple[RosterEntry, ...], **rules: Any) -> list[int]:
    rosters = tuple(Roster(f"list {number}", entries) for number, entries in enumerate(lists))
    done, _ = joined(viewers=VIEWERS, visits=VISITS, rosters=rosters, **rules)
    return list(done.derived["roster"]["expected"])


def test_one_absent_person_on_two_rosters_is_expected_once_however_he_is_named(joined: Any) -> None:
    phone, mail = "19000109998", "zhao@example.com"
    first = (RosterEntry(phone=phone, name="赵"), RosterEntry(email=mail))
    second = (RosterEntry(phone=f"+86 {phone}", name="赵 经理"), RosterEntry(phone=phone))
    assert _expected(joined, first, second) == [0, 1, 0, 0]
    assert _expected(joined, first, second, (RosterEntry(phone=phone, email="ZHAO@example.com"),)) == [0] * 5
    assert _expected(joined, first, second, identity=Identity(match_on=("email",))) == [0, 1, 2, 3]


def test_a_name_alone_makes_no_two_expected_people_one(joined: Any) -> None:
    entries = (RosterEntry(name="王芳", company="甲"), RosterEntry(name="王芳", company="乙"), RosterEntry(name="王芳"))
    assert _expected(joined, entries) == [0, 1, 2]


def test_an_expected_person_whom_other_keys_find_is_the_one_who_came(joined: Any) -> None:
    entries = (RosterEntry(email="wang@example.com"), RosterEntry(phone=BARE, email="wang@example.com"))
    assert _expected(joined, entries, (RosterEntry(phone=BARE), RosterEntry(phone=OTHER))) == [0, 0, 0, 3]


def test_an_address_that_two_of_one_list_share_is_no_one_person(joined: Any) -> None:
    two = (
        RosterEntry(phone="19000109998", email="office@example.com"),
        RosterEntry(phone="19000109997", email="office@example.com"),
    )
    assert _expected(joined, two) == [0, 1]
    assert _expected(joined, two[:1], two[1:]) == [0, 0]


def test_an_external_id_that_is_short_or_contradicted_or_none_makes_nobody_one(joined: Any) -> None:
    def by(one: str) -> tuple[RosterEntry, ...]:
        return (RosterEntry(external_id=one),)

    assert _expected(joined, by("E2026000042"), by("E2026000042")) == [0, 0]
    assert _expected(joined, by("A17"), by("A17")) == [0, 1]
    assert _expected(joined, by("A17") * 2, by("0") * 2) == [0, 0, 2, 3]
    torn = tuple(RosterEntry(external_id="E2026000042", phone=f"1900010999{one}") for one in range(2))
    assert _expected(joined, torn[:1], torn[1:]) == [0, 1]


def test_a_key_that_a_list_has_under_too_many_names_makes_nobody_one(joined: Any) -> None:
    desk = tuple(RosterEntry(phone="19000109998", name=f"员工 {number}") for number in range(6))
    assert _expected(joined, desk) == [0, 1, 2, 3, 4, 5]
    assert _expected(joined, desk[:5]) == [0] * 5
