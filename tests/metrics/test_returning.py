from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from reporter import metrics, seen, tables
from reporter.model import Period
from reporter.report import Past
from reporter.rules import Identity
from reporter.tables import OTHER_KEYS, Row, Tables

START = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = Period("2026-W47", START, START, "UTC")
CLIENT = "acme"


def _tables(people: list[Row]) -> Tables:
    """Return `people` and their viewers, each of whom shows the keys that the row of the person names."""
    viewers = []
    for person in people:
        for node in person["viewer_ids"]:  # type: ignore[attr-defined] # values of rows of any kind
            vendor, account, viewer_id = node.split("/")
            keys = {f"key_{kind}": person.get(kind) for kind in ("phone", "email", "external_id")}
            place = {"vendor": vendor, "account": account, "viewer_id": viewer_id}
            others = {f"key_{name}": person[name] for name in OTHER_KEYS.values() if name in person}
            who = {"person_id": person["person_id"], "shared_keys": person.get("shared")}
            viewers.append({**place, **who, **keys, **others})
    named = [{name: person[name] for name in ("person_id", "viewer_ids")} for person in people]
    return tables.empty() | {
        "people": tables.frame("people", named),
        "viewers": tables.frame("viewers", viewers),
    }


def _packed(people: list[Row], client: str = CLIENT, identity: Identity = Identity()) -> bytes:  # noqa: B008 - a frozen record
    return metrics.packed(metrics.keys_of(_tables(people), client, identity))


def _again(now: Tables, *past: tuple[str, bytes | None], identity: Identity = Identity()) -> dict[str, bool] | None:  # noqa: B008 - likewise
    stored = [Past(label, START, {}, blob) for label, blob in past]
    if not metrics.can_tell(stored, WEEK):
        return None
    return dict(metrics.returning(metrics.keys_of(now, CLIENT, identity), stored, WEEK).iter_rows())


LAST_WEEK: list[Row] = [
    {"person_id": "p1", "viewer_ids": ["quanshi/qs/1", "talkcloud/talk/1"], "phone": "+8619000000001"},
    {"person_id": "p2", "viewer_ids": ["volcengine/volc/2"], "email": "b@example.com"},
]


@pytest.mark.parametrize(
    ("person", "is_known"),
    [
        ({"viewer_ids": ["talkcloud/talk/1"]}, True),
        ({"viewer_ids": ["volcengine/volc/9"], "phone": "+8619000000001"}, True),
        ({"viewer_ids": ["volcengine/volc/9"], "email": "b@example.com"}, True),
        ({"viewer_ids": ["volcengine/other/2"], "phone": "+8619000000009"}, False),
    ],
)
def test_person_is_known_again_by_any_key_of_both_periods(person: Row, *, is_known: bool) -> None:
    # the id of a person may change with what is known of them
    now = _tables([{"person_id": "new-id"} | person])
    assert _again(now, ("2026-W46", _packed(LAST_WEEK))) == {"new-id": is_known}


def test_person_is_known_again_by_a_further_phone_address_or_id_of_either_period() -> None:
    two_phones: Row = {"person_id": "p", "viewer_ids": ["quanshi/qs/1"], "phone": "+8619000000001"}
    past = _packed([{**two_phones, "other_phones": ["+8619000000002"], "other_external_ids": [LONG]}])
    by_phone: Row = {"person_id": "a", "viewer_ids": ["volcengine/volc/8"], "phone": "+8619000000002"}
    by_id: Row = {"person_id": "b", "viewer_ids": ["volcengine/volc/9"], "external_id": LONG, **C}
    other: Row = {"person_id": "c", "viewer_ids": ["volcengine/volc/7"], "other_phones": ["+8619000000001"]}
    none: Row = {"person_id": "d", "viewer_ids": ["volcengine/volc/6"], "other_emails": ["c@example.com"]}
    again = _again(_tables([by_phone, by_id, other, none]), ("2026-W46", past))
    assert again == {"a": True, "b": True, "c": True, "d": False}


def test_key_that_too_many_share_in_either_period_tells_nobody() -> None:
    reception: Row = {"viewer_ids": ["volcengine/volc/9"], "phone": "+8619000000001"}
    for before, now, is_known in ((None, None, True), (["phone"], None, False), (None, ["phone"], False)):
        past = _packed([{"person_id": "p", **reception, "viewer_ids": ["volcengine/volc/8"], "shared": before}])
        again = _again(_tables([{"person_id": "q", **reception, "shared": now}]), ("2026-W46", past))
        assert again == {"q": is_known}, (before, now)


A, B = {"phone": "+8619000000001"}, {"phone": "+8619000000002"}
C, D = {"email": "c@example.com"}, {"email": "d@example.com"}
LONG, SHORT = "ACME-0007", "7"


@pytest.mark.parametrize(
    ("external_id", "before", "now", "is_known"),
    [
        (LONG, {}, {}, True),
        (LONG, A, {}, True),
        (LONG, {}, A, True),
        (LONG, A, C, True),
        (LONG, A | C, {}, True),
        (LONG, {}, A | C, True),
        (LONG, A, B, False),
        (LONG, C, D, False),
        (LONG, A | C, B, False),
        (LONG, A | C, A, True),  # by the phone
        (SHORT, {}, {}, False),
    ],
)
def test_external_id_knows_again_elsewhere_where_it_is_long_and_nothing_contradicts(
    external_id: str, before: Row, now: Row, *, is_known: bool
) -> None:
    keys = {"person_id": "p", "external_id": external_id}
    past = _packed([{**keys, **before, "viewer_ids": ["quanshi/qs/7"]}])
    assert _again(_tables([{**keys, **now, "viewer_ids": ["volcengine/volc/8"]}]), ("2026-W46", past)) == {
        "p": is_known
    }


def test_external_id_knows_again_in_its_account_however_short_and_whatever_contradicts() -> None:
    past = _packed([{"person_id": "p", "external_id": SHORT, **A, "viewer_ids": ["quanshi/qs/7"]}])
    now = _tables([{"person_id": "q", "external_id": SHORT, **B, "viewer_ids": ["quanshi/qs/8"]}])
    assert _again(now, ("2026-W46", past)) == {"q": True}


def test_key_that_the_config_does_not_join_by_knows_nobody_again() -> None:
    identity = Identity(match_on=("phone",))
    person: Row = {"person_id": "p", "external_id": LONG, **C}
    past = _packed([{**person, "viewer_ids": ["quanshi/qs/7"]}], identity=identity)
    now = _tables([{**person, "viewer_ids": ["quanshi/qs/8"]}])
    assert _again(now, ("2026-W46", past), identity=identity) == {"p": False}


def test_persons_of_another_client_are_not_known() -> None:
    assert _again(_tables(LAST_WEEK), ("2026-W46", _packed(LAST_WEEK, "other"))) == {"p1": False, "p2": False}


def test_anybody_seen_in_any_of_the_periods_before_returns() -> None:
    early, late = _packed(LAST_WEEK[:1]), _packed(LAST_WEEK[1:])
    assert _again(_tables(LAST_WEEK), ("2026-W45", early), ("2026-W46", late)) == {"p1": True, "p2": True}


@pytest.mark.parametrize(
    "past",
    [
        [],
        # the week before is missing
        [("2026-W45", b"")],
        # a week further back is missing: who came only then would count as new
        [("2026-W44", b""), ("2026-W46", b"")],
        # a week that an earlier version stored
        [("2026-W46", None)],
    ],
)
def test_nobody_can_say_who_is_new_where_a_period_is_missing(past: list[tuple[str, bytes | None]]) -> None:
    told = [(label, None if blob is None else _packed(LAST_WEEK)) for label, blob in past]
    assert _again(_tables(LAST_WEEK), *told) is None


def test_what_is_kept_names_nobody_and_is_the_same_for_the_same_persons() -> None:
    blob = _packed(LAST_WEEK)
    assert blob == _packed(LAST_WEEK)
    assert not [word for word in (b"19000000001", b"example.com", b"quanshi", b"p1") if word in blob]
    assert seen.unpacked(blob)["person"].to_list() == [0, 0, 0, 1, 1]


def test_keys_hashed_together_have_the_numbers_that_they_have_alone() -> None:
    told = [("phone", "+8619000000001"), ("email", "王@例.com"), ("viewer", ""), ("email", "a\n-\0*")]
    kinds, keys = (pl.Series(words) for words in zip(*told, strict=True))
    assert seen.tokens(CLIENT, kinds, keys).to_list() == [seen.token(CLIENT, kind, key) for kind, key in told]
    assert seen.tokens(CLIENT, kinds.clear(), keys.clear()).dtype == pl.UInt64


def test_person_is_taken_out_by_any_of_their_keys_with_all_of_them() -> None:
    blob = seen.without(_packed(LAST_WEEK), {seen.token(CLIENT, "phone", "+8619000000001")})
    assert _again(_tables(LAST_WEEK), ("2026-W46", blob)) == {"p1": False, "p2": True}
    assert seen.unpacked(blob).height == 2


def _weeks(chain: Any, *labels: str) -> list[Any]:
    return [chain.run(label) for label in labels]


@pytest.fixture(scope="module")
def labels() -> list[str]:
    """The last three ISO weeks that are over in China, the oldest first; the sandbox knows them all."""
    today = datetime.now(UTC).date().toordinal()
    monday = today - (today - 1) % 7
    days = [datetime.fromordinal(monday - 7 * back) for back in (3, 2, 1)]
    return [f"{day:%G-W%V}" for day in days]


@pytest.mark.parametrize("seed", [7, 11])
def test_new_and_returning_of_the_third_week_lie_between_what_ids_and_the_truth_say(
    chain: Callable[..., Any], labels: list[str], seed: int
) -> None:
    first, second, third = _weeks(chain(seed), *labels)
    value = {code: third.report.figure(code).value for code in ("people", "new_people", "returning_people")}
    assert value["new_people"] + value["returning_people"] == value["people"]
    before = pl.concat([_came(first), _came(second)])
    now = _came(third)
    by_id = now.join(before, on=["vendor", "viewer_id"], how="semi")["person_id"].n_unique()
    in_truth = now.join(before, on="number", how="semi")["person_id"].n_unique()
    assert by_id <= value["returning_people"] <= in_truth
    assert value["returning_people"] >= 0.97 * in_truth
    assert third.report.figure("people").previous == second.report.figure("people").value
    assert third.report.figure("new_people").previous == second.report.figure("new_people").value
    assert not [issue for issue in third.issues if issue.code.startswith(("no-past", "past-"))]


def _came(made: Any) -> pl.DataFrame:
    """Return who came: person_id, each vendor's id of theirs that was there, and who that really is."""
    visits: pl.DataFrame = made.tables["visits"].filter(pl.col("excluded_by").is_null())
    rows = visits.select("person_id", "vendor", "viewer_id").drop_nulls().unique()
    numbers = [made.truth.person(vendor, viewer).number for _, vendor, viewer in rows.iter_rows()]
    return rows.with_columns(pl.Series("number", numbers))


def test_missing_week_gives_no_change_and_nobody_new_and_says_so(chain: Callable[..., Any], labels: list[str]) -> None:
    first, third = _weeks(chain(), labels[0], labels[2])
    assert [issue.code for issue in first.issues if "past" in issue.code] == ["no-past"]
    assert {one.previous for one in third.report.figures} == {None}
    new = [one.value for one in third.report.figures if one.metric in {"new_people", "returning_people"}]
    assert new
    assert set(new) == {None}
    (issue,) = [issue for issue in third.issues if "past" in issue.code]
    monday = datetime.strptime(f"{labels[1]}-1", "%G-W%V-%u").replace(tzinfo=UTC).date()
    assert (issue.code, issue.level) == ("past-missing", "warning")
    assert f"no report of {monday}.." in issue.message.en
    assert issue in third.report.issues
