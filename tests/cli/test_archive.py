"""`reporter archive` over a store that real runs filled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import zstandard

from reporter import seen

Command = Callable[..., Any]

NOW = ("--now", datetime.now(UTC).isoformat())
RUN = ("run", "acme.yaml", "--out", "out", *NOW)


def _bodies(path: Path) -> list[bytes]:
    connection = sqlite3.connect(path)
    packed = [row[0] for row in connection.execute("SELECT body FROM replies ORDER BY walk_id, page")]
    packed += [row[0] for row in connection.execute("SELECT body FROM sources")]
    connection.close()
    return [zstandard.ZstdDecompressor().decompress(one) for one in packed]


def _phone_in(path: Path) -> str:
    """Return the phone of a viewer whom the vendor lists, as its last eleven digits."""
    for body in _bodies(path):
        users = json.loads(body).get("Result", {}).get("Users", []) if body.startswith(b"{") else []
        for user in users:
            if len(digits := "".join(filter(str.isdecimal, str(user["BasicData"]["Telephone"])))[-11:]) == 11:
                return digits
    raise AssertionError("nobody with a phone is stored")


def _tokens(path: Path) -> set[int]:
    """Return the keys of all persons whom finished runs know to have been seen."""
    connection = sqlite3.connect(path)
    blobs = [row[0] for row in connection.execute("SELECT seen FROM runs WHERE seen IS NOT NULL")]
    connection.close()
    return {one for blob in blobs for one in seen.unpacked(blob)["token"].to_list()}


def test_verify_says_that_all_is_sound(command: Command, filled: Path) -> None:
    ended = command("archive", "verify")
    assert (ended.code, ", 0 damaged" in ended.stdout) == (0, True)
    assert filled.is_file()


def test_verify_names_a_damaged_reply_and_ends_with_1(command: Command, filled: Path) -> None:
    connection = sqlite3.connect(filled)
    connection.execute("UPDATE replies SET body = zeroblob(20) WHERE walk_id = 3")
    connection.commit()
    connection.close()
    ended = command("archive", "verify", "--json")
    (damage,) = json.loads(ended.stdout)["damages"]
    assert (ended.code, "(reply " in damage["what"], ", run 20" in damage["what"]) == (1, True, True)
    refused = command(*RUN, "--offline")
    assert (refused.code, "a stored reply is damaged" in refused.stderr) == (1, True)
    assert command(*RUN, "--refresh").code == 0


def test_status_shows_accounts_sizes_and_days(command: Command, filled: Path, monday: date) -> None:
    ended = command("archive", "status", *NOW)
    assert (ended.code, filled.is_file()) == (0, True)
    assert "volcengine:volc  ListAccountUserData" in ended.stdout
    assert "talkcloud:talk   vod/watch" in ended.stdout
    assert ended.stdout.count(f"{monday}..{monday + timedelta(days=6)}") == 4
    document = json.loads(command("archive", "status", "--json").stdout)
    assert {one["account"] for one in document["accounts"]} == {"volc", "talk"}


def test_archive_makes_no_store_where_there_is_none(command: Command, config: Path) -> None:
    for words in (("verify",), ("status",), ("prune", "--keep", "1"), ("forget", "--phone", "19000101106")):
        ended = command("archive", *words)
        assert (ended.code, "there is no database reporter.db" in ended.stderr) == (1, True)
    assert not (config.parent / "reporter.db").exists()


def test_prune_changes_nothing_without_yes_and_keeps_what_a_newer_run_used(
    command: Command, filled: Path, monday: date, week_before: str
) -> None:
    assert command(*RUN, "--period", week_before).code == 0
    before = len(_bodies(filled))
    said = command("archive", "prune", "--before", str(monday))
    assert (said.code, "nothing was changed" in said.stderr, len(_bodies(filled))) == (0, True, before)
    assert command("archive", "prune", "--before", str(monday), "--yes").stdout.startswith("dropped ")
    assert len(_bodies(filled)) < before
    assert command("archive", "verify").code == 0
    assert command(*RUN, "--offline").code == 0


def test_prune_wants_to_know_what(command: Command, filled: Path) -> None:
    assert filled.is_file()
    assert command("archive", "prune").code == 2
    assert command("archive", "prune", "--before", "monday").code == 2
    assert command("archive", "prune", "--before", "2026-11-09", "--keep", "3").code == 2


def test_forgotten_person_is_nowhere_in_the_database_and_counts_hold(command: Command, filled: Path) -> None:
    phone = _phone_in(filled)
    (before,) = json.loads(command(*RUN, "--offline", "--json").stdout)["runs"]
    assert "nothing was changed" in command("archive", "forget", "--phone", phone).stderr
    assert any(phone.encode() in body for body in _bodies(filled))
    known = seen.token("acme", "phone", f"+86{phone}")
    everybody = _tokens(filled)
    assert known in everybody
    ended = command("archive", "forget", "--phone", f"+86-{phone}", "--yes")
    assert ended.code == 0
    assert ended.stdout.startswith("erased the person from ")
    assert phone not in ended.stdout + ended.stderr
    assert not any(phone.encode() in body for body in _bodies(filled))
    for path in filled.parent.glob("reporter.db*"):
        assert phone.encode() not in path.read_bytes()
    assert known not in _tokens(filled)
    # one person's: two viewers, a phone, an address, and an external id by itself and beside each of the others
    assert len(everybody) - 9 <= len(_tokens(filled)) < len(everybody)
    assert command("archive", "verify").code == 0
    (after,) = json.loads(command(*RUN, "--offline", "--json").stdout)["runs"]
    assert after["tables"] == before["tables"]
    assert [pull["rows"] for pull in after["pulls"]] == [pull["rows"] for pull in before["pulls"]]
    assert "1 persons erased" in command("archive", "status").stdout


def test_forget_by_viewer_names_the_accounts_it_knows(command: Command, filled: Path) -> None:
    assert filled.is_file()
    ended = command("archive", "forget", "--viewer", "volcengine:other/1", "--yes")
    assert (ended.code, "there is talkcloud:talk, volcengine:volc" in ended.stderr) == (2, True)
    assert command("archive", "forget", "--viewer", "nobody/1").code == 2
    assert command("archive", "forget", "--phone", "abc").code == 2
    assert command("archive", "forget").code == 2


def test_forgotten_viewer_leaves_rows_but_no_name(command: Command, filled: Path) -> None:
    rows = [row for body in _bodies(filled) if b"userName" in body for row in json.loads(body)["data"]["data"]]
    one = next(row for row in rows if row["userName"])
    known = seen.token("acme", "viewer", f"talkcloud/talk/{one['userId']}")
    assert known in _tokens(filled)
    ended = command("archive", "forget", "--viewer", f"talkcloud:talk/{one['userId']}", "--yes")
    assert ended.code == 0
    left = [row for body in _bodies(filled) if b"userName" in body for row in json.loads(body)["data"]["data"]]
    assert len(left) == len(rows)
    assert one["userId"] not in {row["userId"] for row in left}
    changed = [row for row in left if row["userId"].startswith("forgotten-")]
    assert len({row["userId"] for row in changed}) == 1
    assert {row["userName"] for row in changed} == {""}
    assert known not in _tokens(filled)
    assert command("archive", "verify").code == 0
    assert command(*RUN, "--offline").code == 0


def test_refused_replies_are_written_out_for_their_reader_alone(command: Command, config: Path) -> None:
    assert command(*RUN, env={"DEMO_VOLC_SK": "made-up-and-wrong-0001"}).code == 3
    ended = command("archive", "status", "--rejected", "refused")
    assert (ended.code, "may hold personal data" in ended.stderr) == (0, True)
    paths = list((config.parent / "refused").iterdir())
    assert paths
    assert any(b"SignatureDoesNotMatch" in path.read_bytes() for path in paths)
    assert not any(b"made-up-and-wrong" in path.read_bytes() for path in paths)


def test_refresh_asks_anew_also_where_a_run_was_stopped(command: Command, filled: Path, sandbox: Any) -> None:
    spoiled = {"DEMO_VOLC_SK": "made-up-and-wrong-0001"}
    assert command(*RUN, "--refresh", env=spoiled).code == 3
    before = len(sandbox.calls)
    assert command(*RUN).code == 0
    assert len(sandbox.calls) >= before + 3
    assert filled.is_file()
