from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter import pipeline, tables
from reporter.errors import UsageError
from reporter.privacy import mask
from reporter.rules import Privacy
from reporter.tables import Row, Tables
from tests.conftest import Chain

CLIENT = Privacy()
KEEP = Privacy(phone="keep", email="keep", ip="keep", name="keep")
PLACE = {"vendor": "quanshi", "account": "qs", "room_id": "609768"}


def _made(**rows: list[Row]) -> Tables:
    return tables.empty() | {name: tables.frame(name, some) for name, some in rows.items()}


def _shown(column: str, value: str, privacy: Privacy = CLIENT, *, phone: str | None = None) -> str | None:
    """Return what a viewer's column shows."""
    row: Row = {**PLACE, "phone": phone, column: value}
    shown: str | None = mask(_made(viewers=[row]), {}, privacy)[0]["viewers"][column][0]
    return shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("19000101106", "190****1106"),
        ("+8619000101106", "190****1106"),
        ("+86-19000101106", "190****1106"),
        ("86 190 0010 1106", "190****1106"),
        ("019000101106", "190****1106"),
        ("+442079460123", "****0123"),
        ("010-12345678", "****5678"),
        ("1234", "****"),
        ("none", "****"),
    ],
)
def test_phone_mask_shows_first_3_and_last_4_of_a_mobile_and_last_4_of_others(phone: str, shown: str) -> None:
    assert _shown("phone", phone) == shown


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("anna@example.com", "a***@example.com"),
        ("李四@example.com", "李***@example.com"),
        (" a@mail.example.com", "a***@mail.example.com"),
        ("none", "***"),
        ("19000101106", "***"),
    ],
)
def test_email_mask_keeps_the_first_character_and_the_domain(email: str, shown: str) -> None:
    assert _shown("email", email) == shown


@pytest.mark.parametrize(
    ("ip", "shown"),
    [
        ("192.168.40.44", "192.168.*.*"),
        ("192.168.40.44,117.39.199.234", "192.168.*.*,117.39.*.*"),
        ("2001:db8::1", "2001:db8:*"),
        ("::1", "***"),
        ("19000101106", "***"),
    ],
)
def test_ip_mask_hides_the_last_two_parts(ip: str, shown: str) -> None:
    made = _made(visits=[{**PLACE, "ip": ip}])
    assert mask(made, {}, Privacy(ip="mask"))[0]["visits"]["ip"].to_list() == [shown]


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("viewer_id", "+86-19000101106", "190****1106"),
        ("viewer_id", "anna@example.com", "a***@example.com"),
        ("viewer_id", "+44 20 7946 0123", "****0123"),
        ("viewer_id", "1770637083012", "1770637083012"),
        ("viewer_id", "172183460671", "172183460671"),
        ("viewer_id", "8602268011035296205", "8602268011035296205"),
        ("viewer_id", "u19000101106", "u190****1106"),
        ("external_id", "19000101106", "190****1106"),
        ("external_id", "E-1001", "E-1001"),
        ("name", "19000101106", "190****1106"),
        ("name", "王芳 19000101106,19000101107", "王芳 190****1106,190****1107"),
        ("name", "王芳", "王芳"),
        ("company", "Acme（anna@example.com）", "Acme（a***@example.com）"),
    ],
)
def test_ids_names_and_other_text_that_hold_a_phone_or_address_are_masked_like_one(
    column: str, value: str, shown: str
) -> None:
    assert _shown(column, value) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("小王１９０００１０１１０６", "小王190****1106"),
        ("＋８６１９０００１０１１０６", "190****1106"),
        ("anna＠example．com", "a***@example.com"),
        ("第１２课＠现场", "第１２课＠现场"),
    ],
)
def test_full_width_digits_and_signs_hide_nothing_from_the_mask(name: str, shown: str) -> None:
    assert _shown("name", name) == shown


def test_id_that_equals_a_known_phone_or_name_is_treated_like_it() -> None:
    assert _shown("viewer_id", "02079460123", phone="02079460123") == "****0123"
    row: Row = {**PLACE, "viewer_id": "李四", "name": "李四"}
    assert mask(_made(viewers=[row]), {}, Privacy(name="mask"))[0]["viewers"]["viewer_id"].to_list() == ["李**"]


@pytest.mark.parametrize(
    ("name", "viewer_id", "masked", "dropped"),
    [
        ("林思强", "林思强 2467381", "林** 2467381", "2467381"),
        ("林思强", "2467381林思强", "2467381林**", "2467381"),
        ("Ann Lee", "2467381-ann lee", "2467381-A**", "2467381-"),
        ("Anna", "ANNA", "A**", None),
        ("LinSiqiang", "LinSiqiang2467381", "L**2467381", "2467381"),
        ("强", "强 2467381", "强 2467381", "强 2467381"),
        ("246", "2467381", "2467381", "2467381"),
        ("林思强", "林思 2467381", "林思 2467381", "林思 2467381"),
    ],
)
def test_name_of_a_viewer_within_his_id_is_shown_as_the_name_is(
    name: str, viewer_id: str, masked: str, dropped: str | None
) -> None:
    viewer: Row = {**PLACE, "viewer_id": viewer_id, "name": name}
    visit: Row = {**PLACE, "viewer_id": viewer_id}
    made = _made(viewers=[viewer], visits=[visit])
    for rule, shown in (("keep", viewer_id), ("mask", masked), ("drop", dropped)):
        found = mask(made, {}, Privacy(name=rule, ip="mask"))[0]  # type: ignore[arg-type] # a literal's words
        assert [found[table]["viewer_id"][0] for table in ("viewers", "visits")] == [shown, shown]


def test_name_hides_no_id_of_another() -> None:
    rows: list[Row] = [{**PLACE, "viewer_id": f"user_{at}", "name": name} for at, name in enumerate(["user", "Bo"])]
    found = mask(_made(viewers=rows), {}, Privacy(name="mask"))[0]["viewers"]["viewer_id"].to_list()
    assert found == ["u**_0", "user_1"]


def test_name_of_a_person_within_his_ids_of_every_platform_is_shown_as_the_name_is() -> None:
    person: Row = {"person_id": "p", "name": "林思强", "viewer_ids": ["talkcloud/a/林思强 24", "quanshi/b/77"]}
    found = mask(_made(people=[person]), {}, Privacy(name="mask"))[0]["people"]["viewer_ids"].to_list()
    assert found == [["talkcloud/a/林** 24", "quanshi/b/77"]]


def test_keys_as_they_are_compared_are_masked_like_what_they_are() -> None:
    assert _shown("key_phone", "+8619000101106") == "190****1106"
    assert _shown("key_email", "anna@example.com") == "a***@example.com"
    assert _shown("key_external_id", "19000101106") == "190****1106"


def test_keys_that_the_log_gives_are_masked_and_how_they_compare_is_shown() -> None:
    assert _shown("log_phone", "+86 19000101106") == "190****1106"
    assert _shown("log_external_id", "19000101106") == "190****1106"
    totals: Row = {**PLACE, "phone_in_log": "other", "external_id_in_log": "masked"}
    shown = mask(_made(viewer_totals=[totals]), {}, CLIENT)[0]["viewer_totals"]
    assert shown.select("phone_in_log", "external_id_in_log").row(0) == ("other", "masked")


def test_further_keys_of_a_viewer_are_masked_like_the_first() -> None:
    told = {
        "other_phones": (["+8619000101106", "+85221234567"], ["190****1106", "****4567"]),
        "other_emails": (["anna@example.com"], ["a***@example.com"]),
        "other_external_ids": (["19000101106"], ["190****1106"]),
    }
    row: Row = {prefix + name: keys for name, (keys, _) in told.items() for prefix in ("", "key_")}
    viewers = mask(_made(viewers=[{**PLACE, **row}]), {}, CLIENT)[0]["viewers"]
    for name, (_, shown) in told.items():
        assert [viewers[prefix + name].to_list() for prefix in ("", "key_")] == [[shown], [shown]], name


def test_viewer_ids_of_people_keep_vendor_and_account() -> None:
    ids = ["quanshi/qs/+86-19000101106", "volcengine/volc/1770637083012", "talkcloud/talk/a/b@example.com"]
    people, _ = mask(_made(people=[{"person_id": "x", "viewer_ids": ids}, {"person_id": "y"}]), {}, CLIENT)
    assert people["people"]["viewer_ids"].to_list() == [
        ["quanshi/qs/190****1106", "volcengine/volc/1770637083012", "talkcloud/talk/a/b***@example.com"],
        None,
    ]


@pytest.mark.parametrize(
    ("rule", "shown"), [("keep", "王芳"), ("mask", "王**"), ("hash", "03b2acb0e559681d"), ("drop", None)]
)
def test_names_are_kept_masked_hashed_or_dropped(rule: str, shown: str | None) -> None:
    privacy = Privacy(name=rule, key="k")  # type: ignore[arg-type] # the cases are its words
    assert _shown("name", "王芳", privacy) == shown


def test_dropped_columns_are_null_and_schemas_stay() -> None:
    row: Row = {**PLACE, "phone": "19000101106", "email": "a@example.com", "viewer_id": "19000101106"}
    made = _made(viewers=[row], visits=[{**PLACE, "ip": "192.168.40.44"}])
    dropped, _ = mask(made, {}, Privacy(phone="drop", email="drop"))
    assert dropped["viewers"].select("phone", "email", "viewer_id").row(0) == (None, None, None)
    assert dropped["visits"]["ip"].to_list() == [None]
    assert {name: frame.schema for name, frame in dropped.items()} == {n: f.schema for n, f in made.items()}


def test_hash_is_keyed_and_the_same_for_every_spelling() -> None:
    spellings = ["19000101106", "+86-19000101106", "+8619000101106"]
    hashed = {_shown("phone", one, Privacy(phone="hash", key="k")) for one in spellings}
    hashed.add(_shown("viewer_id", "+86 19000101106", Privacy(phone="hash", key="k")))
    assert len(hashed) == 1
    assert re.fullmatch("[0-9a-f]{16}", str(hashed.pop()))
    assert _shown("phone", "19000101106", Privacy(phone="hash", key="other")) not in hashed
    assert _shown("email", "A@Example.com", Privacy(email="hash", key="k")) == _shown(
        "email", "a@example.com", Privacy(email="hash", key="k")
    )


def test_hash_without_a_key_is_refused() -> None:
    with pytest.raises(UsageError, match=r"privacy: hash needs a secret key"):
        mask(_made(), {}, Privacy(phone="hash"))


def test_where_all_is_kept_nothing_changes() -> None:
    made = _made(viewers=[{**PLACE, "phone": "19000101106", "person_id": "abc"}])
    shown, _ = mask(made, {}, KEEP)
    assert all(shown[name].equals(frame) for name, frame in made.items())


def test_each_kind_obeys_its_own_rule_alone() -> None:
    row: Row = {**PLACE, "phone": "19000101106", "email": "anna@example.com", "viewer_id": "19000101106"}
    made = _made(viewers=[row], visits=[{**PLACE, "ip": "192.168.40.44"}])
    phones, _ = mask(made, {}, Privacy(phone="keep", ip="keep"))
    assert phones["viewers"].select("phone", "email", "viewer_id").row(0) == (
        "19000101106",
        "a***@example.com",
        "19000101106",
    )
    assert phones["visits"]["ip"].to_list() == ["192.168.40.44"]
    addresses, _ = mask(made, {}, Privacy(email="keep", ip="hash", key="k"))
    assert addresses["viewers"].select("phone", "email").row(0) == ("190****1106", "anna@example.com")
    assert re.fullmatch("[0-9a-f]{16}", addresses["visits"]["ip"][0])


def test_person_id_is_a_running_number_that_every_frame_shares() -> None:
    made = _made(
        people=[{"person_id": "b"}, {"person_id": "a"}],
        viewers=[{**PLACE, "person_id": "z"}, {**PLACE, "person_id": "a"}],
        visits=[{**PLACE, "person_id": None}, {**PLACE, "person_id": "b"}],
    )
    derived = {"roster": pl.DataFrame({"person_id": ["a", None, "q"]})}
    shown, more = mask(made, derived, CLIENT)
    assert shown["people"]["person_id"].to_list() == ["1", "2"]
    assert shown["viewers"]["person_id"].to_list() == ["3", "2"]
    assert shown["visits"]["person_id"].to_list() == [None, "1"]
    assert more["roster"]["person_id"].to_list() == ["2", None, "4"]
    kept, _ = mask(made, derived, Privacy(phone="keep", email="keep", name="keep"))
    assert kept["people"]["person_id"].to_list() == ["b", "a"]


MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
ADDRESS = st.from_regex(r"[a-z][a-z0-9.]{0,8}[a-z0-9]@[a-z]{1,6}\.(com|cn)", fullmatch=True)
SPELLED = st.tuples(st.sampled_from(["", "+86", "+86-", "86", "0", "电话", "u", "x:"]), MOBILE).map("".join)
SECRET = st.one_of(SPELLED, ADDRESS)
TEXT = st.lists(st.one_of(SECRET, st.sampled_from(["王芳", "a b", "12"])), min_size=1, max_size=3).map(", ".join)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({"phone": SPELLED, "email": ADDRESS, "id": SECRET, "text": TEXT}), max_size=4))
def test_no_mobile_and_no_address_survives_for_a_client(rows: list[dict[str, str]]) -> None:
    made = _made(
        viewers=[
            {
                **PLACE,
                "viewer_id": row["id"],
                "person_id": row["id"],
                "phone": row["phone"],
                "email": row["email"],
                "name": row["text"],
                "company": row["text"],
                "external_id": row["id"],
            }
            for row in rows
        ],
        visits=[{**PLACE, "viewer_id": row["id"], "ip": row["phone"], "device": row["text"]} for row in rows],
        people=[{"person_id": row["id"], "viewer_ids": [f"quanshi/qs/{row['id']}"]} for row in rows],
    )
    columns = ("name", "phone", "email", "external_id", "reason")
    derived = {
        "roster": pl.DataFrame([dict.fromkeys(columns, row["text"]) for row in rows], dict.fromkeys(columns, pl.String))
    }
    shown, more = mask(made, derived, CLIENT)
    said = "\n".join(frame.write_json() for frame in (*shown.values(), *more.values()))
    given_text = "\n".join("\n".join(row.values()) for row in rows)
    for mobile in re.findall(r"1[3-9]\d{9}", given_text):
        assert mobile not in said
    for address in re.findall(r"[a-z0-9.]+@[a-z.]+", given_text):
        assert address not in said


def test_report_knows_how_it_is_masked_and_has_no_key(chain: Callable[..., Chain]) -> None:
    job = replace(chain(scale=0.1).job(), privacy=Privacy(phone="hash", name="drop", key="secret"))
    report, *_ = pipeline.build(job, [], past=(), as_of=job.as_of)
    assert report.privacy == Privacy(phone="hash", name="drop")
