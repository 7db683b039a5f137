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
from reporter.tables import Row, Tables

START = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = Period("2026-W47", START, START, "UTC")
CLIENT = "acme"


def _tables(people: list[Row], viewers: list[Row] | None = None) -> Tables:
    return tables.empty() | {
        "people": tables.frame("people", people),
        "viewers": tables.frame("viewers", viewers or []),
    }


def _packed(people: list[Row], client: str = CLIENT, identity: Identity = Identity(), **more: list[Row]) -> bytes:  # noqa: B008 - a frozen record
    return metrics.packed(metrics.keys_of(_tables(people, **more), client, identity))


def _again(now: Tables, *past: tuple[str, bytes | None], identity: Identity = Identity()) -> dict[str, bool] | None:  # noqa: B008 - likewise
    stored = [Past(label, START, {}, blob) for label, blob in past]
    found = metrics.returning(metrics.keys_of(now, CLIENT, identity), stored, WEEK)
    return None if found is None else dict(found.iter_rows())


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


def test_key_that_several_persons_share_tells_nobody() -> None:
    now = _tables([
        {"person_id": who, "viewer_ids": [f"volcengine/volc/{who}"], "phone": "+8619000000001"} for who in ("8", "9")
    ])  # fmt: skip
    assert _again(now, ("2026-W46", _packed(LAST_WEEK))) == {"8": False, "9": False}


def test_external_id_is_a_key_where_it_is_long_enough_and_the_config_joins_by_it() -> None:
    def viewer(external_id: str) -> dict[str, Any]:
        return {"viewers": [{"person_id": "p", "external_id": external_id}]}

    before: list[Row] = [{"person_id": "p", "viewer_ids": ["quanshi/qs/7"]}]
    after: list[Row] = [{"person_id": "p", "viewer_ids": ["volcengine/volc/7"]}]
    for external_id, identity, is_known in (
        ("ACME-0007", Identity(), True),
        ("7", Identity(), False),
        ("ACME-0007", Identity(match_on=("phone",)), False),
    ):
        blob = _packed(before, identity=identity, **viewer(external_id))
        now = _tables(after, **viewer(external_id))
        assert _again(now, ("2026-W46", blob), identity=identity) == {"p": is_known}, external_id


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
