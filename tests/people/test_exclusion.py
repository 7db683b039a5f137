from __future__ import annotations

from typing import Any

from reporter.rules import Exclusions, StaffPhone

BARE, SPELT = "19000101106", "+86-19000101106"
HOSTS = Exclusions(roles=("host",))
STAFF = Exclusions(phones=(StaffPhone(f"86 {BARE}", "staff.csv"),))


def _visit(viewer_id: str, account: str = "qs", **more: Any) -> dict[str, Any]:
    return {"account": account, "room_id": "1", "viewer_id": viewer_id, "mode": "live", "watch_seconds": 60.0, **more}


def _excluded_by(done: Any) -> list[tuple[str, str | None]]:
    return list(done.tables["visits"].select("viewer_id", "excluded_by").iter_rows())


def test_a_host_who_is_a_viewer_elsewhere_is_one_person_whose_visits_as_host_are_excluded(joined: Any) -> None:
    done, issues = joined(
        viewers=[
            {"account": "qs", "viewer_id": BARE, "phone": BARE, "role": "host"},
            {"account": "qs", "viewer_id": SPELT, "phone": SPELT},
        ],
        visits=[_visit(BARE, role="host"), _visit(SPELT)],
        exclusions=HOSTS,
    )
    assert done.tables["viewers"]["person_id"].n_unique() == 1
    assert _excluded_by(done) == [(BARE, "role: host"), (SPELT, None)]
    assert done.tables["attendance"]["live_seconds"].to_list() == [60.0]
    assert done.derived["excluded"]["viewer_id"].to_list() == [BARE]
    conflict = next(issue for issue in issues if issue.code == "role-conflict")
    assert (conflict.level, conflict.message.en[:11]) == ("warning", "1 person is")
    assert BARE not in str(issues)


def test_excluded_viewers_keep_their_person_and_are_no_row_of_people(joined: Any) -> None:
    viewers = [{"account": "qs", "viewer_id": "a", "role": "host"}]
    done, _ = joined(viewers=viewers, visits=[_visit("a")], exclusions=HOSTS)
    assert done.tables["viewers"]["person_id"].null_count() == 0
    assert done.tables["visits"].select("excluded_by").rows() == [("role: host",)]
    assert done.tables["people"].is_empty()
    assert done.tables["attendance"].is_empty()


def test_a_role_of_the_visit_stands_before_the_role_of_its_viewer(joined: Any) -> None:
    viewers = [{"account": "qs", "viewer_id": "a", "role": "speaker"}, {"account": "qs", "viewer_id": "b"}]
    visits = [_visit("a"), _visit("a", role="attendee"), _visit("b", role="speaker"), _visit("b")]
    done, _ = joined(viewers=viewers, visits=visits, exclusions=Exclusions(roles=("host", "speaker")))
    assert _excluded_by(done) == [("a", "role: speaker"), ("a", None), ("b", "role: speaker"), ("b", None)]


def test_a_role_that_the_vendor_does_not_say_is_not_excluded(joined: Any) -> None:
    done, _ = joined(visits=[_visit("a"), _visit("b", role="attendee")], exclusions=Exclusions(roles=("attendee",)))
    assert _excluded_by(done) == [("a", None), ("b", "role: attendee")]


def test_a_staff_phone_excludes_the_person_on_every_vendor(joined: Any) -> None:
    viewers = [
        {"account": "qs", "viewer_id": "a", "phone": SPELT, "email": "wang@example.com"},
        {"account": "volc", "viewer_id": "b", "email": "wang@example.com"},
        {"account": "volc", "viewer_id": "c", "phone": "19000101107"},
    ]
    visits = [_visit("a"), _visit("b", "volc"), _visit("c", "volc")]
    done, _ = joined(viewers=viewers, visits=visits, exclusions=STAFF)
    assert _excluded_by(done) == [("a", "phone_in: staff.csv"), ("b", "phone_in: staff.csv"), ("c", None)]
    assert done.tables["people"]["viewer_ids"].to_list() == [["volcengine/volc/c"]]


def test_a_staff_phone_that_too_many_share_still_excludes_each_who_shows_it(joined: Any) -> None:
    viewers = [{"account": "volc", "viewer_id": str(number), "phone": BARE} for number in range(7)]
    done, _ = joined(viewers=viewers, visits=[_visit("0", "volc"), _visit("6", "volc")], exclusions=STAFF)
    assert _excluded_by(done) == [("0", "phone_in: staff.csv"), ("6", "phone_in: staff.csv")]


def test_a_role_is_named_before_a_phone_and_the_first_list_before_the_second(joined: Any) -> None:
    lists = ((SPELT, "staff.csv"), (BARE, "testers.csv"), ("无", "staff.csv"))
    rules = Exclusions(roles=("host",), phones=tuple(StaffPhone(*one) for one in lists))
    viewers = [{"account": "qs", "viewer_id": "a", "phone": BARE}]
    done, _ = joined(viewers=viewers, visits=[_visit("a", role="host"), _visit("a")], exclusions=rules)
    assert _excluded_by(done) == [("a", "role: host"), ("a", "phone_in: staff.csv")]


def test_an_excluded_viewer_of_a_room_pulled_as_a_list_is_no_row_of_people(joined: Any) -> None:
    viewers = [{"viewer_id": "a", "role": "host"}, {"viewer_id": "b"}]
    totals = [{"room_id": "1", "viewer_id": viewer_id} for viewer_id in "ab"]
    done, _ = joined(viewers=viewers, viewer_totals=totals, details={"1": "list"}, exclusions=HOSTS)
    assert done.tables["people"]["viewer_ids"].to_list() == [["volcengine/volc/b"]]


def test_excluded_viewers_of_a_room_pulled_as_a_list_are_counted_and_listed(joined: Any) -> None:
    viewers = [{"viewer_id": "a", "phone": BARE}, {"viewer_id": "b"}]
    totals = [{"room_id": "1", "viewer_id": viewer_id} for viewer_id in "ab"]
    activity = [{"room_id": "1", "viewer_id": "a", "comments": 3}, {"room_id": "1", "viewer_id": None}]
    given: dict[str, Any] = {"viewers": viewers, "viewer_totals": totals, "activity": activity, "exclusions": STAFF}
    done, issues = joined(**given, details={"1": "list"})
    columns = ("room_id", "viewer_id", "excluded_by", "mode", "reply_id", "row_no")
    assert done.derived["excluded"].select(columns).rows() == [("1", "a", "phone_in: staff.csv", None, "r1", 1)]
    assert [(one.message.en, one.where) for one in issues if one.code == "excluded-by-rule"] == [
        ("1 viewer (1 person) of rooms pulled as a list, not counted for anybody", "phone_in: staff.csv")
    ]
    # with a log, those who are in no visit of it were nowhere
    done, issues = joined(**given, details={"1": "visits"})
    assert done.derived["excluded"].is_empty()
    assert not [one for one in issues if one.code == "excluded-by-rule"]


def test_staff_phone_takes_out_whoever_has_it_among_others(joined: Any) -> None:
    viewer = {"account": "volc", "viewer_id": "1", "phone": "19000101107", "other_phones": [SPELT]}
    done, _ = joined(viewers=[viewer], visits=[_visit("1", "volc")], exclusions=STAFF)
    assert _excluded_by(done) == [("1", "phone_in: staff.csv")]
    assert done.tables["people"].is_empty()


def test_staff_phones_that_cannot_be_read_or_were_numbers_are_told_with_file_and_row(joined: Any) -> None:
    phones = (
        StaffPhone(BARE, "staff.csv", 2),
        StaffPhone("1390000000x", "staff.csv", 3),
        StaffPhone("138****0000", "staff.csv", 4),
        StaffPhone(BARE, "more.xlsx", 7, was_number=True),
    )
    _, issues = joined(exclusions=Exclusions(phones=phones))
    assert [(one.level, one.code, one.message.en[:2], one.where) for one in issues] == [
        ("warning", "staff-unreadable", "2 ", "phone_in staff.csv row 3"),
        ("info", "staff-numbers", "1 ", "phone_in more.xlsx row 7"),
    ]


def test_what_each_rule_excludes_is_counted(joined: Any) -> None:
    viewers = [
        {"account": "qs", "viewer_id": "a", "phone": SPELT},
        {"account": "volc", "viewer_id": "b", "phone": BARE},
    ]
    visits = [_visit("a"), _visit("b", "volc"), _visit("c", role="host"), _visit("d")]
    rules = Exclusions(roles=("host",), phones=STAFF.phones)
    done, issues = joined(viewers=viewers, visits=visits, exclusions=rules)
    assert [(one.level, one.message.en, one.where) for one in issues if one.code == "excluded-by-rule"] == [
        ("info", "2 visits of 1 person not counted for anybody", "phone_in: staff.csv"),
        ("info", "1 visit of 1 person not counted for anybody", "role: host"),
    ]
    assert done.derived["excluded"].height == 3
