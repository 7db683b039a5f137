"""What a user sees when something is wrong: one line that says what, where and what to do, and no traceback."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reporter.cli import reporter
from reporter.errors import UsageError

RUN = ("run", "acme.yaml", "--out", "out")

Command = Callable[..., Any]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _left_over(folder: Path) -> list[str]:
    return [path.name for path in (folder / "out").rglob("*") if path.is_file() and not path.name.startswith(".")]


@pytest.fixture
def run(command: Command, config: Path, secrets: dict[str, str]) -> Command:
    """Run the config as it stands, or with `changed` words in it; nothing may leak or be left over."""

    def _run(*changed: tuple[str, str], **more: Any) -> Any:
        text = config.read_text(encoding="utf-8")
        for old, new in changed:
            assert old in text
            text = text.replace(old, new)
        config.write_text(text, encoding="utf-8")
        ended = command(*RUN, **more)
        assert "Traceback" not in ended.stderr
        for name, secret in secrets.items():
            assert name == "REPORTER_DEMO_URL" or len(secret) < 8 or secret not in ended.stderr + ended.stdout
        if ended.code:
            assert _left_over(config.parent) == []
        return ended

    return _run


def test_config_that_is_right_ends_with_0(run: Command, config: Path, week: str) -> None:
    assert run().code == 0
    assert {"run.json", f"acme_{week}.xlsx", f"acme_{week}.html"} <= set(_left_over(config.parent))


def test_missing_secret_names_the_line_and_what_to_set(run: Command) -> None:
    ended = run(env={"DEMO_VOLC_SK": None})
    assert ended.code == 2
    assert re.match(
        r"error: acme\.yaml:8:17: accounts\.volc\.secret_key: .*DEMO_VOLC_SK is not set; set it", ended.stderr
    )


def test_wrong_key_names_vendor_account_call_and_request_id(run: Command) -> None:
    ended = run(env={"DEMO_VOLC_SK": "made-up-and-wrong-0001"})
    assert ended.code == 3
    assert re.search(
        r"volcengine:volc GetCustomActMsgAPI room 172183460671.*SignatureDoesNotMatch.*request id \S+", ended.stderr
    )
    assert "check the account's keys" in ended.stderr


def test_unknown_room_names_the_room_and_the_rest_goes_on(run: Command) -> None:
    ended = run(("172183460671", "172183460672"))
    assert ended.code == 3
    assert re.search(r"room 172183460672.*ActivityNotExist.*check the id in the config", ended.stderr)
    assert "nothing was built" in ended.stderr


def test_port_nobody_listens_on_says_so(run: Command) -> None:
    ended = run(env={"REPORTER_DEMO_URL": f"http://127.0.0.1:{_free_port()}"})
    assert ended.code == 3
    assert "nobody listens at 127.0.0.1:" in ended.stderr


def test_unreadable_yaml_names_line_and_column(run: Command) -> None:
    ended = run(("events:", "events: ["))
    assert ended.code == 2
    assert re.match(r"error: acme\.yaml:\d+:\d+: ", ended.stderr)


def test_http_beyond_loopback_is_refused(run: Command) -> None:
    ended = run(env={"REPORTER_DEMO_URL": "http://vendor.example"})
    assert ended.code == 2
    assert "https" in ended.stderr


def test_config_that_is_not_there_is_one_line(command: Command) -> None:
    ended = command("run", "nowhere.yaml")
    assert (ended.code, len(ended.stderr.splitlines())) == (2, 1)
    assert "nowhere.yaml" in ended.stderr


def test_now_without_an_offset_is_refused(command: Command, config: Path) -> None:
    ended = command("check", config.name, "--now", "2026-11-09T09:00")
    assert (ended.code, "--now 2026-11-09T09:00: write an ISO 8601 time with its offset" in ended.stderr) == (2, True)


def test_unknown_command_offers_the_nearest(command: Command) -> None:
    ended = command("chekc")
    assert (ended.code, len(ended.stderr.splitlines())) == (2, 1)
    assert "did you mean `check`?" in ended.stderr


def test_store_that_is_no_database_is_left_alone(command: Command, config: Path) -> None:
    (config.parent / "notes.txt").write_text("no database", encoding="utf-8")
    ended = command(*RUN, "--store", "sqlite:///notes.txt")
    assert ended.code == 1
    assert "notes.txt" in ended.stderr
    assert (config.parent / "notes.txt").read_text(encoding="utf-8") == "no database"


@pytest.mark.parametrize("url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite:///./", "sqlite:////", "sqlite:///?a=b"])
def test_store_without_a_file_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(
        UsageError, match=r"^--store sqlite:\S* \(or REPORTER_STORE\) names no file; write sqlite:///rep"
    ):
        reporter.main([*RUN, "--store", url], standalone_mode=False)


def test_nothing_is_sent_for_any_config_until_all_are_right(command: Command, config: Path, sandbox: Any) -> None:
    (config.parent / "bad.yaml").write_text("client: bad\n", encoding="utf-8")
    before = len(sandbox.calls)
    ended = command("run", "acme.yaml", "bad.yaml", "--out", "out")
    assert (ended.code, len(sandbox.calls)) == (2, before)


def test_partial_run_builds_only_where_it_is_allowed_to_and_says_so(
    run: Command, config: Path, command: Command, week: str
) -> None:
    assert run(("172183460671", "172183460672")).code == 3
    ended = command(*RUN, "--allow-partial")
    assert ended.code == 3
    page = (config.parent / f"out/acme/{week}/acme_{week}.html").read_text(encoding="utf-8")
    assert 'role="alert"' in page


def test_folder_that_cannot_be_made_is_one_line(command: Command, config: Path) -> None:
    (config.parent / "taken").write_text("a file", encoding="utf-8")
    for words in (("run", config.name, "--out", "taken/deeper"), ("demo", "--out", "taken/deeper")):
        ended = command(*words)
        assert ended.code == 1
        assert re.match(r"error: taken/deeper\S* cannot be written: ", ended.stderr.splitlines()[-1])
        assert "Traceback" not in ended.stderr
    assert command("run", config.name, "--out", "taken").code == 2


def test_missing_privacy_key_stops_before_anything_is_sent(run: Command, sandbox: Any) -> None:
    before = len(sandbox.calls)
    ended = run(("accounts:", "privacy: {phone: hash, key: env:NOT_SET}\naccounts:"))
    assert (ended.code, len(sandbox.calls)) == (2, before)
    assert "privacy.key: the environment variable NOT_SET is not set" in ended.stderr


def test_event_outside_the_period_stops_all_configs_before_anything_is_sent(
    config: Path, sandbox: Any, command: Command
) -> None:
    before = len(sandbox.calls)
    other = config.with_name("other.yaml")
    other.write_text(config.read_text(encoding="utf-8"), encoding="utf-8")
    text = config.read_text(encoding="utf-8").replace("    rooms:\n", "    period: 2020-01-01\n    rooms:\n")
    config.write_text(text, encoding="utf-8")
    ended = command("run", other.name, config.name, "--out", "out")
    assert (ended.code, len(sandbox.calls)) == (2, before)
    assert re.search(r"acme\.yaml:\d+:\d+: events\[0\]\.period: ", ended.stderr)


def test_empty_period_is_no_period(command: Command, config: Path) -> None:
    assert command("check", config.name, "--period", "").code == 2
